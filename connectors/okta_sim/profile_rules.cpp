// The checks behind E0000001 for users. Which of them a real organisation relaxes by its schema is not imitated.
#include "connectors/okta_sim/profile_rules.hpp"

#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace jmld::okta_sim {
namespace {

constexpr auto base_names = std::to_array<std::string_view>({"login",
                                                             "email",
                                                             "secondEmail",
                                                             "firstName",
                                                             "lastName",
                                                             "middleName",
                                                             "honorificPrefix",
                                                             "honorificSuffix",
                                                             "title",
                                                             "displayName",
                                                             "nickName",
                                                             "profileUrl",
                                                             "primaryPhone",
                                                             "mobilePhone",
                                                             "streetAddress",
                                                             "city",
                                                             "state",
                                                             "zipCode",
                                                             "countryCode",
                                                             "postalAddress",
                                                             "preferredLanguage",
                                                             "locale",
                                                             "timezone",
                                                             "userType",
                                                             "employeeNumber",
                                                             "costCenter",
                                                             "organization",
                                                             "division",
                                                             "department",
                                                             "managerId",
                                                             "manager"});

bool looks_like_email(std::string_view text)
{
    auto const at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
        text.find('@', at + 1) != std::string_view::npos)
        return false;
    return text.find_first_of(" :,;<>()\t\n") == std::string_view::npos;
}

void check_text(const value& profile, std::string_view key, std::size_t longest, std::vector<std::string>& causes)
{
    auto const text = profile[key].text_or();
    if (text.empty())
        causes.push_back(fmt::format("{}: The field cannot be left blank", key));
    else if (character_count(text) > longest)
        causes.push_back(fmt::format("{}: The field cannot exceed {} characters", key, longest));
}

void check_login(const organisation_data& org, const value& profile, const std::string& self,
                 std::vector<std::string>& causes)
{
    auto const login = profile["login"].text_or();
    if (login.empty())
        return;
    if (character_count(login) < 5)
        causes.emplace_back("login: Username must be between 5 and 100 characters");
    if (!looks_like_email(login))
        causes.emplace_back("login: Username must be in the form of an email address");
    auto const holder = org.logins.find(fold_login(login));
    if (holder != org.logins.end() && holder->second != self)
        causes.emplace_back("login: An object with this field already exists in the current organization");
}

} // namespace

std::span<const std::string_view> base_attributes() { return base_names; }

bool is_base_attribute(std::string_view name) { return std::ranges::find(base_names, name) != base_names.end(); }

std::vector<std::string> custom_attributes(const organisation_data& org)
{
    if (org.profile_attributes)
        return *org.profile_attributes;
    std::set<std::string> names{"universalId"};
    for (auto const& [id, who] : org.users) {
        for (auto const& [key, entry] : who.profile.entries()) {
            if (!is_base_attribute(key))
                names.insert(key);
        }
    }
    return {names.begin(), names.end()};
}

std::vector<std::string> profile_complaints(const organisation_data& org, const value& profile, const std::string& self)
{
    std::vector<std::string> causes;
    for (auto const& [key, entry] : profile.entries()) {
        auto const& custom = org.profile_attributes;
        if (custom && !is_base_attribute(key) && std::ranges::find(*custom, key) == custom->end())
            causes.push_back(fmt::format("Property name '{}' is not defined in profile", key));
        if (has_four_byte_character(entry.text_or()))
            causes.push_back(fmt::format("{}: Only characters of up to three UTF-8 bytes are supported", key));
    }
    check_text(profile, "login", 100, causes);
    check_text(profile, "email", 100, causes);
    check_text(profile, "firstName", 50, causes);
    check_text(profile, "lastName", 50, causes);
    if (auto const email = profile["email"].text_or(); !email.empty() && !looks_like_email(email))
        causes.emplace_back("email: Does not match required pattern");
    check_login(org, profile, self, causes);
    return causes;
}

} // namespace jmld::okta_sim
