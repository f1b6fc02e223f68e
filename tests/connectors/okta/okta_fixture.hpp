// Client, directory and actions over a scripted peer and a virtual clock, and short ways to say what Okta answers.
#pragma once

#include "connectors/okta/actions.hpp"
#include "tests/support/scripted_transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace jmld::tests {

using engine::value;
using engine::value_list;

inline constexpr const char* origin = "https://example.okta.com";
inline constexpr const char* uid = "00u1";

inline time_point at(std::string_view text) { return *parse_rfc3339(text); }

inline value json(std::string_view text)
{
    auto parsed = engine::json::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : value();
}

inline std::string user_json(std::string_view status, std::string_view more = {}, std::string_view id = uid)
{
    return R"({"id":")" + std::string(id) + R"(","status":")" + std::string(status) +
           R"(","created":"2027-02-01T09:00:00.000Z","profile":{"login":"ana.ruiz@example.com","email":"ana.ruiz@example.com",)"
           R"("firstName":"Ana","lastName":"Ruiz","employeeNumber":"1001","department":"Marketing"})" +
           std::string(more) + "}";
}

inline std::string refusal_json(std::string_view code, std::string_view summary, std::string_view cause = {})
{
    std::string causes = cause.empty() ? "[]" : R"([{"errorSummary":")" + std::string(cause) + R"("}])";
    return R"({"errorCode":")" + std::string(code) + R"(","errorSummary":")" + std::string(summary) +
           R"(","errorLink":")" + std::string(code) + R"(","errorId":"oae1","errorCauses":)" + causes + "}";
}
inline std::string missing_json(std::string_view what)
{
    return refusal_json("E0000007", "Not found: Resource not found: x (" + std::string(what) + ")");
}

/// Okta's list of the groups of somebody who is in Staff, and the rule that makes marketing people members of it.
inline constexpr const char* staff_read = R"([{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}}])";
inline constexpr const char* marketing_rule =
    R"([{"id":"0pr1","name":"mkt","status":"ACTIVE","conditions":{"people":{"users":{"exclude":[]}},"expression":{"type":"urn:okta:expression:1.0","value":"user.department==\"Marketing\""}},"actions":{"assignUserToGroups":{"groupIds":["00g1"]}}}])";

class OktaFixture : public testing::Test
{
protected:
    OktaFixture()
    {
        okta::auth_options token;
        token.origin = origin;
        token.ssws = "secret-token";
        who = std::move(*okta::authenticator::make(token, clock, random));
        build(wire);
    }
    ~OktaFixture() override { EXPECT_TRUE(wire.finished()) << wire.left() << " requests of the script were not sent"; }

    void build(http::transport& peer)
    {
        client =
            std::make_unique<okta::client>(okta::client_options{.origin = origin}, peer, *who, limiter, clock, random);
        people = std::make_unique<okta::directory>(*client);
        actions = std::make_unique<okta::actions>(*client, *people);
    }

    template <class T> T run(boost::asio::awaitable<T> work)
    {
        std::optional<T> came;
        boost::asio::co_spawn(loop, std::move(work), [&came](std::exception_ptr thrown, T result) {
            EXPECT_FALSE(thrown);
            came.emplace(std::move(result));
        });
        runtime::run_virtually(loop, clock, clock.now() + std::chrono::hours(2));
        EXPECT_TRUE(came.has_value()) << "the work did not end";
        return came ? std::move(*came) : T{};
    }

    runtime::action_request request(std::string action, std::string_view inputs) const
    {
        runtime::action_request asked;
        asked.action = std::move(action);
        asked.inputs = json(inputs);
        asked.first_started = asked.done_by = clock.now();
        return asked;
    }
    /// As the engine does: what must look again looks again when it is time, with what it has seen.
    engine::attempt_outcome comes_to(runtime::action_request asked)
    {
        for (int look = 0; look < 100; ++look) {
            auto out = run(actions->attempt(asked));
            const auto* open = std::get_if<engine::attempt_pending>(&out);
            if (open == nullptr)
                return out;
            asked.progress = open->progress;
            ++asked.attempt;
            if (open->look_again > clock.now())
                clock.advance_to(open->look_again);
        }
        ADD_FAILURE() << "it looks for ever";
        return engine::attempt_failed{};
    }
    engine::attempt_succeeded succeeds(runtime::action_request asked)
    {
        auto out = comes_to(std::move(asked));
        const auto* failed = std::get_if<engine::attempt_failed>(&out);
        EXPECT_EQ(failed, nullptr) << (failed != nullptr ? failed->detail : "");
        return failed == nullptr ? std::get<engine::attempt_succeeded>(out) : engine::attempt_succeeded{};
    }
    engine::attempt_failed fails(runtime::action_request asked)
    {
        auto out = comes_to(std::move(asked));
        const auto* failed = std::get_if<engine::attempt_failed>(&out);
        EXPECT_NE(failed, nullptr) << "it succeeded";
        return failed != nullptr ? *failed : engine::attempt_failed{};
    }
    engine::probe_settled settles(runtime::action_request asked)
    {
        auto out = run(actions->probe(std::move(asked)));
        EXPECT_TRUE(std::holds_alternative<engine::probe_settled>(out));
        const auto* settled = std::get_if<engine::probe_settled>(&out);
        return settled != nullptr ? *settled : engine::probe_settled{};
    }
    engine::undo_succeeded undoes(runtime::action_request asked)
    {
        auto out = run(actions->undo(std::move(asked)));
        const auto* failed = std::get_if<engine::attempt_failed>(&out);
        EXPECT_EQ(failed, nullptr) << (failed != nullptr ? failed->detail : "");
        return failed == nullptr ? std::get<engine::undo_succeeded>(out) : engine::undo_succeeded{};
    }

    /// Long after the deed: what a read shows is how it is.
    engine::undo_succeeded undoes_later(runtime::action_request asked)
    {
        asked.done_by -= std::chrono::hours(1);
        return undoes(std::move(asked));
    }

    /// GET user, groups and rules: what a look at a membership costs the first time.
    void expect_membership_reads(std::string_view groups, std::string_view rules = "[]",
                                 std::string_view status = "ACTIVE")
    {
        wire.expect("GET", "/api/v1/users/00u1", 200, user_json(status));
        wire.expect("GET", "/api/v1/users/00u1/groups", 200, std::string(groups));
        wire.expect("GET", "/api/v1/groups/rules?limit=200", 200, std::string(rules));
    }

    boost::asio::io_context loop;
    runtime::virtual_clock clock{at("2027-02-01T09:00:00Z")};
    seeded_random random{1};
    runtime::limiter limiter;
    scripted_transport wire;
    std::unique_ptr<okta::authenticator> who;
    std::unique_ptr<okta::client> client;
    std::unique_ptr<okta::directory> people;
    std::unique_ptr<okta::actions> actions;
};

/// An image of ana.ruiz with these lists.
inline value image(std::string_view status, std::string_view groups = "[]", std::string_view apps = "[]",
                   std::string_view roles = "[]")
{
    return json(
        R"({"user":{"id":"00u1","status":")" + std::string(status) +
        R"(","transitioning":null,"profile":{"login":"ana.ruiz@example.com","department":"Marketing","title":"Writer"}},)"
        R"("groups":)" +
        std::string(groups) + R"(,"apps":)" + std::string(apps) + R"(,"roles":)" + std::string(roles) +
        R"(,"factors":[],"rules":[],"api_tokens":[]})");
}
/// Nobody was there: the run makes the account.
inline value nobody()
{
    return json(R"({"user":null,"groups":[],"apps":[],"roles":[],"factors":[],"rules":[],"api_tokens":[]})");
}

} // namespace jmld::tests
