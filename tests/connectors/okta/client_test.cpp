// What the client makes of rows, answers and silence.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using okta::call;
using okta::operation_named;

class OktaClient : public OktaFixture
{
protected:
    okta::reply send(std::string_view row, std::string_view arguments)
    {
        return run(client->send({.row = &operation_named(row), .arguments = json(arguments)}, scope));
    }
    okta::reply list(std::string_view row, std::string_view arguments)
    {
        return run(client->list({.row = &operation_named(row), .arguments = json(arguments)}, scope));
    }
    okta::call_scope scope;
};

TEST_F(OktaClient, SendsWhatTheRowSays)
{
    wire.expect("POST", "/api/v1/users?activate=false", 200, user_json("STAGED")).with([](const http::request& sent) {
        EXPECT_EQ(*http::find_header(sent.headers, "Accept"), "application/json");
        EXPECT_EQ(*http::find_header(sent.headers, "Content-Type"), "application/json");
        EXPECT_EQ(*http::find_header(sent.headers, "Authorization"), "SSWS secret-token");
        EXPECT_EQ(*http::find_header(sent.headers, "User-Agent"), "jmld");
        EXPECT_EQ(body_of(sent), json(R"({"profile":{"login":"a@b.example"}})"));
    });
    EXPECT_TRUE(send("okta.users.create", R"({"profile":{"login":"a@b.example"}})").ok());
}

TEST_F(OktaClient, SaysThatABodyIsEmpty)
{
    wire.expect("PUT", "/api/v1/groups/00g1/users/00u1", 204).with([](const http::request& sent) {
        EXPECT_EQ(*http::find_header(sent.headers, "Content-Length"), "0");
        EXPECT_TRUE(sent.body.empty());
    });
    EXPECT_TRUE(send("okta.groups.add_user", R"({"group":{"id":"00g1","name":"Staff"},"user":"00u1"})").ok());
}

TEST_F(OktaClient, SendsEmailOnlyWhenAskedTo)
{
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/deactivate?sendEmail=false", 204);
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/activate?sendEmail=false", 200, "{}");
    EXPECT_TRUE(send("okta.users.deactivate", R"({"user":"00u1"})").ok());
    EXPECT_TRUE(send("okta.users.activate", R"({"user":"00u1","send_email":false})").ok());
}

TEST_F(OktaClient, EncodesALoginIntoOneSegment)
{
    wire.expect("GET", "/api/v1/users/ana%2Bx%40example.com", 200, user_json("ACTIVE"));
    EXPECT_TRUE(send("okta.users.find", R"({"login":"ana+x@example.com"})").ok());
}

TEST_F(OktaClient, RefusesIdsThatWouldLeaveTheirPlaceInThePath)
{
    for (const auto* id :
         {"", ".", "..", "../groups/00g1", "00u1/sessions", "00u1?x=1", "a\\b", "a%2fb", "a\nb", "a#b"})
    {
        const auto answer = run(
            client->send({.row = &operation_named("okta.users.get"), .arguments = value::map({{"user", id}})}, scope));
        ASSERT_FALSE(answer.ok()) << id;
        EXPECT_EQ(answer.failure->kind, failure_kind::invalid) << id;
    }
    EXPECT_TRUE(wire.seen.empty());
}

TEST_F(OktaClient, RecordsEveryExchangeWithItsRequestId)
{
    wire.expect("GET", "/api/v1/users/00u1", 404, missing_json("User"));
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    ASSERT_EQ(scope.calls.size(), 1U);
    EXPECT_EQ(scope.calls[0]["request_id"].text_or(), "req-1");
    EXPECT_EQ(scope.calls[0]["status"], value(404));
    EXPECT_EQ(scope.calls[0]["path"].text_or(), "/api/v1/users/00u1");
    EXPECT_TRUE(scope.calls[0]["query"].is_null());
    EXPECT_EQ(answer.mark.code, "E0000007");
    EXPECT_EQ(answer.failure->kind, failure_kind::not_found);
}

TEST_F(OktaClient, WaitsAsLongAsTheServersClockSays)
{
    // The server's clock is a day ahead of ours: only the difference counts.
    wire.expect("GET", "/api/v1/users/00u1", 429, refusal_json("E0000047", "API call exceeded rate limit"))
        .header("X-Rate-Limit-Limit", "600")
        .header("X-Rate-Limit-Remaining", "0")
        .header("X-Rate-Limit-Reset", std::to_string(at("2027-02-02T09:00:40Z").time_since_epoch().count() / 1000))
        .header("Date", "Tue, 02 Feb 2027 09:00:10 GMT");
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    EXPECT_EQ(answer.failure->kind, failure_kind::rate_limited);
    EXPECT_EQ(answer.failure->retry_at, at("2027-02-01T09:00:31Z"));
    EXPECT_EQ(limiter.take("/api/v1/users/{id:.+}", runtime::priority::joiner, clock.now()),
              at("2027-02-01T09:00:31Z"));
}

TEST_F(OktaClient, TellsTooManyAtOnceFromAnEmptyBucket)
{
    wire.expect("GET", "/api/v1/users/00u1", 429, refusal_json("E0000047", "too many"))
        .header("X-Rate-Limit-Limit", "0")
        .header("X-Rate-Limit-Remaining", "0")
        .header("X-Rate-Limit-Reset", "1801474899");
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    ASSERT_TRUE(answer.failure->retry_at);
    EXPECT_GE(*answer.failure->retry_at, clock.now() + duration(1000));
    EXPECT_LE(*answer.failure->retry_at, clock.now() + duration(2000));
}

TEST_F(OktaClient, WaitsAMomentAfterA429WithoutHeaders)
{
    wire.expect("GET", "/api/v1/users/00u1", 429);
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    EXPECT_EQ(answer.failure->kind, failure_kind::rate_limited);
    EXPECT_GE(*answer.failure->retry_at, clock.now() + duration(1000));
    EXPECT_LE(*answer.failure->retry_at, clock.now() + duration(2000));
}

struct silence
{
    const char* row;
    const char* arguments;
    errc cause;
    failure_kind kind;
};
void PrintTo(const silence& one, std::ostream* out)
{
    *out << one.row
         << (one.cause == errc::timed_out ? " timed out"
             : one.cause == errc::refused ? " refused"
                                          : " lost");
}
class OktaSilence : public OktaFixture, public testing::WithParamInterface<silence>
{};
TEST_P(OktaSilence, MeansWhatTheRowSays)
{
    const auto& given = GetParam();
    const auto& row = operation_named(given.row);
    const call what{.row = &row, .arguments = json(given.arguments)};
    wire.expect_failure(std::string(row.method), okta::build_request(what)->target, given.cause);
    wire.expect("GET", "/api/v1/groups?limit=1", 200, "[]"); // does Okta answer anybody?
    okta::call_scope scope;
    const auto answer = run(client->send(what, scope));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.failure->kind, given.kind);
    EXPECT_FALSE(answer.failure->outage);
    EXPECT_EQ(scope.calls[0]["status"], value());
}
INSTANTIATE_TEST_SUITE_P(
    Rows, OktaSilence,
    testing::Values(
        silence{"okta.users.create", R"({"profile":{"login":"a"}})", errc::connection_lost,
                failure_kind::unknown_outcome},
        silence{"okta.users.create", R"({"profile":{"login":"a"}})", errc::timed_out, failure_kind::unknown_outcome},
        silence{"okta.users.create", R"({"profile":{"login":"a"}})", errc::refused, failure_kind::unavailable},
        silence{"okta.users.activate", R"({"user":"00u1"})", errc::timed_out, failure_kind::unknown_outcome},
        silence{"okta.users.deactivate", R"({"user":"00u1"})", errc::connection_lost, failure_kind::unknown_outcome},
        silence{"okta.groups.add_user", R"({"user":"00u1","group":"00g1"})", errc::connection_lost,
                failure_kind::unknown_outcome},
        silence{"okta.groups.add_user", R"({"user":"00u1","group":"00g1"})", errc::timed_out,
                failure_kind::unknown_outcome},
        silence{"okta.users.get", R"({"user":"00u1"})", errc::timed_out, failure_kind::timeout},
        silence{"okta.users.get", R"({"user":"00u1"})", errc::connection_lost, failure_kind::unavailable}));

TEST_F(OktaClient, CallsItAnOutageWhenNobodyIsAnswered)
{
    scope.person = "00u1";
    wire.expect("PUT", "/api/v1/groups/00g1/users/00u1", 503);
    wire.expect("GET", "/api/v1/users/00u1", 503);
    const auto answer = send("okta.groups.add_user", R"({"user":"00u1","group":"00g1"})");
    EXPECT_TRUE(answer.failure->outage);
    EXPECT_EQ(answer.failure->kind, failure_kind::unknown_outcome); // a gateway's 503 does not say what came through
    EXPECT_EQ(scope.calls.size(), 2U);
}

TEST_F(OktaClient, BelievesOktasOwnWordThatItOnlyReads)
{
    scope.person = "00u1";
    wire.expect("PUT", "/api/v1/groups/00g1/users/00u1", 503, refusal_json("E0000010", "Service is in read only mode"));
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    const auto answer = send("okta.groups.add_user", R"({"user":"00u1","group":"00g1"})");
    EXPECT_EQ(answer.failure->kind, failure_kind::unavailable);
    EXPECT_FALSE(answer.failure->outage);
}

TEST_F(OktaClient, CountsAFailureAsOneWhenOktaAnswersOthers)
{
    scope.person = "00u1";
    wire.expect("POST", "/api/v1/apps/0oa1/users", 502, "<html>bad gateway</html>");
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    const auto answer = send("okta.apps.assign_user", R"({"user":"00u1","app":"0oa1"})");
    EXPECT_FALSE(answer.failure->outage);
    EXPECT_EQ(answer.failure->kind, failure_kind::unknown_outcome); // it may have got through
}

TEST_F(OktaClient, DoesNotTakeALongThrottleForAnOutage)
{
    limiter.block("/api/v1/groups", clock.now() + std::chrono::hours(1));
    wire.expect("GET", "/api/v1/users/00u1", 503);
    EXPECT_FALSE(send("okta.users.get", R"({"user":"00u1"})").failure->outage);
}

TEST_F(OktaClient, ComesBackInsteadOfWaitingForHours)
{
    limiter.block("/api/v1/groups", clock.now() + std::chrono::hours(1));
    const auto began = clock.now();
    const auto answer = list("okta.groups.list", "{}");
    EXPECT_EQ(answer.failure->kind, failure_kind::rate_limited);
    EXPECT_EQ(answer.failure->retry_at, began + std::chrono::hours(1));
    EXPECT_EQ(clock.now(), began);
    EXPECT_TRUE(wire.seen.empty());
}

TEST_F(OktaClient, LooksAgainAfterAnInternalErrorOfAWriteThatMustNotRunTwice)
{
    wire.expect("POST", "/api/v1/users?activate=false", 500, refusal_json("E0000009", "Internal Server Error"));
    EXPECT_EQ(send("okta.users.create", R"({"profile":{"login":"a"}})").failure->kind, failure_kind::unknown_outcome);
    wire.expect("PUT", "/api/v1/groups/00g1/users/00u1", 500, refusal_json("E0000009", "Internal Server Error"));
    EXPECT_EQ(send("okta.groups.add_user", R"({"user":"00u1","group":"00g1"})").failure->kind,
              failure_kind::unknown_outcome); // harmless to repeat, but an undo must know whether it happened
}

TEST_F(OktaClient, TakesAPageInsteadOfJsonForAGateway)
{
    wire.expect("GET", "/api/v1/users/00u1", 200, "<html>please log in</html>");
    EXPECT_EQ(send("okta.users.get", R"({"user":"00u1"})").failure->kind, failure_kind::unavailable);
    wire.expect("GET", "/api/v1/users/00u1", 403, "<html>blocked</html>");
    EXPECT_EQ(send("okta.users.get", R"({"user":"00u1"})").failure->kind, failure_kind::unavailable);
    wire.expect("GET", "/api/v1/users/00u1", 200, R"({"id":"00u)");
    EXPECT_EQ(send("okta.users.get", R"({"user":"00u1"})").failure->kind, failure_kind::unavailable);
}

TEST_F(OktaClient, DecodesWhatIsOddButReadable)
{
    wire.expect("GET", "/api/v1/users/00u1", 200,
                R"({"id":"first","new":{"x":[1]},"id":"00u1","status":"SOMETHING_NEW"})");
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    EXPECT_TRUE(answer.ok());
    EXPECT_EQ(answer.body["id"].text_or(), "00u1"); // of a key sent twice the last stands
}

TEST_F(OktaClient, FollowsNoRedirect)
{
    wire.expect("GET", "/api/v1/users/00u1", 302).header("Location", "https://evil.example/");
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    EXPECT_EQ(answer.failure->kind, failure_kind::invalid);
    EXPECT_THAT(answer.failure->detail, testing::HasSubstr("okta.org"));
}

TEST_F(OktaClient, ReadsAllPages)
{
    wire.expect("GET", "/api/v1/groups?q=Eng&limit=200", 200, R"([{"id":"00g1"}])")
        .header("Link", R"(<https://example.okta.com/api/v1/groups?q=Eng&limit=200>; rel="self")")
        .header("Link", R"(<https://EXAMPLE.okta.com:443/api/v1/groups?after=x&limit=200>; rel="next")");
    wire.expect("GET", "/api/v1/groups?after=x&limit=200", 200, R"([{"id":"00g2"}])")
        .header("Link", R"(<https://example.okta.com/a>; rel="self", </api/v1/groups?after=y>; rel="next")");
    wire.expect("GET", "/api/v1/groups?after=y", 200, "[]");
    EXPECT_EQ(list("okta.groups.list", R"({"q":"Eng"})").body.items().size(), 2U);
}

TEST_F(OktaClient, DoesNotFollowALinkToAnotherOrigin)
{
    for (const auto* link :
         {R"(<https://evil.example/api/v1/groups?after=x>; rel="next")",
          R"(<https://example.okta.com.evil.example/api/v1/groups>; rel="next")",
          R"(<https://example.okta.com@evil.example/api/v1/groups>; rel="next")",
          R"(<//evil.example/api/v1/groups>; rel="next")", R"(<http://example.okta.com/api/v1/groups>; rel="next")",
          R"(<https://example.okta.com/oauth2/v1/token>; rel="next")"})
    {
        wire.expect("GET", "/api/v1/groups?limit=200", 200, "[]").header("Link", link);
        EXPECT_FALSE(list("okta.groups.list", "{}").ok()) << link;
    }
}

TEST_F(OktaClient, EndsAListingThatGoesInCircles)
{
    wire.expect("GET", "/api/v1/groups?limit=200", 200, "[]")
        .header("Link", R"(</api/v1/groups?limit=200>; rel="next")");
    EXPECT_FALSE(list("okta.groups.list", "{}").ok());
}

TEST_F(OktaClient, RefusesAnObjectWhereAListIsDue)
{
    wire.expect("GET", "/api/v1/groups?limit=200", 200, R"({"id":"00g1"})");
    EXPECT_EQ(list("okta.groups.list", "{}").failure->kind, failure_kind::unavailable);
}

TEST_F(OktaClient, LooksAtOnePageAsAtAListing)
{
    const okta::call asked{.row = &operation_named("okta.groups.list"), .arguments = json("{}")};
    for (const auto* odd : {R"({"id":"00g1"})", R"(["00g1"])", R"([{"id":"00g1"},{"profile":{"name":"Staff"}}])"}) {
        wire.expect("GET", "/api/v1/groups?limit=200", 200, odd);
        const auto page = run(client->page(asked, {}, scope));
        ASSERT_FALSE(page.ok()) << odd;
        EXPECT_EQ(page.failure->kind, failure_kind::unavailable);
    }
}

TEST_F(OktaClient, ReadsRefusalsLeniently)
{
    wire.expect(
        "GET", "/api/v1/users/00u1", 400,
        R"({"errorCode":" E0000031 ","errorCauses":{"errorSummary":"Invalid search criteria."},"errorSummary":7})");
    const auto answer = send("okta.users.get", R"({"user":"00u1"})");
    EXPECT_EQ(answer.error.code, "E0000031");
    EXPECT_TRUE(answer.error.mentions("invalid SEARCH"));
}

TEST_F(OktaClient, WaitsForBudgetBeforeItSends)
{
    limiter.learn("/api/v1/users/{id:.+}", 10, 0, clock.now() + duration(20'000), clock.now(), clock.now());
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"));
    const auto began = clock.now();
    EXPECT_TRUE(send("okta.users.get", R"({"user":"00u1"})").ok());
    EXPECT_EQ(clock.now(), began + duration(21'000));
}

TEST_F(OktaClient, UsesTheTokenThatWasPaidForAndGivesBackTheOther)
{
    EXPECT_FALSE(
        limiter.take("/api/v1/groups", runtime::priority::joiner, clock.now())); // all that an unknown one gives
    okta::call_scope paid{.prepaid_bucket = "/api/v1/groups"};
    client->close(paid);
    EXPECT_FALSE(limiter.take("/api/v1/groups", runtime::priority::joiner, clock.now()));
    EXPECT_TRUE(limiter.take("/api/v1/groups", runtime::priority::joiner, clock.now()));
}

TEST_F(OktaClient, DoesNotBelieveAnAnswerAboutSomebodyElse)
{
    okta::call_scope scope;
    const okta::call asked{.row = &okta::operation_named("okta.users.get"), .arguments = json(R"({"user":"00u1"})")};
    wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE", {}, "00u9"));
    const auto other = run(client->send(asked, scope));
    ASSERT_FALSE(other.ok());
    EXPECT_THAT(other.failure->detail, testing::HasSubstr("somebody else"));
    wire.expect("GET", "/api/v1/users/00u1", 200, R"({"id":"00u1","profile":{}})");
    EXPECT_FALSE(run(client->send(asked, scope)).ok()) << "a user has a status";
}

TEST_F(OktaClient, FindsTheIdsOfAUsersDevicesOneStepDeeper)
{
    okta::call_scope scope;
    const okta::call asked{.row = &okta::operation_named("okta.users.devices"),
                           .arguments = json(R"({"user":"00u1"})")};
    wire.expect("GET", "/api/v1/users/00u1/devices", 200, R"([{"deviceUserId":"du1","device":{"id":"guo1"}}])");
    EXPECT_TRUE(run(client->list(asked, scope)).ok());
    wire.expect("GET", "/api/v1/users/00u1/devices", 200, R"([{"id":"du1","device":{}}])");
    EXPECT_FALSE(run(client->list(asked, scope)).ok());
}

} // namespace jmld::tests
