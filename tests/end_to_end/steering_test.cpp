// Runs steered in ways of their own: started by hand, moved to later, undone in part, and held until somebody approves.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* with_approval = R"(name: extra
description: One group more, when somebody agrees.
direction: change
inputs:
  group: { type: string, required: true }
steps:
  agree:
    uses: core.approval
    with:
      approvers: [approver, admin]
      required: 1
      message: ${{ inputs.group }}
  add:
    needs: [agree]
    uses: okta.groups.add_user
    with:
      group: ${{ inputs.group }}
      user: ${{ person.okta_id }}
)";

std::string in_days(int days) { return day(days) + "T08:00:00Z"; }

struct Steering : testing::Test
{
    Steering() : here({.settings = "workflows: flows\n"})
    {
        here.copy_workflows();
        write_text(here.file("flows") / "extra.yaml", with_approval);
    }
    value run(const std::string& id) { return here.get("/v1/runs/" + id); }
    std::string state_of(const std::string& id) { return run(id)["state"].text_or(); }
    http::response say(const std::string& target, const value& body, const std::string& who = "admin")
    {
        return here.ask("POST", target, engine::json::write(body), who);
    }
    /// Jane works here; her person is known.
    std::string jane()
    {
        here.hand_in(hire("hire-1"));
        EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
        return "100900";
    }
    std::string group_id(const std::string& name)
    {
        for (const auto& group : here.organisation()["groups"].items())
            if (group["profile"]["name"].text_or() == name)
                return group["id"].text_or();
        return {};
    }
    value start_extra(const std::string& who = "operator", const std::string& subject = "100900")
    {
        const auto started = say("/v1/runs",
                                 value::map({{"workflow", "extra"},
                                             {"subject", subject},
                                             {"input", value::map({{"group", group_id("Sales")}})},
                                             {"reason", "asked for"}}),
                                 who);
        EXPECT_EQ(started.status, 201) << started.body;
        return json_of(started.body);
    }
    value approval_of(const std::string& run)
    {
        value found;
        here.await("an approval that is asked for", [&] {
            for (const auto& one : here.get("/v1/approvals")["approvals"].items())
                if (one["run"].text_or() == run)
                    found = one;
            return !found.is_null();
        });
        return found;
    }

    stack here;
};

TEST_F(Steering, ARunKeepsTheDefinitionThatItBeganWith)
{
    here.start();
    jane();
    const auto id = start_extra()["id"].text_or();
    const auto path = "/v1/approvals/" + approval_of(id)["id"].text_or();
    const std::string before(with_approval);
    write_text(here.file("flows") / "extra.yaml", before.substr(0, before.find("  add:")));
    here.daemon().signal(SIGHUP);
    here.await("the new set", [&] { return here.get("/v1/workflows/extra")["steps"].items().size() == 1; });
    EXPECT_EQ(say(path + "/approve", value::map({}), "approver").status, 200);
    here.await("its end", [&] { return state_of(id) == "succeeded"; });
    EXPECT_EQ(run(id)["steps"].items().size(), 2U) << "the step that the file has no more was done";
}

TEST_F(Steering, AWorkflowIsStartedByHandAndWaitsForSomebodyElsesWord)
{
    here.start();
    jane();
    const auto started = start_extra();
    const auto id = started["id"].text_or();
    const auto approval = approval_of(id);
    const auto path = "/v1/approvals/" + approval["id"].text_or();
    EXPECT_EQ(say(path + "/approve", value::map({}), "operator").status, 403);
    EXPECT_EQ(say(path + "/approve", value::map({{"plan_digest", "another"}}), "approver").status, 409);
    EXPECT_EQ(say(path + "/approve", value::map({{"plan_digest", approval["plan_digest"]}}), "approver").status, 200);
    here.await("the end of the run", [&] { return has_ended(state_of(id)); });
    EXPECT_EQ(state_of(id), "succeeded");
    EXPECT_EQ(say(path + "/deny", value::map({{"reason", "too late"}}), "approver").status, 409);
    std::vector<std::string> actions;
    for (const auto& record : here.get("/v1/audit")["audit"].items())
        actions.push_back(record["action"].text_or());
    EXPECT_THAT(actions, testing::Contains("run.start"));
    EXPECT_THAT(actions, testing::Contains("approval.approve"));
}

TEST_F(Steering, WhoAskedMayNotApprove)
{
    here.start();
    jane();
    const auto id = start_extra("admin")["id"].text_or();
    const auto path = "/v1/approvals/" + approval_of(id)["id"].text_or();
    EXPECT_THAT(here.ask("POST", path + "/approve", "{}").status, testing::AnyOf(403, 409)) << "the admin asked for it";
    EXPECT_EQ(here.ctl({"approval", "deny", "-", "--reason", "no"}, "approver",
                       here.ctl({"-o", "id", "approval", "list"}).out)
                  .code,
              0);
    here.await("the end of the run", [&] { return has_ended(state_of(id)); });
    EXPECT_NE(state_of(id), "succeeded");
}

TEST_F(Steering, ADryRunOfAStartTellsTheStepsAndStartsNothing)
{
    here.start();
    jane();
    const auto plan = here.ctl(
        {"-o", "json", "run", "start", "extra", "--subject", "100900", "--input", R"({"group":"00g1"})", "--dry-run"},
        "operator");
    EXPECT_EQ(plan.code, 0) << plan.err;
    EXPECT_THAT(plan.out, HasSubstr("okta.groups.add_user"));
    EXPECT_THAT(here.get("/v1/runs?workflow=extra")["runs"].items(), IsEmpty());
    EXPECT_EQ(say("/v1/runs", value::map({{"workflow", "extra"}, {"subject", "100900"}})).status, 400) << "no group";
    EXPECT_EQ(say("/v1/runs", value::map({{"workflow", "extr"}, {"subject", "100900"}})).status, 404);
    EXPECT_EQ(say("/v1/runs", value::map({{"workflow", "extra"}, {"subject", "nobody"}})).status, 404);
}

TEST_F(Steering, AWaitIsMovedToAnotherMoment)
{
    here.start();
    here.hand_in(hire("hire-1", {.start = day(3)}));
    const auto id = here.run_of("hire-1")["id"].text_or();
    here.await("a run that waits", [&] { return state_of(id) == "waiting"; });
    EXPECT_EQ(say("/v1/runs/" + id + "/reschedule", value::map({{"reason", "a test"}})).status, 400) << "no moment";
    EXPECT_EQ(here.ctl({"run", "reschedule", id, "--at", in_days(9), "--reason", "a test"}).code, 0);
    bool armed = false;
    for (const auto& timer : run(id)["timers"].items())
        armed |= timer["state"].text_or() == "armed" && timer["at"].text_or().starts_with(day(9));
    EXPECT_TRUE(armed) << engine::json::write(run(id)["timers"]);
    EXPECT_EQ(here.ctl({"run", "reschedule", id, "--at", in_days(-1), "--reason", "now"}).code, 0);
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
}

TEST_F(Steering, ARollbackIsForeseenAndThenDone)
{
    here.start();
    here.hand_in(hire("hire-1", {.start = day(3)}));
    const auto id = here.run_of("hire-1")["id"].text_or();
    here.await("a run that waits", [&] { return state_of(id) == "waiting"; });
    const auto plan = here.ctl({"-o", "json", "run", "rollback", id, "--dry-run", "--reason", "a test"});
    EXPECT_EQ(plan.code, 0) << plan.err;
    EXPECT_THAT(plan.out, HasSubstr("create_user"));
    EXPECT_EQ(state_of(id), "waiting");
    EXPECT_EQ(here.ctl({"run", "rollback", id, "--reason", "a test"}).code, 0);
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "rolled_back");
    EXPECT_TRUE(user_of(here.organisation(), "jane.smith@example.com").is_null());
}

TEST_F(Steering, EveryFilterOfRunsHolds)
{
    here.start();
    here.hand_in(hire("hire-1", {.start = day(3)}));
    const auto id = here.run_of("hire-1")["id"].text_or();
    here.await("a run that waits", [&] { return state_of(id) == "waiting"; });
    const auto found = [&](const std::string& query) { return here.get("/v1/runs?" + query)["runs"].items().size(); };
    const auto key = run(id)["subject"]["key"].text_or();
    for (const auto& query :
         {"state=waiting", "workflow=joiner", "event_id=hire-1", "step_state=waiting", "attempt_gte=1"})
        EXPECT_EQ(found(query), 1U) << query;
    EXPECT_EQ(found("subject=" + key + "&since=" + in_days(-1) + "&until=" + in_days(1)), 1U);
    for (const auto& query : {"state=failed", "workflow=leaver", "event_id=hire-2", "step_state=failed",
                              "error=invalid", "attempt_gte=7", "subject=per_1"})
        EXPECT_EQ(found(query), 0U) << query;
    EXPECT_EQ(found("next_attempt_before=" + in_days(9)), 1U);
    EXPECT_EQ(found("next_attempt_before=" + in_days(1)), 0U);
    EXPECT_EQ(here.ask("GET", "/v1/runs?since=yesterday").status, 400);
}

} // namespace
} // namespace jmld::end_to_end
