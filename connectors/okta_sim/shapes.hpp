// How objects look in Okta's answers: keys, nulls and `_links` as recorded ones have them. Pure rendering: nothing is
// looked up beyond what is handed in, and nothing is changed.
#pragma once

#include "connectors/okta_sim/model.hpp"
#include "connectors/okta_sim/system_log.hpp"

#include <string>
#include <string_view>

namespace jmld::okta_sim {

/// Ids of the policies that hold for an app to which nobody gave another.
struct standing_policies
{
    std::string access, profile_enrollment;
};

/// Renders with links that begin with `base`.
class shapes
{
public:
    explicit shapes(std::string base, standing_policies standing = {})
        : base_(std::move(base)), standing_(std::move(standing))
    {}
    const std::string& base() const { return base_; }

    /// With the links its status advertises; the status of before while a transition runs.
    value user_object(const user& who) const;
    /// As lists show users: `_links` holds `self` only.
    value user_in_list(const user& who) const;
    value user_credentials(const user& who) const;
    value group_object(const group& which) const;
    value app_object(const app& which) const;
    value app_user_object(const std::string& app_id, const std::string& user_id, const app_user& given) const;
    value app_group_object(const std::string& app_id, const group_assignment& given) const;
    value app_link(const user& who, const app& which) const;
    value rule_object(const rule& which) const;
    /// `collection`: "users" or "groups".
    value role_object(const role_assignment& given, std::string_view collection, const std::string& assignee) const;
    value factor_object(const user& who, const factor& enrolled) const;
    value session_object(const user& who, const session& open) const;
    value device_object(const device& which) const;
    value log_object(const log_event& event) const;

    /// `{href: base + path}`
    value link(std::string_view path) const;
    value link(std::string_view path, std::initializer_list<std::string_view> allow) const;

private:
    std::string base_;
    standing_policies standing_;
    value user_links(const user& who, std::string_view status) const;
};

/// An id without the three characters that tell its kind.
std::string after_prefix(const std::string& id);
value time_or_null(const std::optional<time_point>& instant);
/// What GET shows as the status.
std::string shown_status(const user& who);
/// The entries of `over` laid over those of `under`, maps merged at every depth; null in `over` stands.
value merged(const value& under, const value& over);
/// `W/"<64 hex>"`, the same while nothing about the user changed.
std::string etag(const value& rendered);
/// Prefix of a factor's id, and whether enrolling it waits for an activation.
std::string_view factor_prefix(std::string_view type);
bool factor_needs_activation(std::string_view type);

} // namespace jmld::okta_sim
