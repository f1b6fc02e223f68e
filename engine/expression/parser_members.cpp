// What stands between operators: literals, names, members, indices, calls and macros. Lists and maps of constants
// become literals here, so that they are built once.
#include "engine/expression/functions.hpp"
#include "engine/expression/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace jmld::engine::expression {
namespace {

constexpr std::array<std::string_view, 17> reserved{"as",        "break",  "const",  "continue", "else", "for",
                                                    "function",  "if",     "import", "let",      "loop", "package",
                                                    "namespace", "return", "var",    "void",     "while"};

std::size_t height_over(const std::vector<node_pointer>& children)
{
    std::size_t height = 0;
    for (auto const& child : children)
        height = std::max(height, child->height);
    return height + 1;
}

std::optional<std::int64_t> integer_of(std::string_view written, bool negative)
{
    bool const hexadecimal = written.starts_with("0x") || written.starts_with("0X");
    std::string digits(hexadecimal ? written.substr(2) : written);
    if (negative) // with its sign, because the smallest int has no positive counterpart
        digits.insert(digits.begin(), '-');
    std::int64_t number = 0;
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), number, hexadecimal ? 16 : 10);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size())
        return std::nullopt;
    return number;
}

/// Too small becomes 0, too large nothing.
std::optional<double> real_of(const std::string& written)
{
    double number = 0;
    auto const read = std::from_chars(written.data(), written.data() + written.size(), number);
    if (read.ec == std::errc::result_out_of_range)
        number = std::strtod(written.c_str(), nullptr);
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

} // namespace

node_pointer parser::member()
{
    auto const from = here().offset;
    auto found = primary();
    while (found != nullptr) {
        if (here().is("."))
            found = dotted(std::move(found), from);
        else if (here().is("["))
            found = indexed(std::move(found), from);
        else if (here().is("{"))
            return refuse(here(),
                          "messages (Name{…}) are left out of these expressions; a map is written {\"key\": value}");
        else
            break;
    }
    return found;
}

node_pointer parser::primary()
{
    auto const from = here().offset;
    if (here().is("-") || here().kind == token_kind::number) {
        auto const negative = accept("-");
        return number(negative, from);
    }
    if (here().kind == token_kind::text) {
        auto written = take();
        return make(from, literal_node{value(std::move(written.content))}, 1);
    }
    if (here().kind == token_kind::name)
        return name();
    if (accept("(")) {
        auto inner = expression();
        return inner != nullptr && expect(")") ? std::move(inner) : nullptr;
    }
    if (here().is("["))
        return list();
    if (here().is("{"))
        return map();
    if (here().is("."))
        return refuse(here(), "a name does not begin with a point");
    return unexpected("a value");
}

node_pointer parser::number(bool negative, std::size_t from)
{
    auto const written = take();
    auto const is_hexadecimal = written.source.starts_with("0x") || written.source.starts_with("0X");
    if (!is_hexadecimal && written.source.find_first_of(".eE") != std::string_view::npos) {
        auto const number = real_of(std::string(written.source));
        if (!number)
            return refuse(written, "this number is too large for a double");
        return make(from, literal_node{value(negative ? -*number : *number)}, 1);
    }
    auto const number = integer_of(written.source, negative);
    if (!number)
        return refuse(written, "this number is too large for an int");
    return make(from, literal_node{value(*number)}, 1);
}

node_pointer parser::name()
{
    auto const word = take();
    if (word.source == "true" || word.source == "false")
        return make(word.offset, literal_node{value(word.source == "true")}, 1);
    if (word.source == "null")
        return make(word.offset, literal_node{value()}, 1);
    if (word.source == "in")
        return refuse(word, "a value is expected before 'in'");
    if (here().is("("))
        return global_call(word);
    auto const found = std::ranges::find(bound_.rbegin(), bound_.rend(), word.source);
    if (found != bound_.rend())
        return make(word.offset, bound_node{static_cast<std::size_t>(bound_.rend() - found) - 1}, 1);
    if (std::ranges::find(reserved, word.source) != reserved.end())
        return refuse(word, "'" + std::string(word.source) + "' is a reserved word and no name");
    return make(word.offset, root_node{std::string(word.source)}, 1);
}

std::optional<std::vector<node_pointer>> parser::list_until(std::string_view closing, bool may_trail)
{
    std::vector<node_pointer> items;
    while (!here().is(closing)) {
        auto item = expression();
        if (item == nullptr)
            return std::nullopt;
        items.push_back(std::move(item));
        auto const more = accept(",");
        if (!more || (may_trail && here().is(closing)))
            break;
        if (here().is(closing)) {
            unexpected("a value");
            return std::nullopt;
        }
    }
    if (!expect(closing))
        return std::nullopt;
    return items;
}

node_pointer parser::list()
{
    auto const from = take().offset;
    auto items = list_until("]", true);
    if (!items)
        return nullptr;
    if (std::ranges::all_of(*items, [](const node_pointer& item) { return literal_of(*item) != nullptr; })) {
        value_list content;
        for (auto const& item : *items)
            content.push_back(*literal_of(*item));
        return make(from, literal_node{value(std::move(content))}, 1);
    }
    auto const height = height_over(*items);
    return make(from, list_node{std::move(*items)}, height);
}

/// The constant text of a key; empty, with a problem, for a constant of another kind or one that stands there twice.
std::optional<std::string> parser::key_of(const node& key, std::vector<std::string>& known)
{
    auto const content = literal_of(key);
    auto const text = content != nullptr ? content->if_text() : nullptr;
    if (text == nullptr) {
        refuse(key.offset, key.length, "the keys of a map are strings here; write \"…\"");
        return std::nullopt;
    }
    if (std::ranges::find(known, *text) != known.end()) {
        refuse(key.offset, key.length, "this key stands in the map twice");
        return std::nullopt;
    }
    known.push_back(*text);
    return *text;
}

node_pointer parser::map()
{
    auto const from = take().offset;
    map_node entries;
    value_map constants;
    std::vector<std::string> known;
    std::size_t height = 0;
    while (!here().is("}")) {
        auto key = expression();
        if (key == nullptr || (literal_of(*key) != nullptr && !key_of(*key, known)) || !expect(":"))
            return nullptr;
        auto content = expression();
        if (content == nullptr)
            return nullptr;
        if (literal_of(*key) != nullptr && literal_of(*content) != nullptr)
            constants.emplace_back(*literal_of(*key)->if_text(), *literal_of(*content));
        height = std::max({height, key->height, content->height});
        entries.entries.emplace_back(std::move(key), std::move(content));
        if (!accept(","))
            break;
    }
    if (!expect("}"))
        return nullptr;
    if (constants.size() == entries.entries.size())
        return make(from, literal_node{value(std::move(constants))}, 1);
    return make(from, std::move(entries), height + 1);
}

node_pointer parser::dotted(node_pointer operand, std::size_t from)
{
    take();
    if (here().is("?"))
        return refuse(here(), "optional reading (.?) is left out of these expressions; use has() or coalesce()");
    if (here().kind != token_kind::name && here().kind != token_kind::quoted_name)
        return unexpected("a name");
    auto const word = take();
    if (here().is("(") && word.kind == token_kind::name)
        return method_call(std::move(operand), from, word);
    auto const height = operand->height + 1;
    return make(from, select_node{std::move(operand), std::string(word.source)}, height);
}

node_pointer parser::indexed(node_pointer operand, std::size_t from)
{
    take();
    if (here().is("?"))
        return refuse(here(), "optional reading ([?]) is left out of these expressions; use has() or coalesce()");
    auto key = expression();
    if (key == nullptr || !expect("]"))
        return nullptr;
    auto const height = std::max(operand->height, key->height) + 1;
    return make(from, index_node{std::move(operand), std::move(key)}, height);
}

} // namespace jmld::engine::expression
