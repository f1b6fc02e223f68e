// One way to show an answer, one way to say what was refused.
#include "daemon/ctl/commands.hpp"

#include <fmt/format.h>

#include <optional>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

query_list given(const std::map<std::string, std::string>& filters)
{
    query_list all;
    for (const auto& [name, text] : filters)
        if (!text.empty())
            all.emplace_back(name, text);
    return all;
}

std::string with_query(std::string path, const query_list& filters)
{
    char separator = '?';
    for (const auto& [name, text] : filters) {
        path += separator + name + "=" + http::percent_encode(text);
        separator = '&';
    }
    return path;
}

std::string under(std::string_view path, std::string_view id) { return std::string(path) + http::percent_encode(id); }

asio::awaitable<exit_code> show_list(context at, list_request what)
{
    auto found = co_await at.server.get(with_query(what.path, what.filters));
    print_list(found[what.member], what.columns, what.id_key, at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> show_one(context at, show_request what)
{
    auto found = co_await at.server.get(what.path);
    print_one(found, what.lines, what.id_key, at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> change_each(context at, change_request what)
{
    auto code = exit_code::done;
    for (const auto& id : what.ids) {
        const auto target = under(what.before, id) + what.after;
        if (at.dry_run && !what.asks_the_server) {
            fmt::print(stderr, "would ask for {} {}\n", target, engine::json::write(what.body));
            continue;
        }
        std::optional<command_failed> refused;
        value answer;
        try {
            answer = co_await at.server.post(target, what.body);
        } catch (const command_failed& failed) {
            refused = failed;
        }
        if (refused) {
            if (what.ids.size() == 1)
                throw command_failed(*refused);
            fmt::print(stderr, "jmlctl: {}: {}\n", id, refused->message);
            code = code == exit_code::done ? refused->code : code;
        } else if (at.output.format == output_format::table && !at.dry_run) {
            fmt::print(stderr, "{}: {}, now {}\n", id, what.verb, shown(answer[what.outcome]));
        } else {
            print_one(answer, {{"id", "id"}, {what.outcome, what.outcome}, {"steps", "steps"}, {"staying", "staying"}},
                      "id", at.output);
        }
    }
    co_return code;
}

} // namespace jmld::ctl
