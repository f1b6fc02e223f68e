// A run as people see it: the words of the contract, absent is null, and the row beside it.
#include "engine/machine.hpp"
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::IsSupersetOf;

std::vector<std::string> keys_of(const value& map)
{
    std::vector<std::string> keys;
    for (const auto& [key, content] : map.entries())
        keys.push_back(key);
    return keys;
}

a_run failed_once()
{
    a_run run(a_grant({a_step("a", "t.add").taking("group", "${{ person.group }}").or_else(on_exhausted::pause)}));
    run.person = value::map({{"group", value::map({{"id", "00g1"}, {"name", "Staff"}})}});
    run.begun().fail("a", failure_kind::unavailable);
    return run;
}

TEST(RunView, HasTheKeysOfTheContract)
{
    const auto shown = failed_once().shown();
    EXPECT_THAT(keys_of(shown),
                IsSupersetOf({"id", "workflow", "direction", "state", "subject", "created_at", "started_at", "ended_at",
                              "why", "superseded_by", "residue", "review", "steps", "timers", "waiting_for"}));
    const auto& step = shown["steps"].items().at(0);
    EXPECT_THAT(keys_of(step),
                IsSupersetOf({"id", "action", "state", "changed", "target", "attempts", "compensation"}));
    EXPECT_THAT(keys_of(step["attempts"].items().at(0)), IsSupersetOf({"number", "started_at", "ended_at", "outcome",
                                                                       "status", "okta_code", "request_id", "probe"}));
}

TEST(RunView, ShowsAnAttemptThatFailed)
{
    const auto shown = failed_once().shown();
    const auto& step = shown["steps"].items().at(0);
    EXPECT_EQ(step["action"].text_or(), "t.add");
    EXPECT_EQ(step["state"].text_or(), "backing_off");
    EXPECT_TRUE(step["changed"].is_null());
    EXPECT_EQ(step["target"], value::map({{"kind", "group"}, {"id", "00g1"}, {"name", "Staff"}}));
    const auto& attempt = step["attempts"].items().at(0);
    EXPECT_EQ(attempt["outcome"].text_or(), "unavailable");
    EXPECT_EQ(attempt["status"], value(503));
    EXPECT_EQ(attempt["okta_code"].text_or(), "E0000047");
    EXPECT_EQ(attempt["request_id"].text_or(), "req1");
    EXPECT_TRUE(attempt["probe"].is_null());
    EXPECT_EQ(shown["timers"].items().at(0)["kind"].text_or(), "retry");
}

TEST(RunView, SaysWhyItStoppedAndOnWhat)
{
    auto run = failed_once();
    run.until_due().fail("a", failure_kind::forbidden);
    const auto shown = run.shown();
    EXPECT_EQ(shown["state"].text_or(), "paused");
    EXPECT_EQ(shown["waiting_for"].text_or(), "a person");
    EXPECT_EQ(shown["why"]["kind"].text_or(), "forbidden");
    EXPECT_EQ(shown["why"]["status"], value(503));
    EXPECT_EQ(shown["why"]["okta_code"].text_or(), "E0000047");
    EXPECT_EQ(shown["why"]["target"]["name"].text_or(), "Staff");
    EXPECT_EQ(shown["timers"], value(value_list{}));
}

TEST(RunView, AForEachShowsItsChildrenOnly)
{
    a_run run(a_grant({a_step("groups", "t.add").for_each("access.groups").taking("group", "${{ item }}")}));
    run.access = value::map({{"groups", names({"A", "B"})}});
    run.begun();
    const auto shown = run.shown();
    ASSERT_EQ(shown["steps"].items().size(), 2U);
    EXPECT_EQ(shown["steps"].items()[1]["id"].text_or(), "groups.1");
}

TEST(RunView, TimesArePartOfTheStory)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    EXPECT_TRUE(run.shown()["started_at"].is_null());
    EXPECT_EQ(run.shown()["state"].text_or(), "queued");
    run.now += 5s;
    run.begun();
    EXPECT_EQ(run.shown()["started_at"].text_or(), "2027-02-01T00:00:05Z");
    run.now += 5s;
    run.succeed("a");
    EXPECT_EQ(run.shown()["ended_at"].text_or(), "2027-02-01T00:00:10Z");
    EXPECT_TRUE(run.shown()["why"].is_null());
    EXPECT_TRUE(run.shown()["waiting_for"].is_null());
}

TEST(RunSummary, IsWhatListsFilterBy)
{
    auto run = failed_once();
    auto row = summarize(run.state());
    EXPECT_EQ(row.state, "running");
    EXPECT_EQ(row.step_states, "backing_off");
    EXPECT_EQ(row.attempts_max, 1);
    EXPECT_EQ(row.next_attempt_at, run.state().next_due());
    EXPECT_TRUE(row.open);
    EXPECT_EQ(row.error, "");
    run.until_due().fail("a", failure_kind::forbidden);
    row = summarize(run.state());
    EXPECT_EQ(row.state, "paused");
    EXPECT_EQ(row.error, "forbidden");
    EXPECT_EQ(row.attempts_max, 2);
    run.say(verb::terminate);
    EXPECT_FALSE(summarize(run.state()).open);
}

TEST(Targets, ComeFromTheTypesOfParameters)
{
    const auto target = [](const std::string& uses, const value& inputs) {
        return target_of(a_step("x", uses).made(), inputs);
    };
    const auto group = value::map({{"id", "00g"}, {"name", "Staff"}});
    const auto app = value::map({{"id", "0oa"}, {"label", "Slack"}});
    EXPECT_EQ(target("t.add", value::map({{"user", "00u"}, {"group", group}})),
              (action_target{"group", "00g", "Staff"}));
    EXPECT_EQ(target("t.assign", value::map({{"user", "00u"}, {"app", app}})), (action_target{"app", "0oa", "Slack"}));
    EXPECT_EQ(target("t.add", value::map({{"user", "00u"}, {"group", "00g"}})), (action_target{"group", "00g", ""}));
    EXPECT_EQ(target("t.make", value::map({{"user", "00u"}})), (action_target{"user", "00u", ""}));
    EXPECT_EQ(target("core.wait", value::map({{"until", "x"}})), action_target{});
}

} // namespace
} // namespace jmld::testing
