// Facts as the store keeps them: everything comes back, personal data is only in payloads, and what is not known is
// refused.
#include "engine/json/json.hpp"
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr time_point at{duration(1'800'000'000'000)};
const std::string secret = "Jane";
const value personal = value::map({{"name", secret}, {"born", date{std::chrono::year(1990) / 5 / 17}}});
const call_mark mark{403, "E0000006", "req7"};

// One of every kind, with every field set to something that is not its default.
std::vector<happening> one_of_each()
{
    return {run_created{run_id{"run_1"},
                        "joiner",
                        "ab12",
                        person_key{"per_1"},
                        {"workday", "evt"},
                        direction::revoke,
                        1,
                        "event",
                        personal},
            run_started{},
            subject_requested{},
            subject_read{personal, personal, personal, {"Staff"}},
            subject_failed{failure_kind::timeout, true, at, secret, mark},
            run_paused{"needs_person", "a", "alice", secret, mark},
            run_resumed{"alice", secret},
            budget_renewed{"a", "alice"},
            stop_requested{stop_kind::rollback, "alice", secret, "a", "b"},
            run_ended{run_status::rolled_back_partial, "run_2", personal, personal},
            step_expanded{"a", value::list({personal})},
            step_skipped{"a", "its condition is false", true},
            attempt_started{"a", 3, personal, {"user", secret, secret}},
            step_succeeded{"a", 3, true, personal, personal, personal, mark},
            attempt_failed_fact{"a", 3, failure_kind::forbidden, true, secret, mark, personal},
            retry_scheduled{"a", at, true},
            outcome_unknown{"a", 3, secret, personal, mark, true, personal},
            probe_started{"a"},
            probe_failed{"a", at, failure_kind::rate_limited},
            probe_answered{"a", 3, probe_verdict::not_done, secret, mark},
            step_waiting{"a", at, "2027-02-05", "Asia/Tokyo"},
            wait_moved{"a", at, "a correction", "2027-02-06", "UTC"},
            step_failed{"a", failure_kind::conflict, secret, mark},
            step_cancelled{"a"},
            compensation_planned{{"b", "a"}, {"c"}},
            compensation_started{"a", 2},
            compensation_succeeded{"a", true, true, secret, mark, personal},
            compensation_attempt_failed{"a", failure_kind::unavailable, true, secret, mark, personal},
            compensation_retry{"a", at},
            compensation_given_up{"a", failure_kind::forbidden, secret},
            step_ruled{"a", "skip", "alice", secret, personal},
            attempt_resent{"a", 3},
            run_ending{run_status::rolled_back, personal},
            run_reopened{"alice", secret},
            run_scheduled{at, "alice", secret},
            run_due{},
            approval_requested{"a", approval_id{"apr_1"}, "ab12", {"alice", "bob"}, 2, at, personal},
            approval_given{"a", approval_id{"apr_1"}, "deny", "bob", secret},
            approval_escalated{"a", approval_id{"apr_1"}},
            attempt_pending_fact{"a", 3, at, personal, secret, mark, personal}};
}

std::string all_of(const encoded_fact& stored)
{
    std::string everything = stored.kind + std::to_string(stored.version) + stored.text;
    for (const auto& payload : stored.payloads)
        everything += payload;
    return everything;
}

TEST(FactCodec, CoversEveryKindOfFact)
{
    const auto facts = one_of_each();
    ASSERT_EQ(facts.size(), std::variant_size_v<happening>);
    for (std::size_t i = 0; i < facts.size(); ++i)
        EXPECT_EQ(facts[i].index(), i) << "one of each, in the order of the variant";
}

TEST(FactCodec, WhatWasWrittenComesBackWhole)
{
    for (const auto& what : one_of_each()) {
        const fact happened{7, at, what};
        const auto stored = encode(happened);
        const auto back = decode(stored, 7, at);
        ASSERT_TRUE(back.has_value()) << stored.kind << ": " << back.error().what;
        EXPECT_EQ(back->what.index(), what.index());
        EXPECT_EQ(back->seq, 7U);
        EXPECT_EQ(all_of(encode(*back)), all_of(stored));
        EXPECT_EQ(kind_of(happened), stored.kind);
    }
}

TEST(FactCodec, TheTextHoldsNoPersonalData)
{
    for (const auto& what : one_of_each()) {
        const auto stored = encode({1, at, what});
        EXPECT_THAT(stored.text, Not(HasSubstr(secret))) << stored.kind;
        EXPECT_THAT(stored.text, Not(HasSubstr("1990"))) << stored.kind;
    }
}

TEST(FactCodec, KindsOfValuesSurvive)
{
    const auto inputs = value::map({{"day", date{std::chrono::year(2027) / 2 / 5}},
                                    {"at", at},
                                    {"for", duration(5s)},
                                    {"n", 1},
                                    {"r", 1.0},
                                    {"nothing", value()}});
    const auto back = decode(encode({1, at, attempt_started{"a", 1, inputs, {}}}), 1, at);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(std::get<attempt_started>(back->what).inputs, inputs);
}

TEST(FactCodec, AnUnknownKindOrVersionIsRefusedByName)
{
    auto stored = encode({1, at, run_started{}});
    stored.version = 2;
    const auto newer = decode(stored, 1, at);
    ASSERT_FALSE(newer.has_value());
    EXPECT_EQ(newer.error().code, errc::corrupt);
    EXPECT_THAT(newer.error().what, HasSubstr("'run_started' version 2"));

    stored.kind = "run_teleported";
    const auto unknown = decode(stored, 1, at);
    ASSERT_FALSE(unknown.has_value());
    EXPECT_THAT(unknown.error().what, HasSubstr("run_teleported"));
}

TEST(FactCodec, WhatDoesNotFitItsKindIsCorrupt)
{
    const auto refuses = [](encoded_fact stored) {
        const auto back = decode(stored, 1, at);
        return !back.has_value() && back.error().code == errc::corrupt;
    };
    auto no_payload = encode({1, at, attempt_started{"a", 1, personal, {}}});
    no_payload.payloads.clear();
    EXPECT_TRUE(refuses(no_payload));
    auto broken_payload = encode({1, at, attempt_started{"a", 1, personal, {}}});
    broken_payload.payloads[0] = "{";
    EXPECT_TRUE(refuses(broken_payload));
    auto no_json = encode({1, at, run_started{}});
    no_json.text = "{";
    EXPECT_TRUE(refuses(no_json));
    auto no_map = no_json;
    no_map.text = "[]";
    EXPECT_TRUE(refuses(no_map));
    auto other_word = encode({1, at, probe_failed{"a", at, failure_kind::timeout}});
    other_word.text.replace(other_word.text.find("timeout"), 7, "boredom");
    EXPECT_TRUE(refuses(other_word));
    auto other_type = encode({1, at, retry_scheduled{"a", at, true}});
    other_type.text = R"({"at":"soon","step":"a"})";
    EXPECT_TRUE(refuses(other_type));
}

TEST(FactCodec, HistoryShowsPayloadsOnlyToThoseWhoMaySeeThem)
{
    for (const auto& what : one_of_each()) {
        const fact happened{3, at, what};
        EXPECT_THAT(json::write(describe(happened, false)), Not(HasSubstr(secret))) << kind_of(happened);
    }
    const auto shown = describe(fact{3, at, attempt_started{"a", 2, personal, {"group", "g1", "Staff"}}}, true);
    EXPECT_EQ(shown["seq"], value(3));
    EXPECT_EQ(shown["kind"].text_or(), "attempt_started");
    EXPECT_EQ(shown["attempt"], value(2));
    EXPECT_EQ(shown["inputs"], personal);
    EXPECT_EQ(shown["target_name"].text_or(), "Staff");
    EXPECT_EQ(describe(fact{3, at, retry_scheduled{"a", at, false}}, false)["due_at"].text_or(), to_rfc3339(at));
}

} // namespace
} // namespace jmld::testing
