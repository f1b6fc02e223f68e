// Wakes those who follow a run live whenever facts of it are committed. It keeps no facts: listeners read the journal.
#pragma once

#include "engine/ids.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <unordered_map>
#include <utility>

namespace jmld::daemon {

/// Event loop's thread only.
class live_history
{
public:
    explicit live_history(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    /// After a commit.
    void changed(const run_id& run)
    {
        if (auto waiting = bells_.extract(run); !waiting.empty())
            waiting.mapped()->cancel();
    }

    /// Completes at the next change of the run, or after `limit` at the latest.
    boost::asio::awaitable<void> next(run_id run, std::chrono::milliseconds limit)
    {
        auto& bell = bells_[run];
        if (!bell)
            bell = std::make_shared<boost::asio::steady_timer>(executor_, limit);
        const auto mine = bell;
        auto [rung] = co_await mine->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        static_cast<void>(rung);
        if (const auto found = bells_.find(run); found != bells_.end() && found->second == mine)
            bells_.erase(found);
    }

private:
    boost::asio::any_io_executor executor_;
    std::unordered_map<run_id, std::shared_ptr<boost::asio::steady_timer>> bells_;
};

} // namespace jmld::daemon
