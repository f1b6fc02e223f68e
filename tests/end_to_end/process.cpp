// posix_spawn, a pidfd for waiting, waitpid on our own child and on nobody else.
#include "tests/end_to_end/process.hpp"

#include "tests/support/places.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jmld::end_to_end {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    for (auto& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> surroundings(const std::vector<std::string>& more)
{
    std::vector<std::string> all = more;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string entry = *each;
        const auto name = entry.substr(0, entry.find('=') + 1);
        if (name != "NOTIFY_SOCKET=" && name != "WATCHDOG_USEC=" && name != "CREDENTIALS_DIRECTORY=" &&
            name != "JMLCTL_SERVER=")
            all.push_back(entry);
    }
    return all;
}

} // namespace

std::string read_text(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write_text(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << text;
    if (!stream.flush())
        throw std::runtime_error(file.string() + " cannot be written");
}

process::process(const command& what)
{
    auto arguments = what.arguments;
    const auto program = std::string(test::program_folder) + "/" + what.program;
    arguments.insert(arguments.begin(), program);
    auto environment = surroundings(what.environment);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, what.in.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, what.out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, what.err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int failed =
        ::posix_spawn(&id_, program.c_str(), &files, nullptr, pointers(arguments).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0)
        throw std::runtime_error(program + " cannot be started");
    handle_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
    if (handle_ < 0)
        throw std::runtime_error("no pidfd");
}

process::~process()
{
    if (running()) {
        signal(SIGKILL);
        int status = 0;
        ::waitpid(id_, &status, 0);
    }
    ::close(handle_);
}

void process::signal(int number) const { ::kill(id_, number); }

bool process::running()
{
    if (ended_)
        return false;
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) != id_)
        return true;
    ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

bool process::rest(milliseconds longest)
{
    pollfd watched{handle_, POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(longest.count()));
    return !running();
}

int process::wait(milliseconds longest)
{
    if (!rest(longest))
        throw std::runtime_error("a program did not end in time");
    return *ended_;
}

finished run_program(const std::string& program, std::vector<std::string> arguments,
                     const std::filesystem::path& folder, const std::filesystem::path& in)
{
    const auto out = folder / (program + ".out"), err = folder / (program + ".err");
    std::filesystem::remove(out);
    std::filesystem::remove(err);
    process running({program, std::move(arguments), out, err, {}, in});
    const int code = running.wait();
    return {code, read_text(out), read_text(err)};
}

} // namespace jmld::end_to_end
