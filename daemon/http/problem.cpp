// One spelling of every error answer. It decides no status: whoever understands the error does.
#include "daemon/http/problem.hpp"

#include "engine/json/json.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace jmld::daemon {

std::string_view reason_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return status < 400 ? "OK" : "Error";
    }
}

http::response problem(int status, std::string_view title, std::string_view detail, const engine::value& more)
{
    auto content =
        engine::value::map({{"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}});
    for (const auto& [key, extra] : more.entries())
        content = content.with(key, extra);
    http::response answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
    if (status == 503)
        answer.headers.emplace_back("Retry-After", "5");
    answer.body = engine::json::write(content);
    return answer;
}

namespace {
int status_of(errc code)
{
    switch (code) {
    case errc::invalid_input:
        return 400;
    case errc::not_found:
        return 404;
    case errc::conflict:
        return 409;
    case errc::unauthorized:
        return 401;
    case errc::forbidden:
        return 403;
    case errc::too_large:
        return 413;
    case errc::unavailable:
    case errc::timed_out:
    case errc::connection_lost:
    case errc::refused:
    case errc::overloaded:
    case errc::cancelled:
        return 503;
    case errc::storage_failed:
    case errc::corrupt:
    case errc::internal:
        return 500;
    }
    return 500;
}
} // namespace

http::response problem(const error& failed)
{
    const int status = status_of(failed.code);
    if (status == 500) { // what exactly broke is for the log, not for whoever asks
        spdlog::error("a request could not be answered: {}", failed.what);
        return problem(500, "internal error", "jmld could not do this; its log says why");
    }
    engine::value more;
    if (!failed.remedy.empty())
        more = engine::value::map({{"remedy", failed.remedy}});
    return problem(status, reason_phrase(status), failed.what, more);
}

http::response json_answer(const engine::value& content, int status)
{
    http::response answer;
    answer.status = status;
    answer.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    answer.body = engine::json::write(content);
    return answer;
}

} // namespace jmld::daemon
