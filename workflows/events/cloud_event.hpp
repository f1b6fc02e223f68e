// Takes the envelope of a CloudEvent off: structured, batch and binary mode. It checks the envelope's own rules only;
// what the data means is the mapping's business.
#pragma once

#include "engine/result.hpp"
#include "workflows/events/source_mapping.hpp"

#include <string_view>
#include <vector>

namespace jmld::workflows {

/// One message for each event of the request, in order; a request without an envelope comes back as it is.
/// `request.body` is the parsed body, `request.headers` all headers in lower case. The mode is taken from
/// `content_type`, from `ce-*` headers, and (for events handed in without headers) from `specversion` in the body.
/// Errors: invalid_input naming what is wrong (a batch that is no list, a missing required attribute, data_base64 that
/// is no JSON).
result<std::vector<message>> unwrap(message request, std::string_view content_type);

} // namespace jmld::workflows
