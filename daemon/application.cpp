// Start: database → recovery → ports → READY. Stop: STOPPING → no new connections → what is out comes back → last
// commit → close.
#include "daemon/application.hpp"

#include "config/secrets.hpp"
#include "connectors/https_client.hpp"
#include "daemon/core.hpp"
#include "daemon/http/operations_server.hpp"
#include "daemon/id_jag_way.hpp"
#include "daemon/okta_connection.hpp"
#include "daemon/operations/all_routes.hpp"
#include "daemon/people/house_watch.hpp"
#include "daemon/system_random.hpp"
#include "daemon/version.hpp"
#include "daemon/webhooks/webhook_handler.hpp"
#include "engine/runtime/loudly.hpp"
#include "store/damage.hpp"
#include "store/journals.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

constexpr duration drain_grace{20'000};
constexpr duration close_grace{2'000};
constexpr std::size_t http_answer_max = 1024 * 1024; // of http.request: it becomes a fact

} // namespace

struct application::parts
{
    parts(configuration given, std::filesystem::path given_file, service_environment environment)
        : chosen(std::move(given)), file(std::move(given_file)), manager(environment),
          environment(std::move(environment)), sources(chosen.sources), known_operators(chosen.known_operators)
    {}

    configuration chosen;
    std::filesystem::path file;
    service_manager manager;
    service_environment environment;
    source_set_pointer sources;
    std::shared_ptr<const operators> known_operators;
    std::vector<std::shared_ptr<const operators>> former_operators; // requests under way may still look at them

    asio::io_context loop{1};
    runtime::system_clock time;
    system_random random;
    std::unique_ptr<runtime::journal> store;
    std::unique_ptr<http::transport> transport;
    std::unique_ptr<okta::authenticator> credentials;
    std::unique_ptr<core> work;
    std::unique_ptr<webhook_handler> intake;
    router routes;
    std::unique_ptr<kept_answers> answers;
    std::unique_ptr<operations_server> operations;
    std::vector<std::unique_ptr<http::server>> servers;
    bool ready = false, draining = false;
    ended outcome = ended::well;

    asio::awaitable<void> life();
    bool open_store();
    void committed(std::size_t calls, std::chrono::nanoseconds took);
    bool connect_okta();
    bool build();
    bool listen(const char* what, http::listen_options options, http::handler& handler);
    bool listen_everywhere();
    std::optional<http::listen_options> options_of(const config::listener_settings& listener);
    void failed(const error& why);
    void reload();
    asio::awaitable<void> protect_own_user();
    asio::awaitable<void> look_after_the_house();
    asio::awaitable<void> watch_signals();
    asio::awaitable<void> feed_watchdog();
    asio::awaitable<void> shut_down();
};

application::application(configuration chosen, std::filesystem::path file, service_environment environment)
    : parts_(std::make_unique<parts>(std::move(chosen), std::move(file), std::move(environment)))
{}

application::~application() = default;

ended application::run()
{
    auto& own = *parts_;
    asio::co_spawn(own.loop, own.life(), runtime::loudly);
    own.loop.run();
    own.servers.clear();
    own.work.reset();
    return own.outcome;
}

bool application::parts::open_store()
{
    store::sqlite_options options;
    options.path = chosen.settings.database.string();
    options.on_broken = [this](const error& why) { failed(why); };
    options.on_committed = [this](std::size_t calls, std::chrono::nanoseconds took) { committed(calls, took); };
    auto opened = store::open_sqlite_journal(loop.get_executor(), std::move(options));
    if (!opened && opened.error().code == errc::corrupt) {
        failed(opened.error());
        return false;
    }
    if (!opened) {
        spdlog::critical("the store cannot be opened: {}{}{}", opened.error().what,
                         opened.error().remedy.empty() ? "" : "; ", opened.error().remedy);
        outcome = ended::cannot_start;
        return false;
    }
    store = std::move(*opened);
    if (store::sqlite_has_log_reset_flaw(store::sqlite_version_number()))
        spdlog::info(
            "SQLite {} can damage a log that two programs write at once; jmld writes alone, and no other program "
            "may open {} for writing",
            store::sqlite_version(), chosen.settings.database.string());
    return true;
}

// The first commits come before there is anything that counts.
void application::parts::committed(std::size_t calls, std::chrono::nanoseconds took)
{
    if (!work)
        return;
    work->counters().observe("jmld_store_batch_size", {}, static_cast<double>(calls));
    work->counters().observe("jmld_store_commit_seconds", {}, std::chrono::duration<double>(took).count());
}

bool application::parts::connect_okta()
{
    auto made = daemon::connect_okta(loop.get_executor(), chosen.settings.okta, environment.credentials_directory, time,
                                     random);
    if (!made) {
        spdlog::critical("{}", made.error().what);
        outcome = ended::configuration;
        return false;
    }
    transport = std::move(made->transport);
    credentials = std::move(made->credentials);
    return true;
}

bool application::parts::build()
{
    core_options options;
    options.okta.origin = chosen.settings.okta.org;
    options.okta.user_agent = "jmld/" + std::string(version);
    for (const auto& one : chosen.settings.http.allow)
        options.allowed_hosts.push_back({one, false});
    for (const auto& one : chosen.settings.http.internal)
        options.allowed_hosts.push_back({one, true});
    const auto make_way = [this](const http::allowed_host& host) -> result<std::unique_ptr<http::transport>> {
        http::client_options client;
        client.origin = host.origin;
        client.public_only = !host.internal;
        client.body_bytes_max = http_answer_max;
        auto way = http::make_client(loop.get_executor(), std::move(client));
        const auto access = chosen.settings.http.id_jag.find(host.origin);
        if (!way || access == chosen.settings.http.id_jag.end())
            return way;
        return with_id_jag(std::move(*way), access->second, chosen.settings.okta, environment.credentials_directory,
                           loop.get_executor(), time, random);
    };
    work = std::make_unique<core>(core_ports{loop.get_executor(), time, random, *store, *transport, *credentials,
                                             [this](const error& why) { failed(why); }, make_way},
                                  std::move(options), chosen.rules);
    intake = std::make_unique<webhook_handler>(
        sources, *store, time, work->counters(),
        [this](const runtime::event_record& stored) { work->decisions().accepted(stored); });
    intake->watch(work->reports());
    intake->on_storage_failed([this](const error& why) { failed(why); });
    answers = std::make_unique<kept_answers>(*store, time);
    operations = std::make_unique<operations_server>(routes, known_operators.get(), answers.get());
    auto added = add_all_routes(routes, {*work, *intake, sources, ready, draining});
    if (!added)
        spdlog::critical("{}", added.error().what);
    return added.has_value();
}

std::optional<http::listen_options> application::parts::options_of(const config::listener_settings& listener)
{
    http::listen_options options;
    options.address = listener.address;
    if (!listener.tls)
        return options;
    options.certificate_file = listener.tls->certificate;
    options.client_ca_file = listener.tls->client_ca;
    const auto key = config::read_secret(listener.tls->key, environment.credentials_directory);
    if (!key) {
        spdlog::critical("listen: {}", key.error().what);
        outcome = ended::configuration;
        return std::nullopt;
    }
    options.key_pem = key->reveal();
    return options;
}

bool application::parts::listen(const char* what, http::listen_options options, http::handler& handler)
{
    auto made = http::listen(loop.get_executor(), std::move(options), handler);
    if (!made) {
        spdlog::critical("{}: {}", what, made.error().what);
        outcome = ended::cannot_start;
        return false;
    }
    fmt::print("listening on {}\n", (*made)->url()); // contract §9: one line for each listener, webhooks first
    std::fflush(stdout);
    servers.push_back(std::move(*made));
    return true;
}

bool application::parts::listen_everywhere()
{
    auto hooks = options_of(chosen.settings.webhooks);
    if (!hooks || !listen("listen.webhooks", std::move(*hooks), *intake))
        return false;
    auto ops = options_of(chosen.settings.ops);
    if (!ops || !listen("listen.ops", std::move(*ops), *operations))
        return false;
    if (chosen.settings.ops_socket.empty())
        return true;
    http::listen_options socket;
    socket.address = "unix:" + chosen.settings.ops_socket;
    return listen("listen.ops_socket", std::move(socket), *operations);
}

asio::awaitable<void> application::parts::life()
{
    asio::co_spawn(loop, watch_signals(), runtime::loudly);
    if (!open_store() || !connect_okta() || !build()) {
        if (outcome == ended::well)
            outcome = ended::cannot_start;
        loop.stop();
        co_return;
    }
    auto started = co_await work->start();
    if (!started && started.error().code == errc::corrupt) {
        failed(started.error());
        co_return;
    }
    if (!started) {
        spdlog::critical("open runs cannot be taken up: {}{}{}", started.error().what,
                         started.error().remedy.empty() ? "" : "; ", started.error().remedy);
        outcome = ended::cannot_start;
        loop.stop();
        co_return;
    }
    if (!listen_everywhere()) {
        loop.stop();
        co_return;
    }
    ready = true;
    spdlog::info("jmld {} is ready; store: {}", version, store->health().version);
    manager.ready("ready");
    asio::co_spawn(loop, feed_watchdog(), runtime::loudly);
    if (credentials->uses_api_token())
        asio::co_spawn(loop, protect_own_user(), runtime::loudly);
    asio::co_spawn(loop, look_after_the_house(), runtime::loudly);
}

asio::awaitable<void> application::parts::look_after_the_house()
{
    house_watch watch(work->store(), work->time(), work->random());
    co_await watch.run();
}

// An API token dies with the administrator who made it: no workflow may change that account. Asked until Okta says who.
asio::awaitable<void> application::parts::protect_own_user()
{
    constexpr duration between{30'000};
    bool warned = false;
    while (!draining) {
        auto mine = co_await work->directory().own_user();
        const auto* failed = std::get_if<engine::attempt_failed>(&mine);
        if (failed == nullptr) {
            auto options = work->actions().options();
            options.own_user = std::get<std::string>(mine);
            if (options.own_user.empty())
                spdlog::warn("Okta does not say whose the API token is: its owner is not protected");
            work->actions().protect(std::move(options));
            co_return;
        }
        if (!std::exchange(warned, true))
            spdlog::warn("whose the API token is cannot be asked yet, and is asked again: {}", failed->detail);
        co_await time.wait_until(time.now() + between);
    }
}

// Nothing may be promised any more. The process ends at once; the next one recovers from disk. What SQLite calls damage
// may only be a read that failed, so the file is looked at once more: where it is damaged, starting again would find
// the same. The unit does not (RestartPreventExitStatus): a person must see to it, and senders who get no connection
// send again.
void application::parts::failed(const error& why)
{
    if (outcome == ended::storage_failed || outcome == ended::damaged)
        return; // several waiters learn of one failure
    const auto database = chosen.settings.database.string();
    const auto damage = why.code == errc::corrupt ? store::find_damage(database) : std::nullopt;
    if (damage)
        spdlog::critical(
            "the database is damaged, jmld ends and will not start with it: {}; keep {} with what stands "
            "beside it, put the last good backup in its place, start jmld, and let the senders send again "
            "what came since that backup (docs/operations.md, 'The database is damaged'); nothing was deleted",
            damage->what, database);
    else
        spdlog::critical("the store has failed, jmld ends: {}", why.what);
    outcome = damage ? ended::damaged : ended::storage_failed;
    loop.stop();
}

asio::awaitable<void> application::parts::watch_signals()
{
    asio::signal_set signals(loop, SIGTERM, SIGINT, SIGHUP);
    for (;;) {
        const int number = co_await signals.async_wait(asio::use_awaitable);
        if (number == SIGHUP) {
            reload();
            continue;
        }
        co_await shut_down();
        loop.stop();
        co_return;
    }
}

// One set: everything new is read and checked before anything old is let go.
void application::parts::reload()
{
    manager.reloading();
    if (!work) {
        return;
    }
    auto fresh = read_configuration(file, environment.credentials_directory, work->catalogue());
    if (!fresh) {
        for (const auto& message : fresh.error().messages)
            spdlog::error("reload refused: {}", message);
        manager.ready("the last reload was refused; the old set is in force");
        return;
    }
    for (const auto& warning : fresh->warnings)
        spdlog::warn("{}", warning);
    work->replace_rules(fresh->rules);
    sources = fresh->sources;
    intake->replace_sources(sources);
    former_operators.push_back(std::exchange(known_operators, fresh->known_operators));
    operations->replace_operators(known_operators.get());
    chosen = std::move(*fresh);
    spdlog::info("reloaded: {} workflows, {} sources", chosen.rules->workflows.size(), sources->size());
    manager.ready("reloaded");
}

// Fed only while the loop turns and the writer answers: a commit of nothing goes through the writer's queue.
asio::awaitable<void> application::parts::feed_watchdog()
{
    const auto interval = manager.watchdog_interval();
    if (!interval)
        co_return;
    for (;;) {
        co_await time.wait_until(time.now() + *interval);
        if (draining)
            co_return;
        auto counts = co_await store->commit({});
        if (counts || counts.error().code == errc::overloaded)
            manager.alive();
    }
}

asio::awaitable<void> application::parts::shut_down()
{
    spdlog::info("stopping");
    manager.stopping();
    draining = true;
    if (intake)
        intake->stop_accepting();
    if (work && ready)
        co_await work->drain(drain_grace);
    for (auto& one : servers)
        co_await one->stop(close_grace);
    if (store)
        co_await store->close();
    spdlog::info("stopped");
}

} // namespace jmld::daemon
