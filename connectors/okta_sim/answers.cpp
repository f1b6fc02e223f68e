// Error codes with their statuses and summaries, and the few ways to spell an answer. Which error applies is decided
// elsewhere.
#include "connectors/okta_sim/answers.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace jmld::okta_sim {
namespace {

using engine::value;
using engine::value_list;

struct error_row
{
    std::string_view code;
    int status;
    std::string_view summary;
};

constexpr auto errors = std::to_array<error_row>({
    {"E0000001", 400, "Api validation failed"},
    {"E0000003", 400, "The request body was not well-formed."},
    {"E0000004", 401, "Authentication failed"},
    {"E0000005", 403, "Invalid session"},
    {"E0000006", 403, "You do not have permission to perform the requested action"},
    {"E0000007", 404, "Not found: Resource not found"},
    {"E0000008", 404, "The requested path was not found"},
    {"E0000009", 500, "Internal Server Error"},
    {"E0000010", 503, "Service is in read only mode"},
    {"E0000011", 401, "Invalid token provided"},
    {"E0000014", 403, "Update of credentials failed"},
    {"E0000015", 401, "You do not have permission to access the feature you are requesting"},
    {"E0000016", 403, "Activation failed because the user is already active"},
    {"E0000017", 403, "Password reset failed"},
    {"E0000022", 405, "The endpoint does not support the provided HTTP method"},
    {"E0000023", 403, "Operation failed because user profile is mastered under another system"},
    {"E0000029", 400, "Invalid paging request."},
    {"E0000031", 400, "Invalid search criteria."},
    {"E0000032", 403, "Unlock is not allowed for this user."},
    {"E0000038", 403, "This operation is not allowed in the user's current status."},
    {"E0000046", 403, "Unassignment of the application failed."},
    {"E0000047", 429, "API call exceeded rate limit due to too many requests."},
    {"E0000056", 403, "Delete application forbidden."},
    {"E0000060", 501, "Unsupported operation."},
    {"E0000062", 409, "The given user is already assigned to the application."},
    {"E0000068", 403, "Invalid Passcode/Answer"},
    {"E0000077", 403, "Cannot modify the attribute because it is read-only."},
    {"E0000079", 403, "This operation is not allowed in the current authentication state."},
    {"E0000080", 403, "The password does not meet the complexity requirements of the current password policy."},
    {"E0000090", 409, "Duplicate role assignment exception."},
    {"E0000093", 400, "Target count limit exceeded"},
    {"E0000117", 403, "The application cannot be assigned to an inactive user."},
    {"E0000124", 400,
     "Could not create user. To create a user and expire their password immediately, a password must be specified"},
    {"E0000125", 400,
     "Could not create user. To create a user and expire their password immediately, activate must be true"},
    {"E0000152", 403, "The device is in an illegal status for this operation."},
    {"E0000181", 503, "The service is temporarily unavailable."},
    {"E0000231", 412, "The ETag sent does not match the current one of the resource."},
    {"E0000239", 423, "Policy priorities are being reconciled. Please try again later."},
    {"E0000242", 400, "The syntax of the If-Match header is not valid."},
});

const error_row* row_of(std::string_view code)
{
    auto const* const found = std::ranges::find(errors, code, &error_row::code);
    return found == errors.end() ? nullptr : found;
}

http::response error_answer(int status, std::string_view code, std::string_view summary,
                            std::vector<std::string> causes)
{
    value_list listed;
    for (auto& cause : causes)
        listed.push_back(value::map({{"errorSummary", std::move(cause)}}));
    // Reproducible, yet different for different errors, as support asks for the id.
    auto const id = "oae" + digest::sha256_hex(fmt::format("{}|{}", code, summary)).substr(0, 22);
    return json_answer(status, value::map({{"errorCode", code},
                                           {"errorSummary", summary},
                                           {"errorLink", code},
                                           {"errorId", id},
                                           {"errorCauses", std::move(listed)}}));
}

} // namespace

int status_of(std::string_view code)
{
    auto const* const row = row_of(code);
    return row != nullptr ? row->status : 400;
}

http::response json_answer(int status, const value& body)
{
    return {status, {{"Content-Type", "application/json"}}, engine::json::write(body)};
}

http::response ok_empty() { return ok(engine::value_map{}); }

http::response no_content() { return {204, {}, {}}; }

http::response refuse_as(std::string_view code, std::string_view summary,
                         std::initializer_list<std::string_view> causes)
{
    return error_answer(status_of(code), code, summary, std::vector<std::string>(causes.begin(), causes.end()));
}

http::response refuse(std::string_view code, std::initializer_list<std::string_view> causes)
{
    auto const* const row = row_of(code);
    return refuse_as(code, row != nullptr ? row->summary : code, causes);
}

http::response not_found(std::string_view id, std::string_view kind)
{
    return refuse_as("E0000007", fmt::format("Not found: Resource not found: {} ({})", id, kind));
}

http::response invalid(std::string_view subject, std::initializer_list<std::string_view> causes)
{
    return refuse_as("E0000001", fmt::format("Api validation failed: {}", subject), causes);
}

http::response invalid(std::string_view subject, std::vector<std::string> causes)
{
    return error_answer(400, "E0000001", fmt::format("Api validation failed: {}", subject), std::move(causes));
}

http::response invalid_cursor() { return refuse("E0000029", {"Invalid cursor."}); }

http::response oauth_error(int status, std::string_view error, std::string_view description)
{
    return json_answer(status, value::map({{"error", error}, {"error_description", description}}));
}

http::response gateway_page(int status)
{
    auto const body =
        fmt::format("<html><head><title>{0}</title></head><body><h1>{0} Gateway Error</h1></body></html>\n", status);
    return {status, {{"Content-Type", "text/html"}}, body};
}

http::response usual_answer(int status)
{
    if (status == 204)
        return no_content();
    if (status < 300)
        return {status, {{"Content-Type", "application/json"}}, "{}"};
    if (status == 502 || status == 504)
        return gateway_page(status);
    constexpr auto usual = std::to_array<std::pair<int, std::string_view>>({{401, "E0000011"},
                                                                            {403, "E0000006"},
                                                                            {404, "E0000007"},
                                                                            {405, "E0000022"},
                                                                            {409, "E0000090"},
                                                                            {412, "E0000231"},
                                                                            {423, "E0000239"},
                                                                            {429, "E0000047"},
                                                                            {500, "E0000009"},
                                                                            {501, "E0000060"},
                                                                            {503, "E0000181"}});
    auto const* const found = std::ranges::find(usual, status, &std::pair<int, std::string_view>::first);
    auto const code = found == usual.end() ? std::string_view("E0000001") : found->second;
    return error_answer(status, code, row_of(code)->summary, {});
}

http::response problem(int status, std::string_view detail)
{
    auto const body =
        value::map({{"type", "about:blank"}, {"status", status}, {"title", "Bad request"}, {"detail", detail}});
    return {status, {{"Content-Type", "application/problem+json"}}, engine::json::write(body)};
}

} // namespace jmld::okta_sim
