// Secrets are read when the way is made, the subject each time a token is needed.
#include "daemon/id_jag_way.hpp"

#include "config/secrets.hpp"
#include "connectors/https_client.hpp"
#include "engine/json/json.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

std::string origin_of(const std::string& url)
{
    const auto scheme = url.find("://");
    return url.substr(0, url.find('/', scheme == std::string::npos ? 0 : scheme + 3));
}

result<okta::client_proof> proof_of(const config::client_settings& client, const std::string& credentials)
{
    okta::client_proof proof;
    proof.client_id = client.client_id;
    proof.key_id = client.key_id;
    const auto text = config::read_secret(client.key.empty() ? client.secret : client.key, credentials);
    if (!text)
        return std::unexpected(text.error());
    if (client.key.empty()) {
        proof.secret = text->reveal();
        return proof;
    }
    auto key = okta::signing_key::from_pem(text->reveal());
    if (!key)
        return std::unexpected(key.error());
    proof.key = std::move(*key);
    return proof;
}

} // namespace

id_jag_way::id_jag_way(std::unique_ptr<http::transport> host, std::unique_ptr<http::transport> provider,
                       std::unique_ptr<http::transport> authorization_server, okta::id_jag_options options,
                       subject_reader subject, runtime::clock& time, random_source& random)
    : host_(std::move(host)), provider_(std::move(provider)), authorization_server_(std::move(authorization_server)),
      access_(std::move(options), *provider_, *authorization_server_, time, random), subject_(std::move(subject))
{}

asio::awaitable<result<http::response>> id_jag_way::send(http::request message, duration timeout)
{
    for (int turn = 0;; ++turn) {
        auto subject = subject_();
        if (!subject)
            co_return failure(errc::refused, subject.error().what);
        auto token = co_await access_.token_for(*subject);
        if (!token) // nothing was sent to the host
            co_return failure(errc::refused, "no access token: " + token.error().what);
        auto copy = message;
        std::erase_if(copy.headers, [](const auto& one) { return one.first == "Authorization"; });
        copy.headers.emplace_back("Authorization", "Bearer " + token->text);
        auto answer = co_await host_->send(std::move(copy), timeout);
        if (turn > 0 || !answer || answer->status != 401)
            co_return answer;
        access_.forget(*subject);
    }
}

result<okta::subject_token> subject_in(const std::string& text, const std::string& type)
{
    if (text.starts_with("{")) {
        const auto kept = engine::json::parse(text);
        if (!kept)
            return failure(errc::invalid_input, "the subject is neither a token nor what 'jmlctl okta login' keeps");
        if (auto token = (*kept)["refresh_token"].text_or(); !token.empty())
            return okta::subject_token{okta::subject_kind::refresh_token, std::move(token)};
        return okta::subject_token{okta::subject_kind::id_token, (*kept)["id_token"].text_or()};
    }
    const auto kind = type == "refresh_token" ? okta::subject_kind::refresh_token
                      : type == "saml2"       ? okta::subject_kind::saml2
                                              : okta::subject_kind::id_token;
    return okta::subject_token{kind, text};
}

result<std::unique_ptr<http::transport>>
with_id_jag(std::unique_ptr<http::transport> host, const config::id_jag_settings& settings,
            const config::okta_settings& okta, const std::string& credentials_directory,
            const asio::any_io_executor& executor, runtime::clock& time, random_source& random)
{
    auto provider = http::make_client(executor, {.origin = okta.org, .ca_file = okta.ca});
    if (!provider)
        return std::unexpected(provider.error());
    const auto server = origin_of(settings.token_url);
    // The organisation itself may be the resource's authorization server: then its certificate is trusted as it is
    // there.
    auto authorization_server =
        http::make_client(executor, {.origin = server, .ca_file = server == okta.org ? okta.ca : std::string()});
    if (!authorization_server)
        return std::unexpected(authorization_server.error());
    auto at_okta = proof_of(settings.at_okta, credentials_directory);
    auto at_resource = proof_of(settings.at_resource, credentials_directory);
    if (!at_okta || !at_resource)
        return std::unexpected(at_okta ? at_resource.error() : at_okta.error());
    okta::id_jag_options options;
    options.token_url = okta.org + "/oauth2/v1/token";
    options.at_provider = std::move(*at_okta);
    options.audience = settings.audience;
    options.resource_token_url = settings.token_url;
    options.at_resource = std::move(*at_resource);
    options.resource = settings.resource;
    options.scopes = settings.scopes;
    const auto subject = [reference = settings.subject, type = settings.subject_type,
                          credentials_directory]() -> result<okta::subject_token> {
        const auto text = config::read_secret(reference, credentials_directory);
        if (!text)
            return std::unexpected(text.error());
        return subject_in(text->reveal(), type);
    };
    return std::make_unique<id_jag_way>(std::move(host), std::move(*provider), std::move(*authorization_server),
                                        std::move(options), subject, time, random);
}

} // namespace jmld::daemon
