// What was read of an organisation, copied into the imitation of Okta: it is loaded, and shows the same access again.
#include "connectors/okta_sim/organisation.hpp"
#include "daemon/operations/plan_organisation.hpp"
#include "engine/json/json.hpp"

#include <gtest/gtest.h>

#include <map>

namespace jmld::daemon {
namespace {

engine::value read(const std::string& text)
{
    auto parsed = engine::json::parse(text);
    EXPECT_TRUE(parsed) << parsed.error().what;
    return parsed.value_or(engine::value());
}

engine::value jane()
{
    return read(R"({
        "user": {"id": "00u1", "status": "ACTIVE", "has_password": true, "provider": "OKTA", "etag": "W/1",
                 "profile": {"login": "jane@example.com", "email": "jane@example.com", "department": "Marketing"}},
        "groups": [{"id": "00gE", "name": "Everyone", "type": "BUILT_IN", "membership": "direct", "rule": null},
                   {"id": "00g1", "name": "Staff", "type": "OKTA_GROUP", "membership": "direct", "rule": null},
                   {"id": "00g2", "name": "Marketing", "type": "OKTA_GROUP", "membership": "rule", "rule": "0pr1"},
                   {"id": "00g3", "name": "Odd", "type": "OKTA_GROUP", "membership": "rule", "rule": "0pr2"}],
        "apps": [{"id": "0oa1", "label": "Slack", "scope": "USER", "via": null, "app_status": "ACTIVE"},
                 {"id": "0oa2", "label": "Wiki", "scope": "GROUP", "via": "00g1", "app_status": "ACTIVE"}],
        "roles": [{"id": "ra1", "type": "HELP_DESK_ADMIN", "assignmentType": "USER"}],
        "factors": [{"id": "fa1", "factorType": "push", "status": "ACTIVE"}],
        "api_tokens": [],
        "rules": [{"id": "0pr1", "name": "marketing", "attribute": "department", "operator": "==", "value": "Marketing",
                   "groups": ["00g2"]},
                  {"id": "0pr2", "name": "odd", "attribute": null, "operator": null, "value": null, "groups": ["00g3"],
                   "expression": "String.len(user.login) > 3"}]})");
}

TEST(PlanOrganisation, TheImitationShowsWhatWasRead)
{
    seen_organisation seen;
    seen.images = {jane()};
    seen.groups = {{"00g9", "Sales", "OKTA_GROUP"}};
    seen.apps = {{"0oa9", "CRM", "ACTIVE"}};
    okta_sim::organisation copy({}, 1);
    const auto loaded = copy.load(organisation_document(seen), time_point{duration{1'790'000'000'000}});
    ASSERT_TRUE(loaded) << loaded.error().what;
    const auto shown = copy.snapshot(time_point{duration{1'790'000'000'000}});
    ASSERT_EQ(shown["users"].items().size(), 1U);
    const auto& user = shown["users"].items()[0];
    EXPECT_EQ(user["id"].text_or(), "00u1");
    EXPECT_EQ(user["status"].text_or(), "ACTIVE");
    std::map<std::string, std::string> memberships, scopes;
    for (const auto& group : user["groups"].items())
        memberships[group["name"].text_or()] = group["membership"].text_or();
    for (const auto& app : user["apps"].items())
        scopes[app["label"].text_or()] = app["scope"].text_or();
    EXPECT_EQ(memberships["Staff"], "direct");
    EXPECT_EQ(memberships["Marketing"], "rule");
    EXPECT_EQ(memberships["Odd"], "rule") << "what a rule of Okta's own gave stays given";
    EXPECT_EQ(memberships.count("Everyone"), 0U);
    EXPECT_EQ(scopes["Slack"], "USER");
    EXPECT_EQ(scopes["Wiki"], "GROUP");
    EXPECT_EQ(user["roles"].items().size(), 1U);
    EXPECT_EQ(user["factors"].items().size(), 1U);
    EXPECT_EQ(shown["apps"].items().size(), 3U);
}

TEST(PlanOrganisation, NobodyIsAnOrganisationToo)
{
    okta_sim::organisation copy({}, 1);
    EXPECT_TRUE(copy.load(organisation_document({}), time_point{}));
}

} // namespace
} // namespace jmld::daemon
