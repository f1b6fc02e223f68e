// What is left when a story has been played: the simulator's ledger, and the journal's runs, events and timers. Every
// check reads this and the draw, never the daemon.
#pragma once

#include "connectors/okta_sim/organisation.hpp"
#include "engine/history.hpp"
#include "engine/runtime/journal.hpp"
#include "tests/simulation/seeds/story.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jmld::simulation {

/// A call that was out, from its first record to its last.
struct call_span
{
    std::string step;
    time_point from{}, to{};
    bool undo = false;
    std::string target; ///< what the call is about, by Okta id; empty = not told
};
struct time_span
{
    time_point from{}, to{};
    bool holds(time_point at) const { return from <= at && at <= to; }
};

/// Somebody set the daemon's clock; Okta's went on as it was.
struct clock_jump
{
    duration by{0};
    std::map<run_id, std::uint64_t> last_seq; ///< of every run there was
    std::size_t requests = 0;                 ///< in the ledger before it
};

/// Spans are told by Okta's clock, which nobody sets; the facts have the daemon's.
struct run_record
{
    runtime::run_row row;
    std::vector<engine::fact> facts;
    int person = -1;
    std::vector<time_span> acts; ///< has the person to itself: once, and again when it is undone after its end
    std::vector<call_span> calls;
    std::map<std::string, std::size_t> told; ///< an exchange, by request id or (not answered) exchange_key → which call
    std::vector<time_span> pauses;
    value image, residue;
    std::set<std::string> blocked; ///< steps that were never done, because one that they need was given up
    std::optional<time_point> image_at;
    bool conflict = false; ///< somebody had changed since what was to be undone
    bool ruled = false;    ///< a person took it upon himself what became of a step

    const time_span* span_at(time_point at) const;
};

struct evidence
{
    const story* told = nullptr;
    std::vector<okta_sim::ledger_entry> ledger;
    std::map<std::string, int> person_of_user;  ///< by Okta id
    std::map<std::string, value> profile_after; ///< of a run's person, at the end of the run that was undone
    std::vector<run_record> runs;               ///< oldest first
    std::vector<runtime::event_record> events;
    std::vector<runtime::timer_row> armed;
    std::map<std::string, std::string> accepted; ///< event id → how it was answered
    value organisation;
    time_point now{};
    std::uint64_t commits = 0;
    std::vector<clock_jump> jumps;
    std::vector<std::size_t> died_after; ///< of each death, how many requests were in the ledger
    duration simulated{0};
    std::vector<std::string> complaints; ///< found while it was playing
};

std::string exchange_key(const std::string& method, const std::string& path, time_point at);

/// The person of an event or user; -1 when it is none of ours.
int person_of_event(const std::string& event_id);
int person_of_worker(const std::string& worker_id);

/// Fills what follows from the facts.
void read_facts(run_record& run, const std::vector<clock_jump>& jumps);
/// What the daemon's clock showed when the n-th request (from 0) reached Okta.
time_point by_our_clock(const evidence& seen, std::size_t request);

} // namespace jmld::simulation
