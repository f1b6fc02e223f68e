// What is missing when Okta forbids a call: the scope and the permission, for every row there is.
#include "connectors/okta/permissions.hpp"
#include "tests/connectors/okta/auth_fixture.hpp"

namespace jmld::tests {

class OktaForbids : public OktaAuth
{};

TEST_F(OktaForbids, NamesScopeAndPermission)
{
    use_service_app();
    expect_token("t1");
    wire.expect("POST", "/api/v1/users/00u1/lifecycle/suspend", 403,
                refusal_json("E0000006", "You do not have permission to perform the requested action"));
    const auto answer = run(client->send(
        {.row = &okta::operation_named("okta.users.suspend"), .arguments = json(R"({"user":"00u1"})")}, scope));
    EXPECT_EQ(answer.failure->kind, engine::failure_kind::forbidden);
    EXPECT_THAT(answer.failure->detail, testing::HasSubstr("the scope okta.users.manage"));
    EXPECT_THAT(answer.failure->detail, testing::HasSubstr("okta.users.lifecycle.suspend"));
}

namespace {

/// Gives a token and then refuses everything for want of a right.
class forbidding final : public http::transport
{
public:
    boost::asio::awaitable<result<http::response>> send(http::request message, duration) override
    {
        if (message.path() == "/oauth2/v1/token")
            co_return http::response{
                200, {}, R"({"token_type":"Bearer","expires_in":3600,"access_token":"t1","scope":"okta.users.read"})"};
        co_return http::response{
            403, {}, refusal_json("E0000006", "You do not have permission to perform the requested action")};
    }
};

value some(engine::parameter_type type)
{
    if (type == engine::parameter_type::map)
        return value(engine::value_map{});
    if (type == engine::parameter_type::list)
        return value::list({"x1"});
    if (type == engine::parameter_type::boolean)
        return value(true);
    return type == engine::parameter_type::integer ? value(1) : value("x1");
}

value what_it_needs(const okta::operation& row)
{
    engine::value_map given;
    for (const auto& parameter : row.parameters)
        if (parameter.required)
            given.emplace_back(std::string(parameter.name), some(parameter.type));
    return value(std::move(given));
}

} // namespace

TEST_F(OktaForbids, NamesScopeAndPermissionOfEveryRow)
{
    use_service_app();
    forbidding peer;
    build(peer);
    int asked = 0;
    for (const auto& row : okta::operations()) {
        if (row.method.empty() || row.scope.empty() || !row.for_people.empty())
            continue;
        SCOPED_TRACE(std::string(row.name));
        ++asked;
        auto work = row.paged ? client->list({.row = &row, .arguments = what_it_needs(row)}, scope)
                              : client->send({.row = &row, .arguments = what_it_needs(row)}, scope);
        const auto answer = run(std::move(work));
        ASSERT_TRUE(answer.failure);
        EXPECT_EQ(answer.failure->kind, engine::failure_kind::forbidden) << answer.failure->detail;
        EXPECT_THAT(answer.failure->detail, testing::HasSubstr("the scope " + std::string(row.scope) + " granted"));
        ASSERT_FALSE(okta::permission_for(row).empty());
        EXPECT_THAT(answer.failure->detail, testing::HasSubstr(std::string(okta::permission_for(row))));
    }
    EXPECT_GT(asked, 90);
}

} // namespace jmld::tests
