// The daemon without its doors: engine, decisions and Okta's connector over ports for time, chance, journal and
// transport. jmld and the rehearsal harness are two compositions of it; it opens no socket and reads no file.
#pragma once

#include "connectors/http_client.hpp"
#include "connectors/okta/auth.hpp"
#include "connectors/okta/check.hpp"
#include "connectors/okta/client.hpp"
#include "connectors/okta/directory.hpp"
#include "daemon/all_actions.hpp"
#include "daemon/definition_store.hpp"
#include "daemon/metrics.hpp"
#include "daemon/operations/live_history.hpp"
#include "daemon/people/conductor.hpp"
#include "daemon/people/log_watch.hpp"
#include "daemon/people/okta_people.hpp"
#include "daemon/people/record_keeper.hpp"
#include "daemon/people/report_watch.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/dispatcher.hpp"
#include "engine/runtime/limiter.hpp"
#include "engine/runtime/runner.hpp"
#include "engine/runtime/timer_service.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace jmld::daemon {

struct core_ports
{
    boost::asio::any_io_executor executor;
    runtime::clock& time;
    random_source& random;
    runtime::journal& store;
    http::transport& okta;
    okta::authenticator& credentials;
    std::function<void(const error&)> storage_failed; ///< the log is broken: the process must end
    http::transport_maker make_way = {}; ///< to the hosts of http.request; without it nothing is sent to them
};
struct core_options
{
    okta::client_options okta;
    runtime::limiter_options limits;
    std::vector<http::allowed_host> allowed_hosts = {}; ///< of http.request
    int in_flight_max = 32;                             ///< attempts at once
    int urgent_extra = 8;                               ///< that only leavers may use beyond it
};

/// Event loop's thread only. Must be destroyed before the clock and the journal.
class core
{
public:
    core(core_ports ports, core_options options, rule_book_pointer rules);
    ~core();

    /// Takes up what the journal holds: open runs, undecided events, due timers. Errors: corrupt, unavailable.
    runtime::awaitable_result<void> start();
    /// Nothing new leaves; completes when what is out has come back, or after `grace`.
    boost::asio::awaitable<void> drain(duration grace);

    /// The kill switch: off lets at most one further write leave, the one that is on the wire. Not durable by itself.
    void set_outbound(bool open);
    static constexpr const char* outbound_setting = "outbound"; ///< "off", else on; read by start()

    void replace_rules(rule_book_pointer rules) { rules_.current = std::move(rules); }

    runtime::journal& store() { return ports_.store; }
    runtime::clock& time() { return ports_.time; }
    conductor& decisions() { return conductor_; }
    report_watch& reports() { return reports_; }
    runtime::runner& runs() { return runner_; }
    runtime::definition_source& definitions() { return definitions_; }
    runtime::limiter& budget() { return limiter_; }
    runtime::dispatcher& outbound() { return dispatcher_; }
    const rule_book_holder& rules() const { return rules_; }
    metrics& counters() { return metrics_; }
    live_history& live() { return live_; }
    okta::directory& directory() { return directory_; }
    okta::client& okta() { return client_; }
    runtime::subject_port& subjects() { return subjects_; }
    random_source& random() { return ports_.random; }
    const engine::action_catalogue& catalogue() const { return catalogue_; }
    okta::actions& actions() { return actions_; }
    okta::check_services checking() { return {client_, ports_.credentials, ports_.okta, limiter_, okta_origin_}; }

private:
    void before_commit(const runtime::run_change& change, runtime::transaction& work);
    void after_commit(const runtime::run_change& change);
    void timer_due(runtime::timer_row timer);

    core_ports ports_;
    std::string okta_origin_;
    rule_book_holder rules_;
    metrics metrics_;
    live_history live_;
    runtime::limiter limiter_;
    okta::client client_;
    okta::directory directory_;
    all_actions catalogue_;
    okta::actions actions_;
    http::request_actions requests_;
    action_router router_;
    definition_store definitions_;
    okta_people_directory people_;
    okta_subjects subjects_;
    record_keeper records_;
    runtime::dispatcher dispatcher_;
    runtime::runner runner_;
    conductor conductor_;
    report_watch reports_;
    log_watch logs_;
    runtime::timer_service timers_;
};

} // namespace jmld::daemon
