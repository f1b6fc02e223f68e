// The parts of a draw as the daemon and the simulator read them, and as people read them. It draws nothing.
#include "tests/simulation/seeds/story.hpp"

#include <array>
#include <map>
#include <set>

namespace jmld::simulation {

namespace {

constexpr std::array<std::string_view, 11> kinds = {
    "hire",        "hire_corrected",        "hire_rescinded", "no_show",       "job_change", "name_change",
    "termination", "termination_rescinded", "rehire",         "leave_started", "leave_ended"};

const std::map<std::string, int> zones = {
    {"UTC", 0}, {"Asia/Tokyo", 540}, {"Asia/Kolkata", 330}, {"America/Phoenix", -420}, {"Pacific/Kiritimati", 840}};

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return "[" + text + "]";
}

std::string rule(const std::string& when, const access_draw::grants& gives)
{
    return "  - when: " + when + "\n    groups: " + listed(gives.groups) + "\n    apps: " + listed(gives.apps) + "\n";
}

value bob()
{
    return value::map({{"id", "00ubob"},
                       {"status", "ACTIVE"},
                       {"credentials", value::map({{"password", true}})},
                       {"profile", value::map({{"login", "bob.lee@example.com"},
                                               {"email", "bob.lee@example.com"},
                                               {"firstName", "Bob"},
                                               {"lastName", "Lee"},
                                               {"employeeNumber", "100101"}})}});
}

// What nobody's rules give: it stays with who is employed, and goes with who leaves.
constexpr const char* group_of_accounts = "XOld";

value user_of(const drawn_account& made)
{
    const auto login = "old." + made.who.id + "@example.com";
    const bool closed = made.status == "DEPROVISIONED";
    return value::map({{"id", "00uold" + made.who.id},
                       {"status", made.status},
                       {"credentials", value::map({{"password", made.status == "ACTIVE"}})},
                       {"groups", closed ? value::list({})
                                         : value::list({value::map({{"id", "00g" + std::string(group_of_accounts)}})})},
                       {"profile", value::map({{"login", login},
                                               {"email", login},
                                               {"firstName", made.who.first},
                                               {"lastName", "Before"},
                                               {"employeeNumber", made.who.id}})}});
}

} // namespace

std::string_view word_of(hr_kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

int minutes_ahead(const std::string& zone) { return zones.at(zone); }

date local_day(time_point at, const std::string& zone)
{
    return std::chrono::floor<std::chrono::days>(at + std::chrono::minutes(minutes_ahead(zone)));
}

time_point begin_of(date day, const std::string& zone)
{
    return time_point(std::chrono::sys_days(day)) - std::chrono::minutes(minutes_ahead(zone));
}

date days_later(date day, int days) { return std::chrono::sys_days(day) + std::chrono::days(days); }

std::string access_draw::rules() const
{
    auto text = "rules:\n" + rule("person.kind == \"employee\"", everybody);
    for (const auto& [name, gives] : departments)
        text += rule("person.department == \"" + name + "\"", gives);
    return text;
}

value access_draw::organisation(const std::vector<drawn_account>& accounts) const
{
    std::set<std::string> groups(everybody.groups.begin(), everybody.groups.end());
    std::set<std::string> apps(everybody.apps.begin(), everybody.apps.end());
    for (const auto& [name, gives] : departments) {
        groups.insert(gives.groups.begin(), gives.groups.end());
        apps.insert(gives.apps.begin(), gives.apps.end());
    }
    groups.insert(extra_groups.begin(), extra_groups.end());
    engine::value_list users{bob()};
    for (const auto& made : accounts)
        users.push_back(user_of(made));
    if (!accounts.empty())
        groups.insert(group_of_accounts);
    engine::value_list all_groups, all_apps;
    for (const auto& name : groups)
        all_groups.push_back(
            value::map({{"id", "00g" + name}, {"type", "OKTA_GROUP"}, {"profile", value::map({{"name", name}})}}));
    for (const auto& label : apps)
        all_apps.push_back(value::map({{"id", "0oa" + label}, {"label", label}, {"status", "ACTIVE"}}));
    return value::map({{"users", value(std::move(users))},
                       {"groups", value(std::move(all_groups))},
                       {"apps", value(std::move(all_apps))}});
}

std::string describe(const story& drawn)
{
    std::string text = "seed " + std::to_string(drawn.seed) + " from " + to_rfc3339(drawn.start) + ", calm from " +
                       to_rfc3339(drawn.calm_from) + " to " + to_rfc3339(drawn.end) + "\n" + drawn.access.rules();
    if (const auto extra = drawn.joiner.find("  extra_1:"); extra != std::string::npos)
        text += "the joiner has further steps:\n" + drawn.joiner.substr(extra);
    for (const auto& made : drawn.accounts)
        text += "  person " + std::to_string(made.person) + " has an account that is " + made.status + "\n";
    if (drawn.people_sign_in)
        text += "  people sign in\n";
    text += drawn.errand;
    for (const auto& begun : drawn.starts)
        text +=
            "  " + to_rfc3339(begun.at) + " somebody starts errand for person " + std::to_string(begun.person) + "\n";
    for (const auto& entry : drawn.entries)
        text += "  " + entry.id + " " + std::string(word_of(entry.what)) + " entered " + to_rfc3339(entry.entered) +
                " for " + to_text(entry.effective) + " (" + entry.who.zone + ") " + entry.who.last + " in " +
                entry.who.department + (entry.about.empty() ? "" : " about " + entry.about) +
                (entry.urgent ? " URGENT" : "") + "\n";
    for (const auto& sent : drawn.deliveries)
        text += "  " + to_rfc3339(sent.at) + " delivers " + sent.id + "\n";
    for (const auto& fault : drawn.faults.items())
        text += "  fault " + engine::json::write(fault) + "\n";
    if (!drawn.limits.is_null())
        text += "  limits " + engine::json::write(drawn.limits) + "\n";
    for (const auto number : drawn.crashes)
        text += "  dies after commit " + std::to_string(number) + "\n";
    for (const auto& at : drawn.deaths)
        text += "  dies at " + to_rfc3339(at) + "\n";
    for (const auto& [number, code] : drawn.failing_writes)
        text += "  write " + std::to_string(number) +
                " fails: " + std::string(code == errc::overloaded ? "overloaded" : "storage failed") + "\n";
    for (const auto& word : drawn.words)
        text += "  " + to_rfc3339(word.at) + " says " + std::string(engine::to_text(word.what)) + " to run -" +
                std::to_string(word.which) + "\n";
    for (const auto& jump : drawn.jumps)
        text += "  " + to_rfc3339(jump.at) + " the clock is set by " + to_text(jump.by) + "\n";
    return text;
}

} // namespace jmld::simulation
