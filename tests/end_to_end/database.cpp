// Looking into the database file once nobody writes to it any more. Read-only; it knows no table by name but `payload`.
#include "tests/end_to_end/stack.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace jmld::end_to_end {

namespace {

class reader
{
public:
    explicit reader(const std::filesystem::path& file)
    {
        if (sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
            throw std::runtime_error(file.string() + " cannot be opened");
    }
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;
    ~reader() { sqlite3_close_v2(handle_); }

    std::vector<std::vector<std::string>> rows(const std::string& sql)
    {
        sqlite3_stmt* query = nullptr;
        if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &query, nullptr) != SQLITE_OK)
            throw std::runtime_error(sql + ": " + sqlite3_errmsg(handle_));
        std::vector<std::vector<std::string>> all;
        int code = SQLITE_OK;
        while ((code = sqlite3_step(query)) == SQLITE_ROW) {
            auto& row = all.emplace_back();
            for (int column = 0; column < sqlite3_column_count(query); ++column) {
                const auto* bytes = static_cast<const char*>(sqlite3_column_blob(query, column));
                row.emplace_back(bytes == nullptr ? "" : bytes,
                                 static_cast<std::size_t>(sqlite3_column_bytes(query, column)));
            }
        }
        sqlite3_finalize(query);
        if (code != SQLITE_DONE)
            throw std::runtime_error(sql + ": " + sqlite3_errmsg(handle_));
        return all;
    }

private:
    sqlite3* handle_ = nullptr;
};

} // namespace

std::string integrity_of(const std::filesystem::path& database)
{
    std::string text;
    for (const auto& row : reader(database).rows("PRAGMA integrity_check"))
        text += (text.empty() ? "" : "; ") + row.front();
    return text;
}

std::string dump_without_payloads(const std::filesystem::path& database)
{
    reader from(database);
    std::string text;
    for (const auto& table : from.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'payload'")) {
        text += "== " + table.front() + "\n";
        for (const auto& row : from.rows("SELECT * FROM \"" + table.front() + "\"")) {
            for (const auto& cell : row)
                text += cell + "\x1f";
            text += "\n";
        }
    }
    return text;
}

} // namespace jmld::end_to_end
