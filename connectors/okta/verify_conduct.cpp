// Reads a person's access back until it is as expected, or the time for that is used up: as many clean looks as asked
// for, far enough apart. Between looks the step waits in the store and holds nothing;
// what came back is written down before it is taken away.
#include "connectors/okta/course.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::value;
using engine::value_list;

namespace {

constexpr int leaver_reads = 2;
constexpr duration leaver_apart{30'000};

struct verification
{
    expectation wanted;
    int reads = 1;
    duration apart{0};
    duration within{30'000}; ///< how long it may be otherwise than wanted
    bool contains = false;   ///< takes away what comes back
};

bool names_nothing(const value& expect)
{
    return std::ranges::all_of(expect.entries(), [](const auto& entry) {
        return entry.first == "status" || entry.second.items().empty(); // in which status is another question
    });
}

expectation read_expectation(const work& now)
{
    expectation wanted;
    wanted.expect = now.input("expect");
    const auto& expect = wanted.expect;
    // The target of somebody who leaves is empty: nothing may be left then, whereas an empty target of a joiner asks
    // for nothing.
    const bool leaver = now.request.urgency <= runtime::priority::leaver;
    wanted.nothing = expect.text_or() == "none" || expect.is_null() || (leaver && names_nothing(expect));
    for (const auto& status : expect["status"].items())
        wanted.statuses.push_back(status.text_or());
    if (const auto one = expect["status"].text_or(); !one.empty())
        wanted.statuses.push_back(one);
    if (wanted.nothing && wanted.statuses.empty())
        wanted.statuses = {"DEPROVISIONED"};
    // A person who is changed may not have begun yet, or be away; one who was just let in must be able to come in.
    else if (wanted.statuses.empty() && now.request.urgency == runtime::priority::joiner)
        wanted.statuses = {"ACTIVE", "PROVISIONED", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"};
    return wanted;
}

verification read_verification(const work& now)
{
    const bool leaver = now.request.urgency <= runtime::priority::leaver;
    verification what{.wanted = read_expectation(now), .within = now.request.timeout, .contains = leaver};
    if (leaver) {
        what.reads = leaver_reads;
        what.apart = leaver_apart;
    }
    if (const auto* reads = now.input("clean_reads").if_integer())
        what.reads = static_cast<int>(std::clamp<std::int64_t>(*reads, 1, 100));
    if (const auto* apart = now.input("apart").if_duration())
        what.apart = *apart;
    if (const auto* within = now.input("within").if_duration())
        what.within = *within;
    if (const auto* contains = now.input("contain").if_bool())
        what.contains = *contains;
    what.contains = what.contains && !is_own_user(now);
    return what;
}

value outputs_of(const course& path, const sight& seen, const judgement& judged, bool nothing_wanted)
{
    return value::map({{"clean", judged.clean},
                       {"residue", nothing_wanted ? judged.residue() : value_list{}},
                       {"remove", judged.removable()},
                       {"review", judged.review},
                       {"seen", image_of(seen)},
                       {"status", seen.user["status"]},
                       {"drift", path.drift()},
                       {"reads", path.reads()}});
}

engine::attempt_outcome later(const work& now, course& path, time_point when, std::string why)
{
    engine::attempt_pending open;
    open.look_again = when;
    open.progress = path.progress();
    open.detail = std::move(why);
    open.calls = value(now.scope.calls);
    return open;
}

/// It is not as wanted, and nothing more will be done about it.
engine::attempt_outcome give_up(work& now, const verification& what, const course& path, const sight& seen,
                                const judgement& judged)
{
    if (what.wanted.nothing)
        return now.done(outputs_of(path, seen, judged, true), path.took_something_away(), {}, {});
    return now.refused(failure_kind::conflict, judged.problem);
}

engine::attempt_outcome after_clean(work& now, const verification& what, course& path, const sight& seen,
                                    const judgement& judged)
{
    path.count(what.apart);
    if (path.clean_reads() >= what.reads || now.scope.dry_run)
        return now.done(outputs_of(path, seen, judged, what.wanted.nothing), path.took_something_away(), {}, {});
    return later(now, path, path.last_clean() + what.apart, "clean so far: it is read once more");
}

engine::attempt_outcome decide(work& now, const verification& what, course& path, const sight& seen)
{
    const auto judged = judge(what.wanted, seen);
    const auto back = path.came_back(judged, now);
    if (what.contains && !now.scope.dry_run)
        path.contain(back);
    if (judged.clean)
        return after_clean(now, what, path, seen, judged);
    path.not_clean();
    if (now.scope.dry_run)
        return give_up(now, what, path, seen, judged);
    if (path.contains_anything())
        return later(now, path, now.now(), "something came back: it is taken away again");
    const auto when = now.now() + path.pause();
    if (when > path.since() + what.within)
        return give_up(now, what, path, seen, judged);
    return later(now, path, when, judged.problem.empty() ? "something is left" : judged.problem);
}

asio::awaitable<void> close_account(work& now, const verification& what)
{
    if (!why_never_closed(now).empty())
        co_return;
    const auto self = value::map({{"user", now.user()}});
    const auto& statuses = what.wanted.statuses;
    const bool suspended_will_do = std::ranges::find(statuses, "SUSPENDED") != statuses.end();
    if (suspended_will_do) {
        auto suspended = co_await now.send("okta.users.suspend", self);
        static_cast<void>(suspended); // the next look tells
    }
    auto ended = co_await now.send("okta.users.revoke_sessions", self);
    static_cast<void>(ended);
    if (!suspended_will_do) {
        auto deactivated = co_await now.send("okta.users.deactivate", self);
        static_cast<void>(deactivated);
    }
}

/// What an earlier look wrote down. Repeating it does no harm, and the look that follows tells what came of it.
asio::awaitable<void> take_away(work& now, const verification& what, course& path)
{
    auto listed = path.to_contain();
    std::ranges::sort(listed, [](const finding& left, const finding& right) {
        return (left.kind == "status") > (right.kind == "status"); // first that nobody comes in
    });
    for (const auto& one : listed) {
        const auto who = value::map({{"user", now.user()}});
        if (one.kind == "status") {
            co_await close_account(now, what);
        } else if (one.kind == "group") {
            auto left = co_await now.send("okta.groups.remove_user", who.with("group", one.id));
            static_cast<void>(left);
        } else if (one.kind == "app") {
            auto left = co_await now.send("okta.apps.unassign_user", who.with("app", one.id));
            static_cast<void>(left);
        } else if (one.kind == "role") {
            auto left = co_await now.send("okta.roles.unassign", who.with("role", one.id));
            static_cast<void>(left);
        } else if (one.kind == "token") {
            auto left = co_await now.send("okta.users.revoke_client_tokens", who.with("client", one.id));
            static_cast<void>(left);
        }
    }
    path.contained();
}

attempting refuse(work& now, std::string why) { co_return now.refused(failure_kind::invalid, std::move(why)); }

attempting verify(work& now, verification what)
{
    course path(now.request.progress, now.now());
    if (std::ranges::find(what.wanted.statuses, now.image_status(now.user())) != what.wanted.statuses.end())
        path.status_was_fitting();
    if (path.contains_anything())
        co_await take_away(now, what, path);
    auto looked = co_await look(now, what.wanted.nothing);
    if (!looked)
        co_return now.failed(looked.error());
    if (const auto* app = app_in_error(what.wanted.expect, *looked))
        co_return now.refused(failure_kind::conflict,
                              "the app '" + (*app)["label"].text_or() +
                                  "' could not make the user's account: its syncState is ERROR",
                              "SYNC_ERROR");
    auto outcome = decide(now, what, path, *looked);
    auto* good = std::get_if<engine::attempt_succeeded>(&outcome);
    if (good != nullptr && what.wanted.nothing) { // only now, so that no look that will be repeated asks for them
        co_await look_around(now, *looked);
        good->outputs = good->outputs.with("seen", image_of(*looked));
        good->calls = value(now.scope.calls);
    }
    co_return outcome;
}

} // namespace

attempting attempt_verify(work& now)
{
    const auto& expect = now.input("expect");
    if (!expect.is_null() && !expect.is_map() && expect.text_or() != "none")
        return refuse(now, "parameter 'expect' is neither none nor a map {status, groups, apps, roles}");
    return verify(now, read_verification(now));
}

} // namespace jmld::okta
