// A layer under SQLite whose writes or fsyncs fail when told so. While one lives it is the default, so whoever opens a
// database gets it.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <stdexcept>

namespace jmld::test {

class faulty_files
{
public:
    faulty_files()
    {
        heal();
        real() = sqlite3_vfs_find("unix");
        shim() = *real();
        shim().zName = "faulty";
        shim().pNext = nullptr;
        shim().szOsFile = static_cast<int>(sizeof(file)) + real()->szOsFile;
        shim().xOpen = open;
        if (sqlite3_vfs_register(&shim(), 1) != SQLITE_OK)
            throw std::runtime_error("SQLite does not take the layer");
    }
    faulty_files(const faulty_files&) = delete;
    faulty_files& operator=(const faulty_files&) = delete;
    ~faulty_files()
    {
        sqlite3_vfs_unregister(&shim());
        sqlite3_vfs_register(real(), 1);
    }

    void fail_writes(int code) const { write_code() = code; }
    void fail_syncs(int code) const { sync_code() = code; }
    void heal() const { write_code() = sync_code() = SQLITE_OK; }

private:
    struct file
    {
        sqlite3_file base;
        sqlite3_file* real; ///< stands behind this in the same memory
    };

    static sqlite3_vfs*& real()
    {
        static sqlite3_vfs* vfs = nullptr;
        return vfs;
    }
    static sqlite3_vfs& shim()
    {
        static sqlite3_vfs vfs;
        return vfs;
    }
    static std::atomic<int>& write_code()
    {
        static std::atomic<int> code = SQLITE_OK;
        return code;
    }
    static std::atomic<int>& sync_code()
    {
        static std::atomic<int> code = SQLITE_OK;
        return code;
    }
    static sqlite3_file* behind(sqlite3_file* one) { return reinterpret_cast<file*>(one)->real; }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* one, int flags, int* out)
    {
        auto* mine = reinterpret_cast<file*>(one);
        mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
        std::memset(mine->real, 0, static_cast<std::size_t>(real()->szOsFile));
        const int code = real()->xOpen(real(), name, mine->real, flags, out);
        one->pMethods = mine->real->pMethods == nullptr ? nullptr : &methods();
        return code;
    }

    static const sqlite3_io_methods& methods()
    {
        static const sqlite3_io_methods all{
            3,
            [](sqlite3_file* f) { return behind(f)->pMethods->xClose(behind(f)); },
            [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
                return behind(f)->pMethods->xRead(behind(f), to, n, at);
            },
            [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
                const int code = write_code();
                return code != SQLITE_OK ? code : behind(f)->pMethods->xWrite(behind(f), from, n, at);
            },
            [](sqlite3_file* f, sqlite3_int64 n) { return behind(f)->pMethods->xTruncate(behind(f), n); },
            [](sqlite3_file* f, int flags) {
                const int code = sync_code();
                return code != SQLITE_OK ? code : behind(f)->pMethods->xSync(behind(f), flags);
            },
            [](sqlite3_file* f, sqlite3_int64* n) { return behind(f)->pMethods->xFileSize(behind(f), n); },
            [](sqlite3_file* f, int how) { return behind(f)->pMethods->xLock(behind(f), how); },
            [](sqlite3_file* f, int how) { return behind(f)->pMethods->xUnlock(behind(f), how); },
            [](sqlite3_file* f, int* is) { return behind(f)->pMethods->xCheckReservedLock(behind(f), is); },
            [](sqlite3_file* f, int op, void* with) { return behind(f)->pMethods->xFileControl(behind(f), op, with); },
            [](sqlite3_file* f) { return behind(f)->pMethods->xSectorSize(behind(f)); },
            [](sqlite3_file* f) { return behind(f)->pMethods->xDeviceCharacteristics(behind(f)); },
            [](sqlite3_file* f, int page, int size, int extend, void volatile** at) {
                return behind(f)->pMethods->xShmMap(behind(f), page, size, extend, at);
            },
            [](sqlite3_file* f, int offset, int n, int flags) {
                return behind(f)->pMethods->xShmLock(behind(f), offset, n, flags);
            },
            [](sqlite3_file* f) { behind(f)->pMethods->xShmBarrier(behind(f)); },
            [](sqlite3_file* f, int remove) { return behind(f)->pMethods->xShmUnmap(behind(f), remove); },
            [](sqlite3_file* f, sqlite3_int64 at, int n, void** to) {
                return behind(f)->pMethods->xFetch(behind(f), at, n, to);
            },
            [](sqlite3_file* f, sqlite3_int64 at, void* from) {
                return behind(f)->pMethods->xUnfetch(behind(f), at, from);
            },
        };
        return all;
    }
};

} // namespace jmld::test
