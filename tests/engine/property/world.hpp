// A random world around one run: answers, faults, operators, other runs and restarts, and what must hold after every
// transition. It tells its whole story when something does not.
#pragma once

#include "engine/machine.hpp"
#include "engine/moves.hpp"
#include "engine/overloaded.hpp"
#include "tests/engine/property/drawing.hpp"

#include <map>
#include <set>
#include <sstream>

namespace jmld::testing {

inline bool is_ours(const command& one) { return !std::holds_alternative<finish>(one); }
inline bool sends(const command& one) { return is_ours(one) && !std::holds_alternative<watch_child>(one); }

// The outside: what truly happened, whatever the run was told.
class world
{
public:
    world(std::uint64_t seed, dice chance)
        : chance_(chance), definition_(some_workflow(chance_)),
          run_(definition_, value::map({{"event", value::map({})}}), seed)
    {
        value_map lists;
        for (int length = 0; length < 4; ++length) {
            value_list items;
            for (int i = 0; i < length; ++i)
                items.emplace_back("item" + std::to_string(i));
            lists.emplace_back("l" + std::to_string(length), value(std::move(items)));
        }
        run_.access = value::map({{"lists", value(std::move(lists))}});
    }

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
    bool failed() const { return failed_; }
    const std::set<std::string>& moves() const { return moves_; }
    std::string story() const { return story_.str(); }
    std::string end() const { return std::string(to_text(run_.state().status)); }

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
    void complain(const std::string& what)
    {
        failed_ = true;
        story_ << "  !! " << what << "\n";
    }

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

    // ---- what must hold
    // ------------------------------------------------------------------------------------------------------
    void feed(const stimulus& cause, const std::string& label)
    {
        story_ << "  " << label << "\n";
        const auto before = run_.state();
        run_.feed(cause);
        look_at(before, &cause);
    }

    void look_at(const run_state& before, const stimulus*)
    {
        const auto& state = run_.state();
        look_at_moves(before);
        for (const auto& happened : run_.history)
            if (happened.seq > before.last_seq)
                note(happened);
        for (const auto& step : before.steps)
            if (is_final(step.status) && !is_final(state.find(step.id)->status))
                reopened_.insert(step.id);
        for (const auto& one : run_.asked) {
            if (is_ours(one))
                out_.emplace_back(one, true);
            std::visit([this](const auto& what) { check_sent(what); }, one);
        }
        if (state.status == run_status::paused && std::ranges::any_of(run_.asked, sends))
            complain("a paused run sends");
        if (has_ended(before.status) && before.last_seq != state.last_seq && !state.reopened)
            complain("an ended run goes on");
        if (has_ended(state.status) && (state.anything_in_flight() || !timers_of(state).empty() || !out_.empty()))
            complain("something is out or armed after the end");
        if (state.dir == direction::revoke && state.undo_planned)
            complain("what revokes turned back");
        if (state.reopened && !state.stop)
            complain("it was opened again for nothing");
        look_at_room();
        for (const auto& step : state.steps)
            if (step.in_flight != is_out(step.id))
                complain(step.id + (step.in_flight ? " waits for an answer to nothing"
                                                   : " has a call out that it does not know"));
        if (state.subject_in_flight != reading_is_out())
            complain("reading the person is out or not, but the run thinks otherwise");
    }
    // Fact by fact: only what the table of moves knows.
    void look_at_moves(run_state walked)
    {
        for (const auto& happened : run_.history) {
            if (happened.seq <= walked.last_seq)
                continue;
            const auto before = walked;
            apply(run_.definition(), walked, happened);
            moved(before.status, walked.status);
            for (const auto& step : walked.steps)
                if (const auto* was = before.find(step.id))
                    moved(was->status, step.status);
        }
    }
    template <class Status> void moved(Status from, Status to)
    {
        if (from == to)
            return;
        if (!may_move(from, to))
            complain("no move of the table: " + std::string(to_text(from)) + " -> " + std::string(to_text(to)));
        moves_.insert(std::string(to_text(from)) + " -> " + std::string(to_text(to)));
    }
    void look_at_room()
    {
        std::map<std::size_t, int> out;
        for (const auto& step : run_.state().steps)
            out[step.definition] += step.child && step.in_flight && step.status != step_status::compensating ? 1 : 0;
        for (const auto& [definition, count] : out) {
            const int most = run_.definition().steps[definition].max_parallel;
            if (most > 0 && count > most && !run_.state().stop)
                complain(run_.definition().steps[definition].id + " has more out than max_parallel");
        }
    }
    void note(const fact& happened)
    {
        story_ << "      " << json::write(describe(happened, true)) << "\n";
        if (const auto* renewed = std::get_if<budget_renewed>(&happened.what))
            reopened_.insert(renewed->step.substr(0, renewed->step.find('.')));
        if (const auto* ruled = std::get_if<step_ruled>(&happened.what))
            reopened_.insert(ruled->step.substr(0, ruled->step.find('.')));
    }
    bool reading_is_out() const
    {
        return std::ranges::any_of(out_,
                                   [](const auto& one) { return std::holds_alternative<read_subject>(one.first); });
    }
    bool is_out(const std::string& step) const
    {
        return std::ranges::any_of(out_, [&](const auto& one) {
            return std::visit(overloaded{[&](const auto& what) { return what.step == step; },
                                         [](const read_subject&) { return false; },
                                         [](const finish&) { return false; }},
                              one.first);
        });
    }

    void check_sent(const send_attempt& sent)
    {
        const auto& state = run_.state();
        const auto& step = *state.find(sent.step);
        for (const auto& need : run_.definition().steps[step.definition].needs)
            if (!is_final(state.find(need)->status) && !reopened_.contains(need))
                complain(sent.step + " starts before " + need + " is done");
        if (!sent_.insert({sent.step, sent.attempt}).second && !restarted_)
            complain("attempt " + std::to_string(sent.attempt) + " of " + sent.step + " is sent twice");
        if (state.stop && (state.stop->kind == stop_kind::preempt || state.stop->kind == stop_kind::terminate))
            complain(sent.step + " is sent although the run is stopped");
        const bool last = run_.definition().steps[step.definition].at_end;
        if (state.undo_planned && !last)
            complain(sent.step + " goes forward while the run turns back");
        if (last != state.ending.has_value())
            complain(sent.step + (last ? " is one of the last and begins before" : " begins at the last steps"));
        const auto length = run_.definition().steps[step.definition].deadline;
        if (length && run_.now >= *step.budget_began + *length && !restarted_)
            complain(sent.step + " is sent after its deadline");
    }
    void check_sent(const send_undo& sent)
    {
        const auto& state = run_.state();
        const auto* step = state.find(sent.step);
        const auto& definition = run_.definition().steps[step->definition];
        if (!can_be_undone(definition))
            complain(sent.step + " is undone without an inverse");
        if (step->succeeded_seq > 0 && !step->changed)
            complain(sent.step + " is undone although it changed nothing");
        for (const auto& other : state.steps) {
            const auto& needs = run_.definition().steps[other.definition].needs;
            const bool depends = std::ranges::find(needs, definition.id) != needs.end();
            if (depends && other.status == step_status::compensating)
                complain(sent.step + " is undone before " + other.id + ", which needs it");
        }
    }
    template <class Other> void check_sent(const Other&) {}

    // After a rollback everything the run changed is restored or listed.
    void check_end()
    {
        const auto& state = run_.state();
        const bool turned_back = state.status == run_status::rolled_back ||
                                 state.status == run_status::rolled_back_partial ||
                                 state.status == run_status::rollback_failed;
        check_last_steps();
        if (failed_ || !turned_back)
            return;
        for (const auto& effect : effects_) {
            const auto listed = value::map({{"step", effect}});
            const auto& residue = state.residue.items();
            if (!ruled_.contains(effect) && !is_last(effect) && std::ranges::find(residue, listed) == residue.end())
                complain("the effect of " + effect + " is neither undone nor listed");
        }
        if ((state.status == run_status::rolled_back) != state.residue.items().empty())
            complain("the end and the residue disagree");
    }

    bool is_last(const std::string& step) const
    {
        return run_.definition().steps[run_.state().find(step)->definition].at_end;
    }
    // Whatever the end, they have had their turn; only a run that gave way or was terminated leaves them out.
    void check_last_steps()
    {
        const auto& state = run_.state();
        if (state.stop && (state.stop->kind == stop_kind::preempt || state.stop->kind == stop_kind::terminate))
            return;
        for (const auto& step : state.steps)
            if (is_last(step.id) && state.began_at && !state.reopened && step.status == step_status::cancelled)
                complain(step.id + " was left out at the end");
    }

    dice chance_;
    definition_pointer definition_;
    a_run run_;
    std::vector<std::pair<command, bool>> out_; ///< what is with the world
    std::set<std::string> effects_;             ///< steps whose effect stands
    std::set<std::string> ruled_;               ///< steps about which a person has said something
    std::set<std::string> reopened_;            ///< what stands after them may have started before
    std::set<std::pair<std::string, int>> sent_;
    std::size_t decided_ = 0;
    std::set<std::string> moves_;
    bool calm_ = false, restarted_ = false, failed_ = false;
    std::ostringstream story_;
};

} // namespace jmld::testing
