// What every conduct shares: reading the image, making calls, shaping outcomes. No rule about one operation stands
// here.
#include "connectors/okta/work.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;

bool work::image_tells(std::string_view user) const
{
    if (!request.image.is_map())
        return false;
    const auto& who = request.image["user"];
    return who.is_null() ? made.contains(user) || made_by_this_run(user) : who["id"].text_or() == user;
}

bool work::made_by_this_run(std::string_view user) const
{
    return std::ranges::any_of(request.changed, [&](const runtime::changed_thing& thing) {
        const auto* made_it = find_operation(thing.action);
        return made_it != nullptr && made_it->inverse == inverse_kind::delete_created && thing.id == user;
    });
}

const value* work::in_image(std::string_view list_name, std::string_view id) const
{
    const auto& items = request.image[list_name].items();
    const auto found = std::ranges::find_if(items, [&](const value& item) { return item["id"].text_or() == id; });
    return found != items.end() ? &*found : nullptr;
}

std::string work::image_status(std::string_view user) const
{
    const auto& who = request.image["user"];
    return who["id"].text_or() == user ? who["status"].text_or() : std::string();
}

// ---- calls
// -----------------------------------------------------------------------------------------------------------------

asio::awaitable<reply> work::perform() { return perform_with(request.inputs); }

asio::awaitable<reply> work::perform_with(value arguments)
{
    return okta.send({.row = &row, .arguments = std::move(arguments), .if_match = input("if_match").text_or()}, scope);
}

asio::awaitable<reply> work::send(std::string_view row_name, value arguments)
{
    return okta.send({.row = &operation_named(row_name), .arguments = std::move(arguments)}, scope);
}

asio::awaitable<reply> work::list(std::string_view row_name, value arguments)
{
    return okta.list({.row = &operation_named(row_name), .arguments = std::move(arguments)}, scope);
}

asio::awaitable<reply> work::get_user(std::string id) { return send("okta.users.get", value::map({{"user", id}})); }

asio::awaitable<std::expected<value, reply>> work::membership(std::string user, std::string group)
{
    auto who = co_await get_user(user);
    if (!who.ok())
        co_return std::unexpected(std::move(who));
    auto groups = co_await people.read_groups(user, who.body["profile"], scope);
    if (!groups.ok())
        co_return std::unexpected(std::move(groups));
    for (const auto& entry : groups.body.items())
        if (entry["id"].text_or() == group)
            co_return entry;
    co_return value();
}

// ---- outcomes
// --------------------------------------------------------------------------------------------------------------

engine::attempt_outcome work::done(value outputs, bool changed, value before, const engine::call_mark& mark)
{
    return engine::attempt_succeeded{.outputs = std::move(outputs),
                                     .changed = changed,
                                     .before = std::move(before),
                                     .mark = mark,
                                     .calls = value(scope.calls)};
}

namespace {

engine::attempt_failed failure_of(const reply& answer, const call_scope& scope, value before)
{
    auto failure = *answer.failure;
    failure.calls = value(scope.calls);
    failure.before = std::move(before);
    return failure;
}

} // namespace

engine::attempt_outcome work::failed(const reply& answer, value before)
{
    return failure_of(answer, scope, std::move(before));
}

engine::attempt_outcome work::refused(engine::failure_kind kind, std::string detail, std::string code)
{
    engine::attempt_failed failure;
    failure.kind = kind;
    failure.detail = std::move(detail);
    failure.mark.code = std::move(code);
    failure.calls = value(scope.calls);
    return failure;
}

engine::probe_outcome work::settled(engine::probe_verdict verdict, value outputs, bool changed, const reply& seen,
                                    std::string detail)
{
    engine::probe_settled out;
    out.verdict = verdict;
    out.outputs = std::move(outputs);
    out.changed = changed;
    out.before = request.before;
    out.detail = std::move(detail);
    out.mark = seen.mark;
    return out;
}

engine::probe_outcome work::probe_failed(const reply& answer) { return failure_of(answer, scope, request.before); }

engine::undo_outcome work::undone(bool changed, const engine::call_mark& mark, std::string detail)
{
    return engine::undo_succeeded{
        .changed = changed, .conflict = false, .detail = std::move(detail), .mark = mark, .calls = value(scope.calls)};
}

engine::undo_outcome work::left_alone(std::string detail, const engine::call_mark& mark)
{
    return engine::undo_succeeded{
        .changed = false, .conflict = true, .detail = std::move(detail), .mark = mark, .calls = value(scope.calls)};
}

engine::undo_outcome work::undo_failed(const reply& answer) { return failure_of(answer, scope, request.before); }

// ---- small things
// ------------------------------------------------------------------------------------------------------------

patience::patience(work& whose, duration limit) : whose_(whose), deadline_(whose.now() + limit) {}

asio::awaitable<bool> patience::again()
{
    constexpr duration longest{5'000};
    const auto now = whose_.now();
    if (now >= deadline_ || whose_.scope.dry_run)
        co_return false;
    const auto when = std::min(deadline_, now + std::exchange(next_, std::min(next_ * 2, longest)));
    const bool woken = co_await whose_.okta.time().wait_until(when);
    co_return woken;
}

value reference(const value& argument, std::string_view name_key)
{
    return value::map({{"id", id_of(argument)}, {std::string(name_key), name_of(argument)}});
}

value owned(std::string_view kind, const value& reference, std::string_view owner)
{
    return value::map({{std::string(kind), reference}, {"owner", owner}});
}

// ---- an operation that needs nothing of its own
// ------------------------------------------------------------------------------

namespace {

constexpr std::int64_t listed_normally = 1'000, listed_at_most = 10'000;

/// The inputs; a moment that may be left out and means now is said.
value with_now(const work& now)
{
    auto arguments = now.request.inputs;
    for (const auto& parameter : now.row.parameters)
        if (parameter.type == engine::parameter_type::timestamp && parameter.otherwise == "now" &&
            now.input(parameter.name).is_null())
            arguments = arguments.with(std::string(parameter.name), to_rfc3339(now.now()));
    return arguments;
}

attempting attempt_listing(work& now)
{
    const auto* asked = now.input("max").if_integer();
    const auto most = static_cast<std::size_t>(
        std::clamp(asked != nullptr ? *asked : listed_normally, std::int64_t{1}, listed_at_most));
    call what{.row = &now.row, .arguments = with_now(now), .items_max = most + 1};
    auto read = co_await now.okta.list(std::move(what), now.scope);
    if (!read.ok())
        co_return now.failed(read);
    auto items = read.body.items();
    const bool more = items.size() > most;
    items.resize(std::min(items.size(), most));
    co_return now.done(value::map({{"items", std::move(items)}, {"more", more}}), false, {}, read.mark);
}

} // namespace

attempting attempt_call(work& now)
{
    if (now.row.paged)
        co_return co_await attempt_listing(now);
    call what{.row = &now.row, .arguments = with_now(now)};
    if (!now.row.writes()) {
        auto read = co_await now.okta.send(std::move(what), now.scope);
        if (!read.ok())
            co_return now.failed(read);
        co_return now.done(value::map({{"body", read.body}}), false, {}, read.mark);
    }
    auto answer = co_await now.okta.send(std::move(what), now.scope);
    const auto outputs = value::map({{"id", now.user()}});
    if (answer.ok())
        co_return now.done(outputs, true, {}, answer.mark);
    if (answer.already(now.row) != nullptr)
        co_return now.done(outputs, now.tried_before(), {}, answer.mark);
    co_return now.failed(answer);
}

} // namespace jmld::okta
