// The way of a set of files: each is read and checked by itself, then what only the set can say (names and events used
// twice). One mistake anywhere refuses the whole set.
#include "workflows/loading/loader.hpp"

#include "engine/digest.hpp"
#include "workflows/loading/draft.hpp"
#include "workflows/loading/keys.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

namespace jmld::workflows::loading {
namespace {

/// A file of the set while the set is being checked. The draft points into the tree.
struct loading_file
{
    report problems;
    yaml::node root;
    workflow_draft draft;
};

void read_file(loading_file& file, const engine::action_catalogue& catalogue, const load_options& options)
{
    reading in{file.problems, catalogue, options};
    auto parsed = yaml::parse(file.problems.text());
    if (!parsed) {
        file.problems.error(parsed.error().where, parsed.error().what, parsed.error().length);
        return;
    }
    file.root = std::move(*parsed);
    if (!check_keys(file.problems, file.root, "a workflow", workflow_keys()))
        return;
    read_head(in, file.root, file.draft);
    read_steps(in, file.root, file.draft);
    order_steps(in, file.draft);
    check_types(in, file.draft);
    check_saga(in, file.draft);
}

/// Places of scalars under trigger.event, one for each type.
std::vector<const yaml::node*> trigger_scalars(const workflow_draft& draft)
{
    std::vector<const yaml::node*> scalars;
    if (draft.trigger_event == nullptr)
        return scalars;
    if (!draft.trigger_event->is_list())
        return {draft.trigger_event};
    for (const yaml::node& item : draft.trigger_event->items)
        scalars.push_back(&item);
    return scalars;
}

struct first_use
{
    const loading_file* file;
    yaml::place where;
};

void check_names(std::vector<std::unique_ptr<loading_file>>& files)
{
    std::map<std::string, first_use> names;
    for (const auto& file : files) {
        if (file->draft.definition.name.empty())
            continue;
        const yaml::node& name = file->draft.name->content;
        const auto [first, fresh] = names.try_emplace(file->draft.definition.name, first_use{file.get(), name.where});
        if (!fresh)
            file->problems.error(name, fmt::format("the name '{}' is taken by the workflow at {}", name.text,
                                                   first->second.file->problems.spell(first->second.where)));
    }
}

void check_events(std::vector<std::unique_ptr<loading_file>>& files)
{
    std::map<std::string, first_use> events;
    for (const auto& file : files)
        for (const yaml::node* scalar : trigger_scalars(file->draft)) {
            const auto [first, fresh] = events.try_emplace(scalar->text, first_use{file.get(), scalar->where});
            if (!fresh && first->second.file != file.get())
                file->problems.error(*scalar,
                                     fmt::format("'{}' starts the workflow '{}' already, at {}; an event starts one "
                                                 "workflow",
                                                 scalar->text, first->second.file->draft.definition.name,
                                                 first->second.file->problems.spell(first->second.where)));
        }
}

void check_set(std::vector<std::unique_ptr<loading_file>>& files)
{
    std::vector<std::pair<report*, const workflow_draft*>> set;
    for (const auto& file : files)
        set.emplace_back(&file->problems, &file->draft);
    check_children(set);
}

engine::definition_pointer finish(loading_file& file)
{
    auto definition = std::make_shared<engine::workflow_definition>(std::move(file.draft.definition));
    definition->text = file.problems.text();
    definition->sha256 = digest::sha256_hex(definition->text);
    for (step_draft& step : file.draft.steps)
        definition->steps.push_back(std::move(step.step));
    return definition;
}

} // namespace

load_result load_workflows(const std::vector<named_text>& files, const engine::action_catalogue& catalogue,
                           const load_options& options)
{
    std::vector<std::unique_ptr<loading_file>> loading;
    for (const named_text& file : files) {
        loading.push_back(std::make_unique<loading_file>(loading_file{report(file.file, file.text), {}, {}}));
        read_file(*loading.back(), catalogue, options);
    }
    check_names(loading);
    check_events(loading);
    if (!options.alone)
        check_set(loading);

    load_result loaded;
    loaded.ok = true;
    for (const auto& file : loading) {
        loaded.ok = loaded.ok && file->problems.good();
        for (std::string& message : file->problems.messages())
            loaded.messages.push_back(std::move(message));
    }
    if (loaded.ok)
        for (const auto& file : loading)
            loaded.workflows.push_back(finish(*file));
    return loaded;
}

} // namespace jmld::workflows::loading
