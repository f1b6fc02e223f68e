// `jmlctl okta check`: asks the daemon, or looks by itself from a configuration file where no daemon runs yet.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace jmld::ctl {

boost::asio::awaitable<exit_code> okta_check(context at);
/// Without a daemon; `credentials` is where systemd put them. Throws command_failed (usage) for a bad configuration.
exit_code okta_check_of(const std::string& configuration, const std::string& credentials, const output_options& output);

} // namespace jmld::ctl
