// Finds `${{ … }}` in a scalar's text and compiles what stands inside. The end is found by reading tokens, so that "}}"
// inside a string or after a map ends nothing.
#include "engine/expression/token.hpp"

#include <algorithm>

namespace jmld::engine::expression {
namespace {

constexpr std::string_view opening = "${{";
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

problem moved(problem by, std::size_t offset)
{
    by.offset += offset;
    return by;
}

/// The offset of the `}}` that ends the expression which begins at `from`.
std::expected<std::size_t, problem> end_of(std::string_view text, std::size_t from)
{
    lexer words(text, from);
    std::size_t open = 0;
    for (;;) {
        auto const word = words.next();
        if (!word)
            return std::unexpected(word.error());
        if (word->kind == token_kind::end)
            return std::unexpected(
                problem{from - opening.size(), opening.size(), "this ${{ has no end; write }} behind the expression"});
        if (word->is("{"))
            ++open;
        if (!word->is("}"))
            continue;
        if (open == 0 && text.substr(word->offset, 2) == "}}")
            return word->offset;
        if (open == 0)
            return std::unexpected(problem{word->offset, 1, "an expression in a text ends with }}"});
        --open;
    }
}

struct embedded
{
    program computed;
    std::size_t end; ///< behind the `}}`
};

/// The expression whose `${{` stands at `at`.
std::expected<embedded, problem> compile_at(std::string_view text, std::size_t at, const shape& roots)
{
    auto from = at + opening.size();
    auto const end = end_of(text, from);
    if (!end)
        return std::unexpected(end.error());
    auto const inner = text.substr(from, *end - from);
    auto const core = trimmed(inner);
    if (core.empty())
        return std::unexpected(problem{at, *end + 2 - at, "an expression is expected between ${{ and }}"});
    from += static_cast<std::size_t>(core.data() - inner.data());
    auto compiled = compile(core, roots);
    if (!compiled)
        return std::unexpected(moved(std::move(compiled.error()), from));
    return embedded{std::move(*compiled), *end + 2};
}

} // namespace

std::expected<value_template, problem> compile_text(std::string_view text, const shape& roots)
{
    std::vector<value_template::part> parts;
    std::size_t at = 0;
    for (auto found = text.find(opening); found != std::string_view::npos; found = text.find(opening, at)) {
        if (found > at)
            parts.push_back({std::string(text.substr(at, found - at)), {}});
        auto compiled = compile_at(text, found, roots);
        if (!compiled)
            return std::unexpected(std::move(compiled.error()));
        at = compiled->end;
        parts.push_back({{}, std::move(compiled->computed)});
    }
    if (parts.empty())
        return value_template::literal(value(text));
    auto const rest = text.substr(at);
    auto const is_blank = [](const value_template::part& part) {
        return !part.computed && trimmed(part.literal).empty();
    };
    auto const computed =
        std::ranges::count_if(parts, [](const value_template::part& part) { return bool(part.computed); });
    // Blanks around a single expression come from the way YAML folds texts; the value keeps its own kind.
    if (computed == 1 && trimmed(rest).empty() && (parts.size() == 1 || is_blank(parts.front())))
        return value_template::computed(std::move(parts.back().computed));
    if (!rest.empty())
        parts.push_back({std::string(rest), {}});
    return value_template::joined(std::move(parts));
}

std::expected<program, problem> compile_bare(std::string_view text, const shape& roots)
{
    auto const core = trimmed(text);
    auto const from = core.empty() ? 0 : static_cast<std::size_t>(core.data() - text.data());
    if (!core.starts_with(opening)) {
        auto compiled = compile(core, roots);
        if (!compiled)
            return std::unexpected(moved(std::move(compiled.error()), from));
        return compiled;
    }
    auto compiled = compile_at(text, from, roots);
    if (!compiled)
        return std::unexpected(std::move(compiled.error()));
    auto const rest = text.substr(compiled->end);
    if (!trimmed(rest).empty())
        return std::unexpected(problem{compiled->end, rest.size(),
                                       "the whole value is one expression here; nothing may stand behind its }}"});
    return std::move(compiled->computed);
}

} // namespace jmld::engine::expression
