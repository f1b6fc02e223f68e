// Encoding and reading only. Answers of an authorization server are small: more than a megabyte is none.
#include "connectors/okta/oauth_words.hpp"

#include "engine/json/json.hpp"

namespace jmld::okta {

namespace {
constexpr duration assertion_life{300'000}; // Okta takes up to an hour; clocks differ by less than minutes
}

std::string write_form(const form_fields& fields)
{
    std::string text;
    for (const auto& [name, content] : fields)
        if (!content.empty())
            text += (text.empty() ? "" : "&") + name + "=" + http::percent_encode(content);
    return text;
}

http::request form_post(std::string_view target, const form_fields& fields)
{
    http::request message;
    message.method = "POST";
    message.target = target;
    message.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    message.body = write_form(fields);
    return message;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> found;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0)
            found.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

std::int64_t epoch_seconds(time_point when)
{
    return std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
}

std::string client_assertion(const signing_key& key, const client_claim& claim)
{
    auto header = engine::value::map({{"typ", "JWT"}});
    if (!claim.key_id.empty())
        header = header.with("kid", claim.key_id);
    return key.sign_jwt(header, engine::value::map({
                                    {"iss", claim.client_id},
                                    {"sub", claim.client_id},
                                    {"aud", claim.audience},
                                    {"iat", epoch_seconds(claim.now)},
                                    {"exp", epoch_seconds(claim.now + assertion_life)},
                                    {"jti", claim.jti},
                                }));
}

engine::value body_of(const http::response& answer)
{
    auto parsed =
        engine::json::parse(answer.body, {.depth_max = 32, .bytes_max = 1024 * 1024, .refuse_duplicate_keys = false});
    return parsed ? std::move(*parsed) : engine::value();
}

std::string header_or_empty(const http::header_list& headers, std::string_view name)
{
    const auto* found = http::find_header(headers, name);
    return found != nullptr ? *found : std::string();
}

} // namespace jmld::okta
