// Every sentence here is about the table as a whole; what is said of a row comes from its columns.
#include "connectors/okta/manual/pages.hpp"

#include "connectors/okta/operations.hpp"

#include <fmt/format.h>

#include <string>

namespace jmld::okta::manual {

namespace {

constexpr std::string_view made_from =
    "<!-- Made from the operation table by `ninja manual`; a test holds it against the table. Do not edit. -->\n\n";

/// `okta.users` of `okta.users.create`.
std::string_view family_of(std::string_view name) { return name.substr(0, name.rfind('.')); }

std::string in_table(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '|' ? "\\|" : std::string(1, c);
    return out;
}

void write_parameters(std::string& page, std::string_view title, const std::vector<engine::parameter_description>& all)
{
    if (all.empty())
        return;
    page += fmt::format("\n| {} | type | | |\n| --- | --- | --- | --- |\n", title);
    for (const auto& one : all)
        page += fmt::format("| `{}` | {} | {} | {}{} |\n", one.name, engine::to_text(one.type),
                            one.required && title == "with" ? "required" : "", in_table(one.summary),
                            one.secret ? "; not shown to people" : "");
}

std::string_view effect_words(engine::effect_class effect)
{
    switch (effect) {
    case engine::effect_class::reads:
        return "reads";
    case engine::effect_class::grants:
        return "grants: it stands in no revoke workflow";
    case engine::effect_class::revokes:
        return "revokes";
    case engine::effect_class::changes:
        return "changes";
    }
    return {};
}

void write_row(std::string& page, const operation& row)
{
    const auto seen = describe(row);
    page += fmt::format("\n### {}\n\n{}\n\n", row.name, row.summary);
    page += fmt::format("* effect: {}{}\n", effect_words(row.effect), row.destructive ? "; destructive" : "");
    for (const auto& [what, words] : seen.facts)
        page += fmt::format("* {}: {}\n", what, words);
    if (!row.scope.empty())
        page += fmt::format("* scope: `{}`\n", row.scope);
    if (!row.bucket.empty())
        page += fmt::format("* limit: bucket `{}`\n", row.bucket);
    write_parameters(page, "with", seen.parameters);
    write_parameters(page, "outputs", seen.outputs);
}

std::string row_of_dictionary(std::string_view first, const operation& row, const uses& scenarios)
{
    const auto found = scenarios.find(row.name);
    const auto shown = !row.for_people.empty()    ? "for people: " + std::string(row.for_people)
                       : found != scenarios.end() ? "`" + found->second + "`"
                                                  : std::string();
    return fmt::format("| `{}` | `{}` | `{}` | {} |\n", in_table(first), row.name, row.tool, in_table(shown));
}

} // namespace

std::string actions_page()
{
    std::string page = "# Okta's actions\n\n";
    page += made_from;
    page +=
        "What a step can use of Okta, one entry for each row of the operation table (`connectors/okta/rows_*.cpp`). "
        "`jmlctl actions` lists them, `jmlctl actions NAME` shows one.\n\n"
        "*Class* says what repeating a call does: idempotent (I) leaves the same state; converges (C) answers that it "
        "is so already; read first (R) could do harm, so jmld looks before it sends anything twice; side effect (S) "
        "does something of its own each time. *Already so* names refusals that count as success.\n\n"
        "A listing reads page after page until `max` (1000 unless said otherwise, at most 10000) and says in `more` "
        "whether there would be others. Parameters and outputs marked *not shown to people* are stored sealed, and no "
        "run or history shows them.\n";
    std::string_view family;
    for (const auto& row : operations()) {
        if (family_of(row.name) != family) {
            family = family_of(row.name);
            page += fmt::format("\n## {}\n", family);
        }
        write_row(page, row);
    }
    return page;
}

std::string unknown_outcomes_page()
{
    std::string page = "# When an answer is lost\n\n";
    page += made_from;
    page +=
        "A call left, and its answer did not come: the connection broke, the time ran out, Okta answered 5xx, or jmld "
        "died. Then nobody knows whether it took effect. The step is `unknown`, a probe looks, and only what the probe "
        "finds decides: *done* (the step goes on with what the probe read), *not done* (the call is sent again, as the "
        "next attempt) or *cannot tell* (the run waits for a person, and an alarm says so).\n\n"
        "No probe asks by `search`, which lags behind writes. Okta takes no idempotency key, so each probe needs "
        "something that tells ours from others': an id, a marker that we wrote (`employeeNumber`, `universalId`), or "
        "what was read before the call. A name alone is never enough.\n\n"
        "| action | class | when the answer is lost |\n| --- | --- | --- |\n";
    for (const auto& row : operations())
        if (row.writes() && row.for_people.empty())
            page += fmt::format("| `{}` | {} | {} |\n", row.name, to_text(row.repeat), in_table(lost_answer(row)));
    page += "\nWhat only reads is sent again.\n";
    return page;
}

std::string dictionary_page(const uses& scenarios)
{
    std::string page = "# The API dictionary's calls as actions\n\n";
    page += made_from;
    page +=
        "Each call that Okta's API dictionary lists, the action that makes it, its name as a tool, and a scenario "
        "under "
        "`tests/scenarios/` that exercises it. Where the dictionary and Okta differ, the action does what Okta does: "
        "`jmlctl actions NAME` shows the call that is really sent.\n\n"
        "| the dictionary's call | action | tool | scenario |\n| --- | --- | --- | --- |\n";
    for (const auto& row : operations())
        if (!row.seed.empty())
            page += row_of_dictionary(row.seed, row, scenarios);
    page += "\n## What it leaves out\n\n| call | action | tool | scenario |\n| --- | --- | --- | --- |\n";
    for (const auto& row : operations())
        if (row.seed.empty())
            page += row_of_dictionary(row.method.empty() ? "several" : fmt::format("{} {}", row.method, row.path), row,
                                      scenarios);
    return page;
}

uses uses_of(const std::map<std::string, engine::value>& outcomes)
{
    uses found;
    for (const auto& [scenario, outcome] : outcomes)
        for (const auto& run : outcome["runs"].items())
            for (const auto& step : run["steps"].items())
                if (!step["attempts"].items().empty())
                    found.try_emplace(step["action"].text_or(), scenario);
    return found;
}

} // namespace jmld::okta::manual
