// Who might this worker be, and which ids the names have. A search lags behind writes, so a login is also asked for
// directly; names are compared exactly, because Okta's own matching is by prefix and ignores case.
#include "connectors/okta/directory.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::value;
using failure_or_none = std::optional<engine::attempt_failed>;

namespace {

constexpr duration names_remembered{60'000};
constexpr duration schema_remembered{600'000};
constexpr int splits_max = 4; // of a full name into given and family name

call of(std::string_view row, value arguments)
{
    return {.row = &operation_named(row), .arguments = std::move(arguments)};
}

call_scope scope_of(const read_options& options)
{
    call_scope scope;
    scope.timeout = options.timeout;
    scope.urgency = options.urgency;
    return scope;
}

engine::attempt_failed with_calls(engine::attempt_failed failure, call_scope& scope)
{
    failure.calls = value(std::move(scope.calls));
    return failure;
}

void add_once(std::vector<user_summary>& users, user_summary one)
{
    if (!one.id.empty() && std::ranges::find(users, one.id, &user_summary::id) == users.end())
        users.push_back(std::move(one));
}

/// (given, family) for each place where the name can be split.
std::vector<std::pair<std::string, std::string>> splits(const std::string& name)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (auto at = name.find(' '); at != std::string::npos && pairs.size() < splits_max; at = name.find(' ', at + 1))
        if (at > 0 && at + 1 < name.size())
            pairs.emplace_back(name.substr(0, at), name.substr(at + 1));
    return pairs;
}

std::string same_name(std::string_view given, std::string_view family)
{
    return equals("profile.firstName", given) + " and " + equals("profile.lastName", family);
}

} // namespace

std::string equals(std::string_view attribute, std::string_view content)
{
    std::string text(attribute);
    text += " eq \"";
    for (const char c : content) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

user_summary summary_of(const value& user)
{
    const auto& profile = user["profile"];
    return {.id = user["id"].text_or(),
            .login = profile["login"].text_or(),
            .status = user["status"].text_or(),
            .employee_number = profile["employeeNumber"].text_or(),
            .universal_id = profile["universalId"].text_or()};
}

// ---- people
// ----------------------------------------------------------------------------------------------------------------

// An organisation without the attribute answers that the expression is invalid: then nobody has it.
asio::awaitable<failure_or_none> directory::search(std::string expression, std::vector<user_summary>& into,
                                                   call_scope& scope)
{
    auto answer = co_await okta_.list(of("okta.users.list", value::map({{"search", expression}})), scope);
    if (answer.failure && answer.failure->kind == failure_kind::invalid && answer.status == 400)
        co_return std::nullopt;
    for (const auto& user : answer.ok() ? answer.body.items() : engine::value_list{})
        add_once(into, summary_of(user));
    co_return answer.failure;
}

asio::awaitable<failure_or_none> directory::find_manager(const user_query& wanted, found_users& into, call_scope& scope)
{
    if (!wanted.manager_id.empty()) {
        auto failed = co_await search(equals("profile.employeeNumber", wanted.manager_id), into.managers, scope);
        if (failed)
            co_return failed;
    } else {
        for (const auto& [given, family] : splits(wanted.manager_name)) {
            auto failed = co_await search(same_name(given, family), into.managers, scope);
            if (failed)
                co_return failed;
        }
    }
    std::erase_if(into.managers, [](const user_summary& one) { return one.status == "DEPROVISIONED"; });
    co_return std::nullopt;
}

asio::awaitable<outcome<found_users>> directory::find(user_query wanted, read_options options)
{
    auto scope = scope_of(options);
    found_users found;
    failure_or_none failed;
    if (!wanted.universal_id.empty())
        failed = co_await search(equals("profile.universalId", wanted.universal_id), found.by_universal_id, scope);
    if (!failed && !wanted.worker_id.empty())
        failed = co_await search(equals("profile.employeeNumber", wanted.worker_id), found.by_worker_id, scope);
    for (const auto& login : wanted.logins) {
        if (failed || !is_safe_id(login))
            continue;
        auto answer = co_await okta_.send(of("okta.users.find", value::map({{"login", login}})), scope);
        if (answer.ok())
            add_once(found.by_login, summary_of(answer.body));
        else if (answer.failure->kind != failure_kind::not_found)
            failed = answer.failure;
    }
    if (!failed && !wanted.given_name.empty() && !wanted.family_name.empty())
        failed = co_await search(same_name(wanted.given_name, wanted.family_name), found.namesakes, scope);
    if (!failed)
        failed = co_await find_manager(wanted, found, scope);
    if (failed)
        co_return with_calls(std::move(*failed), scope);
    // A search may lag behind: whom the login shows to carry the id is found by it too.
    for (const auto& one : found.by_login) {
        if (!wanted.universal_id.empty() && one.universal_id == wanted.universal_id)
            add_once(found.by_universal_id, one);
        if (!wanted.worker_id.empty() && one.employee_number == wanted.worker_id)
            add_once(found.by_worker_id, one);
    }
    found.calls = value(std::move(scope.calls));
    co_return found;
}

// ---- names
// -----------------------------------------------------------------------------------------------------------------

asio::awaitable<failure_or_none> directory::find_group(std::string name, resolved& into, call_scope& scope)
{
    const auto now = okta_.time().now();
    const auto known = groups_.find(name);
    if (known != groups_.end() && now < known->second.until) {
        into.groups[name] = known->second.content;
        co_return std::nullopt;
    }
    auto answer = co_await okta_.list(of("okta.groups.list", value::map({{"q", name}})), scope);
    if (!answer.ok())
        co_return answer.failure;
    bool other_type = false;
    for (const auto& group : answer.body.items()) {
        if (group["profile"]["name"].text_or() != name)
            continue;
        const auto type = group["type"].text_or("OKTA_GROUP");
        if (type != "OKTA_GROUP") {
            other_type = true;
            continue;
        }
        named_object one{.id = group["id"].text_or(), .name = name, .type = type};
        groups_[name] = {one, now + names_remembered};
        into.groups[name] = std::move(one);
        co_return std::nullopt;
    }
    into.unknown.push_back("group '" + name + "'" + (other_type ? " (exists, but is not of type OKTA_GROUP)" : ""));
    co_return std::nullopt;
}

asio::awaitable<failure_or_none> directory::find_app(std::string label, resolved& into, call_scope& scope)
{
    const auto now = okta_.time().now();
    const auto known = apps_.find(label);
    if (known != apps_.end() && now < known->second.until) {
        into.apps[label] = known->second.content;
        co_return std::nullopt;
    }
    auto answer = co_await okta_.list(of("okta.apps.list", value::map({{"q", label}})), scope);
    if (!answer.ok())
        co_return answer.failure;
    std::vector<named_object> active, inactive;
    for (const auto& app : answer.body.items()) {
        if (app["label"].text_or() != label)
            continue;
        named_object one{.id = app["id"].text_or(), .name = label, .type = app["status"].text_or("ACTIVE")};
        (one.type == "ACTIVE" ? active : inactive).push_back(std::move(one));
    }
    // A label is no key: of several apps the active one is meant, and two of those are one too many.
    const auto& fitting = active.empty() ? inactive : active;
    if (fitting.size() == 1) {
        apps_[label] = {fitting.front(), now + names_remembered};
        into.apps[label] = fitting.front();
    } else {
        into.unknown.push_back(
            "app '" + label + "'" +
            (fitting.empty() ? "" : " (" + std::to_string(fitting.size()) + " apps have this label)"));
    }
    co_return std::nullopt;
}

asio::awaitable<outcome<resolved>> directory::resolve(std::vector<std::string> groups, std::vector<std::string> apps,
                                                      read_options options)
{
    auto scope = scope_of(options);
    resolved found;
    for (auto name : groups) {
        auto failed = co_await find_group(std::move(name), found, scope);
        if (failed)
            co_return with_calls(std::move(*failed), scope);
    }
    for (auto label : apps) {
        auto failed = co_await find_app(std::move(label), found, scope);
        if (failed)
            co_return with_calls(std::move(*failed), scope);
    }
    found.calls = value(std::move(scope.calls));
    co_return found;
}

// ---- the organisation
// --------------------------------------------------------------------------------------------------------

asio::awaitable<outcome<bool>> directory::has_attribute(std::string name, read_options options)
{
    const auto now = okta_.time().now();
    const auto known = attributes_.find(name);
    if (known != attributes_.end() && now < known->second.until)
        co_return known->second.content;
    auto scope = scope_of(options);
    auto answer = co_await okta_.send(of("okta.schemas.get_user", {}), scope);
    const bool unreadable = answer.failure && (answer.failure->kind == failure_kind::forbidden ||
                                               answer.failure->kind == failure_kind::not_found);
    if (!answer.ok() && !unreadable)
        co_return with_calls(std::move(*answer.failure), scope);
    const auto& parts = answer.body["definitions"];
    const bool has =
        parts["custom"]["properties"].find(name) != nullptr || parts["base"]["properties"].find(name) != nullptr;
    attributes_[name] = {has, now + schema_remembered};
    co_return has;
}

asio::awaitable<outcome<int>> directory::population(int enough, read_options options)
{
    auto scope = scope_of(options);
    call question = of("okta.users.list", {}); // a plain list leaves DEPROVISIONED users out
    question.items_max = static_cast<std::size_t>(std::max(enough, 1));
    auto answer = co_await okta_.list(std::move(question), scope);
    if (!answer.ok())
        co_return with_calls(std::move(*answer.failure), scope);
    co_return std::min(enough, static_cast<int>(answer.body.items().size()));
}

asio::awaitable<outcome<std::string>> directory::own_user(read_options options)
{
    auto scope = scope_of(options);
    auto answer = co_await okta_.send(of("okta.users.get", value::map({{"user", "me"}})), scope);
    if (answer.ok())
        co_return answer.body["id"].text_or();
    if (answer.failure->kind == failure_kind::not_found || answer.failure->kind == failure_kind::forbidden)
        co_return std::string();
    co_return with_calls(std::move(*answer.failure), scope);
}

} // namespace jmld::okta
