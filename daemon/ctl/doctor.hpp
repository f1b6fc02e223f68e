// `doctor`: looks at everything an operator would look at, and says what to do about what is wrong. It changes nothing.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace jmld::ctl {

struct finding
{
    bool good = true;
    std::string what, advice; ///< advice: only when it is not good
};
/// What the status page and the readiness page say. Pure.
std::vector<finding> findings(const std::string& readiness, const engine::value& status, std::string_view own_version);

/// exit_code::failed when something is wrong.
boost::asio::awaitable<exit_code> examine(context at);

} // namespace jmld::ctl
