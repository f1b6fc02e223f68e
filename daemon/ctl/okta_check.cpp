// Showing what the connector found, one line for each look with what to do beneath it, and the exit code of the whole.
#include "daemon/ctl/okta_check.hpp"

#include "daemon/all_actions.hpp"
#include "daemon/configuration.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/okta_connection.hpp"
#include "daemon/system_random.hpp"
#include "daemon/version.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

std::string mark_of(const std::string& state, const output_options& output)
{
    if (state == "ok")
        return coloured("✔", "\033[32m", output);
    if (state == "warning")
        return coloured("!", "\033[33m", output);
    if (state == "failed")
        return coloured("✘", "\033[31m", output);
    return "·";
}

exit_code code_of(const value& found)
{
    if (found["ok"] == value(true))
        return exit_code::done;
    if (found["reached"] == value(false))
        return exit_code::unreachable;
    return found["signed_in"] == value(false) ? exit_code::not_authorised : exit_code::failed;
}

exit_code show(const value& found, const output_options& output)
{
    switch (output.format) {
    case output_format::json:
        fmt::print("{}\n", engine::json::write_pretty(found));
        break;
    case output_format::ndjson:
        for (const auto& one : found["checks"].items())
            fmt::print("{}\n", engine::json::write(one));
        break;
    case output_format::id:
        for (const auto& one : found["checks"].items())
            if (one["state"].text_or() != "ok")
                fmt::print("{}\n", one["name"].text_or());
        break;
    case output_format::table:
        for (const auto& one : found["checks"].items()) {
            fmt::print("{} {:<16} {}\n", mark_of(one["state"].text_or(), output), one["name"].text_or(),
                       one["what"].text_or());
            if (const auto advice = one["advice"].text_or(); !advice.empty())
                fmt::print("  {:<16} {}\n", "", advice);
        }
        break;
    }
    return code_of(found);
}

} // namespace

asio::awaitable<exit_code> okta_check(context at)
{
    auto found = co_await at.server.get("/v1/okta/check");
    co_return show(found, at.output);
}

exit_code okta_check_of(const std::string& configuration, const std::string& credentials, const output_options& output)
{
    const daemon::all_actions catalogue;
    const auto chosen = daemon::read_configuration(configuration, credentials, catalogue);
    if (!chosen) {
        std::string all;
        for (const auto& message : chosen.error().messages)
            all += (all.empty() ? "" : "\n") + message;
        throw command_failed{exit_code::usage, all};
    }
    asio::io_context loop;
    runtime::system_clock time;
    daemon::system_random random;
    const auto& settings = chosen->settings.okta;
    auto way = daemon::connect_okta(loop.get_executor(), settings, credentials, time, random);
    if (!way)
        throw command_failed{exit_code::usage, way.error().what};
    runtime::limiter budget;
    okta::client client({.origin = settings.org, .user_agent = "jmlctl/" + std::string(daemon::version)},
                        *way->transport, *way->credentials, budget, time, random);
    value found;
    std::exception_ptr broken;
    asio::co_spawn(loop,
                   okta::check({client, *way->credentials, *way->transport, budget, settings.org},
                               daemon::needed_scopes(*chosen->rules)),
                   [&](std::exception_ptr failed, std::vector<okta::check_finding> all) {
                       broken = failed;
                       found = okta::to_value(all, settings.org);
                       loop.stop();
                   });
    loop.run();
    if (broken)
        std::rethrow_exception(broken);
    return show(found, output);
}

} // namespace jmld::ctl
