// The steps of a workflow file: each key of each step, with the roots that its expressions may read. Order and the
// rules of a saga are looked at afterwards, when all steps are known.
#include "workflows/loading/core_actions.hpp"
#include "workflows/loading/draft.hpp"
#include "workflows/loading/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace jmld::workflows::loading {
namespace {

using engine::expression::shape;

struct step_defaults
{
    engine::retry_policy retry;
    duration timeout{30'000};
    std::optional<duration> deadline;
    engine::on_exhausted exhausted = engine::on_exhausted::rollback;
    std::map<std::string, engine::retry_policy> named; ///< under `retries`
};

void read_named_policies(reading& in, const yaml::node& map, step_defaults& into)
{
    if (!map.is_map()) {
        in.problems.error(map, "retries is a map of names to retry policies: 'patient: { max_attempts: 20 }'");
        return;
    }
    for (const yaml::node::entry& entry : map.entries) {
        if (!is_identifier(entry.key))
            in.problems.error_at_key(entry, fmt::format("'{}' is no name for a policy", entry.key));
        auto policy = into.retry; // what it does not say is as for all steps
        read_retry(in, entry.content, policy);
        into.named.emplace(entry.key, policy);
    }
}

step_defaults read_defaults(reading& in, const yaml::node& root)
{
    step_defaults defaults;
    const yaml::node* map = root.find("defaults");
    if (map == nullptr || !check_keys(in.problems, *map, "defaults", defaults_keys()))
        return defaults;
    if (const yaml::node* retry = map->find("retry"))
        read_retry(in, *retry, defaults.retry);
    if (const yaml::node* named = map->find("retries"))
        read_named_policies(in, *named, defaults);
    if (const yaml::node* timeout = map->find("timeout"))
        defaults.timeout = read_duration(in, *timeout, "timeout").value_or(defaults.timeout);
    if (const yaml::node* deadline = map->find("deadline"))
        defaults.deadline = read_duration(in, *deadline, "deadline");
    if (const yaml::node* exhausted = map->find("on_exhausted"))
        defaults.exhausted = read_on_exhausted(in, *exhausted, "on_exhausted").value_or(defaults.exhausted);
    return defaults;
}

/// `okta/users.create@v1`, as other tools would write it, is `okta.users.create`.
std::string in_our_spelling(std::string_view uses)
{
    std::string name(uses.substr(0, uses.find('@')));
    std::ranges::replace(name, '/', '.');
    std::ranges::replace(name, '-', '_');
    return name;
}

void read_uses(reading& in, step_draft& into)
{
    const yaml::node* uses = into.find("uses");
    if (uses == nullptr) {
        in.problems.error_at_key(*into.entry,
                                 fmt::format("step '{}' needs its action: 'uses: okta.users.create'", into.step.id));
        return;
    }
    if (!uses->is_scalar()) {
        in.problems.error(*uses, "uses is the name of an action: okta.users.create");
        return;
    }
    into.step.uses = uses->text;
    into.step.action = in.catalogue.find(uses->text);
    if (into.step.action != nullptr && !into.step.action->for_people.empty())
        in.problems.error(
            *uses, fmt::format("'{}' is for people, not for a step: {}", uses->text, into.step.action->for_people));
    if (into.step.action != nullptr || find_core_action(uses->text) != nullptr)
        return;
    if (in.catalogue.find(in_our_spelling(uses->text)) != nullptr)
        in.problems.error(
            *uses, fmt::format("unknown action '{}'; did you mean '{}'?", uses->text, in_our_spelling(uses->text)));
    else
        in.problems.error(*uses, fmt::format("unknown action '{}'{}", uses->text,
                                             suggestion(uses->text, action_names(in.catalogue))));
}

/// `create_user`, or `{create_user: failed}`.
void read_need(reading& in, const yaml::node& node, step_draft& into)
{
    if (node.is_scalar()) {
        into.needs.push_back({node.text, &node, std::nullopt});
        return;
    }
    if (!node.is_map()) {
        in.problems.error(node, "needs names steps: 'needs: [create_user]' or 'needs: { mail: failed }'");
        return;
    }
    for (const yaml::node::entry& entry : node.entries) {
        const auto wanted = entry.content.is_scalar() ? engine::parse_need_result(entry.content.text) : std::nullopt;
        if (!wanted)
            in.problems.error(entry.content, "how a step must have ended is succeeded, failed, skipped or done");
        into.needs.push_back({entry.key, &entry.content, wanted});
    }
}

void read_needs(reading& in, step_draft& into)
{
    const yaml::node* needs = into.find("needs");
    if (needs == nullptr)
        return;
    if (needs->is_list())
        for (const yaml::node& item : needs->items)
            read_need(in, item, into);
    else
        read_need(in, *needs, into);
}

/// `on_timeout` of a step that makes attempts: what its deadline does, where that is not what exhausted attempts do.
void read_on_timeout(reading& in, step_draft& into)
{
    into.on_timeout_given = into.find("on_timeout");
    if (into.on_timeout_given == nullptr || into.step.kind() == engine::step_kind::approval)
        return;
    into.step.late = read_on_exhausted(in, *into.on_timeout_given, "on_timeout");
    if (!into.step.deadline)
        in.problems.error(*into.on_timeout_given, "on_timeout says what follows when the 'deadline' has passed; this "
                                                  "step has none");
}

void read_flags(reading& in, step_draft& into)
{
    if (const yaml::node* pivot = into.find("pivot")) {
        const std::optional<bool> flag = yaml::as_bool(*pivot);
        if (!flag)
            in.problems.error(*pivot, "pivot is true or false");
        into.step.pivot = flag.value_or(false);
    }
    into.compensate_given = into.find("compensate");
    if (const yaml::node* compensate = into.compensate_given; compensate != nullptr && compensate->text == "none")
        into.step.compensate = engine::compensation_rule::none;
    if (const yaml::node* parallel = into.find("max_parallel")) {
        const std::optional<long long> count = yaml::as_integer(*parallel);
        if (!count || *count < 1 || *count > 1000)
            in.problems.error(*parallel, "max_parallel is a whole number from 1 to 1000");
        else if (into.find("for_each") == nullptr)
            in.problems.error(*parallel, "max_parallel belongs to a step with for_each");
        else
            into.step.max_parallel = static_cast<int>(*count);
    }
}

/// A policy written here, or the name of one under `defaults.retries`.
void read_retry_choice(reading& in, const yaml::node& retry, const step_defaults& defaults, step_draft& into)
{
    if (!retry.is_scalar() || !is_identifier(retry.text)) {
        read_retry(in, retry, into.step.retry);
        return;
    }
    std::vector<std::string> names;
    for (const auto& [name, policy] : defaults.named)
        names.push_back(name);
    if (const auto found = defaults.named.find(retry.text); found != defaults.named.end())
        into.step.retry = found->second;
    else
        in.problems.error(retry, fmt::format("no retry policy '{}' under defaults.retries{}", retry.text,
                                             suggestion(retry.text, names)));
}

void read_patience(reading& in, const step_defaults& defaults, step_draft& into)
{
    into.step.retry = defaults.retry;
    into.step.timeout = defaults.timeout;
    into.step.exhausted = defaults.exhausted;
    if (const yaml::node* retry = into.find("retry"))
        read_retry_choice(in, *retry, defaults, into);
    const bool waits = into.step.kind() == engine::step_kind::approval; // its timeout is a parameter of its own
    if (const yaml::node* timeout = into.find("timeout"); timeout != nullptr && !waits)
        into.step.timeout = read_duration(in, *timeout, "timeout").value_or(defaults.timeout);
    const bool calls = into.step.kind() == engine::step_kind::action;
    if (const yaml::node* deadline = into.find("deadline"))
        into.step.deadline = read_duration(in, *deadline, "deadline");
    else if (calls)
        into.step.deadline = defaults.deadline;
    read_on_timeout(in, into);
    into.on_exhausted_given = into.find("on_exhausted");
    if (into.on_exhausted_given != nullptr)
        into.step.exhausted =
            read_on_exhausted(in, *into.on_exhausted_given, "on_exhausted").value_or(defaults.exhausted);
}

std::optional<engine::expression::program> read_step_program(reading& in, const yaml::node* scalar, const shape& roots,
                                                             step_draft& into)
{
    if (scalar == nullptr)
        return std::nullopt;
    auto compiled = read_program(in, *scalar, roots);
    if (compiled)
        for (const engine::expression::path& path : compiled->reads())
            into.reads.push_back({path, scalar, false});
    return compiled;
}

/// `item`, as far as the expression under for_each is one plain path: `access.groups.add`.
shape item_shape(const engine::expression::program& list, const shape& roots)
{
    if (list.reads().size() != 1)
        return shape::any();
    const engine::expression::path& only = list.reads().front();
    const std::string_view text = list.text();
    const std::string written = joined(only, ".");
    const std::size_t at = text.find(written);
    const bool alone = at != std::string_view::npos &&
                       std::string(text).erase(at, written.size()).find_first_not_of(" \t\r\n${}") == std::string::npos;
    return alone ? element_of(at_path(roots, only)) : shape::any();
}

std::vector<std::string> own_names(const step_draft& step)
{
    std::vector<std::string> names;
    if (const yaml::node* outputs = step.find("outputs"))
        for (const yaml::node::entry& entry : outputs->entries)
            names.push_back(entry.key);
    return names;
}

shape roots_for(const reading& in, const workflow_draft& draft)
{
    const known_roots& known = in.options.roots;
    std::map<std::string, shape> steps;
    for (const step_draft& step : draft.steps)
        steps.emplace(step.step.id, step_shape(step.step, own_names(step), step.find("for_each") != nullptr));
    std::map<std::string, shape> vars;
    for (const std::string& name : draft.var_names)
        vars.emplace(name, shape::any());
    return shape::closed({{"event", known.event},
                          {"person", known.person},
                          {"access", known.access},
                          {"policy", known.policy},
                          {"run", known.run},
                          {"inputs", input_shape(draft)},
                          {"vars", shape::closed(std::move(vars))},
                          {"steps", shape::closed(std::move(steps))},
                          {"item", shape::any()}});
}

void read_expressions(reading& in, const shape& roots, step_draft& into)
{
    if (const yaml::node* list = into.find("for_each"); list != nullptr && list->is_list())
        in.problems.error(*list,
                          "for_each is an expression that gives a list; write '${{ [\"a\", \"b\"] }}' in quotes");
    else
        into.step.for_each = read_step_program(in, list, roots, into);
    into.step.condition = read_step_program(in, into.find("if"), roots, into);
    shape with_roots = roots;
    if (into.step.for_each)
        with_roots.members["item"] = item_shape(*into.step.for_each, roots);
    if (into.step.action == nullptr)
        read_core(in, with_roots, into);
    else
        read_with(in, with_roots, into);
    read_outputs(in, with_roots, into);
    read_undo(in, with_roots, into);
    for (const path_read& read : into.reads) {
        if (read.path.empty() || read.path.front() != "item" || (read.item_allowed && into.find("for_each") != nullptr))
            continue;
        in.problems.error_in(*read.scalar, "item",
                             "'item' can be read only under 'with' and 'outputs' of a step that has for_each");
    }
}

void read_one(reading& in, const yaml::node::entry& entry, const step_defaults& defaults, step_draft& into)
{
    into.entry = &entry;
    into.step.id = entry.key;
    if (!is_identifier(entry.key))
        in.problems.error_at_key(entry,
                                 fmt::format("'{}' is no name for a step; names are letters, digits and _, so that "
                                             "expressions can read steps.NAME.outputs",
                                             entry.key));
    if (!check_keys(in.problems, entry.content, "a step", step_keys()))
        return;
    read_uses(in, into);
    read_needs(in, into);
    read_flags(in, into);
    read_patience(in, defaults, into);
}

/// Steps under `finally` cannot change how the run ends, so what says how a failure is met means nothing there.
void read_last(reading& in, const yaml::node::entry& entry, const step_defaults& defaults, const workflow_draft& draft,
               step_draft& into)
{
    into.step.at_end = true;
    read_one(in, entry, defaults, into);
    const auto namesake = std::ranges::find(draft.steps, entry.key, [](const step_draft& one) { return one.step.id; });
    if (namesake != draft.steps.end() && &*namesake != &into)
        in.problems.error_at_key(entry, fmt::format("there is a step '{}' already", entry.key));
    for (const std::string_view key : {"on_exhausted", "on_timeout", "pivot", "compensate"})
        if (const yaml::node* given = into.find(key))
            in.problems.error(*given, fmt::format("a step under finally does not change how the run ends, and is not "
                                                  "undone; leave '{}' out",
                                                  key));
    if (find_core_action(into.step.uses) != nullptr)
        in.problems.error(*into.find("uses"), fmt::format("finally takes actions only, not {}", into.step.uses));
}

} // namespace

std::vector<std::string> action_names(const engine::action_catalogue& catalogue)
{
    std::vector<std::string> names;
    for (const engine::action_description* action : catalogue.all())
        if (action->for_people.empty())
            names.push_back(action->name);
    for (const core_action& own : core_actions())
        names.emplace_back(own.name);
    return names;
}

void read_steps(reading& in, const yaml::node& root, workflow_draft& into)
{
    constexpr std::size_t steps_max = 500;
    const step_defaults defaults = read_defaults(in, root);
    const yaml::node* steps = root.find("steps");
    if (steps == nullptr || !steps->is_map() || steps->entries.empty()) {
        in.problems.error(steps == nullptr ? root.where : steps->where,
                          "a workflow needs steps: a map of step names to steps");
        return;
    }
    if (steps->entries.size() > steps_max) {
        in.problems.error(steps->where,
                          fmt::format("{} steps; at most {} are accepted", steps->entries.size(), steps_max));
        return;
    }
    const yaml::node* last = root.find("finally");
    if (last != nullptr && !last->is_map()) {
        in.problems.error(*last, "finally is a map of step names to steps");
        last = nullptr;
    }
    into.steps.resize(steps->entries.size() + (last != nullptr ? last->entries.size() : 0));
    for (std::size_t i = 0; i < steps->entries.size(); ++i)
        read_one(in, steps->entries[i], defaults, into.steps[i]);
    for (std::size_t i = steps->entries.size(); i < into.steps.size(); ++i)
        read_last(in, last->entries[i - steps->entries.size()], defaults, into, into.steps[i]);
    const shape roots = roots_for(in, into);
    for (step_draft& step : into.steps)
        if (step.entry->content.is_map())
            read_expressions(in, roots, step);
}

} // namespace jmld::workflows::loading
