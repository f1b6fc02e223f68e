// What Okta's ledger shows: who changed what, when, how often. A change must belong to a call of the one run that had
// the person then.
#include "connectors/okta_sim/limits.hpp"
#include "tests/simulation/seeds/model.hpp"
#include "tests/simulation/seeds/promises.hpp"

#include <algorithm>
#include <set>

namespace jmld::simulation {

namespace {

using okta_sim::ledger_entry;

std::string what_of(const ledger_entry& entry) { return entry.effect["event"].text_or(); }

std::string shown(const ledger_entry& entry)
{
    return "#" + std::to_string(entry.seq) + " " + entry.method + " " + entry.path + " at " + to_rfc3339(entry.at);
}

bool gives(const std::string& what)
{
    static const std::set<std::string> all = {"user.lifecycle.create",       "user.lifecycle.activate",
                                              "user.lifecycle.reactivate",   "user.lifecycle.unsuspend",
                                              "group.user_membership.add",   "application.user_membership.add",
                                              "user.account.privilege.grant"};
    return all.contains(what);
}

struct attributed
{
    const ledger_entry* entry = nullptr;
    std::string what, object;
    bool undo = false;
};

class auditor
{
public:
    auditor(const evidence& seen, complaints& out) : seen_(seen), out_(out) {}

    void audit()
    {
        for (const auto& entry : seen_.ledger)
            if (entry.method != "GET" && entry.by != "other") // who signs in does so by nobody's run
                attribute(entry);
        for (const auto& [run, effects] : of_run_)
            check_run(*run, effects);
        check_accounts();
    }

private:
    void attribute(const ledger_entry& entry)
    {
        const auto user = entry.user.empty() ? entry.effect["user"].text_or() : entry.user;
        const auto known = seen_.person_of_user.find(user);
        const bool creates = what_of(entry) == "user.lifecycle.create";
        if (known == seen_.person_of_user.end() && user.empty())
            return; // a create that was refused
        if (known == seen_.person_of_user.end())
            return out_.push_back("P5: " + shown(entry) + " changes somebody unknown");
        const run_record* owner = nullptr;
        const call_span* call = nullptr;
        for (const auto& run : seen_.runs)
            if (run.person == known->second && run.acts && run.acts->holds(entry.at))
                for (const auto& one : run.calls)
                    if (one.from <= entry.at && entry.at <= one.to && better(entry, run, one, owner, call)) {
                        owner = &run;
                        call = &one;
                    }
        if (owner == nullptr)
            return out_.push_back("P3: " + shown(entry) + " belongs to no call of a run that has the person");
        for (const auto& pause : owner->pauses)
            if (pause.from < entry.at && entry.at < pause.to && call->from > pause.from)
                out_.push_back("P10: " + shown(entry) + " is sent while run " + owner->row.id.text + " is paused");
        if (what_of(entry).empty())
            return;
        if (creates)
            ++created_[known->second];
        of_run_[owner].push_back({&entry, what_of(entry), object_of(entry), call->undo});
    }

    // Two runs may touch at one instant, and several calls of a run are out at once: the one that would do this.
    static bool better(const ledger_entry& entry, const run_record& run, const call_span& one, const run_record* owner,
                       const call_span* call)
    {
        if (owner == nullptr)
            return true;
        const bool fits = suits(entry, run, one), fitted = suits(entry, *owner, *call);
        return fits && !fitted;
    }
    static bool suits(const ledger_entry& entry, const run_record& run, const call_span& one)
    {
        // What undoes a run that gives takes, as a leaver does.
        const bool undoes = one.undo && run.row.direction == "grant";
        const bool grants = gives(what_of(entry)), revokes = run.row.direction == "revoke" || undoes;
        const bool membership = entry.path.contains("/groups/") || entry.path.contains("/apps/");
        const bool about = one.step.contains("group") || one.step.contains("app") || one.step.contains("assign");
        return !(grants && revokes) && membership == about;
    }

    static std::string object_of(const ledger_entry& entry)
    {
        std::string text = entry.effect["user"].text_or();
        for (const char* kind : {"group", "app", "role"})
            text += " " + entry.effect[kind].text_or();
        return text;
    }

    void check_run(const run_record& run, const std::vector<attributed>& effects)
    {
        std::map<std::pair<std::string, std::string>, int> forward;
        std::map<std::string, int> net;
        for (const auto& one : effects) {
            if (run.row.direction == "revoke" && gives(one.what))
                out_.push_back("P7: the leaver " + run.row.id.text + " grants: " + shown(*one.entry));
            const bool harmless = one.what == "user.session.clear" || one.what == "user.account.update_profile";
            if (!one.undo && !harmless && ++forward[{one.what, one.object}] == 2)
                out_.push_back("P5: run " + run.row.id.text + " does " + one.what + " twice: " + shown(*one.entry));
            if (one.what.ends_with("user_membership.add") || one.what == "user.account.privilege.grant")
                ++net[one.object];
            if (one.what.ends_with("user_membership.remove") || one.what == "user.account.privilege.revoke")
                --net[one.object];
            if (one.what == "user.lifecycle.create")
                ++net["account " + one.object];
            if (one.what == "user.lifecycle.delete.initiated") {
                net.clear(); // with the account goes what it had
            }
        }
        check_undone(run, net);
    }

    void check_undone(const run_record& run, const std::map<std::string, int>& net)
    {
        const auto& state = run.row.state;
        if (state != "rolled_back" && state != "rolled_back_partial" && state != "rollback_failed")
            return;
        if ((state == "rolled_back") != run.residue.items().empty())
            out_.push_back("P6: run " + run.row.id.text + " is " + state + " and lists " +
                           engine::json::write(run.residue));
        std::string left;
        std::size_t count = 0;
        for (const auto& [object, change] : net)
            if (change != 0) {
                left += " (" + object + ")";
                ++count;
            }
        if (count > run.residue.items().size())
            out_.push_back("P6: run " + run.row.id.text + " is " + state + " and leaves" + left);
        check_profile(run);
    }

    void check_profile(const run_record& run)
    {
        const auto after = seen_.profile_after.find(run.row.id.text);
        const auto& before = run.image["profile"];
        if (after == seen_.profile_after.end() || before.is_null() || !run.residue.items().empty())
            return;
        for (const auto& [key, content] : before.entries())
            if (after->second[key] != content)
                out_.push_back("P6: run " + run.row.id.text + " is rolled back and leaves " + key + " as " +
                               engine::json::write(after->second[key]));
    }

    void check_accounts()
    {
        std::map<int, int> have;
        for (const auto& user : seen_.organisation["users"].items())
            if (const int person = person_of_worker(user["profile"]["employeeNumber"].text_or()); person >= 0)
                if (++have[person] == 2)
                    out_.push_back("P5: person " + std::to_string(person) + " has two accounts");
    }

    const evidence& seen_;
    complaints& out_;
    std::map<const run_record*, std::vector<attributed>> of_run_;
    std::map<int, int> created_;
};

// Okta answers 429 by itself only to somebody who goes beyond a limit; in these draws no fault does.
void check_budget(const evidence& seen, complaints& out)
{
    if (seen.told->limits.is_null())
        return;
    for (const auto& entry : seen.ledger)
        if (entry.status == 429)
            out.push_back("P8: " + shown(entry) + " exceeds its bucket");
}

void check_first_days(const evidence& seen, complaints& out)
{
    if (!seen.told->jumps.empty())
        return;
    for (const auto& entry : seen.ledger) {
        const auto known = seen.person_of_user.find(entry.effect["user"].text_or());
        if (what_of(entry) == "user.lifecycle.activate" && known != seen.person_of_user.end() &&
            entry.at < opens_not_before(*seen.told, known->second))
            out.push_back("P9: " + shown(entry) + " opens an account before its first day");
    }
}

} // namespace

void check_effects(const evidence& seen, complaints& out)
{
    if (seen.told->jumps.empty()) // facts and ledger are written by the same clock only then
        auditor(seen, out).audit();
    check_budget(seen, out);
    check_first_days(seen, out);
}

} // namespace jmld::simulation
