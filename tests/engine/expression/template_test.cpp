// `${{ }}` inside texts, lists and maps: kinds that are kept, texts that are joined, errors that name their key.
#include "tests/engine/expression/evaluating.hpp"

#include <gmock/gmock.h>

namespace jmld::engine::expression {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

bindings const roots{{"p", value::map({{"name", "Zoë"},
                                       {"age", 41},
                                       {"none", nullptr},
                                       {"day", *parse_date("2026-04-01")},
                                       {"list", value::list({1})}})}};

std::string text_of(std::string_view text)
{
    auto const compiled = compile_text(text, shape::any());
    if (!compiled)
        return std::to_string(compiled.error().offset) + ": " + compiled.error().what;
    return told(compiled->evaluate(scope_of(roots)));
}

value_template compiled(std::string_view text) { return *compile_text(text, shape::any()); }

TEST(Template, AWholeExpressionKeepsItsKind)
{
    EXPECT_EQ(text_of("${{ p.age }}"), "41");
    EXPECT_EQ(text_of("  ${{p.list}}\n"), "[1]");
    EXPECT_EQ(text_of("${{ p.none }}"), "null");
    EXPECT_EQ(text_of("${{ p.day }}"), "date \"2026-04-01\"");
}

TEST(Template, TextAroundMakesAText)
{
    EXPECT_EQ(text_of("Hi ${{ p.name }}, ${{ p.age }}!"), "\"Hi Zoë, 41!\"");
    EXPECT_EQ(text_of("${{ p.age }}${{ p.age }}"), "\"4141\"");
    EXPECT_EQ(text_of("${{ p.age }} ${{ p.age }}"), "\"41 41\"");
    EXPECT_EQ(text_of("on ${{ p.day }} for ${{ duration('7d') }}: ${{ true }} ${{ 1.5 }}"),
              "\"on 2026-04-01 for 7d: true 1.5\"");
    EXPECT_EQ(text_of("no expression, { } }} $ $${ {{ }}"), "\"no expression, { } }} $ $${ {{ }}\"");
    EXPECT_EQ(text_of(""), "\"\"");
    EXPECT_EQ(text_of(" a "), "\" a \"");
}

TEST(Template, WhatCannotStandInATextIsAnErrorThatSaysWhatToDo)
{
    EXPECT_THAT(text_of("a ${{ p.none }}"), StartsWith("error: p.none: null cannot stand inside a text"));
    EXPECT_THAT(text_of("a ${{ p.list }}"), HasSubstr("list.join"));
    EXPECT_THAT(text_of("a ${{ p }}"), HasSubstr("a map cannot stand inside a text"));
    EXPECT_EQ(text_of("a ${{ p.gone }}"), "missing: p.gone is missing");
}

TEST(Template, TheEndIsFoundBehindStringsAndMaps)
{
    EXPECT_EQ(text_of("${{ {'a': {'b': 1}} }}"), R"({"a":{"b":1}})");
    EXPECT_EQ(text_of("${{ {'a': {'b': 1}}}}"), R"({"a":{"b":1}})");
    EXPECT_EQ(text_of("x${{ '}}' + \"${{\" }}y"), "\"x}}${{y\"");
}

TEST(Template, ProblemsAreCountedInTheWholeText)
{
    EXPECT_EQ(text_of("Hi ${{ p. }}"), "9: a name is expected, but the expression ends");
    EXPECT_EQ(text_of("Hi ${{ }}"), "3: an expression is expected between ${{ and }}");
    EXPECT_EQ(text_of("Hi ${{ p.x"), "3: this ${{ has no end; write }} behind the expression");
    EXPECT_EQ(text_of("Hi ${{ p.x }"), "11: an expression in a text ends with }}");
    EXPECT_EQ(text_of("Hi ${{ 'x }}"), "7: the string that begins here has no end");
    auto const unknown = compile_text("${{ 1 }} ${{ b.c }}", shape::closed({{"a", {}}}));
    EXPECT_EQ(unknown.error().offset, 13U);
}

TEST(Template, ABareExpressionMayStandInBracesOrNot)
{
    auto const bare = [](std::string_view text) {
        auto const made = compile_bare(text, shape::any());
        return made ? made->text() : std::to_string(made.error().offset) + ": " + made.error().what;
    };
    EXPECT_EQ(bare("  a == 1 "), "a == 1");
    EXPECT_EQ(bare(" ${{ a == 1 }} "), "a == 1");
    EXPECT_THAT(bare("${{ a }} && b"), StartsWith("8: the whole value is one expression here"));
    EXPECT_THAT(bare("a && ${{ b }}"), StartsWith("5: an expression begins here already"));
    EXPECT_THAT(bare("  "), StartsWith("0: an expression is expected"));
    EXPECT_THAT(bare("  a +"), StartsWith("5: a value is expected"));
    EXPECT_THAT(bare(" ${{ a + }}"), HasSubstr("a value is expected"));
}

TEST(Template, MapsAndListsAreEvaluatedWithTheKeyOfWhatFails)
{
    auto const tree = value_template::map({{"profile", value_template::map({{"login", compiled("${{ p.gone }}")}})}});
    EXPECT_EQ(told(tree.evaluate(scope_of(roots))), "missing: profile.login: p.gone is missing");
    auto const list = value_template::map(
        {{"l",
          value_template::list({value_template::literal(1), value_template::map({{"x", compiled("${{ 1 / 0 }}")}})})}});
    EXPECT_EQ(told(list.evaluate(scope_of(roots))), "error: l[1].x: division by zero");
    auto const good = value_template::map(
        {{"b", compiled("${{ p.age }}")},
         {"a", value_template::list({compiled("x${{ p.age }}"), value_template::literal(nullptr)})}});
    EXPECT_EQ(told(good.evaluate(scope_of(roots))), R"({"a":["x41",null],"b":41})");
}

TEST(Template, SkippingLeavesOutEntriesThatReadWhatIsMissingAndNothingElse)
{
    auto const tree = value_template::map(
        {{"a", compiled("${{ p.gone }}")},
         {"b", compiled("${{ p.none }}")},
         {"c", value_template::map({{"d", compiled("x ${{ p.none.x }}")}, {"e", compiled("${{ p.age }}")}})}});
    EXPECT_EQ(told(tree.evaluate(scope_of(roots), true)), R"({"b":null,"c":{"e":41}})");
    auto const wrong = value_template::map({{"a", compiled("${{ p.name.x }}")}});
    EXPECT_THAT(told(wrong.evaluate(scope_of(roots), true)), StartsWith("error: a: only a map has members"));
}

TEST(Template, ReadsAreThoseOfEveryExpressionInIt)
{
    auto const tree =
        value_template::map({{"a", compiled("${{ p.x }} ${{ q.y }}")},
                             {"b", value_template::list({compiled("${{ p.x.z }}"), compiled("${{ q.y }}")})}});
    EXPECT_THAT(tree.reads(), ElementsAre(path{"p", "x"}, path{"q", "y"}, path{"p", "x", "z"}));
}

TEST(Template, DataIsNeverReadAsAnExpression)
{
    bindings const hostile{{"p", value::map({{"name", "${{ p.secret }}"}, {"secret", "s"}})}};
    EXPECT_EQ(told(compiled("${{ p.name }} x").evaluate(scope_of(hostile))), "\"${{ p.secret }} x\"");
}

} // namespace
} // namespace jmld::engine::expression
