// The rows that one joiner of seven steps writes over its life, commit by commit, in the sizes that the daemon's own
// have. Builders only: what they cost is measured by whoever commits them.
#pragma once

#include "engine/digest.hpp"
#include "engine/runtime/journal.hpp"

#include <string>
#include <utility>
#include <vector>

namespace jmld::test {

class joiner_rows
{
public:
    explicit joiner_rows(int number) : number_(number), mark_(digest::sha256_hex("joiner " + std::to_string(number))) {}

    runtime::incoming_event event() const
    {
        runtime::incoming_event incoming;
        auto& event = incoming.event;
        event.key = {"workday", mark_.substr(0, 32)}; // ids of HR systems have no order
        event.type = "worker.hired";
        event.received_at = event.entered_at.emplace(at(0));
        event.process_id = mark_.substr(8, 32);
        event.action = "complete";
        event.details = R"({"effective":{"date":"2026-04-01","zone":"Europe/Berlin","at":"2026-03-31T22:00:00Z"}})";
        event.body.bytes = std::string(900, 'b') + mark_;
        event.headers.bytes = R"({"content-type":"application/json"})";
        event.canonical.bytes = std::string(600, 'c') + mark_;
        event.identity_sha256 = mark_;
        incoming.delivery = {event.key, "msg_" + mark_.substr(0, 24), at(0), 202, "accepted", mark_};
        return incoming;
    }

    /// Everything after the acceptance, one after the other.
    std::vector<runtime::transaction> commits()
    {
        std::vector<runtime::transaction> all{decision(), begins(), image_read()};
        for (int step = 0; step < steps; ++step)
            all.push_back(progress({{"step_succeeded", 89, 231}, {"attempt_started", 81, 141}}));
        all.push_back(progress({{"step_succeeded", 89, 231}, {"run_ended", 44, 6}}, "succeeded"));
        all.push_back(person(1));
        return all;
    }

    static constexpr int steps = 7;

private:
    struct sketch
    {
        const char* kind;
        std::size_t text, payload;
    };

    time_point at(int seconds) const
    {
        return time_point{duration{1'790'000'000'000}} + std::chrono::seconds(number_ + seconds);
    }
    std::string id(const char* prefix) const // in order of time, as the daemon makes them
    {
        const auto digits = std::to_string(1'000'000'000 + number_);
        return std::string(prefix) + "_01M8" + digits + mark_.substr(0, 12);
    }

    runtime::transaction progress(const std::vector<sketch>& facts, const char* state = "running")
    {
        runtime::run_append append;
        auto& row = append.row;
        row.id.text = id("run");
        row.workflow = "joiner";
        row.definition_sha256 = digest::sha256_hex("joiner");
        row.direction = "grant";
        row.state = state;
        row.subject.text = id("per");
        row.event = event().event.key;
        row.created_at = at(1);
        row.step_states = "pending running succeeded";
        row.attempts_max = 1;
        row.open = row.state != "succeeded";
        if (!row.open)
            row.ended_at = at(30);
        for (const auto& one : facts) {
            runtime::stored_fact fact{++seq_, one.kind, 1, at(2), std::string(one.text, 't'), {}};
            if (one.payload > 0)
                fact.payloads.push_back({std::string(one.payload, 'p')});
            append.facts.push_back(std::move(fact));
        }
        row.last_seq = seq_;
        runtime::transaction work;
        work.runs.push_back(std::move(append));
        return work;
    }

    runtime::transaction person(std::uint64_t version) const
    {
        runtime::person_row row{{id("per")}, version, {}, {std::string(500, 'r')}};
        for (std::uint64_t n = 0; n < 3 + version; ++n)
            row.identities.push_back(digest::sha256_hex(std::to_string(n) + mark_));
        runtime::transaction work;
        work.people.push_back(std::move(row));
        return work;
    }

    runtime::transaction decision()
    {
        auto work = progress({{"run_created", 289, 1'120}}, "queued");
        work.add(person(0));
        runtime::event_update update;
        update.key = event().event.key;
        update.person = person_key{id("per")};
        update.decision = "acted";
        update.reason = "the start is today or past";
        update.run = run_id{id("run")};
        work.events.push_back(std::move(update));
        return work;
    }
    runtime::transaction begins() { return progress({{"run_started", 2, 0}, {"subject_requested", 2, 0}}); }
    runtime::transaction image_read()
    {
        return progress({{"subject_read", 33, 1'555},
                         {"step_expanded", 26, 63},
                         {"step_expanded", 26, 63},
                         {"step_skipped", 54, 0},
                         {"step_skipped", 54, 0},
                         {"attempt_started", 81, 141}});
    }

    int number_;
    std::string mark_;
    std::uint64_t seq_ = 0;
};

} // namespace jmld::test
