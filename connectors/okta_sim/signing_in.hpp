// Signing in with a password, wherever it is asked for. Every attempt that fails stands in the System Log.
#pragma once

#include "connectors/okta_sim/call.hpp"

namespace jmld::okta_sim {

/// The user whose password it is; nullptr, and an event that says why, when nobody may come in with it.
user* let_in(call& asked, std::string_view login, std::string_view password);
/// The event of somebody who came in.
void note_session(call& asked, const user& who);

} // namespace jmld::okta_sim
