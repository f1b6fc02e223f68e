// Preloaded into jmld: stands between SQLite and the C library, counts the calls on the database's files, writes the
// changes down, and makes the one fail that a test has asked for; it can also make the log appear longer to jmld than
// it is. Calls on all other files pass untouched.
#include "tests/storage_faults/control.hpp"

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

using namespace jmld::storage_faults;

constexpr int descriptors_max = 4096;
std::atomic<std::uint32_t> kind_of_descriptor[descriptors_max]; // zero: none of ours

template <class Function> Function real(const char* name) { return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name)); }

int plain_open(const char* path, int flags, mode_t mode)
{
    static const auto next = real<int (*)(const char*, int, ...)>("open64");
    return next(path, flags, mode);
}

control* attach()
{
    const char* path = std::getenv(control_variable);
    if (path == nullptr)
        return nullptr;
    const int handle = plain_open(path, O_RDWR | O_CLOEXEC, 0);
    if (handle < 0)
        return nullptr;
    void* page = ::mmap(nullptr, sizeof(control), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    return page == MAP_FAILED ? nullptr : static_cast<control*>(page);
}

control* shared()
{
    static control* const page = attach();
    return page;
}

std::uint32_t kind_of(const char* path)
{
    const auto* page = shared();
    if (page == nullptr || path == nullptr)
        return 0;
    const auto length = std::strlen(page->database);
    if (std::strncmp(path, page->database, length) != 0)
        return 0;
    const char* rest = path + length;
    if (*rest == '\0')
        return database_file;
    if (std::strcmp(rest, "-wal") == 0)
        return log_file;
    return std::strcmp(rest, "-shm") == 0 ? index_file : other_file;
}

std::uint32_t kind_of(int descriptor)
{
    return descriptor >= 0 && descriptor < descriptors_max ? kind_of_descriptor[descriptor].load() : 0;
}

void remember(int descriptor, std::uint32_t kind)
{
    if (descriptor >= 0 && descriptor < descriptors_max)
        kind_of_descriptor[descriptor] = kind;
}

[[noreturn]] void die()
{
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

/// What is to happen to this call. A deadly fault does not return.
fault due(std::uint32_t call, std::uint32_t kind)
{
    auto* page = shared();
    const auto armed = static_cast<fault>(page->what.load());
    if (armed == fault::none || (page->calls & call) == 0 || (page->files & kind) == 0)
        return fault::none;
    const auto number = ++page->seen;
    if (number < page->first || (number > page->first && page->sticky == 0))
        return fault::none;
    if (page->hit++ == 0) {
        page->hit_call = call;
        page->hit_file = kind;
    }
    if (armed == fault::kill || (armed == fault::tear && call != write_call))
        die();
    return armed == fault::cut_short && call != write_call ? fault::none : armed;
}

void write_down(trace_entry entry, const void* bytes)
{
    auto* page = shared();
    if (page->trace[0] == '\0' || entry.file == index_file)
        return;
    static const int handle = plain_open(page->trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    iovec parts[2] = {{&entry, sizeof entry}, {const_cast<void*>(bytes), entry.length}};
    if (::writev(handle, parts, entry.length > 0 ? 2 : 1) < 0)
        die();
}

int fail()
{
    errno = shared()->error;
    return -1;
}

/// A call without bytes: fails, or is made and written down.
template <class Do> int change(std::uint32_t call, std::uint32_t kind, std::uint64_t offset, Do make)
{
    if (kind == 0)
        return make();
    const trace_entry entry{call, kind, offset, 0, 0, shared()->promised};
    if (due(call, kind) == fault::fail) {
        auto failed = entry;
        failed.failed = 1;
        write_down(failed, nullptr);
        return fail();
    }
    const int made = make();
    if (made >= 0)
        write_down(entry, nullptr);
    return made;
}

template <class Next> int open_with(Next next, const char* path, int flags, mode_t mode)
{
    const auto kind = kind_of(path);
    if (kind == 0)
        return next(path, flags, mode);
    if (due(open_call, kind) == fault::fail)
        return fail();
    const int opened = next(path, flags, mode);
    remember(opened, kind);
    return opened;
}

// What jmld's store asks to be told after each commit: how many pages the log has. One connection of it asks.
int (*told_of_log)(void*, sqlite3*, const char*, int) = nullptr;

int tell_of_log(void* context, sqlite3* connection, const char* name, int pages)
{
    const auto times = static_cast<int>(shared() == nullptr ? 0 : shared()->log_appears.load());
    return told_of_log(context, connection, name, times > 0 ? pages * times : pages);
}

mode_t mode_of(int flags, va_list rest)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

} // namespace

extern "C" {

int open64(const char* path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const auto mode = mode_of(flags, rest);
    va_end(rest);
    return open_with(plain_open, path, flags, mode);
}

int open(const char* path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const auto mode = mode_of(flags, rest);
    va_end(rest);
    return open_with(plain_open, path, flags, mode);
}

int close(int descriptor)
{
    static const auto next = real<int (*)(int)>("close");
    remember(descriptor, 0);
    return next(descriptor);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset)
{
    static const auto next = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    const auto kind = kind_of(descriptor);
    if (kind == 0)
        return next(descriptor, bytes, count, offset);
    trace_entry entry{write_call, kind, static_cast<std::uint64_t>(offset), 0, 0, shared()->promised};
    const auto what = due(write_call, kind);
    if (what == fault::fail)
        return fail();
    const auto made = next(descriptor, bytes, what == fault::none || count < 2 ? count : count / 2, offset);
    if (made > 0) {
        entry.length = static_cast<std::uint32_t>(made);
        write_down(entry, bytes);
    }
    if (what == fault::tear)
        die();
    return made;
}

ssize_t pread64(int descriptor, void* bytes, size_t count, off64_t offset)
{
    static const auto next = real<ssize_t (*)(int, void*, size_t, off64_t)>("pread64");
    const auto kind = kind_of(descriptor);
    if (kind != 0 && due(read_call, kind) == fault::fail)
        return fail();
    return next(descriptor, bytes, count, offset);
}

int fdatasync(int descriptor)
{
    static const auto next = real<int (*)(int)>("fdatasync");
    return change(sync_call, kind_of(descriptor), 0, [&] { return next(descriptor); });
}

int fsync(int descriptor)
{
    static const auto next = real<int (*)(int)>("fsync");
    return change(sync_call, kind_of(descriptor), 0, [&] { return next(descriptor); });
}

int ftruncate64(int descriptor, off64_t size)
{
    static const auto next = real<int (*)(int, off64_t)>("ftruncate64");
    return change(truncate_call, kind_of(descriptor), static_cast<std::uint64_t>(size),
                  [&] { return next(descriptor, size); });
}

int unlink(const char* path)
{
    static const auto next = real<int (*)(const char*)>("unlink");
    return change(unlink_call, kind_of(path), 0, [&] { return next(path); });
}

int rename(const char* from, const char* to)
{
    static const auto next = real<int (*)(const char*, const char*)>("rename");
    return change(rename_call, kind_of(from), 0, [&] { return next(from, to); });
}

void* mmap64(void* where, size_t length, int protection, int flags, int descriptor, off64_t offset)
{
    static const auto next = real<void* (*)(void*, size_t, int, int, int, off64_t)>("mmap64");
    const auto kind = kind_of(descriptor);
    if (kind != 0 && due(map_call, kind) == fault::fail) {
        fail();
        return MAP_FAILED;
    }
    return next(where, length, protection, flags, descriptor, offset);
}

void* sqlite3_wal_hook(sqlite3* connection, int (*told)(void*, sqlite3*, const char*, int), void* context)
{
    static const auto next =
        real<void* (*)(sqlite3*, int (*)(void*, sqlite3*, const char*, int), void*)>("sqlite3_wal_hook");
    told_of_log = told;
    return next(connection, told == nullptr ? nullptr : tell_of_log, context);
}

} // extern "C"
