// The operations API as jmlctl sees it: one call, one answer, and what each failure means as an exit code. It prints
// nothing.
#pragma once

#include "connectors/https_client.hpp"
#include "engine/json/json.hpp"
#include "engine/value.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace jmld::ctl {

/// contract §6; fixed.
enum class exit_code : int {
    done = 0,
    failed = 1,
    usage = 2,
    not_found = 3,
    not_authorised = 4,
    unreachable = 5,
    conflict = 6,
    still_waiting = 7,
    interrupted = 130,
};

/// Why a command cannot go on; thrown to main's one catch, where it is said on stderr.
struct command_failed
{
    exit_code code = exit_code::failed;
    std::string message;
};

class api
{
public:
    api(std::unique_ptr<http::streaming_transport> transport, std::string server, std::string token);

    /// `target` is path and query, already encoded. Throws command_failed for anything but 2xx.
    boost::asio::awaitable<engine::value> get(std::string target);
    struct page
    {
        engine::value content;
        std::string next; ///< target of what follows; empty at the end
    };
    boost::asio::awaitable<page> get_page(std::string target);
    /// The body as it comes. `not_ready_too`: an answer of 503 is one as well.
    boost::asio::awaitable<std::string> get_text(std::string target, bool not_ready_too = false);
    /// The same, handed on as it comes: of any size, nothing of it is kept. A server that says nothing for five
    /// minutes while there is more to come counts as not reachable.
    boost::asio::awaitable<void> get_pieces(std::string target, std::function<void(std::string_view piece)> each);
    /// A body of its own media type (an event as the sender wrote it is wrapped by the caller).
    boost::asio::awaitable<engine::value> post(std::string target, engine::value body);

    const std::string& server() const { return server_; }

private:
    boost::asio::awaitable<http::response> send(http::request message);
    boost::asio::awaitable<engine::value> exchange(http::request message);

    std::unique_ptr<http::streaming_transport> transport_;
    std::string server_, token_;
};

} // namespace jmld::ctl
