// Profiles: only what differs is sent, what another system masters is left to it, and given back is what is still as we
// set it. Making and deleting accounts is in users_test.cpp.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

class OktaProfile : public OktaFixture
{
protected:
    runtime::action_request update(value known = image("ACTIVE"))
    {
        auto asked =
            request("okta.users.update", R"({"user":"00u1","profile":{"department":"Sales","title":"Writer"}})");
        asked.image = std::move(known);
        return asked;
    }
};

TEST_F(OktaProfile, ChangesOnlyWhatDiffersAndKeepsWhatWas)
{
    wire.expect("POST", "/api/v1/users/00u1", 200, user_json("ACTIVE")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent), json(R"({"profile":{"department":"Sales"}})"));
    });
    const auto out = succeeds(update());
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.before, json(R"({"profile":{"department":"Marketing"}})"));
}

TEST_F(OktaProfile, SendsNothingWhenNothingDiffers)
{
    auto asked = update();
    asked.inputs = json(R"({"user":"00u1","profile":{"title":"Writer","costCenter":null}})");
    EXPECT_FALSE(succeeds(asked).changed);
}

TEST_F(OktaProfile, ReadsFirstWhenTheRunDoesNotKnowTheUser)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    wire.expect("POST", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    EXPECT_EQ(succeeds(update(nobody())).before, json(R"({"profile":{"department":"Marketing","title":null}})"));
}

TEST_F(OktaProfile, SendsTheETagItIsGiven)
{
    auto asked = update();
    asked.inputs = asked.inputs.with("if_match", "W/\"abc\"");
    wire.expect("POST", "/api/v1/users/00u1", 412, refusal_json("E0000231", "ETag mismatch"))
        .with([](const http::request& sent) {
            EXPECT_EQ(*http::find_header(sent.headers, "If-Match"), "W/\"abc\"");
            EXPECT_TRUE(body_of(sent)["if_match"].is_null());
        });
    EXPECT_EQ(fails(asked).kind, failure_kind::conflict);
}

TEST_F(OktaProfile, LeavesAnAttributeThatIsMasteredElsewhere)
{
    wire.expect("POST", "/api/v1/users/00u1", 403,
                refusal_json("E0000023", "Operation failed because user profile is mastered under another system"));
    const auto out = succeeds(update());
    EXPECT_FALSE(out.changed);
    EXPECT_EQ(out.outputs["not_set"], json(R"(["department"])"));
}

TEST_F(OktaProfile, RestoresOnlyWhatIsStillAsWeSetIt)
{
    auto asked = update();
    asked.before = json(R"({"profile":{"department":"Marketing","title":"Editor"}})");
    // department is as we set it; the title was changed by somebody else since
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","status":"ACTIVE","profile":{"department":"Sales","title":"Boss"}})");
    wire.expect("POST", "/api/v1/users/00u1", 200, user_json("ACTIVE")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent), json(R"({"profile":{"department":"Marketing"}})"));
    });
    const auto out = undoes(asked);
    EXPECT_TRUE(out.changed);
    EXPECT_TRUE(out.conflict);
}

TEST_F(OktaProfile, IsRestoredAlsoWhenOktaDoesNotShowYetWhatWasSetAMomentAgo)
{
    auto asked = update();
    asked.before = json(R"({"profile":{"department":"Marketing"}})");
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE")); // still Marketing
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","status":"ACTIVE","profile":{"department":"Sales"}})");
    wire.expect("POST", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    EXPECT_TRUE(undoes(asked).changed);
}

TEST_F(OktaProfile, IsRestoredFromTheRunsImageWhenARestartCutTheAttemptShort)
{
    auto asked = update();
    asked.before = {};
    asked.image = image("ACTIVE");
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","status":"ACTIVE","profile":{"department":"Sales","title":"Writer"}})");
    wire.expect("POST", "/api/v1/users/00u1", 200, user_json("ACTIVE")).with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent), json(R"({"profile":{"department":"Marketing"}})"));
    });
    EXPECT_TRUE(undoes_later(asked).changed);
}

TEST_F(OktaProfile, RestoresAnAbsentAttributeAsNull)
{
    auto asked = update();
    asked.before = json(R"({"profile":{"department":null}})");
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","status":"ACTIVE","profile":{"department":"Sales"}})");
    wire.expect("POST", "/api/v1/users/00u1", 200, "{}").with([](const http::request& sent) {
        EXPECT_EQ(body_of(sent), json(R"({"profile":{"department":null}})"));
    });
    EXPECT_FALSE(undoes(asked).conflict);
}

TEST_F(OktaProfile, IsProbedByComparing)
{
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"00u1","status":"ACTIVE","profile":{"department":"Sales","title":"Writer"}})");
    EXPECT_EQ(settles(update()).verdict, probe_verdict::done);
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    EXPECT_EQ(settles(update()).verdict, probe_verdict::not_done);
}

} // namespace jmld::tests
