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
};
struct time_span
{
    time_point from{}, to{};
    bool holds(time_point at) const { return from <= at && at <= to; }
};

struct run_record
{
    runtime::run_row row;
    std::vector<engine::fact> facts;
    int person = -1;
    std::optional<time_span> acts; ///< has the person to itself
    std::vector<call_span> calls;
    std::vector<time_span> pauses;
    std::string image_login;
    value image, residue;
    bool undoing = false;
    std::set<std::string> blocked; ///< steps that were never done, because one that they need was given up
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
    int deaths = 0;
    duration simulated{0};
    std::vector<std::string> complaints; ///< found while it was playing
};

/// The person of an event or user; -1 when it is none of ours.
int person_of_event(const std::string& event_id);
int person_of_worker(const std::string& worker_id);

/// Fills what follows from the facts.
void read_facts(run_record& run);

} // namespace jmld::simulation
