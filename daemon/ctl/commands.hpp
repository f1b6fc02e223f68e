// The verbs of jmlctl, each a short coroutine over the operations API. Which verb was asked for is the command line's
// business.
#pragma once

#include "daemon/ctl/api.hpp"
#include "daemon/ctl/output.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <utility>
#include <vector>

namespace jmld::ctl {

struct context
{
    api& server;
    output_options output;
};

using query_list = std::vector<std::pair<std::string, std::string>>; ///< name → value, not encoded

boost::asio::awaitable<exit_code> run_list(context at, query_list filters);
boost::asio::awaitable<exit_code> run_show(context at, std::string id);
/// retry, cancel, rollback, pause, resume, terminate: each id in turn.
boost::asio::awaitable<exit_code> run_verb(context at, std::string verb, std::vector<std::string> ids,
                                           std::string reason, engine::value more);
boost::asio::awaitable<exit_code> event_list(context at, query_list filters);
boost::asio::awaitable<exit_code> event_show(context at, std::string id);
/// The body as the sender would send it; answers the event's id.
boost::asio::awaitable<exit_code> event_send(context at, std::string source, std::string body, std::string reason);
boost::asio::awaitable<exit_code> event_verb(context at, std::string verb, std::string id, engine::value words);
boost::asio::awaitable<exit_code> show_status(context at);
boost::asio::awaitable<exit_code> workflow_list(context at);

} // namespace jmld::ctl
