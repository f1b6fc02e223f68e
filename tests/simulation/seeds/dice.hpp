// Drawing from a seed: small words for chances, so that a draw reads like what it means. It keeps no story.
#pragma once

#include "engine/random_source.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <vector>

namespace jmld::simulation {

class dice
{
public:
    explicit dice(std::uint64_t seed) : random_(seed) {}
    /// 0 … bound - 1.
    int below(int bound) { return static_cast<int>(random_.next() % static_cast<std::uint64_t>(bound)); }
    int between(int least, int most) { return least + below(most - least + 1); }
    bool percent(int chance) { return below(100) < chance; }
    duration minutes(int least, int most) { return std::chrono::minutes(between(least, most)); }
    template <class T> const T& of(const std::vector<T>& all)
    {
        return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
    }
    /// One whose weight is drawn; weights of `all` are their `first`.
    template <class T> const T& weighted(const std::vector<std::pair<int, T>>& all)
    {
        int sum = 0;
        for (const auto& [weight, what] : all)
            sum += weight;
        int left = below(sum);
        for (const auto& [weight, what] : all)
            if ((left -= weight) < 0)
                return what;
        return all.back().second;
    }

private:
    seeded_random random_;
};

} // namespace jmld::simulation
