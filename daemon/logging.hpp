// Logs go to standard error: JSON lines for machines, text for people, `<N>` priorities for journald. What is logged
// never holds secrets or personal data: the types that hold them cannot be formatted.
#pragma once

#include "engine/value.hpp"

#include <spdlog/common.h>

#include <string_view>

namespace jmld::daemon {

/// level: trace debug info warn error; format: json text journald.
void set_up_logging(std::string_view level, std::string_view format);

/// A message with the names that a search begins with (`run step attempt event okta_request_id`): members of their own
/// in JSON, `name=value` before the message elsewhere. What is null or empty is left out.
void log_about(spdlog::level::level_enum level, const engine::value& names, std::string_view message);

} // namespace jmld::daemon
