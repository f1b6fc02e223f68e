// One token bucket for each of the peer's rate buckets, learned from its headers and its refusals, shared by all runs.
// Pure: it never waits and reads no clock; whoever is refused a token is told when to ask again.
#pragma once

#include "engine/runtime/action_port.hpp"
#include "engine/time.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace jmld::runtime {

struct limiter_options
{
    double headroom = 0.05;       ///< part of every bucket left to the organisation's other clients
    double urgent_reserve = 0.05; ///< part that only urgent_leaver may take
    int concurrency_max = 30;     ///< exchanges in flight at once; shrinks after a concurrency 429, grows back slowly
};

/// What is known of one bucket, for /v1/status and metrics.
struct bucket_view
{
    std::string name;
    std::optional<int> limit; ///< requests a window; unknown until a header said so
    std::optional<int> remaining;
    std::optional<time_point> resets_at;
    std::optional<time_point> blocked_until; ///< after a 429
};

/// Event loop's thread only. Every token taken ends in exactly one settled() or give_back().
class limiter
{
public:
    explicit limiter(limiter_options options = {}) : options_(options) {}

    /// Takes one token of `bucket` (nothing comes back), or says the earliest instant at which to ask again. A bucket
    /// nobody has heard of is unlimited, but the first answer teaches it: until then at most a few calls of it are let
    /// out.
    std::optional<time_point> take(std::string_view bucket, priority urgency, time_point now);
    /// One more (or one less) waits for a token of `bucket`: from then on the last tokens are left to who is more
    /// urgent.
    void waits(std::string_view bucket, priority urgency, int change);
    /// The exchange that the token was for has ended: with an answer, which tells what is left, or without one.
    void settled(std::string_view bucket, bool answered);
    /// The token was not used.
    void give_back(std::string_view bucket);

    /// Headers of an answer: limit, remaining, reset and the server's own time, so that skew between clocks cancels
    /// out.
    void learn(std::string_view bucket, int limit, int remaining, time_point reset, time_point server_now,
               time_point now);
    /// An answer without such headers: this bucket has no limit that anybody tells.
    void learn_unlimited(std::string_view bucket);
    /// A 429 that names its end.
    void block(std::string_view bucket, time_point until);
    /// A 429 with limit 0: too many at once, the bucket itself is untouched.
    void concurrency_exceeded(time_point now);
    /// In flight now; `take` refuses beyond concurrency_max.
    void entered() { ++in_flight_; }
    void left() { --in_flight_; }

    std::vector<bucket_view> view() const;

private:
    struct bucket
    {
        std::optional<int> limit;
        bool unlimited = false; ///< answered, and no limit was told
        bool assumed = false;   ///< the window was begun by us; no answer has confirmed it yet
        int remaining = 0;      ///< the least that an answer of this window said
        int outstanding = 0;    ///< tokens taken whose answers have not come
        time_point resets_at{};
        time_point
            told_reset{}; ///< the same moment in the peer's words: which window it is, whenever its answers arrive
        time_point blocked_until{};
        std::array<int, 4> waiting{}; ///< by priority
    };
    bucket& named(std::string_view name);
    std::optional<time_point> concurrency_refuses(time_point now);
    int available(const bucket& of, priority urgency) const;
    static int more_urgent(const bucket& of, priority than);

    limiter_options options_;
    int in_flight_ = 0;
    std::optional<int> concurrency_limit_; ///< below concurrency_max after a concurrency 429
    time_point concurrency_until_{};
    time_point grows_at_{};
    std::map<std::string, bucket, std::less<>> buckets_;
};

} // namespace jmld::runtime
