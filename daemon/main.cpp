// jmld: arguments → configuration → application → exit code. Everything else is the application's.
#include "daemon/all_actions.hpp"
#include "daemon/application.hpp"
#include "daemon/logging.hpp"
#include "daemon/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/prctl.h>

namespace {

constexpr int usage = 2;

std::string environment_text(const char* name)
{
    const char* text = std::getenv(name);
    return text == nullptr ? std::string() : std::string(text);
}

// The only place that reads the environment.
jmld::daemon::service_environment service()
{
    jmld::daemon::service_environment given;
    given.notify_socket = environment_text("NOTIFY_SOCKET");
    given.credentials_directory = environment_text("CREDENTIALS_DIRECTORY");
    if (const auto microseconds = environment_text("WATCHDOG_USEC"); !microseconds.empty())
        given.watchdog = jmld::duration(std::strtoll(microseconds.c_str(), nullptr, 10) / 1000);
    return given;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App line("jmld: joiner-mover-leaver workflows against Okta");
    std::string file;
    bool check = false;
    line.set_version_flag("--version", "jmld " + std::string(jmld::daemon::version));
    line.add_option("--config", file, "jmld.yaml")->required();
    line.add_flag("--check-config", check, "check the configuration and everything it names, then exit");
    try {
        line.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        return line.exit(wrong) == 0 ? 0 : usage;
    }
    ::prctl(PR_SET_DUMPABLE, 0); // no core file, no tracer of the same user: memory holds keys

    const auto environment = service();
    const jmld::daemon::all_actions catalogue;
    auto configured = jmld::daemon::read_configuration(file, environment.credentials_directory, catalogue);
    if (!configured) {
        for (const auto& message : configured.error().messages)
            fmt::print(stderr, "{}\n", message);
        return static_cast<int>(jmld::daemon::ended::configuration);
    }
    for (const auto& warning : configured->warnings)
        fmt::print(stderr, "{}\n", warning);
    if (check) {
        fmt::print("{}: ok, {} workflows, {} sources\n", file, configured->rules->workflows.size(),
                   configured->sources->size());
        return 0;
    }
    jmld::daemon::set_up_logging(configured->settings.log_level, configured->settings.log_format);
    jmld::daemon::application application(std::move(*configured), file, environment);
    const auto ended = application.run();
    // Attempts that were cut off still have frames on the loop; the journal knows them, so nothing is left to tidy up.
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(ended));
}
