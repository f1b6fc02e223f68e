// Reads a person's access back until it is as expected or the time is used up. It repairs nothing; what another call
// could remove is told apart from what no call can.
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::value;
using engine::value_list;

namespace {

/// What Okta shows at one moment; `user` null when there is none.
struct sight
{
    value user, groups, apps, roles;
    value factors; ///< null: not asked for

    std::string status() const { return user["status"].text_or(); }
    bool transitioning() const { return user["transitioningToStatus"].is_text(); }
};

asio::awaitable<std::expected<sight, reply>> look(work& now)
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
    auto roles = co_await now.list("okta.roles.list", value::map({{"user", id}}));
    const bool may_not = roles.failure && roles.failure->kind == failure_kind::forbidden;
    if (!roles.ok() && !may_not)
        co_return std::unexpected(std::move(roles));
    seen = {user.body, groups.body, apps.body, roles.ok() ? roles.body : value(value_list{}), {}};
    co_return seen;
}

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

// ---- nothing is expected
// ---------------------------------------------------------------------------------------------------

struct findings
{
    value_list residue, review, groups, apps, roles; ///< the last three can be removed by a call
    bool status_fits = false;

    bool clean() const { return status_fits && groups.empty() && apps.empty() && roles.empty(); }
};

void judge_groups(const sight& seen, findings& out)
{
    for (const auto& group : seen.groups.items()) {
        const auto type = group["type"].text_or("OKTA_GROUP");
        if (type == "BUILT_IN")
            continue;
        const auto short_form = value::map({{"id", group["id"]}, {"name", group["name"]}});
        if (type != "OKTA_GROUP") {
            out.review.push_back(owned("group", short_form, "directory"));
            continue;
        }
        out.residue.push_back(value::map({{"group", group["name"]}}));
        if (group["membership"].text_or() != "rule")
            out.groups.push_back(short_form);
    }
}

findings judge_nothing_left(const sight& seen, const std::vector<std::string>& statuses)
{
    findings out;
    if (seen.user.is_null()) {
        out.status_fits = true; // deleted
        return out;
    }
    judge_groups(seen, out);
    for (const auto& app : assigned_apps(seen.apps)) {
        out.residue.push_back(value::map({{"app", app["label"]}}));
        if (app["scope"].text_or("USER") == "USER")
            out.apps.push_back(value::map({{"id", app["id"]}, {"label", app["label"]}}));
    }
    for (const auto& role : seen.roles.items()) {
        out.residue.push_back(value::map({{"role", role["type"]}}));
        if (role["assignmentType"].text_or("USER") == "USER")
            out.roles.push_back(value::map({{"id", role["id"]}, {"type", role["type"]}}));
    }
    out.status_fits = !seen.transitioning() && std::ranges::find(statuses, seen.status()) != statuses.end();
    return out;
}

// For the evidence of the run: what is there at the end, without names of people.
value image_of(const sight& seen)
{
    return value::map({{"user", value::map({{"status", seen.user["status"]}})},
                       {"groups", seen.groups},
                       {"apps", value(assigned_apps(seen.apps))},
                       {"roles", seen.roles},
                       {"factors", seen.factors}});
}

// Of somebody who is gone: deactivating leaves them standing. Refused, they are not known, and nothing else hangs on
// it.
asio::awaitable<value> factors_of(work& now, value user)
{
    if (user.is_null())
        co_return value(value_list{});
    auto factors = co_await now.list("okta.factors.list", value::map({{"user", user["id"]}}));
    co_return factors.ok() ? factors.body : value();
}

value outputs_of(const sight& seen, findings&& found)
{
    const bool clean = found.clean();
    return value::map({{"clean", clean},
                       {"residue", std::move(found.residue)},
                       {"remove", value::map({{"groups", std::move(found.groups)},
                                              {"apps", std::move(found.apps)},
                                              {"roles", std::move(found.roles)}})},
                       {"review", std::move(found.review)},
                       {"seen", image_of(seen)},
                       {"status", seen.user["status"]}});
}

// ---- something is expected
// -------------------------------------------------------------------------------------------------

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

const value* app_in_error(const value& expect, const sight& seen)
{
    for (const auto& app : seen.apps.items())
        for (const auto& wanted : expect["apps"].items())
            if (app["sync_state"].text_or() == "ERROR" && has(value::list({app}), "label", wanted))
                return &app;
    return nullptr;
}

bool names_nothing(const value& expect)
{
    return std::ranges::all_of(expect.entries(), [](const auto& entry) { return entry.second.items().empty(); });
}

struct expectation
{
    bool nothing = false;              ///< everything must be gone
    std::vector<std::string> statuses; ///< empty: any in which an account can be used
};

expectation read_expectation(const work& now)
{
    expectation wanted;
    const auto& expect = now.input("expect");
    // The target of somebody who leaves is empty: nothing may be left then, whereas an empty target of a joiner asks
    // for nothing.
    const bool leaver = now.request.urgency <= runtime::priority::leaver;
    wanted.nothing = expect.text_or() == "none" || expect.is_null() || (leaver && names_nothing(expect));
    for (const auto& status : expect["status"].items())
        wanted.statuses.push_back(status.text_or());
    if (const auto one = expect["status"].text_or(); !one.empty())
        wanted.statuses.push_back(one);
    if (wanted.nothing && wanted.statuses.empty())
        wanted.statuses = {"DEPROVISIONED"};
    // A person who is changed may not have begun yet, or be away; one who was just let in must be able to come in.
    else if (wanted.statuses.empty() && now.request.urgency == runtime::priority::joiner)
        wanted.statuses = {"ACTIVE", "PROVISIONED", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"};
    return wanted;
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

attempting verify_gone(work& now, expectation wanted)
{
    patience wait(now, now.request.timeout);
    bool more = true;
    sight seen;
    findings found;
    while (more) {
        auto looked = co_await look(now);
        if (!looked)
            co_return now.failed(looked.error());
        seen = std::move(*looked);
        found = judge_nothing_left(seen, wanted.statuses);
        if (found.clean())
            break;
        more = co_await wait.again();
    }
    seen.factors = co_await factors_of(now, seen.user);
    co_return now.done(outputs_of(seen, std::move(found)), false, {}, {});
}

attempting refuse(work& now, std::string why) { co_return now.refused(failure_kind::invalid, std::move(why)); }

attempting verify_there(work& now, expectation wanted)
{
    const auto& expect = now.input("expect");
    patience wait(now, now.request.timeout);
    bool more = true;
    std::string problem;
    while (more) {
        auto looked = co_await look(now);
        if (!looked)
            co_return now.failed(looked.error());
        if (const auto* app = app_in_error(expect, *looked))
            co_return now.refused(failure_kind::conflict,
                                  "the app '" + (*app)["label"].text_or() +
                                      "' could not make the user's account: its syncState is ERROR",
                                  "SYNC_ERROR");
        problem = wrong_status(wanted, *looked);
        if (const auto missing = missing_in(expect, *looked); !missing.empty())
            problem += (problem.empty() ? "not there yet: " : "; not there yet: ") + missing;
        if (problem.empty())
            co_return now.done(
                value::map({{"clean", true},
                            {"residue", value_list{}},
                            {"remove",
                             value::map({{"groups", value_list{}}, {"apps", value_list{}}, {"roles", value_list{}}})},
                            {"review", value_list{}},
                            {"seen", image_of(*looked)},
                            {"status", looked->user["status"]}}),
                false, {}, {});
        more = co_await wait.again();
    }
    co_return now.refused(failure_kind::conflict, problem);
}

} // namespace

attempting attempt_verify(work& now)
{
    const auto& expect = now.input("expect");
    if (!expect.is_null() && !expect.is_map() && expect.text_or() != "none")
        return refuse(now, "parameter 'expect' is neither none nor a map {status, groups, apps, roles}");
    auto wanted = read_expectation(now);
    return wanted.nothing ? verify_gone(now, std::move(wanted)) : verify_there(now, std::move(wanted));
}

} // namespace jmld::okta
