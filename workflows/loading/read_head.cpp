// The head of a workflow file: name, trigger, direction, vars. Steps are read elsewhere.
#include "workflows/events/canonical_event.hpp"
#include "workflows/loading/draft.hpp"
#include "workflows/loading/keys.hpp"
#include "workflows/people/containment.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::workflows::loading {
namespace {

using engine::expression::shape;

std::vector<std::string> event_types()
{
    const auto& types = canonical_types();
    return {types.begin(), types.end()};
}

bool is_workflow_name(std::string_view name)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    return !name.empty() && name.size() <= 64 && name.front() >= 'a' && name.front() <= 'z' &&
           std::ranges::all_of(name, fits);
}

void read_name(reading& in, const yaml::node& root, workflow_draft& into)
{
    const auto entry = std::ranges::find(root.entries, "name", &yaml::node::entry::key);
    if (entry == root.entries.end()) {
        in.problems.error(root.where, "a workflow needs a name: 'name: joiner'");
        return;
    }
    into.name = *entry;
    if (entry->content.is_scalar() && is_workflow_name(entry->content.text))
        into.definition.name = entry->content.text;
    else
        in.problems.error(entry->content,
                          "name is a word of lower-case letters, digits, - and _ that begins with a letter, "
                          "at most 64 characters");
}

void read_direction(reading& in, const yaml::node& root, workflow_draft& into)
{
    const yaml::node* node = root.find("direction");
    if (node == nullptr) {
        in.problems.error(root.where,
                          "a workflow needs its direction: grant, change or revoke; it decides whether a failure is "
                          "undone");
        return;
    }
    if (node->text == "grant")
        into.definition.dir = engine::direction::grant;
    else if (node->text == "change")
        into.definition.dir = engine::direction::change;
    else if (node->text == "revoke")
        into.definition.dir = engine::direction::revoke;
    else
        in.problems.error(*node, fmt::format("direction is grant, change or revoke{}",
                                             node->is_scalar() ? fmt::format(", not '{}'", node->text) : ""));
}

void read_event_type(reading& in, const yaml::node& scalar, workflow_draft& into)
{
    if (!scalar.is_scalar() || !is_canonical_type(scalar.text)) {
        in.problems.error(scalar, scalar.is_scalar() ? fmt::format("unknown event type '{}'{}", scalar.text,
                                                                   suggestion(scalar.text, event_types()))
                                                     : std::string("an event type is a text: worker.hired"));
        return;
    }
    auto& events = into.definition.trigger.events;
    if (std::ranges::find(events, scalar.text) != events.end())
        in.problems.error(scalar, fmt::format("'{}' stands twice", scalar.text));
    else
        events.push_back(scalar.text);
}

void read_trigger(reading& in, const yaml::node& root, workflow_draft& into)
{
    const yaml::node* trigger = root.find("trigger");
    if (trigger == nullptr) {
        // The end of policy.retention starts the one, a second account of somebody who leaves the other.
        if (into.definition.name != workflow_of_retention && into.definition.name != workflow_of_containment)
            in.problems.warning(root.where, "no trigger: this workflow is only started by hand");
        return;
    }
    if (!check_keys(in.problems, *trigger, "trigger", trigger_keys()))
        return;
    into.trigger_event = trigger->find("event");
    if (into.trigger_event == nullptr)
        in.problems.error(trigger->where, "a trigger needs its event: 'event: worker.hired'");
    else if (into.trigger_event->is_list() && !into.trigger_event->items.empty())
        for (const yaml::node& item : into.trigger_event->items)
            read_event_type(in, item, into);
    else
        read_event_type(in, *into.trigger_event, into);
    // Nobody has been looked up yet when this is evaluated: only the event and the policy are known.
    const shape roots = shape::closed({{"event", in.options.roots.event}, {"policy", in.options.roots.policy}});
    if (const yaml::node* at = trigger->find("at"))
        into.definition.trigger.at = read_program(in, *at, roots);
}

// A leaver never waits for the runs of other people.
void read_concurrency(reading& in, const yaml::node& root, workflow_draft& into)
{
    const yaml::node* given = root.find("concurrency");
    if (given == nullptr)
        return;
    const std::optional<long long> count = yaml::as_integer(*given);
    if (!count || *count < 1 || *count > 100'000)
        in.problems.error(*given,
                          "concurrency is a whole number from 1 to 100000: how many runs may go at the same time");
    else if (into.definition.dir == engine::direction::revoke)
        in.problems.error(*given,
                          "a revoke workflow has no concurrency: a leaver does not wait for the runs of others");
    else
        into.definition.concurrency = static_cast<int>(*count);
}

void read_vars(reading& in, const yaml::node& root, workflow_draft& into)
{
    const yaml::node* vars = root.find("vars");
    if (vars == nullptr)
        return;
    if (!vars->is_map()) {
        in.problems.error(*vars, "vars is a map of names to values");
        return;
    }
    const known_roots& known = in.options.roots;
    std::map<std::string, shape> earlier;
    const shape inputs = input_shape(into);
    for (const yaml::node::entry& entry : vars->entries) {
        if (!is_identifier(entry.key))
            in.problems.error_at_key(
                entry, fmt::format("'{}' is no name for a var; names are letters, digits and _", entry.key));
        const shape roots = shape::closed({{"event", known.event},
                                           {"person", known.person},
                                           {"access", known.access},
                                           {"policy", known.policy},
                                           {"run", known.run},
                                           {"inputs", inputs},
                                           {"vars", shape::closed(earlier)}});
        std::vector<path_read> reads;
        if (auto content = read_template(in, entry.content, roots, reads))
            into.definition.vars.emplace_back(entry.key, std::move(*content));
        earlier.emplace(entry.key, shape::any());
        into.var_names.push_back(entry.key);
    }
}

} // namespace

void read_head(reading& in, const yaml::node& root, workflow_draft& into)
{
    read_name(in, root, into);
    read_direction(in, root, into);
    read_trigger(in, root, into);
    read_inputs(in, root, into);
    read_concurrency(in, root, into);
    read_vars(in, root, into);
    if (const yaml::node* description = root.find("description")) {
        if (description->is_scalar())
            into.definition.description = description->text;
        else
            in.problems.error(*description, "description is a text");
    }
}

} // namespace jmld::workflows::loading
