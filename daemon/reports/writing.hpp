// Rows as CSV (RFC 4180) or as JSON, piece by piece. It knows no report; what a spreadsheet would take for a formula is
// made a text.
#pragma once

#include "engine/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::daemon {

/// One field: quoted where it must be. A text that begins with = + - @, a tab or a line end gets an apostrophe in
/// front, since spreadsheets would compute it; numbers stay.
std::string csv_field(const engine::value& content);
std::string csv_line(const std::vector<std::string>& fields);
std::string csv_row(const engine::value& row, const std::vector<std::string>& columns);

/// The row with every column, in their order; what is not said is null.
std::string json_row(const engine::value& row, const std::vector<std::string>& columns);

} // namespace jmld::daemon
