// Each verb: one or two calls, one way to show the answer. Lists follow the server's cursor only as far as asked.
#include "daemon/ctl/commands.hpp"

#include "daemon/ctl/watch.hpp"
#include "engine/runtime/clock.hpp"

#include <fmt/format.h>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

const std::vector<column> run_columns = {{"RUN", "id"},
                                         {"WORKFLOW", "workflow"},
                                         {"STATE", "state"},
                                         {"PERSON", "subject.name"},
                                         {"CREATED", "created_at"},
                                         {"WHY", "why.kind"}};
const std::vector<column> event_columns = {{"EVENT", "id"},          {"SOURCE", "source"},        {"TYPE", "type"},
                                           {"DECISION", "decision"}, {"RECEIVED", "received_at"}, {"REASON", "reason"}};

std::string with_query(std::string path, const query_list& filters)
{
    char separator = '?';
    for (const auto& [name, text] : filters) {
        path += separator + name + "=" + http::percent_encode(text);
        separator = '&';
    }
    return path;
}

} // namespace

asio::awaitable<exit_code> run_list(context at, query_list filters)
{
    auto found = co_await at.server.get(with_query("/v1/runs", filters));
    print_list(found["runs"], run_columns, "id", at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> run_show(context at, std::string id)
{
    auto run = co_await at.server.get("/v1/runs/" + http::percent_encode(id));
    if (at.output.format != output_format::table) {
        print_one(run, {}, "id", at.output);
        co_return exit_code::done;
    }
    const runtime::system_clock time;
    for (const auto& line : draw_run(run, time.now(), at.output))
        fmt::print("{}\n", line);
    co_return exit_code::done;
}

asio::awaitable<exit_code> run_verb(context at, std::string verb, std::vector<std::string> ids, std::string reason,
                                    value more)
{
    for (const auto& id : ids) {
        auto body = more.with("reason", reason);
        auto answer = co_await at.server.post("/v1/runs/" + http::percent_encode(id) + "/" + verb, std::move(body));
        if (at.output.format == output_format::table)
            fmt::print(stderr, "{}: {} is {}\n", id, verb, shown(answer["state"]));
        else
            print_one(answer, {}, "id", at.output);
    }
    co_return exit_code::done;
}

asio::awaitable<exit_code> event_list(context at, query_list filters)
{
    auto found = co_await at.server.get(with_query("/v1/events", filters));
    print_list(found["events"], event_columns, "id", at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> event_show(context at, std::string id)
{
    auto event = co_await at.server.get("/v1/events/" + http::percent_encode(id));
    print_one(event,
              {{"event", "id"},
               {"source", "source"},
               {"type", "type"},
               {"received", "received_at"},
               {"entered", "entered_at"},
               {"effective", "effective.at"},
               {"rule", "effective"},
               {"decision", "decision"},
               {"reason", "reason"},
               {"by", "by"},
               {"run", "run"}},
              "id", at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> event_send(context at, std::string source, std::string body, std::string reason)
{
    const auto parsed = engine::json::parse(body);
    if (!parsed)
        throw command_failed{exit_code::usage, "the event is no JSON: " + parsed.error().what};
    auto answer = co_await at.server.post(
        "/v1/events",
        value::map({{"source", source}, {"headers", value::map({})}, {"body", *parsed}, {"reason", reason}}));
    if (at.output.format == output_format::table)
        fmt::print("{}\n", shown(answer["event_id"]));
    else
        print_one(answer, {}, "event_id", at.output);
    if (at.output.format == output_format::table)
        fmt::print(stderr, "{}\n", shown(answer["status"]));
    co_return exit_code::done;
}

asio::awaitable<exit_code> event_verb(context at, std::string verb, std::string id, value words)
{
    auto answer = co_await at.server.post("/v1/events/" + http::percent_encode(id) + "/" + verb, std::move(words));
    if (at.output.format == output_format::table)
        fmt::print(stderr, "{}: {}\n", id, shown(answer["decision"]));
    else
        print_one(answer, {}, "id", at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> show_status(context at)
{
    auto status = co_await at.server.get("/v1/status");
    if (at.output.format != output_format::table) {
        print_one(status, {}, "version", at.output);
        co_return exit_code::done;
    }
    fmt::print("jmld {}  {}\n", shown(status["version"]), shown(status["ready"]));
    for (const auto& [section, rows] : status.entries()) {
        if (!rows.is_map() || rows.entries().empty())
            continue;
        fmt::print("{}\n", coloured(section, "\033[1m", at.output));
        for (const auto& [name, amount] : rows.entries())
            fmt::print("  {:<28} {}\n", name, shown(amount));
    }
    co_return exit_code::done;
}

asio::awaitable<exit_code> workflow_list(context at)
{
    auto found = co_await at.server.get("/v1/workflows");
    print_list(found["workflows"],
               {{"WORKFLOW", "name"}, {"DIRECTION", "direction"}, {"EVENTS", "events"}, {"HASH", "sha256"}}, "name",
               at.output);
    co_return exit_code::done;
}

} // namespace jmld::ctl
