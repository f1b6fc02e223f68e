// Inner seam of snapshot and verification: what a person holds besides status, groups, apps, roles and factors. It only
// reads, and what may not be read is a gap.
#pragma once

#include "connectors/okta/unread.hpp"
#include "connectors/okta/work.hpp"

#include <cstddef>
#include <optional>

namespace jmld::okta {

/// Of more clients only these are asked for tokens; the rest is a gap.
inline constexpr std::size_t clients_asked_max = 50;

/// Asks one list after the other. Once `failure` is set the lists are worth nothing.
struct belongings
{
    work& now;
    engine::value user; ///< its id
    unread_parts gaps = {};
    std::optional<reply> failure = {};

    /// As Okta has them.
    boost::asio::awaitable<engine::value> factors();
    /// [{id, name, platform, status}]
    boost::asio::awaitable<engine::value> devices();
    /// What the person allowed apps to do: [{id, client, scope}]
    boost::asio::awaitable<engine::value> grants();
    /// Refresh tokens that count: [{id, client, client_name, status}]
    boost::asio::awaitable<engine::value> tokens();
    /// [{id, name}]. Okta lists owners of a group, never the groups of an owner: of at most `most` groups the owners
    /// are read, first of those that the person is in.
    boost::asio::awaitable<engine::value> owned_groups(engine::value own_groups, std::size_t most);

private:
    boost::asio::awaitable<engine::value_list> read(std::string_view row, engine::value arguments,
                                                    std::string_view part, std::size_t most = 0);
};

} // namespace jmld::okta
