// Functions on strings (and size and join on lists), with CEL's meaning: length counts code points, case is ASCII only,
// patterns are RE2. Every one pays for its length, so that the step budget bounds time.
#include "engine/expression/functions.hpp"
#include "engine/expression/utf8.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace jmld::engine::expression {
namespace {

std::string_view text_of(arguments given, std::size_t index) { return *given[index]->if_text(); }

std::unexpected<std::string> spent(const meter& cost) { return std::unexpected(cost.complaint()); }

bool reads(arguments given, meter& cost)
{
    std::size_t bytes = 0;
    for (auto const argument : given)
        bytes += argument->if_text() != nullptr ? argument->if_text()->size() : 0;
    return cost.read(bytes);
}

function_result in_case(std::string_view text, char first, char last, char to, meter& cost)
{
    if (!cost.make(text.size()))
        return spent(cost);
    std::string changed(text);
    for (auto& c : changed) {
        if (c >= first && c <= last)
            c = static_cast<char>(c - first + to);
    }
    return value(std::move(changed));
}

} // namespace

std::expected<std::shared_ptr<const re2::RE2>, std::string> compile_pattern(std::string_view pattern)
{
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(256 * 1024); // also bounds the size of the program: (a{1000}){1000} is refused
    auto compiled = std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled->ok())
        return std::unexpected("the pattern is not valid RE2: " + compiled->error());
    return compiled;
}

function_result match(const re2::RE2& pattern, std::string_view text, meter& cost)
{
    // Linear in the text, and at worst in text times program.
    auto const work = text.size() * static_cast<std::size_t>(std::max(pattern.ProgramSize(), 1));
    if (!cost.read(text.size()) || !cost.spend(static_cast<std::int64_t>(work / 2048)))
        return spent(cost);
    return value(RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern));
}

namespace functions {

function_result size(arguments given, meter& cost)
{
    auto const& content = *given[0];
    if (auto const text = content.if_text()) {
        if (!cost.read(text->size()))
            return spent(cost);
        return value(static_cast<std::int64_t>(count_code_points(*text)));
    }
    auto const count = content.is_list() ? content.items().size() : content.entries().size();
    return value(static_cast<std::int64_t>(count));
}

function_result starts_with(arguments given, meter& cost)
{
    if (!reads(given, cost))
        return spent(cost);
    return value(text_of(given, 0).starts_with(text_of(given, 1)));
}

function_result ends_with(arguments given, meter& cost)
{
    if (!reads(given, cost))
        return spent(cost);
    return value(text_of(given, 0).ends_with(text_of(given, 1)));
}

function_result contains(arguments given, meter& cost)
{
    // Searching is text times part at worst.
    auto const work = text_of(given, 0).size() * std::max<std::size_t>(text_of(given, 1).size(), 1);
    if (!reads(given, cost) || !cost.spend(static_cast<std::int64_t>(work / 4096)))
        return spent(cost);
    return value(text_of(given, 0).find(text_of(given, 1)) != std::string_view::npos);
}

function_result matches(arguments given, meter& cost)
{
    constexpr std::int64_t steps_to_compile = 100;
    constexpr std::size_t pattern_bytes_max = 1000;
    if (text_of(given, 1).size() > pattern_bytes_max)
        return std::unexpected("a pattern that is not a constant is at most " + std::to_string(pattern_bytes_max) +
                               " bytes long");
    if (!cost.spend(steps_to_compile) || !reads(given, cost))
        return spent(cost);
    auto const compiled = compile_pattern(text_of(given, 1));
    if (!compiled)
        return std::unexpected(std::string("the pattern is not valid RE2"));
    return match(**compiled, text_of(given, 0), cost);
}

function_result lower_ascii(arguments given, meter& cost) { return in_case(text_of(given, 0), 'A', 'Z', 'a', cost); }
function_result upper_ascii(arguments given, meter& cost) { return in_case(text_of(given, 0), 'a', 'z', 'A', cost); }

function_result trim(arguments given, meter& cost)
{
    auto const whole = text_of(given, 0);
    if (!cost.make(whole.size()))
        return spent(cost);
    std::size_t begin = whole.size();
    std::size_t end = 0;
    for (auto left = whole; !left.empty();) {
        auto const at = whole.size() - left.size();
        auto const code_point = take_code_point(left);
        if (!code_point)
            left.remove_prefix(1);
        if (code_point && is_white_space(*code_point))
            continue;
        begin = std::min(begin, at);
        end = whole.size() - left.size();
    }
    return value(begin < end ? whole.substr(begin, end - begin) : std::string_view());
}

function_result split(arguments given, meter& cost)
{
    auto left = text_of(given, 0);
    auto const separator = text_of(given, 1);
    auto most = given.size() > 2 ? *given[2]->if_integer() : std::int64_t{-1};
    value_list pieces;
    if (most == 0)
        return value(std::move(pieces));
    auto const keep = [&](std::string_view piece) {
        pieces.emplace_back(piece);
        return cost.make(sizeof(value) + piece.size());
    };
    for (; most != 1 && !(separator.empty() && left.empty()); most -= most > 0 ? 1 : 0) {
        auto after = left; // an empty separator stands behind every code point
        if (separator.empty() && !take_code_point(after))
            after.remove_prefix(1);
        auto const at = separator.empty() ? left.size() - after.size() : left.find(separator);
        if (at == std::string_view::npos || (separator.empty() && after.empty()))
            break;
        if (!keep(left.substr(0, at)))
            return spent(cost);
        left.remove_prefix(at + separator.size());
    }
    if (!(separator.empty() && left.empty()) && !keep(left))
        return spent(cost);
    return value(std::move(pieces));
}

function_result join(arguments given, meter& cost)
{
    auto const separator = given.size() > 1 ? text_of(given, 1) : std::string_view();
    std::string joined;
    for (auto const& item : given[0]->items()) {
        auto const piece = item.if_text();
        if (piece == nullptr)
            return std::unexpected("join() takes a list of strings; one item is " +
                                   std::string(engine::to_text(item.kind())) + " (use map(x, string(x)) first)");
        auto const between = &item != &given[0]->items().front() ? separator : std::string_view();
        if (!cost.make(between.size() + piece->size()))
            return spent(cost);
        joined.append(between).append(*piece);
    }
    return value(std::move(joined));
}

} // namespace functions
} // namespace jmld::engine::expression
