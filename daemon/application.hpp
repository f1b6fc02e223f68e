// The process as a whole: owns everything, starts in order, reloads as one set, drains and stops in order. It decides
// nothing that the parts it owns could decide themselves.
#pragma once

#include "daemon/configuration.hpp"
#include "daemon/service_manager.hpp"

#include <memory>

namespace jmld::daemon {

/// Exit codes of jmld (sysexits where one fits).
enum class ended : int {
    well = 0,
    configuration = 78,  ///< EX_CONFIG
    cannot_start = 71,   ///< EX_OSERR: a port or the database
    storage_failed = 74, ///< EX_IOERR: the log is broken; recover from disk
    damaged = 65,        ///< EX_DATAERR: the database file is; starting again cannot help
};

class application
{
public:
    application(configuration chosen, std::filesystem::path file, service_environment environment);
    ~application();

    /// Until SIGTERM or SIGINT, or until the log breaks.
    ended run();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

} // namespace jmld::daemon
