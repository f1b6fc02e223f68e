// Chance from the operating system, for ids and jitter. Keys and secrets come from OpenSSL instead.
#pragma once

#include "engine/random_source.hpp"

#include <sys/random.h>

#include <cstdlib>

namespace jmld::daemon {

class system_random final : public random_source
{
public:
    std::uint64_t next() override
    {
        std::uint64_t bits = 0;
        if (::getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits))
            std::abort(); // the kernel's random source never fails once it is seeded
        return bits;
    }
};

} // namespace jmld::daemon
