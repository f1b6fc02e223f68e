// A workflow as boxes and arrows: what is drawn, in which layer, and that nothing in it can break out of the picture.
#include "daemon/operations/graph.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace jmld::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

engine::step_definition a_step(const std::string& id, std::vector<std::string> needs = {})
{
    engine::step_definition step;
    step.id = id;
    step.uses = "okta.users.get";
    step.needs = std::move(needs);
    return step;
}

engine::workflow_definition three_steps()
{
    engine::workflow_definition flow;
    flow.name = "joiner";
    flow.steps = {a_step("create"), a_step("groups", {"create"}), a_step("verify", {"create", "groups"})};
    flow.steps[1].pivot = true;
    return flow;
}

engine::run_state a_run()
{
    engine::run_state run;
    run.run.text = "run_1";
    run.workflow = "joiner";
    run.status = engine::run_status::running;
    const std::pair<const char*, std::size_t> steps[] = {
        {"create", 0}, {"groups", 1}, {"groups.0", 1}, {"groups.1", 1}, {"verify", 2}};
    for (const auto& [id, definition] : steps) {
        engine::step_record step;
        step.id = id;
        step.definition = definition;
        step.expanded = step.id == "groups";
        step.child = step.id.starts_with("groups.");
        run.steps.push_back(step);
    }
    run.steps[0].status = engine::step_status::succeeded;
    run.steps[0].attempts.resize(3);
    run.steps[2].status = engine::step_status::compensated;
    return run;
}

TEST(Graph, ALayerIsTheLongestWayToIt)
{
    const auto drawn = graph_of(three_steps());
    ASSERT_EQ(drawn.nodes.size(), 3U);
    EXPECT_EQ(drawn.nodes[0].depth, 0);
    EXPECT_EQ(drawn.nodes[1].depth, 1);
    EXPECT_EQ(drawn.nodes[2].depth, 2);
    EXPECT_TRUE(drawn.nodes[1].pivot);
    EXPECT_EQ(drawn.arrows.size(), 3U);
    EXPECT_TRUE(to_value(drawn)["nodes"].items()[0]["state"].is_null());
}

TEST(Graph, ChildrenStandInTheirParentsPlaceWithArrowsOfTheirOwn)
{
    const auto drawn = graph_of(three_steps(), a_run());
    ASSERT_EQ(drawn.nodes.size(), 4U);
    EXPECT_EQ(drawn.nodes[0].attempts, 3);
    EXPECT_EQ(drawn.nodes[1].id, "groups.0");
    EXPECT_EQ(drawn.nodes[1].state, "compensated");
    for (const auto* child : {"groups.0", "groups.1"}) {
        EXPECT_EQ(
            std::count(drawn.arrows.begin(), drawn.arrows.end(), std::pair<std::string, std::string>("create", child)),
            1);
        EXPECT_EQ(
            std::count(drawn.arrows.begin(), drawn.arrows.end(), std::pair<std::string, std::string>(child, "verify")),
            1);
    }
}

TEST(Graph, ThePictureShowsStatesAsIconAndWord)
{
    const auto picture = to_svg(graph_of(three_steps(), a_run()));
    EXPECT_THAT(picture, HasSubstr("✔ create"));
    EXPECT_THAT(picture, HasSubstr("succeeded, 3 attempts"));
    EXPECT_THAT(picture, HasSubstr("url(#undone)")); // hatched
    EXPECT_THAT(picture, Not(HasSubstr("style=")));  // a strict content security policy lets it through
    EXPECT_THAT(picture, Not(HasSubstr("<script")));
}

TEST(Graph, NothingInAWorkflowBreaksOutOfThePicture)
{
    auto flow = three_steps();
    flow.name = "<script>alert(1)</script>&\"";
    flow.steps[0].uses = "a<b>";
    const auto picture = to_svg(graph_of(flow));
    EXPECT_THAT(picture, Not(HasSubstr("<script")));
    EXPECT_THAT(picture, Not(HasSubstr("a<b")));
    EXPECT_THAT(picture, HasSubstr("&lt;script&gt;"));
}

} // namespace
} // namespace jmld::daemon
