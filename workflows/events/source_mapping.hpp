// How one sender's JSON becomes canonical events: read_mapping() compiles the file once, map() is pure and total. It
// verifies no signature, parses no bytes and stores nothing; cloud_event.hpp takes envelopes off before.
#pragma once

#include "engine/expression/expression.hpp"
#include "engine/value.hpp"
#include "workflows/events/canonical_event.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jmld::workflows {

/// One message as handed to a mapping: what was verified, parsed and taken out of its envelope.
struct message
{
    engine::value headers;    ///< map: name in lower case → text
    engine::value body;       ///< the JSON sent; of a CloudEvent its `data`
    engine::value ce;         ///< attributes of the CloudEvent; null when it was none
    std::string raw_sha256;   ///< hex, of the bytes of the whole request
    std::string webhook_id;   ///< names the delivery; empty when the sender has none
    std::size_t position = 0; ///< within its request (batch): 0, 1, …
    bool enveloped = false;   ///< an envelope was removed: "same body" then compares canonical events
};

/// One canonical field and the expression that gives it.
struct field_rule
{
    std::string field;                          ///< `worker.manager.id`
    engine::expression::value_template content; ///< what is missing is "not said"
    std::string pointer; ///< where in the body it reads first: `/data/worker/wid`; empty when nowhere
};

/// One layout of a sender: the fields, and when the layout applies.
struct layout
{
    std::string name;                                    ///< for messages; empty when there is only one
    std::optional<engine::expression::program> when;     ///< absent = always
    std::optional<engine::expression::program> for_each; ///< a list: one event for each `item`
    std::vector<field_rule> vars;                        ///< short names of the mapping itself: `vars.data`
    std::vector<field_rule> fields;
    std::map<std::string, field_rule, std::less<>>
        types;         ///< last segment sent → canonical type; beside the built-in table
    bool thin = false; ///< ids only: parked, never read as "everything is empty"
};

struct source_mapping
{
    std::string name;            ///< of the file
    std::string sha256;          ///< hex of its text
    std::vector<layout> layouts; ///< the first whose `when` holds is used
};

/// Every mistake of a file at once, each ready to print: `workday.yaml:3:7: error: …`, the line and a caret.
struct mapping_problems
{
    std::vector<std::string> messages;
};
std::expected<source_mapping, mapping_problems> read_mapping(std::string_view file, std::string_view text);

struct mapped
{
    std::vector<canonical_event> events; ///< at least one; more only with for_each
    bool listed = false;                 ///< by for_each
};
/// A type that is not handled, or a probe. `type` is what the sender called it; empty when it said none.
struct ignored
{
    event_key key;
    std::string type;
    std::string reason;
};
struct field_problem
{
    std::string pointer; ///< JSON pointer into the body; `/` + canonical field when it reads no body path
    std::string field;   ///< canonical
    std::string what;    ///< what is wrong, what is accepted; quotes no value
};
/// Authentic JSON that the mapping cannot read (422, quarantined).
struct unreadable
{
    event_key key;
    std::string type; ///< canonical where it was known, else as sent
    std::vector<field_problem> fields;
};
/// A notification without values, by a mapping with `thin: true`.
struct thin_notification
{
    event_key key;
    std::string type;
    std::string reason;
};
using mapping_outcome = std::variant<mapped, ignored, unreadable, thin_notification>;

mapping_outcome map(const source_mapping& mapping, std::string_view source, const message& incoming);

/// Hex SHA-256 of what the mapped event says: what "same body" compares where an envelope was removed.
std::string canonical_sha256(const canonical_event& event);

/// The last segment of a dotted type: `com.example.workday.worker.hire` → `hire`.
std::string_view last_segment(std::string_view type);

} // namespace jmld::workflows
