// Name look-up runs in a thread of Asio that cannot be interrupted, so a look-up that takes too long is left behind,
// not awaited. Nothing is remembered from one call to the next: the system's resolver caches.
#include "connectors/connector.hpp"

#include "connectors/addresses.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jmld::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::unexpected<error> not_public(origin const& peer)
{
    return failure(errc::forbidden, peer.name() + " has no public address",
                   "an internal host must be marked as such in jmld.yaml");
}

constexpr duration address_time_min{250};
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// Shared by the waiting coroutine and the resolver's answer, whichever comes last.
struct look_up
{
    look_up(const asio::any_io_executor& executor, deadline end) : resolver(executor), answered(executor, end) {}
    tcp::resolver resolver;
    asio::steady_timer answered;
    bool done = false;
    error_code failed;
    tcp::resolver::results_type found;
};

} // namespace

duration time_left(deadline end)
{
    return std::max(duration(0), std::chrono::ceil<duration>(end - std::chrono::steady_clock::now()));
}

connector::connector(asio::any_io_executor executor, origin peer, std::shared_ptr<asio::ssl::context> tls,
                     bool public_only)
    : executor_(std::move(executor)), peer_(std::move(peer)), tls_(std::move(tls)), public_only_(public_only)
{}

asio::awaitable<result<connector::endpoint_list>> connector::addresses(deadline end) const
{
    if (peer_.scheme == origin::kind::unix_socket)
        co_return endpoint_list{asio::local::stream_protocol::endpoint(peer_.path)};
    error_code no_address;
    auto const literal = asio::ip::make_address(peer_.host, no_address);
    if (!no_address && public_only_ && !is_public(literal))
        co_return not_public(peer_);
    if (!no_address)
        co_return endpoint_list{tcp::endpoint(literal, peer_.port)};

    auto const asked = std::make_shared<look_up>(executor_, end);
    asked->resolver.async_resolve(peer_.host, std::to_string(peer_.port), tcp::resolver::numeric_service,
                                  [asked](error_code failed, tcp::resolver::results_type found) {
                                      asked->done = true;
                                      asked->failed = failed;
                                      asked->found = std::move(found);
                                      asked->answered.cancel();
                                  });
    auto [woken] = co_await asked->answered.async_wait(no_throw);
    if (!asked->done && woken)
        co_return failure(errc::cancelled, "given up while looking up " + peer_.host);
    if (!asked->done)
        co_return failure(errc::unavailable, "looking up " + peer_.host + " took too long");
    if (asked->failed)
        co_return failure(errc::unavailable, "cannot look up " + peer_.host + ": " + asked->failed.message());
    endpoint_list found;
    for (auto const& entry : asked->found)
        if (!public_only_ || is_public(entry.endpoint().address()))
            found.emplace_back(entry.endpoint());
    if (found.empty() && !asked->found.empty())
        co_return not_public(peer_);
    co_return found;
}

asio::awaitable<result<std::unique_ptr<byte_stream>>> connector::open(deadline end) const
{
    auto const found = co_await addresses(end);
    if (!found)
        co_return std::unexpected(found.error());
    auto failed = error{errc::unavailable, peer_.host + " has no address", {}};
    auto untried = static_cast<int>(found->size());
    for (auto const& address : *found) {
        auto stream = std::make_unique<byte_stream>(executor_);
        // One address that swallows packets must not use up the time of those that follow.
        auto const left = time_left(end);
        stream->expires_after(std::min(left, std::max(left / untried--, address_time_min)));
        auto const connected = co_await stream->connect(address);
        if (!connected) {
            failed = connected.error();
            if (failed.code == errc::cancelled || time_left(end) == duration(0))
                break;
            continue;
        }
        stream->expires_after(time_left(end));
        if (!tls_)
            co_return stream;
        auto const secured = co_await stream->connect_tls(tls_, peer_.host);
        if (secured)
            co_return stream;
        failed = secured.error();
        if (failed.code == errc::timed_out)
            failed.code = errc::unavailable; // not a byte of a request has left
        break;
    }
    failed.what = peer_.name() + ": " + failed.what;
    co_return std::unexpected(std::move(failed));
}

} // namespace jmld::http
