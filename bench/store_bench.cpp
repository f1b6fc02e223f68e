// Durable accepts a second and the time to an acknowledgement, each beside its floor in the same run: bare SQLite, same
// settings, same rows, group commit. Prints a table, or JSON lines with --json. It judges nothing.
#include "bench/process_use.hpp"
#include "engine/digest.hpp"
#include "store/journals.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;
using namespace jmld;

namespace {

using steady = std::chrono::steady_clock;

constexpr int body_bytes = 900; // as an event of an HR system
constexpr int canonical_bytes = 600;

struct figures
{
    double seconds = 0, cpu = 0;
    int count = 0;
    std::uint64_t written = 0;        ///< bytes handed to the disk by this process
    std::vector<double> milliseconds; ///< of each acknowledgement

    double per_second() const { return count / seconds; }
    double percentile(double share)
    {
        std::sort(milliseconds.begin(), milliseconds.end());
        return milliseconds.empty()
                   ? 0
                   : milliseconds[static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1))];
    }
};

template <class Work> figures measured(int count, Work work)
{
    figures made;
    made.count = count;
    const auto bytes = bench::io_bytes("wchar");
    const auto cpu = bench::cpu_seconds();
    const auto begin = steady::now();
    work(made);
    made.seconds = std::chrono::duration<double>(steady::now() - begin).count();
    made.cpu = bench::cpu_seconds() - cpu;
    made.written = bench::io_bytes("wchar") - bytes;
    return made;
}

runtime::incoming_event event_number(int n)
{
    runtime::incoming_event incoming;
    auto& event = incoming.event;
    // Ids of HR systems have no order.
    const auto id = digest::sha256_hex("event " + std::to_string(n)).substr(0, 32);
    event.key = {"workday", id};
    event.type = "worker.hired";
    event.received_at = event.entered_at.emplace(time_point{duration{1'790'000'000'000 + n}});
    event.process_id = id;
    event.action = "complete";
    event.details = R"({"effective":{"date":"2026-04-01","zone":"Europe/Berlin","at":"2026-03-31T22:00:00Z"}})";
    event.body.bytes = std::string(body_bytes, 'b') + id;
    event.headers.bytes = R"({"content-type":"application/json"})";
    event.canonical.bytes = std::string(canonical_bytes, 'c') + id;
    event.identity_sha256 = digest::sha256_hex(event.body.bytes);
    incoming.delivery = {event.key, "msg_" + id, event.received_at, 202, "accepted", event.identity_sha256};
    return incoming;
}

// ---- the floor

class bare
{
public:
    explicit bare(const std::string& path)
    {
        check(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                              nullptr));
        execute("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096;"
                "PRAGMA secure_delete=ON;"
                "CREATE TABLE payload(id INTEGER PRIMARY KEY, subject TEXT, bytes BLOB) STRICT;"
                "CREATE TABLE event(n INTEGER PRIMARY KEY, id TEXT, source TEXT, type TEXT, received_at INTEGER, "
                "entered_at INTEGER,"
                "process_id TEXT, action TEXT, details TEXT, identity BLOB, payload INTEGER, sha256 BLOB, webhook_id "
                "TEXT, body BLOB) STRICT;"
                "CREATE UNIQUE INDEX by_id ON event(id, source); CREATE INDEX by_webhook ON event(webhook_id);");
        begin_ = prepare("BEGIN IMMEDIATE");
        commit_ = prepare("COMMIT");
        payload_ = prepare("INSERT INTO payload(bytes) VALUES(?1)");
        event_ = prepare("INSERT INTO event(id, source, type, received_at, entered_at, process_id, action, details, "
                         "identity, payload, sha256,"
                         " webhook_id, body) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)");
    }
    bare(const bare&) = delete;
    bare& operator=(const bare&) = delete;
    ~bare()
    {
        for (auto* one : {begin_, commit_, payload_, event_})
            sqlite3_finalize(one);
        sqlite3_close(db_);
    }

    void begin() const { run(begin_); }
    void commit() const { run(commit_); }
    void insert(const runtime::incoming_event& one) const
    {
        const auto& event = one.event;
        const auto bytes = event.body.bytes + event.headers.bytes + event.canonical.bytes;
        const auto sha256 = digest::sha256(bytes);
        const auto view = digest::view(sha256);
        sqlite3_bind_blob(payload_, 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
        run(payload_);
        int at = 0;
        for (const auto* text : {&event.key.id, &event.key.source, &event.type})
            bind(++at, *text);
        sqlite3_bind_int64(event_, ++at, event.received_at.time_since_epoch().count());
        sqlite3_bind_int64(event_, ++at, event.received_at.time_since_epoch().count());
        for (const auto* text : {&event.process_id, &event.action, &event.details})
            bind(++at, *text);
        sqlite3_bind_blob(event_, ++at, view.data(), 32, SQLITE_STATIC);
        sqlite3_bind_int64(event_, ++at, sqlite3_last_insert_rowid(db_));
        sqlite3_bind_blob(event_, ++at, view.data(), 32, SQLITE_STATIC);
        bind(++at, one.delivery.webhook_id);
        sqlite3_bind_blob(event_, ++at, view.data(), 32, SQLITE_STATIC);
        run(event_);
    }

private:
    void check(int code) const
    {
        if (code != SQLITE_OK && code != SQLITE_DONE)
            throw std::runtime_error(sqlite3_errmsg(db_));
    }
    void execute(const char* sql) const { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
    sqlite3_stmt* prepare(const char* sql) const
    {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v2(db_, sql, -1, &made, nullptr));
        return made;
    }
    void run(sqlite3_stmt* one) const
    {
        check(sqlite3_step(one));
        sqlite3_reset(one);
    }
    void bind(int at, const std::string& text) const
    {
        sqlite3_bind_text(event_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }

    sqlite3* db_ = nullptr;
    sqlite3_stmt *begin_ = nullptr, *commit_ = nullptr, *payload_ = nullptr, *event_ = nullptr;
};

figures floor_of(const std::string& path, int count, int in_flight)
{
    const bare db(path);
    return measured(count, [&](figures& made) {
        for (int n = 0; n < count; n += in_flight) {
            const auto begin = steady::now();
            db.begin();
            for (int i = n; i < std::min(n + in_flight, count); ++i)
                db.insert(event_number(i));
            db.commit();
            made.milliseconds.push_back(std::chrono::duration<double, std::milli>(steady::now() - begin).count());
        }
    });
}

// ---- the store

asio::awaitable<void> accept_one_after_the_other(runtime::journal& journal, int& next, int count, figures& made)
{
    while (next < count) {
        std::vector<runtime::incoming_event> batch{event_number(next++)};
        const auto begin = steady::now();
        const auto answers = co_await journal.accept(std::move(batch));
        if (!answers)
            throw std::runtime_error(answers.error().what);
        made.milliseconds.push_back(std::chrono::duration<double, std::milli>(steady::now() - begin).count());
    }
}

figures store_of(const std::string& path, int count, int in_flight)
{
    asio::io_context loop(1);
    store::sqlite_options options;
    options.path = path;
    auto opened = store::open_sqlite_journal(loop.get_executor(), options);
    if (!opened)
        throw std::runtime_error(opened.error().what);
    auto& journal = **opened;
    auto made = measured(count, [&](figures& inside) {
        int next = 0;
        for (int i = 0; i < in_flight; ++i)
            asio::co_spawn(loop, accept_one_after_the_other(journal, next, count, inside),
                           [](const std::exception_ptr& failed) {
                               if (failed)
                                   std::rethrow_exception(failed);
                           });
        loop.run();
    });
    loop.restart();
    asio::co_spawn(loop, journal.close(), asio::detached);
    loop.run();
    return made;
}

void print(bool json, std::string_view name, int in_flight, figures made, double ratio)
{
    const auto pattern =
        json ? "{{\"name\":\"store "
               "{}\",\"in_flight\":{},\"accepts_per_second\":{:.0f},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},"
               "\"cpu_us_each\":{:.1f},\"bytes_each\":{},\"share_of_floor\":{:.2f}}}\n"
             : "{:<8} in flight {:>4}  {:>8.0f} accepts/s  p50 {:>8.3f} ms  p99 {:>8.3f} ms  cpu {:>6.1f} us  written "
               "{:>6} B  {:.2f} of the floor\n";
    fmt::print(fmt::runtime(pattern), name, in_flight, made.per_second(), made.percentile(0.5), made.percentile(0.99),
               made.cpu * 1e6 / made.count, made.written / static_cast<std::uint64_t>(made.count), ratio);
}

} // namespace

int main(int count_of_arguments, char** arguments)
{
    bool json = false;
    std::string base = std::filesystem::temp_directory_path().string();
    for (int i = 1; i < count_of_arguments; ++i) {
        const std::string_view word = arguments[i];
        if (word == "--json")
            json = true;
        else
            base = word;
    }
    auto folder = base + "/jmld-store-bench-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        fmt::print(stderr, "store-bench: cannot make a folder under {}\n", base);
        return 1;
    }
    int number = 0;
    for (const auto& [in_flight, count] : {std::pair{1, 1'000}, {16, 8'000}, {128, 40'000}, {512, 40'000}}) {
        const auto path = folder + "/" + std::to_string(number++);
        const auto floor = floor_of(path + "-floor.db", count, std::min(in_flight, 128));
        const auto ours = store_of(path + "-store.db", count, in_flight);
        print(json, "floor", std::min(in_flight, 128), floor, 1);
        print(json, "store", in_flight, ours, ours.per_second() / floor.per_second());
    }
    std::filesystem::remove_all(folder);
    return 0;
}
