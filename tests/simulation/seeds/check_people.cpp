// How people end, held against the reference. Where somebody stopped, undid or parked what was to be done, the
// reference has nothing to say.
#include "tests/simulation/seeds/model.hpp"
#include "tests/simulation/seeds/promises.hpp"

#include <algorithm>
#include <set>

namespace jmld::simulation {

namespace {

// Every run did what it was for, or made room for one that did; nothing waits for a person's decision.
bool can_be_predicted(const evidence& seen, int person)
{
    static const std::set<std::string> good = {"succeeded", "superseded"};
    const bool employed = expect_of(*seen.told, person).employed;
    for (const auto& run : seen.runs) {
        if (run.person != person || run.row.workflow == "errand") // that is about nobody's rights
            continue;
        // `on_exhausted: continue` goes on with what does not need the step: where the first day needs it, the account
        // stays closed, and the workflow says so. Who leaves is closed all the same.
        if (employed && run.row.state == "succeeded" && !run.blocked.empty())
            return false;
        if (!good.contains(run.row.state) || run.row.workflow == "reinstate" || run.ruled)
            return false; // who is taken back gets what was there before, not what the rules say
    }
    for (const auto& event : seen.events) {
        // Told late, after an end that is taken back later: known not to count again.
        if (person_of_event(event.key.id) == person && event.reason == "the person has left")
            return false;
        if (person_of_event(event.key.id) == person &&
            (event.decision == "parked" || event.decision == "tombstone" || event.decision == "held"))
            return false;
    }
    return true;
}

value account_of(const evidence& seen, int person)
{
    for (const auto& user : seen.organisation["users"].items())
        if (person_of_worker(user["profile"]["employeeNumber"].text_or()) == person)
            return user;
    return {};
}

std::string listed(const std::set<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += " " + name;
    return text.empty() ? " nothing" : text;
}

void compare(const story& told, int person, const value& account, complaints& out)
{
    const auto who = "person " + std::to_string(person);
    const auto expected = expect_of(told, person);
    const auto status = account["status"].text_or("no account");
    const auto group_list = names_of(account["groups"], "name"), app_list = names_of(account["apps"], "label");
    std::set<std::string> groups(group_list.begin(), group_list.end()), apps(app_list.begin(), app_list.end());
    if (expected.employed) // what only a drawn workflow gives is nobody's right, and stays until the person leaves
        std::erase_if(groups, [](const std::string& name) { return name.starts_with("X"); });
    if (!expected.employed) {
        if (!account.is_null() && status != "DEPROVISIONED")
            out.push_back("P4: " + who + " has left and is " + status);
        if (!groups.empty() || !apps.empty())
            out.push_back("P4: " + who + " has left and keeps" + listed(groups) + listed(apps));
        return;
    }
    // Only an account that somebody has signed in to can be suspended.
    const bool away = status == "SUSPENDED" || (!told.people_sign_in && status == "PROVISIONED");
    if (expected.on_leave ? !away : status != "PROVISIONED" && status != "ACTIVE")
        out.push_back("P4: " + who + " is " + (expected.on_leave ? "on leave" : "employed") + " and is " + status);
    if (groups != expected.groups)
        out.push_back("P4: " + who + " is in" + listed(groups) + " instead of" + listed(expected.groups));
    if (apps != expected.apps)
        out.push_back("P4: " + who + " has" + listed(apps) + " instead of" + listed(expected.apps));
    const auto& profile = account["profile"];
    if (profile["department"].text_or() != expected.department)
        out.push_back("P4: " + who + " works in " + profile["department"].text_or() + " instead of " +
                      expected.department);
    if (profile["lastName"].text_or() != expected.last)
        out.push_back("P4: " + who + " is called " + profile["lastName"].text_or() + " instead of " + expected.last);
}

} // namespace

void check_people(const evidence& seen, complaints& out)
{
    for (int person = 0; person < seen.told->people; ++person)
        if (can_be_predicted(seen, person))
            compare(*seen.told, person, account_of(seen, person), out);
}

verdict judge(const evidence& seen)
{
    verdict made;
    made.broken = seen.complaints;
    check_ends(seen, made.broken);
    check_order(seen, made.broken);
    check_effects(seen, made.broken);
    check_people(seen, made.broken);
    made.people = seen.told->people;
    for (int person = 0; person < seen.told->people; ++person)
        made.predicted += can_be_predicted(seen, person) ? 1 : 0;
    return made;
}

} // namespace jmld::simulation
