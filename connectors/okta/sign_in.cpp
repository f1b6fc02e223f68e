// Forms out, tokens in. Between two questions about a device it waits as long as the server says, and longer when it is
// told that it hurries.
#include "connectors/okta/sign_in.hpp"

#include "connectors/okta/errors.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr duration exchange_timeout{30'000};
constexpr duration hurry_penalty{5'000}; // RFC 8628: slow_down adds five seconds
constexpr std::string_view device_grant = "urn:ietf:params:oauth:grant-type:device_code";

std::string endpoint_of(const native_app& app, std::string_view what)
{
    return "/oauth2/" + (app.server.empty() ? std::string() : http::percent_encode(app.server) + "/") + "v1/" +
           std::string(what);
}

duration seconds_in(const value& said, duration otherwise)
{
    const auto* number = said.if_integer();
    return number == nullptr || *number < 1 || *number > 86'400 ? otherwise : duration(*number * 1'000);
}

value claims_of(std::string_view token)
{
    const auto first = token.find('.');
    const auto second = first == token.npos ? token.npos : token.find('.', first + 1);
    if (second == token.npos)
        return {};
    const auto text = digest::base64url_decode(token.substr(first + 1, second - first - 1));
    auto parsed = text ? engine::json::parse(*text) : failure(errc::invalid_input, "no base64url");
    return parsed ? std::move(*parsed) : value();
}

person_tokens tokens_in(const value& body, time_point now)
{
    person_tokens got;
    got.access_token = body["access_token"].text_or();
    got.id_token = body["id_token"].text_or();
    got.refresh_token = body["refresh_token"].text_or();
    got.scopes = words_of(body["scope"].text_or());
    got.ends_at = now + seconds_in(body["expires_in"], duration(3'600'000));
    got.claims = claims_of(got.id_token);
    return got;
}

asio::awaitable<result<http::response>> post(http::transport& wire, std::string target, form_fields fields)
{
    auto message = form_post(target, fields);
    auto answer = co_await wire.send(std::move(message), exchange_timeout);
    co_return answer;
}

error refusal_of(const http::response& answer)
{
    return {errc::unauthorized, describe_refusal(answer.status, read_error(body_of(answer))), {}};
}

asio::awaitable<result<person_tokens>> ask_once(const native_app& app, form_fields fields, http::transport& wire,
                                                runtime::clock& time)
{
    fields.emplace_back("client_id", app.client_id);
    auto answer = co_await post(wire, endpoint_of(app, "token"), std::move(fields));
    if (!answer)
        co_return std::unexpected(answer.error());
    if (answer->status != 200)
        co_return std::unexpected(refusal_of(*answer));
    auto got = tokens_in(body_of(*answer), time.now());
    if (got.access_token.empty())
        co_return failure(errc::unavailable, "the token endpoint answered without a token");
    co_return got;
}

device_prompt prompt_in(const value& body)
{
    return {body["user_code"].text_or(), body["verification_uri"].text_or(),
            body["verification_uri_complete"].text_or(), seconds_in(body["expires_in"], duration(600'000))};
}

} // namespace

asio::awaitable<result<person_tokens>> sign_in_on_device(native_app app, http::transport& wire, runtime::clock& time,
                                                         std::function<void(const device_prompt&)> prompt)
{
    auto begun = co_await post(wire, endpoint_of(app, "device/authorize"),
                               {{"client_id", app.client_id}, {"scope", joined(app.scopes)}});
    if (!begun)
        co_return std::unexpected(begun.error());
    const auto body = body_of(*begun);
    const auto code = body["device_code"].text_or();
    if (begun->status != 200 || code.empty())
        co_return std::unexpected(refusal_of(*begun));
    const auto shown = prompt_in(body);
    prompt(shown);
    const auto end = time.now() + shown.expires_in;
    auto pause = seconds_in(body["interval"], duration(5'000));
    while (time.now() + pause < end) {
        const bool woken = co_await time.wait_until(time.now() + pause);
        if (!woken)
            co_return failure(errc::cancelled, "stopped while waiting for the sign-in");
        const form_fields question{
            {"grant_type", std::string(device_grant)}, {"device_code", code}, {"client_id", app.client_id}};
        auto answer = co_await post(wire, endpoint_of(app, "token"), question);
        if (!answer) // a lost answer costs a turn, not the sign-in
            continue;
        if (answer->status == 200)
            co_return tokens_in(body_of(*answer), time.now());
        const auto refused = read_error(body_of(*answer));
        if (refused.code == "expired_token")
            break;
        if (refused.code == "slow_down" || answer->status == 429)
            pause += hurry_penalty;
        else if (refused.code != "authorization_pending" && answer->status < 500)
            co_return std::unexpected(refusal_of(*answer));
    }
    co_return failure(errc::timed_out, "nobody signed in with the code in time", "begin again");
}

asio::awaitable<result<person_tokens>> exchange_code(native_app app, code_exchange what, http::transport& wire,
                                                     runtime::clock& time)
{
    auto got = co_await ask_once(app,
                                 {{"grant_type", "authorization_code"},
                                  {"code", what.code},
                                  {"redirect_uri", what.redirect_uri},
                                  {"code_verifier", what.verifier}},
                                 wire, time);
    co_return got;
}

asio::awaitable<result<person_tokens>> refresh_tokens(native_app app, std::string refresh_token, http::transport& wire,
                                                      runtime::clock& time)
{
    auto got = co_await ask_once(
        app, {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}, {"scope", joined(app.scopes)}}, wire,
        time);
    co_return got;
}

} // namespace jmld::okta
