// What this process has used so far, for benchmarks that compare before and after. It keeps nothing.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include <sys/resource.h>

namespace jmld::bench {

/// User and system time of all threads.
inline double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& part) {
        return static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// A counter of /proc/self/io: `wchar` counts what was written to files, `write_bytes` what was handed to the disk.
inline std::uint64_t io_bytes(std::string_view counter)
{
    std::ifstream counters("/proc/self/io");
    std::string name;
    std::uint64_t amount = 0;
    while (counters >> name >> amount)
        if (name.size() == counter.size() + 1 && name.starts_with(counter))
            return amount;
    return 0;
}

/// What of this process is in memory, in 10^6 bytes.
inline double resident_mb()
{
    std::ifstream pages("/proc/self/statm");
    double total = 0, resident = 0;
    pages >> total >> resident;
    return resident * 4096 / 1e6;
}

} // namespace jmld::bench
