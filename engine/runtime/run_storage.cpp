// A run is what its facts say; the row beside them is only for finding it.
#include "engine/runtime/run_storage.hpp"

#include "engine/fact_codec.hpp"
#include "engine/folding.hpp"

namespace jmld::runtime {

stored_fact to_stored(const engine::fact& happened)
{
    auto encoded = engine::encode(happened);
    stored_fact stored;
    stored.seq = happened.seq;
    stored.kind = std::move(encoded.kind);
    stored.version = encoded.version;
    stored.at = happened.at;
    stored.text = std::move(encoded.text);
    for (auto& bytes : encoded.payloads)
        stored.payloads.push_back({std::move(bytes)});
    return stored;
}

result<engine::fact> from_stored(const stored_fact& stored)
{
    engine::encoded_fact encoded{stored.kind, stored.version, stored.text, {}};
    for (const auto& one : stored.payloads)
        encoded.payloads.push_back(one.bytes);
    return engine::decode(encoded, stored.seq, stored.at);
}

run_row row_of(const engine::run_state& state)
{
    auto summary = engine::summarize(state);
    run_row row;
    row.id = state.run;
    row.workflow = state.workflow;
    row.definition_sha256 = state.definition_sha256;
    row.direction = engine::to_text(state.dir);
    row.state = std::move(summary.state);
    row.subject = state.subject;
    row.event = state.event;
    row.priority = state.priority;
    row.created_at = state.created_at;
    row.started_at = state.first_call_at;
    row.ended_at = state.ended_at;
    row.superseded_by = state.superseded_by;
    row.step_states = std::move(summary.step_states);
    row.error = std::move(summary.error);
    row.attempts_max = summary.attempts_max;
    row.next_attempt_at = summary.next_attempt_at;
    row.last_seq = state.last_seq;
    row.open = summary.open;
    return row;
}

result<engine::run_state> fold(const run_row& row, const engine::workflow_definition& definition,
                               const std::vector<stored_fact>& history)
{
    const auto of_run = [&](error why) {
        why.what = "run " + row.id.text + ": " + why.what;
        return std::unexpected(std::move(why));
    };
    engine::run_state state;
    for (const auto& stored : history) {
        const auto happened = from_stored(stored);
        if (!happened)
            return of_run(happened.error());
        if (auto followed = engine::follow(definition, state, *happened); !followed)
            return of_run(followed.error());
    }
    if (state.last_seq < row.last_seq)
        return of_run({errc::corrupt,
                       "its history ends after fact " + std::to_string(state.last_seq) + ", its row says " +
                           std::to_string(row.last_seq),
                       {}});
    if (state.run != row.id)
        return of_run({errc::corrupt, "its history is that of run '" + state.run.text + "'", {}});
    return state;
}

awaitable_result<loaded_run> load_run(journal& store, definition_source& definitions, run_id id)
{
    auto row = co_await store.run(id);
    if (!row)
        co_return std::unexpected(row.error());
    auto definition = co_await definitions.definition(row->definition_sha256);
    if (!definition)
        co_return std::unexpected(definition.error());
    auto history = co_await store.history(id);
    if (!history)
        co_return std::unexpected(history.error());
    auto state = fold(*row, **definition, *history);
    if (!state)
        co_return std::unexpected(state.error());
    co_return loaded_run{std::move(*definition), std::move(*state)};
}

} // namespace jmld::runtime
