// How a connection is opened: every setting of durability and every lock on what a hostile file or a mistake of ours
// could do. Migrating is elsewhere; nothing here creates a table.
#include "store/gathered_files.hpp"
#include "store/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <mutex>
#include <string_view>

namespace jmld::store {

namespace {

constexpr int length_bytes_max = 32 * 1024 * 1024; // a row; far above an event's 256 KiB with its mapped form

// The counters of memory use take a process-wide mutex at every allocation; nobody reads them.
void configure_once()
{
    static std::once_flag done;
    std::call_once(done, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

int authorize(void*, int action, const char*, const char*, const char*, const char*)
{
    switch (action) {
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_DROP_TEMP_VIEW:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_VIEW:
    case SQLITE_DROP_VTABLE:
    case SQLITE_ALTER_TABLE:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_REINDEX:
        return SQLITE_DENY;
    default:
        return SQLITE_OK;
    }
}

void harden(sqlite3* db)
{
    sqlite3_extended_result_codes(db, 1);
    for (const auto& [setting, value] :
         {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
          {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
          {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
          {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
          {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
          {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
          {SQLITE_DBCONFIG_DQS_DDL, 0},
          {SQLITE_DBCONFIG_DQS_DML, 0},
          // Nobody checkpoints but the writer, when it says so: the race of wal.html needs a second one.
          {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}})
        sqlite3_db_config(db, setting, value, nullptr);
    for (const auto& [limit, value] : {std::pair{SQLITE_LIMIT_LENGTH, length_bytes_max},
                                       {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                       {SQLITE_LIMIT_COLUMN, 100},
                                       {SQLITE_LIMIT_EXPR_DEPTH, 30},
                                       {SQLITE_LIMIT_COMPOUND_SELECT, 5},
                                       {SQLITE_LIMIT_VDBE_OP, 25'000},
                                       {SQLITE_LIMIT_FUNCTION_ARG, 8},
                                       {SQLITE_LIMIT_ATTACHED, 0},
                                       {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
                                       {SQLITE_LIMIT_VARIABLE_NUMBER, 40},
                                       {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
                                       {SQLITE_LIMIT_WORKER_THREADS, 0}})
        sqlite3_limit(db, limit, value);
}

constexpr const char* settings_of_both =
    "PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
    "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;";

result<void> set_as_writer(connection& db)
{
    // Small pages: a commit writes every page it touches, and it touches many for a few bytes each. A file that has
    // content keeps its own.
    const auto set = db.execute(
        "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = -1; PRAGMA cache_size = -4096;");
    if (!set)
        return set;
    auto mode = db.use("PRAGMA journal_mode");
    const auto row = mode.step();
    if (!row)
        return std::unexpected(row.error());
    if (mode.text(0) != "wal")
        return failure(errc::unavailable,
                       "the database cannot use a write-ahead log (its journal mode stays '" + mode.text(0) + "')",
                       "put it on a local file system");
    // A 202 is a promise only with this; so it is read back.
    const auto synchronous = db.number("PRAGMA synchronous");
    if (!synchronous)
        return std::unexpected(synchronous.error());
    if (*synchronous != 2)
        return failure(errc::unavailable, "SQLite did not take synchronous=FULL");
    return {};
}

} // namespace

result<connection> connection::open(const std::string& path, access how)
{
    configure_once();
    sqlite3* raw = nullptr;
    const int flags = (how == access::writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
                      SQLITE_OPEN_PRIVATECACHE; // links are followed: a StateDirectory may be one
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, how == access::writing ? gathered_files() : nullptr);
    connection db(raw);
    if (code != SQLITE_OK)
        return failure(errc::unavailable, fmt::format("cannot open the database {}: {}", path,
                                                      raw == nullptr ? "out of memory" : sqlite3_errmsg(raw)));
    harden(raw);
    if (auto set = db.execute(settings_of_both); !set)
        return std::unexpected(set.error());
    auto set =
        how == access::writing ? set_as_writer(db) : db.execute("PRAGMA query_only = ON; PRAGMA cache_size = -2048;");
    if (!set)
        return std::unexpected(set.error());
    return db;
}

void connection::refuse_schema_changes(bool refuse)
{
    sqlite3_set_authorizer(db_.get(), refuse ? authorize : nullptr, nullptr);
}

} // namespace jmld::store
