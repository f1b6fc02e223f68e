// Every request sees one snapshot, however many statements it takes.
#include "store/reader.hpp"

#include <boost/asio/post.hpp>

#include <fmt/format.h>

namespace jmld::store {

namespace asio = boost::asio;

reader::reader(asio::any_io_executor executor, connection db, std::size_t queue_limit,
               std::function<void(error)> on_damage)
    : executor_(std::move(executor)), queue_limit_(queue_limit), db_(std::move(db)), on_damage_(std::move(on_damage))
{
    thread_ = std::thread([this] { work(); });
}

reader::~reader()
{
    {
        const std::lock_guard lock(mutex_);
        abandon_ = true;
    }
    db_.interrupt();
    close();
}

std::optional<error> reader::push(std::unique_ptr<read_request>& request)
{
    {
        const std::lock_guard lock(mutex_);
        if (closing_)
            return error{errc::cancelled, "the store is closing", {}};
        if (queued_.size() >= queue_limit_)
            return error{errc::unavailable, fmt::format("{} reads are waiting already", queued_.size()),
                         "ask again later"};
        queued_.push_back(std::move(request));
    }
    wake_.notify_one();
    return std::nullopt;
}

void reader::close()
{
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

std::unique_ptr<read_request> reader::take()
{
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !queued_.empty() || closing_ || abandon_; });
    if (abandon_ || queued_.empty())
        return nullptr;
    auto next = std::move(queued_.front());
    queued_.pop_front();
    return next;
}

void reader::work()
{
    while (auto next = take()) {
        (void)db_.use("BEGIN").run(); // one that fails shows in the request's own statements
        next->run(db_);
        if (db_.in_transaction())
            (void)db_.use("COMMIT").run();
        if (auto found = db_.damage())
            on_damage_(std::move(*found));
        asio::post(executor_, [done = std::move(next)] { done->complete(); });
    }
}

} // namespace jmld::store
