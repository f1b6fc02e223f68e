// Activate, deactivate, suspend, unsuspend: what is spared, what is settled by a look, what is waited for.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

namespace {

constexpr const char* user_path = "/api/v1/users/00u1";
constexpr const char* activate_path = "/api/v1/users/00u1/lifecycle/activate?sendEmail=true";
constexpr const char* deactivate_path = "/api/v1/users/00u1/lifecycle/deactivate?sendEmail=false";
constexpr const char* suspend_path = "/api/v1/users/00u1/lifecycle/suspend";
constexpr const char* unsuspend_path = "/api/v1/users/00u1/lifecycle/unsuspend";

} // namespace

class OktaStatus : public OktaFixture
{
protected:
    runtime::action_request of(std::string_view action, value known = {}, int attempt = 1)
    {
        auto asked = request("okta.users." + std::string(action), R"({"user":"00u1"})");
        asked.image = std::move(known);
        asked.attempt = attempt;
        return asked;
    }
    void expect_user(std::string_view status, std::string_view transitioning = {})
    {
        wire.expect("GET", user_path, 200,
                    user_json(status, transitioning.empty()
                                          ? ""
                                          : R"(,"transitioningToStatus":")" + std::string(transitioning) + "\""));
    }
};

TEST_F(OktaStatus, ActivatesAndWaitsUntilOktaHasFinished)
{
    wire.expect("POST", activate_path, 200, "{}");
    expect_user("STAGED", "ACTIVE");
    expect_user("STAGED", "ACTIVE");
    expect_user("PROVISIONED");
    const auto began = clock.now();
    const auto out = succeeds(of("activate", nobody()));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.outputs["status"].text_or(), "PROVISIONED");
    EXPECT_EQ(clock.now(), began + duration(3000));
}

TEST_F(OktaStatus, TakesAlreadyActiveForDone)
{
    wire.expect("POST", activate_path, 403,
                refusal_json("E0000016", "Activation failed because the user is already active"));
    expect_user("ACTIVE");
    EXPECT_FALSE(succeeds(of("activate", image("STAGED"))).changed);
}

TEST_F(OktaStatus, SparesTheCallWhenTheImageSaysSo)
{
    EXPECT_FALSE(succeeds(of("activate", image("PROVISIONED"))).changed);
    EXPECT_FALSE(succeeds(of("deactivate", image("DEPROVISIONED"))).changed);
    EXPECT_FALSE(succeeds(of("suspend", image("SUSPENDED"))).changed);
    const auto refused = succeeds(of("suspend", image("STAGED")));
    EXPECT_EQ(refused.outputs["refused"].text_or(), "STAGED");
}

TEST_F(OktaStatus, LooksWhetherThisRunSuspendedThePersonItself)
{
    expect_user("ACTIVE");
    EXPECT_FALSE(succeeds(of("unsuspend", image("ACTIVE"))).changed);
    expect_user("SUSPENDED");
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/unsuspend", 200, "{}");
    EXPECT_TRUE(succeeds(of("unsuspend", image("ACTIVE"))).changed);
}

TEST_F(OktaStatus, DoesNotMailASecondTime)
{
    expect_user("PROVISIONED"); // an earlier attempt whose answer was a 503
    const auto out = succeeds(of("activate", nobody(), 2));
    EXPECT_TRUE(out.changed);
}

TEST_F(OktaStatus, SaysWhenOktaDoesNotFinishInTime)
{
    wire.expect("POST", activate_path, 200, "{}");
    for (int look = 0; look < 9; ++look)
        expect_user("STAGED", "ACTIVE");
    EXPECT_EQ(fails(of("activate", nobody())).kind, failure_kind::conflict);
}

TEST_F(OktaStatus, DeactivatesWithEitherAnswer)
{
    wire.expect("POST", deactivate_path, 204);
    expect_user("DEPROVISIONED");
    EXPECT_TRUE(succeeds(of("deactivate", image("ACTIVE"))).changed);
    wire.expect("POST", deactivate_path, 200, "{}");
    expect_user("DEPROVISIONED");
    EXPECT_TRUE(succeeds(of("deactivate", image("SUSPENDED"))).changed);
}

TEST_F(OktaStatus, AsksWhoIsMeantWhenDeactivateSays404)
{
    wire.expect("POST", deactivate_path, 404, missing_json("User"));
    expect_user("DEPROVISIONED");
    EXPECT_FALSE(succeeds(of("deactivate", image("ACTIVE"))).changed);

    wire.expect("POST", deactivate_path, 404, missing_json("User"));
    wire.expect("GET", user_path, 404, missing_json("User"));
    EXPECT_FALSE(succeeds(of("deactivate", image("ACTIVE"))).changed); // the run has seen him: he is gone

    wire.expect("POST", deactivate_path, 404, missing_json("User"));
    wire.expect("GET", user_path, 404, missing_json("User"));
    EXPECT_EQ(fails(of("deactivate")).kind, failure_kind::not_found); // nobody ever saw him: a wrong id

    wire.expect("POST", deactivate_path, 404, missing_json("User"));
    expect_user("ACTIVE");
    EXPECT_EQ(fails(of("deactivate", image("ACTIVE"))).kind, failure_kind::conflict);
}

TEST_F(OktaStatus, KnowsWhatAnEarlierAttemptDid)
{
    expect_user("DEPROVISIONED");
    EXPECT_TRUE(succeeds(of("deactivate", image("ACTIVE"), 2)).changed);
}

TEST_F(OktaStatus, SuspendsAndKeepsTheStatusForTheWayBack)
{
    wire.expect("POST", suspend_path, 200, "{}");
    const auto out = succeeds(of("suspend", image("ACTIVE")));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before, json(R"({"status":"ACTIVE"})"));
    EXPECT_EQ(out.outputs["status"].text_or(), "SUSPENDED");
}

TEST_F(OktaStatus, GoesOnWhenOktaRefusesToSuspendThere)
{
    wire.expect("POST", suspend_path, 400, refusal_json("E0000001", "Api validation failed: suspendUser"));
    expect_user("PROVISIONED");
    const auto out = succeeds(of("suspend", image("PROVISIONED")));
    EXPECT_FALSE(out.changed);
    EXPECT_EQ(out.outputs["refused"].text_or(), "PROVISIONED");
}

TEST_F(OktaStatus, DoesNotGoOnWhenAnActiveUserIsNotSuspended)
{
    wire.expect("POST", suspend_path, 400, refusal_json("E0000001", "Api validation failed: something else"));
    expect_user("ACTIVE");
    EXPECT_EQ(fails(of("suspend", image("ACTIVE"))).kind, failure_kind::invalid);
}

TEST_F(OktaStatus, TakesAlreadySuspendedForDone)
{
    wire.expect("POST", suspend_path, 400, refusal_json("E0000001", "Api validation failed: suspendUser"));
    expect_user("SUSPENDED");
    EXPECT_FALSE(succeeds(of("suspend")).changed);
}

TEST_F(OktaStatus, IsProbedByALook)
{
    expect_user("SUSPENDED");
    const auto done = settles(of("suspend", image("ACTIVE")));
    EXPECT_EQ(done.verdict, probe_verdict::done);
    EXPECT_TRUE(done.changed);
    EXPECT_EQ(done.before, json(R"({"status":"ACTIVE"})"));
    expect_user("ACTIVE");
    EXPECT_EQ(settles(of("deactivate", image("ACTIVE"))).verdict, probe_verdict::not_done);
    wire.expect("GET", user_path, 404, missing_json("User"));
    EXPECT_EQ(settles(of("deactivate", image("ACTIVE"))).verdict, probe_verdict::done);
    wire.expect_failure("GET", user_path, errc::connection_lost);
    wire.expect_failure("GET", user_path, errc::connection_lost);
    auto out = run(actions->probe(of("deactivate", image("ACTIVE"))));
    ASSERT_TRUE(std::holds_alternative<engine::attempt_failed>(out));
    EXPECT_TRUE(std::get<engine::attempt_failed>(out).outage);
}

TEST_F(OktaStatus, IsRestoredUnlessSomebodyChangedItSince)
{
    auto asked = of("suspend", image("ACTIVE"));
    asked.before = json(R"({"status":"ACTIVE"})");
    expect_user("SUSPENDED");
    wire.expect("POST", unsuspend_path, 200, "{}");
    EXPECT_TRUE(undoes(asked).changed);
    expect_user("DEPROVISIONED");
    EXPECT_TRUE(undoes(asked).conflict);
    expect_user("ACTIVE");
    EXPECT_FALSE(undoes_later(asked).changed);
}

TEST_F(OktaStatus, IsNotTouchedForProtectedPeople)
{
    actions->protect({.protected_users = {"ana.ruiz@example.com"}, .own_user = "00u2"});
    EXPECT_EQ(fails(of("deactivate", image("ACTIVE"))).kind, failure_kind::forbidden);
    EXPECT_EQ(fails(of("suspend", image("ACTIVE"))).kind, failure_kind::forbidden);
    auto own = request("okta.users.deactivate", R"({"user":{"id":"00u2"}})");
    const auto out = fails(own);
    EXPECT_EQ(out.kind, failure_kind::forbidden);
    EXPECT_THAT(out.detail, testing::HasSubstr("own API token"));
}

TEST_F(OktaStatus, EndsSessionsAndTokensTogether)
{
    wire.expect("DELETE", "/api/v1/users/00u1/sessions?oauthTokens=true&forgetDevices=true", 204);
    EXPECT_TRUE(succeeds(request("okta.users.revoke_sessions", R"({"user":"00u1"})")).changed);
}

} // namespace jmld::tests
