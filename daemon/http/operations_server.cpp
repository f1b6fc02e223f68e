// Order of refusals: no such path 404, method 405, who 401, role 403, parameters 400. Whoever is not known learns only
// that.
#include "daemon/http/operations_server.hpp"

#include "daemon/http/problem.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace {

constexpr std::size_t body_bytes_max = 256 * 1024;

// Browsers must not guess, frame or cache anything of this.
http::response with_safety(http::response answer)
{
    answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
    answer.headers.emplace_back("Referrer-Policy", "no-referrer");
    if (http::find_header(answer.headers, "Content-Security-Policy") == nullptr)
        answer.headers.emplace_back("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    return answer;
}

std::optional<std::string> unknown_parameter(const route& row, const http::request& message)
{
    for (const auto& [name, text] : http::parse_query(message.query()))
        if (std::find(row.query.begin(), row.query.end(), name) == row.query.end())
            return name;
    return std::nullopt;
}

std::string accepted(const route& row)
{
    if (row.query.empty())
        return "it takes none";
    std::string names;
    for (const auto& name : row.query)
        names += (names.empty() ? "accepted: " : ", ") + name;
    return names;
}

} // namespace

std::optional<http::response> operations_server::refuse(const http::request& message, const http::peer& who)
{
    const auto found = routes_.find(message.method, message.path());
    if (found.row == nullptr && found.allow.empty())
        return with_safety(problem(404, "no such resource", "see /openapi.json for the paths"));
    if (found.row == nullptr) {
        auto answer = problem(405, "method not allowed", "this path takes " + found.allow);
        answer.headers.emplace_back("Allow", found.allow);
        return with_safety(std::move(answer));
    }
    if (*found.row->required != role::anyone) {
        const auto asking = known_->identify(message, who);
        if (!asking) {
            auto answer = problem(401, "not authenticated", "send Authorization: Bearer TOKEN of an operator");
            answer.headers.emplace_back("WWW-Authenticate", "Bearer");
            return with_safety(std::move(answer));
        }
        if (!may(asking->allowed, *found.row->required))
            return with_safety(
                problem(403, "not permitted", "this needs the role " + std::string(to_text(*found.row->required))));
    }
    if (const auto wrong = unknown_parameter(*found.row, message))
        return with_safety(problem(400, "unknown query parameter",
                                   "this route does not know '" + *wrong + "'; " + accepted(*found.row)));
    return std::nullopt;
}

std::size_t operations_server::body_limit(const http::request&) { return body_bytes_max; }

boost::asio::awaitable<http::reply> operations_server::answer(http::request message, http::peer who)
{
    const auto found = routes_.find(message.method, message.path()); // refuse() let it pass
    call asked;
    asked.path = found.path;
    asked.query = http::parse_query(message.query());
    asked.who = known_->identify(message, who).value_or(principal{});
    asked.message = std::move(message);
    asked.takes = &found.row->body;
    const auto work = found.row->work;
    const auto keys = http::all_headers(asked.message.headers, "idempotency-key");
    http::reply given;
    if (kept_ == nullptr || keys.empty() || found.row->method != "POST") {
        given = co_await work(std::move(asked));
    } else { // two of them are no key
        std::string key(keys.size() == 1 ? keys.front() : std::string_view());
        given = co_await kept_->once(std::move(key), std::move(asked), work);
    }
    given.message = with_safety(std::move(given.message));
    co_return given;
}

} // namespace jmld::daemon
