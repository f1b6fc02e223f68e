// Asks Okta's System Log, some time after a run that took access has ended, what it has of the run's calls, and commits
// what it said as a further evidence record. Nothing waits for it: neither the run nor the evidence that is there.
#pragma once

#include "connectors/okta/client.hpp"
#include "daemon/people/keyed_locks.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/journal.hpp"
#include "engine/runtime/timer_service.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace jmld::daemon {

/// Event loop's thread only. Must be destroyed before the clock, the journal and the client.
class log_watch
{
public:
    struct ports
    {
        boost::asio::any_io_executor executor;
        runtime::clock& time;
        runtime::journal& store;
        okta::client& okta;
        const rule_book_holder& rules;
        std::function<void(const error&)> storage_failed;
    };
    explicit log_watch(ports given);
    ~log_watch();

    void use(runtime::timer_service& timers) { timers_ = &timers; }
    /// A timer of kind system_log.
    void due(runtime::timer_row timer);

private:
    boost::asio::awaitable<void> handle(runtime::timer_row timer);
    /// What is to be committed for it: the timer, and the record when there is one to write.
    runtime::awaitable_result<runtime::transaction> ask(runtime::timer_row timer);
    /// The record of the run's last end, as shown; nothing when there is none to complete.
    runtime::awaitable_result<std::optional<engine::value>> record_of(run_id run);

    ports ports_;
    runtime::timer_service* timers_ = nullptr;
    keyed_locks one_at_a_time_;
    std::shared_ptr<bool> alive_;
};

} // namespace jmld::daemon
