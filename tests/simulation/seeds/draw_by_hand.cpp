// What people do by hand: they undo runs that have ended, rule about single steps, decide approvals, and start a
// workflow that is drawn as a whole. Drawn apart from everything else, so that it moves no other draw of the seed.
#include "tests/simulation/seeds/dice.hpp"
#include "tests/simulation/seeds/story.hpp"

#include <algorithm>

namespace jmld::simulation {

namespace {

const std::string known_account =
    R"(coalesce(person.okta_id, "") != "" && coalesce(person.status, "") != "DEPROVISIONED")";

struct drawn_step
{
    std::string name;
    bool goes_on = false; ///< the run, when it fails: only then may another wait for that
    std::string group{};  ///< whose members it changes
};

std::string needs_of(const std::vector<drawn_step>& wanted, dice& chance)
{
    std::string text;
    for (const auto& one : wanted) {
        auto result = chance.weighted<std::string>({{5, "succeeded"}, {4, "done"}, {2, "failed"}, {1, "skipped"}});
        if (result == "failed" && !one.goes_on)
            result = "done";
        text += (text.empty() ? "" : ", ") + one.name + ": " + result;
    }
    return text;
}

// What one step gives and another takes at the same time is as it happens: whoever writes both puts them in order.
std::string after_those_of(const std::string& group, const std::vector<drawn_step>& before,
                           const std::vector<drawn_step>& needs)
{
    std::string text;
    for (const auto& one : before)
        if (!group.empty() && one.group == group &&
            std::ranges::find(needs, one.name, &drawn_step::name) == needs.end())
            text += (text.empty() ? "" : ", ") + one.name + ": done";
    return text;
}

std::string condition(const std::vector<drawn_step>& before, dice& chance)
{
    auto text = known_account;
    if (chance.percent(15))
        text += R"( && coalesce(person.department, "") == "North")";
    if (!before.empty() && chance.percent(20))
        text += " && steps." + chance.of(before).name + R"(.state != "skipped")";
    return "    if: ${{ " + text + " }}\n";
}

std::string member(const std::string& action, const std::string& group)
{
    return "    uses: okta.groups." + action + "\n    with: { group: 00g" + group +
           ", user: \"${{ person.okta_id }}\" }\n";
}

// `ends`: what is drawn for a step that may be refused for good must not park the run for ever.
std::string deed(const std::vector<std::string>& groups, dice& chance, bool& ends, std::string& group)
{
    const int what = chance.below(100);
    ends = false;
    if (what < 55) {
        group = chance.of(groups);
        return member(what < 45 ? "add_user" : "remove_user", group);
    }
    if (what < 75)
        return "    uses: okta.users.update\n    with: { user: \"${{ person.okta_id }}\", profile: { nickName: N" +
               std::to_string(chance.below(5)) + " } }\n";
    if (what < 88)
        return "    uses: core.wait\n    with: { for: " + std::to_string(chance.between(1, 72)) + "h }\n";
    ends = true;
    return "    uses: core.approval\n    with: { message: \"Go on?\" }\n    timeout: " +
           std::to_string(chance.between(1, 60)) + "h\n    on_timeout: " + (chance.percent(50) ? "approve" : "deny") +
           "\n";
}

std::string step(drawn_step& made, const std::vector<drawn_step>& before, const std::vector<std::string>& groups,
                 dice& chance)
{
    std::vector<drawn_step> needs;
    for (const auto& other : before)
        if (chance.percent(40))
            needs.push_back(other);
    bool ends = false;
    auto waits_for = needs_of(needs, chance);
    const auto held_against = condition(needs, chance);
    const auto does = deed(groups, chance, ends, made.group);
    if (const auto more = after_those_of(made.group, before, needs); !more.empty())
        waits_for += (waits_for.empty() ? "" : ", ") + more;
    auto text = "  " + made.name + ":\n" + (waits_for.empty() ? "" : "    needs: { " + waits_for + " }\n") +
                held_against + does;
    auto exhausted = chance.weighted<std::string>({{4, "rollback"}, {4, "continue"}, {2, "fail"}, {3, "pause"}});
    if (ends && exhausted == "pause")
        exhausted = "continue";
    made.goes_on = exhausted == "continue";
    text += "    on_exhausted: " + exhausted + "\n";
    if (!text.contains("uses: core."))
        text += "    retry: { max_attempts: " + std::to_string(chance.between(1, 4)) +
                ", initial_interval: " + std::to_string(chance.between(1, 30)) + "s }\n";
    return text;
}

void draw_errand(story& into, dice& chance)
{
    std::vector<std::string> groups;
    for (int i = 1; i <= 4; ++i)
        groups.push_back("XE" + std::to_string(i));
    into.access.extra_groups.insert(into.access.extra_groups.end(), groups.begin(), groups.end());
    std::string text = "name: errand\ndescription: Drawn as a whole, and started by hand.\ndirection: change\nsteps:\n";
    std::vector<drawn_step> before;
    const int count = chance.between(2, 7);
    for (int i = 1; i <= count; ++i) {
        drawn_step next{"e" + std::to_string(i)};
        text += step(next, before, groups, chance);
        before.push_back(next);
    }
    if (chance.percent(40))
        text += "finally:\n  last:\n    if: ${{ run.outcome != \"succeeded\" }}\n    uses: okta.groups.get\n"
                "    with: { group: 00gXE1 }\n";
    into.errand = std::move(text);
    for (int i = chance.between(1, 3); i > 0; --i)
        into.starts.push_back({into.start + chance.minutes(24 * 60, 25 * 24 * 60), chance.below(into.people)});
}

void draw_rulings(story& into, dice& chance)
{
    static const std::vector<std::pair<int, engine::verb>> verbs = {
        {5, engine::verb::rollback}, {2, engine::verb::skip},    {2, engine::verb::complete}, {2, engine::verb::fail},
        {2, engine::verb::retry},    {2, engine::verb::approve}, {1, engine::verb::deny}};
    for (int i = chance.between(1, 4); i > 0; --i) {
        auto at = chance.of(into.deliveries).at + duration(chance.below(4'000));
        if (chance.percent(60))
            at = into.start + chance.minutes(0, 25 * 24 * 60);
        into.words.push_back({at, chance.weighted(verbs), chance.below(4), chance.below(100)});
    }
}

} // namespace

void draw_by_hand(story& into)
{
    dice chance(into.seed * 0x9e3779b97f4a7c15ULL + 1);
    if (chance.percent(25))
        draw_errand(into, chance);
    if (chance.percent(25) || (!into.errand.empty() && chance.percent(50)))
        draw_rulings(into, chance);
}

} // namespace jmld::simulation
