// Keeps a person's record in step with what runs found and did: the account's id and, when a run ended as wanted, that
// nothing former is left. What it misses by a crash is found again from the facts of the runs.
#pragma once

#include "engine/run_state.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace jmld::daemon {

/// Event loop's thread only. Must be destroyed before the clock.
class record_keeper
{
public:
    record_keeper(boost::asio::any_io_executor executor, runtime::clock& time, runtime::journal& store);
    ~record_keeper();

    /// After the commit in which a run ended.
    void ended(const engine::workflow_definition& definition, const engine::run_state& state);

private:
    struct finding
    {
        person_key subject;
        std::string okta_id, status, employee_number, login;
        bool as_wanted = false, deleted = false;
    };
    boost::asio::awaitable<void> keep(finding what);

    boost::asio::any_io_executor executor_;
    runtime::clock& time_;
    runtime::journal& store_;
    std::shared_ptr<bool> alive_;
};

/// The Okta id that the run's facts know: what it created, else what it read. Empty when none.
std::string account_of(const engine::workflow_definition& definition, const engine::run_state& state);

} // namespace jmld::daemon
