// A name is looked up once for each connection, and the addresses that were checked are the ones connected to: a name
// that answers otherwise the next time reaches nothing new. Which addresses are public is not decided here.
#include "connectors/connector.hpp"

#include "connectors/addresses.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <algorithm>

namespace jmld::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::unexpected<error> not_public(origin const& peer)
{
    return failure(errc::forbidden, peer.name() + " has an address that is not public",
                   "an internal host must be marked as such in jmld.yaml");
}

constexpr duration address_time_min{250};
} // namespace

duration time_left(deadline end)
{
    return std::max(duration(0), std::chrono::ceil<duration>(end - std::chrono::steady_clock::now()));
}

connector::connector(asio::any_io_executor executor, origin peer, std::shared_ptr<asio::ssl::context> tls,
                     std::shared_ptr<name_resolver> names, bool public_only)
    : executor_(std::move(executor)), peer_(std::move(peer)), tls_(std::move(tls)), names_(std::move(names)),
      public_only_(public_only)
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

    auto const named = co_await names_->resolve(peer_.host, end);
    if (!named)
        co_return std::unexpected(named.error());
    // One that leads inside among public ones is a trick or a mistake; neither is worth a guess.
    if (public_only_ && !std::ranges::all_of(*named, is_public))
        co_return not_public(peer_);
    endpoint_list found;
    for (auto const& address : *named)
        found.emplace_back(tcp::endpoint(address, peer_.port));
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
