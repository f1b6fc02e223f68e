// Plays one tale against the whole daemon but its doors, and holds what came of it against the truth. Beside the person
// stand others who must not be touched: the manager, and a namesake of another number.
#include "tests/simulation/any_order/tale.hpp"
#include "tests/simulation/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace jmld::simulation::any_order {

namespace {

const std::set<std::string> gives = {"user.lifecycle.create",       "user.lifecycle.activate",
                                     "user.lifecycle.reactivate",   "user.lifecycle.unsuspend",
                                     "group.user_membership.add",   "application.user_membership.add",
                                     "user.account.privilege.grant"};

value namesake()
{
    return value::map({{"id", "00unamesake"},
                       {"status", "ACTIVE"},
                       {"credentials", value::map({{"password", true}})},
                       {"groups", value::list({value::map({{"id", "00g1"}})})},
                       {"profile", value::map({{"login", "jane.smith@example.com"},
                                               {"email", "jane.smith@example.com"},
                                               {"firstName", "Jane"},
                                               {"lastName", "Smith"},
                                               {"employeeNumber", "100901"}})}});
}

value organisation_before()
{
    const auto before = company();
    auto users = before["users"].items();
    users.push_back(namesake());
    return before.with("users", value(users));
}

// Whoever has an account sets a password on it, so that it can be used and suspended.
void people_sign_in(daemon::rehearsal& world)
{
    const auto seen = world.organisation().snapshot(world.now());
    for (const auto& user : seen["users"].items())
        if (user["status"].text_or() == "PROVISIONED") {
            const auto done = world.organisation().change_by_other(
                value::map({{"user", user["id"].text_or()}, {"status", "ACTIVE"}}), world.now());
            if (!done)
                throw std::runtime_error(done.error().what);
        }
}

struct played
{
    value before, after;
    std::vector<okta_sim::ledger_entry> ledger;
    std::map<std::string, std::string> run_of_request; ///< from evidence
    std::vector<value> runs, events;
};

played play(const tale& told)
{
    const auto world = company_at("2027-01-04T07:00:00Z", "guard: {max_leavers: 100}", organisation_before());
    world->observe([&] { people_sign_in(*world); });
    played seen;
    seen.before = world->organisation().snapshot(world->now());
    for (const auto& sent : told.sendings) {
        world->run_until(sent.at);
        const auto one = std::find_if(told.entries.begin(), told.entries.end(),
                                      [&](const entry& of) { return of.number == sent.number; });
        static_cast<void>(world->deliver("workday", body_of(*one, sent.renamed)));
    }
    world->run_for(std::chrono::hours(24 * 60));
    seen.after = world->organisation().snapshot(world->now());
    seen.ledger = world->organisation().ledger();
    seen.runs = world->runs();
    seen.events = world->events();
    for (const auto& record : world->evidence())
        for (const auto& call : record["calls"].items())
            seen.run_of_request[call["request_id"].text_or()] = record["run"].text_or();
    return seen;
}

class judge
{
public:
    judge(const tale& told, const played& seen) : told_(told), seen_(seen) { find_account(); }

    std::vector<std::string> verdict()
    {
        check_decisions();
        check_others();
        check_exits();
        check_end(truth_of(told_.entries).value());
        return out_;
    }

private:
    void find_account()
    {
        for (const auto& user : seen_.after["users"].items())
            if (user["profile"]["employeeNumber"].text_or() == worker_story{}.id) {
                if (!account_.is_null())
                    out_.emplace_back("the person has two accounts");
                account_ = user;
            }
    }

    void check_decisions()
    {
        for (const auto& event : seen_.events)
            for (const auto* open : {"", "scheduled", "held", "quarantined", "parked"})
                if (event["decision"].text_or() == open && !asks_on_purpose(event))
                    out_.push_back("event " + event["id"].text_or() + " is left with the decision '" + open +
                                   "': " + event["reason"].text_or());
        for (const auto& run : seen_.runs)
            for (const auto* bad : {"running", "waiting", "paused", "failed", "rolled_back", "closed_with_residue"})
                if (run["state"].text_or() == bad)
                    out_.push_back(run["workflow"].text_or() + " of " + run["event_id"].text_or() + " is " + bad);
    }

    // A hire taken back after the next one was carried out on the same account: a person looks whether anything of the
    // first is left. The end must be right all the same.
    static bool asks_on_purpose(const value& event)
    {
        return event["reason"].text_or() ==
               "what it takes back was carried out on the account of an employment that goes on";
    }

    void check_others()
    {
        for (const auto& was : seen_.before["users"].items()) {
            bool same = false;
            for (const auto& is : seen_.after["users"].items())
                same |= is == was;
            if (!same)
                out_.push_back(was["profile"]["login"].text_or() + " was touched");
        }
        const auto mine = account_["id"].text_or();
        for (const auto& entry : seen_.ledger)
            if (entry.by == "jmld" && !entry.effect.is_null() && entry.effect["user"].text_or() != mine)
                out_.push_back(entry.method + " " + entry.path + " touches " + entry.effect["user"].text_or("nobody"));
    }

    // Once a leaver has taken something, only a run that begins after it and lets somebody in may give.
    void check_exits()
    {
        std::map<std::string, std::string> workflow_of;
        for (const auto& run : seen_.runs)
            workflow_of[run["id"].text_or()] = run["workflow"].text_or();
        std::string closing; // the leaver that began last
        bool reopened = true;
        std::set<std::string> before_exit;
        for (const auto& entry : seen_.ledger) {
            if (entry.by != "jmld" || entry.method == "GET" || entry.effect.is_null())
                continue;
            const auto known = seen_.run_of_request.find(entry.request_id);
            const auto run = known == seen_.run_of_request.end() ? std::string() : known->second;
            const auto& workflow = workflow_of[run];
            if (workflow == "leaver") {
                closing = run;
                reopened = false;
                if (gives.contains(entry.effect["event"].text_or()))
                    out_.push_back("a leaver gives: " + entry.method + " " + entry.path);
                continue;
            }
            if (!before_exit.contains(run) && !closing.empty() && (workflow == "joiner" || workflow == "reinstate"))
                reopened = true;
            if (!reopened && gives.contains(entry.effect["event"].text_or()))
                out_.push_back(entry.method + " " + entry.path + " of " + (run.empty() ? "no run" : workflow) +
                               " gives after an exit has begun to take");
            if (!reopened || closing.empty())
                before_exit.insert(run);
        }
    }

    void check_end(const truth& must)
    {
        const auto status = account_["status"].text_or("no account");
        if (!must.employed)
            return check_gone(status);
        const bool open = status == "ACTIVE";
        if (open == must.on_leave || (!open && status != "SUSPENDED"))
            out_.push_back("the person is " + std::string(must.on_leave ? "on leave" : "employed") + " and " + status);
        compare("groups", "name", "Staff", must.department);
        const std::map<std::string, std::string> app_of = {
            {"Marketing", "Canva"}, {"Engineering", "GitHub"}, {"Sales", "Salesforce"}, {"Finance", "NetSuite"}};
        compare("apps", "label", "Slack", app_of.at(must.department));
        same("department", must.department);
        same("lastName", must.last);
    }

    void check_gone(const std::string& status)
    {
        if (!account_.is_null() && status != "DEPROVISIONED")
            out_.push_back("the person has left and is " + status);
        for (const auto* what : {"groups", "apps", "roles", "sessions", "tokens"})
            if (!account_[what].items().empty())
                out_.push_back("the person has left and keeps " + std::string(what) + ": " +
                               engine::json::write(account_[what]));
    }

    void compare(const std::string& list, std::string_view key, const std::string& all, const std::string& own)
    {
        const auto names = names_of(account_[list], key);
        const std::set<std::string> has(names.begin(), names.end()), must = {all, own};
        if (has != must) {
            std::string text;
            for (const auto& name : has)
                text += name + " ";
            out_.push_back("the person has the " + list + " " + text + "instead of " + all + " " + own);
        }
    }
    void same(const std::string& attribute, const std::string& must)
    {
        if (account_["profile"][attribute].text_or() != must)
            out_.push_back(attribute + " is '" + account_["profile"][attribute].text_or() + "' instead of '" + must +
                           "'");
    }

    const tale& told_;
    const played& seen_;
    value account_;
    std::vector<std::string> out_;
};

std::string history_of(const value& event)
{
    auto text = fmt::format("  {} {} is {}: {}\n", event["id"].text_or(), event["type"].text_or(),
                            event["decision"].text_or(), event["reason"].text_or());
    for (const auto& word : event["history"].items())
        text += fmt::format("      {}\n", engine::json::write(word));
    return text;
}

std::string steps_of(const value& run)
{
    auto text = fmt::format("  {} {} of {} from {} to {} is {}: {}\n", run["id"].text_or(), run["workflow"].text_or(),
                            run["event_id"].text_or(), run["created_at"].text_or(), run["ended_at"].text_or("now"),
                            run["state"].text_or(), engine::json::write(run["why"]));
    for (const auto& step : run["steps"].items())
        text += fmt::format("      {} {} {}\n", step["id"].text_or(), step["state"].text_or(),
                            engine::json::write(step["error"]));
    return text;
}

std::string story_of(const played& seen)
{
    std::string text;
    for (const auto& event : seen.events)
        text += history_of(event);
    for (const auto& run : seen.runs)
        text += steps_of(run);
    for (const auto& entry : seen.ledger)
        if (entry.by == "jmld" && !entry.effect.is_null())
            text += fmt::format("  {} {} {}: {} {}\n", to_rfc3339(entry.at), entry.method, entry.path, entry.status,
                                engine::json::write(entry.effect));
    return text;
}

} // namespace

std::string story_of(const tale& told) { return story_of(play(told)); }

std::vector<std::string> complaints_of(const tale& told)
{
    const auto seen = play(told);
    return judge(told, seen).verdict();
}

} // namespace jmld::simulation::any_order
