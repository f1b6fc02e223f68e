// Three signs of a profile source: an app with the feature PROFILE_MASTERING, attributes of the user schema that are
// mastered elsewhere, and users whose credentials come from a directory. Which attributes one user has mastered only a
// refusal tells.
#include "connectors/okta/check_organisation.hpp"

#include "connectors/okta/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

constexpr std::size_t users_looked_at = 200;

struct signs
{
    value_list apps, attributes, unread;
    std::map<std::string, std::int64_t> providers; ///< of users, except Okta itself

    bool any() const { return !apps.empty() || !attributes.empty() || !providers.empty(); }
};

bool is_master(const value& app)
{
    const auto& features = app["features"].items();
    return std::ranges::any_of(features, [](const value& one) { return one.text_or() == "PROFILE_MASTERING"; });
}

asio::awaitable<reply> read(client& okta, std::string_view row, std::size_t items_max = 0)
{
    call_scope scope;
    scope.timeout = duration(10'000);
    call question{.row = &operation_named(row), .arguments = value::map({}), .items_max = items_max};
    auto answer = question.row->paged ? co_await okta.list(std::move(question), scope)
                                      : co_await okta.send(std::move(question), scope);
    co_return answer;
}

void note_attributes(const value& schema, signs& into)
{
    for (const auto* part : {"base", "custom"})
        for (const auto& [name, attribute] : schema["definitions"][part]["properties"].entries())
            if (attribute["master"]["type"].text_or() == "PROFILE_MASTER" ||
                attribute["master"]["type"].text_or() == "OVERRIDE")
                into.attributes.push_back(name);
}

std::string words_of(const signs& found)
{
    std::string words;
    const auto add = [&](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
    for (const auto& app : found.apps)
        add("the app " + app["label"].text_or() + " is a profile source");
    for (const auto& [provider, amount] : found.providers)
        add(fmt::format("{} of the first {} users come from {}", amount, users_looked_at, provider));
    if (!found.attributes.empty())
        add(fmt::format("{} attributes follow a profile source", found.attributes.size()));
    return words;
}

} // namespace

asio::awaitable<check_finding> who_masters_profiles(client& okta)
{
    signs found;
    auto apps = co_await read(okta, "okta.apps.list");
    if (!apps.ok())
        found.unread.push_back("apps");
    for (const auto& app : apps.body.items())
        if (apps.ok() && is_master(app) && app["status"].text_or() == "ACTIVE")
            found.apps.push_back(value::map({{"id", app["id"]}, {"name", app["name"]}, {"label", app["label"]}}));
    auto schema = co_await read(okta, "okta.schemas.get_user");
    if (schema.ok())
        note_attributes(schema.body, found);
    else
        found.unread.push_back("schema");
    auto users = co_await read(okta, "okta.users.list", users_looked_at);
    if (!users.ok())
        found.unread.push_back("users");
    for (const auto& user : users.body.items()) {
        const auto provider = user["credentials"]["provider"]["type"].text_or("OKTA");
        if (users.ok() && provider != "OKTA" && provider != "FEDERATION" && provider != "SOCIAL")
            ++found.providers[provider];
    }
    engine::value_map providers;
    for (const auto& [provider, amount] : found.providers)
        providers.emplace_back(provider, amount);
    const auto facts = value::map({{"apps", found.apps},
                                   {"providers", value(std::move(providers))},
                                   {"attributes", found.attributes},
                                   {"not_read", found.unread}});
    if (found.any())
        co_return check_finding{"profile_masters", grade::warning, words_of(found),
                                "Okta refuses to change what they master (E0000023), and an import may undo what jmld "
                                "did: make jmld the only writer, or leave these attributes out of okta_profile",
                                facts};
    if (!found.unread.empty())
        co_return check_finding{
            "profile_masters", grade::unknown, "not everything that would tell could be read", {}, facts};
    co_return check_finding{
        "profile_masters", grade::good, "no HR system or directory masters profiles inside Okta", {}, facts};
}

asio::awaitable<check_finding> rules_nearly_full(client& okta)
{
    auto rules = co_await read(okta, "okta.group_rules.list");
    if (!rules.ok())
        co_return check_finding{"rules", grade::unknown, "group rules could not be read", {}, value::map({})};
    value_list full;
    std::string words;
    for (const auto& rule : rules.body.items()) {
        const auto excluded = rule["conditions"]["people"]["users"]["exclude"].items().size();
        if (excluded < exclusions_told)
            continue;
        const auto amount = static_cast<std::int64_t>(excluded);
        full.push_back(value::map({{"id", rule["id"]}, {"name", rule["name"]}, {"excluded", amount}}));
        words += fmt::format("{}{} excludes {} of {}", words.empty() ? "" : "; ", rule["name"].text_or(), excluded,
                             exclusions_max);
    }
    const auto facts = value::map({{"rules", static_cast<std::int64_t>(rules.body.items().size())}, {"full", full}});
    if (full.empty())
        co_return check_finding{"rules", grade::good, "no group rule is near its limit of excluded people", {}, facts};
    co_return check_finding{"rules", grade::warning, words,
                            "beyond it nobody can be taken out of the rule's groups by hand: change the rule, or the "
                            "attribute that it reads",
                            facts};
}

} // namespace jmld::okta
