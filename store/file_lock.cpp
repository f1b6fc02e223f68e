// A lock file of its own: closing any descriptor of the database itself would drop SQLite's locks on it.
#include "store/file_lock.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jmld::store {

namespace {

std::unexpected<error> cannot(std::string_view what, const std::string& path)
{
    return failure(errc::unavailable, fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)),
                   "the folder of store.path must exist and be writable for the user jmld runs as");
}

} // namespace

result<file_lock> file_lock::take(const std::string& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return cannot("open", path);
    file_lock held(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return held;
    if (errno == EWOULDBLOCK)
        return failure(errc::unavailable, fmt::format("another process has the database open ({} is locked)", path),
                       "stop it first; only one jmld may use a database");
    return cannot("lock", path);
}

file_lock::file_lock(file_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

file_lock::~file_lock()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

result<void> make_private(const std::string& path)
{
    struct ::stat seen = {};
    if (::stat(path.c_str(), &seen) != 0) {
        if (errno != ENOENT)
            return cannot("look at", path);
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor < 0)
            return cannot("create", path);
        ::close(descriptor);
        return {};
    }
    if (!S_ISREG(seen.st_mode))
        return failure(errc::unavailable, path + " is not a file");
    if ((seen.st_mode & 077U) != 0 && ::chmod(path.c_str(), 0600) != 0)
        return cannot("take the rights of others off", path);
    return {};
}

std::uint64_t file_size(const std::string& path)
{
    struct ::stat seen = {};
    return ::stat(path.c_str(), &seen) == 0 ? static_cast<std::uint64_t>(seen.st_size) : 0;
}

} // namespace jmld::store
