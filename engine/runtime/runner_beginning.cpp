// How runs come in and are called off: the first facts of a new one, its place among those of its person, and the end
// of one that has not begun. What happens to a run once it goes stands in runner.cpp.
#include "engine/inputs.hpp"
#include "engine/runtime/runner.hpp"

#include <utility>

namespace jmld::runtime {

run_append runner::prepare(const new_run& what)
{
    engine::run_created first;
    first.run = what.id;
    first.workflow = what.definition->name;
    first.definition_sha256 = what.definition->sha256;
    first.subject = what.subject;
    first.event = what.event;
    first.dir = what.definition->dir;
    first.priority = static_cast<int>(what.urgency);
    first.by = what.by;
    auto context = what.context;
    if (!what.definition->inputs.empty() &&
        context["inputs"].is_null()) // an event brings none: those that have a default have it
        context = context.with("inputs", engine::bind_inputs(*what.definition, {}).value_or(engine::value()));
    first.context = what.instead_of.empty() ? context : context.with("instead_of", what.instead_of.text);
    auto made = engine::create_run(*what.definition, std::move(first), ports_.time.now(), what.begin_at);
    run_append append;
    append.row = row_of(made.after);
    for (const auto& happened : made.facts)
        append.facts.push_back(to_stored(happened));
    keep_fresh(what.definition, std::move(made.after));
    return append;
}

// Those of commits that failed are never asked for: the cache is emptied when it is full of them.
void runner::keep_fresh(engine::definition_pointer definition, engine::run_state state)
{
    if (!engine::timers_of(state).empty())
        return; // which timers stand in the journal is read there
    if (fresh_.size() >= fresh_max)
        fresh_.clear();
    auto made = std::make_shared<live_run>();
    made->id = state.run;
    made->definition = std::move(definition);
    made->state = std::move(state);
    made->loaded = true;
    fresh_[made->id] = std::move(made);
}

void runner::admit(const run_row& row)
{
    admit_row(row);
    fresh_.erase(row.id); // it began with it, or waits and is not held in memory
}

void runner::admit_row(const run_row& row)
{
    if (row.state == "scheduled") { // its timer wakes it
        feed(row.id, {engine::tick{}, {}, {}});
        return;
    }
    people_.wait(row.subject, as_queued(row));
    start_next(row.subject);
}

awaitable_result<run_append> runner::prepare_superseded(run_id id, std::string by)
{
    auto loaded = co_await load_run(ports_.store, ports_.definitions, id);
    if (!loaded)
        co_return std::unexpected(loaded.error());
    if (loaded->state.status != engine::run_status::queued && loaded->state.status != engine::run_status::scheduled)
        co_return failure(errc::conflict, "the run has begun");
    const auto done = engine::supersede(*loaded->definition, loaded->state, std::move(by), ports_.time.now());
    run_append append;
    append.row = row_of(done.after);
    for (const auto& happened : done.facts)
        append.facts.push_back(to_stored(happened));
    co_return append;
}

void runner::forget(const run_id& id)
{
    slots_.forget(id);
    if (const auto found = live_.find(id); found != live_.end() && !found->second->working)
        live_.erase(found); // one that is at work finds out by its next commit
    if (const auto person = people_.person_of(id)) {
        people_.leave(*person, id);
        start_next(*person);
    }
}

} // namespace jmld::runtime
