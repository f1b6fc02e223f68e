// Mapping is configuration: the same canonical events from senders whose layouts have nothing in common. The payloads
// are written here, in the shapes that BambooHR and HiBob document; they prove nothing about those products.
#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "tests/support/source_files.hpp"
#include "workflows/events/source_mapping.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

source_mapping shipped_mapping(const std::string& name)
{
    auto read = read_mapping(name + ".yaml", test::shipped("config/sources/" + name + ".yaml"));
    if (!read)
        for (const auto& problem : read.error().messages)
            ADD_FAILURE() << problem;
    return read.value_or(source_mapping{});
}

mapping_outcome mapped_by(const std::string& name, std::string_view raw)
{
    message made;
    made.body = engine::json::parse(raw).value();
    made.raw_sha256 = digest::sha256_hex(raw);
    return map(shipped_mapping(name), name, made);
}

std::vector<canonical_event> events_of(const std::string& name, std::string_view raw)
{
    const auto outcome = mapped_by(name, raw);
    if (const auto* bad = std::get_if<unreadable>(&outcome))
        for (const auto& field : bad->fields)
            ADD_FAILURE() << field.pointer << " " << field.what;
    const auto* made = std::get_if<mapped>(&outcome);
    return made == nullptr ? std::vector<canonical_event>{} : made->events;
}

TEST(BambooHr, AHireAChangeARenamingAndAnEndInOneDelivery)
{
    const auto events = events_of("bamboohr", R"({"employees":[
      {"id":"41","action":"Updated","timestamp":"2026-11-20T03:14:07+0000","changedFields":["Hire Date","First Name"],
       "fields":{"Employee #":"100482","First Name":"Priya","Last Name":"Raman","Hire Date":"2026-12-07","Department":"Engineering",
                 "Job Title":"Engineer","Reporting to":"Bob Lee","Work Email":"","Home Email":"priya@example.net","Status":"Active"}},
      {"id":"42","action":"Updated","timestamp":"2026-11-21T09:00:00+0100","changedFields":["Department","Job Title"],
       "fields":{"Employee #":"100231","Department":"Sales","Job Title":"Lead","Job Information: Date":"2026-12-01","Status":"Active"}},
      {"id":"43","action":"Updated","timestamp":"2026-11-21T09:00:01+0100","changedFields":["Last Name"],
       "fields":{"Employee #":"100232","First Name":"Ana","Last Name":"Stone","Status":"Active"}},
      {"id":"44","action":"Updated","timestamp":"2026-11-21T09:00:02+0100","changedFields":["Status"],
       "fields":{"Employee #":"100233","Status":"Inactive","Employment Status":"Terminated","Employment Status: Date":"2026-11-30"}}]})");
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[0].type, "worker.hired");
    EXPECT_EQ(events[0].subject.id, "100482");
    EXPECT_EQ(events[0].subject.start, parse_date("2026-12-07"));
    EXPECT_EQ(events[0].subject.kind, "employee");
    EXPECT_EQ(events[0].subject.manager.name, "Bob Lee");
    EXPECT_EQ(events[0].subject.email, "") << "an empty text was not said";
    EXPECT_EQ(events[1].type, "worker.changed");
    EXPECT_EQ(events[1].effective_on, parse_date("2026-12-01"));
    EXPECT_EQ(to_rfc3339(events[1].entered_at.value()), "2026-11-21T08:00:00Z");
    EXPECT_EQ(events[2].type, "worker.renamed");
    EXPECT_EQ(events[3].type, "worker.terminated");
    EXPECT_EQ(events[3].subject.end, parse_date("2026-11-30"));
    EXPECT_NE(events[1].key.id, events[2].key.id);
}

TEST(BambooHr, WhatSaysNoValuesIsParkedOrKeptUnread)
{
    EXPECT_TRUE(std::holds_alternative<thin_notification>(mapped_by(
        "bamboohr",
        R"({"type":"employee.updated","timestamp":"2026-01-31T18:42:00+0000","data":{"employeeId":"7","changedFields":["firstName"]}})")));
    const auto created = mapped_by(
        "bamboohr",
        R"({"employees":[{"id":"7","action":"Created","timestamp":"2026-01-31T18:42:00+0000","changedFields":[],"fields":{}}]})");
    EXPECT_TRUE(std::holds_alternative<thin_notification>(created));
    // Beside one with values it must not get lost.
    const auto mixed = mapped_by(
        "bamboohr",
        R"({"employees":[{"id":"7","action":"Deleted","timestamp":"2026-01-31T18:42:00+0000","changedFields":[],"fields":{}},
                         {"id":"8","action":"Updated","timestamp":"2026-01-31T18:42:00+0000","changedFields":["Department"],"fields":{"Department":"Sales"}}]})");
    EXPECT_TRUE(std::holds_alternative<unreadable>(mixed));
    EXPECT_TRUE(std::holds_alternative<ignored>(mapped_by("bamboohr", R"({"ping":true})")));
}

constexpr std::string_view ana =
    R"("employee":{"id":"3343","firstName":"Ana","surname":"Ruiz","displayName":"Ana Ruiz","email":"ana.ruiz@example.com",
    "home":{"privateEmail":"ana@example.net"},"work":{"startDate":"2026-12-01","department":"Marketing","title":"Lead",
    "reportsTo":{"id":"3300","displayName":"Bob Lee"}},"internal":{"lifecycleStatus":")";

std::string bob_says(const std::string& type, const std::string& status, const std::string& more = {})
{
    return R"({"companyId":900001,"version":"v2","type":"employee.)" + type +
           R"(","triggeredAt":"2026-11-23T08:31:00.000Z","data":{"employeeId":"3343","effectiveDate":"2026-12-01"},)" +
           std::string(ana) + status + "\"" + more + "}}}";
}

TEST(HiBob, TheLifecycleOfAPersonIsRead)
{
    const auto only = [](const std::string& raw) {
        const auto events = events_of("hibob", raw);
        return events.size() == 1 ? events[0] : canonical_event{};
    };
    const auto hired = only(bob_says("created", "Hired"));
    EXPECT_EQ(hired.type, "worker.hired");
    EXPECT_EQ(hired.subject.start, parse_date("2026-12-01"));
    EXPECT_EQ(hired.subject.manager, (worker_manager{"3300", "Bob Lee"}));
    EXPECT_EQ(hired.subject.personal_email, "ana@example.net");
    EXPECT_EQ(only(bob_says("updated", "Employed")).type, "worker.changed");
    EXPECT_EQ(only(bob_says("inactivated", "On leave")).type, "worker.leave_started");
    EXPECT_EQ(only(bob_says("activated", "Employed")).type, "worker.leave_ended");
    for (const auto* type : {"left", "inactivated"}) {
        const auto left =
            only(bob_says(type, "Terminated", R"(,"terminationDate":"2026-12-31","terminationReason":"Resignation")"));
        EXPECT_EQ(left.type, "worker.terminated") << type;
        EXPECT_EQ(left.subject.end, parse_date("2026-12-31"));
        EXPECT_EQ(left.reason.id, "Resignation");
    }
}

TEST(HiBob, IdsOnlyAreParkedAndProbesIgnored)
{
    const auto thin = mapped_by(
        "hibob",
        R"({"version":"v2","type":"employee.updated","triggeredAt":"2026-11-23T08:31:00.000Z","companyId":9,"data":{"employeeId":"1","fieldUpdates":[{"id":"work.department"}]}})");
    ASSERT_TRUE(std::holds_alternative<thin_notification>(thin));
    EXPECT_EQ(std::get<thin_notification>(thin).type, "employee.updated");
    for (const auto* probe : {"\"Ping test\"", R"({"text":"Ping test"})"})
        EXPECT_TRUE(std::holds_alternative<ignored>(mapped_by("hibob", probe))) << probe;
    EXPECT_TRUE(std::holds_alternative<ignored>(mapped_by("hibob", bob_says("deleted", "Employed"))));
}

} // namespace
} // namespace jmld::workflows
