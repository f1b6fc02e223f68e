// A person is erased: nothing that names them is left where jmld keeps people, and every chain can still be checked.
// Whoever something is still to happen to is not erased.
#include "engine/runtime/evidence_chain.hpp"
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* erase_jane = "/v1/people/100900/erase";
const value why = value::map({{"reason", "asked for under article 17"}});

std::unique_ptr<daemon::rehearsal> jane_has_left()
{
    auto world = company_at("2027-01-20T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_until(at("2027-02-10T09:00:00Z"));
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-10", {}));
    world->run_until(at("2027-02-15T00:00:00Z"));
    return world;
}

int status_of(const std::optional<http::response>& answer) { return answer ? answer->status : 0; }

TEST(Erasure, NothingThatNamesThePersonIsLeftAndTheChainHolds)
{
    auto world = jane_has_left();
    const auto runs = world->run_ids("100900");
    const auto erased = world->operate("POST", erase_jane, why, "alice");
    ASSERT_EQ(status_of(erased), 200) << (erased ? erased->body : "no answer");
    const auto key = engine::json::parse(erased->body).value()["person"].text_or();

    std::string everything = pretty(value(world->events())) + pretty(value(world->evidence()));
    for (const auto& path : {"/v1/people/" + key, std::string("/v1/audit"), std::string("/v1/evidence")}) {
        const auto answer = world->operate("GET", path, {}, "alice");
        ASSERT_EQ(status_of(answer), 200) << path << (answer ? answer->body : "");
        everything += answer->body;
    }
    for (const auto& run : runs) {
        const auto answer = world->operate("GET", "/v1/runs/" + run.text, {}, "alice");
        ASSERT_EQ(status_of(answer), 200) << run.text << (answer ? answer->body : "");
        everything += answer->body;
    }
    for (const auto* personal : {"Jane", "Smith", "jane.smith", "private@example.net", "100900", "U-000900"})
        EXPECT_THAT(everything, Not(HasSubstr(personal)));

    const auto verdict = runtime::check_evidence(world->evidence(), true);
    EXPECT_TRUE(verdict.misfit.empty()) << verdict.misfit << ": " << verdict.why;
    EXPECT_EQ(verdict.records, 2U);
    EXPECT_EQ(verdict.without_content, 2U);
    EXPECT_EQ(status_of(world->operate("GET", "/v1/people/100900", {}, "alice")), 404);
    EXPECT_THAT(world->operate("GET", "/v1/audit", {}, "alice")->body, HasSubstr("person.erase"));
}

TEST(Erasure, WhatIsToldOfTheSameWorkerLaterIsAboutSomebodyNew)
{
    auto world = jane_has_left();
    ASSERT_EQ(status_of(world->operate("POST", erase_jane, why, "alice")), 200);
    EXPECT_EQ(world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {})).body,
              R"({"event_id":"e1","status":"duplicate"})");
    const auto before = world->runs().size();
    world->run_for(std::chrono::hours(48));
    EXPECT_EQ(world->runs().size(), before) << "an event that came before the erasure acts once more";
    worker_story back;
    back.start = "2027-03-01";
    world->deliver("workday", hire("e9", "2027-02-17T08:00:00Z", back));
    world->run_until(at("2027-03-02T00:00:00Z"));
    EXPECT_EQ(world->runs().back()["state"].text_or(), "succeeded");
}

TEST(Erasure, NobodyToWhomSomethingIsStillToHappenIsErased)
{
    auto world = company_at("2027-01-20T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    const auto scheduled = world->operate("POST", erase_jane, why, "alice");
    EXPECT_EQ(status_of(scheduled), 409);
    world->run_until(at("2027-02-10T09:00:00Z"));
    const auto employed = world->operate("POST", erase_jane, why, "alice");
    EXPECT_EQ(status_of(employed), 409);
    EXPECT_THAT(employed->body, HasSubstr("an employment of this person goes on"));
    EXPECT_EQ(status_of(world->operate("POST", erase_jane, value::map({}), "alice")), 400) << "a reason is needed";
}

TEST(Erasure, ALegalHoldStandsInTheWay)
{
    auto world = company_at("2027-01-20T09:00:00Z", "legal_hold: ['100900']");
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_until(at("2027-02-10T09:00:00Z"));
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-10", {}));
    world->run_until(at("2027-02-15T00:00:00Z"));
    const auto answer = world->operate("POST", erase_jane, why, "alice");
    EXPECT_EQ(status_of(answer), 409);
    EXPECT_THAT(answer->body, HasSubstr("legal hold"));
}

} // namespace
} // namespace jmld::simulation
