// Direct memberships of OKTA_GROUPs. What a rule or a directory gives gets no call: removing it would only make Okta
// note an exclusion, which no later call takes back.
#include "connectors/okta/undo_look.hpp"
#include "connectors/okta/work.hpp"

#include <utility>

namespace jmld::okta {

using engine::failure_kind;
using engine::probe_verdict;
using engine::value;
using engine::value_list;

namespace {

value outputs_of(const work& now, value_list review = {})
{
    return value::map(
        {{"group", reference(now.input("group"), "name")}, {"user", now.user()}, {"review", std::move(review)}});
}

value before_of(bool member) { return value::map({{"member", member}}); }

std::string group_id(const work& now) { return id_of(now.input("group")); }

/// OKTA_GROUP unless the input or the image says otherwise.
std::string type_of(const work& now, const value* entry)
{
    const auto otherwise = entry != nullptr ? (*entry)["type"].text_or("OKTA_GROUP") : "OKTA_GROUP";
    return now.input("group")["type"].text_or(otherwise);
}

value named_group(const value& entry, const work& now)
{
    return value::map({{"id", group_id(now)}, {"name", entry["name"].text_or(name_of(now.input("group")))}});
}

} // namespace

attempting attempt_add_member(work& now)
{
    const auto id = group_id(now);
    const bool known = now.image_tells(now.user());
    const auto* there = known ? now.in_image("groups", id) : nullptr;
    if (const auto type = type_of(now, there); type != "OKTA_GROUP")
        co_return now.refused(failure_kind::forbidden, "members of a group of type " + type +
                                                           " are not ours to make: its source or Okta itself does");
    bool member = there != nullptr;
    if (!known) {
        auto read = co_await now.membership(now.user(), id);
        if (!read)
            co_return now.failed(read.error());
        member = !read->is_null();
    }
    if (member)
        co_return now.done(outputs_of(now), false, before_of(true), {});
    auto answer = co_await now.perform();
    if (answer.ok())
        co_return now.done(outputs_of(now), true, before_of(false), answer.mark);
    // Okta may not know yet everywhere whom this run has just made.
    const bool fresh = now.request.image.is_map() && now.request.image["user"].is_null();
    if (is_missing(answer) && fresh && answer.error.mentions("(User)"))
        answer.failure->kind = failure_kind::conflict;
    co_return now.failed(answer, before_of(false));
}

attempting attempt_remove_member(work& now)
{
    const auto id = group_id(now);
    const auto* in_image = now.in_image("groups", id);
    value entry = in_image != nullptr && !now.image_status(now.user()).empty() ? *in_image : value();
    const bool was_there = !entry.is_null();
    if (!was_there) {
        // It was not there when the run began: it came back, or the run was told by somebody else.
        auto read = co_await now.membership(now.user(), id);
        if (!read && !is_missing(read.error()))
            co_return now.failed(read.error());
        if (!read || read->is_null())
            co_return now.done(outputs_of(now), now.tried_before(), before_of(false), {});
        entry = *read;
    }
    if (type_of(now, &entry) != "OKTA_GROUP")
        co_return now.done_without_call(outputs_of(now, {owned("group", named_group(entry, now), "directory")}));
    if (entry["membership"].text_or() == "rule")
        co_return now.done_without_call(outputs_of(now, {owned("group", named_group(entry, now), "rule")}));
    auto answer = co_await now.perform();
    if (answer.ok())
        co_return now.done(outputs_of(now), true, before_of(true), answer.mark);
    if (answer.already(now.row) != nullptr)
        co_return now.done(outputs_of(now), now.tried_before(), before_of(true), answer.mark);
    co_return now.failed(answer, before_of(true));
}

// Present is what one row wants and the other does not.
probing probe_membership(work& now)
{
    const bool wanted = now.row.how == conduct::add_member;
    auto read = co_await now.membership(now.user(), group_id(now));
    if (!read && is_missing(read.error()) && !wanted)
        co_return now.settled(probe_verdict::done, outputs_of(now), true, read.error());
    if (!read)
        co_return now.probe_failed(read.error());
    const bool member = !read->is_null();
    if (member != wanted)
        co_return now.settled(probe_verdict::not_done, {}, false, {});
    const bool was_there = now.in_image("groups", group_id(now)) != nullptr;
    auto out = now.settled(probe_verdict::done, outputs_of(now), was_there != wanted, {});
    std::get<engine::probe_settled>(out).before = before_of(was_there);
    co_return out;
}

undoing undo_membership(work& now)
{
    // An attempt that a restart cut short left no image of its own; the run's does.
    const bool before = now.request.before.is_null() ? now.in_image("groups", group_id(now)) != nullptr
                                                     : now.request.before["member"] == value(true);
    using reading = std::expected<value, reply>;
    auto read = co_await look_until_shown(
        now, [&] { return now.membership(now.user(), group_id(now)); },
        [before](const reading& seen) { return seen ? seen->is_null() == before : !is_missing(seen.error()); });
    if (!read && is_missing(read.error()))
        co_return now.undone(false, read.error().mark, "there is no such user any more");
    if (!read)
        co_return now.undo_failed(read.error());
    if (read->is_null() != before)
        co_return now.undone(false, {});
    if (!before && (*read)["membership"].text_or() == "rule")
        co_return now.undone(false, {}, "a rule gives this membership by now; it is left to the rule");
    auto arguments = value::map({{"group", group_id(now)}, {"user", now.user()}});
    auto answer = co_await now.send(now.row.undone_by, std::move(arguments));
    if (!answer.ok() && !(is_missing(answer) && !before))
        co_return now.undo_failed(answer);
    co_return now.undone(true, answer.mark);
}

} // namespace jmld::okta
