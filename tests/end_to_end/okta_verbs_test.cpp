// `jmlctl okta check` and `okta login` against the real programs: what they say, what they keep, how they end.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;

TEST(OktaVerbs, CheckAsksTheDaemonAndFindsNothingWrong)
{
    stack here({.service_app = true});
    here.start();
    const auto found = here.ctl({"-o", "json", "okta", "check"});
    EXPECT_EQ(found.code, 0) << found.out << found.err;
    const auto told = json_of(found.out);
    EXPECT_EQ(told["ok"], value(true)) << found.out;
    std::vector<std::string> names;
    for (const auto& one : told["checks"].items())
        names.push_back(one["name"].text_or());
    EXPECT_THAT(names, testing::ElementsAre("reach", "tls", "auth", "scopes", "permissions", "clock", "limits",
                                            "profile_masters", "rules"));
    EXPECT_THAT(here.ctl({"okta", "check"}).out, HasSubstr("0oatest"));
}

TEST(OktaVerbs, CheckLooksByItselfFromAConfiguration)
{
    stack here;
    const auto found = here.ctl({"-o", "json", "okta", "check", "--config", here.file("jmld.yaml").string()});
    EXPECT_EQ(found.code, 0) << found.out << found.err;
    here.fault(R"({"match":{"method":"GET","path":"/api/v1/**"},"always":true,
                   "answer":{"status":401,"body":{"errorCode":"E0000011","errorSummary":"Invalid token provided"}}})");
    const auto refused = here.ctl({"okta", "check", "--config", here.file("jmld.yaml").string()});
    EXPECT_EQ(refused.code, 4) << refused.out;
    EXPECT_THAT(refused.out, HasSubstr("revoked"));
}

TEST(OktaVerbs, LoginWaitsForThePersonAndKeepsTheTokensForHerAlone)
{
    stack here;
    const auto kept = here.file("login") / "okta.json";
    process login({"jmlctl",
                   {"--ca", here.file("tls.pem").string(), "-o", "json", "okta", "login", "--org", here.okta_url(),
                    "--client-id", "0oanative", "--scope", "openid profile", "--to", kept.string()},
                   here.file("login.out"),
                   here.file("login.err")});
    std::string shown;
    while (shown.find("The code is good") == std::string::npos) {
        ASSERT_FALSE(login.rest(milliseconds(15))) << "it ended: " << read_text(here.file("login.err"));
        shown = read_text(here.file("login.err"));
    }
    const auto at = shown.find("user_code=") + 10;
    http::request page{"POST", "/activate", {{"Content-Type", "application/x-www-form-urlencoded"}}, {}};
    page.body = "username=bob.lee%40example.com&password=any&user_code=" + shown.substr(at, shown.find('\n', at) - at);
    EXPECT_EQ(far_end(here.okta_url(), here.file("tls.pem")).send(page).status, 200);
    EXPECT_EQ(login.wait(), 0) << read_text(here.file("login.err"));
    const auto told = json_of(read_text(here.file("login.out")));
    EXPECT_EQ(told["scope"].text_or(), "openid profile");
    EXPECT_TRUE(told["access_token"].is_null()) << "tokens are shown to nobody";
    EXPECT_EQ(std::filesystem::status(kept).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_FALSE(json_of(read_text(kept))["id_token"].text_or().empty());
}

} // namespace
} // namespace jmld::end_to_end
