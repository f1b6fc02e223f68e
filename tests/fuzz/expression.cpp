// Any text as an expression: refused with a place inside it, or a program that ends within its budget and says the same
// twice. The data it reads is fixed.
#include "tests/fuzz/targets.hpp"

#include "engine/expression/expression.hpp"
#include "engine/json/json.hpp"

namespace jmld::fuzz {

namespace {

namespace language = engine::expression;
using engine::value;

const value& person()
{
    static const value all = engine::json::parse(R"({"name":"Jane Smith","age":41,"share":0.5,"staff":true,"none":null,
        "groups":["Staff","Marketing",""],"deep":{"a":{"b":[{"c":1},{"c":2}]}},"text":"a,b;c \u00e9\ud83d\ude00"})")
                                 .value();
    return all;
}

const language::shape& roots()
{
    static const language::shape known =
        language::shape::closed({{"person", language::shape::any()}, {"item", language::shape::any()}});
    return known;
}

const value* root(std::string_view name)
{
    static const value item("Staff");
    return name == "person" ? &person() : name == "item" ? &item : nullptr;
}

void run(const language::program& program)
{
    constexpr language::budget small{.steps_max = 10'000, .output_bytes_max = 100'000};
    const auto first = language::evaluate(program, root, small);
    const auto second = language::evaluate(program, root, small);
    must(first.has_value() == second.has_value(), "the same program ends the same way twice");
    if (!first) {
        must(!first.error().what.empty(), "an error says something");
        must(first.error().offset <= program.text().size(), "an error lies within the text");
        return;
    }
    must(engine::json::encode(*first) == engine::json::encode(*second), "the same program says the same twice");
    const auto kind = program.kind();
    must(!kind || *kind == first->kind(), "a kind that was known beforehand is the kind of the value");
}

} // namespace

void expression(std::string_view bytes)
{
    const auto whole = language::compile(bytes, roots());
    if (whole)
        run(*whole);
    else
        must(whole.error().offset <= bytes.size() && !whole.error().what.empty(),
             "a problem has its place and its words");
    if (const auto bare = language::compile_bare(bytes, roots()))
        run(*bare);
    if (const auto text = language::compile_text(bytes, roots()))
        (void)text->evaluate(root, true);
}

} // namespace jmld::fuzz
