// Binds, accepts within the limits, and stops. When the limit is reached the longest idle connection makes room; when
// none is idle, nobody is accepted until one ends, and the kernel's queue holds who comes.
#include "daemon/http/server.hpp"

#include "connectors/tls_context.hpp"
#include "daemon/http/connection.hpp"
#include "daemon/http/listen_address.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace jmld::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using protocol = asio::generic::stream_protocol;
using acceptor_type = asio::basic_socket_acceptor<protocol>;

namespace {

constexpr duration accept_again{100};
constexpr mode_t socket_mode = 0660;
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// Shared by the server and its accepting coroutine.
struct listening
{
    listening(const asio::any_io_executor& executor, std::shared_ptr<hub> shared)
        : acceptor(executor), pause(executor), home(std::move(shared))
    {}
    acceptor_type acceptor;
    asio::steady_timer pause;
    std::shared_ptr<hub> home;
};

peer peer_of(const protocol::socket& accepted)
{
    error_code failed;
    auto const remote = accepted.remote_endpoint(failed);
    if (failed)
        return {};
    if (remote.protocol().family() == AF_UNIX) {
        ucred who{};
        socklen_t size = sizeof(who);
        auto* const socket = const_cast<protocol::socket*>(&accepted); // NOLINT: native_handle() is not const
        if (::getsockopt(socket->native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
            return {"unix", std::nullopt};
        return {"unix", who.uid};
    }
    tcp::endpoint address;
    if (remote.size() > address.capacity())
        return {};
    address.resize(remote.size());
    std::copy_n(reinterpret_cast<const char*>(remote.data()), remote.size(), reinterpret_cast<char*>(address.data()));
    return {address.address().to_string(), std::nullopt};
}

bool is_local(const std::string& address)
{
    return address == "unix" || address == "::1" || address.starts_with("127.");
}

bool has_too_many(const hub& home, const std::string& address)
{
    auto const counted = home.connections_per_peer.find(address);
    return !is_local(address) && counted != home.connections_per_peer.end() &&
           counted->second >= home.options.connections_per_peer_max;
}

bool is_full(const hub& home) { return std::cmp_greater_equal(home.connections.size(), home.options.connections_max); }

// One that was closed counts until its coroutine has ended; closing it again does nothing.
void close_longest_idle(const hub& home)
{
    connection* longest = nullptr;
    for (auto* const one : home.connections) {
        if (one->idle() && (longest == nullptr || one->idle_since() < longest->idle_since()))
            longest = one;
    }
    if (longest != nullptr)
        longest->close();
}

asio::awaitable<void> wait_for_room(std::shared_ptr<listening> on)
{
    co_await on->acceptor.async_wait(asio::socket_base::wait_read, no_throw);
    while (!on->home->draining && is_full(*on->home)) {
        close_longest_idle(*on->home);
        co_await on->home->changed.async_wait(no_throw);
    }
}

asio::awaitable<void> accept_all(std::shared_ptr<listening> on)
{
    auto const home = on->home;
    while (!home->draining) {
        if (is_full(*home)) {
            co_await wait_for_room(on);
            continue;
        }
        auto [failed, accepted] = co_await on->acceptor.async_accept(no_throw);
        if (failed == asio::error::operation_aborted || failed == asio::error::bad_descriptor)
            co_return;
        if (failed) { // out of descriptors or memory: others must end first
            on->pause.expires_after(accept_again);
            co_await on->pause.async_wait(no_throw);
            continue;
        }
        auto who = peer_of(accepted);
        if (who.address.empty() || has_too_many(*home, who.address))
            continue;
        auto const executor = accepted.get_executor();
        auto next = std::make_shared<connection>(home, std::move(accepted), std::move(who));
        asio::co_spawn(executor, connection::run(std::move(next)), asio::detached);
    }
}

class listening_server final : public server
{
public:
    listening_server(std::shared_ptr<listening> on, std::string url, std::string socket_path)
        : on_(std::move(on)), url_(std::move(url)), socket_path_(std::move(socket_path))
    {}
    listening_server(const listening_server&) = delete;
    listening_server& operator=(const listening_server&) = delete;

    ~listening_server() override
    {
        stop_accepting();
        on_->home->served = nullptr;
        close_all();
    }

    std::string url() const override { return url_; }

    asio::awaitable<void> stop(duration grace) override
    {
        stop_accepting();
        auto const home = on_->home;
        for (auto* const one : std::vector(home->connections.begin(), home->connections.end()))
            one->drain();
        auto const end = std::chrono::steady_clock::now() + grace;
        home->changed.expires_at(end);
        while (!home->connections.empty() && std::chrono::steady_clock::now() < end)
            co_await home->changed.async_wait(no_throw);
        close_all();
    }

private:
    void stop_accepting()
    {
        on_->home->draining = true;
        error_code ignored;
        on_->acceptor.close(ignored);
        on_->pause.cancel();
        on_->home->notify();
        if (!socket_path_.empty())
            ::unlink(socket_path_.c_str());
        socket_path_.clear();
    }

    void close_all()
    {
        for (auto* const one : std::vector(on_->home->connections.begin(), on_->home->connections.end()))
            one->close();
    }

    std::shared_ptr<listening> on_;
    std::string url_;
    std::string socket_path_;
};

// A file left by a process that is gone is removed; a socket somebody listens on, or any other file, is not.
result<void> make_way(const std::string& path, const asio::any_io_executor& executor)
{
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0)
        return {};
    if (!S_ISSOCK(found.st_mode))
        return failure(errc::invalid_input, path + " exists and is not a socket");
    asio::local::stream_protocol::socket probe(executor);
    error_code failed;
    probe.connect(asio::local::stream_protocol::endpoint(path), failed);
    if (failed != asio::error::connection_refused)
        return failure(errc::unavailable, path + " is in use by another process");
    ::unlink(path.c_str());
    return {};
}

result<void> bind(acceptor_type& acceptor, const listen_address& where)
{
    auto const& endpoint = where.endpoint;
    error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed && !where.socket_path.empty())
        ::fchmod(acceptor.native_handle(),
                 socket_mode); // bind() creates the file with this mode, never with a wider one
    if (!failed && where.socket_path.empty())
        acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed && endpoint.protocol().family() == AF_INET6)
        acceptor.set_option(asio::ip::v6_only(true), failed);
    if (!failed)
        acceptor.bind(endpoint, failed);
    if (!failed && !where.socket_path.empty() && ::chmod(where.socket_path.c_str(), socket_mode) != 0)
        failed.assign(errno, boost::system::system_category());
    if (!failed)
        acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed)
        return failure(errc::unavailable, "cannot listen on " + where.text + ": " + failed.message());
    return {};
}

std::string url_of(const acceptor_type& acceptor, const listen_address& where, bool tls)
{
    if (!where.socket_path.empty())
        return "unix:" + where.socket_path;
    auto const local = acceptor.local_endpoint();
    tcp::endpoint address;
    address.resize(local.size());
    std::copy_n(reinterpret_cast<const char*>(local.data()), local.size(), reinterpret_cast<char*>(address.data()));
    auto const host =
        address.address().is_v6() ? "[" + address.address().to_string() + "]" : address.address().to_string();
    return (tls ? "https://" : "http://") + host + ":" + std::to_string(address.port());
}

} // namespace

result<std::unique_ptr<server>> listen(asio::any_io_executor executor, listen_options options, handler& served)
{
    auto const where = parse_listen_address(options.address);
    if (!where)
        return std::unexpected(where.error());
    if (options.connections_max < 1 || options.connections_per_peer_max < 1 || options.requests_per_connection_max < 1)
        return failure(errc::invalid_input, "the connection limits must be at least 1");
    auto const tls = !options.certificate_file.empty();
    if (!tls && (!options.key_file.empty() || !options.key_pem.empty()))
        return failure(errc::invalid_input, "a TLS key without its certificate",
                       "give certificate and key, or neither");
    auto home = std::make_shared<hub>(executor, options, served);
    if (tls) {
        auto made = server_tls(options.certificate_file, options.key_file, options.key_pem, options.client_ca_file);
        if (!made)
            return std::unexpected(made.error());
        home->tls = std::move(*made);
    }
    home->options.key_pem.clear();
    if (!where->socket_path.empty()) {
        if (auto const free = make_way(where->socket_path, executor); !free)
            return std::unexpected(free.error());
    }
    auto on = std::make_shared<listening>(executor, std::move(home));
    if (auto const bound = bind(on->acceptor, *where); !bound)
        return std::unexpected(bound.error());
    auto url = url_of(on->acceptor, *where, tls);
    asio::co_spawn(executor, accept_all(on), asio::detached);
    return std::make_unique<listening_server>(std::move(on), std::move(url), where->socket_path);
}

} // namespace jmld::http
