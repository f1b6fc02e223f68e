// Inner seam of the conduct `object`: what a look shows, measured by the row's `looking`. It sends nothing that writes,
// and decides nothing about the step.
#pragma once

#include "connectors/okta/work.hpp"

#include <optional>
#include <string>

namespace jmld::okta {

struct seen_object
{
    reply answer;         ///< of the look
    bool so = false;      ///< the sign shows
    engine::value object; ///< what was read: of `made` the one like ours, of a list the entry found
    /// made: ids of all that carry the name; others: empty.
    engine::value_list named = {};
    int alike = 0; ///< made: how many are like ours

    bool ok() const { return answer.ok(); }
};

/// A look that finds nothing where nothing is a sign of its own (gone, there, empty) succeeds.
boost::asio::awaitable<seen_object> look_for(work& now, const operation& row);

/// Whether the row's attempt looks before it calls: for its inverse, for a namesake, or to close what must be closed.
bool looks_first(const operation& row);
/// What the body of the row's call would be.
engine::value sent_by(const work& now);
/// `profile.name` in a map.
const engine::value& at_key(const engine::value& content, std::string_view dotted);
/// Whether `found` holds what was `sent`; strictly: what is missing there is held against it. Texts are compared
/// without case: Okta sends some words otherwise than it takes them.
bool holds(const engine::value& found, const engine::value& sent, bool strictly);
/// Whether a time in `object` lies after `began`, our clock and Okta's apart by a little; nothing when it tells none.
std::optional<bool> is_since(const engine::value& object, std::string_view key, time_point began);
/// {id, body}: what every row of this conduct answers; `made` also {adopted}.
engine::value object_outputs(const work& now, const engine::value& object, bool adopted);
/// The row's call for an object as `seen`: closed before it where the row says so, conditional where Okta gave an ETag.
boost::asio::awaitable<reply> call_for(work& now, const operation& row, engine::value arguments,
                                       const seen_object& seen);

} // namespace jmld::okta
