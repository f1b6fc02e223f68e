// What the benchmark's joiner costs at least: the same requests on bare sockets, each wave followed by a durable row in
// bare SQLite with group commit, and nothing in between. It knows no engine, no decision and no HTTP library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace jmld::bench {

/// One run as it was seen on the wire: waves of whole requests; those of one wave were on their way together.
using waves = std::vector<std::vector<std::string>>;

struct load_figures
{
    double seconds = 0;
    double cpu_seconds = 0;
    std::uint64_t written_bytes = 0; ///< handed to the disk by this process
    int runs = 0;
    double per_second() const { return runs / seconds; }
    double cpu_per_thousand() const { return cpu_seconds * 1000 / runs; }
    double kib_per_run() const { return static_cast<double>(written_bytes) / 1024 / runs; }
};

/// Plays `script` `runs` times, `in_flight` at once, against http://127.0.0.1:`port`; a row of `row_bytes` is on disk
/// (synchronous=FULL) before the next wave leaves. Throws std::runtime_error when the peer or the disk fails.
load_figures play_floor(const waves& script, int runs, int in_flight, std::uint16_t port,
                        const std::filesystem::path& folder, int row_bytes);

} // namespace jmld::bench
