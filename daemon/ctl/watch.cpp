// Looks at the run four times a second, because countdowns move; the server is asked once for each look.
#include "daemon/ctl/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr duration look_every{250};

bool step_ended(std::string_view state)
{
    for (const auto* ended :
         {"succeeded", "failed", "skipped", "cancelled", "compensated", "compensation_failed", "not_compensable"})
        if (state == ended)
            return true;
    return false;
}

std::string span(duration length)
{
    const auto seconds = static_cast<double>(length.count()) / 1000.0;
    if (seconds < 60)
        return fmt::format("{:.1f}s", seconds);
    return jmld::to_text(
        std::chrono::duration_cast<duration>(std::chrono::duration_cast<std::chrono::seconds>(length)));
}

std::optional<time_point> instant(const value& text) { return parse_rfc3339(text.text_or()); }

// `try 2 of 6, 429, next in 4s`: what the last attempt met and when the next one is due.
std::string attempt_note(const value& run, const value& step, time_point now)
{
    const auto& attempts = step["attempts"].items();
    std::string note;
    const auto say = [&](const std::string& text) { note += (note.empty() ? "" : ", ") + text; };
    if (attempts.size() > 1)
        say(fmt::format("try {}", attempts.size()));
    if (!attempts.empty()) {
        const auto& last = attempts.back();
        const auto outcome = last["outcome"].text_or();
        if (!outcome.empty() && outcome != "succeeded") {
            say(outcome);
            if (const auto* status = last["status"].if_integer(); status != nullptr && *status > 0)
                say(fmt::format("HTTP {}", *status));
            if (const auto code = last["okta_code"].text_or(); !code.empty())
                say(code);
        }
    }
    for (const auto& timer : run["timers"].items()) {
        if (timer["step"].text_or() != step["id"].text_or() || timer["state"].text_or("armed") != "armed")
            continue;
        if (const auto at = instant(timer["at"]))
            say(*at > now ? "next in " + span(std::chrono::ceil<std::chrono::seconds>(*at - now)) : "due now");
    }
    return note;
}

std::string step_time(const value& step)
{
    const auto& attempts = step["attempts"].items();
    if (attempts.empty())
        return {};
    const auto begun = instant(attempts.front()["started_at"]), ended = instant(attempts.back()["ended_at"]);
    return begun && ended ? span(*ended - *begun) : std::string();
}

std::string progress_bar(std::size_t done, std::size_t all)
{
    constexpr std::size_t cells = 20;
    const auto full = all == 0 ? cells : done * cells / all;
    std::string bar;
    for (std::size_t i = 0; i < cells; ++i)
        bar += i < full ? "█" : "░";
    return fmt::format("{}/{} {}", done, all, bar);
}

std::string step_line(const value& run, const value& step, time_point now, const output_options& options)
{
    const auto state = step["state"].text_or();
    const auto look = look_of(state);
    const auto id = step["id"].text_or();
    const bool child = id.find('.') != std::string::npos;
    auto name = id;
    if (const auto target = step["target"]["name"].text_or();
        !target.empty() && step["target"]["kind"].text_or() != "user")
        name += " " + shown(step["target"]["name"]);
    auto line = fmt::format("{}{} {:<28} {:<18}", child ? "  ├─ " : "  ", coloured(look.icon, look.colour, options),
                            name, coloured(state, look.colour, options));
    if (const auto spent = step_time(step); !spent.empty())
        line += fmt::format(" {:>7}", spent);
    if (const auto note = attempt_note(run, step, now); !note.empty())
        line += "  " + coloured(note, "\033[33m", options);
    if (const auto* changed = step["changed"].if_bool(); changed != nullptr && !*changed && state == "succeeded")
        line += "  (was already so)";
    return line;
}

} // namespace

bool has_ended(std::string_view state)
{
    for (const auto* ended : {"succeeded", "failed", "cancelled", "terminated", "superseded", "rolled_back",
                              "rolled_back_partial", "rollback_failed", "closed_with_residue"})
        if (state == ended)
            return true;
    return false;
}

std::vector<std::string> draw_run(const value& run, time_point now, const output_options& options)
{
    std::vector<std::string> lines;
    const auto state = run["state"].text_or();
    const auto look = look_of(state);
    const auto& steps = run["steps"].items();
    const auto done = static_cast<std::size_t>(std::count_if(
        steps.begin(), steps.end(), [](const value& step) { return step_ended(step["state"].text_or()); }));
    const auto begun = instant(run["created_at"]);
    const auto ended = instant(run["ended_at"]).value_or(now);
    lines.push_back(fmt::format("{}  {}  {}  {}  {}  {}", run["workflow"].text_or(), run["id"].text_or(),
                                shown(run["subject"]["name"]),
                                coloured(fmt::format("{} {}", look.icon, state), look.colour, options),
                                begun ? span(ended - *begun) : "", progress_bar(done, steps.size())));
    for (const auto& step : steps)
        lines.push_back(step_line(run, step, now, options));
    if (const auto& why = run["why"]; !why.is_null())
        lines.push_back(fmt::format("  why: {} {} {}", shown(why["kind"]), shown(why["detail"]),
                                    why["okta_code"].is_null() ? "" : shown(why["okta_code"])));
    for (const auto& left : run["residue"].items())
        lines.push_back("  left behind: " + shown(left));
    return lines;
}

std::vector<std::string> changes(const value& before, const value& after)
{
    std::vector<std::string> lines;
    const auto state_of = [](const value& run, const std::string& id) {
        for (const auto& step : run["steps"].items())
            if (step["id"].text_or() == id)
                return fmt::format("{}#{}", step["state"].text_or(), step["attempts"].items().size());
        return std::string();
    };
    for (const auto& step : after["steps"].items()) {
        const auto id = step["id"].text_or();
        if (state_of(before, id) == state_of(after, id))
            continue;
        auto line = fmt::format("step {} {}", id, step["state"].text_or());
        if (const auto& attempts = step["attempts"].items(); !attempts.empty() &&
                                                             attempts.back()["outcome"].text_or() != "succeeded" &&
                                                             !attempts.back()["outcome"].is_null())
            line += fmt::format(" (attempt {}: {} {})", attempts.size(), attempts.back()["outcome"].text_or(),
                                shown(attempts.back()["status"]));
        lines.push_back(std::move(line));
    }
    if (before["state"].text_or() != after["state"].text_or())
        lines.push_back("run " + after["id"].text_or() + " " + after["state"].text_or());
    return lines;
}

asio::awaitable<exit_code> watch_run(api& server, runtime::clock& time, watch_options chosen, output_options options)
{
    const bool redraw = options.terminal && options.format == output_format::table;
    const auto end = chosen.timeout ? std::optional(time.now() + *chosen.timeout) : std::nullopt;
    value before;
    std::size_t drawn = 0;
    for (;;) {
        auto run = co_await server.get("/v1/runs/" + http::percent_encode(chosen.run));
        if (redraw) {
            if (drawn > 0)
                fmt::print("\033[{}F\033[J", drawn);
            const auto lines = draw_run(run, time.now(), options);
            for (const auto& line : lines)
                fmt::print("{}\n", line);
            drawn = lines.size();
        } else if (options.format == output_format::table) {
            for (const auto& line : changes(before, run))
                fmt::print("{} {}\n", to_rfc3339(time.now()), line);
        } else if (run != before) {
            fmt::print("{}\n", engine::json::write(run));
        }
        std::fflush(stdout);
        const auto state = run["state"].text_or();
        if (has_ended(state))
            co_return chosen.exit_status&& state != "succeeded" ? exit_code::failed : exit_code::done;
        before = std::move(run);
        if (end && time.now() >= *end)
            co_return exit_code::still_waiting;
        co_await time.wait_until(time.now() + look_every);
    }
}

} // namespace jmld::ctl
