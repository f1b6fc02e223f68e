// The canonical event: what any sender's message means, in our words. Absent means "not said", never "clear it". It decides
// nothing; source_mapping makes it, people/decide reads it.
#pragma once

#include "engine/ids.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jmld::workflows {

struct worker_manager { std::string id, name; };

/// Empty text = not said.
struct worker
{
    std::string id, universal_id, kind; ///< kind: employee | contingent_worker
    std::string given_name, family_name, preferred_name;
    std::string login, email, personal_email;
    std::string title, department, organisation, cost_center;
    worker_manager manager;
    std::string time_zone;              ///< location.time_zone, IANA
    std::optional<date> start, end, last_day;
};

struct event_reason { std::string id, label; };

struct canonical_event
{
    event_key key;
    std::string type;                   ///< `worker.hired` …
    std::optional<time_point> entered_at;
    std::optional<date> effective_on;
    std::optional<time_point> effective_at;
    std::string process_id, action;     ///< action: complete | correct | rescind, when said
    std::string corrects, rescinds;
    worker subject;
    event_reason reason;
    bool urgent = false;
};

/// The thirteen canonical types.
bool is_canonical_type(std::string_view type);

/// As expressions see it under `event`: {source,id,type,entered_at,effective_on,…,worker{…},reason{…},urgent,start,end,last_day}.
engine::value to_value(const canonical_event& event);
/// The inverse of to_value. Errors: invalid_input with a JSON pointer.
result<canonical_event> event_from_value(const engine::value& content);

} // namespace jmld::workflows
