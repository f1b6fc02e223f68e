// The sd_notify protocol in a few lines of our own, which keeps the dependency tree small. It knows nothing of the
// daemon.
#include "daemon/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace jmld::daemon {

void service_manager::ready(const std::string& status) const { send("READY=1\nSTATUS=" + status + "\n"); }

// MONOTONIC_USEC is what newer systemd wants with RELOADING (Type=notify-reload); older ones ignore it.
void service_manager::reloading() const
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds) + "\n");
}

void service_manager::stopping() const { send("STOPPING=1\n"); }
void service_manager::alive() const { send("WATCHDOG=1\n"); }

std::optional<duration> service_manager::watchdog_interval() const
{
    if (!environment_.watchdog || environment_.notify_socket.empty())
        return std::nullopt;
    return *environment_.watchdog / 3;
}

void service_manager::send(const std::string& message) const
{
    const auto& path = environment_.notify_socket;
    sockaddr_un address{};
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@')
        address.sun_path[0] = '\0'; // an abstract name
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    static_cast<void>(::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), length));
    ::close(socket);
}

} // namespace jmld::daemon
