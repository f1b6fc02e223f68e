// The looks in their order. Each makes as few calls as tell it: every answer also teaches the limits and the clock.
#include "connectors/okta/check.hpp"

#include "connectors/okta/check_organisation.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "connectors/okta/permissions.hpp"
#include "connectors/okta/rate_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::value;
using engine::value_list;

namespace {

constexpr duration patience_for_one{10'000};
constexpr duration skew_good{5'000}, skew_max{300'000}; // Okta refuses proofs that are five minutes off

class examination
{
public:
    examination(check_services with, std::vector<needed_scope> needed) : with_(with), needed_(std::move(needed)) {}

    asio::awaitable<std::vector<check_finding>> run()
    {
        co_await look_at_reach();
        if (reached_)
            co_await look_at_sign_in();
        else
            skip("auth", "not looked at: Okta was not reached");
        if (signed_in_) {
            co_await look_at_scopes();
            co_await look_at_permissions();
        } else {
            co_await look_for_refused_scopes();
            skip("permissions", "not looked at: nobody let us in");
        }
        tell_the_clock();
        tell_the_limits();
        if (signed_in_) {
            auto masters = co_await who_masters_profiles(with_.okta);
            found_.push_back(std::move(masters));
            auto rules = co_await rules_nearly_full(with_.okta);
            found_.push_back(std::move(rules));
        } else {
            skip("profile_masters", "not looked at: nobody let us in");
            skip("rules", "not looked at: nobody let us in");
        }
        co_return std::move(found_);
    }

private:
    void add(std::string name, grade how, std::string what, std::string advice = {}, value facts = value::map({}))
    {
        found_.push_back({std::move(name), how, std::move(what), std::move(advice), std::move(facts)});
    }
    void skip(std::string name, std::string why) { add(std::move(name), grade::unknown, std::move(why)); }
    call_scope own_scope() const
    {
        call_scope scope;
        scope.timeout = patience_for_one;
        return scope;
    }

    // Anybody may ask for this; that somebody answers is enough.
    asio::awaitable<void> look_at_reach()
    {
        http::request question;
        question.method = "GET";
        question.target = "/.well-known/okta-organization";
        question.headers = {{"Accept", "application/json"}};
        const auto sent = with_.okta.time().now();
        auto answer = co_await with_.wire.send(std::move(question), patience_for_one);
        const auto took = with_.okta.time().now() - sent;
        const bool secure = with_.origin.starts_with("https://");
        reached_ = answer.has_value();
        if (!reached_) {
            add("reach", grade::failed, with_.origin + " cannot be reached: " + answer.error().what,
                "okta.org, the name server, a firewall or proxy, and okta.ca are what to look at");
            skip("tls", "not looked at: Okta was not reached");
            co_return;
        }
        if (const auto told = read_rate_headers(answer->headers).date)
            skew_ = *told + duration(500) - (sent + took / 2);
        add("reach", grade::good, fmt::format("{} answers in {} ms", with_.origin, took.count()), {},
            value::map({{"milliseconds", took.count()}, {"status", answer->status}}));
        if (secure)
            add("tls", grade::good, "the certificate is trusted and names the host");
        else
            add("tls", grade::warning, "the connection is not encrypted", "only loopback may be spoken to like that");
    }

    asio::awaitable<void> look_at_sign_in()
    {
        auto scope = own_scope();
        auto me = co_await with_.okta.send(ask("okta.users.list", value::map({{"limit", 1}})), scope);
        const auto kind = me.ok() ? std::optional<failure_kind>() : me.failure->kind;
        signed_in_ = !kind || *kind == failure_kind::forbidden;
        if (!signed_in_) {
            refusal_ = me.error.code;
            add("auth", grade::failed, me.failure->detail, advice_for(me.error.code),
                value::map({{"status", me.status}, {"code", me.error.code}}));
            co_return;
        }
        if (with_.who.uses_api_token()) {
            co_await tell_the_token_owner();
            co_return;
        }
        const auto held = with_.who.held();
        const bool dpop = held && held->dpop;
        add("auth", grade::good,
            fmt::format("signed in as the service app {}; tokens are {}", with_.who.client_id(),
                        dpop ? "bound to our key (DPoP)" : "bearer tokens"),
            {},
            value::map({{"method", "private_key_jwt"},
                        {"client_id", with_.who.client_id()},
                        {"dpop", dpop},
                        {"token_ends_at", held ? value(to_rfc3339(held->ends_at)) : value()}}));
    }

    asio::awaitable<void> tell_the_token_owner()
    {
        auto scope = own_scope();
        auto owner = co_await with_.okta.send(ask("okta.users.get", value::map({{"user", "me"}})), scope);
        const auto login = owner.body["profile"]["login"].text_or();
        owner_ = owner.body["id"].text_or();
        if (owner_.empty())
            add("auth", grade::warning, "the API token is accepted, but Okta does not say whose it is",
                "its owner cannot be protected from workflows; a service app with private_key_jwt has no owner",
                value::map({{"method", "ssws"}}));
        else
            add("auth", grade::good,
                fmt::format("signed in with the API token of {}; that account is protected", login), {},
                value::map({{"method", "ssws"}, {"owner", login}, {"owner_id", owner_}}));
    }

    static std::string advice_for(std::string_view code)
    {
        if (code == "invalid_client")
            return "the client id, the key (is its public part registered with the app?), key_id, and this machine's "
                   "clock "
                   "are what to look at";
        if (code == "invalid_scope")
            return "grant the scopes to the app: Admin Console, Applications, the app, Okta API Scopes";
        if (code == "invalid_dpop_proof" || code == "use_dpop_nonce")
            return "the app wants DPoP: set dpop: auto";
        if (code == "E0000011" || code == "E0000005")
            return "the token is wrong, revoked or expired, or its owner was deactivated";
        return "Okta's System Log names the reason under app.oauth2.token.grant";
    }

    // Which of the scopes the app may have, one by one: asked together they are refused together.
    asio::awaitable<void> look_for_refused_scopes()
    {
        if (refusal_ != "invalid_scope") {
            skip("scopes", "not looked at: nobody let us in");
            co_return;
        }
        value_list granted, refused;
        for (const auto& scope : with_.who.scopes()) {
            auto allowed = co_await with_.who.may_have(scope, with_.wire, patience_for_one);
            (allowed ? granted : refused).push_back(scope);
        }
        add("scopes", grade::failed, "not granted to the app: " + names_in(refused), advice_for("invalid_scope"),
            value::map({{"granted", granted}, {"not_granted", refused}}));
    }

    asio::awaitable<void> look_at_scopes()
    {
        if (with_.who.uses_api_token()) {
            add("scopes", grade::good, "an API token has no scopes: it may do what its owner may");
            co_return;
        }
        const auto held = with_.who.held();
        const auto granted = held ? held->scopes : std::vector<std::string>();
        value_list listed(granted.begin(), granted.end()), not_granted, missing;
        for (const auto& scope : with_.who.scopes())
            if (std::ranges::find(granted, scope) == granted.end())
                not_granted.push_back(scope);
        std::string whose;
        for (const auto& one : needed_) {
            if (covers(granted, one.scope))
                continue;
            missing.push_back(one.scope);
            whose += (whose.empty() ? "" : "; ") + one.scope + " for " + joined(one.workflows);
        }
        const auto facts =
            value::map({{"granted", std::move(listed)}, {"not_granted", not_granted}, {"missing", missing}});
        if (!not_granted.empty())
            add("scopes", grade::failed, "Okta left out of the token: " + names_in(not_granted),
                advice_for("invalid_scope"), facts);
        else if (!missing.empty())
            add("scopes", grade::warning, "workflows need scopes that okta.scopes does not name: " + whose,
                "grant them to the app and name them in okta.scopes, or their steps are refused", facts);
        else
            add("scopes", grade::good, fmt::format("{} scopes, all that the workflows need", granted.size()), {},
                facts);
    }

    static bool covers(const std::vector<std::string>& held, const std::string& wanted)
    {
        if (std::ranges::find(held, wanted) != held.end())
            return true;
        return wanted.ends_with(".read") &&
               std::ranges::find(held, wanted.substr(0, wanted.size() - 5) + ".manage") != held.end();
    }

    static std::string names_in(const value_list& texts)
    {
        std::string all;
        for (const auto& one : texts)
            all += (all.empty() ? "" : ", ") + one.text_or();
        return all;
    }

    // Reading each kind of thing shows whether an admin role covers it. What may be written only shows when it is.
    asio::awaitable<void> look_at_permissions()
    {
        constexpr auto looks = std::to_array<std::string_view>(
            {"okta.users.list", "okta.groups.list", "okta.apps.list", "okta.group_rules.list", "okta.api_tokens.list"});
        value_list refused, allowed;
        std::string words;
        for (const auto name : looks) {
            auto scope = own_scope();
            auto question = ask(name, name == "okta.api_tokens.list" ? value::map({}) : value::map({{"limit", 1}}));
            question.items_max = 1;
            auto answer = co_await with_.okta.list(std::move(question), scope);
            const bool not_allowed = answer.failure && answer.failure->kind == failure_kind::forbidden;
            (not_allowed ? refused : allowed).push_back(name);
            if (not_allowed)
                words += (words.empty() ? "" : "; ") + what_is_missing(operation_named(name), owner_known());
        }
        auto roles = co_await own_roles();
        const bool cannot_live_without = std::ranges::any_of(refused, [](const value& one) {
            return one.text_or() != "okta.api_tokens.list"; // only a warning about a leaver's tokens depends on it
        });
        const auto facts = value::map({{"allowed", allowed}, {"refused", refused}, {"roles", roles}});
        const auto as = roles.items().empty() ? std::string() : "; roles: " + names_in(roles.items());
        if (cannot_live_without)
            add("permissions", grade::failed, "Okta refuses: " + words + as,
                "assign an admin role with these permissions, over all users, groups and apps that jmld works on",
                facts);
        else if (!refused.empty())
            add("permissions", grade::warning, "Okta refuses: " + words + as,
                "without it nobody is warned of a leaver's own API tokens", facts);
        else
            add("permissions", grade::good, "users, groups, rules, apps and API tokens can be read" + as, {}, facts);
    }
    bool owner_known() const { return with_.who.uses_api_token(); }

    // Of the token's owner. A service app's roles are not asked: few apps may read them.
    asio::awaitable<value> own_roles()
    {
        value_list names;
        if (!owner_.empty()) {
            auto scope = own_scope();
            auto roles = co_await with_.okta.list(ask("okta.roles.list", value::map({{"user", owner_}})), scope);
            if (roles.ok())
                for (const auto& one : roles.body.items())
                    names.push_back(one["type"]);
        }
        co_return value(std::move(names));
    }

    void tell_the_clock()
    {
        if (!skew_) {
            skip("clock", "not looked at: no answer told the time");
            return;
        }
        const auto size = *skew_ < duration(0) ? -*skew_ : *skew_;
        const auto facts = value::map({{"ahead_milliseconds", -skew_->count()}});
        const auto words =
            fmt::format("this machine's clock is {:.1f} s {} Okta's", static_cast<double>(size.count()) / 1000,
                        *skew_ < duration(0) ? "ahead of" : "behind");
        if (size <= skew_good)
            add("clock", grade::good, "this machine's clock agrees with Okta's", {}, facts);
        else
            add("clock", size > skew_max ? grade::failed : grade::warning, words,
                "jmld signs by Okta's clock, but timers and evidence follow this machine's: run an NTP client", facts);
    }

    void tell_the_limits()
    {
        engine::value_map buckets;
        std::string words, blocked;
        for (const auto& one : with_.budget.view()) {
            if (!one.limit)
                continue;
            buckets.emplace_back(
                one.name, value::map({{"limit", *one.limit},
                                      {"remaining", one.remaining.value_or(0)},
                                      {"resets_at", one.resets_at ? value(to_rfc3339(*one.resets_at)) : value()}}));
            words += fmt::format("{}{} {} of {}", words.empty() ? "" : ", ", one.name, one.remaining.value_or(0),
                                 *one.limit);
            if (one.blocked_until && *one.blocked_until > with_.okta.time().now())
                blocked += (blocked.empty() ? "" : ", ") + one.name;
        }
        if (buckets.empty())
            skip("limits", "not looked at: no answer told a limit");
        else if (!blocked.empty())
            add("limits", grade::warning, "Okta holds back " + blocked + "; left: " + words,
                "it goes on by itself; other clients of the organisation may be using the limit", buckets);
        else
            add("limits", grade::good, "left in this minute: " + words, {}, buckets);
    }

    static call ask(std::string_view row, value arguments = value::map({}))
    {
        return {.row = &operation_named(row), .arguments = std::move(arguments)};
    }

    check_services with_;
    std::vector<needed_scope> needed_;
    std::vector<check_finding> found_;
    bool reached_ = false, signed_in_ = false;
    std::optional<duration> skew_; ///< Okta's clock less ours
    std::string refusal_, owner_;
};

} // namespace

std::string_view to_text(grade how)
{
    switch (how) {
    case grade::good:
        return "ok";
    case grade::warning:
        return "warning";
    case grade::failed:
        return "failed";
    case grade::unknown:
        return "unknown";
    }
    return "unknown";
}

asio::awaitable<std::vector<check_finding>> check(check_services with, std::vector<needed_scope> needed)
{
    examination all(with, std::move(needed));
    auto found = co_await all.run();
    co_return found;
}

check_verdict verdict_of(const std::vector<check_finding>& all)
{
    check_verdict verdict;
    for (const auto& one : all) {
        if (one.how != grade::failed)
            continue;
        verdict.good = false;
        verdict.reached = verdict.reached && one.name != "reach";
        verdict.signed_in = verdict.signed_in && one.name != "auth";
    }
    return verdict;
}

value to_value(const std::vector<check_finding>& all, std::string_view origin)
{
    const auto verdict = verdict_of(all);
    value_list checks;
    for (const auto& one : all)
        checks.push_back(value::map({{"name", one.name},
                                     {"state", to_text(one.how)},
                                     {"what", one.what},
                                     {"advice", one.advice.empty() ? value() : value(one.advice)},
                                     {"facts", one.facts}}));
    return value::map({{"org", origin},
                       {"ok", verdict.good},
                       {"reached", verdict.reached},
                       {"signed_in", verdict.signed_in},
                       {"checks", std::move(checks)}});
}

} // namespace jmld::okta
