// What becomes of each event of a request: accepted, duplicate or conflict. One text for every journal; how the journal
// looks things up and writes them down is its own affair.
#pragma once

#include "engine/runtime/journal.hpp"

#include <optional>
#include <vector>

namespace jmld::store {

struct known_event
{
    std::string identity_sha256;
    std::string decision;
    person_key person;
};

class accept_lookup
{
public:
    virtual ~accept_lookup() = default;
    virtual result<std::optional<known_event>> find(const event_key& key) = 0;
    /// Whether this webhook id was accepted before from this source, and only with other bodies and for other events.
    virtual result<bool> used_for_another_body(const runtime::delivery_record& delivery) = 0;
};

struct judgement
{
    std::vector<runtime::accept_answer> answers;      ///< one for each event of the request
    std::vector<std::size_t> to_store;                ///< events to insert, with the delivery that came with them
    std::vector<runtime::delivery_record> deliveries; ///< all others
    std::vector<runtime::alarm_row> alarms;
};

/// Errors: those of the lookup.
result<judgement> judge(const std::vector<runtime::incoming_event>& batch, accept_lookup& stored);

} // namespace jmld::store
