// Off takes effect before it is written down, on only after: whatever fails, nothing leaves that should not.
#include "daemon/operations/administration.hpp"

#include "daemon/core.hpp"
#include "daemon/operations/common.hpp"

#include <charconv>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

asio::awaitable<http::reply> list_audit(administration_services with, call asked)
{
    const auto limit = limit_of(asked);
    if (!limit)
        co_return problem(limit.error());
    const auto after = read_cursor(asked);
    if (!after)
        co_return problem(after.error());
    std::optional<std::uint64_t> before;
    if (!after->empty()) {
        std::uint64_t seq = 0;
        const auto [end, failed] = std::from_chars(after->data(), after->data() + after->size(), seq);
        if (failed != std::errc{} || end != after->data() + after->size())
            co_return problem(400, "Bad Request", "after: no cursor of ours; take it from the Link header");
        before = seq;
    }
    auto found = co_await with.store.audit(before, *limit + 1);
    if (!found)
        co_return problem(found.error());
    const bool more = std::cmp_greater(found->size(), *limit);
    if (more)
        found->resize(static_cast<std::size_t>(*limit));
    value_list_builder items;
    for (const auto& record : *found)
        items.add(audit_value(record, sees_people(asked.who)));
    auto answer = json_answer(value::map({{"audit", items.take()}}));
    if (more)
        add_next_link(answer, asked, cursor_of(std::to_string(found->back().seq)));
    co_return answer;
}

value switch_value(const administration_services& with)
{
    return value::map({{"outbound", with.outbound.outbound() ? "on" : "off"},
                       {"in_flight", with.outbound.in_flight()},
                       {"queued", static_cast<std::int64_t>(with.outbound.queued())}});
}

asio::awaitable<http::reply> show_switch(administration_services with, call)
{
    co_return json_answer(switch_value(with));
}

// What is on the wire has left already; whoever hears "off" may count on it that nothing comes after.
asio::awaitable<void> let_come_back(administration_services with)
{
    constexpr duration at_most{2'000}, look_again{5};
    const auto until = with.time.now() + at_most;
    while (with.outbound.in_flight() > 0 && with.time.now() < until) {
        const bool woken = co_await with.time.wait_until(with.time.now() + look_again);
        if (!woken)
            co_return;
    }
}

asio::awaitable<http::reply> turn_switch(administration_services with, call asked)
{
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, false) : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    const auto wanted = (*body)["outbound"].text_or();
    if (wanted != "on" && wanted != "off")
        co_return problem(400, "Bad Request", "/outbound: \"on\" or \"off\" is accepted");
    if (wanted == "off")
        with.set_outbound(false);
    runtime::transaction work;
    work.settings.push_back({core::outbound_setting, wanted});
    work.audit.push_back({with.time.now(), asked.who.name, "switch." + wanted, "outbound", *reason});
    auto written = co_await with.store.commit(std::move(work));
    if (!written)
        co_return problem(503, "not written down",
                          wanted == "off" ? "nothing leaves now, but a restart would not know of it: send it again"
                                          : "nothing was changed: " + written.error().what);
    if (wanted == "on")
        with.set_outbound(true);
    else
        co_await let_come_back(with);
    co_return json_answer(switch_value(with));
}

asio::awaitable<http::reply> back_up(administration_services with, call asked)
{
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, false) : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    const auto file = (*body)["file"].text_or();
    if (!file.starts_with("/"))
        co_return problem(400, "Bad Request", "/file: the whole path of a new file on jmld's machine is accepted");
    runtime::transaction work;
    work.audit.push_back({with.time.now(), asked.who.name, "backup", "file " + file, *reason});
    auto audited = co_await with.store.commit(std::move(work));
    if (!audited)
        co_return problem(audited.error());
    auto copied = co_await with.store.back_up(file);
    if (!copied)
        co_return problem(copied.error());
    co_return json_answer(value::map({{"file", file}, {"at", to_rfc3339(with.time.now())}}));
}

} // namespace

value audit_value(const runtime::audit_record& record, bool shown)
{
    const auto& row = record.row;
    return value::map({{"seq", static_cast<std::int64_t>(record.seq)},
                       {"at", to_rfc3339(row.at)},
                       {"principal", row.principal},
                       {"action", row.action},
                       {"object", row.object},
                       {"reason", shown ? text_or_null(row.reason) : value()},
                       {"reason_sha256", text_or_null(record.reason_sha256)},
                       {"previous_hash", text_or_null(record.previous_hash)},
                       {"hash", text_or_null(record.hash)}});
}

result<void> add_administration_routes(router& routes, administration_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET",
         "/v1/audit",
         role::viewer,
         {"limit", "after"},
         "Who changed what, newest first; a chain of hashes",
         bound(list_audit)},
        {"GET", "/v1/switch", role::viewer, {}, "Whether writes to Okta may leave", bound(show_switch)},
        {"POST",
         "/v1/switch",
         role::operator_,
         {},
         "The kill switch: off stops every write to Okta, also after a restart",
         bound(turn_switch),
         {{"outbound", "string", true}, {"reason", "string"}}},
        {"POST",
         "/v1/backup",
         role::admin,
         {},
         "Copy the database to a new file on jmld's machine",
         bound(back_up),
         {{"file", "string", true}, {"reason", "string"}}},
    });
}

} // namespace jmld::daemon
