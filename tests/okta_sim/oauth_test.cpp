// The token endpoint and what a token opens: believed assertions without `clients`, checked ones with them, DPoP.
#include "tests/okta_sim/oauth_client.hpp"

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;
using testing::okta_with_client;
using testing::seconds;
using testing::signer;
using testing::token_url;

TEST(okta_sim_oauth, without_clients_a_well_formed_assertion_is_believed_once)
{
    driver okta;
    okta_with_client other(false);
    auto const form = "grant_type=client_credentials&scope=okta.users.read&client_assertion_type=urn%3Aietf%3Aparams%"
                      "3Aoauth%3Aclient-"
                      "assertion-type%3Ajwt-bearer&client_assertion=" +
                      other.key.sign(value(engine::value_map{}), other.claims("a"));
    auto const given = okta.post("/oauth2/v1/token", form);
    EXPECT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["token_type"], value("Bearer"));
    auto const again = okta.post("/oauth2/v1/token", form);
    EXPECT_EQ(again.status, 401);
    EXPECT_EQ(again.body["error"], value("invalid_client"));
    EXPECT_EQ(okta.post("/oauth2/v1/token", "grant_type=password").body["error"], value("unsupported_grant_type"));
}

TEST(okta_sim_oauth, a_known_client_must_sign_with_its_key_for_this_endpoint_and_in_time)
{
    okta_with_client okta(false);
    EXPECT_EQ(okta.ask(okta.claims("1")).status, 200);
    EXPECT_EQ(okta.ask(okta.claims("1")).status, 401) << "used before";
    EXPECT_EQ(okta.ask(okta.claims("2").with("aud", "https://elsewhere.example/token")).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("3").with("exp", seconds(okta.now))).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("4").with("exp", seconds(okta.now) + 7200)).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("5").with("iss", "0oaother").with("sub", "0oaother")).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("6"), "okta.users.manage").body["error"], value("invalid_scope"));
    okta.key = signer();
    EXPECT_EQ(okta.ask(okta.claims("7")).status, 401) << "another key";
}

TEST(okta_sim_oauth, a_token_opens_what_its_scopes_cover_until_it_expires)
{
    okta_with_client okta(false);
    auto const token = okta.ask(okta.claims("1"), "okta.users.read okta.groups.manage").body["access_token"].text_or();
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").status, 200);
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/groups").status, 200) << "manage includes read";
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/apps").code(), "E0000006");
    EXPECT_EQ(okta.with("Bearer", token, "POST", "/api/v1/users").code(), "E0000006");
    EXPECT_EQ(okta.with("Bearer", "made-up", "GET", "/api/v1/users").code(), "E0000011");
    EXPECT_EQ(okta.get("/api/v1/users").code(), "E0000011") << "any SSWS token is no longer enough";
    okta.now += std::chrono::hours(1);
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").code(), "E0000011");
}

TEST(okta_sim_oauth, dpop_asks_for_a_nonce_and_binds_the_token_to_the_key)
{
    okta_with_client okta(true);
    EXPECT_EQ(okta.ask(okta.claims("1")).body["error"], value("invalid_dpop_proof"));
    okta.extra = {{"DPoP", okta.proof("POST", token_url, "p1", "", "")}};
    auto const challenge = okta.ask(okta.claims("2"));
    EXPECT_EQ(challenge.body["error"], value("use_dpop_nonce"));
    auto const nonce = challenge.header("dpop-nonce");
    ASSERT_FALSE(nonce.empty());
    okta.extra = {{"DPoP", okta.proof("POST", token_url, "p2", nonce, "")}};
    EXPECT_EQ(okta.ask(okta.claims("2")).status, 401) << "the assertion was used by the first attempt";
    auto const given = okta.ask(okta.claims("3"));
    ASSERT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["token_type"], value("DPoP"));
    auto const token = given.body["access_token"].text_or();
    std::string const url = "https://okta-sim.example/api/v1/users";
    auto const proof = okta.proof("GET", url, "r1", "", token);
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users?limit=1", proof).status, 200);
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users", proof).status, 400) << "a proof serves once";
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").status, 400);
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users", okta.proof("GET", url, "r2", "", "other")).status, 400);
    okta.proof_key = signer();
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users", okta.proof("GET", url, "r3", "", token)).status, 400);
}

TEST(okta_sim_oauth, a_known_api_token_dies_with_its_owner)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00u1","profile":{"login":"admin@example.com"},"api_tokens":[{"id":"00T1","name":"ops","token":"anything"}]}]})");
    EXPECT_EQ(okta.get("/api/v1/users").status, 200);
    ASSERT_TRUE(okta.org.change_by_other(value::map({{"user", "00u1"}, {"status", "DEPROVISIONED"}}), okta.now));
    EXPECT_EQ(okta.get("/api/v1/users").code(), "E0000011");
}

} // namespace
} // namespace jmld::okta_sim
