// A random world around one run: answers, faults, operators, other runs and restarts. What must hold meanwhile is
// watched in watched_run.hpp.
#pragma once

#include "tests/engine/property/watched_run.hpp"

namespace jmld::testing {

// The outside: what truly happened, whatever the run was told.
class world : public watched_run
{
public:
    using watched_run::watched_run;

    void live(int turns)
    {
        begin_some_time();
        for (int i = 0; i < turns && !ended(); ++i)
            turn();
        if (has_ended(run_.state().status) && !failed_ && chance_.one_in(3))
            open_again();
        calm_ = true;
        for (int i = 0; i < 500 && !ended(); ++i)
            calm_turn();
        if (!ended())
            complain("it does not end although faults have stopped: " + std::string(to_text(run_.state().status)));
        check_end();
    }

private:
    // By hand it may begin later, and be put off.
    void begin_some_time()
    {
        while (chance_.one_in(4)) {
            operator_signal later{verb::reschedule, {}, "alice", "later"};
            later.at = run_.now + duration(chance_.below(100'000));
            speak(later);
        }
        if (chance_.one_in(12))
            end_early();
        if (ended())
            return;
        if (run_.state().status == run_status::scheduled) {
            feed(begin{}, "not yet");
            run_.now = std::max(run_.now, *run_.state().begin_due);
            feed(tick{}, "tick");
        }
        feed(begin{}, "begin");
    }
    void end_early()
    {
        static const std::vector<verb> words = {verb::cancel, verb::terminate, verb::rollback};
        if (chance_.one_in(3))
            feed(preempted{"run_other"}, "preempted");
        else
            speak({chance_.of(words), {}, "alice", "never mind"});
    }
    // A person wants the whole of it undone, or what came after one step.
    void open_again()
    {
        operator_signal word{verb::rollback, {}, "alice", "it was a mistake"};
        if (chance_.one_in(3))
            word.to_step = chance_.of(run_.state().steps).id;
        speak(word);
        if (has_ended(run_.state().status))
            return;
        if (chance_.one_in(4))
            restart();
        feed(begin{}, "begin again");
        for (int i = 0; i < 20 && !ended(); ++i)
            turn();
    }

    bool ended() const { return has_ended(run_.state().status) || failed_; }

    void turn()
    {
        const int what = chance_.below(100);
        if (what < 60 && !out_.empty())
            answer_one();
        else if (what < 80)
            pass_time();
        else if (what < 86)
            restart();
        else if (what < 98)
            someone_speaks();
        else if (what < 99)
            feed(preempted{"run_other"}, "preempted");
        else
            feed(wait_rescheduled{run_.now + duration(std::chrono::hours(chance_.below(60) - 20)), "a correction"},
                 "moved");
    }

    // Nothing goes wrong any more, and a person looks after what is parked.
    void calm_turn()
    {
        if (!out_.empty())
            answer_one();
        else if (run_.state().status == run_status::paused)
            look_after();
        else if (const auto* asked = open_approval())
            decide(asked->approval->id, chance_.one_in(4) ? verb::deny : verb::approve);
        else if (run_.state().next_due())
            pass_time();
        else
            complain("it neither waits for an answer, a time nor a person");
    }
    void look_after()
    {
        for (const auto& step : run_.state().steps) {
            if (step.status == step_status::unknown && !run_.state().stop) {
                ruled_.insert(step.id);
                return speak({verb::complete, step.id, "alice", "looked"});
            }
        }
        const auto& why = run_.state().why;
        const auto* step = run_.state().find(why.step);
        const bool nonsense = step != nullptr && why.kind == "invalid" && step->attempts.empty();
        if (nonsense && !run_.state().stop) // its expression will never hold
            return speak({verb::skip, why.step, "alice", "nonsense"});
        speak({verb::resume, {}, "alice", "go on"});
    }

    const step_record* open_approval() const
    {
        for (const auto& step : run_.state().steps)
            if (step.approval && step.status == step_status::waiting)
                return &step;
        return nullptr;
    }
    void decide(const approval_id& approval, verb what)
    {
        static const std::vector<std::string> people = {"alice", "bob", "carol", "dora"};
        operator_signal word{what, {}, calm_ ? people[decided_++ % 3] : chance_.of(people), "because"};
        word.approval = approval;
        word.admin = chance_.one_in(3);
        speak(word);
    }

    void pass_time()
    {
        const auto due = run_.state().next_due();
        if (due && (calm_ || !chance_.one_in(3)))
            run_.now = std::max(run_.now, *due);
        else
            run_.now += duration(chance_.below(100'000));
        feed(tick{}, "tick");
    }

    void restart()
    {
        for (const auto& [command, sent] : out_) // requests that had left take effect, nobody reads the answer
            if (const auto* attempt = std::get_if<send_attempt>(&command); attempt != nullptr && chance_.one_in(2))
                take_effect(*attempt);
        out_.clear();
        restarted_ = true;
        story_ << "  restart\n";
        const auto before = run_.state();
        run_.restarted();
        look_at(before, nullptr);
        restarted_ = false;
    }

    void someone_speaks()
    {
        if (const auto* asked = open_approval(); asked != nullptr && chance_.one_in(2))
            return decide(asked->approval->id, chance_.one_in(4) ? verb::deny : verb::approve);
        static const std::vector<verb> all = {verb::pause,    verb::resume,    verb::resume,   verb::retry,
                                              verb::cancel,   verb::terminate, verb::rollback, verb::skip,
                                              verb::complete, verb::fail};
        operator_signal word{chance_.of(all), {}, "alice", "because"};
        const bool about_step = word.what == verb::skip || word.what == verb::complete || word.what == verb::fail;
        const bool rare = word.what == verb::cancel || word.what == verb::terminate || word.what == verb::rollback;
        if ((about_step || rare) && !chance_.one_in(3))
            return;
        if (about_step || chance_.one_in(4))
            word.step = chance_.of(run_.state().steps).id;
        if (word.what == verb::rollback && chance_.one_in(3))
            word.to_step = chance_.of(run_.state().steps).id;
        speak(word);
    }
    void speak(const operator_signal& word)
    {
        const bool refused = refuses(run_.state(), word).has_value();
        const auto facts = run_.history.size();
        if (word.what == verb::skip || word.what == verb::complete || word.what == verb::fail ||
            word.what == verb::retry)
            for (const auto& step : run_.state().steps) // a person's word about it: what is so is theirs to know
                if (step.failure == failure_kind::unknown_outcome || about(word.step, step.id))
                    ruled_.insert(step.id);
        feed(word, std::string(to_text(word.what)) + " " + word.step);
        if (refused && run_.history.size() != facts)
            complain("a refused word changed the run");
    }
    static bool about(const std::string& word, const std::string& step)
    {
        return step == word || step.starts_with(word + ".");
    }

    // ---- answers
    // -------------------------------------------------------------------------------------------------------------
    void answer_one()
    {
        const auto which = static_cast<std::ptrdiff_t>(chance_.below(static_cast<int>(out_.size())));
        const auto command = out_[static_cast<std::size_t>(which)].first;
        out_.erase(out_.begin() + which);
        std::visit([this](const auto& what) { reply(what); }, command);
    }
    void reply(const read_subject&)
    {
        if (!calm_ && chance_.one_in(4))
            feed(subject_refused{some_failure(false)}, "subject refused");
        else
            feed(subject_answer{run_.person, run_.access, run_.image,
                                !calm_ && chance_.one_in(10) ? std::vector<std::string>{"Stuff"}
                                                             : std::vector<std::string>{}},
                 "subject");
    }
    void reply(const send_attempt& attempt)
    {
        const int luck = calm_ ? 0 : chance_.below(10);
        attempt_outcome outcome;
        if (luck < 5) {
            attempt_succeeded good;
            good.changed = take_effect(attempt);
            good.outputs = value::map({{"id", attempt.step}});
            outcome = good;
        } else if (attempt.action == "core.run") { // a child ends, well or badly: nobody loses it
            outcome = a_failure(failure_kind::invalid, "run other ended failed");
        } else if (luck == 5 && attempt.action == "t.look") {
            outcome = attempt_pending{run_.now + duration(chance_.below(100'000)), value("seen"), "not yet", {}, {}};
        } else if (luck < 7) {
            if (chance_.one_in(2))
                take_effect(attempt);
            outcome = a_failure(failure_kind::unknown_outcome);
        } else {
            outcome = some_failure(true);
        }
        feed(attempt_answer{attempt.step, attempt.attempt, outcome}, "answer " + attempt.step + " " + word_of(outcome));
    }
    void reply(const watch_child& child)
    {
        if (!child.may_begin && !effects_.contains(child.step))
            return feed(attempt_answer{child.step, child.attempt, a_failure(failure_kind::cancelled)}, "no child");
        attempt_succeeded good;
        good.changed = take_effect({child.step, "core.run", child.attempt, child.inputs, {}, {}});
        feed(attempt_answer{child.step, child.attempt, good}, "child " + child.step);
    }
    void reply(const send_probe& probe)
    {
        if (!calm_ && chance_.one_in(4))
            return feed(probe_answer{probe.step, some_failure(false)}, "probe fails " + probe.step);
        probe_settled settled;
        settled.verdict = effects_.contains(probe.step) ? probe_verdict::done : probe_verdict::not_done;
        if (!calm_ && chance_.one_in(6))
            settled.verdict = probe_verdict::cannot_tell;
        settled.outputs = value::map({{"id", probe.step}});
        feed(probe_answer{probe.step, settled}, "probe " + probe.step + " " + std::string(to_text(settled.verdict)));
    }
    void reply(const send_undo& undo)
    {
        if (!calm_ && chance_.one_in(4))
            return feed(undo_answer{undo.step, some_failure(true)}, "undo fails " + undo.step);
        undo_succeeded good;
        good.conflict = !calm_ && chance_.one_in(10);
        if (!good.conflict)
            effects_.erase(undo.step);
        feed(undo_answer{undo.step, good}, "undone " + undo.step);
    }
    void reply(const finish&) {}

    attempt_failed some_failure(bool final_too)
    {
        static const std::vector<failure_kind> passing = {failure_kind::unavailable, failure_kind::timeout,
                                                          failure_kind::conflict, failure_kind::rate_limited,
                                                          failure_kind::cancelled};
        static const std::vector<failure_kind> lasting = {failure_kind::forbidden, failure_kind::invalid};
        auto failure = a_failure(chance_.of(final_too && chance_.one_in(3) ? lasting : passing));
        failure.outage = failure.kind == failure_kind::unavailable && chance_.one_in(2);
        if (failure.kind == failure_kind::rate_limited)
            failure.retry_at = run_.now + duration(std::chrono::minutes(1 + chance_.below(90)));
        return failure;
    }
    static std::string word_of(const attempt_outcome& outcome)
    {
        const auto* bad = std::get_if<attempt_failed>(&outcome);
        if (std::holds_alternative<attempt_pending>(outcome))
            return "not yet";
        return bad == nullptr ? "ok" : std::string(to_text(bad->kind)) + (bad->outage ? " outage" : "");
    }

    // True when it altered something. Only what is harmless to repeat may take effect twice.
    bool take_effect(const send_attempt& attempt)
    {
        const auto& definition = run_.definition().steps[run_.state().find(attempt.step)->definition];
        if (!may_write(definition))
            return false;
        const bool fresh = effects_.insert(attempt.step).second;
        const bool harmless = definition.action == nullptr || definition.action->repeat == repeatability::idempotent ||
                              definition.action->repeat == repeatability::converges;
        if (!fresh && !harmless && !ruled_.contains(attempt.step))
            complain("the effect of " + attempt.step + " happened twice");
        return true;
    }
};

} // namespace jmld::testing
