// Durable timers come due: reads them from the journal at start and whenever one is armed, hands each due one on, the
// most urgent first. It holds only the next due instant in memory, so that any number of waiting timers costs rows.
#pragma once

#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace jmld::runtime {

/// Event loop's thread only. Must be destroyed before the clock.
class timer_service
{
public:
    /// Called for each due timer; whoever handles it commits its new state (`fired`, `cancelled`) and then calls
    /// done().
    using due_handler = std::function<void(timer_row)>;

    timer_service(boost::asio::any_io_executor executor, clock& time, journal& store, due_handler on_due);
    ~timer_service();

    /// Reads the journal for the first time; overdue ones are handed on at once.
    void start();
    /// A timer has been armed (committed) for `at`.
    void armed(time_point at);
    /// The due timer has been dealt with and its state committed, or it could not be and is to be handed on again
    /// later.
    void done(const timer_id& id);
    void stop();

private:
    void look_at(time_point when);
    boost::asio::awaitable<void> sleep_then_look(time_point when);
    boost::asio::awaitable<void> look();

    boost::asio::any_io_executor executor_;
    clock& time_;
    journal& store_;
    due_handler on_due_;
    std::optional<time_point> next_look_;
    std::set<timer_id> handed_on_;
    bool looking_ = false, look_again_ = false, stopped_ = false;
    std::shared_ptr<bool> alive_;
};

} // namespace jmld::runtime
