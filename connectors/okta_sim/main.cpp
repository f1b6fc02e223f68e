// okta-sim: the imitation of Okta served over HTTP, for tests and demonstrations. Arguments, the listener, one clock;
// everything else is class organisation.
#include "connectors/okta_sim/organisation.hpp"
#include "daemon/http/server.hpp"
#include "engine/json/json.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

namespace {

using namespace jmld;
namespace asio = boost::asio;

constexpr std::size_t request_bytes_max = 1024 * 1024, control_bytes_max = 64 * 1024 * 1024;
constexpr std::uint64_t seed = 1;
constexpr int usage = 2;
constexpr duration stop_grace{2'000};

struct arguments
{
    std::string listen = "127.0.0.1:0", certificate, key, organisation;
    std::optional<std::uint16_t> port;
    bool strict = false;
    std::size_t concurrency = 75;
};

class simulator final : public http::handler
{
public:
    explicit simulator(okta_sim::organisation& served) : served_(served) {}

    std::optional<http::response> refuse(const http::request&, const http::peer&) override { return std::nullopt; }

    std::size_t body_limit(const http::request& message) override
    {
        return message.path().starts_with("/_sim/") ? control_bytes_max : request_bytes_max;
    }

    asio::awaitable<http::reply> answer(http::request message, http::peer) override
    {
        auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        auto given = served_.handle(message, now);
        http::reply reply(std::move(given.response));
        reply.delay = given.delay;
        reply.drop = given.drop != okta_sim::answer::drop_kind::none;
        co_return reply;
    }

private:
    okta_sim::organisation& served_;
};

result<void> load_file(okta_sim::organisation& into, const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure(errc::not_found, fmt::format("{}: cannot be opened", path));
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    auto const content = engine::json::parse(text, {.depth_max = 64, .bytes_max = control_bytes_max});
    if (!content)
        return failure(errc::invalid_input, fmt::format("{}: {}", path, content.error().what));
    auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto loaded = into.load(*content, now);
    return loaded ? loaded : failure(errc::invalid_input, fmt::format("{}: {}", path, loaded.error().what));
}

int complain(const error& what)
{
    fmt::print(stderr, "okta-sim: {}\n", what.what);
    return usage;
}

asio::awaitable<void> stop_and_end(http::server& listener, asio::io_context& context)
{
    co_await listener.stop(stop_grace);
    context.stop();
}

int serve(const arguments& given)
{
    // Links follow the Host header of each request; this is what they begin with where a request has none.
    bool const tls = !given.certificate.empty();
    okta_sim::organisation organisation({.base_url = (tls ? "https://" : "http://") + given.listen,
                                         .strict = given.strict,
                                         .concurrency = given.concurrency},
                                        seed);
    if (!given.organisation.empty()) {
        if (auto loaded = load_file(organisation, given.organisation); !loaded)
            return complain(loaded.error());
    }
    simulator handler(organisation);
    asio::io_context context(1);
    http::listen_options options;
    options.address = given.listen;
    options.certificate_file = given.certificate;
    options.key_file = given.key;
    options.allow_body_on_delete = true;
    auto listener = http::listen(context.get_executor(), options, handler);
    if (!listener)
        return complain(listener.error());
    asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code failed, int) {
        if (!failed)
            asio::co_spawn(context, stop_and_end(**listener, context), asio::detached);
    });
    fmt::print("listening on {}\n", (*listener)->url());
    std::fflush(stdout);
    context.run();
    return 0;
}

} // namespace

int main(int count, char** values)
{
    arguments given;
    CLI::App app{"An imitation of Okta in memory, with a control API under /_sim"};
    auto* const listen =
        app.add_option("--listen", given.listen, "ADDR:PORT; port 0 takes a free one")->capture_default_str();
    app.add_option("--port", given.port, "the same on 127.0.0.1: a port, 0 takes a free one")->excludes(listen);
    auto* const certificate = app.add_option("--tls-cert", given.certificate, "certificate (PEM); with it, TLS");
    auto* const key = app.add_option("--tls-key", given.key, "private key (PEM)");
    certificate->needs(key);
    key->needs(certificate);
    app.add_option("--org", given.organisation, "organisation to begin with (JSON)");
    auto* const strict = app.add_flag("--strict", given.strict, "enforce Okta's own rate limits");
    app.add_option("--concurrency", given.concurrency, "requests at once that --strict allows")
        ->capture_default_str()
        ->needs(strict);
    try {
        app.parse(count, values);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : usage;
    }
    if (given.port)
        given.listen = fmt::format("127.0.0.1:{}", *given.port);
    return serve(given);
}
