// Workflow files → checked definitions, as one set: either every file is right, or all problems of all files are told
// at once and nothing is loaded. It reads no folder (the daemon does) and starts nothing.
#pragma once

#include "engine/action.hpp"
#include "engine/definition.hpp"
#include "workflows/loading/shapes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::workflows::loading {

struct named_text
{
    std::string file; ///< as it stands in messages
    std::string text;
};

struct load_options
{
    /// OAuth scopes the daemon holds; an action that needs another does not load. Not checked when absent (SSWS, lint).
    std::optional<std::vector<std::string>> granted_scopes;
    /// A missing scope is then only warned of: for the shipped set, which acts on roles only where somebody has one.
    bool missing_scopes_only_warn = false;
    /// Without the others of its set (a stored definition): what it says of them is not checked again.
    bool alone = false;
    known_roots roots = default_roots();
};

struct load_result
{
    std::vector<engine::definition_pointer> workflows; ///< in the order of the files; empty unless ok
    /// `joiner.yaml:12:7: error: …` + source line + caret, by file and place; warnings too, which do not stop the set.
    std::vector<std::string> messages;
    bool ok = false;
};

/// The catalogue must outlive the definitions.
load_result load_workflows(const std::vector<named_text>& files, const engine::action_catalogue& catalogue,
                           const load_options& options = {});

/// Whether one of the held scopes covers `wanted`: itself, or `X.manage` for `X.read`.
bool holds_scope(const std::vector<std::string>& held, const std::string& wanted);

} // namespace jmld::workflows::loading
