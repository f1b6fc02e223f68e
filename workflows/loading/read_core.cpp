// Steps of the engine's own: core.wait, core.approval, core.run, core.fail. What stands in one that has no meaning
// there is a mistake, not a decoration.
#include "workflows/loading/core_actions.hpp"
#include "workflows/loading/draft.hpp"

#include <fmt/format.h>

namespace jmld::workflows::loading {

using engine::expression::shape;
using engine::expression::value_template;

namespace {

using entry_list = std::vector<std::pair<std::string, value_template>>;

const yaml::node* parameter(const step_draft& step, std::string_view name)
{
    const yaml::node* with = step.find("with");
    return with != nullptr ? with->find(name) : nullptr;
}

void check_wait(reading& in, const step_draft& step)
{
    const bool until = parameter(step, "until") != nullptr;
    const bool length = parameter(step, "for") != nullptr;
    if (until == length)
        in.problems.error(*step.find("uses"),
                          until ? "core.wait takes 'until' or 'for', not both"
                                : "core.wait needs 'until: <instant or date>' or 'for: <length of time>'");
}

/// One of the two places where it may stand; both is a mistake.
const yaml::node* one_of_two(reading& in, const step_draft& step, std::string_view key)
{
    const yaml::node* beside = step.find(key);
    const yaml::node* within = parameter(step, key);
    if (beside != nullptr && within != nullptr)
        in.problems.error(*beside, fmt::format("'{}' stands under 'with' too; once is enough", key));
    return beside != nullptr ? beside : within;
}

void check_approval(reading& in, step_draft& step, entry_list& more)
{
    const yaml::node* beside = step.find("timeout");
    if (beside != nullptr)
        if (const auto length = read_duration(in, *beside, "timeout"))
            more.emplace_back("timeout", value_template::literal(engine::value(*length)));
    const yaml::node* timeout = one_of_two(in, step, "timeout");
    const yaml::node* choice = one_of_two(in, step, "on_timeout");
    if (choice == nullptr)
        return;
    const auto known = choice->is_scalar() ? engine::parse_undecided(choice->text) : std::nullopt;
    if (!known)
        in.problems.error(*choice, "on_timeout of an approval is deny, approve or escalate");
    else if (timeout == nullptr)
        in.problems.error(*choice, "on_timeout says what follows after 'timeout', which is not given");
    step.step.when_undecided = known.value_or(engine::undecided::deny);
}

void check_required(reading& in, const step_draft& step)
{
    const yaml::node* required = parameter(step, "required");
    const auto count = required != nullptr ? yaml::as_integer(*required) : std::nullopt;
    const yaml::node* approvers = parameter(step, "approvers");
    if (count && *count < 1)
        in.problems.error(*required, "at least 1 approval is required");
    if (count && approvers != nullptr && approvers->is_list() &&
        *count > static_cast<long long>(approvers->items.size()))
        in.problems.error(*required, fmt::format("{} approvals are required, and there are {} approvers", *count,
                                                 approvers->items.size()));
}

void check_run(reading& in, const step_draft& step)
{
    const yaml::node* workflow = parameter(step, "workflow");
    if (workflow != nullptr && has_expression(workflow->text))
        in.problems.error(*workflow,
                          "the workflow's name is written out, so that it can be checked before anything runs");
}

} // namespace

void read_core(reading& in, const shape& roots, step_draft& into)
{
    const core_action* row = find_core_action(into.step.uses);
    if (row == nullptr)
        return;
    for (const std::string_view key : row->without)
        if (const yaml::node* given = into.find(key))
            in.problems.error(*given, fmt::format("{} {}; leave '{}' out", row->name, row->why_without, key));
    entry_list more;
    switch (into.step.kind()) {
    case engine::step_kind::wait:
        check_wait(in, into);
        break;
    case engine::step_kind::approval:
        check_approval(in, into, more);
        check_required(in, into);
        break;
    case engine::step_kind::run:
        check_run(in, into);
        break;
    case engine::step_kind::fail:
    case engine::step_kind::action:
        break;
    }
    read_parameters(in, row->parameters, roots, into, std::move(more));
}

} // namespace jmld::workflows::loading
