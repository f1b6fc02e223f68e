// Which conduct, probe and inverse a row asks for, and what holds for all of them: protection, budget, cancellation.
#include "connectors/okta/actions.hpp"

#include "connectors/okta/work.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;

catalogue::catalogue()
{
    for (const auto& row : operations())
        rows_.push_back(describe(row));
}

const engine::action_description* catalogue::find(std::string_view name) const
{
    const auto found = std::ranges::find(rows_, name, &engine::action_description::name);
    return found != rows_.end() ? &*found : nullptr;
}

std::vector<const engine::action_description*> catalogue::all() const
{
    std::vector<const engine::action_description*> every;
    for (const auto& row : rows_)
        every.push_back(&row);
    return every;
}

namespace {

attempting conduct_of(work& now)
{
    switch (now.row.how) {
    case conduct::call:
        return attempt_call(now);
    case conduct::create_user:
        return attempt_create(now);
    case conduct::update_user:
        return attempt_update(now);
    case conduct::change_status:
        return attempt_status(now);
    case conduct::delete_user:
        return attempt_delete(now);
    case conduct::add_member:
        return attempt_add_member(now);
    case conduct::remove_member:
        return attempt_remove_member(now);
    case conduct::assign_app:
        return attempt_assign_app(now);
    case conduct::unassign_app:
        return attempt_unassign_app(now);
    case conduct::assign_role:
        return attempt_assign_role(now);
    case conduct::unassign_role:
        return attempt_unassign_role(now);
    case conduct::verify_access:
        return attempt_verify(now);
    case conduct::snapshot_access:
        return attempt_snapshot(now);
    case conduct::list_reports:
        return attempt_reports(now);
    case conduct::object:
        return attempt_object(now);
    }
    std::abort(); // every value is named above
}

probing probe_nothing(work& now)
{
    co_return now.settled(engine::probe_verdict::cannot_tell, {}, false, {}, "this action has no probe");
}

probing probe_of(work& now)
{
    switch (now.row.probe) {
    case probe_kind::none:
        return probe_nothing(now);
    case probe_kind::user_by_login:
        return probe_create(now);
    case probe_kind::profile:
        return probe_profile(now);
    case probe_kind::status:
        return probe_status(now);
    case probe_kind::deletion:
        return probe_deletion(now);
    case probe_kind::membership:
        return probe_membership(now);
    case probe_kind::app_user:
        return probe_app_user(now);
    case probe_kind::role:
        return probe_role(now);
    case probe_kind::factor:
    case probe_kind::factors:
        return probe_factors(now);
    case probe_kind::looks:
        return probe_object(now);
    case probe_kind::again:
        return probe_again(now);
    }
    std::abort();
}

undoing undo_nothing(work& now)
{
    co_return now.left_alone(now.row.writes() ? std::string(now.row.no_inverse) : "it changed nothing");
}

undoing inverse_of(work& now)
{
    switch (now.row.inverse) {
    case inverse_kind::none:
        return undo_nothing(now);
    case inverse_kind::delete_created:
        return undo_create(now);
    case inverse_kind::restore_profile:
        return undo_profile(now);
    case inverse_kind::restore_status:
        return undo_status(now);
    case inverse_kind::restore_membership:
        return undo_membership(now);
    case inverse_kind::restore_app_user:
        return undo_app_user(now);
    case inverse_kind::restore_role:
        return undo_role(now);
    case inverse_kind::remove_made:
    case inverse_kind::restore_object:
    case inverse_kind::opposite:
    case inverse_kind::relink:
        return undo_object(now);
    }
    std::abort();
}

} // namespace

bool is_own_user(const work& now) { return !now.options.own_user.empty() && now.user() == now.options.own_user; }

std::string why_never_closed(const work& now)
{
    const auto id = now.user();
    if (is_own_user(now))
        return "this is the user that our own API token acts as: closing the account would lock jmld out";
    const auto& who = now.request.image["user"];
    const auto login = who["id"].text_or() == id ? who["profile"]["login"].text_or() : std::string();
    const bool listed = std::ranges::any_of(now.options.protected_users, [&](const std::string& one) {
        return !one.empty() && (one == id || one == login);
    });
    return listed ? "this user is on the list of protected people: nobody closes the account through jmld"
                  : std::string();
}

namespace {

/// Nobody changes the account that our own token acts as, and protected people are not closed. Empty when it may be.
std::string protection(const work& now)
{
    if (now.row.writes() && is_own_user(now))
        return "this is the user that our own API token acts as: a workflow that changed the account could lock jmld "
               "out";
    return now.row.guarded ? why_never_closed(now) : std::string();
}

engine::attempt_failed unknown_action(const runtime::action_request& request)
{
    engine::attempt_failed failure;
    failure.kind = failure_kind::invalid;
    failure.detail = "there is no action '" + request.action + "'";
    return failure;
}

/// Why the request cannot be made at all; empty when it can.
std::string missing_parameter(const work& now)
{
    if (!now.row.for_people.empty())
        return std::string(now.row.name) + " is for people: " + std::string(now.row.for_people);
    for (const auto& parameter : now.row.parameters)
        if (parameter.required && now.input(parameter.name).is_null() && parameter.name != "expect")
            return std::string(now.row.name) + ": parameter '" + std::string(parameter.name) + "' is missing";
    return {};
}

call_scope scope_of(const runtime::action_request& request, const operation& row)
{
    call_scope scope;
    scope.timeout = request.timeout;
    scope.urgency = request.urgency;
    scope.dry_run = request.dry_run;
    scope.person = id_of(request.inputs["user"]);
    if (request.token_taken)
        scope.prepaid_bucket = row.bucket;
    return scope;
}

} // namespace

actions::actions(client& okta, directory& people, action_options options)
    : okta_(okta), people_(people), options_(std::move(options))
{}

asio::awaitable<engine::attempt_outcome> actions::attempt(runtime::action_request request)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto* row = find_operation(request.action);
    if (row == nullptr)
        co_return unknown_action(request);
    work now{okta_, people_, options_, made_, *row, request, scope_of(request, *row)};
    auto problem = missing_parameter(now);
    auto protection_words = protection(now);
    engine::attempt_outcome out;
    if (!problem.empty())
        out = now.refused(failure_kind::invalid, std::move(problem));
    else if (!protection_words.empty())
        out = now.refused(failure_kind::forbidden, std::move(protection_words), "PROTECTED");
    else
        out = co_await conduct_of(now);
    okta_.close(now.scope);
    co_return out;
}

asio::awaitable<engine::probe_outcome> actions::probe(runtime::action_request request)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto* row = find_operation(request.action);
    if (row == nullptr)
        co_return unknown_action(request);
    work now{okta_, people_, options_, made_, *row, request, scope_of(request, *row)};
    auto out = co_await probe_of(now);
    okta_.close(now.scope);
    co_return out;
}

asio::awaitable<engine::undo_outcome> actions::undo(runtime::action_request request)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto* row = find_operation(request.action);
    if (row == nullptr)
        co_return unknown_action(request);
    work now{okta_, people_, options_, made_, *row, request, scope_of(request, *row)};
    auto out = co_await inverse_of(now);
    okta_.close(now.scope);
    co_return out;
}

} // namespace jmld::okta
