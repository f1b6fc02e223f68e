// `workflow lint`: the loader's messages for files, without a daemon and without Okta.
#pragma once

#include "daemon/ctl/api.hpp"

#include <string>
#include <vector>

namespace jmld::ctl {

/// Prints every problem of the set; exit_code::failed when there is one.
exit_code lint_workflows(const std::vector<std::string>& files);

} // namespace jmld::ctl
