// One exchange on one connection, and the client that gives it a connection. Beast parses the answers; the bytes, the
// deadline and what an error means are ours.
#include "connectors/https_client.hpp"

#include "connectors/connection_pool.hpp"
#include "connectors/connector.hpp"
#include "connectors/request_writing.hpp"
#include "connectors/tls_context.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <optional>

namespace jmld::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;
using parser_type = beast_http::response_parser<beast_http::string_body>;

namespace {

constexpr std::size_t chunk_line_bytes_max = 8 * 1024;

std::unexpected<error> garbled(std::string what)
{
    return failure(errc::connection_lost, "the answer " + std::move(what));
}

std::unexpected<error> from_parser(const error_code& failed)
{
    if (failed == beast_http::error::body_limit || failed == beast_http::error::header_limit)
        return failure(errc::too_large, "the answer is larger than allowed");
    if (failed == beast_http::error::partial_message)
        return garbled("was cut off");
    return garbled("is not proper HTTP: " + failed.message());
}

std::unexpected<error> from_stream(io_status status)
{
    switch (status) {
    case io_status::timed_out:
        return failure(errc::timed_out, "no answer within the time limit");
    case io_status::cancelled:
        return failure(errc::cancelled, "given up while waiting for the answer");
    case io_status::closed:
        return garbled("did not come: the peer closed the connection");
    case io_status::broken:
    case io_status::done:
        break;
    }
    return failure(errc::connection_lost, "the connection broke");
}

// What Beast takes for "no body" or resolves by itself is refused: it may be another answer than the one meant.
bool is_framed_plainly(const parser_type& parser)
{
    auto const& fields = parser.get();
    auto const encodings = fields.count(beast_http::field::transfer_encoding);
    auto const lengths = fields.count(beast_http::field::content_length);
    if (lengths > 1 || encodings > 1 || (lengths == 1 && encodings == 1))
        return false;
    return encodings == 0 || boost::beast::iequals(fields[beast_http::field::transfer_encoding], "chunked");
}

response head_of(const parser_type& parser)
{
    response answer;
    answer.status = static_cast<int>(parser.get().result_int());
    for (auto const& field : parser.get())
        answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return answer;
}

// One request and its answer on a connection. The stream and the reader must live until it completes.
class exchange
{
public:
    exchange(byte_stream& stream, const client_options& limits) : stream_(stream), limits_(limits) {}

    /// True when not a byte of the request can have reached the peer.
    bool nothing_sent() const { return nothing_sent_; }
    bool reusable() const
    {
        return parser_ && parser_->is_done() && parser_->keep_alive() && received_.empty() && stream_.quiet();
    }

    /// Sends, and reads up to the end of the header. The request is `wire`, which must live until it completes.
    asio::awaitable<result<response>> open(std::string_view wire, bool is_head, std::optional<std::size_t> body_max);
    /// The next piece of the body; empty = the end.
    asio::awaitable<result<std::string>> more();
    /// All that follows.
    asio::awaitable<result<std::string>> rest(std::size_t body_max);

private:
    void begin_answer(bool is_head, std::optional<std::size_t> body_max);
    asio::awaitable<io_status> receive();
    result<bool> parse(bool whole_header_only);
    asio::awaitable<result<void>> advance(bool whole_header_only);

    byte_stream& stream_;
    const client_options& limits_;
    std::optional<parser_type> parser_;
    std::string received_; ///< not yet parsed
    bool nothing_sent_ = true;
};

void exchange::begin_answer(bool is_head, std::optional<std::size_t> body_max)
{
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max));
    parser_->body_limit(body_max ? boost::optional<std::uint64_t>(*body_max) : boost::none);
    parser_->skip(is_head);
}

asio::awaitable<io_status> exchange::receive()
{
    std::array<char, 16 * 1024> room; // NOLINT: written before read
    auto const read = co_await stream_.read_some(room);
    received_.append(room.data(), read.bytes);
    co_return read.status;
}

// Parses what is there; true when it got as far as asked.
result<bool> exchange::parse(bool whole_header_only)
{
    while (!received_.empty() && !parser_->is_done()) {
        error_code failed;
        auto const used = parser_->put(asio::buffer(received_), failed);
        received_.erase(0, used);
        if (failed && failed != beast_http::error::need_more)
            return from_parser(failed);
        if (whole_header_only && parser_->is_header_done())
            return true;
        if (failed)
            break;
    }
    if (parser_->is_header_done() && received_.size() > chunk_line_bytes_max && !parser_->is_done())
        return garbled("has a chunk header that does not end");
    return parser_->is_done();
}

// Until the header is complete, or until there is more of the body or its end.
asio::awaitable<result<void>> exchange::advance(bool whole_header_only)
{
    for (;;) {
        auto const arrived = parse(whole_header_only);
        if (!arrived)
            co_return std::unexpected(arrived.error());
        if (*arrived || (parser_->is_header_done() && !parser_->get().body().empty()))
            co_return result<void>();
        auto const status = co_await receive();
        if (status == io_status::closed && parser_->got_some()) {
            error_code failed;
            parser_->put_eof(failed);
            if (failed)
                co_return from_parser(failed);
            co_return result<void>();
        }
        if (status != io_status::done)
            co_return from_stream(status);
    }
}

asio::awaitable<result<response>> exchange::open(std::string_view wire, bool is_head,
                                                 std::optional<std::size_t> body_max)
{
    auto const sent = co_await stream_.write(wire);
    nothing_sent_ = sent.bytes == 0 && sent.status != io_status::timed_out && sent.status != io_status::cancelled;
    if (sent.status != io_status::done && (nothing_sent_ || sent.status != io_status::broken))
        co_return from_stream(sent.status);
    // A peer that refuses a request may answer and close before it has read all; what it said is still worth reading.
    for (;;) {
        begin_answer(is_head, body_max);
        auto const arrived = co_await advance(true);
        if (!arrived)
            co_return std::unexpected(arrived.error());
        auto const status = parser_->get().result_int();
        if (status >= 200 && !is_framed_plainly(*parser_))
            co_return garbled("does not say clearly where it ends");
        if (status >= 200) {
            parser_->eager(true);
            co_return head_of(*parser_);
        }
        if (status == 101)
            co_return garbled("changes the protocol, which was not asked for");
    }
}

asio::awaitable<result<std::string>> exchange::more()
{
    if (!parser_->is_done()) {
        auto const arrived = co_await advance(false);
        if (!arrived)
            co_return std::unexpected(arrived.error());
    }
    co_return std::exchange(parser_->get().body(), {});
}

asio::awaitable<result<std::string>> exchange::rest(std::size_t body_max)
{
    std::string body;
    for (;;) {
        auto const piece = co_await more();
        if (!piece)
            co_return std::unexpected(piece.error());
        if (piece->empty())
            co_return body;
        if (piece->size() > body_max - body.size())
            co_return failure(errc::too_large, "the answer is larger than allowed");
        body += *piece;
    }
}

// Shared by the client and its requests under way.
struct client_core
{
    client_options options;
    connector dial;
    std::shared_ptr<connection_pool> pool;

    std::unexpected<error> named(error failed) const
    {
        if (!failed.what.starts_with(dial.peer().name()))
            failed.what = dial.peer().name() + ": " + failed.what;
        return std::unexpected(std::move(failed));
    }
};
using core_pointer = std::shared_ptr<const client_core>;

asio::awaitable<result<response>> answer_on(exchange& on, const std::string& wire, bool is_head, std::size_t body_max)
{
    auto answer = co_await on.open(wire, is_head, body_max);
    if (!answer)
        co_return answer;
    auto body = co_await on.rest(body_max);
    if (!body)
        co_return std::unexpected(body.error());
    answer->body = std::move(*body);
    co_return answer;
}

asio::awaitable<result<response>> send_now(core_pointer core, request message, duration timeout)
{
    auto const end = std::chrono::steady_clock::now() + timeout;
    auto const wire = write_request(message, core->dial.peer().host_header());
    if (!wire)
        co_return core->named(wire.error());
    auto const turn = co_await core->pool->take_turn(end);
    if (!turn)
        co_return core->named(turn.error());
    auto stream = core->pool->take_kept();
    for (bool kept = stream != nullptr;; kept = false) {
        if (!kept) {
            auto opened = co_await core->dial.open(end);
            if (!opened)
                co_return core->named(opened.error());
            stream = std::move(*opened);
        }
        stream->expires_after(time_left(end));
        exchange on(*stream, core->options);
        auto answer = co_await answer_on(on, *wire, message.method == "HEAD", core->options.body_bytes_max);
        if (!answer && on.nothing_sent() && kept)
            continue; // the peer closed it while nobody looked
        if (!answer && on.nothing_sent())
            co_return core->named({errc::refused, "the connection broke before the request was sent", {}});
        if (!answer)
            co_return core->named(answer.error());
        if (on.reusable())
            core->pool->keep(std::move(stream));
        co_return answer;
    }
}

asio::awaitable<result<response>> stream_now(core_pointer core, request message,
                                             streaming_transport::chunk_reader on_chunk, duration timeout,
                                             duration quiet_max)
{
    auto const end = std::chrono::steady_clock::now() + timeout;
    auto const wire = write_request(message, core->dial.peer().host_header());
    if (!wire)
        co_return core->named(wire.error());
    auto const stream = co_await core->dial.open(end);
    if (!stream)
        co_return core->named(stream.error());
    exchange on(**stream, core->options);
    auto answer = co_await on.open(*wire, false, std::nullopt);
    if (!answer)
        co_return core->named(answer.error());
    if (answer->status >= 300) {
        auto body = co_await on.rest(core->options.body_bytes_max);
        if (!body)
            co_return core->named(body.error());
        answer->body = std::move(*body);
        co_return answer;
    }
    for (;;) {
        (*stream)->expires_after(quiet_max);
        auto const piece = co_await on.more();
        if (!piece)
            co_return core->named(piece.error());
        if (piece->empty() || !on_chunk(*piece))
            co_return answer;
    }
}

class https_client final : public streaming_transport
{
public:
    explicit https_client(core_pointer core) : core_(std::move(core)) {}

    asio::awaitable<result<response>> send(request message, duration timeout) override
    {
        return without_throwing(send_now(core_, std::move(message), timeout));
    }

    asio::awaitable<result<response>> stream(request message, chunk_reader on_chunk, duration timeout,
                                             duration quiet_max) override
    {
        return without_throwing(stream_now(core_, std::move(message), std::move(on_chunk), timeout, quiet_max));
    }

private:
    // After a cancellation every co_await would throw, and an error could not be returned as the value it is.
    static asio::awaitable<result<response>> without_throwing(asio::awaitable<result<response>> work)
    {
        bool const throwing = co_await asio::this_coro::throw_if_cancelled();
        co_await asio::this_coro::throw_if_cancelled(false);
        auto answer = co_await std::move(work);
        co_await asio::this_coro::throw_if_cancelled(throwing);
        co_return answer;
    }

    core_pointer core_;
};

} // namespace

result<std::unique_ptr<streaming_transport>> make_client(asio::any_io_executor executor, client_options options)
{
    auto const peer = parse_origin(options.origin);
    if (!peer)
        return std::unexpected(peer.error());
    if (options.connections_max < 1)
        return failure(errc::invalid_input, "connections_max must be at least 1");
    std::shared_ptr<asio::ssl::context> tls;
    if (peer->scheme == origin::kind::tls) {
        auto made = client_tls(options.ca_file);
        if (!made)
            return std::unexpected(made.error());
        tls = std::move(*made);
    }
    auto pool = std::make_shared<connection_pool>(executor, options.connections_max, options.idle_max);
    auto names = options.names ? options.names : make_system_resolver(executor);
    connector dial(executor, *peer, std::move(tls), std::move(names), options.public_only);
    auto core = std::make_shared<client_core>(client_core{std::move(options), std::move(dial), std::move(pool)});
    return std::make_unique<https_client>(std::move(core));
}

} // namespace jmld::http
