// kill -9 at any moment. Moments are drawn from a fixed seed; which call they meet differs from machine to machine,
// what must hold does not.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

#include <random>

namespace jmld::end_to_end {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Three draws of moments for each workflow.
struct Killing : testing::TestWithParam<unsigned>
{
    /// Hands the body in, then kills jmld so often, at moments from before it listens to some calls later; then lets it
    /// finish.
    value run_through_kills(stack& here, const std::string& body, const std::string& event_id, int kills, unsigned seed)
    {
        here.fault(R"({"match":{"path":"/api/v1/**"},"always":true,"delay":"40ms"})");
        here.start();
        const auto answer = here.hand_in(body);
        EXPECT_EQ(answer.status, 202) << answer.body;
        std::minstd_rand random(seed);
        int interrupted = 0;
        // The first moments fall into correlation and the first calls; starting up takes part of the later ones.
        here.daemon().rest(milliseconds(std::uniform_int_distribution<int>(0, 150)(random)));
        here.kill();
        for (int each = 1; each < kills; ++each) {
            here.launch();
            if (each % 4 == 3) // while it starts or recovers
                here.daemon().rest(milliseconds(std::uniform_int_distribution<int>(0, 60)(random)));
            else if (here.listening()) {
                here.daemon().rest(milliseconds(std::uniform_int_distribution<int>(0, 120)(random)));
                const auto runs = here.get("/v1/runs?event_id=" + event_id)["runs"].items();
                interrupted += runs.empty() || !has_ended(runs.front()["state"].text_or()) ? 1 : 0;
            }
            EXPECT_TRUE(here.daemon().running()) << here.log();
            here.kill();
        }
        EXPECT_GE(interrupted, 3) << "it was over too soon for the kills to mean anything";
        here.sim("DELETE", "/_sim/faults");
        here.start();
        return here.ended_run_of(event_id);
    }

    void expect_whole(stack& here)
    {
        EXPECT_THAT(here.doubled_effects(), IsEmpty());
        EXPECT_EQ(here.get("/v1/runs?limit=200")["runs"].items().size(), 1U);
        EXPECT_EQ(here.stop(), 0);
        EXPECT_EQ(integrity_of(here.database()), "ok");
    }
};

TEST_P(Killing, AJoinerFinishesAndDoesNothingTwice)
{
    stack here;
    const auto run = run_through_kills(here, hire("hire-1"), "hire-1", 12, GetParam());
    EXPECT_EQ(run["state"].text_or(), "succeeded") << engine::json::write_pretty(run);
    EXPECT_THAT(here.organisation()["users"].items(), SizeIs(2));
    const auto jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "PROVISIONED");
    EXPECT_THAT(jane["groups"].items(), SizeIs(2));
    EXPECT_THAT(jane["apps"].items(), SizeIs(2));
    expect_whole(here);
}

TEST_P(Killing, AMoverFinishesAndDoesNothingTwice)
{
    stack here(stack_options{.organisation = company({jane_at_work()})});
    const auto run = run_through_kills(here, job_change("move-1", {}, "Sales"), "move-1", 12, GetParam());
    EXPECT_EQ(run["state"].text_or(), "succeeded") << engine::json::write_pretty(run);
    const auto jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_EQ(jane["profile"]["department"].text_or(), "Sales");
    EXPECT_THAT(jane["groups"].items(), SizeIs(2));
    EXPECT_THAT(jane["apps"].items(), SizeIs(2));
    expect_whole(here);
}

TEST_P(Killing, ALeaverFinishesAndDoesNothingTwice)
{
    stack here(stack_options{.organisation = company({jane_at_work()})});
    const auto run = run_through_kills(here, termination("leave-1"), "leave-1", 12, GetParam());
    EXPECT_EQ(run["state"].text_or(), "succeeded") << engine::json::write_pretty(run);
    const auto jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "DEPROVISIONED");
    for (const auto* what : {"groups", "apps", "roles", "factors", "sessions"})
        EXPECT_THAT(jane[what].items(), IsEmpty()) << what;
    expect_whole(here);
}

TEST_P(Killing, ARollbackInterruptedIsFinished)
{
    stack here;
    const auto before = here.organisation();
    here.fault(R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
                   "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"You do not have permission"}}})");
    here.fault(R"({"match":{"path":"/api/v1/**"},"always":true,"delay":"25ms"})");
    here.start();
    here.hand_in(hire("hire-1"));
    std::minstd_rand random(GetParam());
    for (int each = 0; each < 6; ++each) {
        here.daemon().rest(milliseconds(std::uniform_int_distribution<int>(20, 200)(random)));
        here.kill();
        here.start();
    }
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "rolled_back");
    EXPECT_EQ(engine::json::write_pretty(here.organisation()), engine::json::write_pretty(before));
    EXPECT_EQ(here.stop(), 0);
    EXPECT_EQ(integrity_of(here.database()), "ok");
}

INSTANTIATE_TEST_SUITE_P(Seeds, Killing, testing::Values(1U, 2U, 3U));

TEST(KillingAfterTheAnswer, WhatWasAnsweredWith202IsThereAfterwards)
{
    stack here;
    std::vector<std::string> accepted;
    for (int round = 0; round < 4; ++round) {
        here.start();
        for (int each = 0; each < 10; ++each) {
            const auto id = "hire-" + std::to_string(round) + "-" + std::to_string(each);
            if (here.hand_in(hire(id, {.number = "2" + std::to_string(round) + "0" + std::to_string(each),
                                       .last = "Nr" + id,
                                       .start = day(30)}))
                    .status == 202)
                accepted.push_back(id);
        }
        here.kill(); // right after the last answer
    }
    here.start();
    EXPECT_THAT(accepted, SizeIs(40));
    for (const auto& id : accepted)
        EXPECT_EQ(here.ask("GET", "/v1/events/" + id).status, 200) << id;
    EXPECT_EQ(here.stop(), 0);
    EXPECT_EQ(integrity_of(here.database()), "ok");
}

} // namespace
} // namespace jmld::end_to_end
