// The imitation against Okta's description of its API, both ways: every operation described is answered as declared,
// and every route answered is described, but for the exceptions named here with their reason.
#include "tests/okta_sim/openapi_document.hpp"
#include "tests/okta_sim/openapi_walk.hpp"

#include "connectors/okta_sim/call.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace jmld::okta_sim {
namespace {

using engine::value;

/// Answered here and not in the description.
bool is_known_to_be_missing(const std::string& call)
{
    static const std::vector<std::pair<std::string, std::string>> reasons{
        {"/api/v1/authn", "Classic API, in no description"},
        {"/api/v1/api-tokens", "left out of the trimmed description"},
        {"/api/v1/apps/{}/connections", "left out of the trimmed description"},
        {"/api/v1/apps/{}/policies", "left out of the trimmed description"},
        {"/api/v1/authenticators", "left out of the trimmed description"},
        {"/api/v1/authorizationServers/{}", "of scopes, claims and policies only POST is in the trimmed description"},
        {"/api/v1/behaviors", "left out of the trimmed description"},
        {"/api/v1/eventHooks/{}", "PUT is left out of the trimmed description"},
        {"/api/v1/groups/{}/roles", "POST and DELETE are left out of the trimmed description"},
        {"/api/v1/groups/{}/users/{}/group-rules", "announced, its path has no operation yet"},
        {"/api/v1/meta/types/user", "POST and DELETE are left out of the trimmed description"},
        {"/api/v1/trustedOrigins", "left out of the trimmed description"},
        {"/api/v1/users/{}/authenticator-enrollments/{}", "GET is left out of the trimmed description"},
        {"/api/v1/users/{}/credentials/", "recovery questions are left out of the trimmed description"},
        {"/api/v1/zones", "left out of the trimmed description"},
        {"/.well-known/oauth-authorization-server", "left out of the trimmed description"},
        {"/oauth2/v1/authorize", "left out of the trimmed description"},
        {"/oauth2/{}/.well-known/oauth-authorization-server", "left out of the trimmed description"},
        {"/activate", "the page behind verification_uri"},
    };
    auto const path = call.substr(call.find(' ') + 1);
    return std::ranges::any_of(reasons, [&](const auto& row) { return path.starts_with(row.first); });
}

TEST(okta_sim_openapi, every_route_is_described_or_a_known_exception)
{
    auto const document = testing::openapi_document::beside_the_checkout();
    if (!document)
        GTEST_SKIP() << "../shared/okta/openapi.json is not beside this checkout";
    auto const described = document->calls();
    for (auto const& row : all_routes()) {
        auto const call = fmt::format("{} {}", row.method, row.pattern);
        bool const known = std::ranges::find(described, call) != described.end();
        EXPECT_TRUE(known || is_known_to_be_missing(call)) << call;
    }
}

/// The feature behind the first is off, nobody signed in for the second, and the third needs a signed assertion.
const std::set<std::string> may_fail{"GET /api/v1/users/{}/blocks", "GET /oauth2/v1/userinfo",
                                     "GET /oauth2/{}/v1/userinfo", "POST /oauth2/v1/token",
                                     "POST /api/v1/users/{}/lifecycle/unlock"};

TEST(okta_sim_openapi, every_operation_answers_as_it_is_described)
{
    auto const document = testing::openapi_document::beside_the_checkout();
    if (!document)
        GTEST_SKIP() << "../shared/okta/openapi.json is not beside this checkout";
    auto const answers = testing::walk_through_every_operation();
    std::set<std::string> walked, succeeded, wrong;
    for (auto const& one : answers) {
        walked.insert(one.call);
        if (one.status < 400)
            succeeded.insert(one.call);
        for (auto const& what : document->complaints(one.call, one.status, one.body))
            wrong.insert(fmt::format("{} ({}): {}", one.call, one.status, what));
    }
    for (auto const& call : document->calls())
        EXPECT_TRUE(walked.contains(call) && (succeeded.contains(call) || may_fail.contains(call)))
            << call << " is not walked through with success";
    for (auto const& exception : testing::known_differences())
        EXPECT_EQ(wrong.erase(exception), 1U) << "no longer different: " << exception;
    for (auto const& what : wrong)
        ADD_FAILURE() << what;
}

} // namespace
} // namespace jmld::okta_sim
