// Every event of a hold is decided anew (released) or cancelled (rejected); then the hold says who did it.
#include "daemon/operations/holds.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/operations/views.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

// The words of whoever decided are only for those who may see people.
value shown_to(const principal& who, const runtime::hold_row& row)
{
    auto hold = hold_value(row);
    if (!sees_people(who) && hold["decided"].is_map())
        hold = hold.with("decided", hold["decided"].with("reason", value()));
    return hold;
}

asio::awaitable<http::reply> list_holds(hold_services with, call asked)
{
    const auto* state = asked.find("state");
    if (state != nullptr && *state != "held" && *state != "released" && *state != "rejected")
        co_return problem(400, "Bad Request", "state: held, released and rejected are accepted");
    auto found = co_await with.store.holds(state == nullptr ? std::string() : *state);
    if (!found)
        co_return problem(found.error());
    value_list_builder all;
    for (const auto& row : *found)
        all.add(shown_to(asked.who, row));
    co_return json_answer(value::map({{"holds", all.take()}}));
}

asio::awaitable<http::reply> hold_verb(hold_services with, call asked)
{
    const auto verb = asked.param("verb");
    if (verb != "release" && verb != "reject")
        co_return problem(404, "no such verb", "a hold takes release and reject");
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, verb == "reject") : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    const hold_id id{asked.param("id")};
    auto settled = co_await with.decisions.settle_hold(id, verb == "release", asked.who.name, *reason);
    if (settled)
        co_return json_answer(hold_value(*settled));
    if (settled.error().code != errc::conflict)
        co_return problem(settled.error());
    auto all = co_await with.store.holds("");
    value state;
    if (all)
        for (const auto& row : *all)
            if (row.id == id)
                state = row.state;
    co_return does_not_apply(settled.error(), state);
}

} // namespace

result<void> add_hold_routes(router& routes, hold_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET", "/v1/holds", role::viewer, {"state"}, "What a guard holds", bound(list_holds)},
        {"POST",
         "/v1/holds/{id}/{verb}",
         role::approver,
         {},
         "release or reject what a guard holds",
         bound(hold_verb),
         {{"reason", "string", false, "needed to reject"}}},
    });
}

} // namespace jmld::daemon
