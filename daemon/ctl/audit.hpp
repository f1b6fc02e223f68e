// `audit`: the record of who changed what, read whole and held to its chain. It trusts nothing that it can compute.
#pragma once

#include "daemon/ctl/commands.hpp"
#include "engine/runtime/audit_chain.hpp"

namespace jmld::ctl {

/// A record as /v1/audit shows it. Errors: invalid_input.
result<runtime::audit_record> audit_record_from(const engine::value& shown);
/// Of a file: one record a line, or a JSON list, or a map that holds the list as `audit`. Oldest first. Throws
/// command_failed (usage).
std::vector<runtime::audit_record> audit_records_in(const std::string& content);

/// Says what is wrong on stderr; exit_code::failed then.
exit_code verify_records(const std::vector<runtime::audit_record>& oldest_first);
boost::asio::awaitable<exit_code> audit_verify(context at);
boost::asio::awaitable<exit_code> audit_export(context at);

} // namespace jmld::ctl
