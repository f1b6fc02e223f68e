// What the verbs of jmlctl are made of: a list shown, one thing shown, a change asked for of each id. Which verb does
// which stands in the groups (verbs_*.cpp).
#pragma once

#include "daemon/ctl/api.hpp"
#include "daemon/ctl/output.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace jmld::ctl {

struct context
{
    api& server;
    output_options output;
    bool dry_run = false;
};

using query_list = std::vector<std::pair<std::string, std::string>>; ///< name → value, not encoded
/// Those that were given.
query_list given(const std::map<std::string, std::string>& filters);
std::string with_query(std::string path, const query_list& filters);
/// `/v1/runs/` and an id as one segment.
std::string under(std::string_view path, std::string_view id);

struct list_request
{
    std::string path;
    query_list filters;
    std::string member;          ///< of the answer that holds the list
    std::vector<column> columns; ///< of the table
    std::string id_key = "id";
};
boost::asio::awaitable<exit_code> show_list(context at, list_request what);

struct show_request
{
    std::string path;
    std::vector<column> lines; ///< of the table
    std::string id_key = "id";
};
boost::asio::awaitable<exit_code> show_one(context at, show_request what);

struct change_request
{
    std::string before, after; ///< of the id in the path
    std::vector<std::string> ids;
    std::string verb;
    engine::value body;
    std::string outcome = "state"; ///< member of the answer that is told
    bool asks_the_server = false;  ///< with --dry-run: the body says so, and the server foresees it
};
/// Each id in turn, also when one is refused; the first refusal is the exit code.
boost::asio::awaitable<exit_code> change_each(context at, change_request what);

} // namespace jmld::ctl
