// What a start by hand brings for something secret is shown to nobody, by whatever way it comes there.
#include "engine/run_secrets.hpp"
#include "tests/support/engine_builders.hpp"

#include <gtest/gtest.h>

namespace jmld::testing {
namespace {

using engine::value;
using engine::without_secrets;

/// `t.add` with a secret group.
const action_description& takes_a_secret()
{
    static const action_description made = [] {
        auto action = *catalogue().find("t.add");
        for (auto& one : action.parameters)
            one.secret = one.name == "group";
        return action;
    }();
    return made;
}

engine::workflow_definition workflow_of(const std::vector<a_step>& steps)
{
    auto made = *a_grant(steps);
    for (auto& step : made.steps)
        if (step.uses == "t.add")
            step.action = &takes_a_secret();
    return made;
}

value inputs() { return value::map({{"word", "hunter2"}, {"why", "new phone"}}); }
value created()
{
    return value::map({{"kind", "run_created"}, {"context", value::map({{"event", value()}, {"inputs", inputs()}})}});
}
value shown_inputs_of(const engine::workflow_definition& definition)
{
    return without_secrets(definition, created())["context"]["inputs"];
}

const value only_the_reason = value::map({{"word", "***"}, {"why", "new phone"}});
const value nothing = value::map({{"word", "***"}, {"why", "***"}});

TEST(RunSecrets, WhatASecretParameterReadsIsNotShown)
{
    EXPECT_EQ(shown_inputs_of(*a_grant({a_step("a", "t.add").taking("group", "${{ inputs.word }}")})), inputs());
    EXPECT_EQ(shown_inputs_of(workflow_of({a_step("a", "t.add").taking("group", "${{ inputs.word }}")})),
              only_the_reason);
    EXPECT_EQ(shown_inputs_of(workflow_of({a_step("a", "t.mail").taking("what", "${{ inputs.word }}")})), inputs())
        << "no step that takes a secret reads it";
}

TEST(RunSecrets, VariablesAreFollowed)
{
    auto definition = workflow_of({a_step("a", "t.add").taking("group", "${{ vars.said }}")});
    definition.vars = {{"given", template_of("${{ inputs.word }}")}, {"said", template_of("so: ${{ vars.given }}")}};
    EXPECT_EQ(shown_inputs_of(definition), only_the_reason);
    definition.vars[1].second = template_of("nothing");
    EXPECT_EQ(shown_inputs_of(definition), inputs());
    definition = workflow_of({a_step("a", "t.add").taking("group", "${{ vars }}")});
    definition.vars = {{"given", template_of("${{ inputs.word }}")}};
    EXPECT_EQ(shown_inputs_of(definition), only_the_reason);
}

TEST(RunSecrets, AllInputsAtOnceAreAllOfThem)
{
    EXPECT_EQ(shown_inputs_of(workflow_of({a_step("a", "t.add").taking("group", "${{ inputs }}")})), nothing);
}

TEST(RunSecrets, ItemsAreOfTheirList)
{
    EXPECT_EQ(
        shown_inputs_of(workflow_of({a_step("a", "t.add").for_each("inputs.word").taking("group", "${{ item }}")})),
        only_the_reason);
}

TEST(RunSecrets, WhatUndoesAStepMayTakeASecretToo)
{
    auto definition = workflow_of({a_step("a", "t.mail").undone_by("t.add", "${{ inputs.word }}")});
    definition.steps[0].undo->action = &takes_a_secret();
    EXPECT_EQ(shown_inputs_of(definition), only_the_reason);
}

TEST(RunSecrets, WhatIsHandedToAnotherRunMayBeSecretThere)
{
    const auto handing =
        workflow_of({a_step("a", "core.run").taking("workflow", "other").taking("inputs", "${{ inputs.word }}")});
    EXPECT_EQ(shown_inputs_of(handing), only_the_reason);
    const auto sent = value::map({{"workflow", "other"}, {"inputs", value::map({{"password", "hunter2"}})}});
    EXPECT_EQ(engine::shown_inputs(handing, handing.steps[0], sent),
              value::map({{"workflow", "other"}, {"inputs", value::map({{"password", "***"}})}}));
    const auto plain =
        workflow_of({a_step("a", "core.run").taking("workflow", "other").taking("inputs", "${{ person.id }}")});
    EXPECT_EQ(engine::shown_inputs(plain, plain.steps[0], sent), sent);
}

TEST(RunSecrets, WhatAnotherRunAnsweredIsShownThere)
{
    const auto definition = workflow_of({a_step("a", "core.run").taking("workflow", "other")});
    const auto fact = value::map(
        {{"step", "a"},
         {"outputs", value::map({{"run", "run_2"}, {"steps", value::map({{"reset", value::map({{"url", "x"}})}})}})}});
    EXPECT_EQ(without_secrets(definition, fact)["outputs"],
              value::map({{"run", "run_2"}, {"steps", value::map({{"reset", "***"}})}}));
}

} // namespace
} // namespace jmld::testing
