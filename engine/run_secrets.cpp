// Which inputs are secret is read off the definition: those that a step with a secret parameter reads, also through
// `vars` and `for_each`, and those that it hands to a run of its own.
#include "engine/run_secrets.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace jmld::engine {

namespace {

using expression::path;

constexpr const char* mask = "***";

value masked(const value& content, const std::vector<parameter_description>& described)
{
    auto shown = content;
    for (const auto& one : described)
        if (one.secret && !content[one.name].is_null())
            shown = shown.with(one.name, mask);
    return shown;
}

value all_masked(const value& content)
{
    if (!content.is_map())
        return content.is_null() ? content : value(mask);
    auto shown = content;
    for (const auto& [name, held] : content.entries())
        if (!held.is_null())
            shown = shown.with(name, mask);
    return shown;
}

bool has_secret(const std::vector<parameter_description>& described)
{
    return std::ranges::any_of(described, &parameter_description::secret);
}

/// What expressions read in the end: paths into `vars` stand for what the variables read.
class reading
{
public:
    explicit reading(const workflow_definition& definition) : definition_(definition) {}

    void add(const std::vector<path>& reads)
    {
        for (const auto& one : reads) {
            if (one.front() == "vars")
                add_variables(one.size() > 1 ? one[1] : std::string());
            else
                paths_.insert(one);
        }
    }
    void add(const step_definition& step)
    {
        add(step.with.reads());
        if (step.for_each) // what `item` stands for
            add(step.for_each->reads());
        if (step.undo)
            add(step.undo->with.reads());
    }
    const std::set<path>& paths() const { return paths_; }

private:
    /// Empty: all of them.
    void add_variables(const std::string& name)
    {
        for (const auto& [variable, content] : definition_.vars)
            if ((name.empty() || variable == name) && variables_.insert(variable).second)
                add(content.reads());
    }

    const workflow_definition& definition_;
    std::set<path> paths_;
    std::set<std::string> variables_;
};

/// A run that is a step may do anything with what it is handed.
bool takes_secrets(const step_definition& step)
{
    return step.kind() == step_kind::run || (step.action != nullptr && has_secret(step.action->parameters)) ||
           (step.undo && step.undo->action != nullptr && has_secret(step.undo->action->parameters));
}

bool may_be_secret(const workflow_definition& definition, const path& read)
{
    if (read.front() == "inputs")
        return true;
    if (read.front() != "steps" || read.size() < 2)
        return read.front() == "steps";
    const auto* from = definition.find(read[1]);
    return from != nullptr &&
           (from->kind() == step_kind::run || (from->action != nullptr && has_secret(from->action->outputs)));
}

value without_secret_inputs(const workflow_definition& definition, const value& context)
{
    const auto& brought = context["inputs"];
    if (!brought.is_map())
        return context;
    reading read(definition);
    for (const auto& step : definition.steps)
        if (takes_secrets(step))
            read.add(step);
    auto shown = brought;
    for (const auto& one : read.paths()) {
        if (one.front() != "inputs")
            continue;
        if (one.size() == 1)
            return context.with("inputs", all_masked(brought));
        if (!brought[one[1]].is_null())
            shown = shown.with(one[1], mask);
    }
    return context.with("inputs", std::move(shown));
}

} // namespace

value shown_inputs(const workflow_definition& definition, const step_definition& step, const value& inputs)
{
    if (step.action != nullptr)
        return masked(inputs, step.action->parameters);
    if (step.kind() != step_kind::run || inputs["inputs"].is_null())
        return inputs;
    reading read(definition);
    read.add(step);
    const bool doubtful =
        std::ranges::any_of(read.paths(), [&](const path& one) { return may_be_secret(definition, one); });
    return doubtful ? inputs.with("inputs", all_masked(inputs["inputs"])) : inputs;
}

value shown_outputs(const step_definition& step, const value& outputs)
{
    if (step.action != nullptr)
        return masked(outputs, step.action->outputs);
    if (step.kind() == step_kind::run && !outputs["steps"].is_null())
        return outputs.with("steps", all_masked(outputs["steps"]));
    return outputs;
}

value without_secrets(const workflow_definition& definition, const value& fact)
{
    if (const auto& context = fact["context"]; context.is_map())
        return fact.with("context", without_secret_inputs(definition, context));
    const auto id = fact["step"].text_or();
    const auto* step = definition.find(id.substr(0, id.find('.'))); // a child is of the kind of its step
    if (step == nullptr)
        return fact;
    auto shown = fact;
    if (const auto& inputs = fact["inputs"]; inputs.is_map())
        shown = shown.with("inputs", shown_inputs(definition, *step, inputs));
    if (const auto& outputs = fact["outputs"]; outputs.is_map())
        shown = shown.with("outputs", shown_outputs(*step, outputs));
    return shown;
}

} // namespace jmld::engine
