// The one thread that writes: it takes what has queued while the last COMMIT ran into the next one, and checkpoints
// between two of them. It knows requests, not rows.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/backup.hpp"
#include "store/journals.hpp"
#include "store/sqlite.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace jmld::store {

/// One writing call. Made and completed on the event loop's thread, applied on the writer's.
class write_request
{
public:
    virtual ~write_request() = default;
    /// Within a transaction or savepoint: an error undoes what it wrote. May be called again after that.
    virtual result<void> apply(connection& db) = 0;
    virtual void complete(result<void> outcome) = 0;
    /// Something that it took away must not stay in the log either.
    virtual bool erases() const { return false; }

    result<void> outcome; ///< set by the writer
};

class writer
{
public:
    /// `check_first`: a check of the file is under way; nothing is checkpointed before checked().
    writer(boost::asio::any_io_executor executor, connection db, const sqlite_options& options, bool check_first);
    /// Waits for the COMMIT under way; what is still queued is dropped without completing.
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    /// Takes the request unless `queue_limit` are waiting; else leaves it and says why (overloaded, cancelled, or what
    /// broke).
    std::optional<error> push(std::unique_ptr<write_request>& request, std::size_t queue_limit);
    /// Copies the database into a new file between two COMMITs, then completes. One at a time: conflict.
    std::optional<error> back_up(std::string file, std::unique_ptr<write_request>& waits);
    /// Everything queued is finished, the log is copied back and cut, then `last` completes. Nothing is taken any more.
    void close(std::unique_ptr<write_request> last);
    /// From any thread: the background check is done; what it found makes everything fail.
    void checked(std::optional<error> found);
    runtime::journal_health health() const;

private:
    using batch = std::vector<std::unique_ptr<write_request>>;

    void work();
    std::optional<batch> take();
    void process(batch requests);
    std::optional<error> commit_all(batch& requests);
    std::optional<error> apply_plainly(batch& requests);
    std::optional<error> apply_with_care(batch& requests);
    std::optional<error> apply_in_savepoint(write_request& request);
    void roll_back();
    std::optional<error> probe();
    void note_failure(const error& why);
    void tell_broken();
    void note_success(std::size_t requests);
    void cut_log_after(const batch& requests);
    void tell_committed(std::size_t requests, std::chrono::nanoseconds took);
    void hand_back(batch requests);
    void copy_some();
    void end_copy(result<void> how);
    void checkpoint_if_due();
    void checkpoint(int mode);
    void finish();

    const boost::asio::any_io_executor executor_;
    const sqlite_options options_;
    connection db_; ///< the writer thread's

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    batch queued_; ///< guarded by mutex_, as all up to health_
    std::unique_ptr<write_request> last_;
    std::optional<std::string> wanted_copy_; ///< a file to copy to
    std::unique_ptr<write_request> copy_waits_;
    bool closing_ = false;
    bool abandon_ = false;
    bool checking_ = false;
    std::optional<error> broken_; ///< storage_failed or corrupt: for ever
    runtime::journal_health health_;

    std::unique_ptr<backup> copying_; ///< the writer thread's; ends before db_
    std::uint64_t frame_bytes_ = 0;   ///< a page in the log, with its header
    int log_pages_ = 0;               ///< the writer thread's: in the log now
    int copied_pages_ = 0;            ///< the writer thread's: of them, those there at the last checkpoint
    bool truncated_ = true;           ///< the writer thread's: the log has no length
    std::thread thread_;              ///< last: begins when all else stands
};

} // namespace jmld::store
