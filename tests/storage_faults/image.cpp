// A file is its synced bytes and a list of what came since; a sync makes the list part of the bytes. A sync that failed
// drops the list: the kernel calls such pages clean and forgets them.
#include "tests/storage_faults/image.hpp"

#include "tests/end_to_end/process.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace jmld::storage_faults {

namespace {

constexpr std::size_t sector = 512;

std::filesystem::path path_of(const std::filesystem::path& database, std::uint32_t file)
{
    return file == log_file ? database.string() + "-wal" : database.string();
}

void put(std::string& bytes, const change& one, std::size_t length)
{
    if (one.head.call == truncate_call) {
        bytes.resize(one.head.offset);
        return;
    }
    if (bytes.size() < one.head.offset + length)
        bytes.resize(one.head.offset + length);
    bytes.replace(one.head.offset, length, one.bytes, 0, length);
}

std::string after_loss(std::string bytes, const std::vector<change>& pending, const fate_of_change& choose)
{
    for (const auto& one : pending) {
        const auto what = choose();
        if (what == fate::lost)
            continue;
        const auto whole = one.bytes.size();
        put(bytes, one, what == fate::kept ? whole : whole / 2 / sector * sector);
    }
    return bytes;
}

} // namespace

std::vector<change> read_trace(const std::filesystem::path& file)
{
    const auto text = end_to_end::read_text(file);
    std::vector<change> all;
    for (std::size_t at = 0; at + sizeof(trace_entry) <= text.size();) {
        change next{};
        std::memcpy(&next.head, text.data() + at, sizeof(trace_entry));
        at += sizeof(trace_entry);
        if (at + next.head.length > text.size())
            break; // the process died while it wrote this down
        next.bytes = text.substr(at, next.head.length);
        at += next.head.length;
        all.push_back(std::move(next));
    }
    return all;
}

fate_of_change all_are(fate what)
{
    return [what] { return what; };
}

fate_of_change drawn(std::minstd_rand& chance)
{
    return [&chance] {
        const auto number = std::uniform_int_distribution<int>(0, 9)(chance);
        return number < 5 ? fate::kept : number < 8 ? fate::lost : fate::torn;
    };
}

disk_image::disk_image(const std::filesystem::path& database)
{
    for (const auto file : {database_file, log_file})
        if (std::filesystem::exists(path_of(database, file)))
            files_[file] = {true, end_to_end::read_text(path_of(database, file)), {}};
}

void disk_image::apply(const change& next)
{
    if (next.head.file != database_file && next.head.file != log_file)
        return;
    auto& file = files_[next.head.file];
    switch (next.head.call) {
    case write_call:
    case truncate_call:
        file.there = true;
        file.pending.push_back(next);
        return;
    case sync_call:
        if (next.head.failed == 0)
            file.durable = after_loss(std::move(file.durable), file.pending, all_are(fate::kept));
        file.pending.clear();
        return;
    case unlink_call:
        file = {};
        return;
    default:
        return;
    }
}

std::size_t disk_image::pending() const
{
    std::size_t count = 0;
    for (const auto& [name, file] : files_)
        count += file.pending.size();
    return count;
}

void disk_image::write(const std::filesystem::path& database, const fate_of_change& choose) const
{
    for (const auto* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(database.string() + suffix);
    for (const auto& [name, file] : files_)
        if (file.there)
            end_to_end::write_text(path_of(database, name), after_loss(file.durable, file.pending, choose));
}

} // namespace jmld::storage_faults
