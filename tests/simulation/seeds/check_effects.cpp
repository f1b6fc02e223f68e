// What Okta's ledger shows: who changed what, how often, and what a run that was undone leaves behind.
#include "connectors/okta_sim/limits.hpp"
#include "tests/simulation/seeds/attribution.hpp"
#include "tests/simulation/seeds/model.hpp"

#include <algorithm>
#include <set>

namespace jmld::simulation {

namespace {

const std::string account = "account ";

bool adds(const std::string& what)
{
    return what.ends_with("user_membership.add") || what == "user.account.privilege.grant";
}
bool takes(const std::string& what)
{
    return what.ends_with("user_membership.remove") || what == "user.account.privilege.revoke";
}

class auditor
{
public:
    auditor(const evidence& seen, complaints& out) : seen_(seen), out_(out), changes_(attribute_changes(seen, out)) {}

    void audit()
    {
        for (const auto& run : seen_.runs)
            check_run(run);
        check_accounts();
    }

private:
    void check_run(const run_record& run)
    {
        std::map<std::pair<std::string, std::string>, int> forward; // by object, then deed and step
        std::map<std::string, int> net;
        for (const auto& one : changes_) {
            if (one.run != &run)
                continue;
            if (run.row.direction == "revoke" && gives(one.what))
                out_.push_back("P7: the leaver " + run.row.id.text + " grants: " + shown(*one.entry));
            const bool harmless = one.what == "user.session.clear" || one.what == "user.account.update_profile";
            // A drawn workflow may give, take and give again: what no step may do is anything twice, unless another
            // step of the run has undone it meanwhile, as steps that run side by side can.
            if (!one.undo && (adds(one.what) || takes(one.what)))
                std::erase_if(forward, [&](const auto& known) {
                    return known.first.first == one.object && !known.first.second.starts_with(one.what + " ") &&
                           !known.first.second.ends_with(" " + one.step);
                });
            if (!one.undo && !harmless && ++forward[{one.object, one.what + " " + one.step}] == 2)
                out_.push_back("P5: run " + run.row.id.text + " does " + one.what + " twice: " + shown(*one.entry));
            net[one.object] += adds(one.what) ? 1 : takes(one.what) ? -1 : 0;
            if (one.what == "user.lifecycle.create")
                ++net[account + one.object];
            if (one.what == "user.lifecycle.delete.initiated")
                net.clear(); // with the account goes what it had
        }
        check_undone(run, net);
    }

    void check_undone(const run_record& run, const std::map<std::string, int>& net)
    {
        const auto& state = run.row.state;
        const bool undone = state == "rolled_back" || state == "rolled_back_partial" || state == "rollback_failed";
        if (!undone || run.ruled) // whoever says that a step has failed, or is done, answers for what it did
            return;
        if ((state == "rolled_back") != run.residue.items().empty())
            out_.push_back("P6: run " + run.row.id.text + " is " + state + " and lists " +
                           engine::json::write(run.residue));
        // What another run has undone or done again meanwhile is not this one's any more: what stands counts.
        const auto standing = standing_after(run);
        std::string left;
        std::size_t count = 0;
        for (const auto& [object, change] : net)
            if (change != 0 && standing.contains(object) == (change > 0)) {
                left += " (" + object + ")";
                ++count;
            }
        if (count > run.residue.items().size())
            out_.push_back("P6: run " + run.row.id.text + " is " + state + " and leaves" + left);
        check_profile(run);
    }

    // Accounts, memberships and roles at the end of the run: what a run did that took the person over at that very
    // instant comes after, unless the ledger shows it before the last change of this one.
    std::set<std::string> standing_after(const run_record& run) const
    {
        const auto end = run.acts.empty() ? time_point::max() : run.acts.back().to;
        const auto own =
            std::find_if(changes_.rbegin(), changes_.rend(), [&](const attributed& one) { return one.run == &run; });
        std::set<std::string> all;
        for (const auto& one : changes_) {
            const auto* span = one.run->span_at(one.entry->at);
            const bool before = own != changes_.rend() && one.entry < own->entry;
            if (one.entry->at > end || (one.run != &run && one.entry->at == end && span->from >= end && !before))
                continue;
            if (adds(one.what))
                all.insert(one.object);
            if (takes(one.what))
                all.erase(one.object);
            if (one.what == "user.lifecycle.create")
                all.insert(account + one.object);
            if (one.what == "user.lifecycle.delete.initiated")
                std::erase_if(all, [&](const std::string& object) {
                    return object.contains(one.entry->effect["user"].text_or());
                });
        }
        return all;
    }

    // The before-image, attribute by attribute, as long as nobody else wrote there meanwhile.
    void check_profile(const run_record& run)
    {
        const auto after = seen_.profile_after.find(run.row.id.text);
        const auto& before = run.image["user"]["profile"];
        if (after == seen_.profile_after.end() || before.is_null() || !run.residue.items().empty() || run.conflict ||
            others_wrote(run))
            return;
        for (const auto& [key, content] : before.entries())
            if (after->second[key] != content)
                out_.push_back("P6: run " + run.row.id.text + " is rolled back and leaves " + key + " as " +
                               engine::json::write(after->second[key]));
    }

    bool others_wrote(const run_record& run) const
    {
        const auto user = run.image["user"]["id"].text_or();
        return std::any_of(changes_.begin(), changes_.end(), [&](const attributed& one) {
            return one.run != &run && one.what == "user.account.update_profile" &&
                   one.entry->effect["user"].text_or() == user && one.entry->at >= *run.image_at &&
                   one.entry->at <= run.acts.back().to;
        });
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
    std::vector<attributed> changes_;
};

// Okta answers 429 by itself only to somebody who goes beyond a limit; in these draws no fault does. A process that has
// just started knows no bucket, and nothing but a call can tell it one that the process before has used up: refused may
// be what it sends before the first answer of that bucket, and the limiter lets out one call, or the few of somebody
// urgent.
void check_budget(const evidence& seen, complaints& out)
{
    constexpr int few = 5;
    if (seen.told->limits.is_null())
        return;
    std::map<std::string, std::pair<bool, int>> lives; // by bucket: knows it, refused while it did not
    auto death = seen.died_after.begin();
    std::size_t before = 0;
    for (const auto& entry : seen.ledger) {
        for (; death != seen.died_after.end() && *death <= before; ++death)
            lives.clear();
        ++before;
        auto& [knows, refused] = lives[std::string(okta_sim::bucket_of(entry.method, entry.path))];
        const bool excused = !knows && death != seen.died_after.begin() && refused < few;
        if (entry.status == 429 && !excused)
            out.push_back("P8: " + shown(entry) + " exceeds its bucket");
        refused += entry.status == 429 ? 1 : 0;
        knows |= entry.status != 429 && entry.status != 0;
    }
}

// Whoever says by hand that the wait for the first day is over opens the account when he says so.
bool ruled(const evidence& seen, int person)
{
    return std::any_of(seen.runs.begin(), seen.runs.end(),
                       [&](const run_record& run) { return run.person == person && run.ruled; });
}

void check_first_days(const evidence& seen, complaints& out)
{
    for (std::size_t i = 0; i < seen.ledger.size(); ++i) {
        const auto& entry = seen.ledger[i];
        const auto known = seen.person_of_user.find(entry.effect["user"].text_or());
        if (what_of(entry) == "user.lifecycle.activate" && known != seen.person_of_user.end() &&
            !ruled(seen, known->second) && by_our_clock(seen, i) < opens_not_before(*seen.told, known->second))
            out.push_back("P9: " + shown(entry) + " opens an account before its first day");
    }
}

} // namespace

void check_effects(const evidence& seen, complaints& out)
{
    auditor(seen, out).audit();
    check_budget(seen, out);
    check_first_days(seen, out);
}

} // namespace jmld::simulation
