// `okta check`: what each look finds, and what it says where something is wrong.
#include "connectors/okta/check.hpp"
#include "connectors/okta/permissions.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"

#include <algorithm>

namespace jmld::tests {

using okta::grade;

class OktaCheck : public OktaFixture
{
protected:
    std::vector<okta::check_finding> look(std::vector<okta::needed_scope> needed = {})
    {
        return run(okta::check({*client, *who, wire, limiter, origin}, std::move(needed)));
    }
    static okta::check_finding one(const std::vector<okta::check_finding>& all, std::string_view name)
    {
        const auto found = std::ranges::find(all, name, &okta::check_finding::name);
        EXPECT_NE(found, all.end()) << name;
        return found == all.end() ? okta::check_finding{} : *found;
    }
    scripted_transport::step& expect_reach(std::string_view date = "Mon, 01 Feb 2027 09:00:00 GMT")
    {
        return wire.expect("GET", "/.well-known/okta-organization", 200, "{}").header("Date", std::string(date));
    }
    void expect_sign_in()
    {
        wire.expect("GET", "/api/v1/users?limit=1", 200, "[" + user_json("ACTIVE") + "]")
            .header("X-Rate-Limit-Limit", "300")
            .header("X-Rate-Limit-Remaining", "280")
            .header("X-Rate-Limit-Reset", "1801472460");
        wire.expect("GET", "/api/v1/users/me", 200, user_json("ACTIVE", {}, "00uowner"));
    }
    void expect_permissions(int groups = 200)
    {
        const auto body = groups == 200 ? std::string("[]") : refusal_json("E0000006", "no permission");
        wire.expect("GET", "/api/v1/users?limit=1", 200, "[]");
        wire.expect("GET", "/api/v1/groups?limit=1", groups, body);
        wire.expect("GET", "/api/v1/apps?limit=1", 200, "[]");
        wire.expect("GET", "/api/v1/groups/rules?limit=1", 200, "[]");
        wire.expect("GET", "/api/v1/api-tokens", 200, "[]");
        wire.expect("GET", "/api/v1/users/00uowner/roles", 200, R"([{"id":"r1","type":"ORG_ADMIN"}])");
    }
    std::string rules = "[]";
    void expect_masters(std::string apps = "[]", std::string users = "[]")
    {
        wire.expect("GET", "/api/v1/apps?limit=200", 200, std::move(apps));
        wire.expect("GET", "/api/v1/meta/schemas/user/default", 200, R"({"definitions":{}})");
        wire.expect("GET", "/api/v1/users?limit=200", 200, std::move(users));
        wire.expect("GET", "/api/v1/groups/rules?limit=200", 200, rules);
    }
};

TEST_F(OktaCheck, FindsNothingWrongWhereNothingIs)
{
    expect_reach();
    expect_sign_in();
    expect_permissions();
    expect_masters();
    const auto all = look();
    EXPECT_TRUE(okta::verdict_of(all).good);
    for (const auto& finding : all)
        EXPECT_EQ(finding.how, grade::good) << finding.name << ": " << finding.what;
    EXPECT_THAT(one(all, "auth").what, testing::HasSubstr("ana.ruiz@example.com"));
    EXPECT_THAT(one(all, "permissions").what, testing::HasSubstr("ORG_ADMIN"));
    EXPECT_EQ(one(all, "limits").facts["/api/v1/users"]["limit"], value(300));
    EXPECT_EQ(all.size(), 9U);
}

TEST_F(OktaCheck, SaysThatNobodyAnswersAndLooksNoFurther)
{
    wire.expect_failure("GET", "/.well-known/okta-organization", errc::unavailable);
    const auto all = look();
    EXPECT_FALSE(okta::verdict_of(all).reached);
    EXPECT_EQ(one(all, "reach").how, grade::failed);
    EXPECT_EQ(one(all, "auth").how, grade::unknown);
    EXPECT_EQ(all.size(), 9U) << "every look is named, made or not";
}

TEST_F(OktaCheck, SaysWhatIsWrongWithTheToken)
{
    expect_reach();
    wire.expect("GET", "/api/v1/users?limit=1", 401, refusal_json("E0000011", "Invalid token provided"));
    const auto all = look();
    EXPECT_FALSE(okta::verdict_of(all).signed_in);
    EXPECT_THAT(one(all, "auth").advice, testing::HasSubstr("revoked"));
}

TEST_F(OktaCheck, NamesThePermissionThatIsMissing)
{
    expect_reach();
    expect_sign_in();
    expect_permissions(403);
    expect_masters();
    const auto found = one(look(), "permissions");
    EXPECT_EQ(found.how, grade::failed);
    EXPECT_THAT(found.what, testing::HasSubstr("okta.groups.read"));
}

TEST_F(OktaCheck, SeesAClockThatIsWrong)
{
    expect_reach("Mon, 01 Feb 2027 09:10:00 GMT");
    expect_sign_in();
    expect_permissions();
    expect_masters();
    const auto found = one(look(), "clock");
    EXPECT_EQ(found.how, grade::failed);
    EXPECT_THAT(found.what, testing::HasSubstr("600.5 s behind"));
}

TEST_F(OktaCheck, SeesWhoMastersProfiles)
{
    expect_reach();
    expect_sign_in();
    expect_permissions();
    expect_masters(
        R"([{"id":"0oa1","name":"workday","label":"Workday","status":"ACTIVE","features":["PROFILE_MASTERING"]}])",
        R"([{"id":"00u2","status":"ACTIVE","credentials":{"provider":{"type":"ACTIVE_DIRECTORY"}}}])");
    const auto found = one(look(), "profile_masters");
    EXPECT_EQ(found.how, grade::warning);
    EXPECT_THAT(found.what, testing::AllOf(testing::HasSubstr("Workday"), testing::HasSubstr("ACTIVE_DIRECTORY")));
    EXPECT_EQ(found.facts["providers"]["ACTIVE_DIRECTORY"], value(1));
}

TEST_F(OktaCheck, SeesARuleThatCanExcludeHardlyAnybodyMore)
{
    std::string people;
    for (int person = 0; person < 95; ++person)
        people += (person == 0 ? "\"00u" : ",\"00u") + std::to_string(person) + "\"";
    rules = R"([{"id":"0pr1","name":"mkt","status":"ACTIVE","conditions":{"people":{"users":{"exclude":[)" + people +
            "]}}}}]";
    expect_reach();
    expect_sign_in();
    expect_permissions();
    expect_masters();
    const auto found = one(look(), "rules");
    EXPECT_EQ(found.how, grade::warning);
    EXPECT_THAT(found.what, testing::HasSubstr("mkt excludes 95 of 100"));
}

TEST(OktaPermissions, AreThoseOfTheCall)
{
    EXPECT_EQ(okta::permission_for(okta::operation_named("okta.users.create")), "okta.users.create");
    EXPECT_EQ(okta::permission_for(okta::operation_named("okta.users.deactivate")), "okta.users.lifecycle.deactivate");
    EXPECT_THAT(std::string(okta::permission_for(okta::operation_named("okta.groups.add_user"))),
                testing::HasSubstr("okta.groups.members.manage"));
}

} // namespace jmld::tests
