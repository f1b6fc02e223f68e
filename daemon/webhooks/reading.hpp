// From verified bytes to event records ready for the journal: parse, take envelopes off, map, classify. Pure: it
// verifies no signature, stores nothing and decides nothing about people.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/runtime/journal.hpp"
#include "workflows/events/source_mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::daemon {

struct reading_context
{
    std::string_view source;
    const workflows::source_mapping* mapping = nullptr;
    std::string_view webhook_id;
    time_point now{};
};

struct read_event
{
    runtime::incoming_event incoming;                 ///< decision set for ignored, parked (thin) and quarantined ones
    std::vector<workflows::field_problem> problems{}; ///< of a quarantined one
    bool enveloped = false; ///< an envelope was removed: "same body" compares what the event means
    std::string listed{};   ///< of an entry of a report: the identity of its worker
};

/// One entry for each event of the request, at least one. Errors: invalid_input (not JSON, an envelope that breaks its
/// rules).
result<std::vector<read_event>> read_delivery(const reading_context& context, const http::header_list& headers,
                                              std::string_view body);

/// Maps a stored event again (its body, headers and position stand in the record): what a replay decides on.
result<read_event> read_again(const reading_context& context, const runtime::event_record& stored);

} // namespace jmld::daemon
