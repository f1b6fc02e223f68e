// Queues by bucket, one bound for all. It starts work and counts it; outcomes go their own way.
#include "engine/runtime/dispatcher.hpp"

#include "engine/runtime/loudly.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {

/// Its place among the 32 of Crockford's alphabet; other letters have some place too.
std::uint64_t letter_at(std::string_view text, std::size_t at)
{
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const auto found = at < text.size() ? alphabet.find(text[at]) : 0;
    return found == std::string_view::npos ? 0 : found;
}

/// The first letters of the id as a number: alphabetical order becomes that of numbers.
std::uint64_t age_of(const run_id& run)
{
    constexpr std::size_t prefix = 4, letters = 12; // run_ and the time of a ULID with what follows it
    std::uint64_t age = 0;
    for (std::size_t at = prefix; at < prefix + letters; ++at)
        age = age << 5 | letter_at(run.text, at);
    return age << 3; // room for steps of one run beside each other
}

} // namespace

dispatcher::dispatcher(asio::any_io_executor executor, clock& time, limiter& budget, int in_flight_max,
                       int urgent_extra)
    : executor_(std::move(executor)), time_(time), budget_(budget), in_flight_max_(in_flight_max),
      urgent_extra_(urgent_extra), alive_(std::make_shared<bool>(true))
{}

dispatcher::~dispatcher() { *alive_ = false; }

std::size_t dispatcher::queued() const
{
    std::size_t count = 0;
    for (const auto& [bucket, waiting] : queues_)
        count += waiting.size();
    return count;
}

// Of those as urgent the older run goes first, also with a step that it tries again: its id begins with the time at
// which it was made. Whoever comes later with the same run stands behind it.
void dispatcher::submit(item work)
{
    auto& waiting = queues_[work.bucket];
    place where{work.urgency, work.run.empty() ? arrivals_++ : age_of(work.run)};
    while (waiting.contains(where))
        ++where.second;
    waiting.emplace(where, std::move(work));
    pump();
}

void dispatcher::take_back(const run_id& run)
{
    std::vector<item> taken;
    for (auto& [bucket, waiting] : queues_) {
        for (auto at = waiting.begin(); at != waiting.end();) {
            if (at->second.run == run) {
                taken.push_back(std::move(at->second));
                at = waiting.erase(at);
            } else {
                ++at;
            }
        }
    }
    for (auto& back : taken)
        back.dropped();
}

void dispatcher::open(bool outbound)
{
    outbound_ = outbound;
    pump();
}

// The most urgent have some slots of their own, so that a flood of joiners cannot hold up a leaver.
bool dispatcher::may_start(priority urgency) const
{
    const int bound = urgency <= priority::leaver ? in_flight_max_ + urgent_extra_ : in_flight_max_;
    return in_flight_ < bound;
}

void dispatcher::want_nothing()
{
    for (const auto& [bucket, urgency] : std::exchange(wanting_, {}))
        budget_.waits(bucket, urgency, -1);
}

// Starts the most urgent item whose bucket has a token now; false when there is none.
bool dispatcher::start_one()
{
    const auto now = time_.now();
    want_nothing();
    std::vector<std::pair<place, std::string>> heads;
    for (const auto& [bucket, waiting] : queues_)
        if (!waiting.empty())
            heads.emplace_back(waiting.begin()->first, bucket);
    std::sort(heads.begin(), heads.end());
    std::optional<time_point> earliest;
    queue::node_type first;
    for (const auto& [where, bucket] : heads) {
        if (!may_start(where.first))
            break;
        if (!bucket.empty()) {
            if (const auto later = budget_.take(bucket, where.first, now)) {
                earliest = std::min(earliest.value_or(*later), *later);
                budget_.waits(bucket, where.first, 1); // calls under way that are less urgent leave it the next token
                wanting_.emplace_back(bucket, where.first);
                continue;
            }
        }
        first = queues_[bucket].extract(where);
        ++in_flight_;
        break;
    }
    // Both may run on the spot and come back here, so nothing of the queues is looked at from now on.
    if (earliest)
        wake_at(*earliest);
    if (first.empty())
        return false;
    const bool token_taken = !first.mapped().bucket.empty();
    asio::co_spawn(executor_, perform(std::move(first.mapped()), token_taken), loudly);
    return true;
}

void dispatcher::pump()
{
    while (outbound_ && start_one()) {
    }
}

// One sleeper is enough: the earliest; it looks again by itself.
void dispatcher::wake_at(time_point when)
{
    if (wake_ && *wake_ <= when)
        return;
    wake_ = when;
    asio::co_spawn(
        executor_,
        [](dispatcher* self, std::shared_ptr<bool> alive, time_point due) -> asio::awaitable<void> {
            const bool woken = co_await self->time_.wait_until(due);
            if (!woken || !*alive)
                co_return;
            if (self->wake_ == due)
                self->wake_.reset();
            self->pump();
        }(this, alive_, when),
        loudly);
}

asio::awaitable<void> dispatcher::perform(item work, bool token_taken)
{
    const auto alive = alive_;
    co_await work.work(token_taken);
    if (!*alive)
        co_return;
    --in_flight_;
    pump();
}

} // namespace jmld::runtime
