// One request line is all that is read of each connection: the browser's headers are nobody's business.
#include "daemon/ctl/loopback_redirect.hpp"

#include "connectors/http_message.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <istream>

namespace jmld::ctl {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t request_bytes_max = 16 * 1024;
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

std::string page(std::string_view status, std::string_view words)
{
    const auto body = "<!doctype html><title>jmlctl</title><p>" + std::string(words) + "</p>";
    return "HTTP/1.1 " + std::string(status) +
           "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nConnection: "
           "close\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// The target of the request line; empty when there is none.
asio::awaitable<std::string> read_target(tcp::socket& from)
{
    asio::streambuf bytes(request_bytes_max);
    const auto [failed, size] = co_await asio::async_read_until(from, bytes, "\r\n", no_throw);
    if (failed)
        co_return std::string();
    std::istream stream(&bytes);
    std::string method, target;
    stream >> method >> target;
    co_return method == "GET" ? target : std::string();
}

asio::awaitable<result<std::string>> accept_code(tcp::acceptor& acceptor, const std::string& state)
{
    for (;;) {
        auto [failed, socket] = co_await acceptor.async_accept(no_throw);
        if (failed)
            co_return failure(errc::cancelled, "stopped while waiting for the browser");
        const auto target = co_await read_target(socket);
        auto code = code_in(target, state);
        const bool ours = code || code.error().code == errc::unauthorized;
        const auto answer = code   ? page("200 OK", "Signed in. This page can be closed.")
                            : ours ? page("200 OK", "The sign-in was refused. This page can be closed.")
                                   : page("400 Bad Request", "This is not the answer that jmlctl waits for.");
        const auto written = co_await asio::async_write(socket, asio::buffer(answer), no_throw);
        static_cast<void>(written); // a browser that has gone has still brought the code
        if (ours)
            co_return code;
    }
}

} // namespace

result<std::string> code_in(std::string_view target, std::string_view state)
{
    const auto question = target.find('?');
    if (target.substr(0, question) != "/callback" || question == std::string_view::npos)
        return failure(errc::invalid_input, "another path than the redirect's");
    std::string code, said_state, refused, description;
    for (const auto& [name, content] : http::parse_query(target.substr(question + 1))) {
        if (name == "code")
            code = content;
        else if (name == "state")
            said_state = content;
        else if (name == "error")
            refused = content;
        else if (name == "error_description")
            description = content;
    }
    if (said_state != state) // somebody else's redirect, or a forged one
        return failure(errc::invalid_input, "the state is not the one that was sent");
    if (!refused.empty())
        return failure(errc::unauthorized, refused + (description.empty() ? "" : ": " + description));
    if (code.empty())
        return failure(errc::invalid_input, "the redirect has no code");
    return code;
}

result<loopback_redirect> loopback_redirect::open(const asio::any_io_executor& executor, int port)
{
    tcp::acceptor acceptor(executor);
    const tcp::endpoint where(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port));
    boost::system::error_code failed;
    acceptor.open(where.protocol(), failed);
    if (!failed)
        acceptor.bind(where, failed);
    if (!failed)
        acceptor.listen(1, failed);
    if (failed)
        return failure(errc::unavailable, "no redirect can be heard on loopback: " + failed.message());
    return loopback_redirect(std::move(acceptor));
}

std::string loopback_redirect::uri() const
{
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/callback";
}

asio::awaitable<result<std::string>> loopback_redirect::wait_for_code(std::string state, duration longest)
{
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(acceptor_.get_executor(), std::chrono::milliseconds(longest.count()));
    auto first = co_await (accept_code(acceptor_, state) || timer.async_wait(no_throw));
    if (first.index() == 0)
        co_return std::get<0>(std::move(first));
    co_return failure(errc::timed_out, "the browser did not come back in time", "begin again");
}

} // namespace jmld::ctl
