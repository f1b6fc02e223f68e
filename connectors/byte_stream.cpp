// The socket operations of byte_stream.hpp and their deadline, which cancels again and again until the operation has
// ended: one cancel can fall between two steps of a composed operation and be lost. Nothing here decides what an error
// means for a request.
#include "connectors/byte_stream.hpp"

#include "connectors/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <optional>

namespace jmld::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr duration cancel_again{20};
// Who still sends what nobody wants learns why only if it may send it: an answer is lost with a reset.
constexpr std::size_t forgotten_bytes_max = 32 * 1024 * 1024;
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

} // namespace

struct byte_stream::core : std::enable_shared_from_this<byte_stream::core>
{
    explicit core(socket_type opened) : socket(std::move(opened)), timer(socket.get_executor()) {}

    // Messages are written whole, so waiting to fill a segment only delays them. Means nothing to unix sockets, which
    // refuse it.
    void send_at_once()
    {
        int const yes = 1;
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    }

    void watch(duration limit)
    {
        timer.expires_after(limit);
        timer.async_wait([weak = weak_from_this(), set = deadlines_set](error_code) {
            auto const self = weak.lock();
            if (!self || self->deadlines_set != set)
                return;
            self->expired = true;
            if (self->under_way == 0)
                return;
            error_code ignored;
            self->socket.cancel(ignored);
            self->watch(cancel_again);
        });
    }

    io_status status_of(const error_code& failed) const
    {
        if (!failed)
            return io_status::done;
        if (failed == asio::error::operation_aborted || failed == asio::error::bad_descriptor)
            return expired ? io_status::timed_out : io_status::cancelled;
        return failed == asio::error::eof ? io_status::closed : io_status::broken;
    }

    socket_type socket;
    asio::steady_timer timer;
    std::shared_ptr<asio::ssl::context> context; // must outlive `tls`
    std::optional<asio::ssl::stream<socket_type&>> tls;
    bool secured = false;
    bool expired = false;
    int under_way = 0;
    std::uint64_t deadlines_set = 0; // tells a wait that it has been replaced
};

namespace {

// Counts an operation while it is under way; the deadline cancels only then.
class operation
{
public:
    explicit operation(int& count) : count_(count) { ++count_; }
    ~operation() { --count_; }
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;

private:
    int& count_;
};

error handshake_error(io_status status, const error_code& failed, const SSL* tls)
{
    if (status == io_status::timed_out)
        return {errc::timed_out, "the TLS handshake did not end in time", {}};
    if (status == io_status::cancelled)
        return {errc::cancelled, "given up during the TLS handshake", {}};
    auto const verified = SSL_get_verify_result(tls);
    if (verified != X509_V_OK)
        return {errc::unavailable, std::string("TLS: ") + X509_verify_cert_error_string(verified), {}};
    if (status == io_status::closed || failed == asio::ssl::error::stream_truncated)
        return {errc::unavailable, "TLS: the peer closed the connection during the handshake", {}};
    return {errc::unavailable, "TLS: " + failed.message(), {}};
}

// Chain verification is the context's; here only for whom the certificate must be.
bool expect_host(SSL* tls, const std::string& host)
{
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (!not_an_address)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(tls, host.c_str()) == 1 && SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
}

} // namespace

byte_stream::byte_stream(socket_type connected) : core_(std::make_shared<core>(std::move(connected)))
{
    core_->send_at_once();
}

byte_stream::byte_stream(asio::any_io_executor executor) : core_(std::make_shared<core>(socket_type(executor))) {}

byte_stream::~byte_stream()
{
    expires_never();
    close();
}

void byte_stream::expires_after(duration limit)
{
    core_->expired = false;
    ++core_->deadlines_set;
    core_->watch(limit);
}

void byte_stream::expires_never()
{
    core_->expired = false;
    ++core_->deadlines_set;
    core_->timer.cancel();
}

asio::awaitable<result<void>> byte_stream::connect(endpoint_type peer)
{
    const operation guard(core_->under_way);
    auto [failed] = co_await core_->socket.async_connect(peer, no_throw);
    auto const status = core_->status_of(failed);
    if (status == io_status::cancelled)
        co_return failure(errc::cancelled, "given up while connecting");
    if (status == io_status::timed_out)
        co_return failure(errc::refused, "no connection within the time limit");
    if (status != io_status::done)
        co_return failure(errc::refused, failed.message());
    core_->send_at_once();
    co_return result<void>();
}

asio::awaitable<result<void>> byte_stream::accept_tls(std::shared_ptr<asio::ssl::context> context)
{
    core_->context = std::move(context);
    core_->tls.emplace(core_->socket, *core_->context);
    const operation guard(core_->under_way);
    auto [failed] = co_await core_->tls->async_handshake(asio::ssl::stream_base::server, no_throw);
    if (failed)
        co_return std::unexpected(handshake_error(core_->status_of(failed), failed, core_->tls->native_handle()));
    core_->secured = true;
    co_return result<void>();
}

std::vector<std::string> byte_stream::peer_names() const
{
    return core_->secured ? names_of_peer(core_->tls->native_handle()) : std::vector<std::string>{};
}

asio::awaitable<result<void>> byte_stream::connect_tls(std::shared_ptr<asio::ssl::context> context, std::string host)
{
    core_->context = std::move(context);
    core_->tls.emplace(core_->socket, *core_->context);
    if (!expect_host(core_->tls->native_handle(), host))
        co_return failure(errc::unavailable, "TLS: '" + host + "' cannot be the name of a certificate");
    const operation guard(core_->under_way);
    auto [failed] = co_await core_->tls->async_handshake(asio::ssl::stream_base::client, no_throw);
    if (failed)
        co_return std::unexpected(handshake_error(core_->status_of(failed), failed, core_->tls->native_handle()));
    core_->secured = true;
    co_return result<void>();
}

asio::awaitable<io_result> byte_stream::read_some(std::span<char> room)
{
    if (core_->expired)
        co_return io_result{io_status::timed_out, 0};
    const operation guard(core_->under_way);
    auto const buffer = asio::buffer(room.data(), room.size());
    error_code failed;
    std::size_t bytes = 0;
    if (core_->tls)
        std::tie(failed, bytes) = co_await core_->tls->async_read_some(buffer, no_throw);
    else
        std::tie(failed, bytes) = co_await core_->socket.async_read_some(buffer, no_throw);
    co_return io_result{core_->status_of(failed), bytes};
}

asio::awaitable<io_result> byte_stream::write(std::string_view bytes)
{
    if (core_->expired)
        co_return io_result{io_status::timed_out, 0};
    const operation guard(core_->under_way);
    auto const buffer = asio::buffer(bytes.data(), bytes.size());
    error_code failed;
    std::size_t written = 0;
    if (core_->tls)
        std::tie(failed, written) = co_await asio::async_write(*core_->tls, buffer, no_throw);
    else
        std::tie(failed, written) = co_await asio::async_write(core_->socket, buffer, no_throw);
    co_return io_result{core_->status_of(failed), written};
}

asio::awaitable<void> byte_stream::until_readable()
{
    if (core_->expired)
        co_return;
    const operation guard(core_->under_way);
    co_await core_->socket.async_wait(asio::socket_base::wait_read, no_throw);
}

bool byte_stream::quiet() const
{
    if (!core_->socket.is_open())
        return false;
    if (core_->tls) {
        // Records that arrived together with what was read already wait inside OpenSSL, not in the socket.
        SSL* const tls = core_->tls->native_handle();
        if (SSL_pending(tls) > 0 || BIO_ctrl_pending(SSL_get_rbio(tls)) > 0)
            return false;
    }
    char byte = 0;
    auto const peeked = ::recv(core_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<void> byte_stream::finish(duration limit)
{
    expires_after(limit);
    const operation guard(core_->under_way);
    if (core_->tls && core_->secured)
        co_await core_->tls->async_shutdown(no_throw); // an error only says that the peer did not answer in kind
    error_code failed;
    core_->socket.shutdown(socket_type::shutdown_send, failed);
    std::array<char, 16 * 1024> forgotten; // NOLINT: written before read
    std::size_t total = 0;
    while (!failed && !core_->expired && total < forgotten_bytes_max) {
        std::size_t bytes = 0;
        std::tie(failed, bytes) = co_await core_->socket.async_read_some(asio::buffer(forgotten), no_throw);
        total += bytes;
    }
    close();
}

void byte_stream::interrupt()
{
    error_code ignored;
    core_->socket.cancel(ignored);
}

void byte_stream::close()
{
    error_code ignored;
    core_->socket.close(ignored);
}

void byte_stream::reset()
{
    error_code ignored;
    core_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

} // namespace jmld::http
