// What tests of the SQLite journal share: opening one in a folder, many calls at once, a look at the bare database. It
// tests nothing.
#pragma once

#include "store/journals.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace jmld::test {

/// Any other program's view of the file.
class raw_database
{
public:
    explicit raw_database(const std::string& path)
    {
        if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK)
            throw std::runtime_error("cannot open " + path);
    }
    raw_database(const raw_database&) = delete;
    raw_database& operator=(const raw_database&) = delete;
    ~raw_database() { sqlite3_close(db_); }

    void execute(const std::string& sql) const
    {
        if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(db_));
    }
    /// Every value of every row, columns joined by a space.
    std::vector<std::string> rows(const std::string& sql) const
    {
        sqlite3_stmt* query = nullptr;
        if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &query, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(db_));
        std::vector<std::string> found;
        while (sqlite3_step(query) == SQLITE_ROW) {
            std::string row;
            for (int column = 0; column < sqlite3_column_count(query); ++column) {
                const auto* bytes = static_cast<const char*>(sqlite3_column_blob(query, column));
                row += (column > 0 ? " " : "") +
                       std::string(bytes == nullptr ? "" : bytes,
                                   static_cast<std::size_t>(sqlite3_column_bytes(query, column)));
            }
            found.push_back(std::move(row));
        }
        sqlite3_finalize(query);
        return found;
    }

private:
    sqlite3* db_ = nullptr;
};

class SqliteJournal : public testing::Test
{
protected:
    SqliteJournal() { options.path = folder.file("jmld.db"); }
    ~SqliteJournal() override { close(); }

    void open()
    {
        auto opened = store::open_sqlite_journal(loop.get_executor(), options);
        ASSERT_TRUE(opened) << opened.error().what;
        journal = std::move(*opened);
    }
    void close()
    {
        if (journal)
            run_awaitable(loop, journal->close());
        journal.reset();
    }
    error refusal()
    {
        auto opened = store::open_sqlite_journal(loop.get_executor(), options);
        EXPECT_FALSE(opened);
        if (opened)
            run_awaitable(loop, (*opened)->close());
        return opened ? error{} : opened.error();
    }
    template <class T> T ask(boost::asio::awaitable<T> call) { return run_awaitable(loop, std::move(call)); }
    result<std::vector<runtime::accept_answer>> accept(runtime::incoming_event one)
    {
        std::vector<runtime::incoming_event> batch;
        batch.push_back(std::move(one));
        return ask(journal->accept(std::move(batch)));
    }
    /// Waits for what another thread brings about.
    template <class Condition> static void until(Condition holds)
    {
        while (!holds())
            std::this_thread::yield();
    }

    temporary_folder folder;
    boost::asio::io_context loop;
    store::sqlite_options options;
    std::unique_ptr<runtime::journal> journal;
};

} // namespace jmld::test
