// What the groups of routes share: reading bodies and parameters, cursors, links, masking by role. It knows no route.
#pragma once

#include "daemon/http/problem.hpp"
#include "daemon/http/router.hpp"
#include "engine/value.hpp"
#include "workflows/events/canonical_event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jmld::daemon {

/// The JSON object of a mutation, as its route declares it; null counts as left out. Errors: invalid_input (no JSON, no
/// object, an unknown member, one of another type, one that is missing).
result<engine::value> read_object(const call& asked);
/// `reason` of a mutation, at most 1,000 characters. Errors: invalid_input when it is missing and `required`.
result<std::string> reason_of(const engine::value& body, bool required);

/// `?limit=`: 1 to 1,000, 50 when not given. Errors: invalid_input.
result<int> limit_of(const call& asked);
/// A query parameter that is an instant. Errors: invalid_input naming it.
result<std::optional<time_point>> instant_of(const call& asked, std::string_view name);

/// Opaque to clients: base64url of what the next page begins after.
std::string cursor_of(std::string_view last_seen);
result<std::string> read_cursor(const call& asked);
/// `Link: <…>; rel="next"` with the same filters and the new cursor.
void add_next_link(http::response& answer, const call& asked, std::string_view cursor);

/// 409: `refused` says why, `state` what was found.
http::response does_not_apply(const error& refused, engine::value state);
http::response svg_answer(std::string picture);

/// Viewers see that there is a person, not who.
bool sees_people(const principal& who);
/// {key, worker_id, universal_id, name} of an event's worker; masked texts are "***".
engine::value subject_value(const person_key& key, const workflows::worker& who, bool shown);

/// Collects items, then hands them over as one list value.
class value_list_builder
{
public:
    void add(engine::value item) { items_.push_back(std::move(item)); }
    engine::value take() { return engine::value(std::move(items_)); }

private:
    engine::value_list items_;
};

engine::value instant_value(const std::optional<time_point>& at);
engine::value text_or_null(std::string_view text);

} // namespace jmld::daemon
