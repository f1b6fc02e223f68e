// What nobody would notice: a chain of hashes that no longer fits, and notifications that say only that something
// happened and wait for somebody. It looks and raises alarms; it mends nothing.
#pragma once

#include "engine/random_source.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

class house_watch
{
public:
    static constexpr duration every{3'600'000};
    static constexpr duration waits_too_long{4 * 3'600'000LL};

    house_watch(runtime::journal& store, runtime::clock& time, random_source& random)
        : store_(store), time_(time), random_(random)
    {}

    /// Looks at once and then every hour, at the chains once a day; ends when the clock says that the process does.
    boost::asio::awaitable<void> run();
    /// `chain_broken`, naming the first record that does not fit. Goes through both chains from their beginning.
    runtime::awaitable_result<void> look_at_chains();
    /// `needs_person`, one for each source as long as the same notification is its oldest.
    runtime::awaitable_result<void> look_at_waiting();

private:
    runtime::awaitable_result<void> raise(std::string kind, std::string cause, std::string message);
    runtime::awaitable_result<void> rest();
    runtime::awaitable_result<std::string> misfit_of_audit();
    runtime::awaitable_result<std::string> misfit_of_evidence();

    runtime::journal& store_;
    runtime::clock& time_;
    random_source& random_;
};

} // namespace jmld::daemon
