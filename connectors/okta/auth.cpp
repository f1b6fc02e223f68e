// The token's life: got with a fresh assertion each time, kept until shortly before its end, got once for all who wait.
// The DPoP dance is done here; who calls only sees headers appear.
#include "connectors/okta/auth.hpp"

#include "connectors/okta/errors.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "connectors/okta/rate_headers.hpp"
#include "engine/digest.hpp"
#include "engine/ids.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;

namespace {

constexpr std::string_view token_path = "/oauth2/v1/token";
constexpr duration renew_before_end{120'000};
constexpr std::int64_t token_seconds_default = 3600;
constexpr int dance_steps_max = 4; // no proof → nonce → nonce changed meanwhile, or the clock was wrong

constexpr duration skew_tolerated{2'000}; // Date has whole seconds
constexpr duration skew_max{86'400'000};  // further off is no clock that we follow
} // namespace

std::optional<dpop_mode> parse_dpop_mode(std::string_view text)
{
    if (text == "auto")
        return dpop_mode::automatic;
    if (text == "on")
        return dpop_mode::on;
    if (text == "off")
        return dpop_mode::off;
    return std::nullopt;
}

authenticator::authenticator(auth_options options, runtime::clock& time, random_source& random)
    : options_(std::move(options)), time_(time), random_(random), dpop_(options_.dpop == dpop_mode::on)
{}

result<std::unique_ptr<authenticator>> authenticator::make(auth_options options, runtime::clock& time,
                                                           random_source& random)
{
    if (options.client_id.empty() == options.ssws.empty())
        return failure(errc::invalid_input, "Okta needs exactly one credential",
                       "give okta.auth.client_id with okta.auth.key, or okta.auth.ssws");
    std::unique_ptr<authenticator> made(new authenticator(std::move(options), time, random));
    if (made->uses_api_token())
        return made;
    auto key = signing_key::from_pem(made->options_.key_pem);
    if (!key)
        return std::unexpected(key.error());
    made->client_key_ = std::move(*key);
    auto proof_key = signing_key::generate();
    if (!proof_key)
        return std::unexpected(proof_key.error());
    made->proof_key_ = std::move(*proof_key);
    return made;
}

bool authenticator::renew()
{
    if (uses_api_token())
        return false;
    token_.reset();
    return true;
}

std::string authenticator::new_jti() { return make_ulid(time_.now(), random_); }

std::string authenticator::proof(std::string_view method, std::string_view target, std::string_view access_token)
{
    auto claims = engine::value::map({{"htm", method},
                                      {"htu", options_.origin + std::string(target.substr(0, target.find('?')))},
                                      {"iat", epoch_seconds(server_now())},
                                      {"jti", new_jti()}});
    if (access_token.empty() && !nonce_.empty())
        claims = claims.with("nonce", nonce_);
    if (!access_token.empty())
        claims = claims.with("ath", digest::base64url(digest::view(digest::sha256(access_token))));
    return proof_key_->sign_jwt(engine::value::map({{"typ", "dpop+jwt"}, {"jwk", proof_key_->public_jwk()}}), claims);
}

void authenticator::learn_time(time_point server_said)
{
    const auto ahead = server_said - time_.now();
    const auto size = ahead < duration(0) ? -ahead : ahead;
    ahead_ = size > skew_tolerated && size <= skew_max ? ahead : duration(0);
}

http::request authenticator::token_request(const std::string& scope)
{
    const auto assertion = client_assertion(*client_key_, {.client_id = options_.client_id,
                                                           .key_id = options_.key_id,
                                                           .audience = options_.origin + std::string(token_path),
                                                           .jti = new_jti(),
                                                           .now = server_now()});
    auto message = form_post(token_path, {{"grant_type", "client_credentials"},
                                          {"scope", scope},
                                          {"client_assertion_type", std::string(assertion_type)},
                                          {"client_assertion", assertion}});
    if (dpop_)
        message.headers.emplace_back("DPoP", proof(message.method, message.target, {}));
    return message;
}

// True when another request, with what was just learned, is worth sending.
bool authenticator::learn_dpop(const http::response& answer, std::string_view code)
{
    if (options_.dpop == dpop_mode::off)
        return false;
    const auto offered = header_or_empty(answer.headers, "dpop-nonce");
    if (code == "use_dpop_nonce" && !offered.empty() && offered != nonce_) {
        nonce_ = offered;
        dpop_ = true;
        return true;
    }
    if (code == "invalid_dpop_proof" && !dpop_) {
        nonce_ = offered;
        dpop_ = true;
        return true;
    }
    return false;
}

authenticator::token_result authenticator::accept(const http::response& answer)
{
    if (const auto nonce = header_or_empty(answer.headers, "dpop-nonce"); !nonce.empty())
        nonce_ = nonce;
    const auto body = body_of(answer);
    const auto text = body["access_token"].text_or();
    const auto type = body["token_type"].text_or("Bearer");
    if (text.empty() || text.find_first_of("\r\n ") != std::string::npos)
        return std::unexpected(
            token_refusal{.cause = {errc::unavailable, "the token endpoint answered without a token", {}}});
    const auto* told = body["expires_in"].if_integer();
    const auto life =
        std::chrono::seconds(std::clamp<std::int64_t>(told != nullptr ? *told : token_seconds_default, 1, 86'400));
    // Short-lived tokens (tests, rehearsals) are renewed at half their life.
    const auto margin = std::min<duration>(renew_before_end, duration(life) / 2);
    token_ = token{text, type == "DPoP" || type == "dpop", time_.now() + life - margin, time_.now() + life,
                   words_of(body["scope"].text_or(joined(options_.scopes)))};
    return {};
}

// The request as often as it takes: without a proof, with the nonce that was asked for, by the server's clock once that
// is known. Each time with a new assertion and a new proof.
asio::awaitable<std::expected<http::response, token_refusal>>
authenticator::ask_for_token(std::string scope, http::transport& wire, duration timeout,
                             std::vector<token_exchange>& exchanges)
{
    token_refusal last;
    for (int step = 0; step < dance_steps_max; ++step) {
        const auto at = time_.now();
        const auto believed = ahead_;
        auto message = token_request(scope);
        auto answer = co_await wire.send(std::move(message), timeout);
        exchanges.push_back(
            {.status = answer ? answer->status : 0,
             .request_id = answer ? header_or_empty(answer->headers, "x-okta-request-id") : std::string(),
             .at = at});
        if (!answer)
            co_return std::unexpected(token_refusal{.cause = answer.error()});
        if (const auto told = read_rate_headers(answer->headers).date)
            learn_time(*told);
        if (answer->status == 200)
            co_return std::move(*answer);
        const auto body = read_error(body_of(*answer));
        last = {.cause = {errc::unauthorized, describe_refusal(answer->status, body), {}},
                .status = answer->status,
                .headers = answer->headers,
                .code = body.code};
        const bool wrong_time = answer->status < 500 && ahead_ != believed;
        if (!learn_dpop(*answer, body.code) && !wrong_time)
            break;
    }
    co_return std::unexpected(std::move(last));
}

asio::awaitable<authenticator::token_result> authenticator::obtain(http::transport& wire, duration timeout,
                                                                   std::vector<token_exchange>& exchanges)
{
    auto answer = co_await ask_for_token(joined(options_.scopes), wire, timeout, exchanges);
    if (!answer)
        co_return std::unexpected(std::move(answer.error()));
    co_return accept(*answer);
}

asio::awaitable<std::expected<void, token_refusal>> authenticator::may_have(std::string scope, http::transport& wire,
                                                                            duration timeout)
{
    std::vector<token_exchange> exchanges;
    if (uses_api_token())
        co_return token_result{};
    auto answer = co_await ask_for_token(std::move(scope), wire, timeout, exchanges);
    if (!answer)
        co_return std::unexpected(std::move(answer.error()));
    co_return token_result{};
}

std::optional<token_view> authenticator::held() const
{
    if (!token_)
        return std::nullopt;
    return token_view{token_->dpop, token_->scopes, token_->ends_at};
}

void authenticator::pending::finish(token_result came)
{
    outcome = std::move(came);
    for (const auto& gate : std::exchange(gates, {}))
        gate->cancel();
}

asio::awaitable<authenticator::token_result> authenticator::ensure_token(http::transport& wire, duration timeout,
                                                                         std::vector<token_exchange>& exchanges)
{
    if (has_fresh_token())
        co_return token_result{};
    if (const auto running = obtaining_) {
        auto executor = co_await asio::this_coro::executor;
        auto gate = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
        running->gates.push_back(gate);
        co_await gate->async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return std::unexpected(
                token_refusal{.cause = {errc::cancelled, "stopped while waiting for a token", {}}});
        co_return running->outcome;
    }
    const auto mine = obtaining_ = std::make_shared<pending>();
    // Whatever ends this coroutine, nobody is left waiting.
    const std::shared_ptr<void> release(nullptr, [this](void*) {
        if (const auto done = std::exchange(obtaining_, nullptr))
            done->finish(std::unexpected(token_refusal{.cause = {errc::unavailable, "nobody got a token", {}}}));
    });
    auto got = co_await obtain(wire, timeout, exchanges);
    obtaining_.reset();
    mine->finish(got);
    co_return got;
}

asio::awaitable<std::expected<void, token_refusal>> authenticator::authorize(http::request& message,
                                                                             http::transport& wire, duration timeout,
                                                                             std::vector<token_exchange>& exchanges)
{
    if (uses_api_token()) {
        message.headers.emplace_back("Authorization", "SSWS " + options_.ssws);
        co_return token_result{};
    }
    auto ready = co_await ensure_token(wire, timeout, exchanges);
    if (!ready)
        co_return ready;
    const auto& held = *token_;
    message.headers.emplace_back("Authorization", (held.dpop ? "DPoP " : "Bearer ") + held.text);
    if (held.dpop)
        message.headers.emplace_back("DPoP", proof(message.method, message.target, held.text));
    co_return token_result{};
}

} // namespace jmld::okta
