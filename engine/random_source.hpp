// Chance, handed in: production draws from the system, tests from a seed. Not for keys or secrets (OpenSSL makes
// those).
#pragma once

#include <cstdint>

namespace jmld {

/// Used from the event loop's thread only.
class random_source
{
public:
    virtual ~random_source() = default;
    /// 64 uniformly distributed bits.
    virtual std::uint64_t next() = 0;

    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
};

/// SplitMix64: the same seed gives the same draws on every machine.
class seeded_random final : public random_source
{
public:
    explicit seeded_random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() override
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

} // namespace jmld
