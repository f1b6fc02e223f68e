// Times count from the scenario's clock, because that is how it is written.
#include "daemon/ctl/simulate_story.hpp"

#include "daemon/ctl/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace jmld::ctl {

using engine::value;
using lines = std::vector<std::string>;

namespace {

// In whole seconds from the first one on: nobody reads "+18001ms".
std::string since(time_point begin, time_point at)
{
    auto passed = at - begin;
    if (passed >= std::chrono::seconds(1))
        passed = std::chrono::floor<std::chrono::seconds>(passed);
    return "+" + to_text(passed);
}

std::string since(time_point begin, const value& at)
{
    const auto instant = parse_rfc3339(at.text_or());
    return instant ? since(begin, *instant) : "";
}

void add_heading(lines& all, std::string_view text, const output_options& options)
{
    all.emplace_back();
    all.push_back(coloured(text, "\033[1m", options));
}

void add_events(lines& all, const value& outcome, time_point begin, const output_options& options)
{
    if (outcome["events"].items().empty())
        return;
    add_heading(all, "Events", options);
    for (const auto& event : outcome["events"].items()) {
        const auto decision = event["decision"].text_or("undecided");
        auto id = event["id"].text_or();
        if (id.size() > 24)
            id = id.substr(0, 12) + "…";
        all.push_back(fmt::format("  {:>8}  {:<16} {:<26} {}  {}", since(begin, event["received_at"]), id,
                                  event["type"].text_or("?"), shown(event["subject"]["name"]),
                                  coloured(decision, "\033[36m", options)));
        if (const auto reason = event["reason"].text_or(); !reason.empty())
            all.push_back("            " + shown(event["reason"]));
    }
}

void add_runs(lines& all, const value& outcome, const output_options& options)
{
    const auto now = parse_rfc3339(outcome["clock"].text_or()).value_or(time_point{});
    for (const auto& run : outcome["runs"].items()) {
        all.emplace_back();
        auto drawn = draw_run(run, now, options);
        all.insert(all.end(), drawn.begin(), drawn.end());
    }
}

void add_alarms(lines& all, const value& outcome, time_point begin, const output_options& options)
{
    if (outcome["alarms"].items().empty())
        return;
    add_heading(all, "Alarms", options);
    for (const auto& alarm : outcome["alarms"].items())
        all.push_back(fmt::format("  {:>8}  {:<18} {}", since(begin, alarm["at"]), shown(alarm["kind"]),
                                  shown(alarm["message"])));
}

void add_waiting(lines& all, const value& outcome, time_point begin, const output_options& options)
{
    lines waiting;
    for (const auto& hold : outcome["holds"].items())
        if (hold["state"].text_or() == "held")
            waiting.push_back(
                fmt::format("  hold of {} events: {}", hold["events"].items().size(), shown(hold["reason"])));
    for (const auto& timer : outcome["timers"].items())
        if (timer["state"].text_or() == "armed")
            waiting.push_back(fmt::format("  {:>8}  timer {:<10} {}", since(begin, timer["at"]), shown(timer["kind"]),
                                          shown(timer["subject"]["name"])));
    if (waiting.empty())
        return;
    add_heading(all, "Still to come", options);
    all.insert(all.end(), waiting.begin(), waiting.end());
}

// ---- what is different in the organisation

std::string title_of(const value& item)
{
    for (const auto* key : {"name", "label", "type", "factorType", "id"})
        if (const auto text = item[key].text_or(); !text.empty())
            return text;
    return item["profile"]["name"].text_or();
}

std::set<std::string> titles(const value& list)
{
    std::set<std::string> all;
    for (const auto& item : list.items())
        all.insert(title_of(item));
    return all;
}

void add_list_changes(lines& all, std::string_view what, const value& before, const value& after)
{
    const auto had = titles(before), has = titles(after);
    for (const auto& name : has)
        if (!had.contains(name))
            all.push_back(fmt::format("    + {} {}", what, name));
    for (const auto& name : had)
        if (!has.contains(name))
            all.push_back(fmt::format("    - {} {}", what, name));
}

void add_profile_changes(lines& all, const value& before, const value& after)
{
    for (const auto& [key, now] : after.entries())
        if (!(before[key] == now))
            all.push_back(before[key].is_null()
                              ? fmt::format("    + {}: {}", key, shown(now))
                              : fmt::format("    ~ {}: {} → {}", key, shown(before[key]), shown(now)));
    for (const auto& [key, was] : before.entries())
        if (after[key].is_null() && !was.is_null())
            all.push_back(fmt::format("    - {}: {}", key, shown(was)));
}

const value& user_by_id(const value& org, const std::string& id)
{
    static const value nobody;
    for (const auto& user : org["users"].items())
        if (user["id"].text_or() == id)
            return user;
    return nobody;
}

lines user_changes(const value& before, const value& after)
{
    lines all;
    if (const auto& was = before["status"]; !(was == after["status"]))
        all.push_back(was.is_null() ? "    + status: " + shown(after["status"])
                                    : fmt::format("    ~ status: {} → {}", shown(was), shown(after["status"])));
    add_profile_changes(all, before["profile"], after["profile"]);
    for (const auto& [key, what] : {std::pair{"groups", "group"}, std::pair{"apps", "app"}, std::pair{"roles", "role"},
                                    std::pair{"factors", "factor"}, std::pair{"sessions", "session"},
                                    std::pair{"tokens", "token"}, std::pair{"api_tokens", "API token"}})
        add_list_changes(all, what, before[key], after[key]);
    return all;
}

} // namespace

lines organisation_changes(const value& before, const value& after)
{
    lines all;
    for (const auto& user : after["users"].items()) {
        const auto& was = user_by_id(before, user["id"].text_or());
        const auto changed = user_changes(was, user);
        if (changed.empty())
            continue;
        all.push_back(
            fmt::format("  {} {} ({})", was.is_null() ? "+" : "~", shown(user["profile"]["login"]), shown(user["id"])));
        all.insert(all.end(), changed.begin(), changed.end());
    }
    for (const auto& user : before["users"].items())
        if (user_by_id(after, user["id"].text_or()).is_null())
            all.push_back(fmt::format("  - {} ({})", shown(user["profile"]["login"]), shown(user["id"])));
    for (const auto* kind : {"groups", "apps", "rules"}) {
        lines changed;
        add_list_changes(changed, std::string_view(kind).substr(0, std::string_view(kind).size() - 1), before[kind],
                         after[kind]);
        all.insert(all.end(), changed.begin(), changed.end());
    }
    return all;
}

lines story_of(const daemon::scenario::script& script, const daemon::scenario::played& played, const value& outcome,
               const output_options& options)
{
    const auto begin = script.clock;
    lines all{fmt::format("{}: {} to {} ({}), {} requests to Okta, {} commits, {} crashes, seed {}",
                          script.file.filename().string(), to_rfc3339(begin), outcome["clock"].text_or(),
                          since(begin, played.world->now()), outcome["ledger"].items().size(), played.world->commits(),
                          played.world->deaths(), script.seed)};
    if (!played.story.empty())
        add_heading(all, "What happened", options);
    for (const auto& one : played.story)
        all.push_back(fmt::format("  {:>8}  {}", since(begin, one.at),
                                  one.refused ? coloured(one.what, "\033[33m", options) : one.what));
    add_events(all, outcome, begin, options);
    add_runs(all, outcome, options);
    add_heading(all, "Okta, before and after", options);
    const auto changed = organisation_changes(played.org_before, outcome["org"]);
    all.insert(all.end(), changed.begin(), changed.end());
    if (changed.empty())
        all.emplace_back("  as it was");
    add_alarms(all, outcome, begin, options);
    add_waiting(all, outcome, begin, options);
    return all;
}

} // namespace jmld::ctl
