// The status machine of users, every operation from every status, and what deactivation and deletion do.
#include "tests/okta_sim/driver.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

struct cell
{
    const char* operation;
    int status;
    const char* code; ///< expected errorCode, "" for success
    const char* after;
};

struct row
{
    const char* from;
    bool password;
    std::array<cell, 9> cells;
};

constexpr auto conflict = "E0000038";

const std::array<row, 8> table{{
    {"STAGED",
     false,
     {{{"activate", 200, "", "PROVISIONED"},
       {"reactivate", 403, conflict, "STAGED"},
       {"suspend", 400, "E0000001", "STAGED"},
       {"unsuspend", 400, "E0000001", "STAGED"},
       {"unlock", 403, "E0000032", "STAGED"},
       {"reset_password", 403, conflict, "STAGED"},
       {"expire_password", 403, conflict, "STAGED"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"PROVISIONED",
     false,
     {{{"activate", 403, "E0000016", "PROVISIONED"},
       {"reactivate", 200, "", "PROVISIONED"},
       {"suspend", 400, "E0000001", "PROVISIONED"},
       {"unsuspend", 400, "E0000001", "PROVISIONED"},
       {"unlock", 403, "E0000032", "PROVISIONED"},
       {"reset_password", 200, "", "RECOVERY"},
       {"expire_password", 403, conflict, "PROVISIONED"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"ACTIVE",
     true,
     {{{"activate", 403, "E0000016", "ACTIVE"},
       {"reactivate", 403, conflict, "ACTIVE"},
       {"suspend", 200, "", "SUSPENDED"},
       {"unsuspend", 400, "E0000001", "ACTIVE"},
       {"unlock", 403, "E0000032", "ACTIVE"},
       {"reset_password", 200, "", "RECOVERY"},
       {"expire_password", 200, "", "PASSWORD_EXPIRED"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"PASSWORD_EXPIRED",
     true,
     {{{"activate", 403, conflict, "PASSWORD_EXPIRED"},
       {"reactivate", 403, conflict, "PASSWORD_EXPIRED"},
       {"suspend", 400, "E0000001", "PASSWORD_EXPIRED"},
       {"unsuspend", 400, "E0000001", "PASSWORD_EXPIRED"},
       {"unlock", 403, "E0000032", "PASSWORD_EXPIRED"},
       {"reset_password", 200, "", "RECOVERY"},
       {"expire_password", 200, "", "PASSWORD_EXPIRED"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"RECOVERY",
     true,
     {{{"activate", 403, conflict, "RECOVERY"},
       {"reactivate", 200, "", "RECOVERY"},
       {"suspend", 400, "E0000001", "RECOVERY"},
       {"unsuspend", 400, "E0000001", "RECOVERY"},
       {"unlock", 403, "E0000032", "RECOVERY"},
       {"reset_password", 200, "", "RECOVERY"},
       {"expire_password", 200, "", "PASSWORD_EXPIRED"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"LOCKED_OUT",
     true,
     {{{"activate", 403, conflict, "LOCKED_OUT"},
       {"reactivate", 403, conflict, "LOCKED_OUT"},
       {"suspend", 400, "E0000001", "LOCKED_OUT"},
       {"unsuspend", 400, "E0000001", "LOCKED_OUT"},
       {"unlock", 200, "", "ACTIVE"},
       {"reset_password", 200, "", "RECOVERY"},
       {"expire_password", 403, conflict, "LOCKED_OUT"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"SUSPENDED",
     true,
     {{{"activate", 403, conflict, "SUSPENDED"},
       {"reactivate", 403, conflict, "SUSPENDED"},
       {"suspend", 400, "E0000001", "SUSPENDED"},
       {"unsuspend", 200, "", "ACTIVE"},
       {"unlock", 403, "E0000032", "SUSPENDED"},
       {"reset_password", 403, conflict, "SUSPENDED"},
       {"expire_password", 403, conflict, "SUSPENDED"},
       {"deactivate", 200, "", "DEPROVISIONED"},
       {"DELETE", 204, "", "DEPROVISIONED"}}}},
    {"DEPROVISIONED",
     false,
     {{{"activate", 200, "", "PROVISIONED"},
       {"reactivate", 403, conflict, "DEPROVISIONED"},
       {"suspend", 400, "E0000001", "DEPROVISIONED"},
       {"unsuspend", 400, "E0000001", "DEPROVISIONED"},
       {"unlock", 403, "E0000032", "DEPROVISIONED"},
       {"reset_password", 404, "E0000007", "DEPROVISIONED"},
       {"expire_password", 404, "E0000007", "DEPROVISIONED"},
       {"deactivate", 404, "E0000007", "DEPROVISIONED"},
       {"DELETE", 204, "", ""}}}},
}};

TEST(okta_sim_lifecycle, every_operation_from_every_status_goes_where_okta_goes_and_answers_with_its_code)
{
    for (auto const& from : table) {
        for (auto const& expected : from.cells) {
            SCOPED_TRACE(std::string(from.from) + " " + expected.operation);
            driver okta;
            okta.load(std::string(R"({"users":[{"id":"00u1","status":")") + from.from +
                      R"(","profile":{"login":"jane@example.com"},"credentials":{"password":)" +
                      (from.password ? "true" : "false") + "}}]}");
            auto const given =
                std::string(expected.operation) == "DELETE"
                    ? okta.del("/api/v1/users/00u1")
                    : okta.post(std::string("/api/v1/users/00u1/lifecycle/") + expected.operation + "?sendEmail=false");
            EXPECT_EQ(given.status, expected.status);
            EXPECT_EQ(given.code(), expected.code);
            EXPECT_EQ(okta.status_of("00u1"), expected.after);
        }
    }
}

TEST(okta_sim_lifecycle, creation_ends_in_the_status_that_password_and_parameters_ask_for)
{
    driver okta;
    auto const status = [&](const std::string& query, const std::string& login, const std::string& credentials) {
        auto const body = R"({"profile":{"login":")" + login +
                          R"(","email":"a@example.com","firstName":"A","lastName":"B"})" + credentials + "}";
        auto const made = okta.post("/api/v1/users" + query, body);
        EXPECT_EQ(made.status, 200) << made.text;
        return made.body["status"].text_or();
    };
    std::string const password = R"(,"credentials":{"password":{"value":"Correct-Horse-1"}})";
    EXPECT_EQ(status("?activate=false", "one@example.com", password), "STAGED");
    EXPECT_EQ(status("", "two@example.com", ""), "PROVISIONED");
    EXPECT_EQ(status("", "three@example.com", password), "ACTIVE");
    EXPECT_EQ(status("?nextLogin=changePassword", "four@example.com", password), "PASSWORD_EXPIRED");
    EXPECT_EQ(status("?provider=true", "five@example.com",
                     R"(,"credentials":{"provider":{"type":"FEDERATION","name":"FEDERATION"}})"),
              "ACTIVE");
}

TEST(okta_sim_lifecycle, deactivating_twice_is_404_while_get_still_shows_the_user)
{
    driver okta;
    auto const id = okta.create("jane@example.com", true);
    EXPECT_EQ(okta.post("/api/v1/users/" + id + "/lifecycle/deactivate").status, 200);
    auto const again = okta.post("/api/v1/users/" + id + "/lifecycle/deactivate");
    EXPECT_EQ(again.status, 404);
    EXPECT_EQ(again.code(), "E0000007");
    EXPECT_TRUE(okta.last_entry()["effect"].is_null());
    EXPECT_EQ(okta.status_of(id), "DEPROVISIONED");
}

TEST(okta_sim_lifecycle, a_repeated_delete_escalates_from_deactivated_to_gone)
{
    driver okta;
    auto const id = okta.create("jane@example.com", true);
    EXPECT_EQ(okta.del("/api/v1/users/" + id).status, 204);
    EXPECT_EQ(okta.last_entry()["effect"]["event"], value("user.lifecycle.deactivate"));
    EXPECT_EQ(okta.del("/api/v1/users/" + id).status, 204);
    EXPECT_EQ(okta.get("/api/v1/users/" + id).status, 404);
    EXPECT_EQ(okta.del("/api/v1/users/" + id).status, 404);
    EXPECT_FALSE(okta.create("jane@example.com").empty()) << "the login is free at once";
}

TEST(okta_sim_lifecycle, deactivation_keeps_groups_factors_roles_tokens_and_drops_assignments_of_active_apps)
{
    driver okta;
    okta.load(R"({"groups":[{"id":"00g1","profile":{"name":"Staff"}}],
        "apps":[{"id":"0oa1","label":"Slack"},{"id":"0oa2","label":"Old","status":"INACTIVE"}],
        "users":[{"id":"00u1","status":"ACTIVE","profile":{"login":"jane@example.com"},"credentials":{"password":true},
          "groups":[{"id":"00g1"}],"apps":[{"id":"0oa1"},{"id":"0oa2"}],"roles":[{"type":"USER_ADMIN"}],
          "factors":[{"id":"mbl1","factorType":"sms"}],"tokens":[{"id":"oar1","client_id":"c"}]}]})");
    EXPECT_EQ(okta.post("/api/v1/users/00u1/lifecycle/deactivate").status, 200);
    auto const after = okta.user("00u1");
    EXPECT_TRUE(okta.in_group("00u1", "00g1"));
    ASSERT_EQ(after["apps"].items().size(), 1U);
    EXPECT_EQ(after["apps"].items()[0]["id"], value("0oa2"));
    EXPECT_EQ(after["credentials"]["password"], value(false));
    EXPECT_EQ(after["roles"].items().size(), 1U);
    EXPECT_EQ(after["factors"].items().size(), 1U);
    EXPECT_EQ(after["tokens"].items().size(), 1U);
    EXPECT_EQ(okta.put("/api/v1/groups/00g1/users/00u1").status, 404) << "a deactivated user cannot be added";
    EXPECT_EQ(okta.post("/api/v1/users/00u1", R"({"profile":{"title":"x"}})").status, 404);
}

TEST(okta_sim_lifecycle, a_running_transition_shows_the_old_status_for_as_many_reads_as_asked)
{
    driver okta;
    okta.load(
        R"({"settings":{"transition_reads":2},"users":[{"id":"00u1","status":"STAGED","profile":{"login":"jane@example.com"}}]})");
    EXPECT_EQ(okta.post("/api/v1/users/00u1/lifecycle/activate?sendEmail=false").status, 200);
    for (int read = 0; read < 2; ++read) {
        auto const during = okta.get("/api/v1/users/00u1");
        EXPECT_EQ(during.body["status"], value("STAGED"));
        EXPECT_EQ(during.body["transitioningToStatus"], value("PROVISIONED"));
    }
    auto const done = okta.get("/api/v1/users/00u1");
    EXPECT_EQ(done.body["status"], value("PROVISIONED"));
    EXPECT_EQ(done.body.find("transitioningToStatus"), nullptr);
}

TEST(okta_sim_lifecycle, the_answer_to_deactivate_may_be_204)
{
    driver okta;
    okta.load(
        R"({"settings":{"deactivate_status":204},"users":[{"id":"00u1","profile":{"login":"jane@example.com"}}]})");
    auto const given = okta.post("/api/v1/users/00u1/lifecycle/deactivate");
    EXPECT_EQ(given.status, 204);
    EXPECT_TRUE(given.text.empty());
}

TEST(okta_sim_lifecycle, suspending_ends_sessions_and_keeps_tokens)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00u1","profile":{"login":"jane@example.com"},"sessions":[{"id":"102a"}],"tokens":[{"id":"oar1","client_id":"c"}]}]})");
    EXPECT_EQ(okta.post("/api/v1/users/00u1/lifecycle/suspend").status, 200);
    EXPECT_TRUE(okta.user("00u1")["sessions"].items().empty());
    EXPECT_EQ(okta.user("00u1")["tokens"].items().size(), 1U);
    EXPECT_EQ(okta.del("/api/v1/users/00u1/sessions?oauthTokens=true&forgetDevices=true").status, 204);
    EXPECT_TRUE(okta.user("00u1")["tokens"].items().empty());
    EXPECT_EQ(okta.last_entry()["effect"]["event"], value("user.session.clear"));
}

} // namespace
} // namespace jmld::okta_sim
