// Two legs, each a form. What the provider answers must say that it is an ID-JAG: any other token would be somebody's
// access in the wrong hands.
#include "connectors/okta/id_jag.hpp"

#include "connectors/okta/errors.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "engine/digest.hpp"
#include "engine/ids.hpp"

namespace jmld::okta {

namespace asio = boost::asio;

namespace {

constexpr duration exchange_timeout{30'000};
constexpr duration margin{30'000};
constexpr std::string_view exchange_grant = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view assertion_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::string_view jag_type = "urn:ietf:params:oauth:token-type:id-jag";

std::string type_of(subject_kind kind)
{
    switch (kind) {
    case subject_kind::id_token:
        return "urn:ietf:params:oauth:token-type:id_token";
    case subject_kind::saml2:
        return "urn:ietf:params:oauth:token-type:saml2";
    case subject_kind::refresh_token:
        return "urn:ietf:params:oauth:token-type:refresh_token";
    }
    return {};
}

std::string path_of(const std::string& url)
{
    const auto scheme = url.find("://");
    const auto slash = scheme == std::string::npos ? std::string::npos : url.find('/', scheme + 3);
    return slash == std::string::npos ? "/" : url.substr(slash);
}

void prove(form_fields& fields, const client_proof& who, const std::string& token_url, runtime::clock& time,
           random_source& random)
{
    if (who.key) {
        const auto now = time.now();
        fields.emplace_back("client_assertion_type", assertion_type);
        fields.emplace_back("client_assertion", client_assertion(*who.key, {.client_id = who.client_id,
                                                                            .key_id = who.key_id,
                                                                            .audience = token_url,
                                                                            .jti = make_ulid(now, random),
                                                                            .now = now}));
    } else {
        fields.emplace_back("client_id", who.client_id);
        fields.emplace_back("client_secret", who.secret);
    }
}

result<engine::value> read_answer(const result<http::response>& answer, std::string_view whose)
{
    if (!answer)
        return std::unexpected(answer.error());
    auto body = body_of(*answer);
    if (answer->status != 200)
        return failure(errc::unauthorized,
                       std::string(whose) + ": " + describe_refusal(answer->status, read_error(body)));
    if (body["access_token"].text_or().empty())
        return failure(errc::unavailable, std::string(whose) + " answered without a token");
    return body;
}

bearer_token token_in(const engine::value& body, time_point now, std::int64_t otherwise_seconds)
{
    const auto* told = body["expires_in"].if_integer();
    const auto life = std::clamp<std::int64_t>(told == nullptr ? otherwise_seconds : *told, 1, 86'400);
    return {body["access_token"].text_or(), now + duration(life * 1'000)};
}

} // namespace

id_jag::id_jag(id_jag_options options, http::transport& provider, http::transport& resource, runtime::clock& time,
               random_source& random)
    : options_(std::move(options)), provider_(provider), resource_(resource), time_(time), random_(random)
{}

bool id_jag::is_fresh(const bearer_token& one) const { return !one.text.empty() && time_.now() + margin < one.ends_at; }

void id_jag::forget(const subject_token& subject) { held_.erase(digest::sha256_hex(subject.text)); }

asio::awaitable<result<bearer_token>> id_jag::identity_assertion(const subject_token& subject)
{
    form_fields fields{{"grant_type", std::string(exchange_grant)},
                       {"requested_token_type", std::string(jag_type)},
                       {"audience", options_.audience},
                       {"resource", options_.resource},
                       {"scope", joined(options_.scopes)},
                       {"subject_token", subject.text},
                       {"subject_token_type", type_of(subject.kind)}};
    prove(fields, options_.at_provider, options_.token_url, time_, random_);
    auto message = form_post(path_of(options_.token_url), fields);
    auto answer = co_await provider_.send(std::move(message), exchange_timeout);
    auto body = read_answer(answer, "the identity provider");
    if (!body)
        co_return std::unexpected(body.error());
    if ((*body)["issued_token_type"].text_or() != jag_type)
        co_return failure(errc::unauthorized, "the identity provider answered with another token than an ID-JAG");
    co_return token_in(*body, time_.now(), 300);
}

asio::awaitable<result<bearer_token>> id_jag::access_token(const std::string& assertion)
{
    form_fields fields{
        {"grant_type", std::string(assertion_grant)}, {"assertion", assertion}, {"scope", joined(options_.scopes)}};
    prove(fields, options_.at_resource, options_.resource_token_url, time_, random_);
    auto message = form_post(path_of(options_.resource_token_url), fields);
    auto answer = co_await resource_.send(std::move(message), exchange_timeout);
    auto body = read_answer(answer, "the resource's authorization server");
    if (!body)
        co_return std::unexpected(body.error());
    co_return token_in(*body, time_.now(), 3'600);
}

asio::awaitable<result<bearer_token>> id_jag::token_for(subject_token subject)
{
    if (subject.text.empty())
        co_return failure(errc::invalid_input, "nobody's identity is at hand: this run was not started by a person",
                          "use client_credentials for work without a person");
    std::erase_if(held_,
                  [this](const auto& one) { return !is_fresh(one.second.access) && !is_fresh(one.second.assertion); });
    const auto key = digest::sha256_hex(subject.text);
    if (is_fresh(held_[key].access))
        co_return held_[key].access;
    auto assertion = held_[key].assertion;
    if (!is_fresh(assertion)) {
        auto asked = co_await identity_assertion(subject);
        if (!asked)
            co_return std::unexpected(asked.error());
        assertion = *asked;
    }
    auto access = co_await access_token(assertion.text);
    if (!access) {
        held_.erase(key); // whatever was wrong with it, the next one begins anew
        co_return std::unexpected(access.error());
    }
    held_[key] = {assertion, *access};
    co_return *access;
}

} // namespace jmld::okta
