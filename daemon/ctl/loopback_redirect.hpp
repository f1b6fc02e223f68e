// Hears of an authorization code: one listener on loopback that waits for the browser's one redirect. It serves nothing
// else.
#pragma once

#include "engine/result.hpp"
#include "engine/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace jmld::ctl {

class loopback_redirect
{
public:
    /// Binds; port 0 takes a free one. Errors: unavailable.
    static result<loopback_redirect> open(const boost::asio::any_io_executor& executor, int port);

    /// `http://127.0.0.1:PORT/callback`
    std::string uri() const;
    /// The code of the redirect whose `state` is this one; others are answered 400 and waited past. Errors:
    /// unauthorized (the server sends an error instead), timed_out.
    boost::asio::awaitable<result<std::string>> wait_for_code(std::string state, duration longest);

private:
    explicit loopback_redirect(boost::asio::ip::tcp::acceptor acceptor) : acceptor_(std::move(acceptor)) {}
    boost::asio::ip::tcp::acceptor acceptor_;
};

/// What a redirect's target says. Errors: invalid_input (another path or state), unauthorized.
result<std::string> code_in(std::string_view target, std::string_view state);

} // namespace jmld::ctl
