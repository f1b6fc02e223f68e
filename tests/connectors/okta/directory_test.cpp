// Reading people: what a snapshot holds, who may be meant, what names resolve to.
#include "connectors/okta/rules.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;

class OktaDirectory : public OktaFixture
{
protected:
    okta::person_image snapshot()
    {
        auto out = run(people->snapshot(uid));
        const auto* failed = std::get_if<engine::attempt_failed>(&out);
        EXPECT_EQ(failed, nullptr) << (failed != nullptr ? failed->detail : "");
        return failed == nullptr ? std::get<okta::person_image>(out) : okta::person_image{};
    }
    okta::found_users find(okta::user_query wanted)
    {
        auto out = run(people->find(std::move(wanted)));
        EXPECT_TRUE(std::holds_alternative<okta::found_users>(out));
        return std::holds_alternative<okta::found_users>(out) ? std::get<okta::found_users>(out) : okta::found_users{};
    }
    okta::resolved resolve(std::vector<std::string> groups, std::vector<std::string> apps)
    {
        auto out = run(people->resolve(std::move(groups), std::move(apps)));
        EXPECT_TRUE(std::holds_alternative<okta::resolved>(out));
        return std::holds_alternative<okta::resolved>(out) ? std::get<okta::resolved>(out) : okta::resolved{};
    }
    static std::string rule(std::string_view id, std::string_view expression, std::string_view group,
                            std::string_view status = "ACTIVE", std::string_view exclude = "[]")
    {
        return R"({"id":")" + std::string(id) + R"(","name":"r","status":")" + std::string(status) +
               R"(","conditions":{"people":{"users":{"exclude":)" + std::string(exclude) +
               R"(}},"expression":{"value":")" + std::string(expression) +
               R"("}},"actions":{"assignUserToGroups":{"groupIds":[")" + std::string(group) + R"("]}}})";
    }
};

TEST_F(OktaDirectory, ReadsAPersonWithEverythingGranted)
{
    wire.expect("GET", "/api/v1/users/00u1", 200,
                user_json("ACTIVE", R"(,"credentials":{"password":{},"provider":{"type":"OKTA"}})"))
        .header("ETag", "W/\"1\"");
    wire.expect(
        "GET", "/api/v1/users/00u1/groups", 200,
        R"([{"id":"00gE","type":"BUILT_IN","profile":{"name":"Everyone"}},{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Marketing"}},)"
        R"({"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Staff"}},{"id":"00g3","type":"OKTA_GROUP","profile":{"name":"Fans"}}])");
    wire.expect("GET", "/api/v1/groups/rules?limit=200", 200,
                "[" + rule("0pr1", R"(user.department==\"Marketing\")", "00g1") + "," +
                    rule("0pr2", R"(user.department != 'Sales')", "00g9") + "," +
                    rule("0pr3", R"(user.department==\"Marketing\")", "00g2", "INACTIVE") + "," +
                    rule("0pr4", R"(user.department==\"Marketing\")", "00g3", "ACTIVE", R"(["00u1"])") + "," +
                    rule("0pr5", R"(user.department==\"Sales\")", "00g8") + "]");
    wire.expect(
        "GET", "/api/v1/apps?filter=user.id%20eq%20%2200u1%22&expand=user%2F00u1&limit=200", 200,
        R"([{"id":"0oa1","label":"Slack","status":"ACTIVE","_embedded":{"user":{"scope":"GROUP","status":"ACTIVE","syncState":"SYNCHRONIZED",)"
        R"("_links":{"group":{"href":"https://example.okta.com/api/v1/groups/00g2"}}}}}])");
    wire.expect("GET", "/api/v1/users/00u1/roles", 200, R"([{"id":"ra1","type":"APP_ADMIN","assignmentType":"USER"}])");
    wire.expect("GET", "/api/v1/users/00u1/factors", 200, R"([{"id":"mbl1","factorType":"sms","status":"ACTIVE"}])");
    wire.expect("GET", "/api/v1/api-tokens", 200,
                R"([{"id":"00T1","name":"script","userId":"00u1"},{"id":"00T2","name":"x","userId":"00u2"}])");
    const auto seen = snapshot();
    EXPECT_TRUE(seen.warnings.empty());
    const auto& user = seen.image["user"];
    EXPECT_EQ(user["status"].text_or(), "ACTIVE");
    EXPECT_EQ(user["etag"].text_or(), "W/\"1\"");
    EXPECT_EQ(user["provider"].text_or(), "OKTA");
    EXPECT_EQ(user["has_password"], value(true));
    const auto& groups = seen.image["groups"].items();
    ASSERT_EQ(groups.size(), 4U);
    EXPECT_EQ(groups[1],
              json(R"({"id":"00g1","name":"Marketing","type":"OKTA_GROUP","membership":"rule","rule":"0pr1"})"));
    EXPECT_EQ(groups[2]["membership"].text_or(), "direct"); // the rule is inactive
    EXPECT_EQ(groups[3]["membership"].text_or(), "direct"); // the user is excluded from the rule
    EXPECT_EQ(
        seen.image["apps"],
        json(
            R"([{"id":"0oa1","label":"Slack","scope":"GROUP","via":"00g2","status":"ACTIVE","sync_state":"SYNCHRONIZED","app_status":"ACTIVE"}])"));
    EXPECT_EQ(seen.image["roles"].items().front()["type"].text_or(), "APP_ADMIN");
    EXPECT_EQ(seen.image["factors"].items().size(), 1U);
    EXPECT_EQ(seen.image["api_tokens"], json(R"([{"id":"00T1","name":"script"}])"));
    const auto& rules = seen.image["rules"].items();
    ASSERT_EQ(rules.size(), 3U); // those of his groups, and the != that a cleared attribute would make match
    EXPECT_EQ(rules[1]["operator"].text_or(), "!=");
    EXPECT_EQ(rules[1]["value"].text_or(), "Sales");
    EXPECT_EQ(rules[1]["matches"], value(true));
}

TEST_F(OktaDirectory, ShowsNobodyAsNull)
{
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    const auto seen = snapshot();
    EXPECT_TRUE(seen.image["user"].is_null());
    EXPECT_TRUE(seen.image["groups"].is_list());
}

TEST_F(OktaDirectory, WarnsOfWhatItMayNotRead)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    wire.expect("GET", "/api/v1/users/00u1/groups", 200, "[]");
    wire.expect("GET", "/api/v1/groups/rules?limit=200", 403, refusal_json("E0000006", "no permission"));
    wire.expect("GET", "/api/v1/apps?*", 200, "[]");
    wire.expect("GET", "/api/v1/users/00u1/roles", 403, refusal_json("E0000006", "no permission"));
    wire.expect("GET", "/api/v1/users/00u1/factors", 404, missing_json("User"));
    wire.expect("GET", "/api/v1/api-tokens", 403, refusal_json("E0000006", "no permission"));
    wire.expect("GET", "/api/v1/groups/rules?limit=200", 403, refusal_json("E0000006", "no permission"));
    const auto seen = snapshot();
    EXPECT_EQ(seen.warnings.size(), 4U);
    EXPECT_EQ(seen.image["warnings"].items().size(), 4U);
    EXPECT_TRUE(seen.image["roles"].is_null()) << "nobody saw that there are none";
    EXPECT_TRUE(seen.image["groups"].is_list());
}

TEST_F(OktaDirectory, FailsAsAWholeWhenOktaIsDown)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    wire.expect("GET", "/api/v1/users/00u1/groups", 503);
    wire.expect("GET", "/api/v1/users/00u1", 503);
    auto out = run(people->snapshot(uid));
    ASSERT_TRUE(std::holds_alternative<engine::attempt_failed>(out));
    EXPECT_TRUE(std::get<engine::attempt_failed>(out).outage);
    EXPECT_EQ(std::get<engine::attempt_failed>(out).calls.items().size(), 3U);
}

TEST_F(OktaDirectory, AsksAboutARuleItCannotRead)
{
    const auto groups = R"([{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Odd"}}])";
    okta::call_scope scope;
    for (const auto& [status, body, membership] :
         {std::tuple{200, "[]", "direct"}, std::tuple{200, R"([{"id":"0pr1"}])", "rule"}, std::tuple{404, "", "rule"}})
    {
        wire.expect("GET", "/api/v1/users/00u1/groups", 200, groups);
        wire.expect("GET", "/api/v1/groups/rules?limit=200", 200,
                    "[" + rule("0pr1", R"(String.stringContains(user.title, \"x\"))", "00g1") + "]");
        wire.expect("GET", "/api/v1/groups/00g1/users/00u1/group-rules", status, body);
        const auto read = run(people->read_groups(uid, json("{}"), scope));
        EXPECT_EQ(read.body.items().front()["membership"].text_or(), membership);
        clock.advance_to(clock.now() + duration(6000));
    }
}

TEST(OktaRules, ReadsTheTwoFormsAndGuessesNoOther)
{
    const auto test = okta::parse_rule_expression(R"(  user.department == "R\"D")");
    ASSERT_TRUE(test);
    EXPECT_EQ(test->attribute, "department");
    EXPECT_EQ(test->content, "R\"D");
    for (const auto* other : {"", "user.department", R"(user.a=="x" and user.b=="y")", R"(user.department>"x")",
                              R"(department=="x")", R"(user.=="x")", R"(user.a=="x)"})
        EXPECT_FALSE(okta::parse_rule_expression(other)) << other;
    const auto rule =
        json(R"({"attribute":"department","operator":"!=","value":"Sales","exclude":["00u2"],"groups":["00g1"]})");
    EXPECT_EQ(okta::applies(rule, "00u1", json("{}")), okta::rule_verdict::matches); // null is not Sales
    EXPECT_EQ(okta::applies(rule, "00u1", json(R"({"department":"Sales"})")), okta::rule_verdict::does_not);
    EXPECT_EQ(okta::applies(rule, "00u2", json("{}")), okta::rule_verdict::does_not);
}

// ---- who
// ---------------------------------------------------------------------------------------------------------------------

TEST_F(OktaDirectory, FindsByIdsThenByLoginThenByName)
{
    wire.expect("GET", "/api/v1/users?search=profile.universalId%20eq%20%22u-1%22&limit=200", 400,
                refusal_json("E0000031", "Invalid search criteria."));
    wire.expect("GET", "/api/v1/users?search=profile.employeeNumber%20eq%20%221001%22&limit=200", 200,
                "[]"); // the search lags
    wire.expect("GET", "/api/v1/users/ana.ruiz%40example.com", 200, user_json("DEPROVISIONED"));
    wire.expect(
        "GET",
        "/api/v1/users?search=profile.firstName%20eq%20%22Ana%22%20and%20profile.lastName%20eq%20%22Ruiz%22&limit=200",
        200, "[" + user_json("ACTIVE") + "]");
    const auto found = find({.universal_id = "u-1",
                             .worker_id = "1001",
                             .logins = {"ana.ruiz@example.com"},
                             .given_name = "Ana",
                             .family_name = "Ruiz"});
    EXPECT_TRUE(found.by_universal_id.empty());
    ASSERT_EQ(found.by_worker_id.size(), 1U);
    EXPECT_EQ(found.by_worker_id.front().status, "DEPROVISIONED");
    EXPECT_EQ(found.namesakes.size(), 1U);
    EXPECT_EQ(found.calls.items().size(), 4U);
}

TEST_F(OktaDirectory, EscapesWhatItSearchesFor)
{
    EXPECT_EQ(okta::equals("profile.lastName", R"(O"Hara\)"), R"(profile.lastName eq "O\"Hara\\")");
}

TEST_F(OktaDirectory, FindsManagersWhoAreStillThere)
{
    wire.expect(
        "GET",
        "/api/v1/"
        "users?search=profile.firstName%20eq%20%22Bob%22%20and%20profile.lastName%20eq%20%22van%20Lee%22&limit=200",
        200, "[" + user_json("ACTIVE", "", "00u7") + "," + user_json("DEPROVISIONED", "", "00u8") + "]");
    wire.expect(
        "GET",
        "/api/v1/"
        "users?search=profile.firstName%20eq%20%22Bob%20van%22%20and%20profile.lastName%20eq%20%22Lee%22&limit=200",
        200, "[]");
    const auto found = find({.manager_name = "Bob van Lee"});
    ASSERT_EQ(found.managers.size(), 1U);
    EXPECT_EQ(found.managers.front().id, "00u7");
    wire.expect("GET", "/api/v1/users?search=profile.employeeNumber%20eq%20%229%22&limit=200", 200,
                "[" + user_json("ACTIVE", "", "00u7") + "," + user_json("ACTIVE", "", "00u6") + "]");
    EXPECT_EQ(find({.manager_id = "9"}).managers.size(), 2U);
}

// ---- names
// -------------------------------------------------------------------------------------------------------------------

TEST_F(OktaDirectory, ResolvesExactNamesOnly)
{
    wire.expect(
        "GET", "/api/v1/groups?q=Engineering&limit=200", 200,
        R"([{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Engineering Managers"}},{"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Engineering"}}])");
    wire.expect("GET", "/api/v1/groups?q=staff&limit=200", 200,
                R"([{"id":"00g3","type":"OKTA_GROUP","profile":{"name":"Staff"}}])");
    wire.expect("GET", "/api/v1/groups?q=AD&limit=200", 200,
                R"([{"id":"00g4","type":"APP_GROUP","profile":{"name":"AD"}}])");
    wire.expect(
        "GET", "/api/v1/apps?q=Slack&limit=200", 200,
        R"([{"id":"0oa0","label":"Slack","status":"INACTIVE"},{"id":"0oa1","label":"Slack","status":"ACTIVE"}])");
    wire.expect("GET", "/api/v1/apps?q=Jira&limit=200", 200,
                R"([{"id":"0oa2","label":"Jira","status":"ACTIVE"},{"id":"0oa3","label":"Jira","status":"ACTIVE"}])");
    const auto found = resolve({"Engineering", "staff", "AD"}, {"Slack", "Jira"});
    EXPECT_EQ(found.groups.at("Engineering").id, "00g2");
    EXPECT_EQ(found.apps.at("Slack").id, "0oa1");
    EXPECT_THAT(found.unknown,
                testing::ElementsAre("group 'staff'", "group 'AD' (exists, but is not of type OKTA_GROUP)",
                                     "app 'Jira' (2 apps have this label)"));
}

TEST_F(OktaDirectory, RemembersNamesForAMinute)
{
    const auto engineering = R"([{"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Engineering"}}])";
    wire.expect("GET", "/api/v1/groups?q=Engineering&limit=200", 200, engineering);
    resolve({"Engineering"}, {});
    EXPECT_EQ(resolve({"Engineering"}, {}).groups.size(), 1U);
    clock.advance_to(clock.now() + duration(61'000));
    wire.expect("GET", "/api/v1/groups?q=Engineering&limit=200", 200, engineering);
    EXPECT_EQ(resolve({"Engineering"}, {}).groups.size(), 1U);
}

TEST_F(OktaDirectory, KnowsWhichAttributesThereAre)
{
    wire.expect(
        "GET", "/api/v1/meta/schemas/user/default", 200,
        R"({"definitions":{"custom":{"properties":{"universalId":{"type":"string"}}},"base":{"properties":{"login":{}}}}})");
    EXPECT_TRUE(std::get<bool>(run(people->has_attribute("universalId"))));
    wire.expect("GET", "/api/v1/meta/schemas/user/default", 403, refusal_json("E0000006", "no permission"));
    EXPECT_FALSE(std::get<bool>(run(people->has_attribute("other"))));
}

} // namespace jmld::tests
