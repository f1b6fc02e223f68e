// What a disk may hold after the power went: everything synced, and any part of the rest. Rebuilt from the trace of the
// changes. Creating and deleting a file count as durable at once; the -shm file is never kept, it is made anew.
#pragma once

#include "tests/storage_faults/control.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace jmld::storage_faults {

struct change
{
    trace_entry head;
    std::string bytes;
};

std::vector<change> read_trace(const std::filesystem::path& file);

/// What becomes of a change that was not synced.
enum class fate : std::uint8_t { kept, lost, torn };
using fate_of_change = std::function<fate()>;

fate_of_change all_are(fate what);
/// Half of them kept, some torn between sectors.
fate_of_change drawn(std::minstd_rand& chance);

class disk_image
{
public:
    disk_image() = default;
    /// As the files are now, all of it durable.
    explicit disk_image(const std::filesystem::path& database);

    void apply(const change& next);
    std::size_t pending() const;
    /// Writes database and log as the power loss leaves them, in place of what stands there.
    void write(const std::filesystem::path& database, const fate_of_change& choose) const;

private:
    struct one_file
    {
        bool there = false;
        std::string durable;
        std::vector<change> pending;
    };
    std::map<std::uint32_t, one_file> files_;
};

/// What SQLite finds: "ok", or what is wrong. The ids of the events that are there, in their order of arrival.
struct found_in_image
{
    std::string integrity;
    std::vector<std::string> events;
};
found_in_image look_into(const std::filesystem::path& database);

} // namespace jmld::storage_faults
