// Inner seam of the verification: what Okta shows of one person at one moment, and what of it is not as it should be.
// It sends only reads, and decides nothing about waiting or taking away.
#pragma once

#include "connectors/okta/work.hpp"

#include <expected>
#include <string>
#include <vector>

namespace jmld::okta {

/// `user` null when there is none. A list that was not asked for, or could not be read, is null.
struct sight
{
    engine::value user, groups, apps, roles;
    engine::value tokens = {}; ///< refresh tokens: of somebody who must have nothing
    engine::value factors = {}, devices = {}, grants = {};
    engine::value_list unread = {}; ///< as unread_parts has them

    std::string status() const { return user["status"].text_or(); }
    bool transitioning() const { return user["transitioningToStatus"].is_text(); }
};
/// `whole`: tokens too.
boost::asio::awaitable<std::expected<sight, reply>> look(work& now, bool whole);

/// For the evidence of the run: what is there at the end, without names of people.
engine::value image_of(const sight& seen);
/// Factors, devices and consents of somebody who is gone: deactivating leaves them standing, and nothing hangs on them.
boost::asio::awaitable<void> look_around(work& now, sight& seen);

struct expectation
{
    bool nothing = false;              ///< everything must be gone
    std::vector<std::string> statuses; ///< empty: any in which an account can be used
    engine::value expect;              ///< the input
};

/// Something that is there and should not be.
struct finding
{
    std::string kind; ///< group, app, role, token, status
    engine::value id, name;
    bool removable = false; ///< by a call

    std::string key() const { return kind + " " + (kind == "status" ? std::string() : id.text_or(name.text_or())); }
    engine::value named() const { return engine::value::map({{kind, name}}); }
};

struct judgement
{
    bool clean = false;
    bool status_fits = false;
    std::string problem;           ///< for people; empty when clean
    std::vector<finding> findings; ///< status included
    engine::value_list review;

    /// [{group|app|role|token: name}]
    engine::value_list residue() const;
    /// {groups, apps, roles} that another call can remove.
    engine::value removable() const;
};
judgement judge(const expectation& wanted, const sight& seen);

/// One of the expected apps whose account could not be made; nullptr when there is none.
const engine::value* app_in_error(const engine::value& expect, const sight& seen);

} // namespace jmld::okta
