// What happens on one connection, in order: handshake, header, framing, refusal, body, answer, and again. Beast reads
// every request a second time after framing has accepted it, and reads the bodies; where the two disagree nothing is
// handled.
#include "daemon/http/connection.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <stdexcept>

namespace jmld::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t chunk_line_bytes_max = 256;

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

framing::limits connection::limits() const
{
    return {.header_bytes_max = home_->options.header_bytes_max,
            .allow_body_on_delete = home_->options.allow_body_on_delete};
}

asio::awaitable<connection::next> connection::serve()
{
    if (home_->tls) {
        stream_.expires_after(home_->options.handshake_timeout);
        auto const secured = co_await stream_.accept_tls(home_->tls);
        if (!secured)
            co_return next::nothing;
        if (!home_->options.client_ca_file.empty())
            who_.certificate_names = stream_.peer_names();
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
        if (head.body_is_odd)
            return plain_problem(400, "This method takes no body.");
        auto const limit = home_->served->body_limit(head.message);
        if (head.content_length.value_or(0) > limit)
            return plain_problem(413, "The body is larger than allowed here.");
    } catch (const std::exception& failed) {
        log_exception("refuse()", failed);
        return failed_inside();
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
        made = failed_inside();
    }
    auto const then = co_await send(std::move(made), head);
    co_return then;
}

} // namespace jmld::http
