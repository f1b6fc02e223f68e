// `jmlctl simulate`: a scenario file, rehearsed without a daemon, a network or waiting. The document goes to stdout;
// what people should know, and what was expected otherwise, to stderr.
#pragma once

#include "daemon/ctl/api.hpp"
#include "daemon/ctl/output.hpp"

#include <string>

namespace jmld::ctl {

/// done, failed (not as expected) or usage (the file cannot be read; every problem is said).
exit_code simulate(const std::string& file, const output_options& options);

} // namespace jmld::ctl
