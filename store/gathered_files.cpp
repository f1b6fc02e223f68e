// Each file object carries its pending bytes; SQLite uses one from one thread at a time, with its connection. Errors
// of a late write come from the call that had to write it, so at the latest from the sync of the same commit.
#include "store/gathered_files.hpp"

#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

namespace jmld::store {

namespace {

// SQLite's layer for Unix writes the length modulo 128 KiB (os_unix.c, seekAndWriteFd), and takes nothing for a full
// disk.
constexpr std::size_t pending_bytes_max = 120 * 1024;

// The layer below and the name of ours. Lives as long as the process: SQLite may hold a pointer to it.
struct layer
{
    sqlite3_vfs* below;
    std::string name;
    sqlite3_vfs vfs;
};

struct gathered_file
{
    sqlite3_file base;
    sqlite3_file* below; ///< stands behind this in the same memory
    std::vector<char>* pending;
    sqlite3_int64 pending_at; ///< where in the file the first of them goes
};

gathered_file& mine(sqlite3_file* file) { return *reinterpret_cast<gathered_file*>(file); }
sqlite3_file* below(sqlite3_file* file) { return mine(file).below; }

sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<layer*>(vfs->pAppData)->below; }

// What could not be written is given up: SQLite takes the whole transaction, or the whole copying back, as failed.
int write_pending(gathered_file& file)
{
    if (file.pending->empty())
        return SQLITE_OK;
    const int code = file.below->pMethods->xWrite(file.below, file.pending->data(),
                                                  static_cast<int>(file.pending->size()), file.pending_at);
    file.pending->clear();
    return code;
}

int close(sqlite3_file* file)
{
    auto& one = mine(file);
    const int written = write_pending(one);
    delete one.pending; // NOLINT(cppcoreguidelines-owning-memory): SQLite owns the file object, which has no destructor
    const int code = one.below->pMethods->xClose(one.below);
    return written != SQLITE_OK ? written : code;
}

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at)
{
    if (const int code = write_pending(mine(file)); code != SQLITE_OK)
        return code;
    return below(file)->pMethods->xRead(below(file), to, size, at);
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at)
{
    auto& one = mine(file);
    auto& pending = *one.pending;
    const auto bytes = static_cast<std::size_t>(size);
    const bool follows = !pending.empty() && at == one.pending_at + static_cast<sqlite3_int64>(pending.size()) &&
                         pending.size() + bytes <= pending_bytes_max;
    if (!follows)
        if (const int code = write_pending(one); code != SQLITE_OK)
            return code;
    if (bytes > pending_bytes_max)
        return one.below->pMethods->xWrite(one.below, from, size, at);
    if (pending.empty())
        one.pending_at = at;
    const auto* first = static_cast<const char*>(from);
    try {
        pending.insert(pending.end(), first, first + bytes);
    } catch (const std::bad_alloc&) {
        return SQLITE_IOERR_NOMEM;
    }
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size)
{
    if (const int code = write_pending(mine(file)); code != SQLITE_OK)
        return code;
    return below(file)->pMethods->xTruncate(below(file), size);
}

int sync(sqlite3_file* file, int flags)
{
    if (const int code = write_pending(mine(file)); code != SQLITE_OK)
        return code;
    return below(file)->pMethods->xSync(below(file), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size)
{
    if (const int code = write_pending(mine(file)); code != SQLITE_OK)
        return code;
    return below(file)->pMethods->xFileSize(below(file), size);
}

// Pending bytes go out only in calls whose errors SQLite heeds: it may ignore those of locks and hints.
// Version 2: no mapped pages, which could be older than what is pending.
const sqlite3_io_methods gathering{
    2,
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    [](sqlite3_file* file, int how) { return below(file)->pMethods->xLock(below(file), how); },
    [](sqlite3_file* file, int how) { return below(file)->pMethods->xUnlock(below(file), how); },
    [](sqlite3_file* file, int* held) { return below(file)->pMethods->xCheckReservedLock(below(file), held); },
    [](sqlite3_file* file, int operation, void* with) {
        return below(file)->pMethods->xFileControl(below(file), operation, with);
    },
    [](sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); },
    [](sqlite3_file* file) { return below(file)->pMethods->xDeviceCharacteristics(below(file)); },
    [](sqlite3_file* file, int page, int size, int extend, void volatile** at) {
        return below(file)->pMethods->xShmMap(below(file), page, size, extend, at);
    },
    [](sqlite3_file* file, int offset, int count, int flags) {
        return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
    },
    [](sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); },
    [](sqlite3_file* file, int remove) { return below(file)->pMethods->xShmUnmap(below(file), remove); },
    nullptr,
    nullptr,
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* got)
{
    auto* under = below(vfs);
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return under->xOpen(under, name, file, flags, got);
    auto& one = mine(file);
    one.base.pMethods = nullptr; // as long as this is null, SQLite does not close what it could not open
    one.below = reinterpret_cast<sqlite3_file*>(&one + 1);
    std::memset(one.below, 0, static_cast<std::size_t>(under->szOsFile));
    std::unique_ptr<std::vector<char>> pending(new (std::nothrow) std::vector<char>);
    if (!pending)
        return SQLITE_NOMEM;
    const int code = under->xOpen(under, name, one.below, flags, got);
    if (one.below->pMethods == nullptr)
        return code;
    one.pending = pending.release();
    one.pending_at = 0;
    one.base.pMethods = &gathering;
    return code;
}

std::unique_ptr<layer> over(sqlite3_vfs* under)
{
    auto made = std::make_unique<layer>(layer{under, std::string("gathered-") + under->zName, *under});
    made->vfs.zName = made->name.c_str();
    made->vfs.pNext = nullptr;
    made->vfs.pAppData = made.get();
    made->vfs.szOsFile = static_cast<int>(sizeof(gathered_file)) + under->szOsFile;
    made->vfs.xOpen = open;
    made->vfs.xDelete = [](sqlite3_vfs* vfs, const char* name, int sync_folder) {
        return below(vfs)->xDelete(below(vfs), name, sync_folder);
    };
    made->vfs.xAccess = [](sqlite3_vfs* vfs, const char* name, int flags, int* answer) {
        return below(vfs)->xAccess(below(vfs), name, flags, answer);
    };
    made->vfs.xFullPathname = [](sqlite3_vfs* vfs, const char* name, int size, char* full) {
        return below(vfs)->xFullPathname(below(vfs), name, size, full);
    };
    return made;
}

} // namespace

const char* gathered_files()
{
    static std::mutex mutex;
    static std::vector<std::unique_ptr<layer>> layers;
    const std::lock_guard lock(mutex);
    auto* under = sqlite3_vfs_find(nullptr);
    for (const auto& one : layers)
        if (one->below == under)
            return one->name.c_str();
    if (under == nullptr)
        return nullptr;
    auto made = over(under);
    if (sqlite3_vfs_register(&made->vfs, 0) != SQLITE_OK)
        return nullptr;
    layers.push_back(std::move(made));
    return layers.back()->name.c_str();
}

} // namespace jmld::store
