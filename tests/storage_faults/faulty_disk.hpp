// The test's side of the preloaded library: arms one fault at a time in a running or coming jmld. What must follow from
// it is the tests' affair.
#pragma once

#include "tests/storage_faults/control.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace jmld::storage_faults {

struct order
{
    fault what = fault::kill;
    std::uint64_t at = 1; ///< the call that meets it
    bool sticky = false;  ///< and all after it
    int error = 0;
    std::uint32_t calls = changing_calls;
    std::uint32_t files = every_file;
};

std::string to_text(const order& what);
std::string name_of_call(std::uint32_t call);
std::string name_of_file(std::uint32_t file);

class faulty_disk
{
public:
    explicit faulty_disk(const std::filesystem::path& folder);
    ~faulty_disk();
    faulty_disk(const faulty_disk&) = delete;
    faulty_disk& operator=(const faulty_disk&) = delete;

    /// NAME=VALUE for jmld.
    std::vector<std::string> environment() const;
    void watch(const std::filesystem::path& database);
    /// From the next start of jmld on.
    void trace_to(const std::filesystem::path& file);

    void arm(const order& what);
    void heal();
    /// Counts without failing.
    void count(std::uint32_t calls, std::uint32_t files);
    std::uint64_t seen() const { return page_->seen; }
    std::uint64_t hits() const { return page_->hit; }
    /// How many orders have met their call so far.
    int points() const { return points_ + (hits() > 0 ? 1 : 0); }
    /// "write -wal"; of the first one.
    std::string met() const;
    std::uint32_t met_call() const { return page_->hit_call; }
    std::uint32_t met_file() const { return page_->hit_file; }
    void promised() { ++page_->promised; }
    /// jmld believes its log to be so many times as long as it is, and copies it back the sooner.
    void let_the_log_appear(std::uint32_t times) { page_->log_appears = times; }

private:
    std::filesystem::path file_;
    control* page_ = nullptr;
    int points_ = 0;
};

} // namespace jmld::storage_faults
