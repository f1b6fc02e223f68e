// Making and deleting accounts. The login is Okta's to refuse; whose account it is decides a marker that we
// wrote, never a name.
#include "connectors/okta/undo_look.hpp"
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::probe_verdict;
using engine::value;
using engine::value_map;

namespace {

constexpr int candidates_max = 50;
constexpr std::size_t login_bytes_max = 100;
constexpr duration clock_difference{120'000};   // ours and Okta's
constexpr duration earlier_attempts{3'600'000}; // how long ago an earlier attempt of a step may have made the account

std::string numbered(const std::string& login, int number)
{
    if (number == 1)
        return login;
    const auto suffix = std::to_string(number);
    const auto at = std::min(login.rfind('@'), login.size());
    const auto domain = login.substr(at);
    const auto room = login_bytes_max - std::min(login_bytes_max, domain.size() + suffix.size());
    return login.substr(0, std::min(at, room)) + suffix + domain;
}

/// The profile for the n-th candidate. An address that was only the login follows it: the mail must not go to somebody
/// else.
value profile_for(const value& wanted, int number)
{
    const auto login = wanted["login"].text_or();
    const auto candidate = numbered(login, number);
    auto profile = wanted.with("login", candidate);
    if (wanted["email"].text_or() == login)
        profile = profile.with("email", candidate);
    return profile;
}

bool same_text(const value& left, const value& right)
{
    const auto* text = left.if_text();
    return text != nullptr && !text->empty() && right.text_or() == *text;
}

enum class whose : std::uint8_t { ours, same_worker, somebody_else };

/// `since`: an account made earlier than that was not made by this step.
whose belongs_to(const value& user, const value& wanted, time_point since)
{
    const auto& profile = user["profile"];
    const auto created = parse_rfc3339(user["created"].text_or());
    const bool recent = created && *created >= since;
    const bool marked = wanted["employeeNumber"].is_text() || wanted["universalId"].is_text();
    if (marked) {
        const bool same = same_text(wanted["universalId"], profile["universalId"]) ||
                          same_text(wanted["employeeNumber"], profile["employeeNumber"]);
        return !same ? whose::somebody_else : recent ? whose::ours : whose::same_worker;
    }
    // Nothing marks it: then everything we sent must be there, and it must be new.
    const bool alike = std::ranges::all_of(wanted.entries(), [&](const value_map::value_type& entry) {
        return entry.second.is_null() || profile[entry.first] == entry.second;
    });
    return alike && recent ? whose::ours : whose::somebody_else;
}

value outputs_of(const value& user, bool adopted)
{
    return value::map({{"id", user["id"]},
                       {"login", user["profile"]["login"]},
                       {"email", user["profile"]["email"]},
                       {"status", user["status"]},
                       {"adopted", adopted}});
}

bool login_is_taken(const reply& answer)
{
    return answer.status == 400 && answer.error.code == "E0000001" && answer.error.mentions("already exists");
}

/// Somebody else had it, whose account is deleted by now: Okta would hand it out again.
bool is_avoided(const work& now, int number)
{
    const auto candidate = value(numbered(now.input("profile")["login"].text_or(), number));
    const auto& avoided = now.input("avoid").items();
    return std::ranges::find(avoided, candidate) != avoided.end();
}

value create_arguments(const work& now, int number)
{
    return now.request.inputs.with("profile", profile_for(now.input("profile"), number));
}

} // namespace

// ---- create
// ----------------------------------------------------------------------------------------------------------------

namespace {

/// The login of candidate `number` is taken: by our own earlier attempt, by the worker's older account, or by somebody
/// else (then nothing comes back).
asio::awaitable<std::optional<engine::attempt_outcome>> look_who_has_it(work& now, int number)
{
    const auto profile = profile_for(now.input("profile"), number);
    auto found = co_await now.send("okta.users.find", value::map({{"login", profile["login"]}}));
    if (is_missing(found)) {
        std::string detail = "Okta says that something of this user exists already, but not a user with this login";
        co_return now.refused(failure_kind::conflict, std::move(detail));
    }
    if (!found.ok())
        co_return now.failed(found);
    const auto since = now.began_by_okta() - (now.tried_before() ? earlier_attempts : clock_difference);
    const auto owner = belongs_to(found.body, profile, since);
    if (owner == whose::somebody_else)
        co_return std::nullopt;
    const bool made_by_us = owner == whose::ours && now.tried_before();
    if (made_by_us)
        now.made.insert(found.body["id"].text_or());
    co_return now.done(outputs_of(found.body, true), made_by_us, {}, found.mark);
}

} // namespace

attempting attempt_create(work& now)
{
    const auto& wanted = now.input("profile");
    if (auto problem = bad_profile(wanted); !problem.empty())
        co_return now.refused(failure_kind::invalid, std::move(problem));
    if (!is_safe_id(wanted["login"].text_or()))
        co_return now.refused(failure_kind::invalid, "the profile has no login that Okta takes");
    const bool of_its_own = now.input("adopt") == value(false);
    if (const auto& there = now.request.image["user"]; there["id"].is_text() && !of_its_own)
        co_return now.done_without_call(outputs_of(there, true));
    const bool park = now.input("collision").text_or() == "park";
    for (int number = 1; number <= (park ? 1 : candidates_max); ++number) {
        if (is_avoided(now, number))
            continue;
        auto answer = co_await now.perform_with(create_arguments(now, number));
        if (answer.ok() && answer.body["id"].is_text()) {
            now.made.insert(answer.body["id"].text_or());
            co_return now.done(outputs_of(answer.body, false), true, {}, answer.mark);
        }
        if (answer.ok())
            co_return now.refused(failure_kind::unknown_outcome, "Okta answered the creation without a user");
        if (!login_is_taken(answer))
            co_return now.failed(answer);
        auto settled = co_await look_who_has_it(now, number);
        if (settled)
            co_return std::move(*settled);
    }
    co_return now.refused(failure_kind::already_exists, park ? "the login is taken by somebody else"
                                                             : "the login and its numbered forms are all taken");
}

// Candidates are tried in order, so the first that nobody has ends the search.
probing probe_create(work& now)
{
    const bool park = now.input("collision").text_or() == "park";
    reply found;
    for (int number = 1; number <= (park ? 1 : candidates_max); ++number) {
        if (is_avoided(now, number))
            continue;
        const auto profile = profile_for(now.input("profile"), number);
        found = co_await now.send("okta.users.find", value::map({{"login", profile["login"]}}));
        if (is_missing(found))
            break;
        if (!found.ok())
            co_return now.probe_failed(found);
        const auto owner = belongs_to(found.body, profile, now.began_by_okta() - clock_difference);
        if (owner == whose::ours) {
            now.made.insert(found.body["id"].text_or());
            co_return now.settled(probe_verdict::done, outputs_of(found.body, true), true, found);
        }
        if (owner == whose::same_worker)
            break; // the next attempt adopts it
    }
    co_return now.settled(probe_verdict::not_done, {}, false, found);
}

namespace {

/// One DELETE: an answer that there is no such user is as good.
asio::awaitable<reply> delete_once(work& now, std::string id)
{
    auto answer = co_await now.send("okta.users.delete", value::map({{"user", id}}));
    if (is_missing(answer))
        answer.failure.reset();
    co_return answer;
}

} // namespace

// The first DELETE deactivates, the second deletes; between them we look, because a blind second one is what cannot be
// undone.
undoing undo_create(work& now)
{
    const auto id = now.request.outputs["id"].text_or();
    const auto made_as = now.request.outputs["status"].text_or();
    auto found = co_await look_until_shown(
        now, [&] { return now.get_user(id); }, [](const reply& seen) { return !is_missing(seen); });
    if (is_missing(found))
        co_return now.undone(false, found.mark);
    if (!found.ok())
        co_return now.undo_failed(found);
    const auto status = found.body["status"].text_or();
    const bool never_opened = status == "DEPROVISIONED" && found.body["activated"].is_null();
    const auto wanted = now.input("profile");
    const bool marked = !wanted["employeeNumber"].is_text() ||
                        same_text(wanted["employeeNumber"], found.body["profile"]["employeeNumber"]);
    if (!marked)
        co_return now.left_alone("the account carries another worker id now", found.mark);
    if (status != "STAGED" && !never_opened) {
        if (made_as == "STAGED" || status == "DEPROVISIONED")
            co_return now.left_alone("the account was opened since: its status is " + status, found.mark);
        auto closed = co_await now.send("okta.users.deactivate", value::map({{"user", id}}));
        if (!closed.ok() && !is_missing(closed))
            co_return now.undo_failed(closed);
        co_return now.undone(true, closed.mark,
                             "the account was opened when it was made: it is deactivated, not deleted");
    }
    if (status == "STAGED") {
        auto first = co_await delete_once(now, id);
        if (!first.ok())
            co_return now.undo_failed(first);
        found = co_await now.get_user(id);
        if (is_missing(found))
            co_return now.undone(true, first.mark);
        if (!found.ok())
            co_return now.undo_failed(found);
        if (found.body["status"].text_or() != "DEPROVISIONED" && !now.scope.dry_run) {
            reply busy = found;
            busy.failure = engine::attempt_failed{};
            busy.failure->kind = failure_kind::conflict;
            busy.failure->detail = "the account is not deactivated yet";
            co_return now.undo_failed(busy);
        }
    }
    auto second = co_await delete_once(now, id);
    if (!second.ok())
        co_return now.undo_failed(second);
    co_return now.undone(true, second.mark);
}

// ---- delete
// ----------------------------------------------------------------------------------------------------------------

attempting attempt_delete(work& now)
{
    const auto id = now.user();
    const auto outputs = value::map({{"id", id}});
    auto found = co_await now.get_user(id);
    if (is_missing(found))
        co_return now.done(outputs, now.tried_before(), {}, found.mark);
    if (!found.ok())
        co_return now.failed(found);
    if (found.body["status"].text_or() != "DEPROVISIONED")
        co_return now.refused(failure_kind::invalid, "only a user who is DEPROVISIONED is deleted; this one is " +
                                                         found.body["status"].text_or("of unknown status"));
    auto answer = co_await now.perform();
    if (answer.ok() || is_missing(answer))
        co_return now.done(outputs, true, {}, answer.mark);
    co_return now.failed(answer);
}

probing probe_deletion(work& now)
{
    auto found = co_await now.get_user(now.user());
    if (is_missing(found))
        co_return now.settled(probe_verdict::done, value::map({{"id", now.user()}}), true, found);
    if (!found.ok())
        co_return now.probe_failed(found);
    co_return now.settled(probe_verdict::not_done, {}, false, found);
}

} // namespace jmld::okta
