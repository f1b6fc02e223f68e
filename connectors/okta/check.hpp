// Looks at the connection to Okta from the outside in: reach, TLS, sign-in, scopes, admin permissions, clock, limits,
// and who masters profiles. It only reads; what it finds is told in words, with what to do about it.
#pragma once

#include "connectors/okta/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace jmld::okta {

enum class grade : std::uint8_t { good, warning, failed, unknown };
std::string_view to_text(grade how);

struct check_finding
{
    std::string name; ///< reach, tls, auth, scopes, permissions, clock, limits, profile_masters, rules
    grade how = grade::good;
    std::string what;    ///< one sentence
    std::string advice;  ///< what to do; empty when good
    engine::value facts; ///< map, for programs
};

/// A scope, and the workflows that need it.
struct needed_scope
{
    std::string scope;
    std::vector<std::string> workflows;
};

struct check_services
{
    client& okta;
    authenticator& who;
    http::transport& wire;
    runtime::limiter& budget;
    std::string origin;
};

/// In this order; what cannot be looked at because an earlier one failed is `unknown`.
boost::asio::awaitable<std::vector<check_finding>> check(check_services with, std::vector<needed_scope> needed);

/// What came of it as a whole: whether Okta was reached and let us in.
struct check_verdict
{
    bool reached = true, signed_in = true, good = true; ///< good: nothing has failed
};
check_verdict verdict_of(const std::vector<check_finding>& all);
engine::value to_value(const std::vector<check_finding>& all, std::string_view origin);

} // namespace jmld::okta
