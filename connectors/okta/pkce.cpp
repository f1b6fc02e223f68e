// Random bytes come from the source that is handed in; nothing else of it is not determined by the inputs.
#include "connectors/okta/pkce.hpp"

#include "connectors/okta/oauth_words.hpp"
#include "engine/digest.hpp"

namespace jmld::okta {

namespace {

std::string random_word(random_source& random, int bytes)
{
    std::string text;
    while (static_cast<int>(text.size()) < bytes) {
        auto drawn = random.next();
        for (int i = 0; i < 8 && static_cast<int>(text.size()) < bytes; ++i, drawn >>= 8)
            text += static_cast<char>(drawn & 0xff);
    }
    return digest::base64url(text);
}

} // namespace

pkce_pair make_pkce(random_source& random)
{
    auto verifier = random_word(random, 32);
    auto challenge = pkce_challenge(verifier);
    return {std::move(verifier), std::move(challenge)};
}

std::string pkce_challenge(std::string_view verifier)
{
    return digest::base64url(digest::view(digest::sha256(verifier)));
}

std::string one_time_word(random_source& random) { return random_word(random, 16); }

std::string authorization_url(const authorization_request& wanted)
{
    const auto server = wanted.issuer.find("/oauth2/") == std::string::npos ? wanted.issuer + "/oauth2" : wanted.issuer;
    return server + "/v1/authorize?" +
           write_form({{"response_type", "code"},
                       {"client_id", wanted.client_id},
                       {"redirect_uri", wanted.redirect_uri},
                       {"scope", joined(wanted.scopes)},
                       {"state", wanted.state},
                       {"nonce", wanted.nonce},
                       {"code_challenge", wanted.challenge},
                       {"code_challenge_method", wanted.challenge.empty() ? "" : "S256"}});
}

} // namespace jmld::okta
