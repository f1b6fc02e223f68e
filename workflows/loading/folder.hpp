// The workflow files of a folder, as the loader wants them. It reads `*.yaml` and `*.yml` of that folder only, by name,
// so that a set is the same set on every machine.
#pragma once

#include "workflows/loading/loader.hpp"

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace jmld::workflows::loading {

/// Problems ready to print: the folder is not there, a file cannot be read or is larger than any workflow may be. A
/// folder without a workflow is a problem too: a daemon that silently does nothing helps nobody.
std::expected<std::vector<named_text>, std::vector<std::string>>
read_workflow_folder(const std::filesystem::path& folder);

/// One file by its path.
std::expected<named_text, std::string> read_workflow_file(const std::filesystem::path& file);

} // namespace jmld::workflows::loading
