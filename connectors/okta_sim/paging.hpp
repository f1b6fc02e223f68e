// Pages of a list with Okta's Link headers and cursors that are bound to their query. It does not decide what is in the
// list.
#pragma once

#include "connectors/okta_sim/call.hpp"

#include <algorithm>
#include <expected>
#include <iterator>
#include <string>
#include <vector>

namespace jmld::okta_sim {

struct page_rules
{
    std::size_t limit = 200, limit_max = 200;
    bool sorted_by_id = true; ///< a cursor then stays right when its object is gone
    std::string_view cursor_error = "E0000029";
    bool pages = true; ///< false: the list is cut, there is no next page
};

struct page_window
{
    std::size_t begin = 0, end = 0;
    http::header_list links;
};

/// Which part of `ids` this request asks for; an answer instead when limit or cursor are wrong.
std::expected<page_window, http::response> window_of(const call& asked, const std::vector<std::string>& ids,
                                                     const page_rules& rules);

/// `all` holds pointers to things with an `id`; only the page is rendered.
template <class Thing, class Render>
http::response paged(const call& asked, const std::vector<const Thing*>& all, const page_rules& rules, Render render)
{
    std::vector<std::string> ids;
    ids.reserve(all.size());
    for (auto const* thing : all)
        ids.push_back(thing->id);
    auto window = window_of(asked, ids, rules);
    if (!window)
        return window.error();
    value_list page;
    for (auto at = window->begin; at < window->end; ++at)
        page.push_back(render(*all[at]));
    auto answer = ok(page);
    std::ranges::move(window->links, std::back_inserter(answer.headers));
    return answer;
}

} // namespace jmld::okta_sim
