// Keys beyond the everyday ones: approvals, child runs, conditions on needs, last steps, inputs, named policies,
// undoing by another action — what they become, and each mistake with its place.
#include "tests/workflows/loading/loading_support.hpp"

using namespace jmld;
using namespace jmld::tests;
using engine::need_result;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

const std::string note = "  note:\n    uses: test.note\n    compensate: none\n";
std::string look(const std::string& id, const std::string& more = {})
{
    return "  " + id + ":\n    uses: okta.verify_access\n    with: { user: u, expect: '${{ access.target }}' }\n" +
           more;
}

} // namespace

TEST(Features, NeedsMaySayHowAStepMustHaveEnded)
{
    const auto made =
        loaded(with_steps(note + "    on_exhausted: continue\n" + look("plan_b", "    needs: { note: failed }\n") +
                          look("after", "    needs: [plan_b, { note: done }]\n")));
    ASSERT_EQ(made->find("plan_b")->conditions.size(), 1U);
    EXPECT_EQ(made->find("plan_b")->conditions[0].wanted, need_result::failed);
    EXPECT_THAT(made->find("after")->needs, ElementsAre("note", "plan_b"));
    EXPECT_EQ(made->find("after")->conditions[0].wanted, need_result::done);
    EXPECT_THAT(
        refused(with_steps(note + look("b", "    needs: { note: gone }\n"))),
        ElementsAre(AllOf(StartsWith("a.yaml:11:20: error: "), HasSubstr("succeeded, failed, skipped or done"))));
    EXPECT_THAT(refused(with_steps(note + look("b", "    needs: { note: failed }\n"))),
                ElementsAre(HasSubstr("'b' could never begin; give 'note' 'on_exhausted: continue'")));
}

TEST(Features, LastStepsStandUnderFinally)
{
    const auto made = loaded(with_steps(look("a")) + "finally:\n" +
                             "  tell:\n    uses: test.note\n    with: { note: '${{ "
                             "run.outcome }} ${{ coalesce(steps.a.state, \"\") }}' }\n");
    EXPECT_TRUE(made->find("tell")->at_end);
    EXPECT_EQ(made->steps.back().id, "tell");
    EXPECT_THAT(refused(with_steps(look("a", "    needs: tell\n")) + "finally:\n  tell: { uses: test.note }\n"),
                ElementsAre(HasSubstr("'tell' stands under finally: nothing comes after it")));
    EXPECT_THAT(refused(with_steps(look("a")) + "finally:\n  a: { uses: test.note }\n"),
                ElementsAre(HasSubstr("there is a step 'a' already")));
    EXPECT_THAT(refused(with_steps(look("a")) + "finally:\n  t: { uses: test.note, on_exhausted: rollback }\n"),
                ElementsAre(HasSubstr("leave 'on_exhausted' out")));
    EXPECT_THAT(refused(with_steps(look("a")) + "finally:\n  w: { uses: core.wait, with: { for: 1d } }\n"),
                ElementsAre(HasSubstr("finally takes actions only, not core.wait")));
}

TEST(Features, ALeaverGrantsNothingInItsLastStepsEither)
{
    EXPECT_THAT(refused(with_steps(look("a"), "revoke") +
                        "finally:\n  g: { uses: okta.groups.add_user, with: { group: g, user: u } }\n"),
                ElementsAre(HasSubstr("grants access, and this is a revoke workflow")));
}

TEST(Features, ApprovalsSayWhoHowManyAndWhatTimeDoes)
{
    const std::string ask = "  ask:\n    uses: core.approval\n    with: { approvers: [bob, carol], required: 2 }\n";
    const auto made = loaded(with_steps(ask + "    timeout: 2d\n    on_timeout: escalate\n"));
    EXPECT_EQ(made->find("ask")->when_undecided, engine::undecided::escalate);
    const auto with = made->find("ask")->with.evaluate([](std::string_view) { return nullptr; });
    ASSERT_TRUE(with.has_value());
    EXPECT_EQ((*with)["timeout"], engine::value(duration(std::chrono::hours(48))));
    EXPECT_EQ((*with)["approvers"].items().size(), 2U);
    EXPECT_THAT(refused(with_steps(ask + "    on_timeout: approve\n")),
                ElementsAre(HasSubstr("'timeout', which is not")));
    EXPECT_THAT(refused(with_steps(ask + "    timeout: 1d\n    on_timeout: perhaps\n")),
                ElementsAre(HasSubstr("deny, approve or escalate")));
    EXPECT_THAT(refused(with_steps("  ask: { uses: core.approval, with: { approvers: [bob], required: 2 } }\n")),
                ElementsAre(HasSubstr("2 approvals are required, and there are 1 approvers")));
    EXPECT_THAT(refused(with_steps(ask + "    retry: { max_attempts: 2 }\n")),
                ElementsAre(HasSubstr("core.approval makes no attempts and changes nothing; leave 'retry' out")));
}

TEST(Features, DeadlinesAndWhatTheyDo)
{
    const auto made = loaded(with_steps(look("a", "    deadline: 2h\n    on_timeout: continue\n")));
    EXPECT_EQ(made->find("a")->deadline, duration(std::chrono::hours(2)));
    EXPECT_EQ(made->find("a")->late, engine::on_exhausted::proceed);
    EXPECT_THAT(refused(with_steps(look("a", "    on_timeout: fail\n"))), ElementsAre(HasSubstr("this step has none")));
    const auto all = loaded("defaults: { deadline: 1d }\n" +
                            with_steps(look("a") + "  w: { uses: core.wait, with: { for: 3d } }\n"));
    EXPECT_EQ(all->find("a")->deadline, duration(std::chrono::hours(24)));
    EXPECT_FALSE(all->find("w")->deadline.has_value());
}

TEST(Features, RetryPoliciesMayHaveNames)
{
    const std::string named = "defaults: { retry: { max_interval: 1m }, retries: { patient: { max_attempts: 20 } } }\n";
    const auto made = loaded(named + with_steps(look("a", "    retry: patient\n")));
    EXPECT_EQ(made->find("a")->retry.max_attempts, 20);
    EXPECT_EQ(made->find("a")->retry.max_interval, duration(60'000)) << "what it does not say is as for all";
    EXPECT_THAT(refused(named + with_steps(look("a", "    retry: patent\n"))),
                ElementsAre(HasSubstr("did you mean 'patient'?")));
}

TEST(Features, OutputsHaveNamesOfOnesOwn)
{
    const std::string made = "  make:\n    uses: okta.users.create\n    with: { profile: { login: x } }\n";
    const auto good = loaded(with_steps(made + "    outputs: { who: '${{ outputs.login }}' }\n" +
                                        look("b", "    if: ${{ steps.make.outputs.who == \"x\" }}\n")));
    EXPECT_EQ(good->find("make")->outputs.front().first, "who");
    EXPECT_THAT(refused(with_steps(made + "    outputs: { who: '${{ outputs.logn }}' }\n")),
                ElementsAre(HasSubstr("did you mean 'login'?")));
    EXPECT_THAT(refused(with_steps(made + "    outputs: { id: x }\n")),
                ElementsAre(HasSubstr("'okta.users.create' answers 'id' already")));
}

TEST(Features, AnotherActionMayUndoAStep)
{
    const std::string made =
        "  make:\n    uses: test.note\n    compensate:\n      uses: okta.users.deactivate\n      with: ";
    const auto good = loaded(with_steps(made + "{ user: '${{ person.okta_id }}' }\n"));
    ASSERT_TRUE(good->find("make")->undo.has_value());
    EXPECT_EQ(good->find("make")->undo->uses, "okta.users.deactivate");
    EXPECT_THAT(refused(with_steps(made + "{ usr: x }\n")), Contains(HasSubstr("did you mean 'user'?")));
    EXPECT_THAT(refused(with_steps("  a: { uses: test.note, compensate: { uses: okta.verify_access, with: { user: u, "
                                   "expect: {} } } }\n")),
                ElementsAre(HasSubstr("only reads: it undoes nothing")));
}

TEST(Features, InputsAreReadAndDescribed)
{
    const std::string head =
        "name: t\ndirection: change\ninputs:\n  reason: { type: string, required: true }\n  days: { "
        "type: int, default: 3 }\n";
    const auto made = load({head + "steps:\n" + look("a", "    if: ${{ inputs.days > 2 }}\n")});
    ASSERT_TRUE(made.ok) << made.messages.front();
    EXPECT_EQ(made.workflows[0]->inputs[1].otherwise, engine::value(3));
    EXPECT_THAT(refused(head + "steps:\n" + look("a", "    if: ${{ inputs.dys > 2 }}\n")),
                Contains(HasSubstr("did you mean 'days'?")));
    EXPECT_THAT(refused(with_steps(look("a")) + "inputs: { why: { required: true } }\n"),
                ElementsAre(HasSubstr("an event brings no inputs")));
    EXPECT_THAT(refused(with_steps(look("a")) + "inputs: { n: { type: int, default: many } }\n"),
                ElementsAre(HasSubstr("the default is a whole number")));
}

TEST(Features, ConcurrencyIsANumberAndNeverALeavers)
{
    EXPECT_EQ(loaded("concurrency: 5\n" + with_steps(look("a")))->concurrency, 5);
    EXPECT_THAT(refused("concurrency: 0\n" + with_steps(look("a"))), ElementsAre(HasSubstr("from 1 to 100000")));
    EXPECT_THAT(refused("concurrency: 5\n" + with_steps(look("a"), "revoke")),
                ElementsAre(HasSubstr("a leaver does not wait")));
}

TEST(Features, FailNeedsItsMessage)
{
    EXPECT_THAT(refused(with_steps("  no: { uses: core.fail }\n")),
                ElementsAre(HasSubstr("needs the parameter 'message'")));
}

namespace {

std::string workflow(const std::string& name, const std::string& direction, const std::string& steps,
                     const std::string& more = {})
{
    return "name: " + name + "\ndirection: " + direction + "\n" + more + "steps:\n" + steps;
}
std::string running(const std::string& name, const std::string& more = {})
{
    return "  sub:\n    uses: core.run\n    with: { workflow: " + name + more + " }\n";
}
std::vector<std::string> errors_of(const std::vector<std::string>& files)
{
    std::vector<std::string> errors;
    for (const auto& message : load(files).messages)
        if (message.contains(": error: "))
            errors.push_back(message);
    return errors;
}

} // namespace

TEST(Children, AreCheckedOverTheWholeSet)
{
    const auto child = workflow("child", "change", look("a"), "inputs: { why: { required: true } }\n");
    EXPECT_TRUE(load({workflow("parent", "change", running("child", ", inputs: { why: x }")), child}).ok);
    EXPECT_THAT(errors_of({workflow("parent", "change", running("chld")), child}),
                ElementsAre(HasSubstr("unknown workflow 'chld'; did you mean 'child'?")));
    EXPECT_THAT(errors_of({workflow("parent", "change", running("child")), child}),
                ElementsAre(HasSubstr("'child' requires the input 'why'")));
    EXPECT_THAT(errors_of({workflow("parent", "change", running("child", ", inputs: { wy: x, why: y }")), child}),
                ElementsAre(HasSubstr("has no input 'wy'; did you mean 'why'?")));
    EXPECT_THAT(
        errors_of({workflow("parent", "change", "  sub: { uses: core.run, with: { workflow: '${{ event.id }}' } }\n")}),
        ElementsAre(HasSubstr("written out")));
}

TEST(Children, DoNotRunInACircleOrAgainstTheirDirection)
{
    EXPECT_THAT(errors_of({workflow("one", "change", running("two")), workflow("two", "change", running("one"))}),
                ElementsAre(HasSubstr("it would never end"), HasSubstr("it would never end")));
    EXPECT_THAT(errors_of({workflow("bye", "revoke", running("hello")), workflow("hello", "grant", look("a"))}),
                ElementsAre(HasSubstr("a leaver grants nothing")));
    EXPECT_THAT(errors_of({workflow("hello", "grant", running("bye")), workflow("bye", "revoke", look("a"))}),
                ElementsAre(HasSubstr("cannot be a part of a grant workflow")));
    EXPECT_THAT(errors_of({workflow("all", "grant", running("part")),
                           workflow("part", "grant", look("a", "    pivot: true\n"))}),
                ElementsAre(HasSubstr("say 'pivot: true' of this step")));
}

TEST(Types, AnExpressionOfTheWrongKindIsRefused)
{
    EXPECT_THAT(
        refused(with_steps("  a: { uses: test.note, compensate: none, with: { count: '${{ \"x\" + \"y\" }}' } }\n")),
        ElementsAre(HasSubstr("'count' is a whole number, and this gives string")));
    EXPECT_THAT(refused(with_steps("  a: { uses: okta.verify_access, with: { user: '${{ 1 + 2 }}', expect: {} } }\n")),
                ElementsAre(HasSubstr("'user' is a user")));
    loaded(with_steps("  a: { uses: test.note, compensate: none, with: { count: '${{ size(event.id) }}' } }\n"));
}

TEST(Types, AnOutputOfTheWrongTypeIsRefused)
{
    const std::string add = "  add:\n    uses: okta.groups.add_user\n    with: { group: g, user: u }\n";
    EXPECT_THAT(
        refused(with_steps(add + "  b: { uses: okta.groups.add_user, with: { group: g, user: '${{ "
                                 "steps.add.outputs.changed }}' } }\n")),
        ElementsAre(HasSubstr("this takes a user: an id or an expression, and steps.add.outputs.changed is true or "
                              "false")));
}
