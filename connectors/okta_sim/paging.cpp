// Cursors: eight hex digits that bind to path and query, the position, and the id of the last object shown. They carry
// no state on this side, so they outlive everything but their query.
#include "connectors/okta_sim/paging.hpp"

#include "engine/digest.hpp"

#include <fmt/format.h>

#include <charconv>

namespace jmld::okta_sim {
namespace {

constexpr std::size_t binding_length = 8;

std::string query_text(const std::string& text)
{
    auto encoded = http::percent_encode(text);
    for (auto at = encoded.find("%20"); at != std::string::npos; at = encoded.find("%20", at))
        encoded.replace(at, 3, "+");
    return encoded;
}

// Everything of the query that says which list it is.
std::string rest_of_query(const call& asked)
{
    std::string rest;
    for (auto const& [key, content] : asked.query) {
        if (key != "after" && key != "limit")
            rest += fmt::format("&{}={}", key, query_text(content));
    }
    return rest;
}

std::string binding(const call& asked)
{
    return digest::sha256_hex(std::string(asked.message.path()) + rest_of_query(asked)).substr(0, binding_length);
}

std::optional<std::size_t> number(std::string_view text)
{
    std::size_t read = 0;
    auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return read;
}

std::optional<std::size_t> position_after(const std::string& cursor, const std::string& bound,
                                          const std::vector<std::string>& ids, bool sorted)
{
    auto const dot = cursor.find('.');
    if (dot == std::string::npos || dot < binding_length || cursor.substr(0, binding_length) != bound)
        return std::nullopt;
    auto const index = number(std::string_view(cursor).substr(binding_length, dot - binding_length));
    if (!index)
        return std::nullopt;
    auto const last = cursor.substr(dot + 1);
    if (auto const found = std::ranges::find(ids, last); found != ids.end())
        return static_cast<std::size_t>(found - ids.begin()) + 1;
    if (sorted)
        return static_cast<std::size_t>(std::ranges::upper_bound(ids, last) - ids.begin());
    return std::min(*index, ids.size());
}

http::response refused(const page_rules& rules) { return refuse(rules.cursor_error, {"Invalid cursor."}); }

} // namespace

std::expected<page_window, http::response> window_of(const call& asked, const std::vector<std::string>& ids,
                                                     const page_rules& rules)
{
    auto limit = rules.limit;
    if (auto const given = asked.argument("limit")) {
        auto const read = number(*given);
        if (!read || *read == 0)
            return std::unexpected(invalid("limit", {"limit: Must be a positive number."}));
        limit = std::min(*read, rules.limit_max);
    }
    page_window window;
    auto const bound = binding(asked);
    auto const after = asked.argument("after");
    if (after && !after->empty()) {
        auto const position = rules.pages ? position_after(*after, bound, ids, rules.sorted_by_id) : std::nullopt;
        if (!position)
            return std::unexpected(refused(rules));
        window.begin = *position;
    }
    window.end = std::min(ids.size(), window.begin + limit);
    auto const path = asked.show.base() + std::string(asked.message.path());
    auto const rest = rest_of_query(asked);
    auto const shown_after = after && !after->empty() ? fmt::format("after={}&", query_text(*after)) : std::string();
    window.links.emplace_back("Link", fmt::format("<{}?{}limit={}{}>; rel=\"self\"", path, shown_after, limit, rest));
    if (rules.pages && window.end < ids.size()) {
        auto const cursor = fmt::format("{}{}.{}", bound, window.end, ids[window.end - 1]);
        window.links.emplace_back(
            "Link", fmt::format("<{}?after={}&limit={}{}>; rel=\"next\"", path, query_text(cursor), limit, rest));
    }
    return window;
}

} // namespace jmld::okta_sim
