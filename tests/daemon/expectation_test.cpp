// What `expect` of a scenario holds to be met, and how it says what is not.
#include "daemon/scenario/expectation.hpp"

#include "daemon/scenario/document.hpp"
#include "engine/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jmld::daemon::scenario {
namespace {

using testing::IsEmpty;

const char* const outcome = R"({
  "runs": [{"id": "run_1", "workflow": "joiner", "state": "rolled_back", "why": null, "started_at": "2027-02-01T09:00:00Z"},
           {"id": "run_2", "workflow": "leaver", "state": "succeeded", "steps": [{"id": "groups.0", "attempts": 3}]}],
  "org": {"users": [{"id": "00u1", "profile": {"login": "jane@example.com"}, "groups": [{"name": "Staff"}, {"name": "Sales"}]}]},
  "alarms": []})";

std::vector<difference> against(const std::string& expected)
{
    const auto tree = config::yaml::parse(expected);
    if (!tree)
        throw std::runtime_error(tree.error().what);
    return differences(*tree, engine::json::parse(outcome).value());
}

void holds(const std::string& expected) { EXPECT_THAT(against(expected), IsEmpty()) << expected; }
void fails(const std::string& expected) { EXPECT_FALSE(against(expected).empty()) << expected; }

TEST(Expectation, LooksOnlyAtWhatIsWritten)
{
    holds("runs: [{ workflow: leaver }]");
    holds("runs: [{ state: succeeded }, { state: rolled_back, why: null }]"); // in any order
    fails("runs: [{ state: succeeded }, { state: succeeded }]");              // each item once
    fails("runs: [{ workflow: mover }]");
}

TEST(Expectation, AnEmptyListIsMetOnlyByAnEmptyList)
{
    holds("alarms: []");
    fails("runs: []");
}

TEST(Expectation, AMapOverAListNamesItsItems)
{
    holds("runs: { joiner: { state: rolled_back }, mover: null }");
    holds("org: { users: { jane@example.com: { groups: [Staff] } } }");
    fails("runs: { leaver: null }");
    fails("runs: { mover: { state: succeeded } }");
}

TEST(Expectation, ComparesNumbersAsNumbersAndInstantsAsInstants)
{
    holds("runs: { leaver: { steps: { groups.0: { attempts: 3 } } } }");
    holds("runs: { joiner: { started_at: '2027-02-01T10:00:00+01:00' } }");
    holds("runs: { joiner: { started_at: { $min: 2027-02-01T09:00:00Z, $max: 2027-02-01T09:00:00Z } } }");
    fails("runs: { joiner: { started_at: { $min: 2027-02-01T09:00:01Z } } }");
    fails("runs: { leaver: { steps: { groups.0: { attempts: 4 } } } }");
}

TEST(Expectation, WordsSayWhatPlainPartsCannot)
{
    holds("org: { users: [{ groups: { $only: [Sales, Staff] } }] }");
    fails("org: { users: [{ groups: { $only: [Staff] } }] }");
    holds("runs: { $in_order: [{ workflow: joiner }, { workflow: leaver }] }");
    fails("runs: { $in_order: [{ workflow: leaver }, { workflow: joiner }] }");
    holds("runs: { $none: { workflow: mover }, $count: 2 }");
    fails("runs: { $none: { workflow: leaver } }");
    fails("runs: { $count: { $min: 3 } }");
    holds("runs: { joiner: { state: { $any: [failed, rolled_back] }, id: { $contains: run_ }, why: { $present: false } "
          "} }");
    fails("runs: { joiner: { state: { $not: rolled_back } } }");
}

TEST(Expectation, AMisspeltListIsNoListWithoutSuchAnItem)
{
    fails("runs: { joiner: { stpes: { $none: { state: failed } } } }");
    fails("runs: { joiner: { stpes: { $count: 0 } } }");
    fails("runs: { joiner: { stpes: [] } }");
}

TEST(Expectation, ADifferenceSaysWhereAndWhat)
{
    const auto all = against("runs:\n  joiner: { state: succeeded }\n");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].path, "runs.joiner.state");
    EXPECT_EQ(all[0].expected, "\"succeeded\"");
    EXPECT_EQ(all[0].got, "\"rolled_back\"");
    EXPECT_EQ(all[0].where.line, 2);
    EXPECT_EQ(all[0].where.column, 20);
}

TEST(Expectation, OfAnItemThatIsNotThereTheNearestIsTold)
{
    const auto all = against("runs: [{ workflow: leaver, id: run_2, state: failed }]");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].path, "runs[1].state");
}

TEST(OwnText, OfAnInlinePartKeepsItsPlace)
{
    const std::string source = "a: 1\nb:\n  c: [x, 'y]']   # }\n  d: { e: \"}\", f: don't }\ng: 2\n";
    const auto tree = config::yaml::parse(source).value();
    EXPECT_EQ(own_text(source, tree, *tree.find("b")), "\n\n  c: [x, 'y]']   # }\n  d: { e: \"}\", f: don't }\n");
    EXPECT_EQ(own_text(source, tree, *tree.find("b")->find("c")), "\n\n     [x, 'y]']");
    EXPECT_EQ(own_text(source, tree, *tree.find("b")->find("d")), "\n\n\n     { e: \"}\", f: don't }");
}

TEST(SurrogateEscapes, OfJsonBecomeWhatYamlKnows)
{
    EXPECT_EQ(without_surrogate_escapes(R"({"a": "\ud83d\ude00 \u00e9 \\ud83d\\ude00"})"),
              R"({"a": "\U0001F600 \u00e9 \\ud83d\\ude00"})");
}

} // namespace
} // namespace jmld::daemon::scenario
