// The durable record, the policy file, and correlation.
#include "workflows/people/correlate.hpp"
#include "workflows/people/person.hpp"
#include "workflows/people/policy.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

worker someone(std::string department)
{
    worker who;
    who.id = "1";
    who.department = std::move(department);
    who.manager = {"2", "Bob Lee"};
    who.start = parse_date("2026-12-07");
    return who;
}

TEST(PersonRecord, ReadsBackWhatWasWritten)
{
    person_record record{"00u1",
                         "1",
                         "ACTIVE",
                         "00u2",
                         parse_rfc3339("2027-02-01T09:00:00.250Z").value(),
                         someone("Sales"),
                         {someone("Engineering")},
                         "jane@example.com",
                         {{"run_1"}, {{"group g1", 2}}}};
    EXPECT_EQ(decode_person(encode(record)).value(), record);
    EXPECT_EQ(decode_person("").value(), person_record{});
}

TEST(PersonRecord, DamagedBytesAreAnError)
{
    EXPECT_EQ(decode_person("{\"version\":2}").error().code, errc::corrupt);
    EXPECT_EQ(decode_person("{").error().code, errc::corrupt);
}

TEST(PersonRecord, RemembersForWhomRunsActedUntilOneSettlesIt)
{
    person_record record;
    apply_belief(record, someone("Sales"));
    EXPECT_THAT(record.former, IsEmpty());
    apply_belief(record, someone("Marketing"));
    apply_belief(record, someone("Engineering"));
    EXPECT_THAT(record.former, ElementsAre(someone("Sales"), someone("Marketing")));
    settle(record);
    EXPECT_THAT(record.former, IsEmpty());
    EXPECT_EQ(record.believed.department, "Engineering");
}

// ---- policy -------------------------------------------------------------------------------------

TEST(Policy, HasTheShippedDefaults)
{
    const auto rules = read_policy("jmld.yaml", "").value();
    EXPECT_EQ(rules.pre_hire, duration{7 * 86'400'000LL});
    EXPECT_EQ(rules.last_day, last_day_rule::earlier);
    EXPECT_EQ(rules.guard.max_leavers, 10);
    EXPECT_EQ(rules.guard.window, duration{3'600'000});
    EXPECT_EQ(rules.verify.apart, duration{30'000});
    EXPECT_EQ(rules.delete_after, std::nullopt);
    worker who;
    who.given_name = "Ana";
    who.family_name = "Ruiz";
    const auto person = to_value(who);
    EXPECT_EQ(rules.login.compiled.evaluate([&](std::string_view) { return &person; }).value(),
              engine::value("Ana.Ruiz@example.com"));
    EXPECT_EQ(*to_value(rules)["pre_hire"].if_duration(), duration{7 * 86'400'000LL});
}

TEST(Policy, ReadsEveryKey)
{
    const auto rules =
        read_policy("p",
                    R"(login: { pattern: '${{ person.id }}@x.example', collision: park, rename_on_name_change: true }
pre_hire: 3d
last_day: last_day_of_work
urgent_reasons: [Involuntary_For_Cause]
guard: { window: 30m, max_leavers: 5, max_percent: 1.5 }
verify: { clean_reads: 3, apart: 1m, drift_watch: 2d }
retention: { delete_after: 90d }
company_time_zone: Europe/Berlin
protected: [root@x.example]
)")
            .value();
    EXPECT_EQ(rules.login.collision, login_collision::park);
    EXPECT_TRUE(rules.login.rename_on_name_change);
    EXPECT_EQ(rules.last_day, last_day_rule::last_day_of_work);
    EXPECT_TRUE(rules.is_urgent_reason("Involuntary_For_Cause"));
    EXPECT_EQ(rules.guard.max_percent, 1.5);
    EXPECT_EQ(rules.verify.clean_reads, 3);
    EXPECT_EQ(rules.delete_after, duration{90 * 86'400'000LL});
    EXPECT_EQ(rules.company_time_zone, "Europe/Berlin");
}

TEST(Policy, EveryMistakeIsToldWithItsLineInTheWholeFile)
{
    const auto read = read_policy(
        "jmld.yaml", "pre_hire: 7\nguard: { widow: 1h }\nlast_day: never\ncompany_time_zone: Mars/Base\n", 20);
    ASSERT_FALSE(read.has_value());
    std::string all;
    for (const auto& message : read.error())
        all += message + "\n";
    EXPECT_THAT(all, HasSubstr("jmld.yaml:20:"));
    EXPECT_THAT(all, HasSubstr("a duration with a unit"));
    EXPECT_THAT(all, HasSubstr("jmld.yaml:21:"));
    EXPECT_THAT(all, HasSubstr("did you mean 'window'"));
    EXPECT_THAT(all, HasSubstr("earlier, termination_date or last_day_of_work"));
    EXPECT_THAT(all, HasSubstr("tz database"));
}

TEST(Policy, TimeBeforeAHireIsWholeDays)
{
    EXPECT_TRUE(read_policy("p", "pre_hire: 48h").has_value());
    EXPECT_TRUE(read_policy("p", "pre_hire: 0s").has_value());
    const auto read = read_policy("p", "pre_hire: 36h");
    ASSERT_FALSE(read.has_value());
    EXPECT_THAT(read.error().at(0), HasSubstr("whole days"));
}

// ---- correlation --------------------------------------------------------------------------------

canonical_event event(const char* type, worker who)
{
    canonical_event made;
    made.key = {"workday", "e1"};
    made.type = type;
    made.subject = std::move(who);
    return made;
}
worker with_ids()
{
    worker who;
    who.id = "100231";
    who.universal_id = "U-1";
    return who;
}
worker name_only()
{
    worker who;
    who.given_name = "Jane";
    who.family_name = "Smith";
    return who;
}
okta_candidate user(const char* id, const char* universal = "")
{
    return {id, "", "DEPROVISIONED", "100231", universal};
}

TEST(Correlate, AdoptsByUniversalIdThenByWorkerIdWhateverTheStatus)
{
    correlation_candidates found;
    found.by_worker_id = {user("00u2")};
    EXPECT_EQ(std::get<adopt>(correlate(event("worker.rehired", with_ids()), found)).account.id, "00u2");
    found.by_universal_id = {user("00u1", "U-1")};
    EXPECT_EQ(std::get<adopt>(correlate(event("worker.rehired", with_ids()), found)).account.id, "00u1");
}

TEST(Correlate, AWorkerIdWithAnotherUniversalIdIsLeftToAPerson)
{
    correlation_candidates found;
    found.by_worker_id = {user("00u2", "U-9")};
    EXPECT_THAT(std::get<park_identity>(correlate(event("worker.hired", with_ids()), found)).candidates,
                ElementsAre("00u2"));
}

TEST(Correlate, ANameAloneNeverIdentifies)
{
    correlation_candidates found;
    EXPECT_TRUE(std::holds_alternative<new_person>(correlate(event("worker.hired", name_only()), found)));
    found.namesakes = {user("00u5"), user("00u6")};
    EXPECT_THAT(std::get<park_identity>(correlate(event("worker.hired", name_only()), found)).candidates,
                ElementsAre("00u5", "00u6"));
    EXPECT_TRUE(std::holds_alternative<new_person>(correlate(event("worker.hired", with_ids()), found)));
}

TEST(Correlate, TwoManagersParkAGrantAndNeverAnEnd)
{
    correlation_candidates found;
    found.by_worker_id = {user("00u2")};
    found.managers = {user("00u7"), user("00u8")};
    EXPECT_THAT(std::get<park_identity>(correlate(event("worker.changed", with_ids()), found)).manager_candidates,
                ElementsAre("00u7", "00u8"));
    EXPECT_TRUE(std::holds_alternative<adopt>(correlate(event("worker.terminated", with_ids()), found)));
    found.managers.resize(1);
    EXPECT_EQ(std::get<adopt>(correlate(event("worker.changed", with_ids()), found)).manager_okta_id, "00u7");
}

TEST(Correlate, AManagerWhoIsNotFoundHoldsUpNothing)
{
    EXPECT_TRUE(std::get<new_person>(correlate(event("worker.hired", with_ids()), {})).manager_okta_id.empty());
}

TEST(Correlate, IdentitiesAreTheStrongKeysOrTheEventItself)
{
    EXPECT_EQ(identity_digests(event("worker.hired", with_ids())).size(), 2U);
    const auto by_event = identity_digests(event("worker.hired", name_only()));
    EXPECT_EQ(by_event, identity_digests(event("worker.changed", name_only())));
    auto other = event("worker.hired", name_only());
    other.key.id = "e2";
    EXPECT_NE(by_event, identity_digests(other));
}

TEST(Correlate, AsksForNamesOnlyWithoutIds)
{
    EXPECT_TRUE(lookups_for(event("worker.hired", with_ids())).given_name.empty());
    EXPECT_EQ(lookups_for(event("worker.hired", name_only())).given_name, "Jane");
    auto who = with_ids();
    who.manager.name = "Bob Lee";
    EXPECT_EQ(lookups_for(event("worker.hired", who)).manager_name, "Bob Lee");
    EXPECT_TRUE(lookups_for(event("worker.terminated", who)).manager_name.empty());
}

} // namespace
} // namespace jmld::workflows
