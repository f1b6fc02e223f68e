// Runs one coroutine to its end on a loop of the test's own and hands back what it returned. It waits for nothing else.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace jmld::test {

/// Throws what the coroutine threw, or runtime_error when the loop ran dry (or was stopped) before it ended.
template <class T> T run_awaitable(boost::asio::io_context& loop, boost::asio::awaitable<T> work)
{
    std::optional<T> answer;
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr failed, T value) {
        thrown = failed;
        if (!failed)
            answer.emplace(std::move(value));
    });
    loop.restart();
    while (!answer && !thrown && loop.run_one() > 0) {
    }
    if (thrown)
        std::rethrow_exception(thrown);
    if (!answer)
        throw std::runtime_error("the coroutine did not end: nothing is left to run");
    return std::move(*answer);
}

inline void run_awaitable(boost::asio::io_context& loop, boost::asio::awaitable<void> work)
{
    bool ended = false;
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr failed) {
        thrown = failed;
        ended = true;
    });
    loop.restart();
    while (!ended && loop.run_one() > 0) {
    }
    if (thrown)
        std::rethrow_exception(thrown);
    if (!ended)
        throw std::runtime_error("the coroutine did not end: nothing is left to run");
}

} // namespace jmld::test
