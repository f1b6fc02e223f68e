// A file of one page, mapped by both sides. `what` is written last when arming and first when healing, so that jmld
// never sees half an order.
#include "tests/storage_faults/faulty_disk.hpp"

#include "tests/support/places.hpp"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace jmld::storage_faults {

std::string name_of_call(std::uint32_t call)
{
    switch (call) {
    case write_call:
        return "write";
    case sync_call:
        return "sync";
    case truncate_call:
        return "truncate";
    case open_call:
        return "open";
    case unlink_call:
        return "unlink";
    case rename_call:
        return "rename";
    case read_call:
        return "read";
    case map_call:
        return "map";
    default:
        return "no call";
    }
}

std::string name_of_file(std::uint32_t file)
{
    switch (file) {
    case database_file:
        return "database";
    case log_file:
        return "log";
    case index_file:
        return "index";
    case other_file:
        return "other file";
    default:
        return "no file";
    }
}

std::string to_text(const order& what)
{
    static constexpr const char* names[] = {"nothing", "kill", "fail", "cut short", "tear"};
    return fmt::format("{}{} at call {}{}", names[static_cast<std::uint32_t>(what.what)],
                       what.error == 0 ? std::string() : fmt::format(" ({})", std::strerror(what.error)), what.at,
                       what.sticky ? " and all after it" : "");
}

faulty_disk::faulty_disk(const std::filesystem::path& folder) : file_(folder / "faults")
{
    const int handle = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0 || ::ftruncate(handle, sizeof(control)) != 0)
        throw std::runtime_error(file_.string() + " cannot be made");
    void* page = ::mmap(nullptr, sizeof(control), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    ::close(handle);
    if (page == MAP_FAILED)
        throw std::runtime_error(file_.string() + " cannot be mapped");
    page_ = new (page) control{};
}

faulty_disk::~faulty_disk() { ::munmap(page_, sizeof(control)); }

std::vector<std::string> faulty_disk::environment() const
{
    return {std::string("LD_PRELOAD=") + test::test_folder + "/storage_faults_preloaded.so",
            std::string(control_variable) + "=" + file_.string()};
}

void faulty_disk::watch(const std::filesystem::path& database)
{
    std::strncpy(page_->database, database.c_str(), sizeof page_->database - 1);
}

void faulty_disk::trace_to(const std::filesystem::path& file)
{
    std::strncpy(page_->trace, file.c_str(), sizeof page_->trace - 1);
}

void faulty_disk::arm(const order& what)
{
    heal();
    points_ = points();
    page_->calls = what.calls;
    page_->files = what.files;
    page_->error = what.error;
    page_->first = what.at;
    page_->sticky = what.sticky ? 1 : 0;
    page_->seen = page_->hit = 0;
    page_->hit_call = page_->hit_file = 0;
    page_->what = static_cast<std::uint32_t>(what.what);
}

void faulty_disk::heal() { page_->what = static_cast<std::uint32_t>(fault::none); }

void faulty_disk::count(std::uint32_t calls, std::uint32_t files)
{
    arm({.what = fault::fail, .at = std::numeric_limits<std::uint64_t>::max(), .calls = calls, .files = files});
}

std::string faulty_disk::met() const
{
    return page_->hit == 0 ? "nothing" : name_of_call(page_->hit_call) + " of the " + name_of_file(page_->hit_file);
}

} // namespace jmld::storage_faults
