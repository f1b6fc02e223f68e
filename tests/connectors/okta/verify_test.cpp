// Reading access back: waiting, telling what is missing, and telling what can be removed from what cannot.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;

class OktaVerify : public OktaFixture
{
protected:
    void expect_sight(std::string_view status, std::string_view groups, std::string_view apps,
                      std::string_view roles = "[]", std::string_view rules = "[]", bool rules_too = true)
    {
        wire.expect("GET", "/api/v1/users/00u1", 200, user_json(status));
        wire.expect("GET", "/api/v1/users/00u1/groups", 200, std::string(groups));
        if (rules_too)
            wire.expect("GET", "/api/v1/groups/rules?limit=200", 200, std::string(rules));
        wire.expect("GET", "/api/v1/apps?filter=user.id%20eq%20%2200u1%22&expand=user%2F00u1&limit=200", 200,
                    std::string(apps));
        wire.expect("GET", "/api/v1/users/00u1/roles", 200, std::string(roles));
        if (whole)
            wire.expect("GET", "/api/v1/users/00u1/clients", 200, "[]");
    }
    /// Of a leaver: what deactivating leaves standing.
    void expect_around(int status, std::string_view factors, std::string_view devices = "[]")
    {
        wire.expect("GET", "/api/v1/users/00u1/factors", status, std::string(factors));
        wire.expect("GET", "/api/v1/users/00u1/devices", 200, std::string(devices));
        wire.expect("GET", "/api/v1/users/00u1/grants", 200, "[]");
    }
    bool whole = false; ///< nothing may be left: tokens are looked for
    static constexpr const char* everyone = R"([{"id":"00gE","type":"BUILT_IN","profile":{"name":"Everyone"}}])";
    static constexpr const char* slack =
        R"([{"id":"0oa1","label":"Slack","status":"ACTIVE","_embedded":{"user":{"id":"00u1","scope":"USER","status":"ACTIVE","syncState":"SYNCHRONIZED"}}}])";
    static constexpr const char* target =
        R"({"user":"00u1","expect":{"groups":[{"id":"00g1","name":"Staff"}],"apps":[{"id":"0oa1","label":"Slack"}],"roles":[]}})";
};

TEST_F(OktaVerify, WaitsUntilWhatWasGivenIsThere)
{
    expect_sight("PROVISIONED", everyone, "[]");
    expect_sight("PROVISIONED", staff_read, slack, "[]", "[]", false);
    const auto out = succeeds(request("okta.verify_access", target));
    EXPECT_EQ(out.outputs["clean"], value(true));
    EXPECT_EQ(out.outputs["status"].text_or(), "PROVISIONED");
    EXPECT_FALSE(out.changed);
}

TEST_F(OktaVerify, SaysWhatIsMissing)
{
    auto asked = request("okta.verify_access", target);
    asked.timeout = duration(500);
    expect_sight("STAGED", everyone, "[]");
    const auto out = fails(asked);
    EXPECT_EQ(out.kind, failure_kind::conflict);
    EXPECT_THAT(out.detail, testing::AllOf(testing::HasSubstr("STAGED"), testing::HasSubstr("group 'Staff'"),
                                           testing::HasSubstr("app 'Slack'")));
}

TEST_F(OktaVerify, SeesThatAnAppFailed)
{
    expect_sight(
        "ACTIVE", staff_read,
        R"([{"id":"0oa1","label":"Slack","_embedded":{"user":{"scope":"USER","status":"PENDING","syncState":"ERROR"}}}])");
    EXPECT_EQ(fails(request("okta.verify_access", target)).mark.code, "SYNC_ERROR");
}

TEST_F(OktaVerify, LetsAChangedPersonBeAwayOrNotBegun)
{
    auto asked = request("okta.verify_access", target);
    asked.urgency = runtime::priority::mover;
    expect_sight("SUSPENDED", staff_read, slack);
    EXPECT_EQ(succeeds(asked).outputs["clean"], value(true));
}

TEST_F(OktaVerify, IsCleanWhenNothingIsLeft)
{
    whole = true;
    expect_sight("DEPROVISIONED", everyone, "[]");
    expect_around(
        200, R"([{"id":"fac1","factorType":"push","status":"ACTIVE"}])",
        R"([{"created":"2027-01-01T00:00:00.000Z","device":{"id":"guo1","status":"ACTIVE","profile":{"displayName":"Laptop","platform":"MACOS"}}}])");
    const auto out = succeeds(request("okta.verify_access", R"({"user":"00u1","expect":"none"})"));
    EXPECT_EQ(out.outputs["clean"], value(true));
    EXPECT_TRUE(out.outputs["residue"].items().empty());
    EXPECT_EQ(out.outputs["seen"]["user"], json(R"({"status":"DEPROVISIONED"})")) << "no names of people";
    EXPECT_EQ(out.outputs["seen"]["factors"].items().size(), 1U);
    EXPECT_EQ(out.outputs["seen"]["devices"],
              json(R"([{"id":"guo1","name":"Laptop","platform":"MACOS","status":"ACTIVE"}])"));
    EXPECT_TRUE(out.outputs["seen"]["unread"].items().empty());
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    EXPECT_EQ(succeeds(request("okta.verify_access", R"({"user":"00u1","expect":"none"})")).outputs["clean"],
              value(true));
}

TEST_F(OktaVerify, TellsWhatCanBeRemovedFromWhatCannot)
{
    whole = true;
    auto asked = request("okta.verify_access", R"({"user":"00u1","expect":"none"})");
    asked.timeout = duration(500);
    expect_sight(
        "DEPROVISIONED",
        R"([{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}},{"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Ops"}},{"id":"00g3","type":"APP_GROUP","profile":{"name":"AD"}}])",
        slack, R"([{"id":"ra1","type":"APP_ADMIN","assignmentType":"USER"}])", marketing_rule);
    expect_around(403, R"({"errorCode":"E0000006","errorSummary":"You do not have permission"})");
    const auto out = succeeds(asked).outputs;
    EXPECT_TRUE(out["seen"]["factors"].is_null()) << "not known is not none";
    EXPECT_EQ(out["seen"]["groups"].items().size(), 3U);
    EXPECT_EQ(out["clean"], value(false));
    EXPECT_EQ(out["residue"], json(R"([{"group":"Staff"},{"group":"Ops"},{"app":"Slack"},{"role":"APP_ADMIN"}])"));
    EXPECT_EQ(
        out["remove"],
        json(
            R"({"groups":[{"id":"00g2","name":"Ops"}],"apps":[{"id":"0oa1","label":"Slack"}],"roles":[{"id":"ra1","type":"APP_ADMIN"}]})"));
    EXPECT_EQ(out["review"], json(R"([{"group":{"id":"00g3","name":"AD"},"owner":"directory"}])"));
}

TEST_F(OktaVerify, DoesNotCallALeaverCleanWhoCanStillSignIn)
{
    whole = true;
    auto asked = request("okta.verify_access", R"({"user":"00u1","expect":{"groups":[],"apps":[],"roles":[]}})");
    asked.urgency = runtime::priority::leaver;
    asked.timeout = duration(500);
    expect_sight("ACTIVE", everyone, "[]");
    expect_around(200, "[]");
    EXPECT_EQ(succeeds(asked).outputs["clean"], value(false));
}

// Somebody who leaves: the run has read that she was in Staff.
class OktaVerifyLeaver : public OktaVerify
{
protected:
    OktaVerifyLeaver() { whole = true; }
    runtime::action_request leaving()
    {
        auto asked = request("okta.verify_access", R"({"user":"00u1","expect":{"groups":[],"apps":[],"roles":[]}})");
        asked.urgency = runtime::priority::leaver;
        asked.image = image("ACTIVE", R"([{"id":"00g1","name":"Staff","membership":"direct"}])");
        return asked;
    }
    /// Rules are remembered for five seconds.
    void expect_gone(bool rules_too = true) { expect_sight("DEPROVISIONED", everyone, "[]", "[]", "[]", rules_too); }
    static constexpr const char* ops_read = R"([{"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Ops"}}])";
};

TEST_F(OktaVerifyLeaver, IsReadCleanTwiceHalfAMinuteApart)
{
    const auto began = clock.now();
    expect_gone();
    auto first = run(actions->attempt(leaving()));
    const auto* open = std::get_if<engine::attempt_pending>(&first);
    ASSERT_NE(open, nullptr);
    EXPECT_EQ(open->look_again, began + duration(30'000));
    auto second = leaving();
    second.progress = open->progress;
    clock.advance_to(open->look_again);
    expect_gone();
    expect_around(200, "[]");
    const auto out = succeeds(second);
    EXPECT_EQ(out.outputs["clean"], value(true));
    EXPECT_EQ(out.outputs["reads"].items().size(), 2U);
    EXPECT_TRUE(out.outputs["drift"].items().empty());
}

TEST_F(OktaVerifyLeaver, TakesAwayWhatCameBackAndCountsAnew)
{
    expect_gone();
    expect_sight("DEPROVISIONED", ops_read, "[]");
    wire.expect("DELETE", "/api/v1/groups/00g2/users/00u1", 204, "");
    expect_gone(false);
    expect_gone();
    expect_around(200, "[]");
    const auto out = succeeds(leaving());
    EXPECT_EQ(out.outputs["clean"], value(true));
    EXPECT_TRUE(out.changed);
    ASSERT_EQ(out.outputs["drift"].items().size(), 1U);
    EXPECT_EQ(out.outputs["drift"].items().front()["group"].text_or(), "Ops");
}

TEST_F(OktaVerifyLeaver, WritesDownWhatItWillTakeAway)
{
    expect_sight("DEPROVISIONED", ops_read, "[]");
    auto seen = run(actions->attempt(leaving()));
    const auto* open = std::get_if<engine::attempt_pending>(&seen);
    ASSERT_NE(open, nullptr) << "nothing is taken away before it is written down";
    EXPECT_EQ(open->progress["came_back"], json(R"([{"group":"Ops"}])"));
    EXPECT_EQ(open->look_again, clock.now());
}

TEST_F(OktaVerifyLeaver, EndsTokensThatWereGivenMeanwhile)
{
    constexpr const char* mail = R"([{"client_id":"0oac","client_name":"Mail"}])";
    expect_gone();
    whole = false; // told here
    expect_gone();
    wire.expect("GET", "/api/v1/users/00u1/clients", 200, mail);
    wire.expect("GET", "/api/v1/users/00u1/clients/0oac/tokens", 200,
                R"([{"id":"oar1","status":"ACTIVE"},{"id":"oar2","status":"REVOKED"}])");
    wire.expect("DELETE", "/api/v1/users/00u1/clients/0oac/tokens", 204, "");
    whole = true;
    expect_gone(false);
    expect_gone();
    expect_around(200, "[]");
    const auto out = succeeds(leaving());
    EXPECT_EQ(out.outputs["clean"], value(true));
    EXPECT_EQ(out.outputs["drift"].items().front()["token"].text_or(), "Mail");
}

TEST_F(OktaVerifyLeaver, SaysThatTokensAreLeftWhichTheRunCouldNotEnd)
{
    auto asked = leaving();
    asked.timeout = duration(500);
    whole = false;
    expect_gone();
    wire.expect("GET", "/api/v1/users/00u1/clients", 200, R"([{"client_id":"0oac"}])");
    wire.expect("GET", "/api/v1/users/00u1/clients/0oac/tokens", 200, R"([{"id":"oar1"}])");
    expect_around(200, "[]");
    const auto out = succeeds(asked);
    EXPECT_EQ(out.outputs["clean"], value(false));
    EXPECT_EQ(out.outputs["residue"], json(R"([{"token":"0oac"}])"));
}

TEST_F(OktaVerifyLeaver, SaysWhatItMayNotRead)
{
    auto asked = leaving();
    asked.inputs = asked.inputs.with("clean_reads", 1);
    const auto no = refusal_json("E0000006", "You do not have permission to perform the requested action");
    whole = false;
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("DEPROVISIONED"));
    wire.expect("GET", "/api/v1/users/00u1/groups", 200, everyone);
    wire.expect("GET", "/api/v1/groups/rules?limit=200", 200, "[]");
    wire.expect("GET", "/api/v1/apps?*", 200, "[]");
    wire.expect("GET", "/api/v1/users/00u1/roles", 403, no);
    wire.expect("GET", "/api/v1/users/00u1/clients", 403, no);
    wire.expect("GET", "/api/v1/users/00u1/factors", 200, "[]");
    wire.expect("GET", "/api/v1/users/00u1/devices", 403, no);
    wire.expect("GET", "/api/v1/users/00u1/grants", 200, "[]");
    const auto seen = succeeds(asked).outputs["seen"];
    EXPECT_TRUE(seen["roles"].is_null() && seen["tokens"].is_null() && seen["devices"].is_null());
    std::vector<std::string> parts;
    for (const auto& gap : seen["unread"].items())
        parts.push_back(gap["part"].text_or());
    EXPECT_THAT(parts, testing::ElementsAre("roles", "tokens", "devices"));
    EXPECT_EQ(seen["unread"].items().front()["scope"].text_or(), "okta.roles.read");
}

TEST_F(OktaVerifyLeaver, LeavesWhatWasThereAllAlongToTheStepsOfTheRun)
{
    auto asked = leaving();
    asked.timeout = duration(500);
    expect_sight("DEPROVISIONED", staff_read, "[]");
    expect_around(200, "[]");
    const auto out = succeeds(asked);
    EXPECT_EQ(out.outputs["clean"], value(false));
    EXPECT_EQ(out.outputs["residue"], json(R"([{"group":"Staff"}])"));
}

TEST_F(OktaVerifyLeaver, ClosesAnAccountThatSomebodyOpensMeanwhile)
{
    expect_gone();
    expect_sight("PROVISIONED", everyone, "[]");
    wire.expect("DELETE", "/api/v1/users/00u1/sessions?oauthTokens=true&forgetDevices=true", 204, "");
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/deactivate?sendEmail=false", 200, "{}");
    expect_gone(false);
    expect_gone();
    expect_around(200, "[]");
    const auto out = succeeds(leaving());
    EXPECT_EQ(out.outputs["drift"].items().front()["status"].text_or(), "PROVISIONED");
}

TEST_F(OktaVerifyLeaver, NeverClosesAProtectedAccount)
{
    auto options = actions->options();
    options.protected_users = {"00u1"};
    actions->protect(options);
    auto asked = leaving();
    asked.timeout = duration(500);
    expect_gone();
    for (int look = 0; look < 4; ++look)
        expect_sight("PROVISIONED", everyone, "[]", "[]", "[]", look == 0);
    expect_around(200, "[]");
    EXPECT_EQ(succeeds(asked).outputs["clean"], value(false));
}

TEST_F(OktaVerifyLeaver, GivesUpOnWhatComesBackAgainAndAgain)
{
    auto asked = leaving();
    asked.timeout = duration(500);
    expect_gone();
    expect_sight("DEPROVISIONED", ops_read, "[]");
    for (int time = 0; time < 3; ++time) {
        wire.expect("DELETE", "/api/v1/groups/00g2/users/00u1", 204, "");
        expect_sight("DEPROVISIONED", ops_read, "[]", "[]", "[]", false);
    }
    expect_around(200, "[]");
    const auto out = succeeds(asked);
    EXPECT_EQ(out.outputs["residue"], json(R"([{"group":"Ops"}])"));
    EXPECT_EQ(out.outputs["drift"].items().size(), 1U) << "told once";
}

TEST_F(OktaVerify, SuspendsAgainWhomSomebodyLetInDuringALeave)
{
    auto asked =
        request("okta.verify_access", R"({"user":"00u1","expect":{"status":["SUSPENDED","STAGED"]},"contain":true})");
    asked.inputs = asked.inputs.with("clean_reads", 2).with("apart", duration(30'000));
    asked.urgency = runtime::priority::mover;
    asked.image = image("ACTIVE");
    expect_sight("SUSPENDED", staff_read, "[]");
    expect_sight("ACTIVE", staff_read, "[]");
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/suspend", 200, "{}");
    wire.expect("DELETE", "/api/v1/users/00u1/sessions?oauthTokens=true&forgetDevices=true", 204, "");
    expect_sight("SUSPENDED", staff_read, "[]", "[]", "[]", false);
    expect_sight("SUSPENDED", staff_read, "[]");
    EXPECT_EQ(succeeds(asked).outputs["clean"], value(true));
}

TEST_F(OktaVerify, SuspendsWhoSignedInAfterTheRunHadReadThem)
{
    auto asked = request("okta.verify_access",
                         R"({"user":"00u1","expect":{"status":["SUSPENDED","PROVISIONED"]},"contain":true})");
    asked.urgency = runtime::priority::mover;
    asked.image = image("PROVISIONED");
    expect_sight("ACTIVE", staff_read, "[]");
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/suspend", 200, "{}");
    wire.expect("DELETE", "/api/v1/users/00u1/sessions?oauthTokens=true&forgetDevices=true", 204, "");
    expect_sight("SUSPENDED", staff_read, "[]", "[]", "[]", false);
    EXPECT_EQ(succeeds(asked).outputs["clean"], value(true));
}

TEST_F(OktaVerify, RefusesAnExpectationItCannotRead)
{
    EXPECT_EQ(fails(request("okta.verify_access", R"({"user":"00u1","expect":"all"})")).kind, failure_kind::invalid);
}

} // namespace jmld::tests
