// Okta that refuses for good: a grant is undone to the last byte, a leaver goes on around what fails and says what is
// left.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* no_app_for_anybody =
    R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
        "answer":{"status":403,"headers":{"X-Okta-Request-Id":"req-of-the-test"},
                  "body":{"errorCode":"E0000006","errorSummary":"You do not have permission"}}})";

/// What can never be clean is otherwise read back for half a minute.
void lose_patience_with_reading_back(const std::filesystem::path& workflow)
{
    const std::string step = "    uses: okta.verify_access\n";
    auto text = read_text(workflow);
    const auto at = text.find(step);
    ASSERT_NE(at, std::string::npos);
    write_text(workflow, text.insert(at + step.size(), "    timeout: 1s\n"));
}

TEST(Failing, AnAppRefusedForEverLeavesTheWholeOrganisationAsItWas)
{
    stack here;
    const auto before = here.organisation();
    here.fault(no_app_for_anybody);
    here.start();
    here.hand_in(hire("hire-1"));
    const auto run = here.ended_run_of("hire-1");
    EXPECT_EQ(run["state"].text_or(), "rolled_back") << engine::json::write_pretty(run);
    EXPECT_EQ(run["why"]["okta_code"].text_or(), "E0000006");
    EXPECT_EQ(run["why"]["request_id"].text_or(), "req-of-the-test");
    EXPECT_EQ(engine::json::write_pretty(here.organisation()), engine::json::write_pretty(before));
    EXPECT_THAT(here.ask("GET", "/v1/status").body, HasSubstr("rolled_back"));
}

TEST(Failing, WhatWasThereBeforeTheRunStaysWhenItIsUndone)
{
    auto jane = json_of(
        R"({"id":"00ujane","status":"STAGED","profile":{"login":"jane.smith@example.com","email":"jane.smith@example.com",
        "firstName":"Jane","lastName":"Smith","employeeNumber":"100900","title":"Intern"},"groups":[{"id":"00g00","name":"Staff","membership":"direct"}]})");
    stack here(stack_options{.organisation = company({jane})});
    const auto before = here.organisation();
    here.fault(no_app_for_anybody);
    here.start();
    here.hand_in(hire("hire-1"));
    const auto run = here.ended_run_of("hire-1");
    EXPECT_EQ(run["state"].text_or(), "rolled_back") << engine::json::write_pretty(run);
    EXPECT_EQ(engine::json::write_pretty(here.organisation()), engine::json::write_pretty(before));
}

TEST(Failing, AMoveThatCannotBeFinishedIsUndone)
{
    stack here(stack_options{.organisation = company({jane_at_work()})});
    const auto before = here.organisation();
    here.fault(no_app_for_anybody);
    here.start();
    here.hand_in(job_change("move-1", {}, "Sales"));
    EXPECT_EQ(here.ended_run_of("move-1")["state"].text_or(), "rolled_back");
    EXPECT_EQ(engine::json::write_pretty(here.organisation()), engine::json::write_pretty(before));
}

TEST(Failing, ALeaverGoesOnAroundWhatFailsAndListsWhatIsLeft)
{
    stack here(stack_options{.organisation = company({jane_at_work()}), .settings = "workflows: flows\n"});
    here.copy_workflows();
    lose_patience_with_reading_back(here.file("flows") / "leaver.yaml");
    here.fault(R"({"match":{"method":"DELETE","path":"/api/v1/groups/00g01/users/*"},"always":true,
                   "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"You do not have permission"}}})");
    here.start();
    here.hand_in(termination("leave-1"));
    const auto run = here.ended_run_of("leave-1");
    EXPECT_EQ(run["state"].text_or(), "closed_with_residue") << engine::json::write_pretty(run);
    EXPECT_THAT(engine::json::write(run["residue"]), HasSubstr("Marketing"));
    const auto jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "DEPROVISIONED");
    ASSERT_EQ(jane["groups"].items().size(), 1U);
    EXPECT_EQ(jane["groups"].items()[0]["name"].text_or(), "Marketing");
    for (const auto* what : {"apps", "roles", "factors", "sessions"})
        EXPECT_THAT(jane[what].items(), IsEmpty()) << what;
    const auto ledger = here.sim("GET", "/_sim/ledger");
    for (const auto& entry : ledger.items()) { // nothing that gives
        EXPECT_NE(entry["method"].text_or(), "PUT") << engine::json::write(entry);
        EXPECT_THAT(entry["path"].text_or(), Not(HasSubstr("/lifecycle/activate")));
        EXPECT_THAT(entry["path"].text_or(), Not(HasSubstr("/lifecycle/unsuspend")));
    }
}

TEST(Failing, IntakeGoesOnWhileOktaIsAway)
{
    stack here;
    here.fault(R"({"match":{"path":"/api/v1/**"},"always":true,"answer":{"status":503}})");
    here.start();
    EXPECT_EQ(here.hand_in(hire("hire-1")).status, 202);
    EXPECT_EQ(here.ask("GET", "/readyz", {}, "").status, 200);
    EXPECT_TRUE(here.daemon().running());
    here.await("a call that Okta refused", [&] { return !here.sim("GET", "/_sim/ledger").items().empty(); });
    here.sim("DELETE", "/_sim/faults");
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
    EXPECT_THAT(here.doubled_effects(), IsEmpty());
}

} // namespace
} // namespace jmld::end_to_end
