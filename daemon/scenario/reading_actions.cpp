// What operators and other hands do in a scenario. Which keys go with which word is checked here; whether a word
// applies when its time comes is not.
#include "daemon/scenario/reading.hpp"

#include "daemon/scenario/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;
using engine::value;

namespace {

struct verb_row
{
    std::string_view verb;
    std::string_view kind; ///< what it acts on when nothing else is said
    bool needs_step = false;
};
constexpr auto verbs = std::to_array<verb_row>(
    {{"approve", "approval"}, {"deny", "approval"},  {"release", "hold"},   {"reject", "hold"},
     {"resolve", "event"},    {"replay", "event"},   {"discard", "event"},  {"pause", "run"},
     {"resume", "run"},       {"retry", "run"},      {"cancel", "run"},     {"terminate", "run"},
     {"rollback", "run"},     {"reschedule", "run"}, {"skip", "run", true}, {"complete", "run", true},
     {"fail", "run", true},   {"start", ""},         {"org", ""},           {"config", ""}});
constexpr auto kinds = std::to_array<std::string_view>({"run", "approval", "hold", "event"});
/// What the operations API takes beside the reason.
constexpr auto passed_on = std::to_array<std::string_view>(
    {"with", "outputs", "evidence", "to_step", "dry_run", "workflow", "subject", "input"});
constexpr auto changes = std::to_array<std::string_view>(
    {"user", "add_group", "remove_group", "add_app", "remove_app", "add_role", "status", "profile"});

std::string text_of(const yaml::node& map, std::string_view key, std::string_view otherwise = {})
{
    const auto* found = map.find(key);
    return found == nullptr ? std::string(otherwise) : found->text;
}

const verb_row* row_of(reading& at, const yaml::node& node)
{
    const auto word = text_of(node, "do");
    const auto* const row = std::ranges::find(verbs, std::string_view(word), &verb_row::verb);
    if (row != verbs.end())
        return row;
    std::vector<std::string_view> known;
    for (const auto& one : verbs)
        known.push_back(one.verb);
    const auto* named = node.find("do");
    at.in.error(named == nullptr ? node : *named, fmt::format("'do' is one of {}", fmt::join(known, ", ")));
    return nullptr;
}

bool known_keys(reading& at, const yaml::node& node, const verb_row& row)
{
    if (row.verb == "org")
        return at.in.keys(node, "somebody else's change",
                          {"at", "do", "as", "reason", "user", "add_group", "remove_group", "add_app", "remove_app",
                           "add_role", "status", "profile"});
    if (row.verb == "config")
        return at.in.keys(node, "other rules", {"at", "do", "as", "reason", "access", "policy"});
    return at.in.keys(node, "an action",
                      {"at", "do", "as", "reason", "run", "approval", "hold", "event", "person", "step", "with",
                       "outputs", "evidence", "to_step", "to", "dry_run", "workflow", "subject", "input"});
}

void read_change(reading& at, const yaml::node& node, action& made)
{
    made.more = value::map({});
    for (const auto key : changes)
        if (const auto* found = node.find(key))
            made.more = made.more.with(std::string(key), to_value(*found));
    if (made.more["user"].is_null())
        at.in.error(node, "'user' is missing: the id or login of whom somebody else changes");
    if (made.more.entries().size() < 2)
        at.in.error(node, fmt::format("nothing is changed; give one of {}",
                                      fmt::join(changes.begin() + 1, changes.end(), ", ")));
}

void read_target(reading& at, const yaml::node& node, const verb_row& row, action& made)
{
    made.kind = row.kind;
    made.person = text_of(node, "person");
    if (made.person.empty())
        made.target = "latest";
    for (const auto kind : kinds) {
        const auto* named = node.find(kind);
        if (named == nullptr)
            continue;
        const bool fits = kind == row.kind || (row.verb == "release" && kind == "event");
        if (!fits)
            at.in.error(*named, fmt::format("'{}' acts on {} {}, not on {} {}", row.verb,
                                            row.kind == "run" || row.kind == "hold" ? "a" : "an", row.kind,
                                            kind == "run" || kind == "hold" ? "a" : "an", kind));
        made.kind = kind;
        made.target = named->text;
    }
    made.step = text_of(node, "step");
    if (row.needs_step && made.step.empty())
        at.in.error(node, fmt::format("'{}' needs a step: step: NAME", row.verb));
}

void read_action(reading& at, const yaml::node& node)
{
    if (!node.is_map()) {
        at.in.error(node, "an action is a map: {at: 30s, do: approve, approval: latest, as: alice}");
        return;
    }
    const auto* const row = row_of(at, node);
    if (row == nullptr || !known_keys(at, node, *row))
        return;
    action made;
    made.at = at.moment(node, "at");
    made.verb = row->verb;
    made.as = text_of(node, "as", "operator");
    made.reason = text_of(node, "reason", "said in the scenario");
    made.where = node.where;
    if (row->verb == "org") {
        read_change(at, node, made);
    } else if (row->verb == "config") {
        if (node.find("access") == nullptr && node.find("policy") == nullptr)
            at.in.error(node, "'config' needs what comes into force: access or policy");
        made.rules = read_changed_rules(at, node);
    } else {
        if (row->verb != "start")
            read_target(at, node, *row, made);
        made.more = value::map({});
        for (const auto key : passed_on)
            if (const auto* found = node.find(key))
                made.more = made.more.with(std::string(key), to_value(*found));
        if (row->verb == "reschedule" && node.find("to") == nullptr)
            at.in.error(node, "'reschedule' needs a new moment: to: 2d");
        else if (row->verb == "reschedule")
            made.more = made.more.with("at", to_rfc3339(at.moment(node, "to")));
        if (row->verb == "start" && made.more["subject"].is_null() && !text_of(node, "person").empty())
            made.more = made.more.with("subject", text_of(node, "person"));
    }
    at.into.actions.push_back(std::move(made));
}

} // namespace

void read_actions(reading& at, const yaml::node& node)
{
    if (!node.is_list())
        at.in.error(node, "'actions' is a list");
    for (const auto& entry : node.items)
        read_action(at, entry);
}

} // namespace jmld::daemon::scenario
