// The content of a memory journal and the few indexes that keep its work from growing with history. Plain data and pure
// functions: no Asio, no hooks; the journal over it is memory_journal.cpp.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/accepting.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace jmld::store {

struct memory_store final : accept_lookup
{
    struct stored_run
    {
        runtime::run_row row;
        std::vector<runtime::stored_fact> facts;
    };

    /// Everything or nothing. Errors as the journal's.
    result<std::vector<runtime::accept_answer>> accept(const std::vector<runtime::incoming_event>& batch);
    result<void> commit(runtime::transaction work);

    result<std::optional<known_event>> find(const event_key& key) override;
    result<bool> used_for_another_body(const runtime::delivery_record& delivery) override;

    // In order of arrival; the indexes hold positions in them.
    std::deque<runtime::event_record> events;
    std::map<event_key, std::size_t> event_at;
    std::set<std::size_t> undecided;
    std::unordered_map<person_key, std::vector<std::size_t>> events_of_person;
    std::map<event_key, std::vector<runtime::delivery_record>> deliveries;
    std::map<std::pair<std::string, std::string>, std::vector<runtime::delivery_record>>
        accepted_webhooks; ///< by source and webhook id

    std::deque<stored_run> runs;
    std::unordered_map<run_id, std::size_t> run_at;
    std::unordered_map<person_key, std::vector<std::size_t>> runs_of_person;
    std::set<std::size_t> open_runs;

    std::map<timer_id, runtime::timer_row> timers;
    std::set<std::tuple<int, time_point, timer_id>> armed;
    std::map<person_key, std::set<timer_id>> timers_of_person;
    std::map<run_id, std::set<timer_id>> timers_of_run;

    std::map<person_key, runtime::person_row> people;
    std::map<std::string, person_key> identities;
    std::vector<runtime::alarm_row> alarms;
    std::map<std::string, std::size_t> alarm_of_cause;
    std::vector<runtime::hold_row> holds;
    std::vector<runtime::audit_record> audit;
    std::vector<runtime::evidence_record> evidence;
    std::map<std::pair<std::string, std::string>, runtime::kept_answer> answers; ///< by principal and key
    std::map<std::string, std::string> settings;
    std::map<std::string, runtime::definition_text> definitions;
    std::uint64_t commits = 0;

private:
    result<void> fits(const runtime::transaction& work) const;
    void put(runtime::event_record event);
    void put(const runtime::delivery_record& delivery);
    void change(const runtime::event_update& update);
    void put(runtime::run_append append);
    void put(const runtime::timer_row& timer);
    void forget(const timer_id& id);
    void put(const runtime::person_row& person);
    void put(const runtime::alarm_row& alarm);
    void put(const runtime::hold_row& hold);
    void put(const runtime::audit_row& row);
    void put(const runtime::evidence_row& row);
    void put(const runtime::kept_answer& kept);
};

} // namespace jmld::store
