// Administrator roles given to one user, and the looks at factors. Roles that come through a group end with the
// membership.
#include "connectors/okta/undo_look.hpp"
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::probe_verdict;
using engine::value;
using engine::value_list;

namespace {

const value* entry_by(const value& items, std::string_view key, std::string_view content)
{
    const auto& list = items.items();
    const auto found = std::ranges::find_if(list, [&](const value& item) { return item[key].text_or() == content; });
    return found != list.end() ? &*found : nullptr;
}

std::string role_type(const value& role) { return role.is_map() ? role["type"].text_or() : role.text_or(); }

value assign_outputs(const work& now, const value& role)
{
    return value::map({{"id", role["id"]}, {"type", role_type(now.input("role"))}, {"user", now.user()}});
}

/// What the input leaves out, the image may know.
value whole_role(const work& now)
{
    const auto id = id_of(now.input("role"));
    const auto* known = now.image_status(now.user()).empty() ? nullptr : now.in_image("roles", id);
    const auto& given = now.input("role");
    const auto pick = [&](const char* key) {
        return !given[key].is_null() || known == nullptr ? given[key] : (*known)[key];
    };
    return value::map({{"id", id}, {"type", pick("type")}, {"assignmentType", pick("assignmentType")}});
}

value unassign_outputs(const work& now, const value& role, value_list review = {})
{
    return value::map({{"role", role.without("assignmentType")}, {"user", now.user()}, {"review", std::move(review)}});
}

asio::awaitable<reply> list_roles(work& now) { return now.list("okta.roles.list", value::map({{"user", now.user()}})); }

} // namespace

attempting attempt_assign_role(work& now)
{
    const auto type = role_type(now.input("role"));
    if (now.image_tells(now.user()) && !now.tried_before())
        if (const auto* there = entry_by(now.request.image["roles"], "type", type))
            co_return now.done_without_call(assign_outputs(now, *there));
    auto answer = co_await now.perform();
    if (answer.ok())
        co_return now.done(assign_outputs(now, answer.body), true, {}, answer.mark);
    if (answer.already(now.row) == nullptr)
        co_return now.failed(answer);
    auto roles = co_await list_roles(now);
    if (!roles.ok())
        co_return now.failed(roles);
    const auto* there = entry_by(roles.body, "type", type);
    co_return now.done(assign_outputs(now, there != nullptr ? *there : value()), now.tried_before(), {}, answer.mark);
}

attempting attempt_unassign_role(work& now)
{
    const auto role = whole_role(now);
    if (role["assignmentType"].text_or("USER") != "USER")
        co_return now.done_without_call(
            unassign_outputs(now, role, {owned("role", role.without("assignmentType"), "group")}));
    auto answer = co_await now.perform();
    if (answer.ok())
        co_return now.done(unassign_outputs(now, role), true, role, answer.mark);
    if (answer.already(now.row) != nullptr)
        co_return now.done(unassign_outputs(now, role), now.tried_before(), role, answer.mark);
    co_return now.failed(answer, role);
}

probing probe_role(work& now)
{
    const bool wanted = now.row.how == conduct::assign_role;
    auto roles = co_await list_roles(now);
    if (!roles.ok())
        co_return now.probe_failed(roles);
    const auto* there = wanted ? entry_by(roles.body, "type", role_type(now.input("role")))
                               : entry_by(roles.body, "id", id_of(now.input("role")));
    if ((there != nullptr) != wanted)
        co_return now.settled(probe_verdict::not_done, {}, false, roles);
    if (wanted)
        co_return now.settled(probe_verdict::done, assign_outputs(now, *there), true, roles);
    auto out = now.settled(probe_verdict::done, unassign_outputs(now, whole_role(now)), true, roles);
    std::get<engine::probe_settled>(out).before = whole_role(now);
    co_return out;
}

undoing undo_role(work& now)
{
    const bool assigned_by_us = now.row.how == conduct::assign_role;
    const auto type = assigned_by_us ? now.request.outputs["type"].text_or() : now.request.before["type"].text_or();
    const auto that_role = [&](const reply& seen) {
        return assigned_by_us ? entry_by(seen.body, "id", now.request.outputs["id"].text_or())
                              : entry_by(seen.body, "type", type);
    };
    auto roles = co_await look_until_shown(
        now, [&] { return list_roles(now); },
        [&](const reply& seen) {
            return seen.ok() ? (that_role(seen) != nullptr) == assigned_by_us : !is_missing(seen);
        });
    if (is_missing(roles))
        co_return now.undone(false, roles.mark, "there is no such user any more");
    if (!roles.ok())
        co_return now.undo_failed(roles);
    const auto* there = that_role(roles);
    if ((there != nullptr) != assigned_by_us)
        co_return now.undone(false, roles.mark);
    if (!assigned_by_us && (type.empty() || type == "CUSTOM"))
        co_return now.left_alone("a custom role cannot be given back by its type alone", roles.mark);
    const auto arguments = value::map({{"user", now.user()}, {"role", assigned_by_us ? *there : value(type)}});
    auto answer = co_await now.send(now.row.undone_by, arguments);
    if (!answer.ok() && answer.already(operation_named(now.row.undone_by)) == nullptr)
        co_return now.undo_failed(answer);
    co_return now.undone(true, answer.mark, assigned_by_us ? "" : "given back without the targets it had");
}

// One factor by its id, or all of them when the action names none.
probing probe_factors(work& now)
{
    auto factors = co_await now.list("okta.factors.list", value::map({{"user", now.user()}}));
    if (!factors.ok())
        co_return now.probe_failed(factors);
    const auto id = id_of(now.input("factor"));
    const bool left = id.empty() ? !factors.body.items().empty() : entry_by(factors.body, "id", id) != nullptr;
    co_return now.settled(left ? probe_verdict::not_done : probe_verdict::done, value::map({{"id", now.user()}}), !left,
                          factors);
}

} // namespace jmld::okta
