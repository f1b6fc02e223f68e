// What one more joiner costs a store that already has so many finished ones: bytes handed to the disk, pages in the
// log, steps of SQLite's machine. Nothing here depends on timing: each commit has the same requests in every run of it.
#include "bench/process_use.hpp"
#include "store/applying.hpp"
#include "store/event_rows.hpp"
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "tests/support/joiner_rows.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

using namespace jmld;

namespace {

constexpr int checkpoint_pages = 4000; // as the daemon's

void must(const result<void>& done)
{
    if (!done)
        throw std::runtime_error(done.error().what);
}

class store_file
{
public:
    explicit store_file(const std::string& path) : db_(open(path))
    {
        sqlite3_wal_hook(
            db_.raw(),
            [](void* pages, sqlite3*, const char*, int in_log) {
                *static_cast<int*>(pages) = in_log;
                return SQLITE_OK;
            },
            &log_pages_);
    }

    /// All of them side by side: each COMMIT takes the next request of each.
    void live(int first, int count)
    {
        std::vector<test::joiner_rows> people;
        std::vector<std::vector<runtime::transaction>> lives;
        for (int each = first; each < first + count; ++each)
            lives.push_back(people.emplace_back(each).commits());
        begin();
        for (const auto& one : people)
            if (const auto kept = store::accept_events(db_, {one.event()}); !kept)
                throw std::runtime_error(kept.error().what);
        commit();
        for (std::size_t turn = 0; turn < lives.front().size(); ++turn) {
            begin();
            for (const auto& one : lives)
                must(store::apply(db_, one[turn]));
            commit();
        }
    }

    void be_quick(bool quick) { must(db_.execute(quick ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL")); }
    std::int64_t steps(int what) const
    {
        std::int64_t sum = 0;
        for (auto* one = sqlite3_next_stmt(db_.raw(), nullptr); one != nullptr; one = sqlite3_next_stmt(db_.raw(), one))
            sum += sqlite3_stmt_status(one, what, 1);
        return sum;
    }
    std::int64_t frames = 0, commits = 0;

private:
    static store::connection open(const std::string& path)
    {
        std::ofstream(path).close();
        auto opened = store::connection::open(path, store::access::writing);
        if (!opened)
            throw std::runtime_error(opened.error().what);
        must(store::migrate(*opened, path, store::embedded_migrations()));
        return std::move(*opened);
    }
    void begin() { must(db_.use("BEGIN IMMEDIATE").run()); }
    void commit()
    {
        const int before = log_pages_;
        must(db_.use("COMMIT").run());
        ++commits;
        frames += log_pages_ > before ? log_pages_ - before : log_pages_;
        if (log_pages_ >= checkpoint_pages)
            sqlite3_wal_checkpoint_v2(db_.raw(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }

    int log_pages_ = 0;
    store::connection db_;
};

void measure(store_file& file, bool json, int& next, int history, int together)
{
    constexpr int filling = 200, measured = 480;
    file.be_quick(true);
    while (next < history) {
        file.live(next, std::min(filling, history - next));
        next += std::min(filling, history - next);
    }
    file.be_quick(false);
    (void)file.steps(SQLITE_STMTSTATUS_VM_STEP);
    (void)file.steps(SQLITE_STMTSTATUS_FULLSCAN_STEP);
    file.frames = file.commits = 0;
    const auto before = bench::io_bytes("wchar");
    for (int done = 0; done < measured; done += together, next += together)
        file.live(next, together);
    const double bytes = static_cast<double>(bench::io_bytes("wchar") - before) / measured;
    const auto each = [&](std::int64_t sum) { return static_cast<double>(sum) / measured; };
    const auto pattern = json ? "{{\"name\":\"history\",\"finished\":{},\"together\":{},\"kib_written_each\":{:.1f},"
                                "\"log_pages_each\":{:.2f},"
                                "\"log_pages_per_commit\":{:.2f},\"steps_each\":{:.0f},\"scan_steps_each\":{:.1f}}}\n"
                              : "finished {:>7}  together {:>3}  written {:>6.1f} KiB  log pages {:>6.2f} (a commit "
                                "{:>5.2f})  steps {:>6.0f} "
                                " of scans {:>4.1f}\n";
    fmt::print(fmt::runtime(pattern), history, together, bytes / 1024, each(file.frames),
               static_cast<double>(file.frames) / static_cast<double>(file.commits),
               each(file.steps(SQLITE_STMTSTATUS_VM_STEP)), each(file.steps(SQLITE_STMTSTATUS_FULLSCAN_STEP)));
}

} // namespace

int main(int count_of_arguments, char** arguments)
{
    bool json = false;
    std::vector<int> histories;
    for (int i = 1; i < count_of_arguments; ++i)
        if (std::string_view(arguments[i]) == "--json")
            json = true;
        else
            histories.push_back(std::atoi(arguments[i]));
    if (histories.empty())
        histories = {1'000, 10'000, 100'000};
    auto folder = std::filesystem::temp_directory_path().string() + "/jmld-history-bench-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        return 1;
    {
        store_file file(folder + "/history.db");
        int next = 0;
        for (const int history : histories)
            for (const int together : {1, 20, 60})
                measure(file, json, next, std::max(history, next), together);
    }
    std::filesystem::remove_all(folder);
    return 0;
}
