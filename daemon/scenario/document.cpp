// Only looks at the text again where the tree has no answer: where a part ends.
#include "daemon/scenario/document.hpp"

#include "config/yaml_source.hpp"
#include "connectors/http_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;
using engine::value;

namespace {

bool before(const yaml::place& left, const yaml::place& right)
{
    return std::pair(left.line, left.column) < std::pair(right.line, right.column);
}

// The first place after `part` that is not of it; nothing when it is the last of the file.
void first_after(const yaml::node& here, const yaml::node& part, std::optional<yaml::place>& found)
{
    if (&here == &part)
        return;
    const auto look = [&](const yaml::place& where) {
        if (before(part.where, where) && (!found || before(where, *found)))
            found = where;
    };
    for (const auto& entry : here.entries) {
        if (&entry.content != &part)
            look(entry.key_where);
        first_after(entry.content, part, found);
    }
    for (const auto& item : here.items) {
        if (&item != &part)
            look(item.where);
        first_after(item, part, found);
    }
}

// A quote only opens a text where a value or key may begin; within a word it is an apostrophe.
bool may_open(std::string_view source, std::size_t at)
{
    const auto last = at == 0 ? std::string_view::npos : source.find_last_not_of(" \t\r\n", at - 1);
    return last == std::string_view::npos || std::string_view("{[,:").contains(source[last]);
}

std::size_t after_quote(std::string_view source, std::size_t at)
{
    const char quote = source[at];
    for (std::size_t i = at + 1; i < source.size(); ++i) {
        const bool escapes = quote == '"' ? source[i] == '\\' : source.substr(i).starts_with("''");
        if (escapes)
            ++i;
        else if (source[i] == quote)
            return i + 1;
    }
    return source.size();
}

std::size_t flow_end(std::string_view source, std::size_t begin)
{
    int depth = 0;
    for (std::size_t i = begin; i < source.size(); ++i) {
        const char c = source[i];
        if ((c == '"' || c == '\'') && may_open(source, i))
            i = after_quote(source, i) - 1;
        else if (c == '#' && i > 0 && std::string_view(" \t\n").contains(source[i - 1]))
            i = std::min(source.find('\n', i), source.size() - 1);
        else if (c == '{' || c == '[')
            ++depth;
        else if ((c == '}' || c == ']') && --depth == 0)
            return i + 1;
    }
    return source.size();
}

} // namespace

value to_value(const yaml::node& node)
{
    switch (node.what) {
    case yaml::node::kind::null:
        return {};
    case yaml::node::kind::list: {
        engine::value_list items;
        for (const auto& item : node.items)
            items.push_back(to_value(item));
        return items;
    }
    case yaml::node::kind::map: {
        engine::value_map entries;
        for (const auto& entry : node.entries)
            entries.emplace_back(entry.key, to_value(entry.content));
        return entries;
    }
    case yaml::node::kind::scalar:
        break;
    }
    if (const auto truth = yaml::as_bool(node))
        return *truth;
    if (const auto whole = yaml::as_integer(node))
        return static_cast<std::int64_t>(*whole);
    if (const auto number = yaml::as_number(node))
        return *number;
    return node.text;
}

const yaml::node& at_pointer(const yaml::node& root, std::string_view pointer)
{
    const auto* here = &root;
    while (pointer.starts_with('/')) {
        pointer.remove_prefix(1);
        const auto part = pointer.substr(0, std::min(pointer.find('/'), pointer.size()));
        std::size_t index = 0;
        const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), index);
        const yaml::node* next = here->find(part);
        if (here->is_list() && failed == std::errc() && end == part.data() + part.size() && index < here->items.size())
            next = &here->items[index];
        if (next == nullptr)
            break;
        here = next;
        pointer.remove_prefix(part.size());
    }
    return *here;
}

std::string own_text(std::string_view source, const yaml::node& root, const yaml::node& part)
{
    const yaml::source_text lines(source);
    const auto begin = lines.offset(part.where);
    std::size_t end = source.size();
    if (begin < source.size() && (source[begin] == '{' || source[begin] == '[')) {
        end = flow_end(source, begin);
    } else {
        std::optional<yaml::place> next;
        first_after(root, part, next);
        if (next)
            end = lines.offset({next->line, 1});
    }
    std::string text;
    for (int line = 1; line < part.where.line; ++line)
        text += '\n';
    text.append(static_cast<std::size_t>(part.where.column - 1), ' ');
    return text.append(source.substr(begin, end - begin));
}

std::string without_surrogate_escapes(std::string text)
{
    const auto unit = [&](std::size_t at) -> std::optional<std::uint32_t> {
        std::uint32_t read = 0;
        if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u')
            return std::nullopt;
        const auto [end, failed] = std::from_chars(text.data() + at + 2, text.data() + at + 6, read, 16);
        return failed == std::errc() && end == text.data() + at + 6 ? std::optional(read) : std::nullopt;
    };
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != '\\')
            continue;
        const auto high = unit(i);
        const auto low = unit(i + 6);
        if (high && low && *high >= 0xD800 && *high < 0xDC00 && *low >= 0xDC00 && *low < 0xE000)
            text.replace(i, 12, fmt::format("\\U{:08X}", 0x10000 + ((*high - 0xD800) << 10U) + (*low - 0xDC00)));
        ++i; // what is escaped is no escape
    }
    return text;
}

} // namespace jmld::daemon::scenario
