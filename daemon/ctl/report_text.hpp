// Whether a report that came as CSV is all of it. It reads no more of CSV than that takes: where the last line begins
// and how many fields it has.
#pragma once

#include <string_view>

namespace jmld::ctl {

/// False when the last line is the one that says that the report broke off. What people are called does not matter: a
/// row has more than one field.
bool is_whole_csv(std::string_view text);

} // namespace jmld::ctl
