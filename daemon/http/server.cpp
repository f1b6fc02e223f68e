// What happens on one connection, in order: handshake, header, framing, refusal, body, answer, and again. Beast reads
// every request a second time after framing has accepted it, and reads the bodies; where the two disagree nothing is
// handled.
#include "daemon/http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <stdexcept>

namespace jmld::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

constexpr duration linger_max{1'000};
constexpr std::size_t slice_bytes = 64 * 1024;
constexpr std::size_t chunk_line_bytes_max = 256;
constexpr std::string_view no_details = "The request could not be handled; the reason is in the log.";

void log_exception(const char* where, const std::exception& failed)
{
    spdlog::error("http: {} threw: {}", where, failed.what());
}

// A source that throws ends its stream; `||` would otherwise wait for the client to go away first.
asio::awaitable<std::optional<std::string>> next_piece(const chunk_source& source)
{
    try {
        auto piece = co_await source();
        co_return piece;
    } catch (const boost::system::system_error& failed) {
        if (failed.code() != asio::error::operation_aborted)
            log_exception("a stream", failed);
    } catch (const std::exception& failed) {
        log_exception("a stream", failed);
    }
    co_return std::nullopt;
}

} // namespace

class request_reader
{
public:
    enum class state : std::uint8_t { needs_more, done, bad, too_large };

    explicit request_reader(std::size_t header_bytes_max)
    {
        parser_.header_limit(static_cast<std::uint32_t>(header_bytes_max + 1));
        parser_.body_limit(boost::none);
        parser_.on_chunk_header(refuse_extensions_);
    }

    /// True when Beast reads the header as framing did, to the last byte.
    bool agrees(std::string_view header, const framing::head& head)
    {
        error_code failed;
        auto const used = parser_.put(asio::buffer(header), failed);
        if (failed || used != header.size() || !parser_.is_header_done())
            return false;
        auto const& read = parser_.get();
        fields_ = count_fields();
        auto const length = parser_.content_length();
        return read.method_string() == head.message.method && read.target() == head.message.target &&
               fields_ == head.message.headers.size() && parser_.chunked() == head.chunked &&
               length.has_value() == head.content_length.has_value() &&
               length.value_or(0) == head.content_length.value_or(0) && parser_.is_done() == !head.announces_body();
    }

    void limit_body(std::size_t bytes)
    {
        parser_.body_limit(bytes);
        parser_.eager(true);
    }

    /// Takes from the front of `received` what belongs to the body.
    state feed(std::string& received)
    {
        while (!received.empty() && !parser_.is_done()) {
            error_code failed;
            auto const used = parser_.put(asio::buffer(received), failed);
            received.erase(0, used);
            if (failed == beast_http::error::need_more)
                break;
            if (failed == beast_http::error::body_limit)
                return state::too_large;
            if (failed)
                return state::bad;
        }
        if (parser_.is_done()) // trailers would stand among the fields now
            return count_fields() == fields_ ? state::done : state::bad;
        return received.size() > chunk_line_bytes_max ? state::bad : state::needs_more;
    }

    std::string take_body() { return std::move(parser_.get().body()); }

private:
    std::size_t count_fields() const
    {
        auto const& fields = parser_.get();
        return static_cast<std::size_t>(std::distance(fields.begin(), fields.end()));
    }

    std::function<void(std::uint64_t, boost::beast::string_view, error_code&)> refuse_extensions_ =
        [](std::uint64_t, boost::beast::string_view extensions, error_code& failed) {
            if (!extensions.empty())
                failed = beast_http::error::bad_chunk_extension;
        };
    beast_http::request_parser<beast_http::string_body> parser_;
    std::size_t fields_ = 0;
};

hub::hub(const asio::any_io_executor& executor, listen_options chosen, handler& to_serve)
    : options(std::move(chosen)), served(&to_serve), changed(executor, steady_clock::time_point::max())
{}

connection::connection(std::shared_ptr<hub> home, byte_stream::socket_type accepted, peer who)
    : home_(std::move(home)), pause_(accepted.get_executor()), stream_(std::move(accepted)), who_(std::move(who))
{
    home_->connections.insert(this);
    ++home_->connections_per_peer[who_.address];
}

connection::~connection()
{
    home_->connections.erase(this);
    auto const counted = home_->connections_per_peer.find(who_.address);
    if (--counted->second == 0)
        home_->connections_per_peer.erase(counted);
    home_->notify();
}

void connection::become(phase now)
{
    phase_ = now;
    if (now != phase::idle)
        return;
    idle_since_ = steady_clock::now();
    home_->notify();
}

void connection::drain()
{
    // An idle connection on which bytes have just arrived is about to be read: that request is answered.
    if (phase_ == phase::idle && stream_.quiet())
        close();
    else if (phase_ == phase::waiting_for_piece)
        stream_.interrupt();
}

void connection::close()
{
    stream_.close();
    pause_.cancel();
}

framing::limits connection::limits() const
{
    return {.header_bytes_max = home_->options.header_bytes_max,
            .allow_body_on_delete = home_->options.allow_body_on_delete};
}

asio::awaitable<void> connection::run(std::shared_ptr<connection> self)
{
    try {
        auto const then = co_await self->serve();
        if (then == next::finish)
            co_await self->stream_.finish(linger_max);
    } catch (const std::exception& failed) {
        log_exception("a connection", failed);
    }
    self->stream_.close();
}

asio::awaitable<connection::next> connection::serve()
{
    if (home_->tls) {
        stream_.expires_after(home_->options.handshake_timeout);
        auto const secured = co_await stream_.accept_tls(home_->tls);
        if (!secured)
            co_return next::nothing;
    }
    for (bool first = true;; first = false) {
        auto const then = co_await serve_one(first);
        if (then != next::go_on)
            co_return then;
    }
}

asio::awaitable<io_status> connection::receive()
{
    std::array<char, 16 * 1024> room; // NOLINT: written before read
    auto const read = co_await stream_.read_some(room);
    received_.append(room.data(), read.bytes);
    co_return read.status;
}

// Until the header is complete: its size is then what header_size() says of `received_`.
asio::awaitable<connection::next> connection::wait_for_header(bool first)
{
    if (received_.empty()) {
        become(phase::idle);
        stream_.expires_after(first ? home_->options.header_timeout : home_->options.idle_timeout);
        auto const status = co_await receive();
        if (status == io_status::timed_out || status == io_status::closed)
            co_return next::finish;
        if (status != io_status::done)
            co_return next::nothing;
    }
    become(phase::busy);
    stream_.expires_after(home_->options.header_timeout);
    for (;;) {
        auto const size = framing::header_size(received_, limits());
        if (!size) {
            auto const then = co_await refuse(size.error().status, size.error().why);
            co_return then;
        }
        if (*size > 0)
            co_return next::go_on;
        auto const status = co_await receive();
        if (status == io_status::timed_out) {
            auto const then = co_await refuse(408, "The header did not arrive in time.");
            co_return then;
        }
        if (status != io_status::done)
            co_return next::nothing;
    }
}

// What the handler says before the body is read; nothing = go on.
std::optional<response> connection::refusal_of(const framing::head& head)
{
    try {
        if (auto refused = home_->served->refuse(head.message, who_))
            return refused;
        auto const limit = home_->served->body_limit(head.message);
        if (head.content_length.value_or(0) > limit)
            return plain_problem(413, "The body is larger than allowed here.");
    } catch (const std::exception& failed) {
        log_exception("refuse()", failed);
        return plain_problem(500, no_details);
    }
    return std::nullopt;
}

asio::awaitable<connection::next> connection::serve_one(bool first)
{
    auto const arrived = co_await wait_for_header(first);
    if (arrived != next::go_on)
        co_return arrived;
    auto const size = framing::header_size(received_, limits()).value();
    auto const header = std::string_view(received_).substr(0, size);
    auto head = framing::check(header, limits());
    request_reader reader(home_->options.header_bytes_max);
    if (head && !reader.agrees(header, *head))
        head = std::unexpected(framing::refusal{400, "The request is not proper HTTP."});
    if (!head) {
        auto const then = co_await refuse(head.error().status, head.error().why);
        co_return then;
    }
    received_.erase(0, size);
    ++requests_;
    head->is_head = head->message.method == "HEAD";
    if (head->is_head)
        head->message.method = "GET";

    if (home_->served == nullptr)
        co_return next::nothing;
    if (auto refused = refusal_of(*head)) {
        head->keep_alive = head->keep_alive && !head->announces_body();
        auto const then = co_await send(reply(std::move(*refused)), *head);
        co_return then;
    }
    auto const taken = co_await take_body(*head, reader, home_->served->body_limit(head->message));
    if (taken != next::go_on)
        co_return taken;
    head->message.body = reader.take_body();
    auto const then = co_await answer(std::move(*head));
    co_return then;
}

asio::awaitable<connection::next> connection::take_body(const framing::head& head, request_reader& reader,
                                                        std::size_t limit)
{
    if (!head.announces_body())
        co_return next::go_on;
    if (head.expects_continue && received_.empty()) {
        auto const told = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        if (told != next::go_on)
            co_return told;
    }
    reader.limit_body(limit);
    stream_.expires_after(home_->options.body_timeout);
    framing::refusal why{400, "The body is not framed properly; chunk extensions and trailers are not taken."};
    for (;;) {
        auto const state = reader.feed(received_);
        if (state == request_reader::state::done)
            co_return next::go_on;
        if (state == request_reader::state::too_large)
            why = {413, "The body is larger than allowed here."};
        if (state != request_reader::state::needs_more)
            break;
        auto const status = co_await receive();
        if (status == io_status::timed_out) {
            why = {408, "The body did not arrive in time."};
            break;
        }
        if (status != io_status::done)
            co_return next::nothing;
    }
    auto const then = co_await refuse(why.status, why.why);
    co_return then;
}

asio::awaitable<connection::next> connection::answer(framing::head head)
{
    if (home_->served == nullptr)
        co_return next::nothing;
    reply made;
    try {
        made = co_await home_->served->answer(std::move(head.message), who_);
    } catch (const std::exception& failed) {
        log_exception("a handler", failed);
        made = plain_problem(500, no_details);
    }
    auto const then = co_await send(std::move(made), head);
    co_return then;
}

bool connection::stays_open(const framing::head& head, const response& answer) const
{
    auto const* const asked = find_header(answer.headers, "Connection");
    return head.keep_alive && !home_->draining && requests_ < home_->options.requests_per_connection_max &&
           (asked == nullptr || !same_name(*asked, "close"));
}

asio::awaitable<connection::next> connection::send(reply answer, const framing::head& head)
{
    if (answer.delay > duration(0)) {
        pause_.expires_after(answer.delay);
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (answer.drop) {
        stream_.reset();
        co_return next::nothing;
    }
    answer_form form{.http_1_0 = head.http_1_0, .keep_alive = stays_open(head, answer.message)};
    if (answer.stream) {
        form.end = head.http_1_0 ? body_end::close : body_end::chunked;
        form.keep_alive = form.keep_alive && !head.http_1_0;
    }
    std::string wire;
    try {
        wire = write_head(answer.message, form, std::chrono::system_clock::now());
    } catch (const std::invalid_argument& failed) {
        log_exception("an answer", failed);
        answer = plain_problem(500, no_details);
        form.end = body_end::content_length;
        wire = write_head(answer.message, form, std::chrono::system_clock::now());
    }
    if (!answer.stream && !head.is_head && !has_no_body(answer.message.status))
        wire += answer.message.body;
    auto then = co_await write(wire);
    if (then == next::go_on && answer.stream && !head.is_head)
        then = co_await send_stream(answer.stream, form.end == body_end::chunked);
    co_return then == next::go_on && !form.keep_alive ? next::finish : then;
}

asio::awaitable<connection::next> connection::send_stream(const chunk_source& source, bool chunked)
{
    using namespace asio::experimental::awaitable_operators;
    while (!home_->draining) {
        stream_.expires_never();
        become(phase::waiting_for_piece);
        // A client that says anything while it is being streamed to, or goes away, ends the stream.
        auto raced = co_await (next_piece(source) || stream_.until_readable());
        become(phase::busy);
        if (raced.index() == 1 && !home_->draining)
            co_return next::nothing;
        if (raced.index() == 1 || !std::get<0>(raced))
            break;
        auto const& piece = *std::get<0>(raced);
        if (piece.empty()) // an empty chunk would end the body
            continue;
        auto const wire = chunked ? as_chunk(piece) : piece;
        auto const written = co_await write(wire);
        if (written != next::go_on)
            co_return written;
    }
    if (!chunked)
        co_return next::finish;
    auto const ended = co_await write("0\r\n\r\n");
    co_return ended == next::go_on && home_->draining ? next::finish : ended;
}

asio::awaitable<connection::next> connection::refuse(int status, std::string_view why)
{
    auto const answer = plain_problem(status, why);
    auto wire = write_head(answer, {.keep_alive = false}, std::chrono::system_clock::now());
    wire += answer.body;
    auto const written = co_await write(wire);
    co_return written == next::go_on ? next::finish : written;
}

asio::awaitable<connection::next> connection::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        auto const slice = bytes.substr(0, slice_bytes);
        stream_.expires_after(home_->options.write_timeout);
        auto const written = co_await stream_.write(slice);
        if (written.status != io_status::done)
            co_return next::nothing;
        bytes.remove_prefix(slice.size());
    }
    co_return next::go_on;
}

} // namespace jmld::http
