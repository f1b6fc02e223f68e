// What the one conduct of all plain objects knows of namesakes, of a time before the call that nobody saw, and of what
// others have changed since. Scripted: each request is expected, so one too many fails.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

namespace {

constexpr const char* sales = R"({"name":"Sales","description":"who sells"})";
constexpr const char* named_sales = "/api/v1/groups?q=Sales&limit=200";

std::string group(std::string_view id, std::string_view description, std::string_view created)
{
    return R"({"id":")" + std::string(id) + R"(","type":"OKTA_GROUP","created":")" + std::string(created) +
           R"(","profile":{"name":"Sales","description":")" + std::string(description) + R"("}})";
}
std::string list(std::string_view content) { return "[" + std::string(content) + "]"; }

constexpr const char* long_ago = "2020-01-01T00:00:00.000Z";
constexpr const char* just_now = "2027-02-01T09:00:00.000Z";

} // namespace

class OktaObjects : public OktaFixture
{};

TEST_F(OktaObjects, TakeTheOneThatIsThereAndAlike)
{
    const std::string more = R"({"id":"00g8","profile":{"name":"Sales East"}},)";
    wire.expect("GET", named_sales, 200, list(more + group("00g9", "WHO sells", long_ago)));
    const auto out = succeeds(request("okta.groups.create", sales));
    EXPECT_FALSE(out.changed);
    EXPECT_EQ(out.outputs["id"].text_or(), "00g9");
    EXPECT_EQ(out.outputs["adopted"], value(true));
}

TEST_F(OktaObjects, NeverTouchANamesake)
{
    wire.expect("GET", named_sales, 200, list(group("00g9", "another department", long_ago)));
    const auto failed = fails(request("okta.groups.create", sales));
    EXPECT_EQ(failed.kind, failure_kind::already_exists);
    EXPECT_THAT(failed.detail, testing::HasSubstr("00g9"));
}

TEST_F(OktaObjects, KnowTheirOwnByTheTimeBefore)
{
    auto asked = request("okta.groups.create", sales);
    asked.before = json(R"({"named":["00g1"]})");
    wire.expect("GET", named_sales, 200, list(group("00g9", "who sells", just_now)));
    const auto ours = settles(asked);
    EXPECT_EQ(ours.verdict, probe_verdict::done);
    EXPECT_TRUE(ours.changed);

    asked.before = value(); // the process died before it could look
    wire.expect("GET", named_sales, 200, list(group("00g1", "who sells", long_ago)));
    const auto others = settles(asked);
    EXPECT_EQ(others.verdict, probe_verdict::done);
    EXPECT_FALSE(others.changed) << "it was there long before: nothing is to be undone";
}

TEST_F(OktaObjects, SayThatNobodyCanTell)
{
    const auto asked = request("okta.authorization_servers.create_scope", R"({"server":"aus1","name":"orders:read"})");
    constexpr const char* scopes = "/api/v1/authorizationServers/aus1/scopes";
    wire.expect("GET", scopes, 200,
                R"([{"id":"scp1","name":"orders:read"}])"); // scopes do not tell when they were made
    EXPECT_EQ(settles(asked).verdict, probe_verdict::cannot_tell);
    wire.expect("GET", scopes, 200, R"([{"id":"scp1","name":"orders:read"},{"id":"scp2","name":"orders:read"}])");
    EXPECT_EQ(settles(asked).verdict, probe_verdict::cannot_tell);
}

TEST_F(OktaObjects, LookForAWhileBeforeTheyAreMadeAgain)
{
    auto asked = request("okta.groups.create", sales);
    asked.before = json(R"({"named":[]})");
    wire.expect("GET", named_sales, 200, "[]");
    wire.expect("GET", named_sales, 200, list(group("00g9", "who sells", just_now))); // the list lagged
    EXPECT_EQ(settles(asked).verdict, probe_verdict::done);
    EXPECT_EQ(clock.now(), at("2027-02-01T09:00:01Z"));
}

TEST_F(OktaObjects, StayWhenSomebodyUsesThem)
{
    auto asked = request("okta.groups.create", sales);
    asked.outputs = json(R"({"id":"00g9"})");
    wire.expect("GET", "/api/v1/groups/00g9/users?limit=200", 200, R"([{"id":"00u1"}])");
    const auto left = undoes(asked);
    EXPECT_FALSE(left.changed);
    EXPECT_TRUE(left.conflict);

    wire.expect("GET", "/api/v1/groups/00g9/users?limit=200", 200, "[]");
    wire.expect("DELETE", "/api/v1/groups/00g9", 204, "");
    EXPECT_TRUE(undoes(asked).changed);
}

TEST_F(OktaObjects, AreNotRestoredOverSomebodyElsesChange)
{
    auto asked = request("okta.groups.update", R"({"group":"00g9","description":"who sells"})");
    asked.before = json(R"({"so":false,"object":{"id":"00g9","profile":{"name":"Sales","description":"old"}}})");
    wire.expect("GET", "/api/v1/groups/00g9", 200, group("00g9", "a third text", long_ago));
    const auto left = undoes(asked);
    EXPECT_FALSE(left.changed);
    EXPECT_TRUE(left.conflict);
}

TEST_F(OktaObjects, AreChangedWithWhatNobodySaidKept)
{
    wire.expect("GET", "/api/v1/groups/00g9", 200, group("00g9", "old", long_ago));
    wire.expect("PUT", "/api/v1/groups/00g9", 200, group("00g9", "who sells", long_ago));
    const auto out = succeeds(request("okta.groups.update", R"({"group":"00g9","description":"who sells"})"));
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(wire.seen.back().body, R"({"profile":{"description":"who sells","name":"Sales"}})");
}

TEST_F(OktaObjects, ForPeopleAreNotSent)
{
    const auto failed = fails(request("okta.sessions.authenticate", R"({"username":"ana","password":"x"})"));
    EXPECT_EQ(failed.kind, failure_kind::invalid);
    EXPECT_THAT(failed.detail, testing::HasSubstr("is for people"));
}

TEST_F(OktaObjects, EndTheirListsWhereTheyAreTold)
{
    wire.expect("GET", "/api/v1/groups/00g9/users?limit=200", 200, R"([{"id":"a"},{"id":"b"},{"id":"c"}])");
    const auto out = succeeds(request("okta.groups.list_users", R"({"group":"00g9","max":2})"));
    EXPECT_EQ(out.outputs["items"].items().size(), 2U);
    EXPECT_EQ(out.outputs["more"], value(true));
}

} // namespace jmld::tests
