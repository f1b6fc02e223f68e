// Users as objects: create, read, update, replace, delete, list. Their status changes are in lifecycle.cpp.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/filter.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/profile_rules.hpp"
#include "connectors/okta_sim/text.hpp"

#include <array>
#include <set>

namespace jmld::okta_sim {
namespace {

constexpr std::size_t initial_groups_max = 20, password_length_min = 8;

// --- credentials
// ---------------------------------------------------------------------------------------------------------------

std::optional<http::response> refuse_password(const value& credentials)
{
    auto const* const text = credentials["password"]["value"].if_text();
    if (text != nullptr && character_count(*text) < password_length_min)
        return refuse("E0000080");
    return std::nullopt;
}

/// Whether a password is stated: as text, as a hash, or by a hook that asks elsewhere at the first sign-in.
bool states_password(const value& credentials)
{
    auto const& password = credentials["password"];
    return password["value"].is_text() || password["hash"].is_map() || password["hook"].is_map();
}

void take_credentials(call& asked, user& who, const value& credentials)
{
    if (states_password(credentials)) {
        who.password = true;
        who.password_text = credentials["password"]["value"].text_or();
        who.password_changed = asked.now();
        who.last_updated = asked.now();
    }
    if (auto const* const question = credentials["recovery_question"]["question"].if_text())
        who.recovery_question = *question;
    if (auto const* const type = credentials["provider"]["type"].if_text()) {
        who.provider_type = *type;
        who.provider_name = credentials["provider"]["name"].text_or(*type);
    }
}

// --- create
// --------------------------------------------------------------------------------------------------------------------

std::optional<http::response> refuse_groups(call& asked, const value& group_ids)
{
    if (group_ids.items().size() > initial_groups_max)
        return refuse("E0000093");
    for (auto const& id : group_ids.items()) {
        auto const found = asked.org.groups.find(id.text_or());
        if (found == asked.org.groups.end())
            return not_found(id.text_or(), "UserGroup");
        if (found->second.type != "OKTA_GROUP")
            return refuse("E0000006");
    }
    return std::nullopt;
}

std::optional<http::response> refuse_new_user(call& asked)
{
    if (!asked.body["profile"].is_map())
        return invalid("newUser", {"profile: The field cannot be left blank"});
    auto const& credentials = asked.body["credentials"];
    if (asked.argument("nextLogin") == "changePassword") {
        if (!states_password(credentials))
            return refuse("E0000124");
        if (!asked.flag("activate", true))
            return refuse("E0000125");
    }
    if (auto causes = profile_complaints(asked.org, asked.body["profile"], {}); !causes.empty()) {
        bool const login = causes.front().starts_with("login:");
        return invalid(login ? "login" : "newUser", std::move(causes));
    }
    if (auto refusal = refuse_password(credentials))
        return refusal;
    return refuse_groups(asked, asked.body["groupIds"]);
}

std::string status_of_new_user(const call& asked, const user& who)
{
    if (!asked.flag("activate", true))
        return "STAGED";
    if (who.provider_type == "FEDERATION" || who.provider_type == "SOCIAL")
        return "ACTIVE";
    if (!who.password)
        return "PROVISIONED";
    return asked.argument("nextLogin") == "changePassword" ? "PASSWORD_EXPIRED" : "ACTIVE";
}

http::response create_user(call& asked)
{
    if (auto refusal = refuse_new_user(asked))
        return *refusal;
    user made;
    made.id = asked.change.ids.make("00u");
    made.type_id = asked.body["type"]["id"].text_or(asked.change.ids.fixed("oty", "user type"));
    made.realm_id = asked.body["realmId"].text_or();
    made.profile = asked.body["profile"];
    made.created = made.last_updated = asked.now();
    take_credentials(asked, made, asked.body["credentials"]);
    made.status = status_of_new_user(asked, made);
    made.status_changed = asked.now();
    if (made.status != "STAGED")
        made.activated = asked.now();
    auto const id = made.id;
    asked.change.add_user(std::move(made));
    auto& who = asked.org.users.at(id);
    asked.did({"user.lifecycle.create", id, {}, {}, {}});
    asked.change.note("user.lifecycle.create", {asked.change.name(who)});
    if (who.status != "STAGED")
        asked.change.note("user.lifecycle.activate", {asked.change.name(who)});
    for (auto const& group_id : asked.body["groupIds"].items())
        asked.change.add_member(who, group_id.text_or());
    asked.change.profile_changed(who);
    return ok(asked.show.user_object(who));
}

// --- read
// ----------------------------------------------------------------------------------------------------------------------

http::response get_user(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    auto answer = ok(asked.show.user_object(*who));
    answer.headers.emplace_back("ETag", etag(asked.show.user_object(*who)));
    if (who->moving && --who->moving->reads_left <= 0)
        who->moving.reset();
    return answer;
}

// --- update
// --------------------------------------------------------------------------------------------------------------------

std::optional<http::response> refuse_condition(call& asked, const user& who)
{
    auto const* const wanted = http::find_header(asked.message.headers, "If-Match");
    if (wanted == nullptr)
        return std::nullopt;
    std::string_view tag = *wanted;
    if (tag.starts_with("W/"))
        tag.remove_prefix(2);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"')
        return refuse("E0000242");
    if (*wanted != etag(asked.show.user_object(who)))
        return refuse("E0000231");
    return std::nullopt;
}

value laid_over(const value& old, const value& given)
{
    value profile = old;
    for (auto const& [key, entry] : given.entries())
        profile = entry.is_null() ? profile.without(key) : profile.with(key, entry);
    return profile;
}

bool is_mastered_elsewhere(const user& who)
{
    return who.provider_type == "ACTIVE_DIRECTORY" || who.provider_type == "LDAP";
}

http::response update(call& asked, bool whole)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr || who->status == "DEPROVISIONED")
        return not_found(asked.values[0], "User");
    if (!asked.body.is_map())
        return refuse("E0000003");
    if (auto refusal = refuse_condition(asked, *who))
        return *refusal;
    auto const& given = asked.body["profile"];
    auto const profile = whole ? laid_over(value_map{}, given) : laid_over(who->profile, given);
    bool const changes = profile != who->profile;
    if (changes && is_mastered_elsewhere(*who))
        return refuse("E0000023");
    if (auto causes = profile_complaints(asked.org, profile, who->id); !causes.empty()) {
        bool const login = causes.front().starts_with("login:");
        return invalid(login ? "login" : "profile", std::move(causes));
    }
    auto const& credentials = asked.body["credentials"];
    if (auto refusal = refuse_password(credentials))
        return *refusal;
    if (whole && asked.body["type"]["id"].is_text())
        who->type_id = asked.body["type"]["id"].text_or();
    if (changes) {
        asked.change.set_profile(*who, profile);
        asked.did({"user.account.update_profile", who->id, {}, {}, {}});
        asked.change.note("user.account.update_profile", {asked.change.name(*who)});
        asked.change.profile_changed(*who);
    }
    if (states_password(credentials)) {
        take_credentials(asked, *who, credentials);
        asked.did({"user.account.update_password", who->id, {}, {}, {}});
        asked.change.note("user.account.update_password", {asked.change.name(*who)});
        // A password completes what an activation mail asked for.
        if (who->status == "PROVISIONED" || who->status == "RECOVERY")
            asked.change.set_status(*who, "ACTIVE");
    } else {
        take_credentials(asked, *who, credentials);
    }
    return ok(asked.show.user_object(*who));
}

http::response update_user(call& asked) { return update(asked, false); }
http::response replace_user(call& asked) { return update(asked, true); }

// The first DELETE of a live user deactivates, the second deletes.
http::response delete_user(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    auto const id = who->id;
    if (who->status != "DEPROVISIONED") {
        asked.change.deactivate(*who);
        asked.did({"user.lifecycle.deactivate", id, {}, {}, {}});
        return no_content();
    }
    auto const target = asked.change.name(*who);
    asked.change.note("user.lifecycle.delete.initiated", {target});
    asked.change.erase_user(id);
    asked.change.note("user.lifecycle.delete.completed", {target});
    asked.did({"user.lifecycle.delete.initiated", id, {}, {}, {}});
    return no_content();
}

// --- list
// ----------------------------------------------------------------------------------------------------------------------

using chosen = std::vector<const user*>;

chosen plain(const organisation_data& org, const std::function<bool(const user&)>& wanted)
{
    chosen found;
    for (auto const& [id, who] : org.users) {
        if (wanted(who))
            found.push_back(&who);
    }
    return found;
}

bool starts_with_ignoring_case(const value& held, std::string_view prefix)
{
    return fold_case(held.text_or()).starts_with(fold_case(prefix));
}

bool allowed_in_filter(const comparison& one)
{
    static const std::set<std::string, std::less<>> known{
        "status", "lastUpdated", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName"};
    if (one.attribute == "lastUpdated")
        return one.op == "eq" || one.op == "gt" || one.op == "ge" || one.op == "lt" || one.op == "le";
    return known.contains(one.attribute) && one.op == "eq";
}

/// What is shown of a user at this path. What is only in the profile is not worth showing the rest of many thousands.
value shown(const call& asked, const user& who, std::string_view path)
{
    constexpr std::string_view profile = "profile.";
    if (path.starts_with(profile))
        return at_path(who.profile, path.substr(profile.size()));
    return at_path(asked.show.user_object(who), path);
}

void sort_found(const call& asked, chosen& found)
{
    auto const by = asked.argument("sortBy");
    if (!by)
        return;
    bool const descending = fold_case(asked.argument("sortOrder").value_or("asc")).starts_with("desc");
    std::vector<std::pair<std::string, const user*>> keyed;
    for (auto const* who : found)
        keyed.emplace_back(fold_case(shown(asked, *who, *by).text_or()), who);
    std::ranges::sort(keyed, [&](const auto& left, const auto& right) {
        if (left.first != right.first)
            return descending ? right.first < left.first : left.first < right.first;
        return left.second->id < right.second->id;
    });
    for (std::size_t at = 0; at < keyed.size(); ++at)
        found[at] = keyed[at].second;
}

http::response list_users(call& asked)
{
    page_rules rules;
    auto const render = [&](const user& who) { return asked.show.user_in_list(who); };
    if (auto const prefix = asked.argument("q")) {
        rules.limit = 10;
        rules.pages = false;
        auto const found = plain(asked.org, [&](const user& who) {
            return who.status != "DEPROVISIONED" && (starts_with_ignoring_case(who.profile["firstName"], *prefix) ||
                                                     starts_with_ignoring_case(who.profile["lastName"], *prefix) ||
                                                     starts_with_ignoring_case(who.profile["email"], *prefix));
        });
        return paged(asked, found, rules, render);
    }
    auto const search = asked.argument("search");
    auto const condition = search ? search : asked.argument("filter");
    if (!condition) {
        auto const found = plain(asked.org, [](const user& who) { return who.status != "DEPROVISIONED"; });
        return paged(asked, found, rules, render);
    }
    auto const read = filter::parse(*condition);
    auto const accepted = [&](const comparison& one) { return search ? one.op != "ne" : allowed_in_filter(one); };
    if (!read || !read->every(accepted))
        return refuse("E0000031",
                      {read ? "The attribute or operator is not supported." : std::string_view(read.error().what)});
    auto found = plain(search ? asked.searched : asked.org, [&](const user& who) {
        return read->holds(
            [&](const comparison& one) { return compares(shown(asked, who, one.attribute), one, search.has_value()); });
    });
    if (search) {
        sort_found(asked, found);
        rules.sorted_by_id = !asked.argument("sortBy");
    }
    return paged(asked, found, rules, render);
}

} // namespace

std::span<const route> user_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"POST", "/api/v1/users", create_user},
        {"GET", "/api/v1/users", list_users},
        {"GET", "/api/v1/users/{}", get_user},
        {"POST", "/api/v1/users/{}", update_user},
        {"PUT", "/api/v1/users/{}", replace_user},
        {"DELETE", "/api/v1/users/{}", delete_user},
    });
    return routes;
}

} // namespace jmld::okta_sim
