// Rows that are on disk before anybody hears of them, in bare SQLite on a thread of its own: the floor of every durable
// figure. It knows what a row is for as little as the journal's tables.
#pragma once

#include <sqlite3.h>

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace jmld::bench {

// Group commit as bare as it can be: whatever queued while the last COMMIT ran goes into one transaction.
class durable_rows
{
public:
    durable_rows(const std::filesystem::path& file, int row_bytes, int wake)
        : row_(static_cast<std::size_t>(row_bytes), 'x'), wake_(wake)
    {
        if (::sqlite3_open(file.c_str(), &db_) != SQLITE_OK)
            throw std::runtime_error("the floor's database cannot be opened");
        execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE fact(run INTEGER, seq INTEGER, bytes BLOB, PRIMARY KEY(run, seq)) WITHOUT ROWID");
        ::sqlite3_prepare_v2(db_, "INSERT INTO fact VALUES(?1, ?2, ?3)", -1, &insert_, nullptr);
        thread_ = std::thread([this] { work(); });
    }
    ~durable_rows()
    {
        {
            const std::lock_guard lock(mutex_);
            closing_ = true;
        }
        more_.notify_one();
        thread_.join();
        ::sqlite3_finalize(insert_);
        ::sqlite3_close(db_);
    }
    durable_rows(const durable_rows&) = delete;
    durable_rows& operator=(const durable_rows&) = delete;

    void push(int run, int seq)
    {
        {
            const std::lock_guard lock(mutex_);
            queued_.push_back({run, seq});
        }
        more_.notify_one();
    }
    std::vector<int> take_done()
    {
        const std::lock_guard lock(mutex_);
        return std::exchange(done_, {});
    }

private:
    void execute(const char* sql)
    {
        if (::sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(::sqlite3_errmsg(db_));
    }

    void work()
    {
        for (;;) {
            std::vector<std::pair<int, int>> batch;
            {
                std::unique_lock lock(mutex_);
                more_.wait(lock, [this] { return closing_ || !queued_.empty(); });
                if (queued_.empty())
                    return;
                batch.swap(queued_);
            }
            execute("BEGIN IMMEDIATE");
            for (const auto& [run, seq] : batch) {
                ::sqlite3_bind_int(insert_, 1, run);
                ::sqlite3_bind_int(insert_, 2, seq);
                ::sqlite3_bind_blob(insert_, 3, row_.data(), static_cast<int>(row_.size()), SQLITE_STATIC);
                ::sqlite3_step(insert_);
                ::sqlite3_reset(insert_);
            }
            execute("COMMIT");
            {
                const std::lock_guard lock(mutex_);
                for (const auto& row : batch)
                    done_.push_back(row.first);
            }
            const std::uint64_t one = 1;
            static_cast<void>(::write(wake_, &one, sizeof one));
        }
    }

    std::string row_;
    int wake_;
    sqlite3* db_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<std::pair<int, int>> queued_;
    std::vector<int> done_;
    bool closing_ = false;
    std::thread thread_;
};

} // namespace jmld::bench
