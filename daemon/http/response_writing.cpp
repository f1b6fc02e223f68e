// Written by hand because it is small and must refuse what a handler could smuggle into it.
#include "daemon/http/response_writing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include <time.h>

namespace jmld::http {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 37> reasons{{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

std::string_view reason_of(int status)
{
    auto const found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
    return found == reasons.end() ? std::string_view() : found->second; // RFC 9112 §4: the reason may be empty
}

bool is_framing(std::string_view name)
{
    constexpr std::array<std::string_view, 4> ours{"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"};
    return std::ranges::any_of(ours, [&](std::string_view one) { return same_name(name, one); });
}

void add(std::string& text, std::string_view name, std::string_view content)
{
    text.append(name).append(": ").append(content).append("\r\n");
}

} // namespace

std::string write_head(const response& answer, answer_form form, std::chrono::system_clock::time_point now)
{
    std::string text;
    text.reserve(512);
    text.append("HTTP/1.1 ")
        .append(std::to_string(answer.status))
        .append(" ")
        .append(reason_of(answer.status))
        .append("\r\n");
    for (auto const& [name, content] : answer.headers) {
        if (!is_token(name) || !is_header_value(content))
            throw std::invalid_argument("a header of an answer has characters that do not belong there");
        if (!is_framing(name))
            add(text, name, content);
    }
    if (find_header(answer.headers, "Date") == nullptr)
        add(text, "Date", http_date(now));
    if (form.end == body_end::chunked)
        add(text, "Transfer-Encoding", "chunked");
    if (form.end == body_end::content_length && !has_no_body(answer.status))
        add(text, "Content-Length", std::to_string(answer.body.size()));
    if (!form.keep_alive)
        add(text, "Connection", "close");
    else if (form.http_1_0)
        add(text, "Connection", "keep-alive");
    text.append("\r\n");
    return text;
}

std::string as_chunk(std::string_view piece)
{
    std::array<char, 2 * sizeof(std::size_t)> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16).ptr;
    std::string chunk(digits.data(), end);
    chunk.reserve(chunk.size() + piece.size() + 4);
    chunk.append("\r\n").append(piece).append("\r\n");
    return chunk;
}

std::string http_date(std::chrono::system_clock::time_point now)
{
    auto const seconds = std::chrono::system_clock::to_time_t(now);
    tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    auto const size = ::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

response plain_problem(int status, std::string_view why)
{
    response answer;
    answer.status = status;
    answer.headers.emplace_back("Content-Type", "application/problem+json");
    answer.headers.emplace_back("Cache-Control", "no-store");
    answer.body.append(R"({"type":"about:blank","title":")").append(reason_of(status));
    answer.body.append(R"(","status":)").append(std::to_string(status));
    if (!why.empty())
        answer.body.append(R"(,"detail":")").append(why).append("\"");
    answer.body.append("}");
    return answer;
}

} // namespace jmld::http
