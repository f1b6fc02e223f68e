// Who reports to somebody who leaves, and to whom they report from now on: the first one above who can still be here.
// It only reads; setting it is another step's work.
#include "connectors/okta/directory.hpp"
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

constexpr int levels_max = 30; ///< of a hierarchy

/// Somebody to whom people can report.
bool is_here(const value& user)
{
    const auto status = user["status"].text_or();
    return (can_sign_in(status) || status == "PROVISIONED") && !user["transitioningToStatus"].is_text();
}

asio::awaitable<reply> search(work& now, std::string expression)
{
    auto answer = co_await now.list("okta.users.list", value::map({{"search", std::move(expression)}}));
    // An organisation without the attribute answers that the expression is invalid: then nobody has it.
    if (answer.failure && answer.failure->kind == engine::failure_kind::invalid && answer.status == 400) {
        answer.failure.reset();
        answer.body = value(value_list{});
    }
    co_return answer;
}

/// Who carries the number. After a rehire a closed account may carry it too: that one counts only where there is no
/// other, for whom it reported to. Several are for a person to tell apart.
value_list by_number(const value_list& users, std::string_view number)
{
    value_list open, closed;
    for (const auto& user : users)
        if (user["profile"]["employeeNumber"].text_or() == number)
            (user["status"].text_or() == "DEPROVISIONED" ? closed : open).push_back(user);
    return open.empty() ? closed : open;
}

/// A managerId is a worker's number, an Okta id or a login, as the organisation has it. Null: nobody is meant by it, or
/// it cannot be told who.
asio::awaitable<reply> manager_by(work& now, std::string reference)
{
    auto found = co_await search(now, equals("profile.employeeNumber", reference));
    if (!found.ok())
        co_return found;
    const auto named = by_number(found.body.items(), reference);
    if (!named.empty()) {
        found.body = named.size() == 1 ? named.front() : value();
        co_return found;
    }
    if (!is_safe_id(reference)) {
        found.body = value();
        co_return found;
    }
    auto user = co_await now.get_user(reference);
    const bool meant =
        user.ok() && (user.body["id"].text_or() == reference || user.body["profile"]["login"].text_or() == reference);
    if (is_missing(user))
        user.failure.reset();
    if (user.ok() && !meant)
        user.body = value();
    co_return user;
}

/// The first one above `leaver` who is here; null when there is none.
asio::awaitable<reply> first_above(work& now, value leaver)
{
    std::set<std::string> seen{leaver["id"].text_or()};
    auto reference = leaver["profile"]["managerId"].text_or();
    reply answer;
    for (int level = 0; level < levels_max && !reference.empty(); ++level) {
        answer = co_await manager_by(now, reference);
        if (!answer.ok())
            co_return answer;
        if (!seen.insert(answer.body["id"].text_or()).second || answer.body.is_null())
            break;
        if (is_here(answer.body))
            co_return answer;
        reference = answer.body["profile"]["managerId"].text_or();
    }
    const auto fallback = now.input("fallback").text_or();
    if (!fallback.empty()) {
        answer = co_await manager_by(now, fallback);
        if (!answer.ok() || (is_here(answer.body) && !seen.contains(answer.body["id"].text_or())))
            co_return answer;
    }
    answer.body = value();
    co_return answer;
}

std::string shown_name(const value& user)
{
    const auto& profile = user["profile"];
    return profile["displayName"].text_or(profile["firstName"].text_or() + " " + profile["lastName"].text_or());
}

/// Said in the words in which the report names the one who leaves.
value moved(const value& report, const value& leaver, const value& manager)
{
    const auto said = report["profile"]["managerId"].text_or();
    auto reference = manager["id"];
    for (const auto* attribute : {"employeeNumber", "login"})
        if (said == leaver["profile"][attribute].text_or() && manager["profile"][attribute].is_text())
            reference = manager["profile"][attribute];
    auto profile = value::map({{"managerId", reference}});
    if (report["profile"]["manager"].is_text())
        profile = profile.with("manager", shown_name(manager));
    return value::map({{"id", report["id"]}, {"profile", std::move(profile)}});
}

asio::awaitable<reply> reports_of(work& now, const value& leaver)
{
    value_list named;
    std::string expression;
    for (const auto& reference : {leaver["id"], leaver["profile"]["employeeNumber"], leaver["profile"]["login"]}) {
        if (reference.text_or().empty())
            continue;
        named.push_back(reference);
        expression += (expression.empty() ? "" : " or ") + equals("profile.managerId", reference.text_or());
    }
    auto answer = co_await search(now, std::move(expression));
    if (!answer.ok())
        co_return answer;
    value_list reports;
    for (const auto& user : answer.body.items()) // Okta's own comparison ignores case
        if (std::ranges::find(named, user["profile"]["managerId"]) != named.end() &&
            user["status"].text_or() != "DEPROVISIONED")
            reports.push_back(user);
    answer.body = value(std::move(reports));
    co_return answer;
}

value outputs_of(value_list moves, value_list left, const value& manager)
{
    return value::map({{"reports", std::move(moves)}, {"left", std::move(left)}, {"manager", manager["id"]}});
}

} // namespace

attempting attempt_reports(work& now)
{
    auto leaver = co_await now.get_user(now.user());
    if (is_missing(leaver))
        co_return now.done(outputs_of({}, {}, {}), false, {}, leaver.mark);
    if (!leaver.ok())
        co_return now.failed(leaver);
    auto reports = co_await reports_of(now, leaver.body);
    if (!reports.ok())
        co_return now.failed(reports);
    if (reports.body.items().empty())
        co_return now.done(outputs_of({}, {}, {}), false, {}, reports.mark);
    auto above = co_await first_above(now, leaver.body);
    if (!above.ok())
        co_return now.failed(above);
    value_list moves, left;
    for (const auto& report : reports.body.items()) {
        if (above.body.is_null() || report["id"] == above.body["id"])
            left.push_back(report["id"]);
        else
            moves.push_back(moved(report, leaver.body, above.body));
    }
    co_return now.done(outputs_of(std::move(moves), std::move(left), above.body), false, {}, reports.mark);
}

} // namespace jmld::okta
