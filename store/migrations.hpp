// Numbered, forward-only steps from an empty file to the schema this program knows. It takes a backup before it changes
// a file that has content, and refuses a file that a newer program wrote.
#pragma once

#include "engine/result.hpp"

#include <string>
#include <vector>

namespace jmld::store {

class connection;

struct migration
{
    int number;
    const char* name;
    const char* sql;
};

/// Of store/migrations, in order, numbered from 1 without gaps.
const std::vector<migration>& embedded_migrations();

/// The `application_id` of a jmld database: "JMLD".
inline constexpr int application_id = 0x4A4D4C44;

/// Brings the file behind `writer` to the last of `all`, each step in a transaction of its own; a file with content is
/// first copied to `PATH.before-N` (N = the number it is at). Errors: conflict (a newer program wrote it),
/// invalid_input (not a jmld database), or as SQLite says.
result<void> migrate(connection& writer, const std::string& path, const std::vector<migration>& all);

} // namespace jmld::store
