// Who we are to Okta: an API token, or OAuth with private_key_jwt and, where the organisation asks for it, DPoP. It
// holds the only secrets of this folder, hands them out in headers only, and sends through the transport it is given.
#pragma once

#include "connectors/http_client.hpp"
#include "connectors/okta/jose.hpp"
#include "engine/random_source.hpp"
#include "engine/result.hpp"
#include "engine/runtime/clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jmld::okta {

enum class dpop_mode : std::uint8_t { automatic, on, off };
/// `auto`, `on`, `off`; nothing for anything else.
std::optional<dpop_mode> parse_dpop_mode(std::string_view text);

struct auth_options
{
    std::string origin;    ///< `https://example.okta.com`: the audience of assertions and proofs
    std::string client_id; ///< empty: `ssws` is used
    std::string key_pem;   ///< private key, PEM: RSA of at least 2048 bits, or P-256
    std::string key_id;    ///< kid; may be empty
    dpop_mode dpop = dpop_mode::automatic;
    std::vector<std::string> scopes;
    std::string ssws; ///< API token
};

/// Why no token could be had: an answer (status, headers, body), or no answer at all.
struct token_refusal
{
    error cause = {}; ///< class of the failure when there was no answer
    int status = 0;   ///< 0: no answer
    http::header_list headers = {};
    std::string code = {}; ///< OAuth's `error`
};

/// One exchange with the token endpoint, for the record.
struct token_exchange
{
    int status = 0;
    std::string request_id;
    time_point at{};
};

/// The token in hand, without its text.
struct token_view
{
    bool dpop = false;
    std::vector<std::string> scopes; ///< as Okta granted them
    time_point ends_at{};
};

/// Event loop's thread only.
class authenticator
{
public:
    /// Errors: invalid_input (neither or both credentials, a key that cannot be read or is too weak).
    static result<std::unique_ptr<authenticator>> make(auth_options options, runtime::clock& time,
                                                       random_source& random);

    /// Adds Authorization (and a fresh DPoP proof) to `message`; gets a token first when there is none or it is about
    /// to expire. Callers that arrive meanwhile wait for the same token. `exchanges` gets what was sent for it.
    boost::asio::awaitable<std::expected<void, token_refusal>>
    authorize(http::request& message, http::transport& wire, duration timeout, std::vector<token_exchange>& exchanges);
    /// The token last handed out was refused: the next authorize() gets a new one. False for an API token, which has no
    /// other.
    bool renew();
    bool uses_api_token() const { return !options_.ssws.empty(); }
    const std::string& client_id() const { return options_.client_id; }
    const std::vector<std::string>& scopes() const { return options_.scopes; }
    std::optional<token_view> held() const;
    /// Asks for a token of this scope alone, and forgets it: whether the app was granted it. Nothing is asked about an
    /// API token, which has none.
    boost::asio::awaitable<std::expected<void, token_refusal>> may_have(std::string scope, http::transport& wire,
                                                                        duration timeout);
    /// What the server's clock said just now. Assertions and proofs follow it where ours is off by more than seconds.
    void learn_time(time_point server_said);
    duration ahead() const { return ahead_; }

private:
    authenticator(auth_options options, runtime::clock& time, random_source& random);

    struct token
    {
        std::string text;
        bool dpop = false;
        time_point renew_at{}, ends_at{};
        std::vector<std::string> scopes;
    };
    using token_result = std::expected<void, token_refusal>;

    /// Somebody gets a token; others wait for what comes of it.
    struct pending
    {
        std::vector<std::shared_ptr<boost::asio::steady_timer>> gates;
        token_result outcome = {};
        void finish(token_result came);
    };

    bool has_fresh_token() const { return token_ && time_.now() < token_->renew_at; }
    boost::asio::awaitable<token_result> ensure_token(http::transport& wire, duration timeout,
                                                      std::vector<token_exchange>& exchanges);
    boost::asio::awaitable<token_result> obtain(http::transport& wire, duration timeout,
                                                std::vector<token_exchange>& exchanges);
    boost::asio::awaitable<std::expected<http::response, token_refusal>>
    ask_for_token(std::string scope, http::transport& wire, duration timeout, std::vector<token_exchange>& exchanges);
    http::request token_request(const std::string& scope);
    time_point server_now() const { return time_.now() + ahead_; }
    token_result accept(const http::response& answer);
    bool learn_dpop(const http::response& answer, std::string_view code);
    std::string proof(std::string_view method, std::string_view target, std::string_view access_token);
    std::string new_jti();

    auth_options options_;
    runtime::clock& time_;
    random_source& random_;
    std::optional<signing_key> client_key_, proof_key_;
    std::optional<token> token_;
    std::string nonce_;
    bool dpop_ = false;
    duration ahead_{0}; ///< of the server's clock before ours
    std::shared_ptr<pending> obtaining_;
};

} // namespace jmld::okta
