// From settings to what is in force: rule book, sources, operators. It reads the files that the settings name and
// reports every problem of all of them at once; it opens no socket and no database.
#pragma once

#include "config/settings.hpp"
#include "daemon/http/operators.hpp"
#include "daemon/rule_book.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "engine/action.hpp"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace jmld::daemon {

/// Replaced as one on reload.
struct configuration
{
    config::settings settings;
    rule_book_pointer rules;
    source_set_pointer sources;
    std::shared_ptr<const operators> known_operators;
    std::vector<std::string> warnings;
};

struct configuration_problems
{
    std::vector<std::string> messages; ///< each ready to print
};

/// `credentials` is the service manager's credentials directory; empty = none.
std::expected<configuration, configuration_problems> read_configuration(const std::filesystem::path& file,
                                                                        const std::string& credentials,
                                                                        const engine::action_catalogue& catalogue);

} // namespace jmld::daemon
