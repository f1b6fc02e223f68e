// Waiting is looking again until a deadline, resting on the daemon's own end in between.
#include "tests/end_to_end/stack.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "tests/support/places.hpp"
#include "tests/support/self_signed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <stdexcept>

namespace jmld::end_to_end {

namespace {

using clock = std::chrono::steady_clock;

constexpr milliseconds look_again{15};

// The addresses told so far; a line counts only when it is whole.
std::vector<std::string> told_addresses(const std::filesystem::path& out)
{
    std::vector<std::string> all;
    const auto text = read_text(out);
    constexpr std::string_view prefix = "listening on ";
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        if (text.compare(at, prefix.size(), prefix) == 0)
            all.push_back(text.substr(at + prefix.size(), end - at - prefix.size()));
    return all;
}

bool wait_for_addresses(process& program, const std::filesystem::path& out, std::size_t count)
{
    const auto end = clock::now() + std::chrono::seconds(30);
    while (told_addresses(out).size() < count) {
        if (program.rest(look_again))
            return false;
        if (clock::now() > end)
            throw std::runtime_error(out.string() + ": it does not say where it listens");
    }
    return true;
}

void write_secret(const std::filesystem::path& file, const std::string& text)
{
    write_text(file, text);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::string last_lines(const std::string& text) { return text.size() < 3000 ? text : text.substr(text.size() - 3000); }

} // namespace

bool has_ended(const std::string& state)
{
    for (const auto* open : {"", "scheduled", "queued", "running", "waiting", "throttled", "paused", "compensating"})
        if (state == open)
            return false;
    return true;
}

stack::stack(stack_options options) : options_(std::move(options))
{
    database_ = options_.database.empty() ? file("jmld.db") : std::filesystem::path(options_.database);
    const auto certificate = tests::make_self_signed();
    write_text(file("tls.pem"), certificate.certificate_pem);
    write_secret(file("tls.key"), certificate.key_pem);
    write_secret(file("okta.key"), tests::make_self_signed().key_pem);
    write_secret(file("okta.token"), "00token");
    write_secret(file("workday.secret"), secret());
    write_secret(file("next.secret"), secret(1));
    for (const auto* who : {"admin", "operator", "approver", "viewer"})
        write_secret(file(std::string(who) + ".token"), token(who));
    write_text(file("org.json"), engine::json::write(options_.organisation));
    start_okta();
    write_settings();
}

void stack::start_okta()
{
    okta_ = std::make_unique<process>(command{"okta-sim",
                                              {"--listen", "127.0.0.1:0", "--tls-cert", file("tls.pem"), "--tls-key",
                                               file("tls.key"), "--org", file("org.json")},
                                              file("sim.out"),
                                              file("sim.err"),
                                              {}});
    if (!wait_for_addresses(*okta_, file("sim.out"), 1))
        throw std::runtime_error("okta-sim: " + read_text(file("sim.err")));
    okta_url_ = told_addresses(file("sim.out")).front();
    sim_ = std::make_unique<far_end>(okta_url_, file("tls.pem"));
}

void stack::write_settings()
{
    const auto auth = options_.service_app ? "{ private_key_jwt: { client_id: 0oatest, key: { file: okta.key } } }"
                                           : "{ ssws: { file: okta.token } }";
    const auto verification = options_.verification.empty()
                                  ? "{ standard_webhooks: { secrets: [ { file: workday.secret } ] } }"
                                  : options_.verification;
    const auto mapping = options_.mapping.empty() ? std::string() : "mapping: " + options_.mapping + ", ";
    std::string operators;
    for (const auto* who : {"admin", "operator", "approver", "viewer"})
        operators +=
            fmt::format("  - {{ name: {0}, role: {0}, token_sha256: {1} }}\n", who, digest::sha256_hex(token(who)));
    write_text(file("jmld.yaml"),
               fmt::format("listen:\n  webhooks: {{ address: 127.0.0.1:0 }}\n  ops: {{ address: 127.0.0.1:0 }}\n  "
                           "ops_socket: ops.sock\n"
                           "store: {{ sqlite: {} }}\n"
                           "okta:\n  org: {}\n  ca: tls.pem\n  auth: {}\n"
                           "  scopes: [okta.users.manage, okta.groups.manage, okta.apps.manage, okta.roles.manage]\n"
                           "sources:\n  workday: {{ {}verify: {} }}\n"
                           "operators:\n{}policy: {}\nlog: {{ level: debug, format: json }}\n{}",
                           database_.string(), okta_url_, auth, mapping, verification, operators, options_.policy,
                           options_.settings));
}

void stack::launch()
{
    ++starts_;
    hooks_.reset();
    ops_.reset();
    daemon_ = std::make_unique<process>(command{"jmld",
                                                {"--config", file("jmld.yaml")},
                                                file(fmt::format("jmld.{}.out", starts_)),
                                                file("jmld.err"),
                                                options_.environment});
}

bool stack::listening()
{
    const auto out = file(fmt::format("jmld.{}.out", starts_));
    if (!wait_for_addresses(*daemon_, out, 3))
        return false;
    const auto told = told_addresses(out);
    hooks_url_ = told[0];
    ops_url_ = told[1];
    hooks_ = std::make_unique<far_end>(hooks_url_);
    ops_ = std::make_unique<far_end>(ops_url_);
    return true;
}

void stack::start()
{
    launch();
    if (!listening())
        throw std::runtime_error("jmld did not start: " + last_lines(log()));
}

void stack::kill()
{
    daemon_->signal(SIGKILL);
    daemon_->wait();
}

int stack::stop()
{
    daemon_->signal(SIGTERM);
    return daemon_->wait();
}

http::response stack::ask(const std::string& method, const std::string& target, const std::string& body,
                          const std::string& who)
{
    http::request message;
    message.method = method;
    message.target = target;
    message.body = body;
    if (!body.empty())
        message.headers.emplace_back("Content-Type", "application/json");
    if (!who.empty())
        message.headers.emplace_back("Authorization", "Bearer " + token(who));
    return ops_->send(std::move(message));
}

result<http::response> stack::try_ask(const std::string& method, const std::string& target)
{
    http::request message;
    message.method = method;
    message.target = target;
    message.headers.emplace_back("Authorization", "Bearer " + token("admin"));
    return ops_->try_send(std::move(message));
}

value stack::get(const std::string& target)
{
    const auto answer = ask("GET", target);
    if (answer.status != 200)
        throw std::runtime_error(fmt::format("GET {}: {} {}", target, answer.status, answer.body));
    return json_of(answer.body);
}

value stack::sim(const std::string& method, const std::string& path, const std::string& body)
{
    http::request message;
    message.method = method;
    message.target = path;
    message.body = body;
    if (!body.empty())
        message.headers.emplace_back("Content-Type", "application/json");
    const auto answer = sim_->send(std::move(message));
    if (answer.status >= 300)
        throw std::runtime_error(fmt::format("{} {}: {} {}", method, path, answer.status, answer.body));
    return answer.body.empty() ? value() : json_of(answer.body);
}

void stack::copy_workflows()
{
    std::filesystem::create_directory(file("flows"));
    for (const auto* name : {"joiner.yaml", "mover.yaml", "leaver.yaml"})
        write_text(file("flows") / name, read_text(std::filesystem::path(test::source_folder) / "workflows" / name));
}

finished stack::ctl(std::vector<std::string> arguments, const std::string& who, const std::string& input)
{
    const std::vector<std::string> usual{"--server", ops_url_, "--token-file", file(who + ".token")};
    arguments.insert(arguments.begin(), usual.begin(), usual.end());
    write_text(file("jmlctl.in"), input);
    return run_program("jmlctl", std::move(arguments), folder(), file("jmlctl.in"));
}

value stack::run_of(const std::string& event_id)
{
    value found;
    await("a run for " + event_id, [&] {
        const auto runs = get("/v1/runs?event_id=" + event_id)["runs"];
        if (!runs.items().empty())
            found = get("/v1/runs/" + runs.items().front()["id"].text_or());
        return !found.is_null();
    });
    return found;
}

value stack::ended_run_of(const std::string& event_id)
{
    auto run = run_of(event_id);
    const auto id = run["id"].text_or();
    await("the end of the run for " + event_id, [&] {
        run = get("/v1/runs/" + id);
        return has_ended(run["state"].text_or());
    });
    return run;
}

std::vector<std::string> stack::doubled_effects()
{
    std::map<std::string, int> times;
    const auto ledger = sim("GET", "/_sim/ledger");
    for (const auto& entry : ledger.items())
        if (!entry["effect"].is_null())
            ++times[engine::json::write(entry["effect"])];
    std::vector<std::string> doubled;
    for (const auto& [effect, count] : times)
        if (count > 1)
            doubled.push_back(fmt::format("{} times {}", count, effect));
    return doubled;
}

void stack::await(const std::string& what, const std::function<bool()>& reached, std::chrono::seconds longest)
{
    const auto end = clock::now() + longest;
    while (!reached()) {
        if (daemon_->rest(look_again))
            throw std::runtime_error("jmld ended before there was " + what + ": " + last_lines(log()));
        if (clock::now() > end)
            throw std::runtime_error("there never was " + what + "; the daemon's last words: " + last_lines(log()));
    }
}

} // namespace jmld::end_to_end
