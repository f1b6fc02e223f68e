// Looking on after an account was closed: the pauses between looks, what counts as having come back, when nobody looks
// any more, and how often something is taken away again.
#include "workflows/people/drift.hpp"

#include "engine/json/json.hpp"
#include "tests/workflows/people/sample_people.hpp"

#include <gtest/gtest.h>

namespace jmld::workflows {
namespace {

using engine::direction;
using engine::value;

const time_point ended = *parse_rfc3339("2027-02-01T09:00:00Z");

value image(const char* text) { return *engine::json::parse(text); }

closing_run leaver()
{
    return {{"run_1"}, "leaver", ended, image(R"({"user":{"status":"DEPROVISIONED"},
        "groups":[{"id":"g0","name":"Everyone","type":"BUILT_IN"},{"id":"g1","name":"By rule"}],"apps":[],"roles":[]})")};
}

class drift : public testing::Test
{
protected:
    drift()
    {
        state.events.push_back({test::e06(), ended, "acted", "it was started", "run_1", {"run_1"}});
        state.runs = {{{"run_1"}, "leaver", direction::revoke, "succeeded", false, closed_for().event.key}};
        rules = default_policy();
    }
    const known_event& closed_for() const { return state.events.front(); }
    void run_before_it(const char* id, direction dir, const event_key& event, bool open = false)
    {
        state.runs.insert(state.runs.begin(), known_run{{id}, "any", dir, open ? "running" : "succeeded", open, event});
    }
    drift_step step() const { return drift_step_for(state, closed_for(), {"run_1"}); }
    decision look(const value& seen, duration after = duration{600'000})
    {
        const decide_context context{ended + after, &rules, nullptr, {}, {}, &random};
        auto made = decide_drift(state, closed_for(), leaver(), seen, {"tmr_1"}, context);
        for (const auto& follows : made.consequences)
            if (const auto* note = std::get_if<note_drift>(&follows))
                state.record.drift = note->found;
        return made;
    }
    template <class T> static int count(const decision& made)
    {
        return static_cast<int>(std::ranges::count_if(
            made.consequences, [](const consequence& one) { return std::holds_alternative<T>(one); }));
    }

    person_state state;
    policy rules;
    seeded_random random{7};
};

TEST_F(drift, looks_more_and_more_rarely_and_a_last_time_when_the_watch_is_over)
{
    const auto next = [&](int minutes) {
        return next_drift_look(ended, ended + duration{minutes * 60'000}, rules.verify);
    };
    EXPECT_EQ(next(0), ended + duration{60'000});
    EXPECT_EQ(next(8), ended + duration{16 * 60'000});
    EXPECT_EQ(next(120), ended + duration{150 * 60'000});
    EXPECT_EQ(next(24 * 60 - 10), ended + rules.verify.drift_watch);
    EXPECT_EQ(next(24 * 60), std::nullopt);
    rules.verify.drift_watch = duration{0};
    EXPECT_EQ(next(0), std::nullopt);
}

TEST_F(drift, is_over_when_somebody_undid_the_closing_and_waits_while_it_is_undone)
{
    EXPECT_EQ(step(), drift_step::look);
    state.runs.front().open = true;
    state.runs.front().state = "compensating";
    EXPECT_EQ(step(), drift_step::wait);
    state.runs.front().open = false;
    for (const char* undone : {"rolled_back", "rolled_back_partial"}) {
        state.runs.front().state = undone;
        EXPECT_EQ(step(), drift_step::over) << undone;
    }
}

TEST_F(drift, an_expired_password_that_was_renewed_is_news)
{
    auto closing = leaver();
    closing.left = image(R"({"user":{"status":"PASSWORD_EXPIRED"},"groups":[],"apps":[],"roles":[]})");
    EXPECT_TRUE(regained_since(closing, image(R"({"user":{"id":"u1","status":"RECOVERY"}})")).empty());
    EXPECT_EQ(regained_since(closing, image(R"({"user":{"id":"u1","status":"ACTIVE"}})")).size(), 1U);
}

TEST_F(drift, only_what_was_not_left_there_has_come_back)
{
    const auto back = regained_since(leaver(), image(R"({"user":{"id":"u1","status":"ACTIVE"},
        "groups":[{"id":"g0","name":"Everyone","type":"BUILT_IN"},{"id":"g1","name":"By rule"},{"id":"g2","name":"Sales"},
                  {"id":"g3","name":"Directory","type":"APP_GROUP"}],
        "apps":[{"id":"a1","label":"Slack","scope":"USER"},{"id":"a2","label":"Box","scope":"GROUP"},
                {"id":"a3","label":"Gone","scope":"USER","status":"DEPROVISIONED"}],
        "roles":[{"id":"r1","type":"APP_ADMIN"},{"id":"r2","type":"USER_ADMIN","assignmentType":"GROUP"}]})"));
    const std::vector<regained> wanted{
        {"status", "u1", "ACTIVE"}, {"group", "g2", "Sales"}, {"app", "a1", "Slack"}, {"role", "r1", "APP_ADMIN"}};
    EXPECT_EQ(back, wanted);
}

TEST_F(drift, an_account_that_is_still_changing_its_status_is_not_open)
{
    EXPECT_TRUE(
        regained_since(leaver(), image(R"({"user":{"id":"u1","status":"ACTIVE","transitioning":"DEPROVISIONED"}})"))
            .empty());
}

TEST_F(drift, what_could_not_be_read_when_it_was_closed_is_no_news)
{
    auto blind = leaver();
    blind.left = blind.left.with("roles", value());
    EXPECT_TRUE(regained_since(blind, image(R"({"user":{"id":"u1","status":"DEPROVISIONED"},
        "roles":[{"id":"r1","type":"APP_ADMIN"}]})"))
                    .empty());
}

TEST_F(drift, on_leave_only_the_status_counts)
{
    auto leave = leaver();
    leave.status_only = true;
    leave.left = image(R"({"user":{"status":"SUSPENDED"},"groups":[]})");
    EXPECT_TRUE(
        regained_since(leave, image(R"({"user":{"id":"u1","status":"SUSPENDED"},"groups":[{"id":"g2"}]})")).empty());
    EXPECT_TRUE(regained_since(leave, image(R"({"user":{"id":"u1","status":"DEPROVISIONED"}})")).empty());
    EXPECT_EQ(regained_since(leave, image(R"({"user":{"id":"u1","status":"ACTIVE"}})")).size(), 1U);
}

TEST_F(drift, nobody_looks_on_at_somebody_who_came_back)
{
    EXPECT_EQ(step(), drift_step::look);
    state.events.push_back({test::e01(), ended, "acted", {}, {}, {}});
    run_before_it("run_2", direction::grant, state.events.back().event.key);
    EXPECT_EQ(step(), drift_step::over);
}

TEST_F(drift, a_termination_that_was_taken_back_is_not_enforced_even_if_a_person_must_carry_that_out)
{
    state.events.push_back({test::e08(), ended, "parked", {}, {}, {}});
    EXPECT_EQ(step(), drift_step::over);
    state.events.back().decision = "superseded";
    EXPECT_EQ(step(), drift_step::look);
}

TEST_F(drift, a_run_of_its_own_is_waited_for_and_a_change_is_no_return)
{
    run_before_it("run_2", direction::revoke, closed_for().event.key, true);
    EXPECT_EQ(step(), drift_step::wait);
    const auto made = look(value());
    EXPECT_EQ(count<start_run>(made), 0);
    EXPECT_EQ(count<move_timer>(made), 1);
    state.runs.front().open = false;
    state.events.push_back({test::move("m", "2027-02-01T09:10:00Z", "Sales"), ended, "acted", {}, {}, {}});
    run_before_it("run_3", direction::change, state.events.back().event.key);
    EXPECT_EQ(step(), drift_step::look);
}

TEST_F(drift, a_finding_is_told_once_and_taken_away_three_times_then_a_person_is_asked)
{
    const auto seen = image(R"({"user":{"id":"u1","status":"DEPROVISIONED"},"groups":[{"id":"g2","name":"Sales"}]})");
    std::vector<int> alarms, runs;
    for (int turn = 0; turn < 5; ++turn) {
        const auto made = look(seen);
        alarms.push_back(count<raise_alarm>(made));
        runs.push_back(count<start_run>(made));
        EXPECT_EQ(made.kind, decision_kind::acted);
        EXPECT_EQ(made.reason, "it was started");
    }
    EXPECT_EQ(alarms, (std::vector{1, 0, 0, 1, 0}));
    EXPECT_EQ(runs, (std::vector{1, 1, 1, 0, 0}));
}

TEST_F(drift, what_comes_back_is_taken_away_by_another_run_of_the_same_event)
{
    const auto made = look(image(R"({"user":{"id":"u1","status":"SUSPENDED"}})"));
    const auto found =
        std::ranges::find_if(made.consequences, [](const auto& one) { return std::holds_alternative<start_run>(one); });
    ASSERT_NE(found, made.consequences.end());
    const auto& run = std::get<start_run>(*found);
    EXPECT_EQ(run.workflow, "leaver");
    EXPECT_EQ(run.event, closed_for().event.key);
    EXPECT_TRUE(run.follows);
}

TEST_F(drift, an_account_that_was_deleted_ends_the_watch)
{
    EXPECT_TRUE(look(image(R"({"user":null,"groups":[]})")).consequences.empty());
}

TEST_F(drift, the_last_look_arms_nothing)
{
    const auto made = look(image(R"({"user":{"id":"u1","status":"DEPROVISIONED"}})"), rules.verify.drift_watch);
    EXPECT_TRUE(made.consequences.empty());
}

} // namespace
} // namespace jmld::workflows
