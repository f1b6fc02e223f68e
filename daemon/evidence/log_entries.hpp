// What Okta's own System Log says of the changes that one run made: the question for it, and which of the changes have
// an entry. Pure, from an evidence record as it is shown; who asks, and what is kept of the answer, is said elsewhere.
#pragma once

#include "engine/time.hpp"
#include "engine/value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::daemon {

struct log_question
{
    std::string okta_id;              ///< of the record's person
    std::vector<std::string> targets; ///< the person first, then whoever else the run changed; Okta ids
    time_point since{}, until{};
    engine::value arguments;   ///< of okta.logs.list
    std::size_t items_max = 0; ///< more than these are not read
};

/// Nothing when the record names no account, or its run made no call.
std::optional<log_question> question_of(const engine::value& record);

/// The calls that changed something, or may have: those that were answered well, and those whose answer was lost.
engine::value_list changes_in(const engine::value& record);

struct log_findings
{
    engine::value entries; ///< [{uuid, eventType, published, outcome, actor, request_id, ours}]
    engine::value changes; ///< [{at, method, path, request_id, entries: [uuid]}]; found by the request's id
    engine::value without; ///< [request id] of changes that have no entry
    bool cut_off = false;  ///< the log had more than was read
};
log_findings findings_in(const engine::value& log, const engine::value& record, const log_question& asked);

} // namespace jmld::daemon
