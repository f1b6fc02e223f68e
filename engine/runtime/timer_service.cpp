// One look at the journal at a time; the next look is planned from what the journal says is next. It fires nothing
// itself.
#include "engine/runtime/timer_service.hpp"

#include "engine/runtime/loudly.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {
constexpr int batch_max = 256;               // due timers newly handed on in one look
constexpr duration retry_after_error{1'000}; // the journal could not be read: look again
constexpr duration recheck_handed_on{1'000}; // due ones are still being dealt with: others may come due meanwhile
} // namespace

timer_service::timer_service(asio::any_io_executor executor, clock& time, journal& store, due_handler on_due)
    : executor_(std::move(executor)), time_(time), store_(store), on_due_(std::move(on_due)),
      alive_(std::make_shared<bool>(true))
{}

timer_service::~timer_service() { *alive_ = false; }

void timer_service::start() { look_at(time_.now()); }

void timer_service::stop() { stopped_ = true; }

void timer_service::armed(time_point at) { look_at(at); }

void timer_service::done(const timer_id& id)
{
    handed_on_.erase(id);
    if (handed_on_.empty())
        look_at(time_.now());
}

// Only an earlier look than the planned one needs a new sleeper; a later one is planned by the look itself.
void timer_service::look_at(time_point when)
{
    if (stopped_ || (next_look_ && *next_look_ <= when))
        return;
    next_look_ = when;
    asio::co_spawn(executor_, sleep_then_look(when), loudly);
}

asio::awaitable<void> timer_service::sleep_then_look(time_point when)
{
    const auto alive = alive_;
    if (when > time_.now()) {
        const bool woken = co_await time_.wait_until(when);
        if (!woken || !*alive || stopped_)
            co_return;
    }
    if (next_look_ != when)
        co_return; // an earlier look has replaced this one
    next_look_.reset();
    if (looking_) {
        look_again_ = true;
        co_return;
    }
    looking_ = true;
    co_await look();
    if (!*alive)
        co_return;
    looking_ = false;
    if (std::exchange(look_again_, false))
        look_at(time_.now());
}

asio::awaitable<void> timer_service::look()
{
    const auto alive = alive_;
    const auto now = time_.now();
    // Those that are still being dealt with come first again: they must not hide the others.
    auto due = co_await store_.due_timers(now, batch_max + static_cast<int>(handed_on_.size()));
    if (!*alive || stopped_)
        co_return;
    if (!due) {
        look_at(now + retry_after_error);
        co_return;
    }
    for (auto& timer : *due)
        if (handed_on_.insert(timer.id).second)
            on_due_(std::move(timer));
    auto next = co_await store_.next_timer();
    if (!*alive || stopped_)
        co_return;
    if (!next)
        look_at(now + retry_after_error);
    else if (next->has_value())
        look_at(**next > now ? **next : now + recheck_handed_on);
}

} // namespace jmld::runtime
