// One person with everything granted, in as few calls as Okta allows. What we may not read becomes a warning, not a
// failure, where a leaver or joiner can do without.
#include "connectors/okta/directory.hpp"

#include "connectors/okta/rules.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::value;
using engine::value_list;

namespace {

constexpr duration rules_remembered{5'000}; // hires that come together share one listing; a change is seen soon after

call listing(std::string_view row, value arguments)
{
    return {.row = &operation_named(row), .arguments = std::move(arguments)};
}

bool may_be_missing(const reply& answer)
{
    return answer.failure &&
           (answer.failure->kind == failure_kind::forbidden || answer.failure->kind == failure_kind::not_found);
}

value group_entry(const value& group)
{
    return value::map({{"id", group["id"]},
                       {"name", group["profile"]["name"]},
                       {"type", group["type"].text_or("OKTA_GROUP")},
                       {"membership", "direct"},
                       {"rule", value()}});
}

/// The last segment of a link's address.
value id_in_link(const value& link)
{
    const auto address = link["href"].text_or();
    const auto slash = address.rfind('/');
    return slash == std::string::npos ? value() : value(address.substr(slash + 1));
}

value app_entry(const value& app)
{
    const auto& user = app["_embedded"]["user"];
    const auto scope = user["scope"].text_or("USER");
    return value::map({{"id", app["id"]},
                       {"label", app["label"]},
                       {"scope", scope},
                       {"via", scope == "GROUP" ? id_in_link(user["_links"]["group"]) : value()},
                       {"status", user["status"]},
                       {"sync_state", user["syncState"]},
                       {"app_status", app["status"]}});
}

value role_entry(const value& role)
{
    return value::map({{"id", role["id"]},
                       {"type", role["type"]},
                       {"label", role["label"]},
                       {"assignmentType", role["assignmentType"].text_or("USER")}});
}

value factor_entry(const value& factor)
{
    return value::map({{"id", factor["id"]}, {"factorType", factor["factorType"]}, {"status", factor["status"]}});
}

template <class Shape> value_list shaped(const value& items, Shape shape)
{
    value_list out;
    for (const auto& item : items.items())
        if (item["id"].is_text())
            out.push_back(shape(item));
    return out;
}

/// Those that concern the person: a group of theirs, a match, or a `!=` that clearing an attribute would make match.
value_list rules_of(const value& rules, const value_list& groups, const std::string& user, const value& profile)
{
    value_list out;
    for (const auto& rule : rules.items()) {
        const bool matches = applies(rule, user, profile) == rule_verdict::matches;
        const bool gives =
            std::ranges::any_of(groups, [&](const value& g) { return holds(rule["groups"], g["id"].text_or()); });
        if (matches || gives || rule["operator"].text_or() == "!=")
            out.push_back(rule.without("exclude").with("matches", matches));
    }
    return out;
}

/// A rule that gives one of these groups and can exclude hardly anybody more.
void warn_of_full_rules(const value& rules, const value_list& groups, std::vector<std::string>& warnings)
{
    for (const auto& rule : rules.items()) {
        const auto excluded = rule["exclude"].items().size();
        const bool gives =
            std::ranges::any_of(groups, [&](const value& g) { return holds(rule["groups"], g["id"].text_or()); });
        if (gives && excluded >= exclusions_told)
            warnings.push_back("the rule " + rule["name"].text_or() + " excludes " + std::to_string(excluded) + " of " +
                               std::to_string(exclusions_max) + " people");
    }
}

value_list tokens_of(const value& tokens, std::string_view user)
{
    value_list out;
    for (const auto& token : tokens.items())
        if (token["userId"].text_or() == user)
            out.push_back(value::map({{"id", token["id"]}, {"name", token["name"]}}));
    return out;
}

} // namespace

value image_user(const value& user, std::string_view etag)
{
    if (!user["id"].is_text())
        return {};
    return value::map({{"id", user["id"]},
                       {"status", user["status"]},
                       {"transitioning", user["transitioningToStatus"]},
                       {"created", user["created"]},
                       {"activated", user["activated"]},
                       {"last_changed", user["lastUpdated"]},
                       {"profile", user["profile"].is_map() ? user["profile"] : value(engine::value_map{})},
                       {"provider", user["credentials"]["provider"]["type"]},
                       {"has_password", user["credentials"]["password"].is_map()},
                       {"etag", etag.empty() ? value() : value(etag)}});
}

/// What a snapshot builds up. Lists that may not be read stay empty, with a warning.
struct directory::reading
{
    call_scope scope;
    std::vector<std::string> warnings;

    /// False when the reading must end with this answer's failure.
    bool tolerates(reply& answer, std::string_view what)
    {
        if (answer.ok())
            return true;
        if (!may_be_missing(answer))
            return false;
        warnings.push_back(std::string(what) + " could not be read: " + answer.failure->detail);
        answer.body = value_list{};
        return true;
    }
};

bool directory::has_fresh_rules() const { return rules_.has_value() && rules_->until > okta_.time().now(); }

reply directory::from_memory() const
{
    reply out;
    out.body = rules_->content;
    return out;
}

asio::awaitable<reply> directory::read_rules(call_scope& scope)
{
    if (has_fresh_rules())
        co_return from_memory();
    auto out = co_await okta_.list(listing("okta.group_rules.list", value()), scope);
    if (!out.ok())
        co_return out;
    value_list readable;
    for (const auto& rule : out.body.items())
        if (auto one = readable_rule(rule); !one.is_null())
            readable.push_back(std::move(one));
    out.body = std::move(readable);
    rules_ = {out.body, okta_.time().now() + rules_remembered};
    co_return out;
}

// Okta's list of groups does not say how one became a member. A rule that matches and names the group gives it; where a
// rule cannot be understood Okta is asked, and where Okta does not know the call either, the rule is assumed: better
// left than broken.
asio::awaitable<void> directory::mark_unclear(value_list& groups, const std::string& user, const value& rules,
                                              call_scope& scope)
{
    for (auto& group : groups) {
        const auto& rule = group["rule"];
        if (group["membership"].text_or() != "unclear")
            continue;
        call question{.row = &operation_named("okta.groups.rules_of_member")};
        question.arguments = value::map({{"group", group["id"]}, {"user", user}});
        const auto answer = co_await okta_.list(std::move(question), scope);
        const bool by_rule = !answer.ok() || !answer.body.items().empty();
        group = group.with("membership", by_rule ? "rule" : "direct").with("rule", by_rule ? rule : value());
    }
}

asio::awaitable<reply> directory::read_groups(std::string user, value profile, call_scope& scope)
{
    auto out = co_await okta_.list(listing("okta.users.groups", value::map({{"user", user}})), scope);
    if (!out.ok())
        co_return out;
    auto groups = shaped(out.body, group_entry);
    auto rules = co_await read_rules(scope);
    if (!rules.ok() && !may_be_missing(rules))
        co_return rules;
    const value known = rules.ok() ? rules.body : value(value_list{});
    for (auto& group : groups) {
        for (const auto& rule : known.items()) {
            if (!holds(rule["groups"], group["id"].text_or()))
                continue;
            const auto verdict = applies(rule, user, profile);
            if (verdict == rule_verdict::matches) {
                group = group.with("membership", "rule").with("rule", rule["id"]);
                break;
            }
            if (verdict == rule_verdict::unclear)
                group = group.with("membership", "unclear").with("rule", rule["id"]);
        }
    }
    co_await mark_unclear(groups, user, known, scope);
    out.body = std::move(groups);
    co_return out;
}

asio::awaitable<reply> directory::read_apps(std::string user, call_scope& scope)
{
    auto arguments = value::map({{"filter", equals("user.id", user)}, {"expand", "user/" + user}});
    auto out = co_await okta_.list(listing("okta.apps.list", std::move(arguments)), scope);
    if (out.ok())
        out.body = shaped(out.body, app_entry);
    co_return out;
}

asio::awaitable<outcome<person_image>> directory::snapshot(std::string who, read_options options)
{
    reading now;
    now.scope.timeout = options.timeout;
    now.scope.urgency = options.urgency;
    const auto failed = [&](const reply& answer) {
        auto failure = *answer.failure;
        failure.calls = value(now.scope.calls);
        return outcome<person_image>(std::move(failure));
    };
    auto user = co_await okta_.send(listing("okta.users.get", value::map({{"user", who}})), now.scope);
    const bool absent = user.failure && user.failure->kind == failure_kind::not_found;
    if (!user.ok() && !absent)
        co_return failed(user);
    value_list groups, apps, roles, factors, tokens, rules;
    const auto found = absent ? value() : image_user(user.body, user.etag);
    if (!found.is_null()) {
        const auto id = found["id"].text_or();
        now.scope.person = id;
        const auto self = value::map({{"user", id}});
        auto of_groups = co_await read_groups(id, found["profile"], now.scope);
        if (!of_groups.ok())
            co_return failed(of_groups);
        auto of_apps = co_await read_apps(id, now.scope);
        if (!of_apps.ok())
            co_return failed(of_apps);
        auto of_roles = co_await okta_.list(listing("okta.roles.list", self), now.scope);
        if (!now.tolerates(of_roles, "administrator roles"))
            co_return failed(of_roles);
        auto of_factors = co_await okta_.list(listing("okta.factors.list", self), now.scope);
        if (!now.tolerates(of_factors, "factors"))
            co_return failed(of_factors);
        auto of_tokens = co_await okta_.list(listing("okta.api_tokens.list", value()), now.scope);
        if (!now.tolerates(of_tokens, "API tokens"))
            co_return failed(of_tokens);
        auto of_rules = co_await read_rules(now.scope); // remembered from read_groups
        if (!now.tolerates(of_rules, "group rules"))
            co_return failed(of_rules);
        groups = of_groups.body.items();
        apps = of_apps.body.items();
        roles = shaped(of_roles.body, role_entry);
        factors = shaped(of_factors.body, factor_entry);
        tokens = tokens_of(of_tokens.body, id);
        rules = rules_of(of_rules.body, groups, id, found["profile"]);
        warn_of_full_rules(of_rules.body, groups, now.warnings);
    }
    person_image seen;
    seen.image = value::map({{"user", found},
                             {"groups", std::move(groups)},
                             {"apps", std::move(apps)},
                             {"roles", std::move(roles)},
                             {"factors", std::move(factors)},
                             {"api_tokens", std::move(tokens)},
                             {"rules", std::move(rules)}});
    seen.warnings = std::move(now.warnings);
    seen.calls = value(std::move(now.scope.calls));
    co_return seen;
}

} // namespace jmld::okta
