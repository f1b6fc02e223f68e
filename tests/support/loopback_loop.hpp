// An event loop on which a test runs coroutines one after the other, and a directory that goes away with the test. A
// coroutine that does not end is a failed test, not a hanging one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace jmld::tests {

class loopback_loop
{
public:
    boost::asio::any_io_executor executor() { return loop_.get_executor(); }

    /// The coroutine's result; whatever else was started goes on meanwhile.
    template <class T> T run(boost::asio::awaitable<T> work)
    {
        std::optional<T> made;
        std::exception_ptr thrown;
        bool done = false;
        boost::asio::co_spawn(loop_, std::move(work), [&](std::exception_ptr failed, T value) {
            thrown = failed;
            made = std::move(value);
            done = true;
        });
        run_until([&] { return done; });
        if (thrown)
            std::rethrow_exception(thrown);
        return std::move(*made);
    }

    void run(boost::asio::awaitable<void> work)
    {
        std::exception_ptr thrown;
        bool done = false;
        boost::asio::co_spawn(loop_, std::move(work), [&](std::exception_ptr failed) {
            thrown = failed;
            done = true;
        });
        run_until([&] { return done; });
        if (thrown)
            std::rethrow_exception(thrown);
    }

    template <class Condition> void run_until(Condition reached)
    {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        loop_.restart();
        while (!reached()) {
            if (loop_.run_one_until(end) == 0)
                throw std::runtime_error("the awaited never happened");
        }
    }

private:
    boost::asio::io_context loop_;
};

class temporary_directory
{
public:
    temporary_directory()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "jmld-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    ~temporary_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    std::string path(const std::string& name) const { return (path_ / name).string(); }
    std::string write(const std::string& name, const std::string& content) const
    {
        std::ofstream(path_ / name, std::ios::binary) << content;
        return path(name);
    }

private:
    std::filesystem::path path_;
};

} // namespace jmld::tests
