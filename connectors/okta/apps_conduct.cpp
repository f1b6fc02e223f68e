// Apps assigned to one user. A 200 is not "provisioned": the app follows later, and its refusal shows only in
// syncState. What a group gives is left to the group.
#include "connectors/okta/undo_look.hpp"
#include "connectors/okta/work.hpp"

#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::probe_verdict;
using engine::value;
using engine::value_list;

namespace {

std::string app_id(const work& now) { return id_of(now.input("app")); }

value outputs_of(const work& now, const value& app_user, value_list review = {})
{
    return value::map({{"app", reference(now.input("app"), "label")},
                       {"user", now.user()},
                       {"scope", app_user["scope"]},
                       {"status", app_user["status"]},
                       {"sync_state", app_user["syncState"]},
                       {"review", std::move(review)}});
}

value before_of(bool assigned) { return value::map({{"assigned", assigned}}); }

bool is_assigned(const value& app_user)
{
    const auto status = app_user["status"].text_or("ACTIVE");
    return status != "DEPROVISIONED" && status != "UNASSIGNED" && status != "REVOKED";
}

bool is_following(const value& app_user)
{
    const auto state = app_user["syncState"].text_or("DISABLED");
    return state == "SYNCING" || state == "OUT_OF_SYNC";
}

asio::awaitable<reply> read_app_user(work& now)
{
    return now.send("okta.apps.get_user", value::map({{"app", app_id(now)}, {"user", now.user()}}));
}

/// An entry of the image in the words of Okta's app user.
value from_image(const value& entry)
{
    return value::map({{"scope", entry["scope"]}, {"status", entry["status"]}, {"syncState", entry["sync_state"]}});
}

bool assigned_in_image(const work& now)
{
    const auto* entry = now.image_tells(now.user()) ? now.in_image("apps", app_id(now)) : nullptr;
    return entry != nullptr && is_assigned(*entry);
}

/// The image showed that the user did not have it: then an earlier attempt gave it.
bool earlier_attempt_did(const work& now)
{
    return now.tried_before() && now.image_tells(now.user()) && !assigned_in_image(now);
}

/// Assigned by Okta; waits a little for the app itself.
attempting follow(work& now, value app_user, bool changed, engine::call_mark mark)
{
    patience wait(now, now.request.timeout / 2); // an app may take its time: that must not use up the attempt
    while (is_following(app_user)) {
        const bool more = co_await wait.again();
        if (!more)
            break;
        auto read = co_await read_app_user(now);
        if (!read.ok() && !is_missing(read))
            break; // what was assigned stays so; the verification looks again
        if (read.ok())
            app_user = read.body;
    }
    if (app_user["syncState"].text_or() == "ERROR") {
        auto out = now.refused(failure_kind::conflict,
                               "the app could not make the user's account: its syncState is ERROR", "SYNC_ERROR");
        auto& failure = std::get<engine::attempt_failed>(out);
        failure.mark.status = mark.status;
        failure.mark.request_id = mark.request_id;
        failure.before = changed ? before_of(false) : value();
        co_return out;
    }
    co_return now.done(outputs_of(now, app_user), changed, before_of(!changed), mark);
}

} // namespace

attempting attempt_assign_app(work& now)
{
    const auto* there = now.image_tells(now.user()) ? now.in_image("apps", app_id(now)) : nullptr;
    if (there != nullptr && is_assigned(*there) && !now.tried_before() && (*there)["sync_state"].text_or() != "ERROR")
        co_return now.done_without_call(outputs_of(now, from_image(*there)));
    auto read = co_await read_app_user(now);
    if (read.ok() && is_assigned(read.body))
        co_return co_await follow(now, read.body, earlier_attempt_did(now), read.mark);
    if (!read.ok() && !is_missing(read))
        co_return now.failed(read);
    auto answer = co_await now.perform();
    if (answer.ok())
        co_return co_await follow(now, answer.body, true, answer.mark);
    if (answer.already(now.row) != nullptr) {
        read = co_await read_app_user(now);
        if (!read.ok())
            co_return now.failed(read, before_of(false));
        co_return co_await follow(now, read.body, earlier_attempt_did(now), answer.mark);
    }
    co_return now.failed(answer, before_of(false));
}

attempting attempt_unassign_app(work& now)
{
    const auto* in_image = now.in_image("apps", app_id(now));
    value app_user = in_image != nullptr && !now.image_status(now.user()).empty() ? from_image(*in_image) : value();
    if (app_user.is_null()) {
        auto read = co_await read_app_user(now);
        if (is_missing(read))
            co_return now.done(outputs_of(now, {}), now.tried_before(), before_of(assigned_in_image(now)), read.mark);
        if (!read.ok())
            co_return now.failed(read);
        app_user = read.body;
    }
    const auto by_group = [&] { return value_list{owned("app", reference(now.input("app"), "label"), "group")}; };
    if (app_user["scope"].text_or("USER") != "USER")
        co_return now.done_without_call(outputs_of(now, app_user, by_group()));
    auto answer = co_await now.perform();
    if (answer.ok())
        co_return now.done(outputs_of(now, app_user), true, before_of(true), answer.mark);
    const auto* already = answer.already(now.row);
    if (already == nullptr)
        co_return now.failed(answer, before_of(true));
    if (already->read_back) // a group grants it too
        co_return now.done(outputs_of(now, app_user, by_group()), false, before_of(true), answer.mark);
    co_return now.done(outputs_of(now, app_user), now.tried_before(), before_of(true), answer.mark);
}

probing probe_app_user(work& now)
{
    const bool wanted = now.row.how == conduct::assign_app;
    auto read = co_await read_app_user(now);
    if (!read.ok() && !is_missing(read))
        co_return now.probe_failed(read);
    const bool assigned = read.ok() && is_assigned(read.body);
    // Assigned, but the app itself refused: no success to adopt. The next attempt finds it so and says why.
    const bool refused = wanted && assigned && read.body["syncState"].text_or() == "ERROR";
    if (assigned != wanted || refused)
        co_return now.settled(probe_verdict::not_done, {}, false, read);
    const bool was_there = assigned_in_image(now);
    auto out = now.settled(probe_verdict::done, outputs_of(now, read.body), was_there != wanted, read);
    std::get<engine::probe_settled>(out).before = before_of(was_there);
    co_return out;
}

undoing undo_app_user(work& now)
{
    // An attempt that a restart cut short left no image of its own; the run's does.
    const bool before =
        now.request.before.is_null() ? assigned_in_image(now) : now.request.before["assigned"] == value(true);
    auto read = co_await look_until_shown(
        now, [&] { return read_app_user(now); },
        [before](const reply& seen) {
            return seen.ok() ? is_assigned(seen.body) != before : before || !is_missing(seen);
        });
    if (!read.ok() && !is_missing(read))
        co_return now.undo_failed(read);
    const bool assigned = read.ok() && is_assigned(read.body);
    if (assigned == before)
        co_return now.undone(false, read.mark);
    if (!before && read.body["scope"].text_or("USER") != "USER")
        co_return now.undone(false, read.mark, "a group gives this app by now; it is left to the group");
    auto answer = co_await now.send(now.row.undone_by, value::map({{"app", app_id(now)}, {"user", now.user()}}));
    const auto& undoing_row = operation_named(now.row.undone_by);
    if (!answer.ok() && answer.already(undoing_row) == nullptr)
        co_return now.undo_failed(answer);
    co_return now.undone(true, answer.mark,
                         before ? "assigned anew: what the app itself knew of the user did not come back" : "");
}

} // namespace jmld::okta
