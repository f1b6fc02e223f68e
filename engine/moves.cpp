// One row for each move; several causes of one move stand in one row.
#include "engine/moves.hpp"

#include <algorithm>
#include <array>

namespace jmld::engine {

namespace {

using enum step_status;
using run = run_status;

constexpr std::array step_table{
    step_move{pending, running, "its needs have ended as wanted: the first attempt leaves"},
    step_move{pending, waiting, "core.wait and core.approval begin"},
    step_move{pending, succeeded, "the moment is past, the list is empty, all parts are done, or a person says so"},
    step_move{pending, failed, "an expression cannot be computed, core.fail, a part failed, or a person says so"},
    step_move{pending, skipped, "its condition is false, a need ended otherwise than wanted, or a person says so"},
    step_move{pending, cancelled, "the run stops"},
    step_move{ready, running, "an attempt leaves"},
    step_move{ready, backing_off, "the attempt failed: the next one is later"},
    step_move{ready, throttled, "the server told to wait"},
    step_move{ready, succeeded, "a person says so"},
    step_move{ready, failed, "no further attempt: spent, hopeless, too late, or a person says so"},
    step_move{ready, skipped, "a person says so"},
    step_move{ready, cancelled, "the run stops"},
    step_move{running, succeeded, "the answer says so"},
    step_move{running, ready, "the attempt failed, or never left"},
    step_move{running, unknown, "no answer: it may have taken effect"},
    step_move{running, waiting, "it must look again later"},
    step_move{backing_off, running, "the moment has come"},
    step_move{backing_off, ready, "a person asks for it now"},
    step_move{backing_off, succeeded, "a person says so"},
    step_move{backing_off, failed, "its deadline has passed, an expression cannot be computed, or a person says so"},
    step_move{backing_off, skipped, "a person says so"},
    step_move{backing_off, cancelled, "the run stops"},
    step_move{throttled, running, "the moment has come"},
    step_move{throttled, ready, "a person asks for it now"},
    step_move{throttled, succeeded, "a person says so"},
    step_move{throttled, failed, "its deadline has passed, an expression cannot be computed, or a person says so"},
    step_move{throttled, skipped, "a person says so"},
    step_move{throttled, cancelled, "the run stops"},
    step_move{waiting, running, "the moment has come: it looks again"},
    step_move{waiting, succeeded, "the moment has come, enough approve, or a person says so"},
    step_move{waiting, failed, "denied, nobody decided in time, its deadline has passed, or a person says so"},
    step_move{waiting, skipped, "a person says so"},
    step_move{waiting, cancelled, "the run stops"},
    step_move{unknown, succeeded, "a look found it done, or a person says so"},
    step_move{unknown, ready, "a look found it not done, or a person asks for another attempt"},
    step_move{unknown, failed, "nobody can tell and the run goes on without, or a person says so"},
    step_move{unknown, skipped, "a person says so"},
    step_move{failed, ready, "a person gives it a fresh budget"},
    step_move{failed, pending, "a person gives it, or one of its parts, a fresh budget"},
    step_move{failed, unknown, "a person wants it looked at again"},
    step_move{failed, compensating, "it may have taken effect: the plan undoes it"},
    step_move{failed, not_compensable, "it may have taken effect and cannot be undone"},
    step_move{skipped, pending, "what blocked it is tried again"},
    step_move{cancelled, compensating, "one of its attempts may have taken effect: the plan undoes it"},
    step_move{cancelled, not_compensable, "one of its attempts may have taken effect and cannot be undone"},
    step_move{succeeded, compensating, "the plan undoes it"},
    step_move{succeeded, not_compensable, "it cannot be undone"},
    step_move{compensating, compensated, "undone"},
    step_move{compensating, compensation_failed, "given up, or somebody else changed it since"},
    step_move{compensating, succeeded, "the run handed over or was terminated: its effect stands"},
    step_move{compensating, failed, "the run handed over or was terminated: its effect may stand"},
    step_move{compensation_failed, compensating, "a rollback is asked for again"},
};

constexpr std::array run_table{
    run_move{run::scheduled, run::queued, "its moment has come"},
    run_move{run::scheduled, run::cancelled, "cancelled or rolled back before it began"},
    run_move{run::scheduled, run::terminated, "terminated before it began"},
    run_move{run::scheduled, run::superseded, "another run takes its place"},
    run_move{run::queued, run::scheduled, "put off"},
    run_move{run::queued, run::running, "its person is free"},
    run_move{run::queued, run::cancelled, "cancelled or rolled back before it began"},
    run_move{run::queued, run::terminated, "terminated before it began"},
    run_move{run::queued, run::superseded, "another run takes its place"},
    run_move{run::running, run::paused, "by a person, or it needs one"},
    run_move{run::running, run::compensating, "the plan for undoing is written down"},
    run_move{run::running, run::succeeded, "every step is through"},
    run_move{run::running, run::failed, "a step failed and the file says fail"},
    run_move{run::running, run::cancelled, "cancelled, with nothing to undo"},
    run_move{run::running, run::terminated, "terminated"},
    run_move{run::running, run::superseded, "another run needs the person"},
    run_move{run::running, run::closed_with_residue, "a leaver could not close everything"},
    run_move{run::paused, run::running, "resumed, or stopped from outside"},
    run_move{run::paused, run::compensating, "resumed while undoing, or stopped from outside"},
    run_move{run::compensating, run::paused, "by a person"},
    run_move{run::compensating, run::rolled_back, "everything is undone"},
    run_move{run::compensating, run::rolled_back_partial, "something is left, and listed"},
    run_move{run::compensating, run::rollback_failed, "nothing could be undone"},
    run_move{run::compensating, run::terminated, "terminated while undoing"},
    run_move{run::compensating, run::superseded, "another run needs the person"},
    run_move{run::succeeded, run::queued, "a person wants it undone"},
    run_move{run::failed, run::queued, "a person wants it undone"},
    run_move{run::cancelled, run::queued, "a person wants it undone"},
    run_move{run::terminated, run::queued, "a person wants it undone"},
    run_move{run::rolled_back_partial, run::queued, "a person wants the rest undone"},
    run_move{run::rollback_failed, run::queued, "a person wants the rest undone"},
};

} // namespace

std::span<const step_move> step_moves() { return step_table; }
std::span<const run_move> run_moves() { return run_table; }

bool may_move(step_status from, step_status to)
{
    return from == to ||
           std::ranges::any_of(step_table, [&](const step_move& one) { return one.from == from && one.to == to; });
}

bool may_move(run_status from, run_status to)
{
    return from == to ||
           std::ranges::any_of(run_table, [&](const run_move& one) { return one.from == from && one.to == to; });
}

} // namespace jmld::engine
