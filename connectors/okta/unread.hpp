// Inner seam of the readings of a person: which parts could not be read, and what is missing for it. It decides only
// whether a reading can go on without a part, never what follows from the gap.
#pragma once

#include "connectors/okta/client.hpp"

#include <string>
#include <string_view>

namespace jmld::okta {

/// Parts that Okta refuses to us, or does not have: the rest counts all the same. An Okta that does not answer is no
/// such gap, and fails the whole reading.
class unread_parts
{
public:
    /// False when the reading must end with this answer's failure. `part` is the key in what is read: `roles`.
    bool tolerates(const reply& answer, std::string_view part, std::string_view row);
    /// Something that was left out on purpose, such as the rest of a long list.
    void note(std::string_view part, std::string reason);

    bool holds(std::string_view part) const;
    /// [{part, reason, scope, permission}]; the last two are null when no right of ours would help.
    const engine::value_list& parts() const { return parts_; }

private:
    engine::value_list parts_;
};

/// `roles could not be read: …`, for people.
std::string unread_words(const engine::value& part);
/// `items`, or null where they could not be read: never an empty list for something nobody saw.
engine::value unless_unread(const unread_parts& gaps, std::string_view part, engine::value_list items);

} // namespace jmld::okta
