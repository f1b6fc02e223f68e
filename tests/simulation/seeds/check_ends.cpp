// That everything comes to its end, and that nothing is left behind it.
#include "tests/simulation/seeds/promises.hpp"

#include <algorithm>

namespace jmld::simulation {

namespace {

bool is_known_decision(const std::string& decision)
{
    static const std::vector<std::string> all = {"acted",       "scheduled", "superseded", "coalesced",
                                                 "duplicate",   "tombstone", "held",       "parked",
                                                 "quarantined", "ignored",   "cancelled"};
    return std::find(all.begin(), all.end(), decision) != all.end();
}

void check_events(const evidence& seen, complaints& out)
{
    std::map<std::string, const runtime::event_record*> stored;
    for (const auto& event : seen.events) {
        stored[event.key.id] = &event;
        if (!is_known_decision(event.decision))
            out.push_back("P1: event " + event.key.id + " has the decision '" + event.decision + "'");
        if (event.decision == "scheduled")
            out.push_back("P12: event " + event.key.id + " is still scheduled at the end");
        if (event.decision == "acted" && event.run.empty() && event.reason.empty())
            out.push_back("P1: event " + event.key.id + " acted without a run or a reason");
    }
    for (const auto& sent : seen.told->deliveries)
        if (!stored.contains(sent.id))
            out.push_back("P1: event " + sent.id + " was accepted and is lost");
}

} // namespace

void check_ends(const evidence& seen, complaints& out)
{
    check_events(seen, out);
    for (const auto& run : seen.runs) {
        if (run.row.open)
            out.push_back("P12: run " + run.row.id.text + " (" + run.row.workflow + " of " + run.row.event.id +
                          ") is " + run.row.state);
        for (const auto& call : run.calls)
            if (!run.row.open && call.to == time_point::max() && call.undo == false)
                out.push_back("P11: a call of " + call.step + " of the ended run " + run.row.id.text + " has no end");
        const auto* ended = run.facts.empty() ? nullptr : std::get_if<engine::run_ended>(&run.facts.back().what);
        if (!run.row.open && ended == nullptr)
            out.push_back("P11: run " + run.row.id.text + " went on after its end");
    }
    for (const auto& timer : seen.armed)
        out.push_back((timer.at <= seen.now ? "P12: an overdue timer " : "P11: a timer ") + timer.kind + " for " +
                      to_rfc3339(timer.at) + " of " + timer.event.id + timer.run.text + " stands at the end");
}

} // namespace jmld::simulation
