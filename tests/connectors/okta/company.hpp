// A small organisation for tests of the connector, and somebody who is about to join it. It stands here as text only.
#pragma once

namespace jmld::tests {

inline constexpr const char* company = R"({
  "users": [
    {"id":"00u1","status":"ACTIVE","profile":{"login":"ana.ruiz@example.com","email":"ana.ruiz@example.com","firstName":"Ana","lastName":"Ruiz","employeeNumber":"1001","department":"Marketing"},
     "credentials":{"password":true},
     "groups":[{"id":"00g1","membership":"direct"},{"id":"00g2","membership":"rule","rule":"0pr1"}],
     "apps":[{"id":"0oa1","scope":"USER"}],
     "roles":[{"id":"ra1","type":"APP_ADMIN","status":"ACTIVE","assignmentType":"USER"}],
     "factors":[{"id":"mbl1","factorType":"sms","status":"ACTIVE"}],
     "sessions":[{"id":"s1"}],"tokens":[{"id":"t1","client_id":"c1"}]}],
  "groups": [
    {"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}},
    {"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Marketing"}},
    {"id":"00g3","type":"OKTA_GROUP","profile":{"name":"Ops"}},
    {"id":"00g4","type":"APP_GROUP","profile":{"name":"AD"}}],
  "apps": [{"id":"0oa1","label":"Slack","status":"ACTIVE"},{"id":"0oa2","label":"Jira","status":"ACTIVE"},
           {"id":"0oa3","label":"Broken","status":"ACTIVE","provisioning":"error"}],
  "rules": [{"id":"0pr1","type":"group_rule","name":"mkt","status":"ACTIVE","conditions":{"people":{"users":{"exclude":[]}},"expression":{"type":"urn:okta:expression:1.0","value":"user.department==\"Marketing\""}},"actions":{"assignUserToGroups":{"groupIds":["00g2"]}}}]
})";

inline constexpr const char* jane =
    R"({"profile":{"login":"jane.smith@example.com","email":"jane.smith@example.com","firstName":"Jane","lastName":"Smith","employeeNumber":"1002"}})";

} // namespace jmld::tests
