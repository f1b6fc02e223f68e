// Time, handed in: one interface over the system's clock and the virtual one of tests and rehearsals. Nothing else in
// the program asks what time it is or waits by itself.
#pragma once

#include "engine/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <optional>

namespace jmld::runtime {

class clock
{
public:
    virtual ~clock() = default;
    /// UTC wall clock in milliseconds.
    virtual time_point now() const = 0;
    /// Completes at or after `when` (true), or at once with false when cancelled. Event loop's thread only.
    virtual boost::asio::awaitable<bool> wait_until(time_point when) = 0;
};

/// The machine's clock. Long waits are cut into slices of a minute, so that a changed wall clock is noticed.
class system_clock final : public clock
{
public:
    time_point now() const override;
    boost::asio::awaitable<bool> wait_until(time_point when) override;
};

/// Stands still until told to move; with an io_context it makes months pass in milliseconds, in a fixed order.
/// Its waiters belong to a loop: destroy it, or cancel_all() and let the loop run empty, before that loop.
class virtual_clock final : public clock
{
public:
    explicit virtual_clock(time_point start) : now_(start) {}
    time_point now() const override { return now_; }
    boost::asio::awaitable<bool> wait_until(time_point when) override;

    /// When the earliest waiter is due; nothing when nobody waits.
    std::optional<time_point> next_due() const;
    /// Wakes everybody as cancelled: the process that waited is gone.
    void cancel_all();
    /// Moves to `when` (never back) and wakes everybody due by then, in order of due time, then of arrival.
    void advance_to(time_point when);
    /// Somebody sets the clock, back perhaps: who waits goes on waiting for the instant it waits for.
    void set(time_point when);

private:
    struct waiter;
    time_point now_;
    std::uint64_t arrivals_ = 0;
    std::map<std::pair<time_point, std::uint64_t>, std::shared_ptr<waiter>> waiters_;
};

/// Runs `loop` until it has nothing ready, then jumps `clock` to its next waiter, until `end` or until nobody waits.
void run_virtually(boost::asio::io_context& loop, virtual_clock& clock, time_point end);

} // namespace jmld::runtime
