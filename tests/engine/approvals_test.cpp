// core.approval: who may decide, what counts, and what follows when nobody does.
#include "engine/approvals.hpp"
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

definition_pointer asking(const std::string& approvers, int required, undecided late = undecided::deny)
{
    a_step ask("ask", "core.approval");
    if (!approvers.empty())
        ask.taking("approvers", "${{ " + approvers + " }}");
    ask.taking("required", "${{ " + std::to_string(required) + " }}").taking("timeout", "${{ duration('2d') }}");
    ask.taking("message", "Give ${{ person.okta_id }} the keys?").when_undecided(late);
    return a_grant({ask, a_step("make", "t.make").needing("ask").taking("user", "${{ person.okta_id }}")});
}

operator_signal word(const a_run& run, verb what, std::string by)
{
    operator_signal said{what, {}, std::move(by), "because"};
    for (const auto& one : approvals_of(run.state()))
        if (one.state == "open")
            said.approval = one.what.id;
    return said;
}
approval_view first(const a_run& run) { return approvals_of(run.state()).front(); }

TEST(Approvals, WaitsUntilEnoughHaveSaidYes)
{
    a_run run(asking("['bob', 'carol', 'dora']", 2));
    run.begun();
    EXPECT_THAT(first(run).what.id.text, StartsWith("apr_"));
    EXPECT_EQ(run.state().shown_status(), run_status::waiting);
    EXPECT_EQ(run.shown()["waiting_for"].text_or(), "an approval");
    EXPECT_EQ(timers_of(run.state()).front().kind, "approval");
    EXPECT_THAT(summarize(run.state()).step_states, HasSubstr("approval"));
    run.feed(word(run, verb::approve, "bob"));
    EXPECT_EQ(first(run).state, "open");
    run.feed(word(run, verb::approve, "dora"));
    EXPECT_EQ(first(run).state, "approved");
    EXPECT_EQ(run.state().find("ask")->outputs["by"], value::list({"bob", "dora"}));
    run.answer_subject(); // the world may have moved while it waited
    EXPECT_TRUE(run.asks<send_attempt>());
}

TEST(Approvals, ShowsWhatComesAfterAndBindsTheWordToIt)
{
    a_run run(asking("", 1));
    run.begun();
    const auto plan = first(run).what.plan;
    EXPECT_EQ(plan["message"].text_or(), "Give 00u1 the keys?");
    ASSERT_EQ(plan["steps"].items().size(), 1U);
    EXPECT_EQ(plan["steps"].items()[0]["step"].text_or(), "make");
    EXPECT_EQ(plan["steps"].items()[0]["inputs"]["user"].text_or(), "00u1");
    auto other = word(run, verb::approve, "bob");
    other.plan_sha256 = "00";
    EXPECT_THAT(refuses(run.state(), other).value_or(""), HasSubstr(first(run).what.plan_sha256));
    other.plan_sha256 = first(run).what.plan_sha256;
    EXPECT_FALSE(refuses(run.state(), other).has_value());
}

TEST(Approvals, OneNoIsEnough)
{
    a_run run(asking("['bob', 'carol']", 2));
    run.begun().feed(word(run, verb::approve, "bob"));
    run.feed(word(run, verb::deny, "carol"));
    EXPECT_EQ(first(run).state, "denied");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_EQ(run.state().why.kind, "forbidden");
    EXPECT_THAT(run.state().why.detail, HasSubstr("carol"));
}

TEST(Approvals, RefusesWhoMayNot)
{
    a_run run(asking("['alice', 'bob']", 2));
    run.begun();
    EXPECT_THAT(refuses(run.state(), word(run, verb::approve, "eve")).value_or(""), HasSubstr("alice, bob"));
    run.feed(word(run, verb::approve, "bob"));
    EXPECT_THAT(refuses(run.state(), word(run, verb::deny, "bob")).value_or(""), HasSubstr("already"));
    auto state = run.state();
    state.event = {};
    state.by = "alice";
    EXPECT_THAT(refuses(state, word(run, verb::approve, "alice")).value_or(""), HasSubstr("started this run"));
    auto unknown = word(run, verb::approve, "alice");
    unknown.approval = approval_id{"apr_0"};
    EXPECT_THAT(refuses(run.state(), unknown).value_or(""), HasSubstr("apr_0"));
}

TEST(Approvals, TimeDeniesUnlessTheFileSaysOtherwise)
{
    a_run denied(asking("", 1));
    denied.begun().until_due();
    EXPECT_EQ(first(denied).state, "expired");
    EXPECT_EQ(denied.state().status, run_status::rolled_back);
    EXPECT_EQ(denied.state().why.kind, "timeout");

    a_run approved(asking("", 1, undecided::approve));
    approved.begun().until_due();
    EXPECT_EQ(first(approved).state, "expired");
    EXPECT_EQ(approved.status_of("ask"), step_status::succeeded);
    EXPECT_EQ(approved.state().find("ask")->outputs["in_time"], value(false));
}

TEST(Approvals, EscalatedOnesWaitForAnAdministrator)
{
    a_run run(asking("['bob']", 1, undecided::escalate));
    run.begun().until_due();
    EXPECT_EQ(first(run).state, "open");
    EXPECT_TRUE(first(run).what.escalated);
    EXPECT_FALSE(run.state().next_due().has_value());
    auto root = word(run, verb::approve, "root");
    EXPECT_TRUE(refuses(run.state(), root).has_value());
    root.admin = true;
    run.feed(root);
    EXPECT_EQ(first(run).state, "approved");
}

TEST(Approvals, ARetryAfterANoAsksAnew)
{
    auto definition = std::make_shared<workflow_definition>(*asking("", 1));
    definition->steps[0].exhausted = on_exhausted::pause;
    a_run run(definition);
    run.begun();
    const auto before = first(run).what.id;
    run.feed(word(run, verb::deny, "bob"));
    EXPECT_EQ(run.state().status, run_status::paused);
    run.say(verb::resume);
    EXPECT_EQ(first(run).state, "open");
    EXPECT_NE(first(run).what.id, before);
}

TEST(Approvals, ASkippedOneIsWithdrawn)
{
    a_run run(asking("", 1));
    run.begun().say(verb::skip, "ask");
    EXPECT_EQ(first(run).state, "withdrawn");
    EXPECT_EQ(describe(first(run), false)["plan"].find("steps"), nullptr);
}

} // namespace
} // namespace jmld::testing
