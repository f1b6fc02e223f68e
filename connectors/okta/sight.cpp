// Reading a person's status, groups, apps, roles and tokens, and comparing them with what is expected. What another
// call could remove is told apart from what no call can: memberships that a rule or a directory gives, apps that a
// group gives.
#include "connectors/okta/sight.hpp"

#include "connectors/okta/belongings.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

/// By id where both have one, else by the name that people use.
bool has(const value& items, std::string_view name_key, const value& wanted)
{
    const auto id = wanted.is_map() ? id_of(wanted) : std::string();
    const auto name = name_of(wanted);
    return std::ranges::any_of(items.items(), [&](const value& item) {
        return !id.empty() ? item["id"].text_or() == id
                           : item[name_key].text_or() == name || item["id"].text_or() == name;
    });
}

bool is_assigned(const value& app)
{
    const auto status = app["status"].text_or("ACTIVE");
    return status != "DEPROVISIONED" && status != "UNASSIGNED" && status != "REVOKED";
}

value_list assigned_apps(const value& apps)
{
    value_list out;
    std::ranges::copy_if(apps.items(), std::back_inserter(out), is_assigned);
    return out;
}

void find_groups(const sight& seen, judgement& out)
{
    for (const auto& group : seen.groups.items()) {
        const auto type = group["type"].text_or("OKTA_GROUP");
        if (type == "BUILT_IN")
            continue;
        if (type != "OKTA_GROUP") {
            const auto short_form = value::map({{"id", group["id"]}, {"name", group["name"]}});
            out.review.push_back(owned("group", short_form, "directory"));
            continue;
        }
        out.findings.push_back({"group", group["id"], group["name"], group["membership"].text_or() != "rule"});
    }
}

void find_everything(const sight& seen, judgement& out)
{
    find_groups(seen, out);
    for (const auto& app : assigned_apps(seen.apps))
        out.findings.push_back({"app", app["id"], app["label"], app["scope"].text_or("USER") == "USER"});
    for (const auto& role : seen.roles.items())
        out.findings.push_back({"role", role["id"], role["type"], role["assignmentType"].text_or("USER") == "USER"});
    std::set<std::string> clients; // a client's tokens end together
    for (const auto& token : seen.tokens.items())
        if (const auto client = token["client"].text_or(); clients.insert(client).second)
            out.findings.push_back({"token", client, token["client_name"].text_or(client), true});
}

std::string missing_in(const value& expect, const sight& seen)
{
    std::string missing;
    const auto check = [&](std::string_view list, std::string_view kind, std::string_view name_key,
                           const value& there) {
        for (const auto& wanted : expect[list].items())
            if (!has(there, name_key, wanted))
                missing += (missing.empty() ? "" : ", ") + std::string(kind) + " '" + name_of(wanted) + "'";
    };
    check("groups", "group", "name", seen.groups);
    check("apps", "app", "label", assigned_apps(seen.apps));
    check("roles", "role", "type", seen.roles);
    return missing;
}

std::string wrong_status(const expectation& wanted, const sight& seen)
{
    if (seen.user.is_null())
        return "there is no such user";
    if (seen.transitioning())
        return "the status is still changing";
    const bool fits = wanted.statuses.empty()
                          ? seen.status() != "DEPROVISIONED"
                          : std::ranges::find(wanted.statuses, seen.status()) != wanted.statuses.end();
    return fits ? std::string() : "the status is " + seen.status();
}

} // namespace

asio::awaitable<std::expected<sight, reply>> look(work& now, bool whole)
{
    sight seen;
    auto user = co_await now.get_user(now.user());
    if (is_missing(user))
        co_return seen;
    if (!user.ok())
        co_return std::unexpected(std::move(user));
    const auto id = user.body["id"].text_or(now.user());
    auto groups = co_await now.people.read_groups(id, user.body["profile"], now.scope);
    if (!groups.ok())
        co_return std::unexpected(std::move(groups));
    auto apps = co_await now.people.read_apps(id, now.scope);
    if (!apps.ok())
        co_return std::unexpected(std::move(apps));
    belongings held{now, id};
    auto roles = co_await now.list("okta.roles.list", value::map({{"user", id}}));
    if (!held.gaps.tolerates(roles, "roles", "okta.roles.list"))
        co_return std::unexpected(std::move(roles));
    seen = {user.body, groups.body, apps.body, roles.ok() ? roles.body : value()};
    if (whole)
        seen.tokens = co_await held.tokens();
    if (held.failure)
        co_return std::unexpected(std::move(*held.failure));
    seen.unread = held.gaps.parts();
    co_return seen;
}

value image_of(const sight& seen)
{
    return value::map({{"user", value::map({{"status", seen.user["status"]}})},
                       {"groups", seen.groups},
                       {"apps", value(assigned_apps(seen.apps))},
                       {"roles", seen.roles},
                       {"factors", seen.factors},
                       {"devices", seen.devices},
                       {"grants", seen.grants},
                       {"tokens", seen.tokens},
                       {"unread", value(seen.unread)}});
}

// An Okta that does not answer now is a gap as well: the looks before were clean, and are not thrown away for this.
asio::awaitable<void> look_around(work& now, sight& seen)
{
    if (seen.user.is_null()) {
        seen.factors = seen.devices = seen.grants = value(value_list{});
        co_return;
    }
    belongings held{now, seen.user["id"]};
    seen.factors = co_await held.factors();
    seen.devices = co_await held.devices();
    seen.grants = co_await held.grants();
    if (held.failure) {
        held.gaps.note("factors, devices, grants", held.failure->failure->detail);
        seen.factors = seen.devices = seen.grants = value();
    }
    seen.unread.insert(seen.unread.end(), held.gaps.parts().begin(), held.gaps.parts().end());
}

value_list judgement::residue() const
{
    value_list out;
    for (const auto& one : findings)
        if (one.kind != "status")
            out.push_back(one.named());
    return out;
}

value judgement::removable() const
{
    const auto listed = [this](std::string_view kind, std::string_view name_key) {
        value_list out;
        for (const auto& one : findings)
            if (one.kind == kind && one.removable)
                out.push_back(value::map({{"id", one.id}, {std::string(name_key), one.name}}));
        return out;
    };
    return value::map(
        {{"groups", listed("group", "name")}, {"apps", listed("app", "label")}, {"roles", listed("role", "type")}});
}

judgement judge(const expectation& wanted, const sight& seen)
{
    judgement out;
    if (wanted.nothing && seen.user.is_null()) { // deleted
        out.clean = out.status_fits = true;
        return out;
    }
    out.problem = wrong_status(wanted, seen);
    out.status_fits = out.problem.empty();
    if (wanted.nothing)
        find_everything(seen, out);
    else if (const auto missing = missing_in(wanted.expect, seen); !missing.empty())
        out.problem += (out.problem.empty() ? "not there yet: " : "; not there yet: ") + missing;
    const bool left = std::ranges::any_of(out.findings, &finding::removable);
    if (!out.status_fits)
        out.findings.push_back({"status", seen.user["id"], seen.user["status"], !seen.transitioning()});
    out.clean = out.problem.empty() && !left;
    return out;
}

const value* app_in_error(const value& expect, const sight& seen)
{
    for (const auto& app : seen.apps.items())
        for (const auto& wanted : expect["apps"].items())
            if (app["sync_state"].text_or() == "ERROR" && has(value::list({app}), "label", wanted))
                return &app;
    return nullptr;
}

} // namespace jmld::okta
