// The route table of the operations API and who may use each row. It knows no endpoint's work: a row names its handler,
// its role and the query parameters it understands; anything else is refused before the handler runs.
#pragma once

#include "connectors/http_message.hpp"
#include "daemon/http/server.hpp"
#include "engine/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::daemon {

/// Ordered: each may do what the former may, except that approving is for approvers and admins only (contract §5).
enum class role : std::uint8_t { anyone, viewer, operator_, approver, admin };
std::optional<role> parse_role(std::string_view name);
std::string_view to_text(role who);
bool may(role holder, role required);

struct principal
{
    std::string name;
    role allowed = role::anyone;
};

/// A member of the JSON body that a mutation takes: what is refused, and what the description of the API says.
struct body_member
{
    std::string name;
    std::string type = "string"; ///< of JSON Schema
    bool required = false;
    std::string says{}; ///< what it means, where the name does not tell
};

/// One authenticated request as an endpoint sees it.
struct call
{
    http::request message;
    std::map<std::string, std::string> path;                ///< `{id}` of the pattern, decoded
    std::vector<std::pair<std::string, std::string>> query; ///< decoded; only names the route declares
    principal who;
    const std::vector<body_member>* takes = nullptr; ///< of the route, which outlives the call

    const std::string* find(std::string_view query_name) const;
    std::string param(std::string_view name) const; ///< of the path; empty when the pattern has none
};

using endpoint = std::function<boost::asio::awaitable<http::reply>(call)>;

struct route
{
    std::string method;             ///< GET (HEAD comes with it) or POST
    std::string pattern;            ///< `/v1/runs/{id}`; `{id}` is one segment
    std::optional<role> required;   ///< a route without one does not start
    std::vector<std::string> query; ///< names it understands; unknown ones are 400
    std::string summary;
    endpoint work;
    std::vector<body_member> body{}; ///< of a POST
};

class router
{
public:
    /// Errors: invalid_input for a route without role, or a second one with the same method and pattern.
    result<void> add(route row);
    /// Each in turn; the first error ends it.
    result<void> add_all(std::vector<route> rows);

    struct match
    {
        const route* row = nullptr; ///< null: no such path (allow empty) or method (allow filled)
        std::map<std::string, std::string> path;
        std::string allow; ///< "GET, HEAD" for 405
    };
    match find(std::string_view method, std::string_view path) const;
    const std::vector<route>& routes() const { return routes_; }

private:
    std::vector<route> routes_;
};

} // namespace jmld::daemon
