// Two runs of a person touch at one instant, and several calls of a run are out at once: of those that time allows, the
// one that would do such a thing, and none that had ended when a later run was already at work.
#include "tests/simulation/seeds/attribution.hpp"

#include <deque>
#include <set>

namespace jmld::simulation {

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

namespace {

std::string object_of(const ledger_entry& entry)
{
    std::string text = entry.effect["user"].text_or();
    for (const char* kind : {"group", "app", "role"})
        text += " " + entry.effect[kind].text_or();
    return text;
}

struct maker
{
    const run_record* run = nullptr;
    const call_span* call = nullptr;
};

class attribution
{
public:
    attribution(const evidence& seen, complaints& out) : seen_(seen), out_(out)
    {
        for (const auto& run : seen.runs)
            for (const auto& [key, call] : run.told)
                told_[key].push_back({&run, &run.calls[call]});
    }

    std::vector<attributed> all()
    {
        for (const auto& entry : seen_.ledger)
            if (entry.method != "GET" && entry.by != "other") // who signs in does so by nobody's run
                attribute(entry);
        return std::move(made_);
    }

private:
    void attribute(const ledger_entry& entry)
    {
        const auto user = entry.user.empty() ? entry.effect["user"].text_or() : entry.user;
        const auto known = seen_.person_of_user.find(user);
        if (known == seen_.person_of_user.end() && user.empty())
            return; // a create that was refused
        if (known == seen_.person_of_user.end())
            return out_.push_back("P5: " + shown(entry) + " changes somebody unknown");
        auto told = told_.find(entry.request_id);
        if (told == told_.end())
            told = told_.find(exchange_key(entry.method, entry.path, entry.at));
        const auto by = told != told_.end() ? next_of(told->second) : by_time(entry, known->second);
        const auto* span = by.run == nullptr ? nullptr : by.run->span_at(entry.at);
        if (span == nullptr)
            return out_.push_back("P3: " + shown(entry) + " belongs to no call of a run that has the person");
        at_work_since_[known->second] = span->from;
        for (const auto& pause : by.run->pauses)
            if (pause.from < entry.at && entry.at < pause.to && by.call->from > pause.from)
                out_.push_back("P10: " + shown(entry) + " is sent while run " + by.run->row.id.text + " is paused");
        if (!what_of(entry).empty())
            made_.push_back({&entry, by.run, what_of(entry), object_of(entry), by.call->undo, by.call->step});
    }

    // Two runs of an instant that lost the answer to the same call tell of it with the same words: each has one.
    static maker next_of(std::deque<maker>& tellers)
    {
        const auto first = tellers.front();
        if (tellers.size() > 1)
            tellers.pop_front();
        return first;
    }

    maker by_time(const ledger_entry& entry, int person)
    {
        const auto since = at_work_since_.find(person);
        maker best;
        for (const auto& run : seen_.runs) {
            const auto* span = run.person == person ? run.span_at(entry.at) : nullptr;
            if (span == nullptr || (since != at_work_since_.end() && span->from < since->second))
                continue;
            for (const auto& call : run.calls)
                if (call.from <= entry.at && entry.at <= call.to &&
                    (best.run == nullptr || (suits(entry, run, call) && !suits(entry, *best.run, *best.call))))
                    best = {&run, &call};
        }
        return best;
    }

    static bool suits(const ledger_entry& entry, const run_record& run, const call_span& call)
    {
        // What undoes a run that gives takes, as a leaver does.
        const bool undoes = call.undo && run.row.direction == "grant";
        const bool grants = gives(what_of(entry)), revokes = run.row.direction == "revoke" || undoes;
        const bool membership = entry.path.contains("/groups/") || entry.path.contains("/apps/");
        const bool about = call.step.contains("group") || call.step.contains("app") || call.step.contains("assign") ||
                           (membership && !call.target.empty() && entry.path.contains("/" + call.target + "/"));
        return !(grants && revokes) && membership == about;
    }

    const evidence& seen_;
    complaints& out_;
    std::map<std::string, std::deque<maker>> told_; ///< oldest run first
    std::map<int, time_point> at_work_since_;       ///< of a person's run whose change was the last
    std::vector<attributed> made_;
};

} // namespace

std::vector<attributed> attribute_changes(const evidence& seen, complaints& out)
{
    return attribution(seen, out).all();
}

} // namespace jmld::simulation
