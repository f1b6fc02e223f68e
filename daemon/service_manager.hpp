// Tells systemd how we are: one datagram to $NOTIFY_SOCKET. It does nothing when started by hand, and it never fails
// loudly: a service manager that does not listen is no reason to stop.
#pragma once

#include "engine/time.hpp"

#include <optional>
#include <string>

namespace jmld::daemon {

/// What the service manager handed in (main reads the environment, nobody else does).
struct service_environment
{
    std::string notify_socket;         ///< path, or `@name` for an abstract one; empty = none
    std::optional<duration> watchdog;  ///< WATCHDOG_USEC
    std::string credentials_directory; ///< CREDENTIALS_DIRECTORY; empty = none
};

class service_manager
{
public:
    explicit service_manager(service_environment environment) : environment_(std::move(environment)) {}

    void ready(const std::string& status) const;
    void reloading() const;
    void stopping() const;
    void alive() const;
    /// How often alive() is due; nothing when no watchdog is set.
    std::optional<duration> watchdog_interval() const;

private:
    void send(const std::string& message) const;
    service_environment environment_;
};

} // namespace jmld::daemon
