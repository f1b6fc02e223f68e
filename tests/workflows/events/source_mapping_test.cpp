// Mappings: what a sender's JSON becomes, what is not said, and what cannot be read.
#include "engine/json/json.hpp"
#include "workflows/events/cloud_event.hpp"
#include "workflows/events/source_mapping.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using engine::value;
using testing::ElementsAre;
using testing::HasSubstr;

source_mapping mapping_of(std::string_view yaml)
{
    auto read = read_mapping("m.yaml", yaml);
    if (!read)
        for (const auto& message : read.error().messages)
            ADD_FAILURE() << message;
    return read.value();
}

message body(std::string_view json)
{
    message made;
    made.headers = value::map({{"x-tenant", "t1"}});
    made.body = engine::json::parse(json).value();
    made.raw_sha256 = "abc";
    return made;
}

constexpr std::string_view simple = R"(type: ${{ body.kind }}
id: body.id
entered_at: body.at
effective_on: body.day
process_id: headers["x-tenant"]
reason: body.why
urgent: body.now
worker:
  id: body.who.number
  kind: body.who.kind
  given_name: body.who.first
  family_name: '${{ body.who.last }}'
  email: body.who.mail
  title: ${{ body.who.grade }} ${{ body.who.job }}
  manager: { id: body.boss }
  start: body.day
  end: body.until
)";

canonical_event only(const mapping_outcome& outcome)
{
    const auto* made = std::get_if<mapped>(&outcome);
    if (made == nullptr || made->events.size() != 1) {
        ADD_FAILURE() << "one event was expected";
        return {};
    }
    return made->events[0];
}

TEST(SourceMapping, ReadsCanonicalFields)
{
    const auto event = only(
        map(mapping_of(simple), "hr",
            body(R"({"kind":"hired","id":7,"at":"2026-11-20T03:14:07+01:00","day":"2026-12-07","why":"New","now":"1",
                                "who":{"number":100482,"kind":"Contingent Worker","first":" Ana ","last":"Ruiz","mail":"mailto:a@x.example","job":"Clerk"},"boss":null})")));
    EXPECT_EQ(event.key, (event_key{"hr", "7"}));
    EXPECT_EQ(event.type, "worker.hired");
    EXPECT_EQ(to_rfc3339(event.entered_at.value()), "2026-11-20T02:14:07Z");
    EXPECT_EQ(event.effective_on, parse_date("2026-12-07"));
    EXPECT_EQ(event.process_id, "t1");
    EXPECT_EQ(event.reason.id, "New");
    EXPECT_TRUE(event.urgent);
    EXPECT_EQ(event.subject.id, "100482");
    EXPECT_EQ(event.subject.kind, "contingent_worker");
    EXPECT_EQ(event.subject.given_name, "Ana");
    EXPECT_EQ(event.subject.email, "a@x.example");
    EXPECT_EQ(event.subject.title, "") << "a text with a missing part was not said";
    EXPECT_EQ(event.subject.manager.id, "");
    EXPECT_EQ(event.subject.end, std::nullopt);
}

TEST(SourceMapping, TheLastSegmentOfTheTypeDecides)
{
    const auto mapping = mapping_of("type: body.type\nworker: { id: body.id, given_name: body.id, start: body.d "
                                    "}\neffective_on: body.d\nreason: body.why\n");
    const auto type = [&](std::string_view json) {
        const auto outcome = map(mapping, "hr", body(json));
        const auto* made = std::get_if<mapped>(&outcome);
        return made != nullptr ? made->events[0].type : std::string("none");
    };
    EXPECT_EQ(type(R"({"type":"hire","id":"1","d":"2026-01-01"})"), "worker.hired");
    EXPECT_EQ(type(R"({"type":"com.example.workday.worker.hire","id":"1","d":"2026-01-01"})"), "worker.hired");
    EXPECT_EQ(type(R"({"type":"x.hire","id":"1","d":"2026-01-01","why":"Convert_CW"})"), "worker.converted");
    EXPECT_EQ(type(R"({"type":"x.manager_change","id":"1"})"), "worker.changed");
    EXPECT_EQ(type(R"({"type":"x.name_change","id":"1"})"), "worker.renamed");
    EXPECT_EQ(type(R"({"type":"worker.leave_started","id":"1"})"), "worker.leave_started");
    EXPECT_EQ(type(R"({"type":"x.compensation_change","id":"1"})"), "none");
}

TEST(SourceMapping, WithoutAnIdTheBodysDigestIsTheId)
{
    const auto event =
        only(map(mapping_of("type: worker.changed\nworker: { id: body.n }\n"), "hr", body(R"({"n":"1"})")));
    EXPECT_EQ(event.key.id, "abc");
}

TEST(SourceMapping, OneEventForEachElementOfAList)
{
    const auto outcome = map(mapping_of("for_each: body.list\ntype: worker.snapshot\nworker: { id: item.n }\n"), "hr",
                             body(R"({"list":[{"n":"1"},{"n":"2"}]})"));
    const auto& events = std::get<mapped>(outcome).events;
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[1].subject.id, "2");
    EXPECT_EQ(events[0].key.id, "abc.0");
    EXPECT_EQ(events[1].key.id, "abc.1");
}

TEST(SourceMapping, AWholeNameIsSplitAtItsLastBlank)
{
    const auto mapping = mapping_of("type: worker.hired\neffective_on: body.d\nworker: { name: body.n }\n");
    auto event = only(map(mapping, "hr", body(R"({"n":"Ana Maria Ruiz","d":"2026-01-01"})")));
    EXPECT_EQ(event.subject.given_name, "Ana Maria");
    EXPECT_EQ(event.subject.family_name, "Ruiz");
    event = only(map(mapping, "hr", body(R"({"n":"Madonna","d":"2026-01-01"})")));
    EXPECT_EQ(event.subject.given_name, "Madonna");
    EXPECT_EQ(event.subject.family_name, "");
}

TEST(SourceMapping, FieldsThatCannotBeReadAreNamedByTheirPlace)
{
    const auto outcome = map(
        mapping_of(simple), "hr",
        body(
            R"({"kind":"hired","id":"e","day":"7 Dec","at":12,"now":"maybe","who":{"number":["x"],"kind":"robot","first":"Ana"}})"));
    const auto& bad = std::get<unreadable>(outcome);
    EXPECT_EQ(bad.key.id, "e");
    EXPECT_EQ(bad.type, "worker.hired");
    std::vector<std::string> pointers;
    for (const auto& problem : bad.fields)
        pointers.push_back(problem.pointer);
    EXPECT_THAT(pointers, testing::IsSupersetOf({"/day", "/at", "/now", "/who/number", "/who/kind"}));
    for (const auto& problem : bad.fields)
        EXPECT_THAT(problem.what, testing::Not(HasSubstr("7 Dec"))) << "no value is repeated";
}

TEST(SourceMapping, AHireNeedsADayAndAName)
{
    const auto outcome = map(mapping_of(simple), "hr", body(R"({"kind":"hired","who":{"number":"1"}})"));
    const auto& bad = std::get<unreadable>(outcome);
    ASSERT_EQ(bad.fields.size(), 2U);
    EXPECT_EQ(bad.fields[0].pointer, "/day");
    EXPECT_EQ(bad.fields[1].pointer, "/who/first");
}

TEST(SourceMapping, AnEndNeedsItsDayUnlessItIsUrgent)
{
    EXPECT_TRUE(std::holds_alternative<unreadable>(
        map(mapping_of(simple), "hr", body(R"({"kind":"terminated","who":{"number":"1"}})"))));
    EXPECT_TRUE(std::holds_alternative<mapped>(
        map(mapping_of(simple), "hr", body(R"({"kind":"terminated","now":true,"who":{"number":"1"}})"))));
}

TEST(SourceMapping, AnEventThatNamesNobodyIsUnreadable)
{
    EXPECT_TRUE(std::holds_alternative<unreadable>(map(mapping_of(simple), "hr", body(R"({"kind":"changed"})"))));
}

TEST(SourceMapping, WhateverTheBodyIsTheAnswerIsAnOutcome)
{
    for (const char* json :
         {"null", "[]", "\"Ping test\"", "7", "{}", R"({"kind":{}})", R"({"kind":"nothing"})", R"({"who":[]})"})
        EXPECT_FALSE(std::holds_alternative<mapped>(map(mapping_of(simple), "hr", body(json)))) << json;
}

TEST(SourceMapping, AThinNotificationIsParkedByAMappingThatSaysSo)
{
    const auto outcome = map(mapping_of("thin: true\ntype: body.type\nid: body.id\n"), "hr",
                             body(R"({"type":"employee.updated","id":"x"})"));
    const auto& thin = std::get<thin_notification>(outcome);
    EXPECT_EQ(thin.key.id, "x");
    EXPECT_EQ(thin.type, "employee.updated");
}

TEST(SourceMapping, EveryMistakeOfAFileIsToldAtOnce)
{
    const auto read = read_mapping("m.yaml", "typ: body.type\nworker:\n  nam: body.x\n  id: bdy.id\nid: body.(\n");
    ASSERT_FALSE(read.has_value());
    std::string all;
    for (const auto& message : read.error().messages)
        all += message + "\n";
    EXPECT_THAT(all, HasSubstr("m.yaml:1:1"));
    EXPECT_THAT(all, HasSubstr("did you mean 'type'"));
    EXPECT_THAT(all, HasSubstr("m.yaml:3:3"));
    EXPECT_THAT(all, HasSubstr("m.yaml:4:"));
    EXPECT_THAT(all, HasSubstr("m.yaml:5:"));
    EXPECT_THAT(all, HasSubstr("needs 'type'"));
}

// ---- CloudEvents --------------------------------------------------------------------------------

constexpr std::string_view one = R"({"specversion":"1.0","id":"c1","source":"s","type":"x.hire","data":{"n":"1"}})";

TEST(CloudEvent, StructuredModeGivesItsDataAndAttributes)
{
    for (const char* type : {"application/cloudevents+json; charset=utf-8", "application/json"}) {
        const auto messages = unwrap(body(one), type).value();
        ASSERT_EQ(messages.size(), 1U);
        EXPECT_EQ(messages[0].body, value::map({{"n", "1"}}));
        EXPECT_EQ(messages[0].ce["id"], value("c1"));
        EXPECT_TRUE(messages[0].enveloped);
    }
}

TEST(CloudEvent, BinaryModeReadsHeaders)
{
    auto request = body(R"({"n":"1"})");
    request.headers = value::map({{"ce-specversion", "1.0"},
                                  {"ce-id", "c1"},
                                  {"ce-source", "s"},
                                  {"ce-type", "x.hire"},
                                  {"ce-subject", "a%20b"}});
    const auto messages = unwrap(request, "application/json").value();
    EXPECT_EQ(messages.at(0).ce["type"], value("x.hire"));
    EXPECT_EQ(messages.at(0).ce["subject"], value("a b"));
    EXPECT_EQ(messages.at(0).body["n"], value("1"));
}

TEST(CloudEvent, ABatchKeepsOrderAndGivesEachItsOwnId)
{
    const auto text = "[" + std::string(one) + "," + std::string(one) + "]";
    const auto messages = unwrap(body(text), "application/cloudevents-batch+json").value();
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[1].position, 1U);
}

TEST(CloudEvent, ABrokenEnvelopeIsRefused)
{
    EXPECT_EQ(unwrap(body("{}"), "application/cloudevents+json").error().code, errc::invalid_input);
    EXPECT_EQ(unwrap(body("{}"), "application/cloudevents-batch+json").error().code, errc::invalid_input);
    EXPECT_EQ(unwrap(body("[]"), "application/cloudevents-batch+json").error().code, errc::invalid_input);
    EXPECT_EQ(unwrap(body(R"({"specversion":"0.3","id":"1","source":"s","type":"t"})"), "application/cloudevents+json")
                  .error()
                  .code,
              errc::invalid_input);
}

TEST(CloudEvent, Base64DataIsDecoded)
{
    const auto messages =
        unwrap(body(R"({"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"eyJuIjoiMSJ9"})"),
               "application/cloudevents+json")
            .value();
    EXPECT_EQ(messages.at(0).body["n"], value("1"));
    EXPECT_FALSE(unwrap(body(R"({"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"!"})"),
                        "application/cloudevents+json")
                     .has_value());
}

TEST(CloudEvent, WhatIsNoEnvelopeComesBackAsItIs)
{
    const auto messages = unwrap(body(R"({"n":"1"})"), "application/json").value();
    EXPECT_FALSE(messages.at(0).enveloped);
    EXPECT_TRUE(messages.at(0).ce.is_null());
}

// ---- the canonical event ------------------------------------------------------------------------

TEST(CanonicalEvent, GoesThroughAValueUnchanged)
{
    canonical_event event;
    event.key = {"hr", "1"};
    event.type = "worker.hired";
    event.entered_at = parse_rfc3339("2026-11-20T03:14:07Z");
    event.effective_on = parse_date("2026-12-07");
    event.subject.given_name = "Ana";
    event.subject.manager = {"2", "Bob"};
    event.subject.start = parse_date("2026-12-07");
    event.urgent = true;
    EXPECT_EQ(event_from_value(to_value(event)).value(), event);
    EXPECT_EQ(canonical_sha256(event), canonical_sha256(event));
}

TEST(CanonicalEvent, WhatWasNotSaidIsAbsent)
{
    canonical_event event;
    event.type = "worker.hired";
    EXPECT_EQ(to_value(event).find("effective_on"), nullptr);
    EXPECT_EQ(to_value(event)["worker"].find("department"), nullptr);
}

TEST(CanonicalEvent, DamageIsNamed)
{
    EXPECT_EQ(event_from_value(value::map({{"type", "worker.hired"}, {"worker", value::map({{"start", "soon"}})}}))
                  .error()
                  .what,
              "/worker/start must be a date");
    EXPECT_FALSE(event_from_value(value::map({{"type", "worker.flew"}})).has_value());
}

TEST(CanonicalEvent, MergingKeepsWhatIsNotSaidAgain)
{
    worker older, newer;
    older.department = "Sales";
    older.title = "Lead";
    older.manager = {"1", "Alice"};
    newer.department = "Marketing";
    newer.manager = {"2", ""};
    const auto merged = merge(older, newer);
    EXPECT_EQ(merged.department, "Marketing");
    EXPECT_EQ(merged.title, "Lead");
    EXPECT_EQ(merged.manager, (worker_manager{"2", ""}));
}

} // namespace
} // namespace jmld::workflows
