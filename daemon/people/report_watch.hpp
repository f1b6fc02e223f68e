// Whom a source's reports no longer list. Missing is not terminated: whoever two reports in a row do not list is put
// into a hold, and nothing happens before a person decides. It reads no report; what a listed worker means, decide()
// says.
#pragma once

#include "daemon/people/keyed_locks.hpp"
#include "daemon/rule_book.hpp"
#include "engine/random_source.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::daemon {

struct received_report
{
    std::string source;
    std::string delivery;            ///< names this very delivery; the same again is not another report
    std::vector<std::string> listed; ///< identity digests, one of each worker
};

/// Whether parts of this source's last report may still come; `kept`: the setting `report:SOURCE`.
bool is_coming_in(const engine::value& kept, time_point now);

/// Event loop's thread only.
class report_watch
{
public:
    static constexpr const char* guard = "missing_from_report";

    report_watch(runtime::journal& store, runtime::clock& time, random_source& random, const rule_book_holder& rules)
        : store_(store), time_(time), random_(random), rules_(rules)
    {}

    /// After the report's events were committed. Errors: the journal's; the report then counts as not seen.
    runtime::awaitable_result<void> received(received_report report);

private:
    runtime::awaitable_result<std::optional<runtime::event_record>> missed(const received_report& report,
                                                                           std::string digest);

    runtime::journal& store_;
    runtime::clock& time_;
    random_source& random_;
    const rule_book_holder& rules_;
    keyed_locks locks_;
};

} // namespace jmld::daemon
