// Users as objects: logins, profiles, ETags, finding them, pages.
#include "tests/okta_sim/driver.hpp"

#include <fmt/format.h>

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

std::string new_user(const std::string& login)
{
    return R"({"profile":{"login":")" + login + R"(","email":"a@example.com","firstName":"A","lastName":"B"}})";
}

TEST(okta_sim_users, a_login_is_unique_ignoring_case_and_accents_even_of_deactivated_users)
{
    driver okta;
    auto const id = okta.create("jose@example.com");
    for (auto const* const other : {"JOSE@example.com", "josé@example.com", "JOSÉ@EXAMPLE.COM"}) {
        auto const refused = okta.post("/api/v1/users?activate=false", new_user(other));
        EXPECT_EQ(refused.status, 400) << other;
        EXPECT_EQ(refused.code(), "E0000001");
        EXPECT_EQ(refused.body["errorCauses"].items().at(0)["errorSummary"],
                  value("login: An object with this field already exists in the current organization"));
    }
    EXPECT_EQ(okta.del("/api/v1/users/" + id).status, 204);
    EXPECT_EQ(okta.post("/api/v1/users", new_user("José@example.com")).status, 400);
}

TEST(okta_sim_users, a_user_is_found_by_id_and_by_login_ignoring_case_but_not_by_another_spelling)
{
    driver okta;
    auto const id = okta.create("josé@example.com");
    EXPECT_EQ(okta.get("/api/v1/users/jos%C3%A9%40example.com").body["id"], value(id));
    EXPECT_EQ(okta.get("/api/v1/users/JOS%C3%89@example.com").body["id"], value(id));
    EXPECT_EQ(okta.get("/api/v1/users/jose@example.com").status, 404);
}

TEST(okta_sim_users, what_a_profile_cannot_hold_is_named_in_the_causes)
{
    driver okta;
    auto const refused = okta.post(
        "/api/v1/users", R"({"profile":{"login":"mailto:x@example.com","email":"x","firstName":"","lastName":"B"}})");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body["errorCauses"].items().size(), 3U);
    EXPECT_EQ(
        okta.post(
                "/api/v1/users",
                R"({"profile":{"login":"smile@example.com","email":"a@example.com","firstName":"😀","lastName":"B"}})")
            .status,
        400);
    EXPECT_EQ(okta.post("/api/v1/users", "{nonsense").code(), "E0000003");
}

TEST(okta_sim_users, attributes_the_organisation_does_not_define_are_refused_where_it_says_which_it_has)
{
    driver okta;
    okta.load(R"({"profile_attributes":["badge"]})");
    auto const body =
        R"({"profile":{"login":"a@example.com","email":"a@example.com","firstName":"A","lastName":"B","universalId":"u"}})";
    auto const refused = okta.post("/api/v1/users", body);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body["errorCauses"].items().at(0)["errorSummary"],
              value("Property name 'universalId' is not defined in profile"));
    auto const schema = okta.get("/api/v1/meta/schemas/user/default").body["definitions"];
    EXPECT_NE(schema["custom"]["properties"].find("badge"), nullptr);
    EXPECT_NE(schema["base"]["properties"].find("employeeNumber"), nullptr);
}

TEST(okta_sim_users, an_etag_of_before_a_change_no_longer_matches)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    auto const tag = okta.get("/api/v1/users/" + id).header("ETag");
    EXPECT_TRUE(tag.starts_with("W/\"")) << tag;
    okta.extra = {{"If-Match", tag}};
    EXPECT_EQ(okta.post("/api/v1/users/" + id, R"({"profile":{"title":"Engineer"}})").status, 200);
    auto const stale = okta.post("/api/v1/users/" + id, R"({"profile":{"title":"Manager"}})");
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.code(), "E0000231");
    okta.extra = {{"If-Match", "nonsense"}};
    EXPECT_EQ(okta.post("/api/v1/users/" + id, R"({"profile":{"title":"Manager"}})").code(), "E0000242");
    EXPECT_EQ(okta.user(id)["profile"]["title"], value("Engineer"));
}

TEST(okta_sim_users, post_changes_what_was_sent_and_put_nulls_the_rest)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    EXPECT_EQ(okta.post("/api/v1/users/" + id, R"({"profile":{"title":"Engineer","department":"R&D"}})").status, 200);
    EXPECT_EQ(okta.last_entry()["effect"]["event"], value("user.account.update_profile"));
    EXPECT_EQ(okta.post("/api/v1/users/" + id, R"({"profile":{"title":"Engineer"}})").status, 200);
    EXPECT_TRUE(okta.last_entry()["effect"].is_null()) << "nothing changed";
    EXPECT_EQ(okta.user(id)["profile"]["department"], value("R&D"));
    auto const whole =
        R"({"profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"Jane","lastName":"Smith"}})";
    EXPECT_EQ(okta.put("/api/v1/users/" + id, whole).status, 200);
    EXPECT_TRUE(okta.user(id)["profile"]["department"].is_null());
}

TEST(okta_sim_users, profiles_mastered_by_a_directory_cannot_be_written)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00u1","profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"J","lastName":"S"},"credentials":{"provider":{"type":"ACTIVE_DIRECTORY"}}}]})");
    EXPECT_EQ(okta.post("/api/v1/users/00u1", R"({"profile":{"title":"x"}})").code(), "E0000023");
}

TEST(okta_sim_users, search_ignores_case_and_shows_deactivated_users_filter_does_not_ignore_case)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    okta.post("/api/v1/users/" + id, R"({"profile":{"employeeNumber":"E-1","department":"Sales"}})");
    okta.del("/api/v1/users/" + id);
    auto const count = [&](const std::string& query) { return okta.get("/api/v1/users?" + query).body.items().size(); };
    EXPECT_EQ(count("search=profile.employeeNumber+eq+%22e-1%22"), 1U);
    EXPECT_EQ(count("search=profile.department+sw+%22sal%22+and+status+eq+%22DEPROVISIONED%22"), 1U);
    EXPECT_EQ(count("search=(profile.department+eq+%22x%22+or+profile.department+eq+%22Sales%22)"), 1U);
    EXPECT_EQ(count("filter=profile.login+eq+%22jane@example.com%22"), 1U);
    EXPECT_EQ(count("filter=profile.login+eq+%22JANE@example.com%22"), 0U);
    EXPECT_EQ(count("q=jan"), 0U) << "q leaves out deactivated users";
    EXPECT_EQ(count("limit=200"), 0U) << "so does the plain list";
    EXPECT_EQ(okta.get("/api/v1/users?filter=profile.department+eq+%22Sales%22").code(), "E0000031");
    EXPECT_EQ(okta.get("/api/v1/users?search=profile.department+ne+%22Sales%22").code(), "E0000031");
    EXPECT_EQ(okta.get("/api/v1/users?search=profile.department+eq+Sales").code(), "E0000031");
}

TEST(okta_sim_users, search_lags_and_reading_by_login_does_not)
{
    driver okta;
    okta.load(R"({"settings":{"search_lag":"10s"}})");
    okta.now += std::chrono::seconds(60);
    okta.create("jane@example.com");
    std::string const search = "/api/v1/users?search=profile.login+eq+%22jane@example.com%22";
    EXPECT_TRUE(okta.get(search).body.items().empty());
    EXPECT_EQ(okta.get("/api/v1/users/jane@example.com").status, 200);
    okta.now += std::chrono::seconds(9);
    EXPECT_TRUE(okta.get(search).body.items().empty());
    okta.now += std::chrono::seconds(1);
    EXPECT_EQ(okta.get(search).body.items().size(), 1U);
}

TEST(okta_sim_users, following_next_links_shows_everybody_once)
{
    driver okta;
    for (int i = 0; i < 7; ++i)
        okta.create(fmt::format("user{}@example.com", i));
    std::vector<std::string> logins;
    std::string target = "/api/v1/users?limit=3";
    int pages = 0;
    while (!target.empty()) {
        auto const page = okta.get(target);
        ASSERT_EQ(page.status, 200) << page.text;
        for (auto const& who : page.body.items())
            logins.push_back(who["profile"]["login"].text_or());
        auto const next = page.next_link();
        target = next.empty() ? next : next.substr(driver::base.size());
        ++pages;
    }
    EXPECT_EQ(pages, 3);
    ASSERT_EQ(logins.size(), 7U);
    for (int i = 0; i < 7; ++i)
        EXPECT_EQ(logins[static_cast<std::size_t>(i)], fmt::format("user{}@example.com", i));
}

TEST(okta_sim_users, a_cursor_belongs_to_its_query)
{
    driver okta;
    for (int i = 0; i < 4; ++i)
        okta.create(fmt::format("user{}@example.com", i));
    auto const next = okta.get("/api/v1/users?limit=2").next_link();
    auto const cursor = next.substr(next.find("after="), next.find("&limit") - next.find("after="));
    auto const foreign = okta.get("/api/v1/groups?limit=2&" + cursor);
    EXPECT_EQ(foreign.status, 400);
    EXPECT_EQ(foreign.code(), "E0000029");
    EXPECT_EQ(okta.get("/api/v1/users?limit=2&" + cursor).body.items().size(), 2U);
}

TEST(okta_sim_users, links_advertise_what_the_status_allows)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    auto const staged = okta.get("/api/v1/users/" + id).body["_links"];
    EXPECT_NE(staged.find("activate"), nullptr);
    EXPECT_EQ(staged.find("deactivate"), nullptr);
    okta.del("/api/v1/users/" + id);
    EXPECT_NE(okta.get("/api/v1/users/" + id).body["_links"].find("delete"), nullptr);
}

TEST(okta_sim_users, the_same_seed_makes_the_same_ids)
{
    driver one, other;
    other.get("/api/v1/users?limit=1");
    auto const id = one.create("jane@example.com");
    EXPECT_EQ(id, other.create("jane@example.com"));
    EXPECT_EQ(id.size(), 20U);
    EXPECT_TRUE(id.starts_with("00u"));
}

} // namespace
} // namespace jmld::okta_sim
