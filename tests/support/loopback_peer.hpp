// The other end of a test, talking bytes: a raw client for the server's tests. It knows no HTTP, so that it can say
// what no proper client would.
#pragma once

#include "connectors/byte_stream.hpp"
#include "connectors/tls_context.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jmld::tests {

namespace asio = boost::asio;

/// `http://127.0.0.1:40123`, `https://[::1]:40123`, `unix:/path` → where to connect.
inline http::byte_stream::endpoint_type endpoint_of(std::string_view url)
{
    if (url.starts_with("unix:"))
        return asio::local::stream_protocol::endpoint(url.substr(5));
    auto const colon = url.rfind(':');
    unsigned short port = 0;
    std::from_chars(url.data() + colon + 1, url.data() + url.size(), port);
    auto host = url.substr(url.find("//") + 2);
    host = host.substr(0, host.rfind(':'));
    if (host.starts_with('['))
        host = host.substr(1, host.size() - 2);
    return asio::ip::tcp::endpoint(asio::ip::make_address(std::string(host)), port);
}

class raw_client
{
public:
    explicit raw_client(asio::any_io_executor executor)
        : stream_(std::make_unique<http::byte_stream>(std::move(executor)))
    {
        stream_->expires_after(std::chrono::seconds(20));
    }

    asio::awaitable<void> connect(std::string url, std::shared_ptr<asio::ssl::context> tls = nullptr)
    {
        auto const connected = co_await stream_->connect(endpoint_of(url));
        if (!connected)
            throw std::runtime_error("connect: " + connected.error().what);
        if (!tls)
            co_return;
        auto const secured = co_await stream_->connect_tls(tls, "localhost");
        if (!secured)
            throw std::runtime_error(secured.error().what);
    }

    /// A peer that has closed is no failure here: what it said is read afterwards.
    asio::awaitable<void> say(std::string bytes) { co_await stream_->write(bytes); }

    /// Byte by byte, each in a packet of its own.
    asio::awaitable<void> spell(std::string bytes)
    {
        for (auto const& byte : bytes)
            co_await stream_->write(std::string_view(&byte, 1));
    }

    /// All that comes until `end` stands in it, or until the peer closes when `end` is empty.
    asio::awaitable<std::string> hear(std::string end = {})
    {
        std::array<char, 4096> room{};
        while (end.empty() || heard_.find(end) == std::string::npos) {
            auto const read = co_await stream_->read_some(room);
            heard_.append(room.data(), read.bytes);
            last_ = read.status;
            if (read.status != http::io_status::done)
                break;
        }
        co_return std::exchange(heard_, {});
    }

    /// How the last hear() ended.
    http::io_status last() const { return last_; }
    http::byte_stream& stream() { return *stream_; }

private:
    std::unique_ptr<http::byte_stream> stream_;
    std::string heard_;
    http::io_status last_ = http::io_status::done;
};

} // namespace jmld::tests
