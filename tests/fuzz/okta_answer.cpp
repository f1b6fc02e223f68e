// Any bytes as what stands between us and Okta may answer: three digits of status, then lines of header, an empty line
// and the body. Every row that can be asked without more must end in an outcome, with no request to another origin.
#include "tests/fuzz/targets.hpp"

#include "connectors/okta/actions.hpp"
#include "engine/json/json.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <string>

namespace jmld::fuzz {

namespace {

namespace asio = boost::asio;
using engine::value;

http::response answer_in(std::string_view bytes)
{
    http::response answer;
    answer.status = 0;
    for (std::size_t i = 0; i < 3 && i < bytes.size(); ++i)
        answer.status = answer.status * 10 + (static_cast<unsigned char>(bytes[i]) + 2) % 10;
    if (answer.status < 100 || answer.status > 599)
        answer.status = 100 + answer.status % 500;
    auto rest = bytes.substr(std::min<std::size_t>(bytes.size(), 3));
    for (auto end = rest.find('\n'); end != std::string_view::npos && end > 0; end = rest.find('\n')) {
        const auto line = rest.substr(0, end);
        const auto colon = std::min(line.find(':'), line.size());
        answer.headers.emplace_back(std::string(line.substr(0, colon)),
                                    std::string(line.substr(std::min(colon + 1, line.size()))));
        rest.remove_prefix(end + 1);
    }
    answer.body = rest;
    return answer;
}

class same_answer final : public http::transport
{
public:
    explicit same_answer(http::response answer) : answer_(std::move(answer)) {}
    asio::awaitable<result<http::response>> send(http::request message, duration) override
    {
        must(message.target.starts_with("/"), "a request stays on its origin");
        co_return ++asked_ > 40 ? result<http::response>(failure(errc::refused, "enough")) : answer_;
    }

private:
    http::response answer_;
    int asked_ = 0;
};

constexpr std::string_view inputs =
    R"({"user":"00u1","group":{"id":"00g1","name":"Staff"},"app":{"id":"0oa1","label":"Slack"},
    "role":{"id":"ra1","type":"APP_ADMIN"},"activate":false,"profile":{"login":"a@example.com","email":"a@example.com",
    "firstName":"A","lastName":"B"},"name":"Ops","rule":"0pr1","factor":"mbl1","groups_looked_at":3,"expect":{"groups":[{"id":"00g1","name":"Staff"}],"apps":[],"roles":[]}})";

void ask(std::string_view action, const http::response& answer, bool probe)
{
    asio::io_context loop;
    runtime::virtual_clock clock(time_point{std::chrono::seconds(1'800'000'000)});
    seeded_random chance(1);
    runtime::limiter budget;
    same_answer wire(answer);
    okta::auth_options token;
    token.origin = "https://example.okta.com";
    token.ssws = "token";
    auto who = okta::authenticator::make(token, clock, chance).value();
    okta::client client({.origin = token.origin}, wire, *who, budget, clock, chance);
    okta::directory people(client);
    okta::actions actions(client, people);
    runtime::action_request asked;
    asked.action = std::string(action);
    asked.inputs = engine::json::parse(inputs).value();
    asked.first_started = clock.now();
    bool ended = false;
    const auto done = [&](std::exception_ptr thrown, auto) {
        must(!thrown, "an answer never throws");
        ended = true;
    };
    if (probe)
        asio::co_spawn(loop, actions.probe(asked), done);
    else
        asio::co_spawn(loop, actions.attempt(asked), done);
    runtime::run_virtually(loop, clock, clock.now() + std::chrono::hours(12));
    must(ended, "every answer leads to an outcome");
}

} // namespace

void okta_answer(std::string_view bytes)
{
    const auto answer = answer_in(bytes);
    // One of each conduct, and of each sign that a look can show.
    for (const auto* action :
         {"okta.users.create", "okta.users.get", "okta.users.list", "okta.users.replace", "okta.users.deactivate",
          "okta.users.delete", "okta.users.revoke_grants", "okta.groups.create", "okta.groups.add_user",
          "okta.group_rules.activate", "okta.apps.assign_user", "okta.apps.assign_group", "okta.roles.assign",
          "okta.factors.unenroll", "okta.snapshot_access", "okta.verify_access"})
    {
        ask(action, answer, false);
        if (okta::operation_named(action).probe != okta::probe_kind::none)
            ask(action, answer, true);
    }
}

} // namespace jmld::fuzz
