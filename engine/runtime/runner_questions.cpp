// Questions to runs that only wait: open approvals, and what undoing would do. Approvals are found by the mark that a
// run's row carries while one of its steps waits for a word; what they say is read from the run itself.
#include "engine/children.hpp"
#include "engine/runtime/runner.hpp"

#include <algorithm>
#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;
using engine::approval_view;
using engine::value;

awaitable_result<std::vector<approval_view>> runner::open_approvals(int limit, run_id after)
{
    run_query waiting;
    waiting.step_state = "approval";
    waiting.open_only = true;
    waiting.limit = limit;
    waiting.after = after.text;
    auto rows = co_await ports_.store.runs(std::move(waiting));
    if (!rows)
        co_return std::unexpected(rows.error());
    std::vector<approval_view> all;
    for (const auto& row : *rows) {
        auto loaded = co_await load_run(ports_.store, ports_.definitions, row.id);
        if (!loaded)
            co_return std::unexpected(loaded.error());
        for (auto& one : engine::approvals_of(loaded->state))
            if (one.state == "open")
                all.push_back(std::move(one));
    }
    co_return all;
}

awaitable_result<approval_view> runner::open_approval(approval_id id)
{
    constexpr int page = 200;
    run_id after;
    for (;;) {
        auto some = co_await open_approvals(page, after);
        if (!some)
            co_return std::unexpected(some.error());
        const auto found = std::ranges::find(*some, id, [](const approval_view& one) { return one.what.id; });
        if (found != some->end())
            co_return *found;
        if (some->empty())
            co_return failure(errc::not_found, "there is no open approval '" + id.text + "'",
                              "it may be decided already: the run's history says so");
        after = some->back().run;
    }
}

awaitable_result<approval_view> runner::decide(engine::operator_signal word)
{
    auto found = co_await open_approval(word.approval);
    if (!found)
        co_return std::unexpected(found.error());
    auto loaded = co_await load_run(ports_.store, ports_.definitions, found->run);
    if (!loaded)
        co_return std::unexpected(loaded.error());
    if (auto why = engine::may_not_decide(loaded->state, found->what, word.by, word.admin))
        co_return failure(errc::forbidden, std::move(*why));
    const auto id = word.approval;
    auto after = co_await signal(found->run, std::move(word));
    if (!after)
        co_return std::unexpected(after.error());
    for (auto& one : engine::approvals_of(*after))
        if (one.what.id == id)
            co_return std::move(one);
    co_return failure(errc::not_found, "the approval is gone");
}

// A run that gave way, or whose person a later run has taken everything from, stays as it is: undoing it could give
// access back.
awaitable_result<void> runner::may_be_undone(run_id id)
{
    auto row = co_await ports_.store.run(id);
    if (!row)
        co_return std::unexpected(row.error());
    if (row->open)
        co_return result<void>{};
    auto loaded = co_await load_run(ports_.store, ports_.definitions, id);
    if (!loaded)
        co_return std::unexpected(loaded.error());
    if (const auto parent = engine::parent_of(loaded->state); !parent.empty())
        co_return failure(errc::conflict, "it is part of run " + parent.text + ": roll that one back");
    run_query later;
    later.subject = row->subject;
    later.since = row->created_at;
    later.limit = 1'000;
    auto runs = co_await ports_.store.runs(std::move(later));
    if (!runs)
        co_return std::unexpected(runs.error());
    for (const auto& one : *runs) {
        const bool revoked = one.direction == engine::to_text(engine::direction::revoke) && one.started_at;
        if (revoked && one.id != id)
            co_return failure(errc::conflict, "run " + one.id.text +
                                                  " has taken this person's access since; undoing could give it back");
    }
    co_return result<void>{};
}

awaitable_result<value> runner::preview_rollback(run_id id, std::string to_step)
{
    auto loaded = co_await load_run(ports_.store, ports_.definitions, id);
    if (!loaded)
        co_return std::unexpected(loaded.error());
    engine::operator_signal word;
    word.what = engine::verb::rollback;
    word.to_step = to_step;
    if (auto why = engine::refuses(loaded->state, word))
        co_return failure(errc::conflict, std::move(*why));
    auto undoable = co_await may_be_undone(id);
    if (!undoable)
        co_return std::unexpected(undoable.error());
    auto plan = engine::preview_undo(*loaded->definition, loaded->state, to_step, ports_.time.now());
    engine::value_list steps, staying(plan.staying.begin(), plan.staying.end());
    for (auto& one : plan.steps) {
        auto shown = co_await preview_one(id, loaded->state, std::move(one));
        steps.push_back(std::move(shown));
    }
    co_return value::map(
        {{"run", id.text}, {"steps", value(std::move(steps))}, {"staying", value(std::move(staying))}});
}

asio::awaitable<value> runner::preview_one(run_id id, engine::run_state state, engine::planned_undo what)
{
    auto shown = value::map(
        {{"step", what.step},
         {"action", what.action},
         {"target", value::map({{"kind", what.target.kind}, {"id", what.target.id}, {"name", what.target.name}})},
         {"before", what.before},
         {"possible", what.possible},
         {"detail", what.why_not},
         {"conflict", false},
         {"calls", value(engine::value_list{})}});
    if (!what.possible)
        co_return shown;
    const bool child = what.command.action == "core.run" && !what.command.written;
    if (child) {
        const auto inner = engine::child_of(what.command.inputs);
        auto loaded = co_await load_run(ports_.store, ports_.definitions, inner);
        if (!loaded)
            co_return shown.with("detail", loaded.error().what);
        auto plan = engine::preview_undo(*loaded->definition, loaded->state, {}, ports_.time.now());
        engine::value_list steps;
        for (auto& one : plan.steps) {
            auto inside = co_await preview_one(inner, loaded->state, std::move(one));
            steps.push_back(std::move(inside));
        }
        co_return shown.with("child", value::map({{"run", inner.text}, {"steps", value(std::move(steps))}}));
    }
    auto request = request_for(id, state, what.command);
    request.dry_run = true;
    if (what.command.written) {
        auto outcome = co_await ports_.actions.attempt(std::move(request));
        const auto* good = std::get_if<engine::attempt_succeeded>(&outcome);
        co_return shown.with("calls", good != nullptr ? good->calls : std::get<engine::attempt_failed>(outcome).calls);
    }
    auto outcome = co_await ports_.actions.undo(std::move(request));
    if (const auto* bad = std::get_if<engine::attempt_failed>(&outcome))
        co_return shown.with("calls", bad->calls).with("detail", bad->detail);
    const auto& good = std::get<engine::undo_succeeded>(outcome);
    co_return shown.with("calls", good.calls).with("conflict", good.conflict).with("detail", good.detail);
}

} // namespace jmld::runtime
