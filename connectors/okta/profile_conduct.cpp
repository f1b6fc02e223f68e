// Changing attributes of a profile and putting them back. Attributes that another system masters are left to it; only
// what differs is sent.
#include "connectors/okta/undo_look.hpp"
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::okta {

using engine::failure_kind;
using engine::probe_verdict;
using engine::value;
using engine::value_list;
using engine::value_map;

std::string bad_profile(const value& profile)
{
    if (!profile.is_map())
        return "parameter 'profile' is not a map of attributes";
    for (const auto* attribute : {"login", "email", "secondEmail"})
        if (profile[attribute].text_or().starts_with("mailto:"))
            return std::string("profile attribute '") + attribute +
                   "' begins with mailto:; a plain address is accepted";
    return {};
}

namespace {

/// Those of `wanted` that are not so in `profile`.
value differing(const value& wanted, const value& profile)
{
    value_map out;
    for (const auto& [attribute, content] : wanted.entries())
        if (!(profile[attribute] == content))
            out.emplace_back(attribute, content);
    return out;
}

value only(const value& profile, const value& attributes)
{
    value_map out;
    for (const auto& [attribute, content] : attributes.entries())
        out.emplace_back(attribute, profile[attribute]);
    return out;
}

value update_outputs(const std::string& id, const value& profile, value_list not_set = {})
{
    return value::map({{"id", id}, {"profile", profile}, {"not_set", std::move(not_set)}});
}

/// The profile, or some attribute of it, is another system's to set.
bool belongs_elsewhere(const reply& answer)
{
    constexpr std::array<std::string_view, 6> refusals{"E0000023", "E0000075", "E0000076",
                                                       "E0000077", "E0000078", "E0000111"};
    return (answer.status == 403 || answer.status == 405) &&
           std::ranges::find(refusals, answer.error.code) != refusals.end();
}

/// Okta does not say which of them it refuses: each is sent by itself, and what is another system's is left to it.
attempting update_one_by_one(work& now, value changes, value was)
{
    value_map taken;
    value_list not_set;
    engine::call_mark mark;
    for (const auto& [attribute, content] : changes.entries()) {
        const auto one = value::map({{attribute, content}});
        auto answer = co_await now.perform_with(now.request.inputs.with("profile", one));
        mark = answer.mark;
        if (answer.ok())
            taken.emplace_back(attribute, answer.body["profile"][attribute]);
        else if (belongs_elsewhere(answer))
            not_set.emplace_back(attribute);
        else
            co_return now.failed(answer, value::map({{"profile", only(was, value(std::move(taken)))}}));
    }
    const bool changed = !taken.empty();
    const value set(std::move(taken));
    co_return now.done(update_outputs(now.user(), set, std::move(not_set)), changed,
                       value::map({{"profile", only(was, set)}}), mark);
}

} // namespace

attempting attempt_update(work& now)
{
    const auto& wanted = now.input("profile");
    const auto id = now.user();
    if (auto problem = bad_profile(wanted); !problem.empty())
        co_return now.refused(failure_kind::invalid, std::move(problem));
    auto profile = now.request.image["user"]["profile"];
    if (now.image_status(id).empty()) {
        auto found = co_await now.get_user(id);
        if (!found.ok())
            co_return now.failed(found);
        profile = found.body["profile"];
    }
    const auto changes = differing(wanted, profile);
    if (changes.entries().empty())
        co_return now.done_without_call(update_outputs(id, wanted));
    const auto before = value::map({{"profile", only(profile, changes)}});
    auto answer = co_await now.perform_with(now.request.inputs.with("profile", changes));
    if (belongs_elsewhere(answer) && changes.entries().size() == 1)
        co_return now.done(update_outputs(id, value::map({}), {changes.entries().front().first}), false, {},
                           answer.mark);
    if (belongs_elsewhere(answer) && now.input("if_match").is_null()) {
        auto outcome = co_await update_one_by_one(now, changes, profile);
        co_return outcome;
    }
    if (!answer.ok())
        co_return now.failed(answer, before);
    co_return now.done(update_outputs(id, only(answer.body["profile"], wanted)), true, before, answer.mark);
}

probing probe_profile(work& now)
{
    const auto& wanted = now.input("profile");
    auto found = co_await now.get_user(now.user());
    if (!found.ok())
        co_return now.probe_failed(found);
    const bool so = differing(wanted, found.body["profile"]).entries().empty();
    const auto outputs = update_outputs(now.user(), only(found.body["profile"], wanted));
    co_return now.settled(so ? probe_verdict::done : probe_verdict::not_done, outputs, so, found);
}

namespace {

/// An attempt that a restart cut short left no image of its own; the run's does.
value profile_before(const work& now)
{
    if (!now.request.before.is_null() || now.image_status(now.user()).empty())
        return now.request.before["profile"];
    const auto& profile = now.request.image["user"]["profile"];
    return only(profile, differing(now.input("profile"), profile));
}

} // namespace

// Only what still is as we set it goes back; what somebody else set since stays.
undoing undo_profile(work& now)
{
    const auto old = profile_before(now);
    const auto id = now.user();
    auto found = co_await look_until_shown(
        now, [&] { return now.get_user(id); },
        [&old](const reply& seen) {
            return seen.ok() ? !differing(old, seen.body["profile"]).entries().empty() : !is_missing(seen);
        });
    if (is_missing(found))
        co_return now.left_alone("there is no such user any more", found.mark);
    if (!found.ok())
        co_return now.undo_failed(found);
    value_map back;
    bool foreign = false;
    for (const auto& [attribute, content] : old.entries()) {
        const auto& current = found.body["profile"][attribute];
        if (current == content)
            continue;
        if (current == now.input("profile")[attribute])
            back.emplace_back(attribute, content);
        else
            foreign = true;
    }
    auto mark = found.mark;
    const bool any = !back.empty();
    if (any) {
        auto answer =
            co_await now.send("okta.users.update", value::map({{"user", id}, {"profile", value(std::move(back))}}));
        if (!answer.ok())
            co_return now.undo_failed(answer);
        mark = answer.mark;
    }
    if (!foreign)
        co_return now.undone(any, mark);
    co_return engine::undo_succeeded{.changed = any,
                                     .conflict = true,
                                     .detail = "somebody changed some of these attributes since; they were left",
                                     .mark = mark,
                                     .calls = value(now.scope.calls)};
}

} // namespace jmld::okta
