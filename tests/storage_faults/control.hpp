// What a test and the library preloaded into jmld share: one page of memory in a file. It says which calls fail and
// counts them; it knows neither SQLite nor jmld.
#pragma once

#include <atomic>
#include <cstdint>

namespace jmld::storage_faults {

/// What is done with a call that is due.
enum class fault : std::uint32_t {
    none,
    kill,      ///< the process dies before the call
    fail,      ///< the call does nothing and answers with `error`
    cut_short, ///< half of a write is done and half is reported
    tear,      ///< half of a write is done, then the process dies
};

/// Which calls count. Bits.
enum call : std::uint32_t {
    write_call = 1,
    sync_call = 2,
    truncate_call = 4,
    open_call = 8,
    unlink_call = 16,
    rename_call = 32,
    read_call = 64,
    map_call = 128,
    changing_calls = write_call | sync_call | truncate_call | open_call | unlink_call | rename_call | map_call,
};

/// Whose calls count. Bits; a file is known by its name.
enum file : std::uint32_t {
    database_file = 1,
    log_file = 2,   ///< -wal
    index_file = 4, ///< -shm
    other_file = 8, ///< -journal, .before-N, the folder
    every_file = 15,
};

struct control
{
    char database[512];              ///< its path; what stands beside it begins with the same letters
    char trace[512];                 ///< where to write down every change; empty: nowhere
    std::atomic<std::uint32_t> what; ///< a fault; written last when arming
    std::atomic<std::uint32_t> calls, files;
    std::atomic<std::int32_t> error;
    std::atomic<std::uint64_t> first; ///< number of the call that is due, from 1
    std::atomic<std::uint32_t> sticky;
    std::atomic<std::uint64_t> seen;               ///< calls that counted since it was armed
    std::atomic<std::uint64_t> hit;                ///< of them, those that were made to fail
    std::atomic<std::uint32_t> hit_call, hit_file; ///< of the first one
    std::atomic<std::uint64_t> promised;           ///< by the test: how many deliveries were answered with 202 so far
    std::atomic<std::uint32_t> log_appears;        ///< so many times its pages, to jmld; 0: as it is
};

/// Stands before each entry of a trace; a write's bytes follow.
struct trace_entry
{
    std::uint32_t call, file;
    std::uint64_t offset; ///< of a write; the new size of a truncation
    std::uint32_t length, failed;
    std::uint64_t promised; ///< when the call began
};

/// The variable that names the file of the shared page.
inline constexpr const char* control_variable = "JMLD_TEST_STORAGE_FAULTS";

} // namespace jmld::storage_faults
