// Locks by text within the event loop: decisions about one person wait for each other, those about different people do
// not. No threads are involved; holding one is holding a place in a queue.
#pragma once

#include "engine/runtime/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace jmld::daemon {

class keyed_locks
{
    using waiter = boost::asio::steady_timer; // never expires; cancelled to wake
    using table = std::map<std::string, std::deque<std::shared_ptr<waiter>>, std::less<>>;

public:
    /// Releases in its destructor, also when the coroutine is destroyed. The table lives as long as any holder.
    class holder
    {
    public:
        holder() = default;
        explicit holder(std::shared_ptr<table> held) : held_(std::move(held)) {}
        holder(holder&& other) noexcept
            : held_(std::move(other.held_)), keys_(std::exchange(other.keys_, {})), waited_(other.waited_)
        {}
        holder& operator=(holder&& other) noexcept
        {
            std::swap(held_, other.held_);
            std::swap(keys_, other.keys_);
            std::swap(waited_, other.waited_);
            return *this;
        }
        void add(std::string key) { keys_.push_back(std::move(key)); }
        void has_waited() { waited_ = true; }
        /// Somebody else had one of the keys before: what was read earlier may be old.
        bool waited() const { return waited_; }
        ~holder()
        {
            for (const auto& key : keys_)
                release(*held_, key);
        }

    private:
        std::shared_ptr<table> held_;
        std::vector<std::string> keys_;
        bool waited_ = false;
    };

    /// All of `keys`, each once; taken in sorted order, so that two who want the same ones never wait for each other.
    boost::asio::awaitable<holder> acquire(std::vector<std::string> keys)
    {
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        auto held = held_;
        holder mine(held);
        for (auto& key : keys) {
            auto executor = co_await boost::asio::this_coro::executor;
            auto [place, free] = held->try_emplace(key);
            if (!free) {
                auto waiting = std::make_shared<waiter>(executor, waiter::time_point::max());
                place->second.push_back(waiting);
                auto [woken] = co_await waiting->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
                static_cast<void>(woken); // always aborted: whoever released handed the key over
                mine.has_waited();
            }
            mine.add(std::move(key));
        }
        co_return mine;
    }

private:
    static void release(table& all, const std::string& key)
    {
        const auto place = all.find(key);
        if (place == all.end())
            return;
        if (place->second.empty()) {
            all.erase(place);
            return;
        }
        auto next = std::move(place->second.front());
        place->second.pop_front();
        next->cancel();
    }

    std::shared_ptr<table> held_ = std::make_shared<table>();
};

} // namespace jmld::daemon
