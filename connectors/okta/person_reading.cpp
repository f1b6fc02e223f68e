// One person with everything granted, in as few calls as Okta allows. What we may not read becomes a warning, not a
// failure, where a leaver or joiner can do without.
#include "connectors/okta/directory.hpp"

#include "connectors/okta/rules.hpp"
#include "connectors/okta/unread.hpp"

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

template <class Shape> value_list shaped(const value_list& items, Shape shape)
{
    value_list out;
    for (const auto& item : items)
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

value_list tokens_of(const value_list& tokens, std::string_view user)
{
    value_list out;
    for (const auto& token : tokens)
        if (token["userId"].text_or() == user)
            out.push_back(value::map({{"id", token["id"]}, {"name", token["name"]}}));
    return out;
}

value words_in(const std::vector<std::string>& warnings)
{
    value_list out(warnings.begin(), warnings.end());
    return value(std::move(out));
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

value nobody_image()
{
    engine::value_map none{{"user", value()}};
    for (const auto* list : {"groups", "apps", "roles", "factors", "api_tokens", "rules"})
        none.emplace_back(list, value_list{});
    return value(std::move(none));
}

/// What a snapshot builds up.
struct directory::reading
{
    call_scope scope;
    unread_parts gaps;
    std::optional<reply> failure; ///< ends the reading
    person_image seen;

    /// What was listed; empty, with a gap noted, when it may not be read.
    value_list take(reply answer, std::string_view part, std::string_view row)
    {
        if (answer.ok())
            return answer.body.items();
        if (!failure && !gaps.tolerates(answer, part, row))
            failure = std::move(answer);
        return {};
    }
    /// As take, of what no run can do without.
    value_list need(reply answer, bool partly, std::string_view part, std::string_view row)
    {
        if (partly || answer.ok())
            return take(std::move(answer), part, row);
        if (!failure)
            failure = std::move(answer);
        return {};
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
    auto groups = shaped(out.body.items(), group_entry);
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
        out.body = shaped(out.body.items(), app_entry);
    co_return out;
}

// Each list in its own call, until one of them ends the reading.
asio::awaitable<value> directory::read_lists(reading& now, value user, read_options options)
{
    const auto id = user["id"].text_or();
    const auto self = value::map({{"user", id}});
    auto of_groups = co_await read_groups(id, user["profile"], now.scope);
    auto groups = now.need(std::move(of_groups), options.partly, "groups", "okta.users.groups");
    if (now.failure)
        co_return value();
    auto of_apps = co_await read_apps(id, now.scope);
    auto apps = now.need(std::move(of_apps), options.partly, "apps", "okta.apps.list");
    if (now.failure)
        co_return value();
    auto of_roles = co_await okta_.list(listing("okta.roles.list", self), now.scope);
    auto roles = shaped(now.take(std::move(of_roles), "roles", "okta.roles.list"), role_entry);
    if (now.failure)
        co_return value();
    if (options.access_only)
        co_return value::map({{"user", user},
                              {"groups", unless_unread(now.gaps, "groups", std::move(groups))},
                              {"apps", unless_unread(now.gaps, "apps", std::move(apps))},
                              {"roles", unless_unread(now.gaps, "roles", std::move(roles))}});
    auto of_factors = co_await okta_.list(listing("okta.factors.list", self), now.scope);
    auto factors = shaped(now.take(std::move(of_factors), "factors", "okta.factors.list"), factor_entry);
    if (now.failure)
        co_return value();
    auto of_tokens = co_await okta_.list(listing("okta.api_tokens.list", value()), now.scope);
    auto tokens = tokens_of(now.take(std::move(of_tokens), "api_tokens", "okta.api_tokens.list"), id);
    if (now.failure)
        co_return value();
    auto of_rules = co_await read_rules(now.scope); // remembered from read_groups
    const value known = now.take(std::move(of_rules), "rules", "okta.group_rules.list");
    auto rules = rules_of(known, groups, id, user["profile"]);
    warn_of_full_rules(known, groups, now.seen.warnings);
    co_return value::map({{"user", user},
                          {"groups", unless_unread(now.gaps, "groups", std::move(groups))},
                          {"apps", unless_unread(now.gaps, "apps", std::move(apps))},
                          {"roles", unless_unread(now.gaps, "roles", std::move(roles))},
                          {"factors", unless_unread(now.gaps, "factors", std::move(factors))},
                          {"api_tokens", unless_unread(now.gaps, "api_tokens", std::move(tokens))},
                          {"rules", unless_unread(now.gaps, "rules", std::move(rules))}});
}

asio::awaitable<outcome<person_image>> directory::snapshot(std::string who, read_options options)
{
    reading now;
    now.scope.timeout = options.timeout;
    now.scope.urgency = options.urgency;
    auto user = co_await okta_.send(listing("okta.users.get", value::map({{"user", who}})), now.scope);
    const bool absent = user.failure && user.failure->kind == failure_kind::not_found;
    const auto found = absent ? value() : image_user(user.body, user.etag);
    if (!user.ok() && !absent)
        now.failure = std::move(user);
    else if (found.is_null())
        now.seen.image = nobody_image();
    else {
        now.scope.person = found["id"].text_or();
        now.seen.image = co_await read_lists(now, found, options);
    }
    if (now.failure) {
        auto failed = *now.failure->failure;
        failed.calls = value(std::move(now.scope.calls));
        co_return outcome<person_image>(std::move(failed));
    }
    for (const auto& gap : now.gaps.parts())
        now.seen.warnings.push_back(unread_words(gap));
    if (!now.seen.warnings.empty())
        now.seen.image = now.seen.image.with("warnings", words_in(now.seen.warnings));
    now.seen.unread = now.gaps.parts();
    now.seen.calls = value(std::move(now.scope.calls));
    co_return std::move(now.seen);
}

} // namespace jmld::okta
