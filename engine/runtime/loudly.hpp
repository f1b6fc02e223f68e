// How a task that nobody waits for is started: what it throws ends the process, loudly. The journal makes a restart
// safe; a task that died in silence would leave its run or its lock behind.
#pragma once

#include <exception>

namespace jmld::runtime {

/// A completion token for co_spawn.
inline constexpr auto loudly = [](std::exception_ptr failed) {
    if (failed)
        std::rethrow_exception(failed);
};

} // namespace jmld::runtime
