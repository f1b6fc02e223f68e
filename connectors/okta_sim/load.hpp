// An organisation as a document, in and out: the short form of scenario files, and Okta's own objects as its API
// returns them. Reading puts nothing together by rules or requests; what groups give through apps follows from what was
// read.
#pragma once

#include "connectors/okta_sim/ids.hpp"
#include "connectors/okta_sim/model.hpp"
#include "engine/result.hpp"

namespace jmld::okta_sim {

/// Errors: invalid_input with the JSON pointer of what cannot be read and what is accepted.
result<organisation_data> read_organisation(const value& content, id_source& ids, time_point now);
/// The short form, sorted by id; reading it again gives the same. What `ids` gives every organisation is left out.
value write_organisation(const organisation_data& org, const id_source& ids);
/// An organisation that has nothing but Everyone.
organisation_data empty_organisation(const id_source& ids, time_point now);

} // namespace jmld::okta_sim
