// jmlctl: from the command line to one verb, and from how it ended to an exit code. Exit codes are contract; secrets
// are never given as flags.
#include "connectors/https_client.hpp"
#include "daemon/ctl/command_line.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include <unistd.h>

namespace {

namespace asio = boost::asio;
using namespace jmld;
using namespace jmld::ctl;

std::string token_of(const shared_options& chosen)
{
    if (chosen.token_file.empty())
        return {};
    auto token = read_file(chosen.token_file);
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r'))
        token.pop_back();
    return token;
}

// Only where somebody sits: a script has said what it wants.
bool is_meant(const command_line& line)
{
    const auto& chosen = line.shared();
    const bool somebody = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
    if (!line.asks_first() || chosen.yes || chosen.dry_run || !somebody)
        return true;
    fmt::print(stderr, "really? [y/N] ");
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

int perform(const shared_options& chosen, const remote_work& work)
{
    asio::io_context loop;
    auto transport = http::make_client(loop.get_executor(), {.origin = chosen.server, .ca_file = chosen.ca});
    if (!transport)
        throw command_failed{exit_code::usage, "--server: " + transport.error().what};
    api server(std::move(*transport), chosen.server, token_of(chosen));
    auto code = exit_code::interrupted;
    std::exception_ptr failed;
    asio::signal_set interrupt(loop, SIGINT, SIGTERM);
    interrupt.async_wait([&](const boost::system::error_code& error, int) {
        if (!error)
            loop.stop();
    });
    asio::co_spawn(loop, work({server, output_of(chosen), chosen.dry_run}),
                   [&](std::exception_ptr error, exit_code done) {
                       failed = error;
                       if (!error)
                           code = done;
                       loop.stop();
                   });
    loop.run();
    if (failed)
        std::rethrow_exception(failed);
    return static_cast<int>(code);
}

int run(command_line& line, int argc, char** argv)
{
    line.parse(argc, argv);
    if (line.local())
        return static_cast<int>(line.local()());
    if (!is_meant(line)) {
        fmt::print(stderr, "nothing was done\n");
        return static_cast<int>(exit_code::failed);
    }
    return perform(line.shared(), line.remote());
}

surroundings from_environment()
{
    const auto said = [](const char* name) {
        const char* text = std::getenv(name);
        return text == nullptr ? std::string() : std::string(text);
    };
    const auto own = said("XDG_CONFIG_HOME"), home = said("HOME");
    return {said("JMLCTL_SERVER"), std::getenv("NO_COLOR") != nullptr, said("CREDENTIALS_DIRECTORY"),
            !own.empty() || home.empty() ? own : home + "/.config"};
}

} // namespace

int main(int argc, char** argv)
{
    command_line line(from_environment());
    try {
        return run(line, argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return line.app().exit(error); // --help, --version
        const auto hint = suggestion(line.app(), argc, argv);
        fmt::print(stderr, "jmlctl: {}\n", hint.empty() ? error.what() : hint);
        fmt::print(stderr, "see jmlctl --help\n");
        return static_cast<int>(exit_code::usage);
    } catch (const command_failed& error) {
        fmt::print(stderr, "jmlctl: {}\n", error.message);
        return static_cast<int>(error.code);
    }
}
