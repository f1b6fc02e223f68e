// Programs started by a test: their output in files, waits with a deadline, and nothing left running when the test
// ends. It knows nothing of what the programs do.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace jmld::end_to_end {

using milliseconds = std::chrono::milliseconds;

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

struct command
{
    std::string program; ///< file name in the folder of built programs
    std::vector<std::string> arguments{};
    std::filesystem::path out{}, err{};     ///< appended to
    std::vector<std::string> environment{}; ///< NAME=VALUE, besides the test's own
    std::filesystem::path in = "/dev/null";
};

class process
{
public:
    /// Throws when the program cannot be started.
    explicit process(const command& what);
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    /// Kills what still runs; only this one process, by its id.
    ~process();

    void signal(int number) const;
    bool running();
    /// Waits for its end, at most so long; true when it has ended.
    bool rest(milliseconds longest);
    /// Its exit code, or 128 + the signal that ended it; throws when it goes on for longer.
    int wait(milliseconds longest = milliseconds(30'000));

private:
    pid_t id_ = -1;
    int handle_ = -1; ///< a pidfd: readable when the process has ended
    std::optional<int> ended_;
};

struct finished
{
    int code;
    std::string out, err;
};

/// Runs a program to its end.
finished run_program(const std::string& program, std::vector<std::string> arguments,
                     const std::filesystem::path& folder, const std::filesystem::path& in = "/dev/null");

} // namespace jmld::end_to_end
