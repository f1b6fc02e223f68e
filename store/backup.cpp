// SQLite's backup API: what the same connection writes meanwhile reaches the copy by itself.
#include "store/backup.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace jmld::store {

namespace {

// Ours alone from the first byte; a file that is there is never written over.
result<void> create(const std::string& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
        return {};
    }
    if (errno == EEXIST)
        return failure(errc::conflict, "the file " + file + " exists already", "name a new one");
    return failure(errc::invalid_input, fmt::format("cannot create {}: {}", file, std::strerror(errno)),
                   "jmld writes it itself: name a folder on its machine that it may write to");
}

error said_by(sqlite3* copy, int code)
{
    return {error_class(code) == errc::overloaded ? errc::overloaded : errc::unavailable,
            fmt::format("the copy failed: {}", copy == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(copy)),
            "nothing of it was kept; the database itself is as it was"};
}

} // namespace

void backup::closer::operator()(sqlite3* db) const { sqlite3_close(db); }

result<std::unique_ptr<backup>> backup::begin(connection& from, const std::string& file)
{
    if (auto created = create(file); !created)
        return std::unexpected(created.error());
    std::unique_ptr<backup> made(new backup(file));
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    made->copy_.reset(raw);
    if (code != SQLITE_OK)
        return std::unexpected(said_by(raw, code));
    made->under_way_ = sqlite3_backup_init(raw, "main", from.raw(), "main");
    if (made->under_way_ == nullptr)
        return std::unexpected(said_by(raw, sqlite3_errcode(raw)));
    return made;
}

backup::~backup()
{
    if (under_way_ != nullptr)
        sqlite3_backup_finish(under_way_);
    copy_.reset();
    if (complete_)
        return;
    for (const auto* beside : {"", "-journal", "-wal", "-shm"})
        ::unlink((file_ + beside).c_str());
}

result<bool> backup::step(int pages)
{
    const int code = sqlite3_backup_step(under_way_, pages);
    if (code == SQLITE_DONE)
        return finish();
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return false;
    return std::unexpected(said_by(copy_.get(), code));
}

result<bool> backup::finish()
{
    const int code = sqlite3_backup_finish(std::exchange(under_way_, nullptr));
    if (code != SQLITE_OK)
        return std::unexpected(said_by(copy_.get(), code));
    complete_ = true;
    return true;
}

} // namespace jmld::store
