// Rows for tests of journals, filled so that no two fields could be mistaken for each other. Builders only; nothing is
// stored here.
#pragma once

#include "engine/digest.hpp"
#include "engine/runtime/journal.hpp"

#include <string>

namespace jmld::test {

inline time_point at_second(int seconds)
{
    return time_point{duration{1'790'000'000'000}} + std::chrono::seconds(seconds);
}

inline runtime::incoming_event an_event(const std::string& id, const std::string& body = "",
                                        const std::string& source = "hr")
{
    runtime::incoming_event incoming;
    auto& event = incoming.event;
    const auto text = body.empty() ? "{\"event\":\"" + id + "\"}" : body;
    event.key = {source, id};
    event.type = "worker.hired";
    event.received_at = at_second(1);
    event.entered_at = at_second(-60);
    event.process_id = "process-" + id;
    event.action = "complete";
    event.details = R"({"effective":{"date":"2026-04-01"}})";
    event.identity_sha256 = digest::sha256_hex(text);
    event.body = {text};
    event.headers = {R"({"content-type":"application/json"})"};
    event.canonical = {R"({"type":"worker.hired"})"};
    incoming.delivery = {event.key, "msg-" + id, at_second(1), 202, "accepted", event.identity_sha256};
    return incoming;
}

inline runtime::stored_fact a_fact(std::uint64_t seq, std::string kind = "step_succeeded")
{
    return {seq,
            std::move(kind),
            1,
            at_second(static_cast<int>(seq)),
            R"({"step":"create","seq":)" + std::to_string(seq) + "}",
            {{"input " + std::to_string(seq)}, {"output " + std::to_string(seq)}}};
}

inline runtime::run_append a_run(const std::string& id, std::uint64_t first, std::uint64_t last,
                                 const std::string& subject = "per_1")
{
    runtime::run_append append;
    auto& row = append.row;
    row.id.text = id;
    row.workflow = "joiner";
    row.definition_sha256 = digest::sha256_hex("joiner");
    row.direction = "grant";
    row.state = "running";
    row.subject.text = subject;
    row.event = {"hr", "event-of-" + id};
    row.priority = 2;
    row.created_at = at_second(10);
    row.started_at = at_second(11);
    row.step_states = "running succeeded";
    row.attempts_max = 1;
    row.last_seq = last;
    for (auto seq = first; seq <= last; ++seq)
        append.facts.push_back(a_fact(seq));
    return append;
}

inline runtime::timer_row a_timer(const std::string& id, time_point at, int priority = 3)
{
    runtime::timer_row timer;
    timer.id.text = id;
    timer.kind = "start";
    timer.at = at;
    timer.subject.text = "per_1";
    timer.event = {"hr", "event-1"};
    timer.rule_date = "2026-04-01";
    timer.rule_zone = "Europe/Berlin";
    timer.priority = priority;
    return timer;
}

inline runtime::person_row a_person(const std::string& key, std::uint64_t version, std::vector<std::string> identities)
{
    return {{key}, version, std::move(identities), {"record of " + key + " after " + std::to_string(version)}};
}

inline runtime::alarm_row an_alarm(const std::string& id, const std::string& cause)
{
    return {
        {id}, cause, "step_parked", at_second(5), "a step waits for a person", {"per_1"}, {"run_1"}, {"hr", "event-1"},
        1};
}

} // namespace jmld::test
