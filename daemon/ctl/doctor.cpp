// Each check is one sentence, with what to do next when it fails.
#include "daemon/ctl/doctor.hpp"

#include "daemon/version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

std::int64_t number(const value& content)
{
    const auto* integer = content.if_integer();
    return integer == nullptr ? 0 : *integer;
}

} // namespace

std::vector<finding> findings(const std::string& readiness, const value& status, std::string_view own_version)
{
    std::vector<finding> all;
    for (std::size_t at = 0; at < readiness.size();) { // `[+] store: 3.40.1`
        const auto end = std::min(readiness.find('\n', at), readiness.size());
        const auto line = readiness.substr(at, end - at);
        at = end + 1;
        if (line.starts_with("[+] ") || line.starts_with("[-] "))
            all.push_back(
                {line[1] == '+', line.substr(4), "events are answered 503 until this is well; see jmld's log"});
    }
    const auto version = status["version"].text_or();
    all.push_back({version == own_version, "jmld is " + version + ", jmlctl " + std::string(own_version),
                   "use the jmlctl that came with the daemon"});
    const bool open = !(status["outbound"]["open"] == value(false));
    all.push_back({open, open ? "writes to Okta may leave" : "writes to Okta are switched off",
                   "jmlctl switch on --reason ... when it is safe again"});
    const auto paused = number(status["runs"]["paused"]);
    all.push_back({paused == 0, fmt::format("{} runs wait for a person", paused), "jmlctl run list --state paused"});
    const auto holds = number(status["holds"]);
    all.push_back({holds == 0, fmt::format("{} holds of a guard", holds), "jmlctl hold list --state held"});
    for (const auto* decision : {"parked", "quarantined"}) {
        const auto amount = number(status["events"][decision]);
        all.push_back({amount == 0, fmt::format("{} events are {}", amount, decision),
                       fmt::format("jmlctl event list --decision {}", decision)});
    }
    for (const auto& [name, bucket] : status["okta_buckets"].entries())
        if (const auto until = bucket["blocked_until"].text_or(); !until.empty())
            all.push_back({false, fmt::format("Okta holds back calls of {} until {}", name, until),
                           "it goes on by itself; other clients of the organisation may be using its limit"});
    return all;
}

asio::awaitable<exit_code> examine(context at)
{
    auto readiness = co_await at.server.get_text("/readyz?verbose", true);
    auto status = co_await at.server.get("/v1/status");
    const auto all = findings(readiness, status, daemon::version);
    engine::value_list rows;
    for (const auto& one : all) {
        rows.push_back(
            value::map({{"good", one.good}, {"what", one.what}, {"advice", one.good ? value() : value(one.advice)}}));
        if (at.output.format == output_format::table)
            fmt::print("{} {}{}\n",
                       one.good ? coloured("✔", "\033[32m", at.output) : coloured("✘", "\033[31m", at.output), one.what,
                       one.good ? std::string() : "\n    " + one.advice);
    }
    if (at.output.format != output_format::table)
        print_list(value(std::move(rows)), {}, "what", at.output);
    const bool well = std::all_of(all.begin(), all.end(), [](const finding& one) { return one.good; });
    co_return well ? exit_code::done : exit_code::failed;
}

} // namespace jmld::ctl
