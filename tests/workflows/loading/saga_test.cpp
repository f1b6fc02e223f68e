// Order and the rules of a saga: needs, cycles, pivots, compensation, what a revoke workflow may hold.
#include "tests/workflows/loading/loading_support.hpp"

using namespace jmld;
using namespace jmld::tests;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

namespace {

std::string step(const std::string& id, const std::string& more = "", const std::string& uses = "test.note")
{
    return "  " + id + ": { uses: " + uses + (more.empty() ? "" : ", " + more) + " }\n";
}
std::string user_step(const std::string& id, const std::string& uses, const std::string& more = "")
{
    return step(id, "with: { user: u }" + (more.empty() ? "" : ", " + more), uses);
}
std::vector<std::string> ids(const engine::workflow_definition& definition)
{
    std::vector<std::string> names;
    for (const auto& each : definition.steps)
        names.push_back(each.id);
    return names;
}

} // namespace

TEST(LoaderOrder, KeepsTheFilesOrderWhereNeedsLeaveItFree)
{
    EXPECT_THAT(ids(*loaded(with_steps(step("d", "needs: [a]") + step("b") + step("c") + step("a")))),
                ElementsAre("b", "c", "a", "d"));
}

TEST(LoaderOrder, NeedsAreExplicitAndImpliedWithoutDoubles)
{
    const auto definition = loaded(
        with_steps(step("a") + step("b") +
                   step("c", "needs: [b, b], with: { note: '${{ steps.a.outputs.id }} ${{ steps.b.state }}' }")));
    EXPECT_THAT(definition->steps[2].needs, ElementsAre("a", "b"));
    EXPECT_THAT(definition->steps[2].reads_from, ElementsAre("a"));
    EXPECT_THAT(loaded(with_steps(step("a") + step("b", "if: steps.a.state == 'succeeded'")))->steps[1].needs,
                ElementsAre("a"));
}

TEST(LoaderOrder, AnUnknownNeedGetsASuggestion)
{
    EXPECT_THAT(refused(with_steps(step("create") + step("b", "needs: [creat]"))),
                ElementsAre(StartsWith("a.yaml:6:33: error: unknown step 'creat'; did you mean 'create'?")));
    EXPECT_THAT(refused(with_steps(step("a", "needs: a"))),
                ElementsAre(StartsWith("a.yaml:5:32: error: step 'a' needs itself")));
}

TEST(LoaderOrder, AStepThatReadsItselfIsRefused)
{
    EXPECT_THAT(refused(with_steps("  a:\n    uses: test.note\n    with:\n      note: x ${{ steps.a.outputs.id }}\n")),
                ElementsAre(StartsWith("a.yaml:8:19: error: step 'a' reads itself; it has no outputs before it ends\n  "
                                       "      note: x ${{ steps.a.outputs.id }}\n                    ^~~~~~~")));
}

TEST(LoaderOrder, ACycleIsNamedInFull)
{
    EXPECT_THAT(refused(with_steps(step("a", "needs: [c]") + step("b", "needs: [a]") +
                                   step("c", "with: { note: '${{ steps.b.outputs.id }}' }"))),
                ElementsAre(StartsWith(
                    "a.yaml:5:3: error: a cycle of needs: a -> c -> b -> a; none of these could ever begin")));
}

TEST(LoaderSaga, AWritingActionWithoutInverseBeforeThePivotMustSayNone)
{
    const std::string steps = user_step("close", "okta.users.deactivate");
    EXPECT_THAT(refused(with_steps(steps, "change")),
                ElementsAre(StartsWith("a.yaml:5:18: error: 'okta.users.deactivate' cannot be undone: the password is "
                                       "gone; write 'compensate: none'")));
    loaded(with_steps(user_step("close", "okta.users.deactivate", "compensate: none"), "change"));
    loaded(with_steps(user_step("close", "okta.users.deactivate", "pivot: true"), "change"));
    loaded(
        with_steps(step("turn", "pivot: true") + user_step("close", "okta.users.deactivate", "needs: turn"), "change"));
    loaded(with_steps(steps, "revoke"));
}

TEST(LoaderSaga, CompensateIsNoneOrLeftOut)
{
    EXPECT_THAT(refused(with_steps(step("a", "compensate: maybe"))),
                ElementsAre(HasSubstr("compensate is none, or the action that undoes the step")));
    EXPECT_THAT(refused(with_steps(step("a", "compensate: { uses: okta.groups.add_user }"), "revoke")),
                Contains(HasSubstr("a granting compensation ('okta.groups.add_user') in a revoke workflow")));
}

TEST(LoaderSaga, ARevokeWorkflowGrantsNothingAndHasNoPivot)
{
    EXPECT_THAT(refused(with_steps(user_step("a", "okta.users.activate"), "revoke")),
                ElementsAre(StartsWith(
                    "a.yaml:5:14: error: 'okta.users.activate' grants access, and this is a revoke workflow")));
    EXPECT_THAT(refused(with_steps(step("a", "pivot: true"), "revoke")),
                ElementsAre(StartsWith("a.yaml:5:32: error: a revoke workflow has no pivot")));
}

TEST(LoaderSaga, OnePivotOnAPath)
{
    EXPECT_THAT(
        refused(with_steps(step("a", "pivot: true") + step("b", "needs: a") + step("c", "needs: b, pivot: true"))),
        ElementsAre(AllOf(StartsWith("a.yaml:7:"),
                          HasSubstr("a second pivot on one path: 'a' turns the run before 'c' begins"))));
    loaded(with_steps(step("a", "pivot: true") + step("b", "pivot: true")));
}

TEST(LoaderSaga, APivotMustNotPassBesideWorkThatNeedsUndoing)
{
    EXPECT_THAT(refused(with_steps(step("a") + step("turn", "pivot: true"))),
                ElementsAre(AllOf(StartsWith("a.yaml:6:35: error: the pivot 'turn' may pass before 'a'"),
                                  HasSubstr("add 'a' to the needs of 'turn'"))));
    loaded(with_steps(step("a") + step("turn", "needs: a, pivot: true")));
    loaded(with_steps(step("a", "needs: turn") + step("turn", "pivot: true")));
    EXPECT_THAT(refused(with_steps(step("turn", "pivot: true") + step("a", "needs: turn, on_exhausted: rollback"))),
                ElementsAre(HasSubstr("stands past the pivot, where nothing is rolled back")));
}

TEST(LoaderSaga, AnActionThatCouldDoHarmTwiceNeedsAProbe)
{
    EXPECT_THAT(
        refused(with_steps(step("a", "", "test.blind"))),
        ElementsAre(StartsWith("a.yaml:5:14: error: repeating 'test.blind' could do harm, and it has no probe")));
}

TEST(LoaderSaga, ARollbackThatARevokeWorkflowNeverDoesIsWarnedOf)
{
    const auto result = load({with_steps(step("a", "on_exhausted: rollback"), "revoke")});
    EXPECT_TRUE(result.ok);
    EXPECT_THAT(result.messages, ElementsAre(StartsWith("a.yaml:5:39: warning: a revoke workflow never rolls back")));
}

TEST(LoaderOrder, OutputsOfAForEachStepAreAList)
{
    const std::string each = step("a", "for_each: '${{ access.groups.add }}'");
    EXPECT_THAT(refused(with_steps(each + step("b", "with: { note: '${{ steps.a.outputs.id }}' }"))),
                ElementsAre(HasSubstr("a.yaml:6:44: error: 'a' has for_each, so steps.a.outputs is a list")));
    loaded(with_steps(each + step("b", "with: { things: '${{ steps.a.outputs }}' }")));
}
