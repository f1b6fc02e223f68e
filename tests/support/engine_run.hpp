// One run in a test: feeds stimuli to the pure core, keeps what it asked of the world, and checks after each that the
// state is the fold of the history as the store would give it back. It holds no clock but its own `now`.
#pragma once

#include "engine/advance.hpp"
#include "engine/fact_codec.hpp"
#include "engine/folding.hpp"
#include "engine/run_view.hpp"
#include "tests/support/engine_builders.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace jmld::testing {

using namespace engine;
using namespace std::chrono_literals;

inline engine::attempt_failed a_failure(failure_kind kind, std::string detail = "no")
{
    engine::attempt_failed failed;
    failed.kind = kind;
    failed.detail = std::move(detail);
    failed.mark = {503, "E0000047", "req1"};
    return failed;
}

class a_run
{
public:
    explicit a_run(definition_pointer definition, value context = value::map({{"event", value::map({})}}),
                   std::uint64_t seed = 1)
        : definition_(std::move(definition)), random_(seed)
    {
        around_.first_instant = [this](date day, const std::string& zone) {
            zones_asked.push_back(zone);
            return time_point(std::chrono::sys_days(day)) - (zone == "Asia/Tokyo" ? duration(9h) : duration(0));
        };
        run_created first;
        first.run = run_id{"run_1"};
        first.workflow = definition_->name;
        first.definition_sha256 = definition_->sha256;
        first.subject = person_key{"per_1"};
        first.event = {"workday", "evt1"};
        first.dir = definition_->dir;
        first.priority = 2;
        first.by = "event";
        first.context = std::move(context);
        keep(create_run(*definition_, std::move(first), now));
    }

    /// What the person looks like when read; `access` is pinned by the first answer.
    value person = value::map({{"okta_id", "00u1"}});
    value access = value::map({});
    value image = value::map({});

    time_point now{std::chrono::sys_days(std::chrono::year(2027) / 2 / 1)};
    std::vector<fact> history;
    std::vector<command> asked; ///< by the last stimulus
    std::vector<std::string> zones_asked;

    const run_state& state() const { return state_; }
    const workflow_definition& definition() const { return *definition_; }
    random_source& chance() { return random_; }

    a_run& feed(const stimulus& cause)
    {
        keep(advance(*definition_, state_, cause, now, random_, around_));
        return *this;
    }
    /// Begins and answers the reading of the person.
    a_run& begun()
    {
        feed(begin{});
        EXPECT_TRUE(asks<read_subject>());
        return answer_subject();
    }
    a_run& answer_subject(std::vector<std::string> unknown = {})
    {
        return feed(subject_answer{person, access, image, std::move(unknown)});
    }
    a_run& succeed(const std::string& step, bool changed = true, value outputs = value::map({}), value before = {})
    {
        attempt_succeeded good;
        good.changed = changed;
        good.outputs = std::move(outputs);
        good.before = std::move(before);
        return answer(step, good);
    }
    a_run& fail(const std::string& step, failure_kind kind) { return answer(step, a_failure(kind)); }
    a_run& answer(const std::string& step, attempt_outcome outcome)
    {
        return feed(attempt_answer{step, attempts(step), std::move(outcome)});
    }
    a_run& looked(const std::string& step, probe_verdict verdict, value outputs = value::map({}))
    {
        probe_settled settled;
        settled.verdict = verdict;
        settled.outputs = std::move(outputs);
        return feed(probe_answer{step, settled});
    }
    a_run& undone(const std::string& step, bool conflict = false)
    {
        undo_succeeded good;
        good.conflict = conflict;
        return feed(undo_answer{step, good});
    }
    a_run& say(verb what, std::string step = {}, value outputs = {})
    {
        return feed(operator_signal{what, std::move(step), "alice", "because", std::move(outputs)});
    }
    std::optional<std::string> refusal(verb what, std::string step = {}) const
    {
        return refuses(state_, operator_signal{what, std::move(step), "alice", "because"});
    }
    a_run& later(duration length)
    {
        now += length;
        return feed(tick{});
    }
    /// Moves to the next moment that time itself brings.
    a_run& until_due()
    {
        const auto due = state_.next_due();
        EXPECT_TRUE(due.has_value()) << "nothing is due";
        if (due)
            now = std::max(now, *due);
        return feed(tick{});
    }
    /// The process ends and starts again: what it knows comes from the store.
    a_run& restarted()
    {
        state_ = folded();
        return feed(recovered{});
    }

    step_status status_of(const std::string& step) const
    {
        const auto* found = state_.find(step);
        EXPECT_NE(found, nullptr) << step;
        return found == nullptr ? step_status::pending : found->status;
    }
    int attempts(const std::string& step) const
    {
        const auto* found = state_.find(step);
        return found == nullptr ? 0 : static_cast<int>(found->attempts.size());
    }
    template <class Command> bool asks() const
    {
        for (const auto& one : asked)
            if (std::holds_alternative<Command>(one))
                return true;
        return false;
    }
    /// The steps that commands of one kind were about, in order.
    template <class Command> std::vector<std::string> asked_for() const
    {
        std::vector<std::string> steps;
        for (const auto& one : asked)
            if (const auto* command = std::get_if<Command>(&one))
                steps.push_back(command->step);
        return steps;
    }
    template <class Command> const Command* the() const
    {
        for (const auto& one : asked)
            if (const auto* command = std::get_if<Command>(&one))
                return command;
        return nullptr;
    }
    value shown() const { return describe(*definition_, state_); }
    run_state folded() const
    {
        run_state folded;
        for (const auto& happened : history)
            apply_stored(folded, happened);
        return folded;
    }

private:
    /// As a process that reads the store would.
    void apply_stored(run_state& state, const fact& happened) const
    {
        const auto back = decode(encode(happened), happened.seq, happened.at);
        ASSERT_TRUE(back.has_value()) << back.error().what;
        const auto followed = follow(*definition_, state, *back);
        ASSERT_TRUE(followed.has_value()) << followed.error().what;
    }
    void keep(transition done)
    {
        std::uint64_t seq = state_.last_seq;
        for (auto& happened : done.facts) {
            EXPECT_EQ(happened.seq, ++seq);
            apply_stored(stored_, happened);
            history.push_back(std::move(happened));
        }
        asked = std::move(done.commands);
        state_ = std::move(done.after);
        const bool same = stored_ == state_;
        EXPECT_TRUE(same) << "the state is not the fold of the history";
    }

    definition_pointer definition_;
    seeded_random random_;
    environment around_;
    run_state state_, stored_;
};

inline value names(std::initializer_list<const char*> all)
{
    value_list items;
    for (const char* name : all)
        items.push_back(value::map({{"id", std::string("id-") + name}, {"name", name}}));
    return value(std::move(items));
}

} // namespace jmld::testing
