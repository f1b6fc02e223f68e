// core.run: a run that is a step of another. It acts under its parent's hold on the person, begins when the parent's
// step does, and its end is the answer that the step waits for. Its id stands in the parent's facts before it exists,
// so a restart finds it or makes it.
#include "engine/children.hpp"
#include "engine/inputs.hpp"
#include "engine/runtime/runner.hpp"

#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {

engine::direction direction_of(const run_row& row)
{
    for (const auto one : {engine::direction::grant, engine::direction::revoke})
        if (engine::to_text(one) == row.direction)
            return one;
    return engine::direction::change;
}

bool is_over(const run_row& row) { return !row.open; }

} // namespace

// Answers whether there is one to wait for.
awaitable_result<bool> runner::make_child(live_pointer parent, const engine::watch_child& what)
{
    const auto alive = alive_;
    const auto& inputs = what.inputs;
    auto definition = ports_.definitions.named(inputs["workflow"].text_or());
    if (!definition)
        co_return std::unexpected(definition.error());
    auto bound = engine::bind_inputs(**definition, inputs["inputs"]);
    if (!bound)
        co_return std::unexpected(bound.error());
    new_run fresh;
    fresh.id = engine::child_of(inputs);
    fresh.definition = *definition;
    fresh.subject = parent->state.subject;
    fresh.urgency = static_cast<priority>(parent->state.priority);
    fresh.by = "run " + parent->id.text;
    fresh.context = parent->state.context.without("instead_of")
                        .with("parent", engine::value::map({{"run", parent->id.text}, {"step", what.step}}))
                        .with("inputs", std::move(*bound));
    transaction work;
    work.runs.push_back(prepare(fresh));
    work.definitions.push_back({fresh.definition->sha256, fresh.definition->name, fresh.definition->text});
    auto committed = co_await commit(work);
    if (!*alive)
        co_return false;
    if (!committed)
        co_return std::unexpected(committed.error());
    co_return true;
}

asio::awaitable<void> runner::begin_child(live_pointer parent, engine::watch_child what)
{
    const auto alive = alive_;
    const auto id = engine::child_of(what.inputs);
    const watching me{parent->id, what.step, what.attempt, false};
    auto row = co_await ports_.store.run(id);
    if (!*alive)
        co_return;
    if (!row && row.error().code == errc::not_found && what.may_begin) {
        auto made = co_await make_child(parent, what);
        if (!*alive)
            co_return;
        if (!made)
            co_return child_failed(me, made.error());
        row = co_await ports_.store.run(id);
        if (!*alive)
            co_return;
    }
    if (!row)
        co_return child_failed(me, row.error());
    if (is_over(*row)) {
        auto loaded = co_await load_run(ports_.store, ports_.definitions, id);
        if (!*alive)
            co_return;
        if (!loaded)
            co_return child_failed(me, loaded.error());
        co_return child_ended(me, loaded->state);
    }
    children_[id] = me;
    if (row->state == "queued" && what.may_begin)
        feed(id, {engine::begin{}, {}, {}});
    if (parent->state.stop || parent->state.status == engine::run_status::paused)
        tell(*parent, id, direction_of(*row));
    feed(parent->id, {engine::tick{}, {}, {}}); // now it only waits, and need not be held in memory
}

// It has ended and is opened again, or was opened before a restart.
asio::awaitable<void> runner::undo_child(live_pointer parent, engine::send_undo what)
{
    const auto alive = alive_;
    const auto id = engine::child_of(what.inputs);
    const watching me{parent->id, what.step, 1, true};
    auto loaded = co_await load_run(ports_.store, ports_.definitions, id);
    if (!*alive)
        co_return;
    if (!loaded)
        co_return child_failed(me, loaded.error());
    const auto& child = loaded->state;
    const bool undone = child.status == engine::run_status::rolled_back ||
                        child.status == engine::run_status::rolled_back_partial ||
                        child.status == engine::run_status::rollback_failed;
    if (undone)
        co_return child_ended(me, child);
    children_[id] = me;
    engine::operator_signal word;
    word.what = engine::verb::rollback;
    word.by = "run " + parent->id.text;
    word.reason = "the run that it is part of is rolled back";
    delivery back{std::move(word), {}, {}};
    back.answered = [this, id, me](result<engine::run_state> answer) {
        if (answer)
            return feed(id, {engine::begin{}, {}, {}});
        children_.erase(id);
        child_failed(me, answer.error());
    };
    if (engine::has_ended(child.status))
        feed(id, std::move(back));
    else
        feed(id, {engine::begin{}, {}, {}}); // it was opened before; one that has begun does not hear it
}

// True when the run is a child: it holds no place of its own among the runs of its person.
bool runner::recover_child(const run_row& row)
{
    if (!(" " + row.step_states + " ").contains(" child "))
        return false;
    if (row.state != "waiting" && row.state != "throttled" && row.state != "queued")
        feed(row.id, {engine::recovered{}, {}, {}});
    return true; // one that has not begun is begun by its parent
}

void runner::child_ended(const watching& parent, const engine::run_state& child)
{
    if (parent.undoing)
        feed(parent.parent, {engine::undo_answer{parent.step, engine::undone_as_step(child)}, {}, {}});
    else
        feed(parent.parent,
             {engine::attempt_answer{parent.step, parent.attempt, engine::outcome_as_step(child)}, {}, {}});
}

void runner::child_failed(const watching& parent, const error& why)
{
    engine::attempt_failed failed;
    failed.detail = why.what;
    failed.kind = why.code == errc::unavailable ? engine::failure_kind::unavailable : engine::failure_kind::invalid;
    if (why.code == errc::not_found && !parent.undoing) // it was never made, and is not to be
        failed.kind = engine::failure_kind::cancelled;
    if (parent.undoing)
        feed(parent.parent, {engine::undo_answer{parent.step, std::move(failed)}, {}, {}});
    else
        feed(parent.parent, {engine::attempt_answer{parent.step, parent.attempt, std::move(failed)}, {}, {}});
}

void runner::tell_children(const live_run& run)
{
    for (const auto& step : run.state.steps) {
        const bool out = step.in_flight && step.status == engine::step_status::running;
        const auto id = engine::child_of(step.inputs);
        if (!out || id.empty() || run.definition->steps[step.definition].kind() != engine::step_kind::run)
            continue;
        const auto definition = ports_.definitions.named(step.inputs["workflow"].text_or());
        tell(run, id, definition ? (*definition)->dir : engine::direction::change);
    }
}

void runner::tell(const live_run& parent, const run_id& child, engine::direction dir)
{
    auto word = engine::word_for_child(parent.state, dir);
    if (!word)
        return;
    delivery what{std::move(*word), {}, {}};
    what.answered = [](const result<engine::run_state>&) {}; // a word that does not apply to it changes nothing
    feed(child, std::move(what));
}

} // namespace jmld::runtime
