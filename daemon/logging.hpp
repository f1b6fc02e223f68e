// Logs go to standard error: JSON lines for machines, text for people, `<N>` priorities for journald. What is logged
// never holds secrets or personal data: the types that hold them cannot be formatted.
#pragma once

#include <string_view>

namespace jmld::daemon {

/// level: trace debug info warn error; format: json text journald.
void set_up_logging(std::string_view level, std::string_view format);

} // namespace jmld::daemon
