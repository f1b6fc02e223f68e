// The canonical event: what any sender's message means, in our words. Absent means "not said", never "clear it". It
// decides nothing; source_mapping makes it, people/decide reads it.
#pragma once

#include "engine/ids.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows {

struct worker_manager
{
    std::string id, name;
    friend bool operator==(const worker_manager&, const worker_manager&) = default;
};

/// Empty text = not said.
struct worker
{
    std::string id, universal_id, kind; ///< kind: employee | contingent_worker
    std::string given_name, family_name, preferred_name;
    std::string login, email, personal_email;
    std::string title, department, organisation, cost_center;
    worker_manager manager;
    std::string time_zone; ///< location.time_zone, IANA
    std::optional<date> start, end, last_day;

    friend bool operator==(const worker&, const worker&) = default;
};

struct event_reason
{
    std::string id, label;
    friend bool operator==(const event_reason&, const event_reason&) = default;
};

struct canonical_event
{
    event_key key;
    std::string type; ///< `worker.hired` …
    std::optional<time_point> entered_at;
    std::optional<date> effective_on;
    std::optional<time_point> effective_at;
    std::string process_id, action; ///< action: complete | correct | rescind, when said
    std::string corrects, rescinds;
    worker subject;
    event_reason reason;
    bool urgent = false;

    friend bool operator==(const canonical_event&, const canonical_event&) = default;
};

/// The thirteen canonical types.
bool is_canonical_type(std::string_view type);
/// In the order of the contract.
const std::vector<std::string_view>& canonical_types();

/// worker.hired, worker.rehired, worker.converted: an employment begins.
bool begins_employment(std::string_view type);
/// worker.terminated, worker.contract_ended.
bool ends_employment(std::string_view type);
/// worker.hire_rescinded, worker.no_show, worker.termination_rescinded.
bool rescinds_something(std::string_view type);

/// As expressions see it under `event`:
/// {source,id,type,entered_at,effective_on,…,worker{…},reason{…},urgent,start,end,last_day}. What was not said is
/// absent, never null; `worker`, `worker.manager`, `worker.location`, `reason`, `urgent` are always there.
engine::value to_value(const canonical_event& event);
/// The same record under `event.worker` and, by itself, under `person`.
engine::value to_value(const worker& who);
/// The inverse of to_value(worker); unknown members are ignored. Errors: invalid_input with a JSON pointer.
result<worker> worker_from_value(const engine::value& content);
/// What `newer` says replaces what `older` said; what it does not say stays.
worker merge(worker older, const worker& newer);
/// The inverse of to_value. Errors: invalid_input with a JSON pointer.
result<canonical_event> event_from_value(const engine::value& content);

} // namespace jmld::workflows
