// Errors of one request are its own; errors of the disk or of memory are everybody's in that COMMIT, and nothing of it
// was kept.
#include "store/writer.hpp"

#include <boost/asio/post.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <utility>

namespace jmld::store {

namespace asio = boost::asio;

namespace {

constexpr int busy_checkpoint_factor = 4; // with requests waiting, the log may grow to so many times checkpoint_pages
constexpr std::size_t crowd_min = 6;      // requests in the last COMMIT
constexpr int checked_pages_max =
    65'536; // 64 MiB of the pages we make: from here on the log is copied back even while the file is being checked
constexpr std::string_view corrupt_remedy =
    "stop jmld, keep the file, restore the last good backup beside it and start again; nothing was deleted";

bool is_for_ever(errc code) { return code == errc::storage_failed || code == errc::corrupt; }
/// The request broke a rule; its companions did not.
bool is_own_fault(errc code)
{
    return code == errc::conflict || code == errc::invalid_input || code == errc::too_large || code == errc::internal;
}

int note_log_size(void* pages, sqlite3*, const char*, int in_log)
{
    *static_cast<int*>(pages) = in_log;
    return SQLITE_OK;
}

} // namespace

writer::writer(asio::any_io_executor executor, connection db, const sqlite_options& options, bool check_first)
    : executor_(std::move(executor)), options_(options), db_(std::move(db)), checking_(check_first)
{
    health_.version = sqlite_version();
    truncated_ = !check_first;
    frame_bytes_ = static_cast<std::uint64_t>(db_.number("PRAGMA page_size").value_or(0)) + 24; // and its header
    sqlite3_wal_hook(db_.raw(), note_log_size, &log_pages_);
    thread_ = std::thread([this] { work(); });
}

writer::~writer()
{
    {
        const std::lock_guard lock(mutex_);
        abandon_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

std::optional<error> writer::push(std::unique_ptr<write_request>& request, std::size_t queue_limit)
{
    {
        const std::lock_guard lock(mutex_);
        if (closing_)
            return error{errc::cancelled, "the store is closing", {}};
        if (broken_)
            return broken_;
        if (queued_.size() >= queue_limit)
            return error{errc::overloaded, fmt::format("{} writes are waiting already", queued_.size()),
                         "send it again later"};
        queued_.push_back(std::move(request));
    }
    wake_.notify_one();
    return std::nullopt;
}

void writer::close(std::unique_ptr<write_request> last)
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        last_ = std::move(last);
    }
    wake_.notify_one();
}

void writer::checked(std::optional<error> found)
{
    const std::lock_guard lock(mutex_);
    checking_ = false;
    if (!found)
        return;
    health_.writable = false;
    health_.detail = found->what + "; " + std::string(corrupt_remedy);
    broken_ = error{errc::corrupt, found->what, std::string(corrupt_remedy)};
}

runtime::journal_health writer::health() const
{
    const std::lock_guard lock(mutex_);
    auto health = health_;
    health.queued = queued_.size();
    return health;
}

// ---- the writer's thread

void writer::work()
{
    for (auto requests = take(); requests; requests = take()) {
        if (!requests->empty())
            process(std::move(*requests));
        copy_some();
        checkpoint_if_due();
    }
    copying_.reset();
    end_copy(failure(errc::cancelled, "the store is closing"));
    finish();
}

/// What is queued, up to the limit; empty when there is something else to do; nothing when it is time to end.
std::optional<writer::batch> writer::take()
{
    std::unique_lock lock(mutex_);
    const auto something = [this] { return !queued_.empty() || closing_ || abandon_ || copy_waits_; };
    if (!health_.writable && !broken_) {
        if (!wake_.wait_for(lock, options_.probe_every, something)) {
            lock.unlock();
            if (!probe())
                note_success(0);
            return batch{};
        }
    } else if (!truncated_) {
        if (!wake_.wait_for(lock, options_.idle_truncate, something)) {
            lock.unlock();
            checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
            truncated_ = true; // tried; again after the next write
            return batch{};
        }
    } else {
        wake_.wait(lock, something);
    }
    // In a crowd the next ones are on their way: who waits a moment shares one sync with them.
    const auto crowd = static_cast<std::size_t>(health_.last_batch);
    if (crowd >= crowd_min && queued_.size() < crowd)
        wake_.wait_for(lock, options_.crowd_wait, [&] { return queued_.size() >= crowd || closing_ || abandon_; });
    if (abandon_ || (queued_.empty() && closing_))
        return std::nullopt;
    batch taken;
    if (queued_.size() <= options_.batch_limit) {
        taken.swap(queued_);
        return taken;
    }
    const auto end = queued_.begin() + static_cast<std::ptrdiff_t>(options_.batch_limit);
    taken.assign(std::make_move_iterator(queued_.begin()), std::make_move_iterator(end));
    queued_.erase(queued_.begin(), end);
    return taken;
}

void writer::process(batch requests)
{
    std::optional<error> failed;
    {
        const std::lock_guard lock(mutex_);
        failed = broken_;
    }
    if (!failed && !health().writable)
        failed = probe(); // cheap: most of a full disk's requests end here
    const auto began = std::chrono::steady_clock::now();
    if (!failed)
        failed = commit_all(requests);
    if (failed) {
        for (auto& request : requests)
            request->outcome = std::unexpected(*failed);
        note_failure(*failed);
    } else {
        note_success(requests.size());
        tell_committed(requests.size(), std::chrono::steady_clock::now() - began);
        cut_log_after(requests);
    }
    hand_back(std::move(requests));
}

// Before it is answered. While a reader still needs the log, or the file is being checked, it stays as it is; it is cut
// when the writer next has nothing to do.
void writer::cut_log_after(const batch& requests)
{
    for (const auto& request : requests)
        if (request->outcome && request->erases()) {
            checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
            return;
        }
}

// Plainly first: almost always everything fits, and savepoints cost a copy of every page they touch. Only when a
// request breaks a condition is the group done again with care.
std::optional<error> writer::commit_all(batch& requests)
{
    if (auto begun = db_.use("BEGIN IMMEDIATE").run(); !begun)
        return begun.error();
    auto failed = apply_plainly(requests);
    if (failed && is_own_fault(failed->code)) {
        roll_back();
        if (auto begun = db_.use("BEGIN IMMEDIATE").run(); !begun)
            return begun.error();
        failed = apply_with_care(requests);
    }
    if (!failed)
        if (auto done = db_.use("COMMIT").run(); !done)
            failed = done.error();
    if (failed)
        roll_back();
    return failed;
}

std::optional<error> writer::apply_plainly(batch& requests)
{
    for (auto& request : requests) {
        request->outcome = request->apply(db_);
        if (!request->outcome)
            return request->outcome.error();
    }
    return std::nullopt;
}

std::optional<error> writer::apply_with_care(batch& requests)
{
    for (auto& request : requests)
        if (auto failed = apply_in_savepoint(*request))
            return failed;
    return std::nullopt;
}

// One that breaks a condition is undone alone.
std::optional<error> writer::apply_in_savepoint(write_request& request)
{
    if (auto marked = db_.use("SAVEPOINT request").run(); !marked)
        return marked.error();
    request.outcome = request.apply(db_);
    if (!request.outcome) {
        if (!is_own_fault(request.outcome.error().code) || !db_.in_transaction())
            return request.outcome.error();
        if (auto undone = db_.use("ROLLBACK TO request").run(); !undone)
            return undone.error();
    }
    if (auto released = db_.use("RELEASE request").run(); !released)
        return released.error();
    return std::nullopt;
}

void writer::roll_back()
{
    if (db_.in_transaction())
        (void)db_.use("ROLLBACK")
            .run(); // SQLite has often done so by itself; a COMMIT that failed kept nothing either way
}

// A small write that takes pages and gives them back. It goes the whole way through the log and its fsync.
std::optional<error> writer::probe()
{
    if (health().log_bytes > 0)
        checkpoint(SQLITE_CHECKPOINT_PASSIVE); // a log that was copied back is written from its start again: room
                                               // without growing
    if (auto begun = db_.use("BEGIN IMMEDIATE").run(); !begun)
        return begun.error();
    // In a table that nothing refers to: deleting looks through none.
    auto written = db_.use("INSERT INTO definition (sha256, name, text) VALUES ('', '', hex(zeroblob(32768)))").run();
    if (written)
        written = db_.use("DELETE FROM definition WHERE sha256 = ''").run();
    if (written)
        written = db_.use("COMMIT").run();
    if (written)
        return std::nullopt;
    roll_back();
    return written.error();
}

void writer::note_failure(const error& why)
{
    const std::lock_guard lock(mutex_);
    if (broken_)
        return;
    health_.writable = false;
    health_.detail = why.what;
    if (!is_for_ever(why.code))
        return;
    broken_ = why;
    if (why.code == errc::corrupt)
        broken_->remedy = corrupt_remedy;
    tell_broken();
}

// Under mutex_, right after broken_ was set.
void writer::tell_broken()
{
    if (options_.on_broken)
        asio::post(executor_, [say = options_.on_broken, why = *broken_] { say(why); });
}

void writer::note_success(std::size_t requests)
{
    const auto pages = log_pages_;
    {
        const std::lock_guard lock(mutex_);
        if (!broken_) {
            health_.writable = true;
            health_.detail.clear();
        }
        health_.log_bytes = static_cast<std::uint64_t>(pages) * frame_bytes_;
        if (requests > 0) {
            ++health_.commits;
            health_.last_batch = static_cast<double>(requests);
        }
    }
    truncated_ = false;
    if (requests > 0 && options_.on_batch)
        options_.on_batch(requests);
}

void writer::tell_committed(std::size_t requests, std::chrono::nanoseconds took)
{
    if (options_.on_committed)
        asio::post(executor_, [say = options_.on_committed, requests, took] { say(requests, took); });
}

// One wake-up of the event loop for all of them. Each request keeps the loop's work alive until it has completed.
void writer::hand_back(batch requests)
{
    asio::post(executor_, [done = std::move(requests)]() mutable {
        for (auto& request : done)
            request->complete(std::move(request->outcome));
    });
}

void writer::checkpoint_if_due()
{
    if (log_pages_ < copied_pages_)
        copied_pages_ = 0; // the log began anew
    const int due = log_pages_ - copied_pages_;
    if (due < options_.checkpoint_pages)
        return;
    {
        const std::lock_guard lock(mutex_);
        if (!queued_.empty() && due < options_.checkpoint_pages * busy_checkpoint_factor)
            return; // somebody waits: they go first
    }
    checkpoint(SQLITE_CHECKPOINT_PASSIVE);
}

void writer::checkpoint(int mode)
{
    {
        const std::lock_guard lock(mutex_);
        if (broken_ || (checking_ && log_pages_ < checked_pages_max))
            return;
    }
    int in_log = 0;
    int copied = 0;
    const int code = sqlite3_wal_checkpoint_v2(db_.raw(), "main", mode, &in_log, &copied);
    if (code != SQLITE_OK && is_for_ever(error_class(code))) {
        note_failure(db_.last_error(code));
        return;
    }
    // Whatever was not copied (a reader still needs it, the disk is full) comes with the next checkpoint.
    copied_pages_ = log_pages_;
    if (mode == SQLITE_CHECKPOINT_TRUNCATE && code == SQLITE_OK) {
        log_pages_ = 0;
        copied_pages_ = 0;
        truncated_ = true;
        const std::lock_guard lock(mutex_);
        health_.log_bytes = 0;
    }
}

void writer::finish()
{
    std::unique_ptr<write_request> last;
    {
        const std::lock_guard lock(mutex_);
        if (abandon_)
            return;
        checking_ = false; // the check has been stopped by whoever closes
        last = std::move(last_);
    }
    checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    if (!last)
        return;
    batch only;
    only.push_back(std::move(last));
    hand_back(std::move(only));
}

} // namespace jmld::store
