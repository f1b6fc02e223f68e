// The shipped Workday mapping: on messages written here, and on every sample event where the shared folder is beside
// the checkout. The shipped access rules know the departments that the samples name.
#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "tests/support/source_files.hpp"
#include "workflows/events/cloud_event.hpp"
#include "workflows/events/source_mapping.hpp"
#include "workflows/people/access.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using engine::value;
using testing::ElementsAre;

const source_mapping& workday()
{
    static const source_mapping mapping = [] {
        auto read = read_mapping("workday.yaml", test::shipped("config/sources/workday.yaml"));
        if (!read)
            for (const auto& problem : read.error().messages)
                ADD_FAILURE() << problem;
        return read.value_or(source_mapping{});
    }();
    return mapping;
}

message message_of(std::string_view raw, value headers = {})
{
    message made;
    made.headers = std::move(headers);
    made.body = engine::json::parse(raw).value();
    made.raw_sha256 = digest::sha256_hex(raw);
    return made;
}

canonical_event only(const mapping_outcome& outcome)
{
    if (const auto* bad = std::get_if<unreadable>(&outcome))
        for (const auto& field : bad->fields)
            ADD_FAILURE() << field.pointer << " " << field.what;
    const auto* made = std::get_if<mapped>(&outcome);
    if (made == nullptr || made->events.size() != 1) {
        ADD_FAILURE() << "one event was expected, outcome " << outcome.index();
        return {};
    }
    return made->events[0];
}

TEST(Workday, ReadsTheFlatHireWithAStableId)
{
    constexpr std::string_view raw =
        R"({"employee":"Jane Ann Smith","dept":"Marketing","startDate":"2026-04-01","manager":"Bob Lee"})";
    const auto event = only(map(workday(), "workday", message_of(raw)));
    EXPECT_EQ(event.type, "worker.hired");
    EXPECT_EQ(event.key.id, digest::sha256_hex(raw));
    EXPECT_EQ(event.subject.kind, "employee");
    EXPECT_EQ(event.subject.given_name, "Jane Ann");
    EXPECT_EQ(event.subject.family_name, "Smith");
    EXPECT_EQ(event.subject.department, "Marketing");
    EXPECT_EQ(event.subject.manager.name, "Bob Lee");
    EXPECT_EQ(event.subject.start, parse_date("2026-04-01"));
}

TEST(Workday, AFlatHireThatLacksItsDayNamesTheField)
{
    const auto outcome = map(workday(), "workday", message_of(R"({"employee":"Jane Smith","dept":"Marketing"})"));
    EXPECT_EQ(std::get<unreadable>(outcome).fields.at(0).pointer, "/startDate");
}

TEST(Workday, NamesTheFieldOfAWorkerEventByItsPlaceInTheBody)
{
    const auto outcome = map(
        workday(), "workday",
        message_of(
            R"({"id":"1","type":"workday.worker.termination","data":{"terminationDate":"soon","worker":{"workerId":"1"}}})"));
    const auto& bad = std::get<unreadable>(outcome);
    EXPECT_EQ(bad.key.id, "1");
    EXPECT_EQ(bad.fields.at(0).pointer, "/data/terminationDate");
}

TEST(Workday, ANullWasNotSaid)
{
    const auto event =
        only(map(workday(), "workday", message_of(R"({"id":"1","type":"workday.worker.job_change","timestamp":null,
        "data":{"effectiveDate":"2026-11-23","reason":null,"immediate":null,"businessProcess":null,
        "worker":{"workerId":"100231","legalName":{"first":"Dana","last":null},"preferredName":null,"manager":null,"position":null,"hireDate":null}}})")));
    EXPECT_EQ(event.subject.given_name, "Dana");
    EXPECT_EQ(event.subject.family_name, "");
    EXPECT_EQ(event.subject.preferred_name, "");
    EXPECT_EQ(event.subject.manager, worker_manager{});
    EXPECT_EQ(event.subject.time_zone, "");
    EXPECT_EQ(event.subject.start, std::nullopt);
    EXPECT_FALSE(event.entered_at.has_value());
}

// ---- the sample events --------------------------------------------------------------------------

class Samples : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!test::sample_events())
            GTEST_SKIP() << "the folder ../shared with the sample events is not beside this checkout";
    }
    static std::string raw(const char* name) { return test::read_file(*test::sample_events() / name).value(); }
    static canonical_event event(const char* name) { return only(map(workday(), "workday", message_of(raw(name)))); }
};

struct row
{
    const char *file, *type, *id, *effective;
};

TEST_F(Samples, AreReadAsTheirReadmeSays)
{
    const row rows[] = {{"01-hire-future-dated.json", "worker.hired", "wd-evt-0001", "2026-12-07"},
                        {"02-hire-contingent-worker.json", "worker.hired", "wd-evt-0002", "2026-11-23"},
                        {"03-job-change.json", "worker.changed", "wd-evt-0003", "2026-11-23"},
                        {"04-manager-change.json", "worker.changed", "wd-evt-0004", "2026-12-01"},
                        {"05-name-change.json", "worker.renamed", "wd-evt-0005", "2026-11-23"},
                        {"06-termination-future-dated.json", "worker.terminated", "wd-evt-0006", "2026-12-31"},
                        {"07-termination-immediate-for-cause.json", "worker.terminated", "wd-evt-0007", "2026-11-23"},
                        {"08-rescind-termination.json", "worker.termination_rescinded", "wd-evt-0008", "2026-12-31"},
                        {"09-rescind-hire.json", "worker.hire_rescinded", "wd-evt-0009", "2026-12-07"},
                        {"10-leave-of-absence-start.json", "worker.leave_started", "wd-evt-0010", "2026-11-24"},
                        {"11-leave-of-absence-return.json", "worker.leave_ended", "wd-evt-0011", "2027-05-24"},
                        {"12-rehire.json", "worker.rehired", "wd-evt-0012", "2026-11-30"},
                        {"13-correction-hire-date.json", "worker.hired", "wd-evt-0013", "2026-12-14"},
                        {"14-contractor-conversion-hire.json", "worker.converted", "wd-evt-0014", "2027-01-04"},
                        {"15-contract-end.json", "worker.contract_ended", "wd-evt-0015", "2027-01-03"},
                        {"16-no-show.json", "worker.no_show", "wd-evt-0016", "2026-12-07"},
                        {"17-hire-unicode-unknown-fields.json", "worker.hired", "wd-evt-0017", "2026-11-23"},
                        {"19-hire-backdated.json", "worker.hired", "wd-evt-0019", "2026-04-01"}};
    for (const auto& expected : rows) {
        SCOPED_TRACE(expected.file);
        const auto read = event(expected.file);
        EXPECT_EQ(read.type, expected.type);
        EXPECT_EQ(read.key.id, expected.id);
        EXPECT_EQ(read.effective_on, parse_date(expected.effective));
        EXPECT_TRUE(read.entered_at.has_value());
        EXPECT_FALSE(read.process_id.empty());
        EXPECT_FALSE(read.subject.universal_id.empty());
    }
}

TEST_F(Samples, CarryWhatTheirTrapsAreAbout)
{
    const auto contractor = event("02-hire-contingent-worker.json");
    EXPECT_EQ(contractor.subject.kind, "contingent_worker");
    EXPECT_EQ(contractor.subject.end, parse_date("2027-03-31"));
    EXPECT_EQ(contractor.subject.start, parse_date("2026-11-23"));
    const auto resigned = event("06-termination-future-dated.json");
    EXPECT_EQ(resigned.subject.end, parse_date("2026-12-31"));
    EXPECT_EQ(resigned.subject.last_day, parse_date("2026-12-18"));
    EXPECT_FALSE(resigned.urgent);
    EXPECT_TRUE(event("07-termination-immediate-for-cause.json").urgent);
    EXPECT_EQ(event("08-rescind-termination.json").rescinds, resigned.process_id);
    EXPECT_EQ(event("13-correction-hire-date.json").corrects, event("01-hire-future-dated.json").process_id);
    EXPECT_EQ(event("16-no-show.json").rescinds, event("01-hire-future-dated.json").process_id);
    const auto unicode = event("17-hire-unicode-unknown-fields.json");
    EXPECT_EQ(unicode.subject.preferred_name, "Pepe Ñíguez");
    EXPECT_EQ(unicode.subject.family_name, "Ñíguez Peña");
    EXPECT_EQ(unicode.subject.email, "");
    EXPECT_EQ(event("01-hire-future-dated.json").subject.time_zone, "Australia/Melbourne");
}

TEST_F(Samples, TheLiteralPayloadIsReadAndHasItsDigestAsId)
{
    const auto text = raw("20-seed-literal.json");
    EXPECT_EQ(event("20-seed-literal.json").key.id, digest::sha256_hex(text));
}

TEST_F(Samples, WhatIsNotHandledIsIgnored)
{
    for (const char* file :
         {"18-unsupported-compensation-change.json", "21-thin-notification.json", "22-connection-probe.json"})
    {
        const auto outcome = map(workday(), "workday", message_of(raw(file)));
        EXPECT_TRUE(std::holds_alternative<ignored>(outcome)) << file;
    }
    EXPECT_EQ(
        std::get<ignored>(map(workday(), "workday", message_of(raw("18-unsupported-compensation-change.json")))).key.id,
        "wd-evt-0018");
}

TEST_F(Samples, AReportIsASnapshotOfEachWorker)
{
    const auto outcome = map(workday(), "workday", message_of(raw("23-raas-snapshot.json")));
    const auto& events = std::get<mapped>(outcome).events;
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[2].type, "worker.snapshot");
    EXPECT_EQ(events[2].subject.id, "100602");
    EXPECT_EQ(events[2].subject.end, parse_date("2026-11-20"));
    EXPECT_EQ(events[0].subject.end, std::nullopt);
    EXPECT_NE(events[0].key, events[1].key);
}

TEST_F(Samples, FortyTerminationsHoldOneThatIsUrgent)
{
    std::istringstream lines(raw("24-mass-termination.ndjson"));
    int read = 0, urgent = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto mass = only(map(workday(), "workday", message_of(line)));
        EXPECT_EQ(mass.type, "worker.terminated");
        urgent += mass.urgent ? 1 : 0;
        ++read;
    }
    EXPECT_EQ(read, 40);
    EXPECT_EQ(urgent, 1);
}

TEST_F(Samples, AnEnvelopeChangesNothing)
{
    const auto plain = event("01-hire-future-dated.json");
    const auto structured =
        unwrap(message_of(raw("30-cloudevents-structured.json")), "application/cloudevents+json").value();
    EXPECT_EQ(only(map(workday(), "workday", structured.at(0))), plain);

    const auto description = engine::json::parse(raw("31-cloudevents-binary.headers.json")).value();
    engine::value_map headers;
    for (const auto& [name, content] : description["headers"].entries()) {
        std::string lower(name);
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        headers.emplace_back(lower, content);
    }
    const auto binary =
        unwrap(message_of(raw("31-cloudevents-binary.body.json"), value(std::move(headers))), "application/json")
            .value();
    EXPECT_EQ(only(map(workday(), "workday", binary.at(0))), event("03-job-change.json"));

    const auto batch =
        unwrap(message_of(raw("32-cloudevents-batch.json")), "application/cloudevents-batch+json").value();
    ASSERT_EQ(batch.size(), 2U);
    EXPECT_EQ(only(map(workday(), "workday", batch[0])), plain);
    EXPECT_EQ(only(map(workday(), "workday", batch[1])), event("09-rescind-hire.json"));
}

TEST_F(Samples, TheShippedAccessRulesKnowTheirDepartments)
{
    const auto rules = read_access("access.yaml", test::shipped("config/access.yaml")).value();
    for (const char* file :
         {"01-hire-future-dated.json", "02-hire-contingent-worker.json", "03-job-change.json", "05-name-change.json",
          "07-termination-immediate-for-cause.json", "10-leave-of-absence-start.json", "12-rehire.json",
          "17-hire-unicode-unknown-fields.json", "20-seed-literal.json"})
        EXPECT_EQ(unknown_department(rules, event(file).subject), std::nullopt) << file;
    const auto target = target_of(rules, event("20-seed-literal.json").subject);
    EXPECT_THAT(target.groups, ElementsAre("Staff", "Marketing"));
    EXPECT_THAT(target.apps, ElementsAre("Slack", "Canva"));
}

} // namespace
} // namespace jmld::workflows
