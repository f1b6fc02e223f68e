// What we say about mistakes that people make with expressions in YAML. It only words them; the reader finds them.
#include "config/yaml_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace jmld::config::yaml {
namespace {

/// The word that begins at a place, up to white space.
std::string word_at(const source_text& source, place where)
{
    const std::string_view rest = source.text().substr(source.offset(where));
    return std::string(rest.substr(0, rest.find_first_of(" \t\r\n,]}")));
}

/// The first `${{` of a line that stands in no quotes and no comment; npos when there is none.
std::size_t find_open_expression(std::string_view line)
{
    char quote = '\0';
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote != '\0') {
            if (c == '\\' && quote == '"')
                ++i;
            else if (c == quote)
                quote = '\0';
            continue;
        }
        if (line.substr(i).starts_with("${{"))
            return i;
        const bool after_space = i == 0 || line[i - 1] == ' ';
        if (c == '#' && after_space)
            return std::string_view::npos;
        const bool begins_value = after_space || std::string_view("[{,:").contains(line[i - 1]);
        if ((c == '"' || c == '\'') && begins_value)
            quote = c;
    }
    return std::string_view::npos;
}

/// yaml-cpp complains where it gives up, which may be lines after the expression that confused it.
std::optional<problem> find_unquoted_expression(const source_text& source, place where)
{
    constexpr int lines_back = 6;
    for (int line = where.line; line >= std::max(1, where.line - lines_back); --line) {
        const std::string_view content = source.line(line);
        const std::size_t at = find_open_expression(content);
        if (at == std::string_view::npos)
            continue;
        const std::size_t end = content.find("}}", at);
        const std::string_view expression = content.substr(at, end == std::string_view::npos ? end : end + 2 - at);
        const std::string_view before = content.substr(0, at);
        const bool in_flow = before.find_last_of("{[") != std::string_view::npos;
        const bool has_colon = expression.contains(": ");
        if (line != where.line && !in_flow && !has_colon)
            continue;
        return problem{{line, static_cast<int>(characters(before)) + 1},
                       fmt::format("quote the expression: YAML reads {} as its own; write '{}'",
                                   in_flow ? "braces inside { } or [ ]" : "the colon", expression),
                       characters(expression)};
    }
    return std::nullopt;
}

/// `if: "x" == y`: YAML ends the text at the closing quote.
bool value_begins_with_quote(std::string_view line)
{
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos)
        return false;
    const std::size_t value = line.find_first_not_of(' ', colon + 2);
    return value != std::string_view::npos && (line[value] == '"' || line[value] == '\'');
}

/// yaml-cpp's words, and ours.
struct wording
{
    std::string_view complaint;
    std::string_view ours;
};
constexpr wording complaints[] = {
    {"end of sequence flow not found", "a list that began with '[' is not closed before this"},
    {"end of map flow not found", "a map that began with '{' is not closed before this"},
    {"illegal EOF in scalar", "a quote is not closed before the end of the file"},
    {"illegal flow end", "nothing is open here that this could close"},
    {"illegal map value", "a ': ' that cannot stand here; check the indentation, or quote the value if it is a text"},
    {"illegal block entry", "a list item cannot begin here; items stand on lines of their own"},
    {"unknown token", "a value cannot begin with this character; quote it"},
};

} // namespace

problem explain_tag(const source_text& source, place where)
{
    const std::string word = word_at(source, where);
    if (word.starts_with("!!") || word == "!")
        return {where, fmt::format("YAML tags ('{}') are not accepted; what a value means is decided by its key", word),
                characters(word)};
    return {where, fmt::format("YAML reads '{}' as a tag and would lose it; quote the whole expression", word),
            characters(word)};
}

problem explain_anchor(const source_text& source, place where)
{
    const std::string word = word_at(source, where);
    return {where,
            fmt::format("anchors ('{}') are not accepted; write the value out, or quote it if it is a text", word),
            characters(word)};
}

problem explain_alias(const source_text& source, place where)
{
    const std::string word = word_at(source, where);
    return {where,
            fmt::format("aliases ('{}') are not accepted; write the value out, or quote it if it is a text", word),
            characters(word)};
}

problem explain_key(const source_text& source, place where, int position)
{
    if (source.byte(position) == '{' && source.byte(position - 1) == '{') {
        const place outer{where.line, where.column - 1};
        return {outer, "YAML reads '{{ … }}' as nested maps; expressions are written ${{ … }}", 2};
    }
    return {where, "a key must be a text", 1};
}

problem explain_syntax(const source_text& source, place where, std::string_view complaint)
{
    const std::size_t offset = source.offset(where);
    const char first = offset < source.text().size() ? source.text()[offset] : '\0';
    if (first == '*' && complaint.contains("anchor"))
        return explain_alias(source, where);
    if (std::optional<problem> expression = find_unquoted_expression(source, where))
        return *expression;
    const std::string_view line = source.line(where.line);
    const std::string_view indentation = line.substr(0, line.find_first_not_of(" \t"));
    if (const std::size_t tab = indentation.find('\t'); tab != std::string_view::npos)
        return {{where.line, static_cast<int>(tab) + 1}, "a tab in the indentation; YAML wants spaces", 1};
    const auto worded = std::ranges::find(complaints, complaint, &wording::complaint);
    if (complaint != "illegal map value" && worded != std::end(complaints))
        return {where, std::string(worded->ours), 1};
    if (value_begins_with_quote(line))
        return {where,
                "a text that begins with a quote ends at the next one; put the whole value in quotes of the other kind",
                1};
    if (worded != std::end(complaints))
        return {where, std::string(worded->ours), 1};
    return {where, fmt::format("not readable as YAML: {}", complaint), 1};
}

} // namespace jmld::config::yaml
