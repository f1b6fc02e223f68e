// Token accounting only: what the peer's last answers allow, less what is on its way, less what is left to others.
// Windows are the peer's; they are never stretched or guessed longer than one minute.
#include "engine/runtime/limiter.hpp"

#include <algorithm>
#include <numeric>

namespace jmld::runtime {

namespace {

constexpr duration window{60'000};      // Okta's windows
constexpr duration reset_margin{1'000}; // resets are told in whole seconds
constexpr duration ask_again{100};      // when only an answer on its way can help
constexpr duration same_window{2'000};  // two tellings of one reset differ by rounding only
constexpr duration concurrency_pause{1'000};
constexpr duration growth_interval{5'000};
constexpr int few = 5; // calls let out before an answer has told what is left
constexpr int concurrency_min = 1;

} // namespace

limiter::bucket& limiter::named(std::string_view name)
{
    const auto found = buckets_.find(name);
    return found != buckets_.end() ? found->second : buckets_.emplace(std::string(name), bucket{}).first->second;
}

// After too many at once we begin with half and grow by one every few seconds, as long as nobody complains.
std::optional<time_point> limiter::concurrency_refuses(time_point now)
{
    if (now < concurrency_until_)
        return concurrency_until_;
    while (concurrency_limit_ && now >= grows_at_) {
        grows_at_ += growth_interval;
        if (++*concurrency_limit_ >= options_.concurrency_max)
            concurrency_limit_.reset();
    }
    if (in_flight_ >= concurrency_limit_.value_or(options_.concurrency_max))
        return now + ask_again;
    return std::nullopt;
}

int limiter::available(const bucket& of, priority urgency) const
{
    const auto part = [&](double share) { return static_cast<int>(static_cast<double>(*of.limit) * share); };
    const int kept = part(options_.headroom) + (urgency == priority::urgent_leaver ? 0 : part(options_.urgent_reserve));
    return of.remaining - of.outstanding - kept;
}

int limiter::more_urgent(const bucket& of, priority than)
{
    return std::accumulate(of.waiting.begin(), of.waiting.begin() + static_cast<std::ptrdiff_t>(than), 0);
}

void limiter::waits(std::string_view name, priority urgency, int change)
{
    named(name).waiting.at(static_cast<std::size_t>(urgency)) += change;
}

std::optional<time_point> limiter::take(std::string_view name, priority urgency, time_point now)
{
    if (const auto later = concurrency_refuses(now))
        return later;
    auto& one = named(name);
    if (now < one.blocked_until)
        return one.blocked_until;
    if (!one.limit) {
        // After a start nothing is known: the window may be used up, by ourselves before a restart. One call asks for
        // all the others, so that a start costs no bucket more than one refusal; who is urgent does not wait for it.
        if (!one.unlimited && one.outstanding >= (urgency == priority::urgent_leaver ? few : 1))
            return now + ask_again;
        ++one.outstanding;
        return std::nullopt;
    }
    const bool clock_went_back = one.resets_at > now + window + reset_margin;
    if (now >= one.resets_at || clock_went_back) {
        one.resets_at = now + window;
        one.remaining = *one.limit;
        one.assumed = true;
    }
    if (available(one, urgency) < 1)
        return one.resets_at;
    if (available(one, urgency) <= more_urgent(one, urgency))
        return now + ask_again; // what is left is theirs, and they ask at this very moment
    // Others may have used the new window before us: a few go first, the rest when an answer has told.
    if (one.assumed && one.outstanding >= std::max(few, *one.limit / 10))
        return now + ask_again;
    ++one.outstanding;
    return std::nullopt;
}

void limiter::settled(std::string_view name, bool answered)
{
    auto& one = named(name);
    one.outstanding = std::max(0, one.outstanding - 1);
    // In a window we began ourselves nobody else counts for us until the first answer; and a call whose answer is lost
    // the peer may have counted without our being told.
    if (one.limit && (one.assumed || !answered))
        one.remaining = std::max(0, one.remaining - 1);
}

void limiter::give_back(std::string_view name)
{
    auto& one = named(name);
    one.outstanding = std::max(0, one.outstanding - 1);
}

void limiter::learn(std::string_view name, int limit, int remaining, time_point reset, time_point server_now,
                    time_point now)
{
    auto& one = named(name);
    const auto resets_at = now + std::clamp<duration>(reset - server_now, duration{0}, window) + reset_margin;
    const bool known = one.limit && !one.assumed && now < one.resets_at;
    const bool same = known && std::chrono::abs(reset - one.told_reset) < same_window;
    const bool older = known && reset + same_window <= one.told_reset;
    if (older)
        return; // an answer of the window before, overtaken on its way
    one.remaining = same ? std::min(one.remaining, remaining) : remaining;
    // A slow answer puts the moment too late, none too early: the earliest is the closest.
    one.resets_at = same ? std::min(one.resets_at, resets_at) : resets_at;
    one.told_reset = reset;
    one.limit = limit;
    one.assumed = false;
    one.unlimited = false;
}

void limiter::learn_unlimited(std::string_view name)
{
    auto& one = named(name);
    one.unlimited = !one.limit;
}

void limiter::block(std::string_view name, time_point until)
{
    auto& one = named(name);
    one.blocked_until = std::max(one.blocked_until, until);
}

void limiter::concurrency_exceeded(time_point now)
{
    const int current = std::min(in_flight_, concurrency_limit_.value_or(options_.concurrency_max));
    concurrency_limit_ = std::max(concurrency_min, current / 2);
    concurrency_until_ = now + concurrency_pause;
    grows_at_ = concurrency_until_ + growth_interval;
}

std::vector<bucket_view> limiter::view() const
{
    std::vector<bucket_view> all;
    for (const auto& [name, one] : buckets_) {
        bucket_view seen;
        seen.name = name;
        seen.limit = one.limit;
        if (one.limit) {
            seen.remaining = std::max(0, one.remaining - one.outstanding);
            seen.resets_at = one.resets_at;
        }
        if (one.blocked_until != time_point{})
            seen.blocked_until = one.blocked_until;
        all.push_back(std::move(seen));
    }
    return all;
}

} // namespace jmld::runtime
