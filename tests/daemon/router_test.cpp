// Routes, roles and operators: who may ask what, and what each refusal says.
#include "daemon/http/operations_server.hpp"
#include "daemon/operations/openapi.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <gtest/gtest.h>

namespace jmld::daemon {
namespace {

boost::asio::awaitable<http::reply> nothing(call) { co_return http::reply{}; }

router some_routes()
{
    router routes;
    EXPECT_TRUE(routes.add({"GET", "/v1/runs", role::viewer, {"state", "limit"}, "list", nothing}));
    EXPECT_TRUE(routes.add({"GET", "/v1/runs/{id}", role::viewer, {}, "show", nothing}));
    EXPECT_TRUE(routes.add({"POST", "/v1/runs/{id}/{verb}", role::operator_, {}, "steer", nothing}));
    EXPECT_TRUE(routes.add({"POST", "/v1/holds/{id}/{verb}", role::approver, {}, "decide", nothing}));
    EXPECT_TRUE(routes.add({"GET", "/livez", role::anyone, {}, "alive", nothing}));
    return routes;
}

operators some_operators()
{
    return operators({{"val", role::viewer, digest::sha256_hex("v"), std::nullopt},
                      {"oli", role::operator_, digest::sha256_hex("o"), std::nullopt},
                      {"ann", role::approver, digest::sha256_hex("a"), std::nullopt},
                      {"ada", role::admin, digest::sha256_hex("x"), 1234U}});
}

int status_for(const std::string& method, const std::string& target, const std::string& token, http::peer who = {})
{
    const auto routes = some_routes();
    const auto known = some_operators();
    operations_server server(routes, &known);
    http::request message;
    message.method = method;
    message.target = target;
    if (!token.empty())
        message.headers = {{"Authorization", "Bearer " + token}};
    const auto refused = server.refuse(message, who);
    return refused ? refused->status : 200;
}

TEST(Router, ARouteWithoutARoleDoesNotStart)
{
    router routes;
    EXPECT_FALSE(routes.add({"GET", "/x", std::nullopt, {}, "", nothing}));
    EXPECT_TRUE(routes.add({"GET", "/x", role::viewer, {}, "", nothing}));
    EXPECT_FALSE(routes.add({"GET", "/x", role::viewer, {}, "", nothing}));
}

TEST(Router, MatchesSegmentsAndDecodesParameters)
{
    const auto routes = some_routes();
    EXPECT_EQ(routes.find("GET", "/v1/runs/a%2Fb").path.at("id"), "a/b");
    EXPECT_EQ(routes.find("GET", "/v1/runs/").row, nullptr);
    EXPECT_EQ(routes.find("GET", "/v1/runs/a/b/c").row, nullptr);
    EXPECT_EQ(routes.find("DELETE", "/v1/runs").allow, "GET, HEAD");
    EXPECT_EQ(routes.find("HEAD", "/v1/runs").row->pattern, "/v1/runs");
}

TEST(Operators, RefusalsComeInOrder)
{
    EXPECT_EQ(status_for("GET", "/nowhere", ""), 404);
    EXPECT_EQ(status_for("DELETE", "/v1/runs", "x"), 405);
    EXPECT_EQ(status_for("GET", "/v1/runs", ""), 401);
    EXPECT_EQ(status_for("GET", "/v1/runs", "wrong"), 401);
    EXPECT_EQ(status_for("POST", "/v1/runs/r/cancel", "v"), 403);
    EXPECT_EQ(status_for("GET", "/v1/runs?colour=red", "v"), 400);
    EXPECT_EQ(status_for("GET", "/v1/runs?state=failed", "v"), 200);
    EXPECT_EQ(status_for("GET", "/livez", ""), 200);
}

TEST(Operators, EveryRoleMayExactlyWhatItShould)
{
    const std::pair<const char*, std::array<int, 3>> expected[] = {
        {"v", {200, 403, 403}}, {"o", {200, 200, 403}}, {"a", {200, 403, 200}}, {"x", {200, 200, 200}}};
    for (const auto& [token, statuses] : expected) {
        EXPECT_EQ(status_for("GET", "/v1/runs", token), statuses[0]) << token;
        EXPECT_EQ(status_for("POST", "/v1/runs/r/retry", token), statuses[1]) << token;
        EXPECT_EQ(status_for("POST", "/v1/holds/h/release", token), statuses[2]) << token;
    }
}

TEST(Operators, OnTheUnixSocketTheUidCounts)
{
    EXPECT_EQ(status_for("POST", "/v1/runs/r/retry", "", {"unix", 0U}), 200);
    EXPECT_EQ(status_for("POST", "/v1/runs/r/retry", "", {"unix", 1234U}), 200);
    EXPECT_EQ(status_for("GET", "/v1/runs", "", {"unix", 4321U}), 401);
}

TEST(Operators, TwoAuthorizationHeadersAreNobody)
{
    const auto known = some_operators();
    http::request message;
    message.headers = {{"Authorization", "Bearer x"}, {"authorization", "Bearer x"}};
    EXPECT_FALSE(known.identify(message, {}));
}

TEST(OpenApi, TellsOfEveryRouteAndNoOther)
{
    const auto described = openapi_of(some_routes());
    EXPECT_EQ(described["openapi"].text_or(), "3.1.0");
    EXPECT_EQ(described["paths"].entries().size(), 5U);
    EXPECT_FALSE(described["paths"]["/v1/runs/{id}/{verb}"]["post"].is_null());
    EXPECT_EQ(described["paths"]["/v1/runs"]["get"]["parameters"].items().size(), 2U);
}

} // namespace
} // namespace jmld::daemon
