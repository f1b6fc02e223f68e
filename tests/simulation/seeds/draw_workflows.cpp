// A joiner of one's own: the shipped one with further steps between its own, in a drawn order, with drawn retries and
// ways to fail. What they give is in nobody's access rules: only this run knows of it.
#include "tests/simulation/seeds/dice.hpp"
#include "tests/simulation/seeds/story.hpp"

#include <algorithm>

namespace jmld::simulation {

namespace {

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string extra_step(int number, const std::vector<std::string>& needs, dice& chance)
{
    const auto name = "extra_" + std::to_string(number);
    std::string text = "  " + name + ":\n    if: ${{ coalesce(person.status, \"\") != \"DEPROVISIONED\" }}\n";
    text += "    needs: [" + listed(needs) + "]\n    uses: okta.groups.add_user\n    with:\n";
    text += "      group: 00gX" + std::to_string(number) + "\n";
    text += "      user: ${{ coalesce(steps.create_user.outputs.id, person.okta_id) }}\n";
    text += "    retry: { max_attempts: " + std::to_string(chance.between(1, 4)) +
            ", initial_interval: " + std::to_string(chance.between(1, 30)) + "s }\n";
    text += "    on_exhausted: " +
            chance.weighted<std::string>({{5, "rollback"}, {2, "pause"}, {2, "continue"}, {1, "fail"}}) + "\n";
    return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

} // namespace

void draw_workflows(story& into, dice& chance)
{
    if (!chance.percent(30))
        return;
    auto text = read_file(source_dir / "workflows/joiner.yaml");
    std::vector<std::string> before_first_day = {"groups", "apps", "strip_apps"};
    std::vector<std::string> possible = {"update_user", "groups", "apps"};
    const int count = chance.between(1, 5);
    for (int number = 1; number <= count; ++number) {
        std::vector<std::string> needs = {"create_user"};
        for (const auto& other : possible)
            if (chance.percent(30))
                needs.push_back(other);
        text += extra_step(number, needs, chance);
        const auto name = "extra_" + std::to_string(number);
        possible.push_back(name);
        before_first_day.push_back(name);
        into.access.extra_groups.push_back("X" + std::to_string(number));
    }
    into.joiner =
        replaced(std::move(text), "needs: [groups, apps, strip_apps]", "needs: [" + listed(before_first_day) + "]");
}

} // namespace jmld::simulation
