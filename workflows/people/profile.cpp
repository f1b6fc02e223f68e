// A worker as an Okta profile, and the login by the policy's pattern. What HR did not say is left out; it never says
// "clear".
#include "workflows/people/profile.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;
using engine::value_map;

constexpr std::size_t login_length_max = 100; // Okta: 5 to 100 characters

bool is_login_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '+';
}

std::string ascii_lower(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

// Dots stand between names: where a name gave nothing, its dot goes too.
std::string tidy(std::string_view local)
{
    std::string tidied;
    for (const char c : local)
        if (is_login_character(c) && !(c == '.' && (tidied.empty() || tidied.back() == '.')))
            tidied += c;
    while (!tidied.empty() &&
           !((tidied.back() >= 'a' && tidied.back() <= 'z') || (tidied.back() >= '0' && tidied.back() <= '9')))
        tidied.pop_back();
    return tidied;
}

// The pattern's own punctuation stays, that of names does not: names are made plain before they are put in.
value plain_names(const worker& who)
{
    return to_value(who)
        .with("given_name", transliterate(who.given_name))
        .with("family_name", transliterate(who.family_name))
        .with("preferred_name", transliterate(who.preferred_name));
}

std::string without_name(const worker& who)
{
    for (const auto& text : {who.id, who.universal_id})
        if (auto plain = transliterate(text); !plain.empty())
            return plain;
    return "user";
}

std::string join(std::string local, std::string_view domain)
{
    const auto room = domain.size() < login_length_max ? login_length_max - domain.size() : 1;
    if (local.size() > room)
        local = tidy(local.substr(0, room));
    return local + std::string(domain);
}

std::string first_of(std::initializer_list<std::string> texts)
{
    for (const auto& text : texts)
        if (auto kept = storable(text); !kept.empty())
            return kept;
    return {};
}

/// As first_of(), cut to what Okta takes as a name; counted in characters, none is cut in two.
std::string name_of(std::initializer_list<std::string> texts)
{
    constexpr int characters_max = 50;
    auto name = first_of(texts);
    int characters = 0;
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(name[at]) & 0xC0U) != 0x80U;
        if (begins && ++characters > characters_max) {
            name.resize(at);
            break;
        }
    }
    return name;
}

void put(value_map& profile, std::string_view attribute, const std::string& text)
{
    if (auto kept = storable(text); !kept.empty())
        profile.emplace_back(attribute, value(std::move(kept)));
}

} // namespace

result<std::string> wanted_login(const worker& who, const policy& rules)
{
    const auto person = plain_names(who);
    const auto made = rules.login.compiled.evaluate(
        [&person](std::string_view root) { return root == "person" ? &person : nullptr; });
    if (!made)
        return failure(errc::invalid_input, "the login pattern of the policy cannot be filled: " + made.error().what,
                       "change policy.login.pattern, or have HR send what it reads");
    const auto text = ascii_lower(made->text_or());
    const auto at = text.rfind('@');
    auto local = tidy(text.substr(0, at));
    const auto domain = at == std::string::npos ? std::string{} : text.substr(at);
    if (local.empty())
        local = without_name(who);
    return join(std::move(local), domain);
}

std::string login_candidate(std::string_view login, int number)
{
    if (number <= 1)
        return std::string(login);
    const auto at = login.rfind('@');
    const auto domain = at == std::string_view::npos ? std::string_view{} : login.substr(at);
    const auto suffix = std::to_string(number);
    const auto room = login_length_max - std::min(login_length_max, domain.size() + suffix.size());
    return std::string(login.substr(0, at).substr(0, room)) + suffix + std::string(domain);
}

result<value> okta_profile(const worker& who, const policy& rules, const profile_options& options)
{
    std::string login = options.current_login;
    if (login.empty() || options.rename) {
        auto made = wanted_login(who, rules);
        if (!made)
            return std::unexpected(std::move(made.error()));
        login = std::move(*made);
    }
    // Okta demands both names; somebody with one name only gets it twice.
    const auto first = name_of({who.given_name, who.family_name, who.preferred_name, who.id, "-"});
    const auto last = name_of({who.family_name, who.given_name, who.preferred_name, who.id, "-"});
    value_map profile;
    put(profile, "login", login);
    put(profile, "email", who.email.empty() ? login : who.email);
    put(profile, "firstName", first);
    put(profile, "lastName", last);
    put(profile, "displayName", first_of({who.preferred_name, first + " " + last}));
    put(profile, "employeeNumber", who.id);
    put(profile, "department", who.department);
    put(profile, "title", who.title);
    put(profile, "userType", who.kind);
    put(profile, "manager", who.manager.name);
    put(profile, "managerId", who.manager.id);
    put(profile, "organization", who.organisation);
    put(profile, "costCenter", who.cost_center);
    if (options.has_universal_id)
        put(profile, "universalId", who.universal_id);
    return value(std::move(profile));
}

} // namespace jmld::workflows
