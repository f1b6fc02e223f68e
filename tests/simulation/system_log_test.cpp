// Okta's own log as a further record of the chain: asked once for a run that took access, some time after its end, and
// honest about what it does not have, or could not be asked.
#include "daemon/evidence/log_supplement.hpp"
#include "engine/runtime/evidence_chain.hpp"
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* asked_after_ten_minutes = "verify: {system_log: 10m}";

std::unique_ptr<daemon::rehearsal> jane_leaves(const std::string& policy = asked_after_ten_minutes)
{
    auto world = company_at("2027-01-20T09:00:00Z", policy);
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_until(at("2027-02-10T09:00:00Z"));
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-09", {}));
    return world;
}

int questions(daemon::rehearsal& world)
{
    int asked = 0;
    for (const auto& entry : world.organisation().ledger())
        asked += entry.path == "/api/v1/logs" ? 1 : 0;
    return asked;
}

value supplement_in(daemon::rehearsal& world)
{
    value found;
    for (const auto& record : world.evidence())
        if (daemon::is_supplement(record))
            found = record;
    return found;
}

void log_answers(daemon::rehearsal& world, int status, const std::string& code)
{
    fault(world, R"({"match": {"method": "GET", "path": "/api/v1/logs"}, "always": true, "answer": {"status": )" +
                     std::to_string(status) + R"(, "body": {"errorCode": ")" + code + R"("}}})");
}

void expect_whole_chain(daemon::rehearsal& world, std::size_t records)
{
    const auto verdict = runtime::check_evidence(world.evidence(), true);
    EXPECT_TRUE(verdict.misfit.empty()) << verdict.misfit << ": " << verdict.why;
    EXPECT_EQ(verdict.records, records);
}

TEST(SystemLog, EntriesOfALeaverStandInTheChainBehindItsRecord)
{
    auto world = jane_leaves();
    world->run_for(5min);
    ASSERT_TRUE(supplement_in(*world).is_null()) << "the log lags: it is not asked at once";
    world->run_for(60min);
    const auto found = supplement_in(*world);
    ASSERT_FALSE(found.is_null());
    EXPECT_EQ(questions(*world), 1) << "one for the leaver, none for the joiner";
    EXPECT_THAT(found["system_log"]["changes_without_entry"].items(), IsEmpty()) << pretty(found);
    EXPECT_THAT(found["system_log"]["changes"].items(), Not(IsEmpty()));
    EXPECT_THAT(pretty(found), HasSubstr("user.lifecycle.deactivate"));
    for (const auto& record : world->evidence())
        if (record["id"] == found["completes"]["id"]) {
            EXPECT_EQ(record["hash"], found["completes"]["hash"]);
        }
    expect_whole_chain(*world, 3);

    const auto answer = world->operate("GET", "/v1/evidence/" + found["run"].text_or(), {}, "alice");
    ASSERT_TRUE(answer);
    const auto shown = engine::json::parse(answer->body).value();
    EXPECT_EQ(shown["id"], found["completes"]["id"]);
    EXPECT_EQ(shown["supplements"].items().at(0)["hash"], found["hash"]);
    EXPECT_TRUE(shown["earlier"].is_null());
    EXPECT_TRUE(runtime::check_evidence({shown}, false).misfit.empty());
}

TEST(SystemLog, IsNotAskedUnlessThePolicySaysSo)
{
    auto world = jane_leaves({});
    world->run_for(48h);
    EXPECT_EQ(questions(*world), 0);
    expect_whole_chain(*world, 2);
}

TEST(SystemLog, AMissingScopeIsSaidAtOnce)
{
    auto world = jane_leaves();
    log_answers(*world, 403, "E0000006");
    world->run_for(60min);
    const auto found = supplement_in(*world);
    EXPECT_EQ(questions(*world), 1);
    EXPECT_THAT(found["system_log"]["why"].text_or(), HasSubstr("okta.logs.read"));
    EXPECT_TRUE(found["system_log"]["entries"].is_null());
    expect_whole_chain(*world, 3);
}

TEST(SystemLog, ALogThatDoesNotAnswerIsAskedForADayAndThenSaidNotToHaveAnswered)
{
    auto world = jane_leaves();
    log_answers(*world, 503, "E0000009");
    world->run_for(12h);
    ASSERT_TRUE(supplement_in(*world).is_null());
    const auto key = engine::json::parse(world->operate("GET", "/v1/evidence", {}, "alice")->body);
    EXPECT_EQ((*key)["evidence"].items().size(), 2U) << "the run's own record waits for nothing";
    world->run_for(24h);
    EXPECT_THAT(supplement_in(*world)["system_log"]["why"].text_or(), HasSubstr("could not be asked"));
    EXPECT_LT(questions(*world), 40);
    expect_whole_chain(*world, 3);
}

TEST(SystemLog, IsAskedOnceAlsoWhenTheProcessDiesMeanwhile)
{
    auto world = jane_leaves();
    world->run_for(5min);
    world->kill();
    world->run_for(60min);
    world->kill();
    world->run_for(60min);
    EXPECT_FALSE(supplement_in(*world).is_null());
    expect_whole_chain(*world, 3);
}

TEST(SystemLog, IsErasedWithThePerson)
{
    auto world = jane_leaves();
    world->run_for(72h);
    const auto account = supplement_in(*world)["subject"]["okta_id"].text_or();
    ASSERT_FALSE(account.empty());
    const auto erased =
        world->operate("POST", "/v1/people/100900/erase", value::map({{"reason", "asked for"}}), "alice");
    ASSERT_EQ(erased->status, 200) << erased->body;
    EXPECT_THAT(pretty(value(world->evidence())), Not(HasSubstr(account)));
    const auto verdict = runtime::check_evidence(world->evidence(), true);
    EXPECT_TRUE(verdict.misfit.empty()) << verdict.misfit << ": " << verdict.why;
    EXPECT_EQ(verdict.without_content, 3U);
}

TEST(SystemLog, IsAskedAgainAfterTwiceTheTimeAndAtLastWrittenAsItIs)
{
    const auto ended = at("2027-02-10T09:00:00Z");
    EXPECT_EQ(daemon::ask_again_at(ended, ended + 10min, 10min, true), ended + 20min);
    EXPECT_EQ(daemon::ask_again_at(ended, ended + 20min, 10min, true), ended + 40min);
    EXPECT_EQ(daemon::ask_again_at(ended, ended + 40min, 10min, true), std::nullopt);
    EXPECT_EQ(daemon::ask_again_at(ended, ended + 5h, 10min, false), ended + 6h);
    EXPECT_EQ(daemon::ask_again_at(ended, ended + 24h, 10min, false), std::nullopt);
}

} // namespace
} // namespace jmld::simulation
