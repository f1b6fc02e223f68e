// The person's record is written again unchanged with the new run: a decision that looked at the person meanwhile looks
// again, and so does this.
#include "daemon/people/starting.hpp"

#include "engine/expression/expression.hpp"
#include "engine/planning.hpp"
#include "workflows/people/correlate.hpp"
#include "workflows/people/decide.hpp"

#include <algorithm>

namespace jmld::daemon {

using engine::value;

namespace {

constexpr int tries_max = 5;

runtime::priority urgency_of(engine::direction dir)
{
    switch (dir) {
    case engine::direction::revoke:
        return runtime::priority::leaver;
    case engine::direction::change:
        return runtime::priority::mover;
    case engine::direction::grant:
        return runtime::priority::joiner;
    }
    return runtime::priority::joiner;
}

bool fits(engine::parameter_type type, const value& given)
{
    switch (type) {
    case engine::parameter_type::boolean:
        return given.if_bool() != nullptr;
    case engine::parameter_type::integer:
        return given.if_integer() != nullptr;
    case engine::parameter_type::list:
        return given.is_list();
    case engine::parameter_type::map:
        return given.is_map();
    case engine::parameter_type::text:
    case engine::parameter_type::duration:
    case engine::parameter_type::timestamp:
        return given.is_text();
    case engine::parameter_type::any:
    case engine::parameter_type::user:
    case engine::parameter_type::group:
    case engine::parameter_type::app:
    case engine::parameter_type::role:
    case engine::parameter_type::factor:
        return true;
    }
    return true;
}

// Texts that stand for something with a kind of its own become that.
result<value> as_declared(const engine::input_description& input, const value& given)
{
    if (!fits(input.type, given))
        return failure(errc::invalid_input,
                       "/input/" + input.name + ": must be a " + std::string(engine::to_text(input.type)));
    if (input.type == engine::parameter_type::timestamp) {
        const auto at = parse_rfc3339(given.text_or());
        return at ? result<value>(value(*at))
                  : failure(errc::invalid_input, "/input/" + input.name + ": an RFC 3339 instant is accepted");
    }
    if (input.type == engine::parameter_type::duration) {
        const auto length = parse_duration(given.text_or());
        return length ? result<value>(value(*length))
                      : failure(errc::invalid_input, "/input/" + input.name + ": a duration with a unit is accepted");
    }
    return given;
}

const workflows::known_event* last_of(const loaded_person& person, const std::vector<std::string>& types)
{
    const workflows::known_event* last = nullptr;
    for (const auto& event : person.state.events) {
        const bool wanted = types.empty() || std::find(types.begin(), types.end(), event.event.type) != types.end();
        if (wanted && (last == nullptr || workflows::entered(event) >= workflows::entered(*last)))
            last = &event;
    }
    return last;
}

} // namespace

runtime::awaitable_result<runtime::person_row> find_person(runtime::journal& store, std::string key)
{
    auto row = co_await store.person(person_key{key});
    if (row || row.error().code != errc::not_found)
        co_return row;
    for (const auto member : {&workflows::worker::id, &workflows::worker::universal_id}) {
        workflows::canonical_event named;
        named.subject.*member = key;
        auto known = co_await store.find_person(workflows::identity_digests(named));
        if (known || known.error().code != errc::not_found)
            co_return known;
    }
    co_return failure(errc::not_found, "nobody is known by this key, worker id or universal id");
}

runtime::awaitable_result<person_key> key_of_person(runtime::journal& store, std::string named)
{
    auto row = co_await find_person(store, named);
    if (row)
        co_return std::move(row->key);
    if (row.error().code != errc::not_found)
        co_return std::unexpected(row.error());
    co_return person_key{std::move(named)};
}

result<value> inputs_for(const engine::workflow_definition& definition, const value& given)
{
    if (!given.is_null() && !given.is_map())
        return failure(errc::invalid_input, "/input: must be an object");
    std::vector<std::string> names;
    auto all = value::map({});
    for (const auto& input : definition.inputs) {
        names.push_back(input.name);
        const auto& said = given[input.name];
        if (said.is_null() && input.required && input.otherwise.is_null())
            return failure(errc::invalid_input, "/input/" + input.name + ": missing", input.description);
        const auto read = said.is_null() ? result<value>(input.otherwise) : as_declared(input, said);
        if (!read)
            return read;
        all = all.with(input.name, *read);
    }
    for (const auto& [name, content] : given.entries()) {
        if (std::find(names.begin(), names.end(), name) != names.end())
            continue;
        const auto near = engine::expression::suggest(name, names);
        return failure(errc::invalid_input, "/input/" + name + ": the workflow '" + definition.name +
                                                "' has no such input" +
                                                (near.empty() ? std::string() : "; did you mean '" + near + "'?"));
    }
    return all;
}

value context_for(const engine::workflow_definition& definition, const loaded_person& person,
                  const workflows::policy& rules, const value& inputs)
{
    const auto& believed = person.state.record.believed;
    workflows::canonical_event meant;
    if (const auto* last = last_of(person, definition.trigger.events))
        meant = last->event;
    else if (const auto* any = last_of(person, {}))
        meant = any->event;
    else
        meant.subject = believed;
    if (!definition.trigger.events.empty() && meant.type.empty())
        meant.type = definition.trigger.events.front();
    return value::map({{"event", workflows::event_for_expressions(meant, rules, believed)},
                       {"policy", workflows::to_value(rules)},
                       {"inputs", inputs}});
}

runtime::awaitable_result<hand_starter::prepared> hand_starter::prepare(hand_start what)
{
    prepared ready;
    ready.rules = ports_.rules.current;
    ready.definition = ready.rules->find(what.workflow);
    if (!ready.definition)
        co_return failure(errc::not_found, "/workflow: there is no such workflow in force", "see /v1/workflows");
    auto row = co_await find_person(ports_.store, what.subject);
    if (!row)
        co_return std::unexpected(row.error());
    auto person = co_await load_person(ports_.store, std::move(*row));
    if (!person)
        co_return std::unexpected(person.error());
    ready.person = std::move(*person);
    const auto inputs = inputs_for(*ready.definition, what.input);
    if (!inputs)
        co_return std::unexpected(inputs.error());
    ready.context = context_for(*ready.definition, ready.person, ready.rules->policy, *inputs);
    co_return ready;
}

runtime::awaitable_result<runtime::run_row> hand_starter::try_start(hand_start what)
{
    auto ready = co_await prepare(what);
    if (!ready)
        co_return std::unexpected(ready.error());
    const auto now = ports_.time.now();
    runtime::new_run fresh;
    fresh.id = make_id<run_id>("run", now, ports_.random);
    fresh.definition = ready->definition;
    fresh.subject = ready->person.row.key;
    fresh.urgency = urgency_of(ready->definition->dir);
    fresh.context = ready->context;
    fresh.by = what.by;
    fresh.begin_at = what.at;
    auto append = ports_.runs.prepare(fresh);
    const auto row = append.row;
    runtime::transaction work;
    work.runs.push_back(std::move(append));
    work.definitions.push_back({ready->definition->sha256, ready->definition->name, ready->definition->text});
    work.people.push_back(ready->person.row);
    work.audit.push_back({now, what.by, "run.start", "run " + row.id.text + " of " + row.workflow, what.reason});
    auto committed = co_await ports_.store.commit(std::move(work));
    if (!committed)
        co_return std::unexpected(committed.error());
    ports_.runs.admit(row);
    co_return row;
}

runtime::awaitable_result<runtime::run_row> hand_starter::start(hand_start what)
{
    auto started = co_await try_start(what);
    for (int tried = 1; tried < tries_max && !started && started.error().code == errc::conflict; ++tried)
        started = co_await try_start(what);
    co_return started;
}

runtime::awaitable_result<value> hand_starter::foresee(hand_start what)
{
    auto ready = co_await prepare(std::move(what));
    if (!ready)
        co_return std::unexpected(ready.error());
    runtime::subject_request request;
    request.subject = ready->person.row.key;
    request.workflow = ready->definition->name;
    request.dir = ready->definition->dir;
    request.event = ready->context["event"];
    request.policy = ready->context["policy"];
    auto read = co_await ports_.subjects.read(std::move(request));
    if (const auto* failed = std::get_if<engine::attempt_failed>(&read))
        co_return failure(errc::unavailable, "the person cannot be read: " + failed->detail);
    const auto& view = std::get<runtime::subject_view>(read);
    engine::value_list unknown(view.unknown_names.begin(), view.unknown_names.end());
    co_return value::map(
        {{"workflow", ready->definition->name},
         {"definition", ready->definition->sha256},
         {"subject", ready->person.row.key.text},
         {"steps", engine::planned_steps(*ready->definition, ready->context, view.person, view.access)},
         {"unknown_names", value(std::move(unknown))}});
}

} // namespace jmld::daemon
