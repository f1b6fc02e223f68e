// Building, comparing and reading engine::value: sorting maps once, when they are made, so that every reader can rely
// on it. No text form is made here and no arithmetic: engine/json writes values, engine/expression computes with them.
#include "engine/value.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <numeric>

namespace jmld::engine {
namespace {

using entry = value_map::value_type;

constexpr std::size_t sorted_in_place_max = 32; ///< entries; so many are cheaper moved about than listed apart

/// Each entry goes down to its place among those before it; entries are few and most stand right already.
void insert_each(value_map& entries)
{
    for (auto at = entries.begin() + 1; at != entries.end(); ++at) {
        auto const place = std::upper_bound(entries.begin(), at, *at,
                                            [](const entry& l, const entry& r) { return l.first < r.first; });
        if (place != at) {
            auto moved = std::move(*at);
            std::move_backward(place, at, at + 1);
            *place = std::move(moved);
        }
    }
}

void sort_by_place(value_map& entries)
{
    // By place, because entries are large; and std::stable_sort of libstdc++ 12 uses what clang reports as deprecated.
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
        auto const compared = entries[left].first <=> entries[right].first;
        return compared != 0 ? compared < 0 : left < right;
    });
    value_map sorted;
    sorted.reserve(entries.size());
    for (auto const at : order)
        sorted.push_back(std::move(entries[at]));
    entries = std::move(sorted);
}

/// Sorts, and of equal keys keeps the last. Most maps come in sorted, so that is looked at first.
void arrange(value_map& entries)
{
    auto const not_rising = [](const entry& left, const entry& right) { return left.first >= right.first; };
    if (std::ranges::adjacent_find(entries, not_rising) == entries.end())
        return;
    if (entries.size() <= sorted_in_place_max)
        insert_each(entries);
    else
        sort_by_place(entries);
    // Equal keys stand together in the order they came in: each is overwritten by the next.
    auto const same_key = [](const entry& left, const entry& right) { return left.first == right.first; };
    auto kept = std::ranges::adjacent_find(entries, same_key);
    if (kept == entries.end())
        return;
    for (auto next = kept + 1; next != entries.end(); ++next)
        if (kept->first == next->first)
            kept->second = std::move(next->second);
        else
            *++kept = std::move(*next);
    entries.erase(kept + 1, entries.end());
}

value_map::const_iterator position(const value_map& entries, std::string_view key)
{
    return std::ranges::lower_bound(entries, key, {}, [](const entry& e) { return std::string_view(e.first); });
}

const value shared_null;
const value_list shared_empty_list;
const value_map shared_empty_map;

} // namespace

std::string_view to_text(value_kind kind)
{
    switch (kind) {
    case value_kind::null:
        return "null";
    case value_kind::boolean:
        return "bool";
    case value_kind::integer:
        return "int";
    case value_kind::real:
        return "double";
    case value_kind::text:
        return "string";
    case value_kind::date:
        return "date";
    case value_kind::timestamp:
        return "timestamp";
    case value_kind::duration:
        return "duration";
    case value_kind::list:
        return "list";
    case value_kind::map:
        return "map";
    }
    return "unknown";
}

value::value(value_list items) : held_(list_pointer(std::make_shared<value_list>(std::move(items)))) {}

value::value(value_map entries)
{
    arrange(entries);
    held_ = map_pointer(std::make_shared<value_map>(std::move(entries)));
}

value value::map(std::initializer_list<std::pair<std::string, value>> entries) { return value_map(entries); }
value value::list(std::initializer_list<value> items) { return value_list(items); }

const value_list* value::if_list() const
{
    auto const held = std::get_if<list_pointer>(&held_);
    return held != nullptr ? held->get() : nullptr;
}

const value_map* value::if_map() const
{
    auto const held = std::get_if<map_pointer>(&held_);
    return held != nullptr ? held->get() : nullptr;
}

const value& value::operator[](std::string_view key) const
{
    auto const found = find(key);
    return found != nullptr ? *found : shared_null;
}

const value* value::find(std::string_view key) const
{
    auto const map = if_map();
    if (map == nullptr)
        return nullptr;
    auto const at = position(*map, key);
    return at != map->end() && at->first == key ? &at->second : nullptr;
}

std::string value::text_or(std::string_view otherwise) const
{
    auto const text = if_text();
    return text != nullptr ? *text : std::string(otherwise);
}

const value_list& value::items() const
{
    auto const list = if_list();
    return list != nullptr ? *list : shared_empty_list;
}

const value_map& value::entries() const
{
    auto const map = if_map();
    return map != nullptr ? *map : shared_empty_map;
}

value value::with(std::string key, value entry) const
{
    auto const& before = entries();
    auto const at = position(before, key);
    auto const replaces = at != before.end() && at->first == key;
    value_map after;
    after.reserve(before.size() + 1);
    after.insert(after.end(), before.begin(), at);
    after.emplace_back(std::move(key), std::move(entry));
    after.insert(after.end(), replaces ? at + 1 : at, before.end());
    return after;
}

value value::without(std::string_view key) const
{
    auto const& before = entries();
    auto const at = position(before, key);
    if (at == before.end() || at->first != key)
        return is_map() ? *this : value(value_map{});
    value_map after;
    after.reserve(before.size() - 1);
    after.insert(after.end(), before.begin(), at);
    after.insert(after.end(), at + 1, before.end());
    return after;
}

bool operator==(const value& left, const value& right)
{
    if (left.kind() != right.kind())
        return false;
    switch (left.kind()) {
    case value_kind::real: {
        // Two NaNs are equal here: a value must equal its own copy, or every comparison of states would see a change.
        auto const a = *left.if_real();
        auto const b = *right.if_real();
        return a == b || (std::isnan(a) && std::isnan(b));
    }
    case value_kind::list:
        return left.if_list() == right.if_list() || *left.if_list() == *right.if_list();
    case value_kind::map:
        return left.if_map() == right.if_map() || *left.if_map() == *right.if_map();
    case value_kind::null:
    case value_kind::boolean:
    case value_kind::integer:
    case value_kind::text:
    case value_kind::date:
    case value_kind::timestamp:
    case value_kind::duration:
        break;
    }
    return left.held_ == right.held_;
}

} // namespace jmld::engine
