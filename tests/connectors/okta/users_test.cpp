// Accounts: made once, adopted when they are the worker's, numbered when the login is taken, undone only when still
// ours.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

namespace {

constexpr const char* create_path = "/api/v1/users?activate=false";
constexpr const char* login_path = "/api/v1/users/ana.ruiz%40example.com";
constexpr const char* second_login_path = "/api/v1/users/ana.ruiz2%40example.com";
constexpr const char* ana =
    R"({"profile":{"login":"ana.ruiz@example.com","email":"ana.ruiz@example.com","firstName":"Ana",)"
    R"("lastName":"Ruiz","employeeNumber":"1001","department":"Marketing"}})";

std::string taken()
{
    return refusal_json("E0000001", "Api validation failed: login",
                        "login: An object with this field already exists in the current organization");
}
std::string somebody_else()
{
    return R"({"id":"00u9","status":"DEPROVISIONED","created":"2020-01-01T00:00:00.000Z","profile":{"login":"ana.ruiz@example.com","employeeNumber":"77"}})";
}

} // namespace

class OktaUsers : public OktaFixture
{
protected:
    runtime::action_request create(int attempt = 1)
    {
        auto asked = request("okta.users.create", ana);
        asked.image = nobody();
        asked.attempt = attempt;
        return asked;
    }
    runtime::action_request undo_create(std::string_view made_as = "STAGED")
    {
        auto asked = create();
        asked.outputs = value::map({{"id", uid}, {"status", made_as}});
        return asked;
    }
};

TEST_F(OktaUsers, AreCreatedStagedWithoutMail)
{
    wire.expect("POST", create_path, 200, user_json("STAGED")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent)["profile"]["employeeNumber"].text_or(), "1001");
        EXPECT_TRUE(body_of(sent)["collision"].is_null());
    });
    const auto out = succeeds(create());
    EXPECT_TRUE(out.changed);
    EXPECT_TRUE(out.before.is_null());
    EXPECT_EQ(out.outputs["id"].text_or(), uid);
    EXPECT_EQ(out.outputs["status"].text_or(), "STAGED");
    EXPECT_EQ(out.outputs["adopted"], value(false));
    EXPECT_EQ(out.mark.request_id, "req-1");
    EXPECT_EQ(out.calls.items().size(), 1U);
}

TEST_F(OktaUsers, TakeTheNextNumberWhenTheLoginIsSomebodyElses)
{
    wire.expect("POST", create_path, 400, taken());
    wire.expect("GET", login_path, 200, somebody_else());
    wire.expect("POST", create_path, 200, user_json("STAGED")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent)["profile"]["login"].text_or(), "ana.ruiz2@example.com");
        EXPECT_EQ(body_of(sent)["profile"]["email"].text_or(),
                  "ana.ruiz2@example.com"); // the first link must not reach the other
    });
    EXPECT_TRUE(succeeds(create()).changed);
}

TEST_F(OktaUsers, DoNotGetALoginThatSomebodyElseHadBefore)
{
    auto asked = create();
    asked.inputs = asked.inputs.with("avoid", json(R"(["ana.ruiz@example.com","ana.ruiz2@example.com"])"));
    wire.expect("POST", create_path, 200, user_json("STAGED")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent)["profile"]["login"].text_or(), "ana.ruiz3@example.com");
    });
    EXPECT_TRUE(succeeds(asked).changed);
}

TEST_F(OktaUsers, LeaveAttributesThatBelongToAnotherSystemToIt)
{
    auto asked = request("okta.users.update", R"({"user":"00u1","profile":{"department":"Sales","title":"Boss"}})");
    asked.image = image("ACTIVE");
    const auto mastered = refusal_json("E0000077", "Operation failed because the attribute is read-only");
    wire.expect("POST", "/api/v1/users/00u1", 403, mastered);
    wire.expect("POST", "/api/v1/users/00u1", 403, mastered).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent)["profile"], json(R"({"department":"Sales"})"));
    });
    wire.expect("POST", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","profile":{"department":"Marketing","title":"Boss"}})");
    const auto out = succeeds(asked);
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.outputs["not_set"], json(R"(["department"])"));
    EXPECT_EQ(out.before["profile"], json(R"({"title":"Writer"})"));
}

TEST_F(OktaUsers, AreNotTakenForAnotherSystemsWhenARightIsMissing)
{
    auto asked = request("okta.users.update", R"({"user":"00u1","profile":{"department":"Sales"}})");
    asked.image = image("ACTIVE");
    wire.expect("POST", "/api/v1/users/00u1", 403, refusal_json("E0000006", "You do not have permission"));
    EXPECT_EQ(fails(asked).kind, failure_kind::forbidden);
}

TEST_F(OktaUsers, ParkInsteadWhenThePolicySaysSo)
{
    auto asked = create();
    asked.inputs = asked.inputs.with("collision", "park");
    wire.expect("POST", create_path, 400, taken());
    wire.expect("GET", login_path, 200, somebody_else());
    EXPECT_EQ(fails(asked).kind, failure_kind::already_exists);
}

TEST_F(OktaUsers, AreAdoptedWhenAnEarlierAttemptMadeThem)
{
    wire.expect("POST", create_path, 400, taken());
    wire.expect("GET", login_path, 200, user_json("STAGED"));
    const auto out = succeeds(create(2));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.outputs["id"].text_or(), uid);
}

TEST_F(OktaUsers, AreAdoptedUnchangedWhenTheyWereThereBefore)
{
    clock.advance_to(at("2027-06-01T00:00:00Z"));
    wire.expect("POST", create_path, 400, taken());
    wire.expect("GET", login_path, 200, user_json("DEPROVISIONED"));
    const auto out = succeeds(create());
    EXPECT_FALSE(out.changed);
    EXPECT_EQ(out.outputs["adopted"], value(true));
    EXPECT_EQ(out.outputs["status"].text_or(), "DEPROVISIONED");
}

TEST_F(OktaUsers, AreNotCreatedWhenTheRunHasSeenThem)
{
    auto asked = create();
    asked.image = image("ACTIVE");
    EXPECT_FALSE(succeeds(asked).changed);
}

TEST_F(OktaUsers, CannotBeCreatedWithWhatOktaRefuses)
{
    wire.expect(
        "POST", create_path, 400,
        refusal_json("E0000001", "Api validation failed: newUser", "Property name 'x' is not defined in profile"));
    const auto out = fails(create());
    EXPECT_EQ(out.kind, failure_kind::invalid);
    EXPECT_EQ(out.mark.code, "E0000001");
    EXPECT_THAT(out.detail, testing::HasSubstr("not defined in profile"));
    auto copied = request("okta.users.create", R"({"profile":{"login":"mailto:ana@example.com"}})");
    EXPECT_EQ(fails(copied).kind, failure_kind::invalid);
    EXPECT_EQ(fails(request("okta.users.create", "{}")).kind, failure_kind::invalid);
}

TEST_F(OktaUsers, AreLookedForAfterALostAnswer)
{
    wire.expect_failure("POST", create_path, errc::connection_lost);
    wire.expect("GET", "/api/v1/groups?limit=1", 200, "[]");
    EXPECT_EQ(fails(create()).kind, failure_kind::unknown_outcome);

    wire.expect("GET", login_path, 200, user_json("STAGED"));
    const auto found = settles(create());
    EXPECT_EQ(found.verdict, probe_verdict::done);
    EXPECT_TRUE(found.changed);
    EXPECT_EQ(found.outputs["id"].text_or(), uid);

    wire.expect("GET", login_path, 404, missing_json("User"));
    EXPECT_EQ(settles(create()).verdict, probe_verdict::not_done);
}

TEST_F(OktaUsers, AreOursByOktasClockWhenOursIsAhead)
{
    clock.advance_to(at("2027-02-01T18:37:00Z")); // Okta says that it is nine
    wire.expect("GET", login_path, 200, user_json("STAGED")).header("Date", "Mon, 01 Feb 2027 09:00:00 GMT");
    const auto found = settles(create());
    EXPECT_EQ(found.verdict, probe_verdict::done);
    EXPECT_TRUE(found.changed);
}

TEST_F(OktaUsers, AreLookedForUnderEveryNumberThatMayHaveBeenTried)
{
    wire.expect("GET", login_path, 200, somebody_else());
    wire.expect("GET", second_login_path, 200, user_json("STAGED"));
    EXPECT_EQ(settles(create()).verdict, probe_verdict::done);
}

TEST_F(OktaUsers, WithoutAnIdAreOursOnlyWhenNewAndExactlyAsSent)
{
    auto asked = request(
        "okta.users.create",
        R"({"profile":{"login":"ana.ruiz@example.com","firstName":"Ana","lastName":"Ruiz","department":"Marketing"}})");
    wire.expect("GET", login_path, 200, user_json("STAGED"));
    EXPECT_EQ(settles(asked).verdict, probe_verdict::done);
    wire.expect(
        "GET", login_path, 200,
        R"({"id":"00u9","status":"STAGED","created":"2027-02-01T09:00:00.000Z","profile":{"login":"ana.ruiz@example.com","firstName":"Ana","lastName":"Ruiz","department":"Sales"}})");
    wire.expect("GET", second_login_path, 404, missing_json("User"));
    EXPECT_EQ(settles(asked).verdict, probe_verdict::not_done);
}

TEST_F(OktaUsers, AreDeletedAgainInTwoStepsWithALookBetween)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("STAGED"));
    wire.expect("DELETE", "/api/v1/users/00u1?sendEmail=false", 204);
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("DEPROVISIONED"));
    wire.expect("DELETE", "/api/v1/users/00u1?sendEmail=false", 204);
    const auto out = undoes(undo_create());
    EXPECT_TRUE(out.changed);
    EXPECT_FALSE(out.conflict);
}

TEST_F(OktaUsers, AreNotDeletedOnceSomebodyOpenedThem)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    const auto out = undoes(undo_create());
    EXPECT_TRUE(out.conflict);
    EXPECT_FALSE(out.changed);
    wire.expect("GET", "/api/v1/users/00u1", 200,
                user_json("DEPROVISIONED", R"(,"activated":"2027-02-01T10:00:00.000Z")"));
    EXPECT_TRUE(undoes(undo_create()).conflict);
}

TEST_F(OktaUsers, AreOnlyDeactivatedAgainWhenTheyWereMadeActive)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("PROVISIONED"));
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/deactivate?sendEmail=false", 200, "{}");
    EXPECT_TRUE(undoes(undo_create("PROVISIONED")).changed);
}

TEST_F(OktaUsers, NeedNoUndoWhenTheyAreGone)
{
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    EXPECT_FALSE(undoes_later(undo_create()).changed);
}

TEST_F(OktaUsers, MadeAMomentAgoAreNotTakenForGoneBecauseOneReadDoesNotShowThem)
{
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("STAGED"));
    wire.expect("DELETE", "/api/v1/users/00u1?sendEmail=false", 204);
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("DEPROVISIONED"));
    wire.expect("DELETE", "/api/v1/users/00u1?sendEmail=false", 204);
    EXPECT_TRUE(undoes(undo_create()).changed);
}

TEST_F(OktaUsers, ArePreviewedWithoutWaitingForWhatOneReadDoesNotShow)
{
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    auto preview = undo_create();
    preview.dry_run = true;
    const auto asked_at = clock.now();
    EXPECT_FALSE(undoes(preview).changed);
    EXPECT_EQ(clock.now(), asked_at);
}

TEST_F(OktaUsers, AreGoneForGoodFifteenSecondsAfterTheAnswerThatMadeThem)
{
    for (int look = 0; look < 6; ++look)
        wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    const auto made_at = clock.now();
    EXPECT_FALSE(undoes(undo_create()).changed);
    EXPECT_EQ(clock.now(), made_at + std::chrono::seconds(15));
}

// ---- delete
// ----------------------------------------------------------------------------------------------------------------

TEST_F(OktaUsers, AreDeletedOnlyWhenDeprovisioned)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    EXPECT_EQ(fails(request("okta.users.delete", R"({"user":"00u1"})")).kind, failure_kind::invalid);
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("DEPROVISIONED"));
    wire.expect("DELETE", "/api/v1/users/00u1?sendEmail=false", 204);
    EXPECT_TRUE(succeeds(request("okta.users.delete", R"({"user":"00u1"})")).changed);
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    EXPECT_EQ(settles(request("okta.users.delete", R"({"user":"00u1"})")).verdict, probe_verdict::done);
}

} // namespace jmld::tests
