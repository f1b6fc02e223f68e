// Okta being away never makes this process not ready: intake must go on. Only the store and draining do.
#include "daemon/operations/status.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/operations/views.hpp"
#include "daemon/version.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

struct check
{
    std::string name;
    bool good = true;
    std::string detail;
};

std::vector<check> checks(const status_services& with)
{
    const auto health = with.store.health();
    return {{"recovered", with.ready, with.ready ? "every open run is taken up" : "still taking up open runs"},
            {"store", health.writable, health.writable ? health.version : health.detail},
            {"draining", !with.draining, with.draining ? "stopping" : "no"}};
}

bool all_good(const std::vector<check>& all)
{
    for (const auto& one : all)
        if (!one.good)
            return false;
    return true;
}

http::response plain(int status, std::string text)
{
    http::response answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
    if (status == 503)
        answer.headers.emplace_back("Retry-After", "5");
    answer.body = std::move(text);
    return answer;
}

asio::awaitable<http::reply> ready_page(status_services with, call asked)
{
    const auto all = checks(with);
    const bool good = all_good(all);
    std::string text;
    if (asked.find("verbose") != nullptr)
        for (const auto& one : all)
            text += (one.good ? "[+] " : "[-] ") + one.name + ": " + one.detail + "\n";
    text += good ? "ready\n" : "not ready\n";
    co_return plain(good ? 200 : 503, std::move(text));
}

asio::awaitable<http::reply> metrics_page(status_services with, call)
{
    auto counts = co_await with.store.counts();
    if (!counts)
        co_return problem(counts.error());
    with.counters.clear("jmld_queue_depth");
    for (const auto* state : {"scheduled", "queued", "running", "waiting", "throttled", "paused", "compensating"})
        with.counters.set("jmld_queue_depth", {{"state", state}}, 0);
    double incidents = 0;
    for (const auto& [state, amount] : counts->runs_by_state) {
        const auto status = engine::parse_run_status(state);
        if (status && !engine::has_ended(*status))
            with.counters.set("jmld_queue_depth", {{"state", state}}, static_cast<double>(amount));
        incidents += state == "paused" ? static_cast<double>(amount) : 0;
    }
    with.counters.set("jmld_incidents_open", {}, incidents);
    const auto age = counts->oldest_waiting ? with.time.now() - *counts->oldest_waiting : duration(0);
    with.counters.set("jmld_oldest_waiting_seconds", {}, static_cast<double>(age.count()) / 1000);
    with.counters.clear("jmld_okta_rate_limit_remaining");
    for (const auto& bucket : with.budget.view())
        if (bucket.remaining)
            with.counters.set("jmld_okta_rate_limit_remaining", {{"bucket", bucket.name}}, *bucket.remaining);
    with.counters.set("jmld_store_commits", {}, static_cast<double>(with.store.health().commits));
    with.counters.set("jmld_build_info", {{"version", version}}, 1);
    http::response answer;
    answer.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}};
    answer.body = with.counters.expose();
    co_return answer;
}

value counted(const std::vector<std::pair<std::string, std::int64_t>>& rows, std::string_view unnamed)
{
    engine::value_map all;
    for (const auto& [name, amount] : rows)
        all.emplace_back(name.empty() ? std::string(unnamed) : name, amount);
    return value(std::move(all));
}

asio::awaitable<http::reply> status_page(status_services with, call)
{
    auto counts = co_await with.store.counts();
    if (!counts)
        co_return problem(counts.error());
    auto holds = co_await with.store.holds("held");
    auto alarms = co_await with.store.alarms(20);
    const auto health = with.store.health();
    engine::value_map buckets;
    for (const auto& bucket : with.budget.view())
        buckets.emplace_back(bucket.name,
                             value::map({{"limit", bucket.limit ? value(*bucket.limit) : value()},
                                         {"remaining", bucket.remaining ? value(*bucket.remaining) : value()},
                                         {"resets_at", instant_value(bucket.resets_at)},
                                         {"blocked_until", instant_value(bucket.blocked_until)}}));
    value_list_builder shown;
    if (alarms)
        for (const auto& alarm : *alarms)
            shown.add(alarm_value(alarm, alarm.subject.empty() ? value() : value::map({{"key", alarm.subject.text}})));
    co_return json_answer(
        value::map({{"version", version},
                    {"ready", all_good(checks(with)) ? "ready" : "not ready"},
                    {"runs", counted(counts->runs_by_state, "unknown")},
                    {"events", counted(counts->events_by_decision, "undecided")},
                    {"oldest_waiting", instant_value(counts->oldest_waiting)},
                    {"timers", value::map({{"armed", counts->armed_timers}})},
                    {"outbound", value::map({{"open", with.outbound.outbound()},
                                             {"in_flight", with.outbound.in_flight()},
                                             {"queued", static_cast<std::int64_t>(with.outbound.queued())}})},
                    {"okta_buckets", value(std::move(buckets))},
                    {"holds", holds ? static_cast<std::int64_t>(holds->size()) : 0},
                    {"alarms", shown.take()},
                    {"store", value::map({{"version", health.version},
                                          {"writable", health.writable},
                                          {"detail", text_or_null(health.detail)},
                                          {"commits", static_cast<std::int64_t>(health.commits)}})}}));
}

} // namespace

result<void> add_status_routes(router& routes, status_services services)
{
    const auto alive = [](call) -> asio::awaitable<http::reply> { co_return plain(200, "alive\n"); };
    const auto version_page = [](call) -> asio::awaitable<http::reply> {
        co_return json_answer(value::map({{"version", version}}));
    };
    std::vector<route> rows;
    rows.push_back({"GET", "/livez", role::anyone, {}, "The process is alive", alive});
    rows.push_back({"GET", "/readyz", role::anyone, {"verbose"}, "It can accept durably", [services](call asked) {
                        return ready_page(services, std::move(asked));
                    }});
    rows.push_back({"GET", "/version", role::anyone, {}, "Which version runs", version_page});
    rows.push_back({"GET", "/metrics", role::viewer, {}, "Prometheus text", [services](call asked) {
                        return metrics_page(services, std::move(asked));
                    }});
    rows.push_back({"GET", "/v1/status", role::viewer, {}, "One page for people", [services](call asked) {
                        return status_page(services, std::move(asked));
                    }});
    for (auto& row : rows)
        if (auto added = routes.add(std::move(row)); !added)
            return added;
    return {};
}

} // namespace jmld::daemon
