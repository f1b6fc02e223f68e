// The life of a connection around its requests: how it is counted, closed and drained, and how answers leave. Reading
// requests is server.cpp's, which alone knows Beast.
#include "daemon/http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <stdexcept>

namespace jmld::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr duration linger_max{1'000};
constexpr std::size_t slice_bytes = 64 * 1024;

// A source that throws ends its stream; `||` would otherwise wait for the client to go away first. What it throws
// because it was cancelled is no failure.
asio::awaitable<std::optional<std::string>> next_piece(const chunk_source& source)
{
    std::string thrown;
    try {
        auto piece = co_await source();
        co_return piece;
    } catch (const std::exception& failed) {
        thrown = failed.what();
    }
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none)
        spdlog::error("http: a stream threw: {}", thrown);
    co_return std::nullopt;
}

} // namespace

void log_exception(const char* where, const std::exception& failed)
{
    spdlog::error("http: {} threw: {}", where, failed.what());
}

response failed_inside() { return plain_problem(500, "The request could not be handled; the reason is in the log."); }

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
        answer = failed_inside();
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
