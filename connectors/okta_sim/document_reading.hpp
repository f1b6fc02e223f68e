// What the two files that read an organisation document share: the organisation so far, and small look-ups by id or
// name. Nothing outside load*.cpp includes it.
#pragma once

#include "connectors/okta_sim/ids.hpp"
#include "connectors/okta_sim/model.hpp"
#include "engine/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jmld::okta_sim {

struct document_reading
{
    organisation_data& org;
    id_source& ids;
    time_point now;

    std::string id_or_made(const value& given, std::string_view prefix);
    time_point time_or_now(const value& given) const;
    std::optional<time_point> time_if(const value& given) const;
    /// A group named by `{id}`, `{name}`, an id or a name; nothing when there is none.
    std::optional<std::string> group_id(const value& named) const;
};

std::unexpected<error> wrong_at(const std::string& pointer, std::string_view what);
result<void> read_user(document_reading& doc, const value& given, const std::string& at);

} // namespace jmld::okta_sim
