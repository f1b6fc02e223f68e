// Opens an image as the next start would, through SQLite alone: what jmld makes of it is tried elsewhere.
#include "tests/storage_faults/image.hpp"

#include <sqlite3.h>

#include <memory>

namespace jmld::storage_faults {

namespace {

struct closer
{
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* query) const { sqlite3_finalize(query); }
};

/// The first column of each row; an error as a row of its own.
std::vector<std::string> column(sqlite3* db, const char* sql)
{
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(db, sql, -1, &made, nullptr) != SQLITE_OK)
        return {sqlite3_errmsg(db)};
    const std::unique_ptr<sqlite3_stmt, closer> query(made);
    std::vector<std::string> rows;
    int code = SQLITE_OK;
    while ((code = sqlite3_step(made)) == SQLITE_ROW)
        rows.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(made, 0)));
    if (code != SQLITE_DONE)
        rows.emplace_back(sqlite3_errmsg(db));
    return rows;
}

/// A run's row says how far its history goes; neither may be without the other.
constexpr const char* torn_runs =
    "SELECT id FROM run WHERE last_seq <> (SELECT count(*) FROM fact WHERE fact.run = run.n)";

} // namespace

found_in_image look_into(const std::filesystem::path& database)
{
    sqlite3* made = nullptr;
    const int opened = sqlite3_open_v2(database.c_str(), &made, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, closer> db(made);
    if (opened != SQLITE_OK)
        return {"cannot be opened", {}};
    found_in_image found;
    for (const auto& row : column(made, "PRAGMA integrity_check"))
        found.integrity += (found.integrity.empty() ? "" : "; ") + row;
    const auto version = column(made, "PRAGMA user_version");
    if (version == std::vector<std::string>{"0"})
        return found; // from before the schema was made
    for (const auto& row : column(made, "PRAGMA foreign_key_check"))
        found.integrity += "; a row of " + row + " refers to nothing";
    for (const auto& row : column(made, torn_runs))
        found.integrity += "; history and row of " + row + " do not fit";
    found.events = column(made, "SELECT id FROM event ORDER BY n");
    return found;
}

} // namespace jmld::storage_faults
