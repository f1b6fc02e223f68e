// What became of an object's call whose answer was lost, and how such a call is undone. Both look at the object itself,
// and leave alone what somebody else has changed since.
#include "connectors/okta/object_look.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::okta {

using engine::probe_verdict;
using engine::value;
using engine::value_map;

namespace {

constexpr duration listing_lag{10'000}; // lists of groups and apps may lag behind a write for so long

constexpr std::array read_only{"id",     "created",   "lastUpdated", "lastMembershipUpdated",
                               "_links", "_embedded", "objectClass", "system",
                               "status", "orn",       "features"};

/// Whether the one that was found is of our making: unknown when nothing tells it from one that was there before.
std::optional<bool> made_by_us(const work& now, const seen_object& seen)
{
    const auto& before = now.request.before["named"];
    const auto recent = is_since(seen.object, "created", now.began_by_okta());
    if (before.is_list())
        return recent.value_or(true) && std::ranges::find(before.items(), seen.object["id"]) == before.items().end();
    return recent;
}

probing settle_made(work& now)
{
    patience wait(now, listing_lag);
    auto seen = co_await look_for(now, now.row);
    bool more = seen.ok() && !seen.so;
    while (more) { // a list may not show yet what was just made
        const bool waited = co_await wait.again();
        if (!waited)
            break;
        seen = co_await look_for(now, now.row);
        more = seen.ok() && !seen.so;
    }
    if (!seen.ok())
        co_return now.probe_failed(seen.answer);
    if (!seen.so)
        co_return now.settled(probe_verdict::not_done, {}, false, seen.answer);
    if (seen.alike > 1)
        co_return now.settled(probe_verdict::cannot_tell, {}, false, seen.answer,
                              "several of this name are as it should be made");
    const auto ours = made_by_us(now, seen);
    if (!ours)
        co_return now.settled(probe_verdict::cannot_tell, {}, false, seen.answer,
                              "there is one as it should be made, and nothing tells whether it was there before");
    co_return now.settled(probe_verdict::done, object_outputs(now, seen.object, !*ours), *ours, seen.answer);
}

} // namespace

probing probe_object(work& now)
{
    if (now.row.looks.shows == sign::made)
        co_return co_await settle_made(now);
    auto seen = co_await look_for(now, now.row);
    if (!seen.ok())
        co_return now.probe_failed(seen.answer);
    if (!seen.so)
        co_return now.settled(probe_verdict::not_done, {}, false, seen.answer);
    co_return now.settled(probe_verdict::done, object_outputs(now, seen.object, false), true, seen.answer);
}

probing probe_again(work& now)
{
    co_return now.settled(probe_verdict::not_done, {}, false, {}, std::string(now.row.when_lost));
}

// ---- undoing
// ---------------------------------------------------------------------------------------------------------------

namespace {

/// The arguments of the row that removes what ours made: ours, and the new id where it has a place of its own.
value removal_arguments(const work& now, const operation& removing)
{
    value_map arguments;
    for (const auto& parameter : removing.parameters)
        if (parameter.where == place::path) {
            const auto& given = now.input(parameter.name);
            arguments.emplace_back(parameter.name, given.is_null() ? now.request.outputs["id"] : given);
        }
    return arguments;
}

/// Everything of an object that a call may set.
value settable(const value& object)
{
    auto out = object;
    for (const auto* key : read_only)
        out = out.without(key);
    return out;
}

/// Our inputs, with the body as `object` had it.
value restoring_arguments(const work& now, const value& object)
{
    auto arguments = now.request.inputs;
    for (const auto& parameter : now.row.parameters) {
        if (parameter.name.empty())
            continue;
        if (parameter.where == place::body)
            arguments = arguments.with(std::string(parameter.name), at_key(object, parameter.wire));
        if (parameter.where == place::whole)
            arguments = arguments.with(std::string(parameter.name), settable(object));
    }
    return arguments;
}

undoing restore_object(work& now)
{
    const auto& before = now.request.before["object"];
    auto seen = co_await look_for(now, now.row);
    if (is_missing(seen.answer))
        co_return now.left_alone("it is not there any more", seen.answer.mark);
    if (!seen.ok())
        co_return now.undo_failed(seen.answer);
    if (before.is_null())
        co_return now.left_alone("what was there before is not known: an attempt was cut short", seen.answer.mark);
    const bool as_we_left_it =
        holds(seen.object, sent_by(now), false); // what Okta does not tell is not held against it
    if (!as_we_left_it && holds(seen.object, settable(before), false))
        co_return now.undone(false, seen.answer.mark);
    if (!as_we_left_it)
        co_return now.left_alone("somebody changed it since", seen.answer.mark);
    auto answer = co_await call_for(now, now.row, restoring_arguments(now, before), seen);
    if (!answer.ok())
        co_return now.undo_failed(answer);
    co_return now.undone(true, answer.mark);
}

/// The id that a link or an entry names: what stands after its last slash.
std::string named_by(const value& content)
{
    const auto text = content.text_or();
    return text.substr(text.rfind('/') + 1);
}

undoing turn_back(work& now)
{
    auto seen = co_await look_for(now, now.row);
    if (is_missing(seen.answer))
        co_return now.left_alone("it is not there any more", seen.answer.mark);
    if (!seen.ok())
        co_return now.undo_failed(seen.answer);
    if (!seen.so)
        co_return now.undone(false, seen.answer.mark);
    const auto& earlier = now.request.before["object"];
    auto arguments = now.request.inputs;
    auto back = now.row.undone_by;
    if (now.row.inverse == inverse_kind::relink && !earlier.is_null()) {
        arguments = arguments.with(std::string(now.row.looks.as), named_by(at_key(earlier, now.row.looks.at)));
        if (now.row.method == "PUT")
            back = now.row.name; // what was replaced is put back by the same call
    }
    auto answer = co_await now.send(back, std::move(arguments));
    if (!answer.ok() && !is_missing(answer))
        co_return now.undo_failed(answer);
    co_return now.undone(answer.ok(), answer.mark);
}

undoing remove_made(work& now)
{
    const auto& removing = operation_named(now.row.undone_by);
    const auto arguments = removal_arguments(now, removing);
    if (!now.row.kept_while.empty()) {
        auto users = co_await now.list(now.row.kept_while, arguments);
        if (is_missing(users))
            co_return now.undone(false, users.mark);
        if (!users.ok())
            co_return now.undo_failed(users);
        if (!users.body.items().empty())
            co_return now.left_alone("it is in use by now: " + std::string(now.row.kept_while) + " is not empty",
                                     users.mark);
    }
    seen_object open; // taken as open: closing what is closed does no harm
    open.object = value::map({{"status", "ACTIVE"}});
    auto answer = co_await call_for(now, removing, arguments, open);
    if (!answer.ok() && !is_missing(answer))
        co_return now.undo_failed(answer);
    co_return now.undone(answer.ok(), answer.mark);
}

} // namespace

undoing undo_object(work& now)
{
    switch (now.row.inverse) {
    case inverse_kind::remove_made:
        return remove_made(now);
    case inverse_kind::restore_object:
        return restore_object(now);
    case inverse_kind::opposite:
    case inverse_kind::relink:
        return turn_back(now);
    case inverse_kind::none:
    case inverse_kind::delete_created:
    case inverse_kind::restore_profile:
    case inverse_kind::restore_status:
    case inverse_kind::restore_membership:
    case inverse_kind::restore_app_user:
    case inverse_kind::restore_role:
        break;
    }
    std::abort(); // actions.cpp hands over only the four above
}

} // namespace jmld::okta
