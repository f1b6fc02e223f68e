// The one thread that reads, on a connection that cannot write: lists and histories never wait for a COMMIT, nor a
// COMMIT for them.
#pragma once

#include "engine/result.hpp"
#include "store/sqlite.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace jmld::store {

/// One reading call. Made and completed on the event loop's thread, run on the reader's.
class read_request
{
public:
    virtual ~read_request() = default;
    virtual void run(connection& db) = 0;
    virtual void complete() = 0;
};

class reader
{
public:
    /// `on_damage` is called on the reader's thread when SQLite finds the file damaged.
    reader(boost::asio::any_io_executor executor, connection db, std::size_t queue_limit,
           std::function<void(error)> on_damage);
    /// Stops; what is queued is dropped without completing.
    ~reader();
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;

    /// Takes the request, or gives it back with why not (unavailable, cancelled).
    std::optional<error> push(std::unique_ptr<read_request>& request);
    /// What is queued is still read; nothing is taken any more. Returns when the thread has ended.
    void close();

private:
    void work();
    std::unique_ptr<read_request> take();

    const boost::asio::any_io_executor executor_;
    const std::size_t queue_limit_;
    connection db_; ///< the reader thread's
    const std::function<void(error)> on_damage_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::unique_ptr<read_request>> queued_; ///< guarded by mutex_, as the two below
    bool closing_ = false;
    bool abandon_ = false;
    std::thread thread_; ///< last: begins when all else stands
};

} // namespace jmld::store
