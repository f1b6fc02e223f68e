// Everything that a person has, read at once: against the imitation as a whole, and line by line where Okta refuses.
#include "tests/connectors/okta/imitation.hpp"

#include <algorithm>

namespace jmld::tests {

using engine::failure_kind;

namespace {

constexpr const char* rich = R"({
  "users": [
    {"id":"00u1","status":"ACTIVE","profile":{"login":"ana.ruiz@example.com","email":"ana.ruiz@example.com","firstName":"Ana","lastName":"Ruiz","department":"Marketing"},
     "credentials":{"password":true},
     "groups":[{"id":"00g1","membership":"direct"},{"id":"00g2","membership":"rule","rule":"0pr1"},{"id":"00g4","membership":"direct"}],
     "apps":[{"id":"0oa1","scope":"USER"},{"id":"0oa2","scope":"GROUP","via":"00g1"}],
     "roles":[{"id":"ra1","type":"APP_ADMIN","status":"ACTIVE","assignmentType":"USER"}],
     "factors":[{"id":"mbl1","factorType":"sms","status":"ACTIVE"}],
     "tokens":[{"id":"t1","client_id":"c1"},{"id":"t2","client_id":"c1"},{"id":"t3","client_id":"c2"}],
     "api_tokens":[{"id":"00T1","name":"script","userId":"00u1"}]}],
  "groups": [
    {"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}},
    {"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Marketing"}},
    {"id":"00g3","type":"OKTA_GROUP","profile":{"name":"Ops"}},
    {"id":"00g4","type":"APP_GROUP","profile":{"name":"AD"}}],
  "devices": [{"id":"guo1","status":"ACTIVE","profile":{"displayName":"Laptop","platform":"MACOS","registered":true},"users":["00u1"]}],
  "apps": [{"id":"0oa1","label":"Slack","status":"ACTIVE"},{"id":"0oa2","label":"Jira","status":"ACTIVE","groups":["00g1"]}],
  "rules": [{"id":"0pr1","type":"group_rule","name":"mkt","status":"ACTIVE","conditions":{"people":{"users":{"exclude":[]}},"expression":{"type":"urn:okta:expression:1.0","value":"user.department==\"Marketing\""}},"actions":{"assignUserToGroups":{"groupIds":["00g2"]}}}]
})";

const value& entry(const value& items, std::string_view id)
{
    static const value none;
    const auto found = std::ranges::find_if(items.items(), [&](const value& one) { return one["id"].text_or() == id; });
    return found == items.items().end() ? none : *found;
}

} // namespace

class OktaSnapshot : public CompanyFixture
{
protected:
    OktaSnapshot() : CompanyFixture(rich) {}
    value taken(std::string_view inputs = R"({"user":"00u1"})")
    {
        const auto out = succeeds(request("okta.snapshot_access", inputs));
        EXPECT_FALSE(out.changed);
        calls = out.calls;
        return out.outputs;
    }
    value calls;
};

TEST_F(OktaSnapshot, ReadsEverythingThatAPersonHas)
{
    succeeds(request("okta.groups.add_owner", R"({"group":"00g3","owner":"00u1"})"));
    const auto seen = taken();
    EXPECT_EQ(seen["complete"], value(true)) << engine::json::write(seen["unread"]);
    EXPECT_EQ(seen["user"]["status"].text_or(), "ACTIVE");
    EXPECT_EQ(entry(seen["groups"], "00g1")["membership"].text_or(), "direct");
    EXPECT_EQ(entry(seen["groups"], "00g2")["membership"].text_or(), "rule");
    EXPECT_EQ(entry(seen["groups"], "00g2")["rule"].text_or(), "0pr1");
    EXPECT_EQ(entry(seen["groups"], "00g4")["type"].text_or(), "APP_GROUP");
    EXPECT_EQ(entry(seen["apps"], "0oa1")["scope"].text_or(), "USER");
    EXPECT_EQ(entry(seen["apps"], "0oa2")["scope"].text_or(), "GROUP");
    EXPECT_EQ(entry(seen["apps"], "0oa2")["via"].text_or(), "00g1");
    EXPECT_EQ(seen["roles"].items().size(), 1U);
    EXPECT_EQ(seen["factors"].items().size(), 1U);
    EXPECT_EQ(seen["tokens"].items().size(), 3U);
    EXPECT_EQ(seen["owned_groups"], json(R"([{"id":"00g3","name":"Ops"}])"));
    EXPECT_EQ(seen["api_tokens"], json(R"([{"id":"00T1","name":"script"}])"));
    EXPECT_EQ(seen["devices"], json(R"([{"id":"guo1","name":"Laptop","platform":"MACOS","status":"ACTIVE"}])"));
    EXPECT_TRUE(seen["grants"].is_list());
}

TEST_F(OktaSnapshot, ShowsNobodyAsNull)
{
    const auto seen = taken(R"({"user":"00uNobody"})");
    EXPECT_TRUE(seen["user"].is_null());
    EXPECT_EQ(seen["complete"], value(true));
    EXPECT_TRUE(seen["devices"].items().empty());
}

TEST_F(OktaSnapshot, LooksForOwnersInNoMoreGroupsThanAsked)
{
    const auto owner_calls = [this] {
        return std::ranges::count_if(calls.items(),
                                     [](const value& one) { return one["path"].text_or().ends_with("/owners"); });
    };
    const auto one = taken(R"({"user":"00u1","groups_looked_at":1})");
    EXPECT_EQ(owner_calls(), 1);
    EXPECT_EQ(one["complete"], value(false));
    EXPECT_EQ(one["unread"].items().front()["part"].text_or(), "owned_groups");
    const auto none = taken(R"({"user":"00u1","groups_looked_at":0})");
    EXPECT_EQ(owner_calls(), 0);
    EXPECT_TRUE(none["owned_groups"].is_null());
    EXPECT_EQ(none["complete"], value(true));
}

TEST_F(OktaSnapshot, SaysWhichPartsMayNotBeReadAndWhatIsMissing)
{
    for (const auto* path : {"/api/v1/users/*/devices", "/api/v1/users/*/clients", "/api/v1/users/*/roles",
                             "/api/v1/api-tokens", "/api/v1/groups/*/owners", "/api/v1/apps"})
    {
        const auto answer = value::map(
            {{"status", 403},
             {"body", json(refusal_json("E0000006", "You do not have permission to perform the requested action"))}});
        const auto fault = value::map(
            {{"match", value::map({{"method", "GET"}, {"path", path}})}, {"answer", answer}, {"always", true}});
        ASSERT_TRUE(org.add_faults(fault, clock.now()));
    }
    const auto seen = taken();
    EXPECT_EQ(seen["complete"], value(false));
    std::vector<std::string> parts;
    for (const auto& gap : seen["unread"].items()) {
        const auto part = gap["part"].text_or();
        parts.push_back(part);
        EXPECT_TRUE(seen[part].is_null()) << part << ": nobody saw that there is none";
        EXPECT_TRUE(gap["scope"].is_text() && gap["permission"].is_text()) << engine::json::write(gap);
        EXPECT_THAT(gap["reason"].text_or(), testing::HasSubstr(gap["permission"].text_or()));
    }
    EXPECT_THAT(parts,
                testing::UnorderedElementsAre("devices", "tokens", "roles", "api_tokens", "owned_groups", "apps"));
    EXPECT_EQ(seen["warnings"].items().size(), 6U);
    EXPECT_EQ(entry(seen["groups"], "00g1")["name"].text_or(), "Staff") << "what may be read is there";
}

TEST_F(OktaSnapshot, FailsWhenOktaDoesNotAnswer)
{
    ASSERT_TRUE(org.add_faults(
        json(R"({"match":{"method":"GET","path":"/api/v1/users/*/grants"},"answer":{"status":500},"always":true})"),
        clock.now()));
    EXPECT_EQ(fails(request("okta.snapshot_access", R"({"user":"00u1"})")).kind, failure_kind::unavailable);
}

TEST_F(OktaSnapshot, ReportsARuleThatCanHardlyExcludeAnybodyMore)
{
    auto full = json(rich);
    auto rule = full["rules"].items().front();
    engine::value_list excluded;
    for (int number = 0; number < 95; ++number)
        excluded.emplace_back("00ux" + std::to_string(number));
    const auto people_excluded = value::map({{"users", value::map({{"exclude", excluded}})}});
    rule = rule.with("conditions", rule["conditions"].with("people", people_excluded));
    ASSERT_TRUE(org.load(full.with("rules", value::list({rule})), clock.now()));
    const auto seen = taken();
    ASSERT_EQ(seen["warnings"].items().size(), 1U);
    EXPECT_THAT(seen["warnings"].items().front().text_or(), testing::HasSubstr("95 of 100"));
    EXPECT_EQ(seen["complete"], value(true));
}

TEST_F(OktaSnapshot, AsksAtMostFiftyClientsForTokens)
{
    auto many = json(rich);
    engine::value_list tokens;
    for (int number = 0; number < 60; ++number)
        tokens.push_back(
            value::map({{"id", "t" + std::to_string(number)}, {"client_id", "c" + std::to_string(number)}}));
    auto user = many["users"].items().front().with("tokens", value(std::move(tokens)));
    ASSERT_TRUE(org.load(many.with("users", value::list({user})), clock.now()));
    const auto seen = taken();
    EXPECT_EQ(seen["tokens"].items().size(), 50U);
    EXPECT_EQ(seen["unread"].items().front()["part"].text_or(), "tokens");
}

} // namespace jmld::tests
