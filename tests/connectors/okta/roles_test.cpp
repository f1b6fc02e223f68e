// Admin roles and factors: taken once, given back by their own id, left alone where a group gives them.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

class OktaRoles : public OktaFixture
{
protected:
    static constexpr const char* role = R"({"user":"00u1","role":{"id":"ra1","type":"APP_ADMIN"}})";
    static constexpr const char* known_role = R"([{"id":"ra1","type":"APP_ADMIN","assignmentType":"USER"}])";
};

TEST_F(OktaRoles, AreTakenBackOnce)
{
    wire.expect("DELETE", "/api/v1/users/00u1/roles/ra1", 204);
    const auto out = succeeds(request("okta.roles.unassign", role));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before["type"].text_or(), "APP_ADMIN");
    wire.expect("DELETE", "/api/v1/users/00u1/roles/ra1", 404, missing_json("RoleAssignment"));
    EXPECT_FALSE(succeeds(request("okta.roles.unassign", role)).changed);
}

TEST_F(OktaRoles, OfAGroupAreLeftToTheGroup)
{
    auto asked = request("okta.roles.unassign", R"({"user":"00u1","role":"ra1"})");
    asked.image = image("ACTIVE", "[]", "[]", R"([{"id":"ra1","type":"APP_ADMIN","assignmentType":"GROUP"}])");
    const auto out = succeeds(asked);
    EXPECT_FALSE(out.changed);
    EXPECT_EQ(out.outputs["review"].items().front()["owner"].text_or(), "group");
}

TEST_F(OktaRoles, AreGivenOnceAndTakenBackByTheirOwnId)
{
    auto asked = request("okta.roles.assign", R"({"user":"00u1","role":"APP_ADMIN"})");
    wire.expect("POST", "/api/v1/users/00u1/roles", 201, R"({"id":"ra9","type":"APP_ADMIN"})")
        .with([](const http::request& sent) { EXPECT_EQ(body_of(sent), json(R"({"type":"APP_ADMIN"})")); });
    const auto out = succeeds(asked);
    EXPECT_EQ(out.outputs["id"].text_or(), "ra9");
    asked.outputs = out.outputs;
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, R"([{"id":"ra9","type":"APP_ADMIN"}])");
    wire.expect("DELETE", "/api/v1/users/00u1/roles/ra9", 204);
    EXPECT_TRUE(undoes(asked).changed);
    wire.expect("POST", "/api/v1/users/00u1/roles", 409,
                refusal_json("E0000090", "The role specified is already assigned to the user."));
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, known_role);
    EXPECT_FALSE(succeeds(request("okta.roles.assign", R"({"user":"00u1","role":"APP_ADMIN"})")).changed);
}

TEST_F(OktaRoles, AreProbedByTheList)
{
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, "[]");
    EXPECT_EQ(settles(request("okta.roles.unassign", role)).verdict, probe_verdict::done);
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, known_role);
    EXPECT_EQ(settles(request("okta.roles.unassign", role)).verdict, probe_verdict::not_done);
}

TEST_F(OktaRoles, ComeBackUnlessTheyAreCustom)
{
    auto asked = request("okta.roles.unassign", role);
    asked.before = json(R"({"id":"ra1","type":"APP_ADMIN"})");
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, "[]");
    wire.expect("POST", "/api/v1/users/00u1/roles", 201, R"({"id":"ra2"})");
    EXPECT_TRUE(undoes(asked).changed);
    asked.before = json(R"({"id":"cr1","type":"CUSTOM"})");
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, "[]");
    EXPECT_TRUE(undoes(asked).conflict);
}

TEST_F(OktaRoles, FactorsAreRemovedOnceAndProbed)
{
    const auto asked = request("okta.factors.unenroll", R"({"user":"00u1","factor":{"id":"mbl1","factorType":"sms"}})");
    wire.expect("DELETE", "/api/v1/users/00u1/factors/mbl1", 204);
    EXPECT_TRUE(succeeds(asked).changed);
    wire.expect("DELETE", "/api/v1/users/00u1/factors/mbl1", 404, missing_json("UserFactor"));
    EXPECT_FALSE(succeeds(asked).changed);
    wire.expect("GET", "/api/v1/users/00u1/factors", 200, "[]");
    EXPECT_EQ(settles(asked).verdict, probe_verdict::done);
    wire.expect("GET", "/api/v1/users/00u1/factors", 200, R"([{"id":"mbl1","factorType":"sms"}])");
    EXPECT_EQ(settles(request("okta.users.reset_factors", R"({"user":"00u1"})")).verdict, probe_verdict::not_done);
}

} // namespace jmld::tests
