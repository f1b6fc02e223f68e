// From a path to a running journal: lock, rights, recovery of the log, migration, then the threads. Every way it can
// fail leaves the file as it was.
#include "store/migrations.hpp"
#include "store/sqlite_journal.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace jmld::store {

namespace {

result<void> limit_pages(connection& db, int count)
{
    if (count <= 0)
        return {};
    // A pragma takes no bound value; the number is an option of tests.
    return db.execute(fmt::format("PRAGMA max_page_count = {}", count).c_str());
}

result<connection> open_writing(const sqlite_options& options)
{
    auto db = connection::open(options.path, access::writing);
    if (!db)
        return db;
    if (auto migrated = migrate(*db, options.path, embedded_migrations()); !migrated)
        return std::unexpected(migrated.error());
    if (auto limited = limit_pages(*db, options.page_count_max); !limited)
        return std::unexpected(limited.error());
    db->refuse_schema_changes(true);
    return db;
}

std::string named(const sqlite_options& options, const error& why)
{
    return fmt::format("store {}: {}", options.path, why.what);
}

} // namespace

result<std::unique_ptr<runtime::journal>> open_sqlite_journal(boost::asio::any_io_executor executor,
                                                              sqlite_options options)
{
    auto lock = file_lock::take(options.path + "-lock");
    if (!lock)
        return std::unexpected(lock.error());
    if (auto ready = make_private(options.path); !ready)
        return std::unexpected(ready.error());
    // A clean stop leaves no log behind.
    const bool stopped_uncleanly = file_size(options.path + "-wal") > 0;
    auto writing = open_writing(options);
    if (!writing)
        return failure(writing.error().code, named(options, writing.error()), writing.error().remedy);
    auto reading = connection::open(options.path, access::reading);
    if (!reading)
        return failure(reading.error().code, named(options, reading.error()), reading.error().remedy);
    std::optional<connection> to_check;
    if (stopped_uncleanly) {
        auto checking = connection::open(options.path, access::reading);
        if (!checking)
            return failure(checking.error().code, named(options, checking.error()), checking.error().remedy);
        to_check.emplace(std::move(*checking));
    }
    return std::make_unique<sqlite_journal>(std::move(executor), std::move(options), std::move(*lock),
                                            std::move(*writing), std::move(*reading), std::move(to_check));
}

bool sqlite_has_log_reset_flaw(int number)
{
    if (number == 3'044'006 || number == 3'050'007)
        return false;
    return number >= 3'007'000 && number < 3'051'003;
}

std::string sqlite_version() { return sqlite3_libversion(); }
int sqlite_version_number() { return sqlite3_libversion_number(); }

} // namespace jmld::store
