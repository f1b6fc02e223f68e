// Reading the System Log: bounded queries and polling with its endless `next` link. Events are written by mutation.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/filter.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t log_limit = 100, log_limit_max = 1000;

bool holds(const value& rendered, const comparison& one)
{
    if (!one.attribute.starts_with("target."))
        return compares(at_path(rendered, one.attribute), one, false);
    auto const key = one.attribute.substr(std::string_view("target.").size());
    return std::ranges::any_of(rendered["target"].items(),
                               [&](const value& target) { return compares(target[key], one, false); });
}

bool mentions(const value& rendered, const std::string& wanted)
{
    if (rendered.is_text())
        return fold_case(rendered.text_or()).contains(wanted);
    auto const in_entry = [&](const auto& entry) { return mentions(entry.second, wanted); };
    auto const in_item = [&](const value& item) { return mentions(item, wanted); };
    return std::ranges::any_of(rendered.entries(), in_entry) || std::ranges::any_of(rendered.items(), in_item);
}

// The cursor is the position in the log; a new event is always behind it, so polling never loses one.
std::optional<std::size_t> first_position(const call& asked)
{
    auto const after = asked.argument("after").value_or("0");
    std::size_t position = 0;
    auto const [end, code] = std::from_chars(after.data(), after.data() + after.size(), position);
    bool const whole = code == std::errc() && end == after.data() + after.size();
    return whole ? std::optional(position) : std::nullopt;
}

struct query_of_log
{
    std::optional<time_point> since, until;
    std::optional<filter> condition;
    std::string keyword;
    std::size_t limit = log_limit;
    bool descending = false;
};

/// The moments of the query; the refusal of one that cannot be read.
std::optional<http::response> read_moments(const call& asked, query_of_log& into)
{
    for (auto const& [name, place] : {std::pair{"since", &into.since}, std::pair{"until", &into.until}}) {
        auto const text = asked.argument(name);
        if (!text)
            continue;
        auto const read = parse_rfc3339(*text);
        if (!read)
            return invalid(name, std::vector{fmt::format("{}: The date is not valid; expected is ISO 8601.", name)});
        *place = *read;
    }
    if (into.since && into.until && *into.until < *into.since)
        return invalid("until", {"until: The date must not be before the one in since."});
    return std::nullopt;
}

std::expected<query_of_log, http::response> read_query(const call& asked)
{
    query_of_log read;
    read.keyword = fold_case(asked.argument("q").value_or(""));
    auto const order = asked.argument("sortOrder").value_or("ASCENDING");
    if (order != "ASCENDING" && order != "DESCENDING")
        return std::unexpected(invalid("sortOrder", {"sortOrder: Must be ASCENDING or DESCENDING."}));
    read.descending = order == "DESCENDING";
    if (auto refusal = read_moments(asked, read))
        return std::unexpected(std::move(*refusal));
    if (!read.since && !asked.argument("after"))
        read.since = asked.now() - 24h * 7;
    if (auto const text = asked.argument("filter")) {
        auto parsed = filter::parse(*text);
        if (!parsed || !parsed->every([](const comparison& one) { return one.attribute != "published"; }))
            return std::unexpected(refuse("E0000031", {"The filter expression is not supported."}));
        read.condition = std::move(*parsed);
    }
    if (auto const text = asked.argument("limit")) {
        auto const [end, code] = std::from_chars(text->data(), text->data() + text->size(), read.limit);
        if (code != std::errc() || end != text->data() + text->size() || read.limit > log_limit_max)
            return std::unexpected(invalid("limit", {"limit: Must be between 0 and 1000."}));
    }
    return read;
}

bool wanted(const query_of_log& read, const log_event& event, const value& rendered)
{
    if ((read.since && event.published < *read.since) || (read.until && event.published >= *read.until))
        return false;
    if (read.condition && !read.condition->holds([&](const comparison& one) { return holds(rendered, one); }))
        return false;
    return read.keyword.empty() || mentions(rendered, read.keyword);
}

http::response list_log(call& asked)
{
    auto const read = read_query(asked);
    if (!read)
        return read.error();
    auto const& log = asked.change.log;
    auto const size = log.size();
    auto const first = first_position(asked);
    if (!first)
        return invalid_cursor();
    auto position = *first;
    value_list page;
    for (; position < size && page.size() < read->limit; ++position) {
        auto const& event = log[read->descending ? size - 1 - position : position];
        auto const rendered = asked.show.log_object(event);
        if (wanted(*read, event, rendered))
            page.push_back(rendered);
    }
    bool const polling = !asked.argument("until") && !read->descending;
    auto answer = ok(page);
    auto const url = asked.show.base() + std::string(asked.message.path());
    answer.headers.emplace_back("Link", fmt::format("<{}?{}>; rel=\"self\"", url, asked.message.query()));
    if (polling || position < size) {
        std::string rest;
        for (auto const& [key, content] : asked.query) {
            if (key != "after")
                rest += fmt::format("&{}={}", key, http::percent_encode(content));
        }
        answer.headers.emplace_back("Link", fmt::format("<{}?after={}{}>; rel=\"next\"", url, position, rest));
    }
    return answer;
}

} // namespace

std::span<const route> log_routes()
{
    static constexpr auto routes = std::to_array<route>({{"GET", "/api/v1/logs", list_log}});
    return routes;
}

} // namespace jmld::okta_sim
