// Activate, deactivate, suspend, unsuspend: one conduct over the columns of their rows. A call is spared when the
// status says that it is done or that Okta refuses it there; an ambiguous refusal is settled by a look.
#include "connectors/okta/undo_look.hpp"
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

using engine::failure_kind;
using engine::probe_verdict;
using engine::value;

namespace {

struct seen_status
{
    std::string status;        ///< empty: not known
    std::string transitioning; ///< the status it is going to; empty

    /// A word that Okta did not have when this was written.
    bool is_new() const
    {
        constexpr std::string_view words =
            " STAGED PROVISIONED ACTIVE RECOVERY PASSWORD_EXPIRED LOCKED_OUT SUSPENDED DEPROVISIONED ";
        return !status.empty() && words.find(" " + status + " ") == std::string_view::npos;
    }
    bool reached(const operation& row) const { return transitioning.empty() && is_one_of(row.reaches, status); }
    bool on_its_way(const operation& row) const { return is_one_of(row.reaches, transitioning); }
};

seen_status status_in(const value& user, std::string_view transitioning_key)
{
    return {user["status"].text_or(), user[transitioning_key].text_or()};
}

value outputs_of(const std::string& id, const std::string& status, value refused = {})
{
    return value::map(
        {{"id", id}, {"status", status.empty() ? value() : value(status)}, {"refused", std::move(refused)}});
}

value before_of(const seen_status& was) { return was.status.empty() ? value() : value::map({{"status", was.status}}); }

/// The image says that somebody else did not do it before this run: then an earlier attempt of ours did.
bool earlier_attempt_did(const work& now)
{
    const auto status = now.image_status(now.user());
    return now.tried_before() && !is_one_of(now.row.reaches, status);
}

/// Nobody by this id: fine for who is to be closed, if this run had seen him.
engine::attempt_outcome gone(work& now, const reply& answer)
{
    const bool was_there = !now.image_status(now.user()).empty();
    if (now.row.effect == engine::effect_class::revokes && was_there)
        return now.done(outputs_of(now.user(), {}), false, {}, answer.mark);
    return now.failed(answer);
}

/// Looks until Okta has finished, or the attempt's time is used up.
attempting settle(work& now, value before, bool changed, engine::call_mark mark)
{
    patience wait(now, now.request.timeout);
    bool more = true;
    while (more) {
        auto found = co_await now.get_user(now.user());
        if (is_missing(found))
            co_return gone(now, found);
        if (!found.ok()) { // the call was accepted: whatever keeps us from looking, something may have changed
            if (!engine::is_transient(found.failure->kind))
                found.failure->kind = failure_kind::unknown_outcome;
            co_return now.failed(found, before);
        }
        const auto current = status_in(found.body, "transitioningToStatus");
        if (current.reached(now.row))
            co_return now.done(outputs_of(now.user(), current.status), changed, before, mark);
        more = co_await wait.again();
    }
    co_return now.refused(failure_kind::conflict,
                          "Okta has accepted it, but has not finished within the time of this attempt");
}

/// Okta refused with an answer that may mean "already so": the person decides.
attempting look_after_refusal(work& now, reply answer, value before)
{
    auto found = co_await now.get_user(now.user());
    if (is_missing(found))
        co_return gone(now, found);
    if (!found.ok())
        co_return now.failed(found, before);
    const auto current = status_in(found.body, "transitioningToStatus");
    if (current.reached(now.row))
        co_return now.done(outputs_of(now.user(), current.status), earlier_attempt_did(now), before, answer.mark);
    if (current.on_its_way(now.row))
        co_return co_await settle(now, before, earlier_attempt_did(now), answer.mark);
    if (is_missing(answer))
        co_return now.refused(failure_kind::conflict,
                              "Okta says there is no such user, but shows one who is " + current.status);
    if (current.status == now.row.from.front())
        co_return now.failed(answer, before); // refused where it should not be: the reason is another one
    co_return now.done(outputs_of(now.user(), current.status, current.status), false, before, answer.mark);
}

} // namespace

attempting attempt_status(work& now)
{
    const auto id = now.user();
    const auto& who = now.request.image["user"];
    seen_status known;
    // What this run itself suspended is SUSPENDED by now, whatever its image says.
    const bool lets_in_again = now.row.inverse == inverse_kind::restore_status &&
                               now.row.effect == engine::effect_class::grants && who["id"].text_or() == id &&
                               !is_one_of(now.row.from, who["status"].text_or());
    if (now.tried_before() || lets_in_again) {
        auto found = co_await now.get_user(id);
        if (is_missing(found))
            co_return gone(now, found);
        if (!found.ok())
            co_return now.failed(found);
        known = status_in(found.body, "transitioningToStatus");
    } else if (who["id"].text_or() == id) {
        known = status_in(who, "transitioning");
    }
    const auto before = earlier_attempt_did(now) ? value::map({{"status", now.image_status(id)}}) : before_of(known);
    if (known.reached(now.row))
        co_return now.done(outputs_of(id, known.status), earlier_attempt_did(now), before, {});
    if (known.on_its_way(now.row))
        co_return co_await settle(now, before, earlier_attempt_did(now), {});
    // From a status nobody knows here, Okta decides whether it can be done.
    if (!known.status.empty() && !known.is_new() && !is_one_of(now.row.from, known.status))
        co_return now.done_without_call(outputs_of(id, known.status, known.status));
    auto answer = co_await now.perform();
    if (answer.ok() && now.row.settles)
        co_return co_await settle(now, before, true, answer.mark);
    if (answer.ok())
        co_return now.done(outputs_of(id, std::string(now.row.reaches.front())), true, before, answer.mark);
    if (answer.already(now.row) != nullptr)
        co_return co_await look_after_refusal(now, std::move(answer), before);
    co_return now.failed(answer, before);
}

probing probe_status(work& now)
{
    auto found = co_await now.get_user(now.user());
    const bool gone_as_wanted = is_missing(found) && now.row.effect == engine::effect_class::revokes;
    if (gone_as_wanted && !now.image_status(now.user()).empty())
        co_return now.settled(probe_verdict::done, outputs_of(now.user(), {}), true, found);
    if (is_missing(found))
        co_return now.settled(probe_verdict::not_done, {}, false, found, "there is no such user");
    if (!found.ok())
        co_return now.probe_failed(found);
    const auto current = status_in(found.body, "transitioningToStatus");
    if (current.is_new())
        co_return now.settled(probe_verdict::cannot_tell, {}, false, found, "the user's status is " + current.status);
    // One that is on its way is waited for by the next attempt, which looks first.
    if (!current.reached(now.row))
        co_return now.settled(probe_verdict::not_done, {}, false, found);
    const bool was_so = is_one_of(now.row.reaches, now.image_status(now.user()));
    auto out = now.settled(probe_verdict::done, outputs_of(now.user(), current.status), !was_so, found);
    if (auto* settled = std::get_if<engine::probe_settled>(&out); settled != nullptr && settled->before.is_null())
        settled->before = before_of({now.image_status(now.user()), {}});
    co_return out;
}

undoing undo_status(work& now)
{
    const auto id = now.user();
    const auto was = now.request.before["status"].text_or();
    auto found = co_await look_until_shown(
        now, [&] { return now.get_user(id); },
        [&was](const reply& seen) {
            return seen.ok() ? status_in(seen.body, "transitioningToStatus").status != was : !is_missing(seen);
        });
    if (is_missing(found))
        co_return now.left_alone("there is no such user any more", found.mark);
    if (!found.ok())
        co_return now.undo_failed(found);
    const auto current = status_in(found.body, "transitioningToStatus");
    if (current.status == was)
        co_return now.undone(false, found.mark);
    if (!current.reached(now.row))
        co_return now.left_alone("somebody changed the status since: it is " + current.status, found.mark);
    auto answer = co_await now.send(now.row.undone_by, value::map({{"user", id}}));
    if (!answer.ok())
        co_return now.undo_failed(answer);
    co_return now.undone(true, answer.mark);
}

} // namespace jmld::okta
