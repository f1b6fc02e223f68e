// One run in a random world, watched: what must hold after every transition, whatever is answered or said. How the
// world behaves stands in world.hpp.
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

class watched_run
{
public:
    watched_run(std::uint64_t seed, dice chance)
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

    bool failed() const { return failed_; }
    const std::set<std::string>& moves() const { return moves_; }
    std::string story() const { return story_.str(); }
    std::string end() const { return std::string(to_text(run_.state().status)); }

protected:
    void complain(const std::string& what)
    {
        failed_ = true;
        story_ << "  !! " << what << "\n";
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
