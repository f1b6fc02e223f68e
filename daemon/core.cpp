// Wiring and nothing else: who is handed what. Members are destroyed in reverse, so that whoever uses something goes
// first.
#include "daemon/core.hpp"

#include "daemon/evidence/building.hpp"
#include "daemon/evidence/log_supplement.hpp"
#include "daemon/people/retention.hpp"
#include "daemon/people/watching.hpp"
#include "daemon/run_observing.hpp"
#include "workflows/people/dates.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

engine::environment surroundings()
{
    return {[](date day, const std::string& zone) { return workflows::first_instant(day, zone); }};
}

} // namespace

core::core(core_ports ports, core_options options, rule_book_pointer rules)
    : ports_(std::move(ports)), okta_origin_(options.okta.origin), rules_{std::move(rules)}, live_(ports_.executor),
      limiter_(options.limits),
      client_(options.okta, ports_.okta, ports_.credentials, limiter_, ports_.time, ports_.random), directory_(client_),
      actions_(client_, directory_), requests_(options.allowed_hosts, ports_.make_way, ports_.time),
      router_(actions_, requests_), definitions_(ports_.store, catalogue_, rules_), people_(directory_),
      subjects_(ports_.store, definitions_, directory_, rules_, ports_.time),
      records_(ports_.executor, ports_.time, ports_.store),
      dispatcher_(ports_.executor, ports_.time, limiter_, options.in_flight_max, options.urgent_extra),
      runner_({.executor = ports_.executor,
               .time = ports_.time,
               .random = ports_.random,
               .store = ports_.store,
               .actions = router_,
               .catalogue = catalogue_,
               .subjects = subjects_,
               .outbound = dispatcher_,
               .definitions = definitions_,
               .around = surroundings(),
               .before_commit = [this](const runtime::run_change& change,
                                       runtime::transaction& work) { before_commit(change, work); },
               .after_commit = [this](const runtime::run_change& change) { after_commit(change); },
               .storage_failed = ports_.storage_failed}),
      conductor_({.executor = ports_.executor,
                  .time = ports_.time,
                  .random = ports_.random,
                  .store = ports_.store,
                  .runs = runner_,
                  .directory = people_,
                  .definitions = definitions_,
                  .rules = rules_,
                  .storage_failed = ports_.storage_failed}),
      reports_(ports_.store, ports_.time, ports_.random, rules_),
      logs_({ports_.executor, ports_.time, ports_.store, client_, rules_, ports_.storage_failed}),
      timers_(ports_.executor, ports_.time, ports_.store,
              [this](runtime::timer_row timer) { timer_due(std::move(timer)); })
{
    runner_.use(timers_);
    conductor_.use(timers_);
    logs_.use(timers_);
    client_.observe = [this](std::string_view bucket, int, duration throttled) {
        if (throttled > duration::zero())
            metrics_.count("jmld_throttled_seconds_total", {{"bucket", bucket}},
                           static_cast<double>(throttled.count()) / 1000);
    };
}

core::~core() = default;

void core::set_outbound(bool open)
{
    client_.hold_writes(!open);
    dispatcher_.open(open);
}

runtime::awaitable_result<void> core::start()
{
    auto outbound = co_await ports_.store.setting(outbound_setting);
    if (!outbound)
        co_return std::unexpected(outbound.error());
    if (*outbound == "off")
        set_outbound(false);
    auto runs = co_await runner_.recover();
    if (!runs)
        co_return std::unexpected(runs.error());
    auto events = co_await conductor_.recover();
    if (!events)
        co_return std::unexpected(events.error());
    timers_.start();
    co_return result<void>{};
}

asio::awaitable<void> core::drain(duration grace)
{
    timers_.stop();
    co_await runner_.drain(grace);
}

void core::timer_due(runtime::timer_row timer)
{
    const auto late = ports_.time.now() - timer.at;
    metrics_.observe("jmld_timer_lag_seconds", {}, static_cast<double>(late.count()) / 1000);
    if (timer.kind == timer_kind_system_log)
        logs_.due(std::move(timer));
    else if (!timer.run.empty())
        runner_.timer_due(std::move(timer));
    else
        conductor_.due(std::move(timer));
}

void core::before_commit(const runtime::run_change& change, runtime::transaction& work)
{
    for (auto& alarm : alarms_of(change, ports_.time.now(), ports_.random))
        work.alarms.push_back(std::move(alarm));
    if (auto evidence = evidence_of(change))
        work.evidence.push_back(std::move(*evidence));
    if (auto timer = log_timer(change, rules_.current->policy, ports_.time.now(), ports_.random))
        work.timers.push_back(std::move(*timer));
    if (auto timer = deletion_timer(change, rules_.current->policy, ports_.time.now(), ports_.random))
        work.timers.push_back(std::move(*timer));
    if (auto timer = drift_timer(change, rules_.current->policy, ports_.time.now(), ports_.random))
        work.timers.push_back(std::move(*timer));
}

void core::after_commit(const runtime::run_change& change)
{
    measure(change, metrics_);
    log_change(change);
    live_.changed(change.state.run);
    if (!engine::has_ended(change.state.status))
        return;
    records_.ended(change.definition, change.state);
    if (const auto& kept_for = rules_.current->policy.delete_after)
        timers_.armed(ports_.time.now() + *kept_for);
    if (const auto& after = rules_.current->policy.verify.system_log)
        timers_.armed(ports_.time.now() + *after);
    if (const auto look =
            workflows::next_drift_look(ports_.time.now(), ports_.time.now(), rules_.current->policy.verify))
        timers_.armed(*look);
}

} // namespace jmld::daemon
