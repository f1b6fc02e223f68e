// A hostile or broken Okta: every answer of every action distorted in every way, one at a time. Whatever comes, the
// work ends, no call leaves for where none should go, and what is said about the outcome is true of the organisation.
#include "tests/connectors/okta/hostile_world.hpp"

#include <iterator>

namespace jmld::tests {

namespace {

[[maybe_unused]] void PrintTo(const tried_action& one, std::ostream* out) { *out << one.action; }

constexpr std::array actions_tried{
    tried_action{"okta.users.create", jane, false},
    tried_action{"okta.users.update", R"({"user":"00u1","profile":{"title":"Boss"}})"},
    tried_action{"okta.users.suspend", R"({"user":"00u1"})"},
    tried_action{"okta.users.deactivate", R"({"user":"00u1"})"},
    tried_action{"okta.users.revoke_sessions", R"({"user":"00u1"})"},
    tried_action{"okta.groups.add_user", R"({"user":"00u1","group":{"id":"00g3","name":"Ops"}})"},
    tried_action{"okta.groups.remove_user", R"({"user":"00u1","group":{"id":"00g1","name":"Staff"}})"},
    tried_action{"okta.apps.assign_user", R"({"user":"00u1","app":{"id":"0oa2","label":"Jira"}})"},
    tried_action{"okta.apps.unassign_user", R"({"user":"00u1","app":{"id":"0oa1","label":"Slack"}})"},
    tried_action{"okta.roles.assign", R"({"user":"00u1","role":"HELP_DESK_ADMIN"})"},
    tried_action{"okta.roles.unassign", R"({"user":"00u1","role":{"id":"ra1","type":"APP_ADMIN"}})"},
    tried_action{"okta.factors.unenroll", R"({"user":"00u1","factor":{"id":"mbl1"}})"},
    tried_action{"okta.verify_access", R"({"user":"00u1","expect":"none"})"},
    tried_action{"okta.verify_access",
                 R"({"user":"00u1","expect":{"groups":[{"id":"00g1","name":"Staff"}],"apps":[]}})"},
    tried_action{"okta.users.reports", R"({"user":"00u1"})"},
    tried_action{"okta.snapshot_access", R"({"user":"00u1","groups_looked_at":2})", false},
};

} // namespace

class OktaHostile : public testing::TestWithParam<tried_action>
{};
class OktaHostileProbe : public OktaHostile
{};

std::vector<tried_action> those_that_write()
{
    std::vector<tried_action> found;
    std::ranges::copy_if(actions_tried, std::back_inserter(found),
                         [](const auto& one) { return okta::operation_named(one.action).writes(); });
    return found;
}

TEST_P(OktaHostile, NeverLeadsElsewhereAndNeverIsWrongAboutWhatHappened)
{
    attempt_at undisturbed;
    const auto usual = undisturbed.of(GetParam(), 0, nullptr);
    const bool succeeds = std::holds_alternative<engine::attempt_succeeded>(usual);
    const auto exchanges = static_cast<int>(undisturbed.wire.sent.size());
    const auto after = undisturbed.facts();
    ASSERT_GT(exchanges, 0);
    for (const auto& how : hostile_answers()) {
        for (int which = 1; which <= exchanges; ++which) {
            const auto trace =
                how.name + " instead of the answer to " + undisturbed.wire.sent[static_cast<std::size_t>(which - 1)];
            SCOPED_TRACE(trace);
            attempt_at disturbed;
            const auto outcome = disturbed.of(GetParam(), which, &how);
            expect_no_harm(undisturbed, disturbed, outcome);
            if (std::holds_alternative<engine::attempt_failed>(outcome))
                continue;
            if (const auto* open = std::get_if<engine::attempt_pending>(&outcome)) {
                EXPECT_TRUE(open->progress["clean"].items().empty()) << "what it saw counts as a clean look";
                EXPECT_EQ(disturbed.facts(), after);
            } else if (!succeeds) {
                ADD_FAILURE() << "it succeeds where undisturbed it does not";
            } else {
                EXPECT_EQ(disturbed.facts(), after) << "it says that it succeeded";
            }
        }
    }
}

// The answer to the call is lost; whatever the look says then must not be the opposite of the truth.
TEST_P(OktaHostileProbe, NeverSettlesForTheOpposite)
{
    for (const bool done : {true, false}) {
        attempt_at counted;
        counted.lost(GetParam(), done, 0, nullptr);
        const auto exchanges = static_cast<int>(counted.wire.sent.size());
        for (const auto& how : hostile_answers()) {
            for (int which = 1; which <= exchanges && !is_consistent_lie(how); ++which) {
                SCOPED_TRACE(how.name + " instead of answer " + std::to_string(which) +
                             (done ? ", done" : ", not done"));
                attempt_at disturbed;
                const auto outcome = disturbed.lost(GetParam(), done, which, &how);
                for (const auto& call : disturbed.wire.sent)
                    EXPECT_TRUE(stays_in_place(call) && call.starts_with("GET ")) << call;
                const auto* settled = std::get_if<engine::probe_settled>(&outcome);
                if (settled == nullptr)
                    continue;
                EXPECT_NE(settled->verdict, done ? engine::probe_verdict::not_done : engine::probe_verdict::done);
            }
        }
    }
}

// What a leaver's run knows about a person is the truth or nothing.
TEST(OktaHostileReading, APersonIsSeenWholeOrNotAtAll)
{
    attempt_at undisturbed;
    const auto truth = undisturbed.seen(0, nullptr);
    ASSERT_TRUE(truth);
    const auto exchanges = static_cast<int>(undisturbed.wire.sent.size());
    for (const auto& how : hostile_answers()) {
        for (int which = 1; which <= exchanges && !is_consistent_lie(how); ++which) {
            SCOPED_TRACE(how.name + " instead of the answer to " +
                         undisturbed.wire.sent[static_cast<std::size_t>(which - 1)]);
            attempt_at disturbed;
            const auto image = disturbed.seen(which, &how);
            for (const auto& call : disturbed.wire.sent)
                EXPECT_TRUE(stays_in_place(call)) << call;
            if (!image)
                continue;
            for (const auto* list : {"groups", "apps"})
                EXPECT_EQ((*image)[list].items().size(), (*truth)[list].items().size()) << list;
            EXPECT_EQ((*image)["user"]["id"], (*truth)["user"]["id"]);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Actions, OktaHostile, testing::ValuesIn(actions_tried));
INSTANTIATE_TEST_SUITE_P(Actions, OktaHostileProbe, testing::ValuesIn(those_that_write()));

} // namespace jmld::tests
