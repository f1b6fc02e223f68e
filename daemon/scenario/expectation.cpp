// A scalar equals, a map is part of a map, a list is part of a list in any order, a map over a list names its items.
// Where an item is not found, the nearest one is told with what is different about it.
#include "daemon/scenario/expectation.hpp"

#include "daemon/scenario/assignment.hpp"
#include "daemon/scenario/document.hpp"
#include "engine/json/json.hpp"
#include "engine/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;
using engine::value;

namespace {

using found = std::vector<difference>;

std::string brief(const value& content)
{
    constexpr std::size_t most = 160;
    auto text = engine::json::write(content);
    if (text.size() > most) {
        auto end = most;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        text = text.substr(0, end) + "…";
    }
    return text;
}

found one(const yaml::node& at, const std::string& path, std::string expected, const value& got)
{
    return {{at.where, path.empty() ? "/" : path, std::move(expected), brief(got)}};
}

std::string below(const std::string& path, std::string_view key)
{
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

// What an item of a list may be called by.
bool is_called(const value& item, const std::string& name)
{
    if (!item.is_map())
        return item.text_or() == name;
    for (const auto* key : {"id", "name", "label", "workflow", "kind", "guard", "type", "factorType", "action"})
        if (item[key].text_or() == name)
            return true;
    for (const auto* key : {"login", "name", "employeeNumber"})
        if (item["profile"][key].text_or() == name)
            return true;
    return false;
}

// What is there, as short as it can be told apart.
value names_of(const value& list)
{
    engine::value_list names;
    for (const auto& item : list.items())
        for (const auto* key : {"name", "label", "workflow", "kind", "id"})
            if (const auto text = item.is_text() ? item.text_or() : item[key].text_or(); !text.empty()) {
                names.emplace_back(text);
                break;
            }
    return names.empty() ? list : value(std::move(names));
}

bool equal(const yaml::node& scalar, const value& got)
{
    if (const auto* text = got.if_text()) {
        if (*text == scalar.text)
            return true;
        const auto left = parse_rfc3339(scalar.text), right = parse_rfc3339(*text);
        return left && right && *left == *right;
    }
    if (got.is_map())
        return is_called(got, scalar.text);
    if (const auto* truth = got.if_bool())
        return yaml::as_bool(scalar) == *truth;
    const auto number = yaml::as_number(scalar);
    if (const auto* whole = got.if_integer())
        return number && *number == static_cast<double>(*whole);
    const auto* real = got.if_real();
    return real != nullptr && number && *number == *real;
}

std::optional<double> measure(const value& content)
{
    if (const auto* whole = content.if_integer())
        return static_cast<double>(*whole);
    if (const auto* real = content.if_real())
        return *real;
    if (const auto at = parse_rfc3339(content.text_or()))
        return static_cast<double>(at->time_since_epoch().count());
    return std::nullopt;
}

found look(const yaml::node& expected, const value& got, const std::string& path);

bool holds(const yaml::node& expected, const value& got) { return look(expected, got, "").empty(); }

// ---- lists

// The differences to the item that has the fewest, when there is any likeness.
found nearest(const yaml::node& expected, const value& list, const std::string& path)
{
    found best;
    for (std::size_t i = 0; i < list.items().size(); ++i) {
        auto these = look(expected, list.items()[i], fmt::format("{}[{}]", path, i));
        if (best.empty() || these.size() < best.size())
            best = std::move(these);
    }
    const bool like =
        expected.is_map() && !best.empty() && best.size() < std::max<std::size_t>(expected.entries.size(), 2);
    return like ? best : one(expected, path, "an item " + brief(to_value(expected)), names_of(list));
}

found look_at_list(const yaml::node& expected, const value& got, const std::string& path, bool only)
{
    if (!got.is_list())
        return one(expected, path, "a list", got);
    if (expected.items.empty() || only) {
        if (got.items().size() > expected.items.size() && (only || expected.items.empty()))
            return one(expected, path, only ? "only " + brief(to_value(expected)) : "an empty list", names_of(got));
    }
    const auto pairs = assign(expected.items.size(), got.items().size(), [&](std::size_t wanted, std::size_t item) {
        return holds(expected.items[wanted], got.items()[item]);
    });
    found all;
    for (std::size_t i = 0; i < expected.items.size(); ++i)
        if (!pairs[i])
            std::ranges::move(nearest(expected.items[i], got, path), std::back_inserter(all));
    return all;
}

found look_in_order(const yaml::node& expected, const value& got, const std::string& path)
{
    std::size_t next = 0;
    for (const auto& wanted : expected.items) {
        while (next < got.items().size() && !holds(wanted, got.items()[next]))
            ++next;
        if (next == got.items().size())
            return one(wanted, path, "after the ones before it, " + brief(to_value(wanted)), names_of(got));
        ++next;
    }
    return {};
}

// `runs: {joiner: {state: succeeded}, leaver: null}`
found look_by_name(const yaml::node::entry& wanted, const value& list, const std::string& path)
{
    found best;
    std::size_t called = 0;
    for (const auto& item : list.items()) {
        if (!is_called(item, wanted.key))
            continue;
        auto these = look(wanted.content, item, below(path, wanted.key));
        if (these.empty())
            return {};
        if (called++ == 0 || these.size() < best.size())
            best = std::move(these);
    }
    if (called > 0)
        return best;
    return wanted.content.what == yaml::node::kind::null
               ? found()
               : one(wanted.content, below(path, wanted.key), "to be there", names_of(list));
}

// ---- words

using word = found (*)(const yaml::node&, const value&, const std::string&);

found count(const yaml::node& wanted, const value& got, const std::string& path)
{
    if (!got.is_map() && !got.is_list())
        return one(wanted, path, "something to count", got);
    const auto size = got.is_map() ? got.entries().size() : got.items().size();
    return look(wanted, static_cast<std::int64_t>(size), path + ".$count");
}
found only(const yaml::node& wanted, const value& got, const std::string& path)
{
    return look_at_list(wanted, got, path, true);
}
found none(const yaml::node& wanted, const value& got, const std::string& path)
{
    if (!got.is_list()) // a misspelt name must not pass as a list without such an item
        return one(wanted, path, "a list", got);
    for (std::size_t i = 0; i < got.items().size(); ++i)
        if (holds(wanted, got.items()[i]))
            return one(wanted, fmt::format("{}[{}]", path, i), "no item " + brief(to_value(wanted)), got.items()[i]);
    return {};
}
found negated(const yaml::node& wanted, const value& got, const std::string& path)
{
    return holds(wanted, got) ? one(wanted, path, "not " + brief(to_value(wanted)), got) : found();
}
found any(const yaml::node& wanted, const value& got, const std::string& path)
{
    const bool held = std::ranges::any_of(wanted.items, [&](const yaml::node& option) { return holds(option, got); });
    return held ? found() : one(wanted, path, "one of " + brief(to_value(wanted)), got);
}
found contains(const yaml::node& wanted, const value& got, const std::string& path)
{
    return got.text_or().contains(wanted.text) && got.is_text()
               ? found()
               : one(wanted, path, fmt::format("a text that contains \"{}\"", wanted.text), got);
}
found at_least(const yaml::node& wanted, const value& got, const std::string& path)
{
    const auto bound = measure(to_value(wanted)), here = measure(got);
    return bound && here && *here >= *bound ? found() : one(wanted, path, "at least " + wanted.text, got);
}
found at_most(const yaml::node& wanted, const value& got, const std::string& path)
{
    const auto bound = measure(to_value(wanted)), here = measure(got);
    return bound && here && *here <= *bound ? found() : one(wanted, path, "at most " + wanted.text, got);
}
found present(const yaml::node& wanted, const value& got, const std::string& path)
{
    const bool asked = yaml::as_bool(wanted) == true;
    return got.is_null() != asked ? found() : one(wanted, path, asked ? "something" : "nothing", got);
}

constexpr auto words = std::to_array<std::pair<std::string_view, word>>({{"$count", count},
                                                                         {"$only", only},
                                                                         {"$none", none},
                                                                         {"$in_order", look_in_order},
                                                                         {"$not", negated},
                                                                         {"$any", any},
                                                                         {"$contains", contains},
                                                                         {"$min", at_least},
                                                                         {"$max", at_most},
                                                                         {"$present", present}});

found look_at_map(const yaml::node& expected, const value& got, const std::string& path)
{
    found all;
    for (const auto& entry : expected.entries) {
        const auto* const known =
            std::ranges::find(words, std::string_view(entry.key), &std::pair<std::string_view, word>::first);
        if (known != words.end())
            std::ranges::move(known->second(entry.content, got, path), std::back_inserter(all));
        else if (got.is_list())
            std::ranges::move(look_by_name(entry, got, path), std::back_inserter(all));
        else if (got.is_map())
            std::ranges::move(look(entry.content, got[entry.key], below(path, entry.key)), std::back_inserter(all));
        else
            return one(expected, path, brief(to_value(expected)), got);
    }
    return all;
}

found look(const yaml::node& expected, const value& got, const std::string& path)
{
    switch (expected.what) {
    case yaml::node::kind::null:
        return got.is_null() ? found() : one(expected, path, "nothing", got);
    case yaml::node::kind::scalar:
        return equal(expected, got) ? found() : one(expected, path, brief(to_value(expected)), got);
    case yaml::node::kind::list:
        return look_at_list(expected, got, path, false);
    case yaml::node::kind::map:
        return look_at_map(expected, got, path);
    }
    return {};
}

} // namespace

std::vector<difference> differences(const yaml::node& expected, const value& got) { return look(expected, got, ""); }

const std::vector<std::string_view>& expectation_words()
{
    static const auto all = [] {
        std::vector<std::string_view> names;
        for (const auto& [name, meaning] : words)
            names.push_back(name);
        return names;
    }();
    return all;
}

} // namespace jmld::daemon::scenario
