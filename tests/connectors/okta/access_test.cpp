// Groups and apps: no call where the image says so, none where a rule, a group or a directory owns it.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

namespace {

constexpr const char* member_path = "/api/v1/groups/00g1/users/00u1";
constexpr const char* app_users_path = "/api/v1/apps/0oa1/users";
constexpr const char* app_user_path = "/api/v1/apps/0oa1/users/00u1";
constexpr const char* unassign_path = "/api/v1/apps/0oa1/users/00u1?sendEmail=false";

constexpr const char* staff_direct =
    R"([{"id":"00g1","name":"Staff","type":"OKTA_GROUP","membership":"direct","rule":null}])";
constexpr const char* staff_by_rule =
    R"([{"id":"00g1","name":"Staff","type":"OKTA_GROUP","membership":"rule","rule":"0pr1"}])";
constexpr const char* staff_of_directory =
    R"([{"id":"00g1","name":"AD Staff","type":"APP_GROUP","membership":"direct","rule":null}])";

std::string app_user(std::string_view scope, std::string_view state = "DISABLED", std::string_view status = "ACTIVE")
{
    return R"({"id":"00u1","scope":")" + std::string(scope) + R"(","status":")" + std::string(status) +
           R"(","syncState":")" + std::string(state) + R"("})";
}
std::string slack_in_image(std::string_view scope)
{
    return R"([{"id":"0oa1","label":"Slack","scope":")" + std::string(scope) + R"(","status":"ACTIVE"}])";
}

} // namespace

class OktaGroups : public OktaFixture
{
protected:
    runtime::action_request of(std::string_view action, value known = {}, int attempt = 1)
    {
        auto asked =
            request("okta.groups." + std::string(action), R"({"user":"00u1","group":{"id":"00g1","name":"Staff"}})");
        asked.image = std::move(known);
        asked.attempt = attempt;
        return asked;
    }
    /// The account was made by this very process: nothing can stand in it yet.
    void make_the_account()
    {
        auto asked = request("okta.users.create", R"({"profile":{"login":"ana.ruiz@example.com"}})");
        asked.image = nobody();
        wire.expect("POST", "/api/v1/users?activate=false", 200, user_json("STAGED"));
        succeeds(asked);
    }
};

TEST_F(OktaGroups, GetAMember)
{
    make_the_account();
    wire.expect("PUT", member_path, 204);
    const auto out = succeeds(of("add_user", nobody()));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before, json(R"({"member":false})"));
    EXPECT_EQ(out.outputs["group"], json(R"({"id":"00g1","name":"Staff"})"));
}

TEST_F(OktaGroups, GivenBeforeTheProcessEndedAreOursInAnAccountThatThisRunMade)
{
    auto asked = of("add_user", nobody());
    asked.changed = {{"okta.users.create", "00u1"}};
    asked.resent = true;
    wire.expect("PUT", member_path, 204); // again: nothing that was there could have been there before
    const auto out = succeeds(asked);
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before, json(R"({"member":false})"));
}

TEST_F(OktaGroups, AreReadFirstInAnAccountThatThisRunOnlyChanged)
{
    auto asked = of("add_user", nobody());
    asked.changed = {{"okta.users.update", "00u1"}, {"okta.users.create", "00u2"}};
    expect_membership_reads(staff_read);
    EXPECT_FALSE(succeeds(asked).changed);
}

TEST_F(OktaGroups, AreReadFirstInAnAccountThatAProcessBeforeThisOneMadeOrAdopted)
{
    expect_membership_reads(staff_read);
    EXPECT_FALSE(succeeds(of("add_user", nobody())).changed);
}

TEST_F(OktaGroups, GetNoCallForAMemberTheyHave)
{
    EXPECT_FALSE(succeeds(of("add_user", image("ACTIVE", staff_direct))).changed);
    EXPECT_FALSE(succeeds(of("add_user", image("ACTIVE", staff_by_rule))).changed);
}

TEST_F(OktaGroups, OfOtherTypesAreNotOursToFill)
{
    auto asked = of("add_user", image("ACTIVE"));
    asked.inputs = json(R"({"user":"00u1","group":{"id":"00g1","name":"Everyone","type":"BUILT_IN"}})");
    EXPECT_EQ(fails(asked).kind, failure_kind::forbidden);
}

TEST_F(OktaGroups, AreReadFirstWhenNobodyKnowsTheUser)
{
    expect_membership_reads(staff_read);
    EXPECT_FALSE(succeeds(of("add_user")).changed);
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    wire.expect("GET", "/api/v1/users/00u1/groups", 200, "[]"); // the rules are still remembered
    wire.expect("PUT", member_path, 204);
    EXPECT_TRUE(succeeds(of("add_user")).changed);
}

TEST_F(OktaGroups, AreTriedAgainWhileOktaDoesNotKnowTheNewUserEverywhere)
{
    make_the_account();
    wire.expect("PUT", member_path, 404, missing_json("User"));
    EXPECT_EQ(fails(of("add_user", nobody())).kind, failure_kind::conflict);
    wire.expect("PUT", member_path, 404, missing_json("UserGroup"));
    EXPECT_EQ(fails(of("add_user", nobody())).kind, failure_kind::not_found);
}

TEST_F(OktaGroups, LoseADirectMember)
{
    wire.expect("DELETE", member_path, 204);
    const auto out = succeeds(of("remove_user", image("ACTIVE", staff_direct)));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before, json(R"({"member":true})"));
    wire.expect("DELETE", member_path, 404, missing_json("User"));
    EXPECT_FALSE(succeeds(of("remove_user", image("ACTIVE", staff_direct))).changed);
}

TEST_F(OktaGroups, KeepWhatARuleOrADirectoryGives)
{
    const auto by_rule = succeeds(of("remove_user", image("ACTIVE", staff_by_rule)));
    EXPECT_FALSE(by_rule.changed);
    EXPECT_EQ(by_rule.outputs["review"], json(R"([{"group":{"id":"00g1","name":"Staff"},"owner":"rule"}])"));
    const auto by_directory = succeeds(of("remove_user", image("ACTIVE", staff_of_directory)));
    EXPECT_EQ(by_directory.outputs["review"],
              json(R"([{"group":{"id":"00g1","name":"AD Staff"},"owner":"directory"}])"));
}

TEST_F(OktaGroups, AreLookedAtAnewWhenTheMembershipCameBack)
{
    expect_membership_reads(staff_read, marketing_rule);
    EXPECT_FALSE(succeeds(of("remove_user", image("ACTIVE"))).changed); // a rule gives it by now: no call
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","status":"ACTIVE","profile":{"department":"Sales"}})");
    wire.expect("GET", "/api/v1/users/00u1/groups", 200, staff_read);
    wire.expect("DELETE", member_path, 204);
    EXPECT_TRUE(succeeds(of("remove_user", image("ACTIVE"))).changed);
}

TEST_F(OktaGroups, AreProbedByALook)
{
    expect_membership_reads(staff_read);
    const auto added = settles(of("add_user", nobody()));
    EXPECT_EQ(added.verdict, probe_verdict::done);
    EXPECT_TRUE(added.changed);
    EXPECT_EQ(added.before, json(R"({"member":false})"));
    expect_membership_reads(staff_read);
    clock.advance_to(clock.now() + duration(6000));
    EXPECT_EQ(settles(of("remove_user", image("ACTIVE", staff_direct))).verdict, probe_verdict::not_done);
}

TEST_F(OktaGroups, GetBackOnlyWhatThisRunChanged)
{
    auto added = of("add_user", image("ACTIVE"));
    added.before = json(R"({"member":false})");
    expect_membership_reads(staff_read);
    wire.expect("DELETE", member_path, 204);
    EXPECT_TRUE(undoes(added).changed);
    clock.advance_to(clock.now() + duration(6000));
    expect_membership_reads(staff_read, marketing_rule); // a rule gives it now: removing would exclude the user from it
    EXPECT_FALSE(undoes(added).changed);

    auto removed = of("remove_user", image("ACTIVE", staff_direct));
    removed.before = json(R"({"member":true})");
    clock.advance_to(clock.now() + duration(6000));
    expect_membership_reads("[]");
    wire.expect("PUT", member_path, 204);
    EXPECT_TRUE(undoes(removed).changed);
}

TEST_F(OktaGroups, GivenAMomentAgoAreTakenBackAlsoWhenOktaDoesNotShowThemYet)
{
    auto added = of("add_user", nobody());
    added.before = json(R"({"member":false})");
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User")); // made a moment ago as well
    expect_membership_reads("[]", "[]", "STAGED");
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("STAGED"));
    wire.expect("GET", "/api/v1/users/00u1/groups", 200, staff_read);
    wire.expect("DELETE", member_path, 204);
    EXPECT_TRUE(undoes(added).changed);
}

// ---- apps
// --------------------------------------------------------------------------------------------------------------------

class OktaApps : public OktaFixture
{
protected:
    runtime::action_request of(std::string_view action, value known = {}, int attempt = 1)
    {
        auto asked =
            request("okta.apps." + std::string(action), R"({"user":"00u1","app":{"id":"0oa1","label":"Slack"}})");
        asked.image = std::move(known);
        asked.attempt = attempt;
        return asked;
    }
};

TEST_F(OktaApps, AreAssignedAfterALook)
{
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 200, app_user("USER")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent), json(R"({"id":"00u1","scope":"USER"})"));
    });
    const auto out = succeeds(of("assign_user", nobody()));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before, json(R"({"assigned":false})"));
    EXPECT_EQ(out.outputs["app"], json(R"({"id":"0oa1","label":"Slack"})"));
}

TEST_F(OktaApps, AreLeftAsTheyAre)
{
    EXPECT_FALSE(succeeds(of("assign_user", image("ACTIVE", "[]", slack_in_image("GROUP")))).changed);
    wire.expect("GET", app_user_path, 200, app_user("GROUP"));
    EXPECT_FALSE(succeeds(of("assign_user", image("ACTIVE"))).changed);
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 409,
                refusal_json("E0000062", "The given user is already assigned to the application."));
    wire.expect("GET", app_user_path, 200, app_user("USER"));
    EXPECT_FALSE(succeeds(of("assign_user", image("ACTIVE"))).changed);
}

TEST_F(OktaApps, AssignedByAnEarlierAttemptCountAsOurs)
{
    wire.expect("GET", app_user_path, 200, app_user("USER"));
    EXPECT_TRUE(succeeds(of("assign_user", image("ACTIVE"), 2)).changed);
}

TEST_F(OktaApps, AreWaitedForALittle)
{
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 200, app_user("USER", "SYNCING", "PENDING"));
    wire.expect("GET", app_user_path, 200, app_user("USER", "SYNCING", "PENDING"));
    wire.expect("GET", app_user_path, 200, app_user("USER", "SYNCHRONIZED", "PROVISIONED"));
    EXPECT_EQ(succeeds(of("assign_user", nobody())).outputs["sync_state"].text_or(), "SYNCHRONIZED");
}

TEST_F(OktaApps, ThatStayPendingDoNotBlock)
{
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 200, app_user("USER", "SYNCING", "PENDING"));
    for (int look = 0; look < 5; ++look)
        wire.expect("GET", app_user_path, 200, app_user("USER", "SYNCING", "PENDING"));
    EXPECT_TRUE(succeeds(of("assign_user", nobody())).changed);
}

TEST_F(OktaApps, ThatCannotMakeTheAccountAreNoSuccess)
{
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 200, app_user("USER", "SYNCING"));
    wire.expect("GET", app_user_path, 200, app_user("USER", "ERROR"));
    const auto out = fails(of("assign_user", nobody()));
    EXPECT_EQ(out.kind, failure_kind::conflict);
    EXPECT_EQ(out.mark.code, "SYNC_ERROR");
    EXPECT_EQ(out.before, json(R"({"assigned":false})"));
}

TEST_F(OktaApps, SayWhyTheyAreRefused)
{
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 403,
                refusal_json("E0000006", "You do not have permission to perform the requested action"));
    const auto out = fails(of("assign_user", nobody()));
    EXPECT_EQ(out.kind, failure_kind::forbidden);
    EXPECT_EQ(out.mark.code, "E0000006");
    EXPECT_EQ(out.mark.status, 403);
    EXPECT_FALSE(out.mark.request_id.empty());
}

TEST_F(OktaApps, AreTakenBackFromTheUserOnly)
{
    wire.expect("DELETE", unassign_path, 204);
    EXPECT_TRUE(succeeds(of("unassign_user", image("ACTIVE", "[]", slack_in_image("USER")))).changed);
    const auto kept = succeeds(of("unassign_user", image("ACTIVE", "[]", slack_in_image("GROUP"))));
    EXPECT_FALSE(kept.changed);
    EXPECT_EQ(kept.outputs["review"], json(R"([{"app":{"id":"0oa1","label":"Slack"},"owner":"group"}])"));
    wire.expect(
        "DELETE", unassign_path, 403,
        refusal_json(
            "E0000046", "User to app assignment could not be deleted",
            "The application cannot be unassigned from the user while their group memberships grant them access"));
    EXPECT_FALSE(succeeds(of("unassign_user", image("ACTIVE", "[]", slack_in_image("USER")))).changed);
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    EXPECT_FALSE(succeeds(of("unassign_user")).changed);
}

TEST_F(OktaApps, AreProbedAndUndone)
{
    wire.expect("GET", app_user_path, 200, app_user("USER"));
    const auto found = settles(of("assign_user", nobody()));
    EXPECT_EQ(found.verdict, probe_verdict::done);
    EXPECT_TRUE(found.changed);
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    EXPECT_EQ(settles(of("assign_user", nobody())).verdict, probe_verdict::not_done);

    auto assigned = of("assign_user", image("ACTIVE"));
    assigned.before = json(R"({"assigned":false})");
    wire.expect("GET", app_user_path, 200, app_user("USER"));
    wire.expect("DELETE", unassign_path, 204);
    EXPECT_TRUE(undoes(assigned).changed);
    wire.expect("GET", app_user_path, 200, app_user("GROUP"));
    EXPECT_FALSE(undoes(assigned).changed);

    wire.expect("GET", app_user_path, 404, missing_json("AppUser")); // not shown yet
    wire.expect("GET", app_user_path, 200, app_user("USER"));
    wire.expect("DELETE", unassign_path, 204);
    EXPECT_TRUE(undoes(assigned).changed);

    auto taken = of("unassign_user", image("ACTIVE", "[]", slack_in_image("USER")));
    taken.before = json(R"({"assigned":true})");
    wire.expect("GET", app_user_path, 404, missing_json("AppUser"));
    wire.expect("POST", app_users_path, 200, app_user("USER"));
    EXPECT_TRUE(undoes(taken).changed);
}

} // namespace jmld::tests
