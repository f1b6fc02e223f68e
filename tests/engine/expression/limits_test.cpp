// Hostile and careless expressions: they end, in bounded time and memory, with an error that says which bound they met.
#include "tests/engine/expression/evaluating.hpp"

#include <gmock/gmock.h>

#include <random>

namespace jmld::engine::expression {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string repeated(std::string_view part, std::size_t times)
{
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += part;
    return text;
}

value numbers(std::int64_t count)
{
    value_list items;
    for (std::int64_t i = 0; i < count; ++i)
        items.emplace_back(i);
    return value(std::move(items));
}

TEST(ExpressionLimits, NestingIsBoundedWithoutUsingUpTheStack)
{
    EXPECT_EQ(result_of(repeated("(", 32) + "7" + repeated(")", 32)), "7");
    for (auto const* const open : {"(", "[", "{'a':", "!(", "-(", "size(", "a[", "[1].map(x,"})
        EXPECT_THAT(problem_of(repeated(open, 500)), HasSubstr("brackets stand inside each other")) << open;
}

TEST(ExpressionLimits, LongChainsAreBoundedOrFlat)
{
    EXPECT_EQ(result_of("true" + repeated(" && true", 900)), "true");
    EXPECT_EQ(result_of(repeated("false ? 1 : ", 200) + "2"), "2");
    EXPECT_EQ(result_of("1" + repeated(" + 1", 200)), "201");
    for (auto const* const more : {" + 1", " == 1", ".a", "[0]", ".map(x, x)", "? 1 : 2"})
        EXPECT_THAT(problem_of("a" + repeated(more, 600)), HasSubstr("operations build on each other")) << more;
    EXPECT_THAT(problem_of(repeated("!", 600) + "a"), HasSubstr("operations build on each other"));
    EXPECT_THAT(problem_of(repeated(" ", 9000)), HasSubstr("longer than 8192 bytes"));
}

TEST(ExpressionLimits, StepsRunOutAndNothingAbsorbsThat)
{
    bindings const roots{{"l", numbers(1000)}};
    auto const cube = "l.exists(a, l.exists(b, l.exists(c, a + b + c < 0)))";
    EXPECT_THAT(result_of(cube, roots), HasSubstr("more than 100000 steps"));
    EXPECT_THAT(result_of("true && (" + std::string(cube) + " || true)", roots), HasSubstr("steps"));
    EXPECT_THAT(result_of("coalesce(" + std::string(cube) + ", 1)", roots), HasSubstr("steps"));
    EXPECT_THAT(result_of("l.all(x, l.map(y, l) == l.map(y, l))", roots),
                AnyOf(HasSubstr("steps"), HasSubstr("bytes")));
    EXPECT_EQ(told(evaluated("1 + 1", {}, {.steps_max = 3})), "2");
    EXPECT_THAT(told(evaluated("1 + 1", {}, {.steps_max = 2})), HasSubstr("more than 2 steps"));
}

TEST(ExpressionLimits, WhatIsMadeOnTheWayCountsToo)
{
    bindings const roots{{"t", std::string(1000, 'x')}, {"l", numbers(10)}};
    std::string doubled = "[t]";
    for (int i = 0; i < 30; ++i)
        doubled += ".map(x, x + x)";
    EXPECT_THAT(result_of("size(" + doubled + "[0])", roots), HasSubstr("made more than 1000000 bytes"));
    std::string shared = "[l]";
    for (int i = 0; i < 40; ++i)
        shared += ".map(x, [x, x])";
    EXPECT_THAT(result_of(shared, roots), HasSubstr("the result is larger than"))
        << "sharing makes it small in memory only";
    EXPECT_EQ(result_of("size(" + shared + ")", roots), "1");
    EXPECT_THAT(result_of("t", {{"t", std::string(1'000'001, 'x')}}),
                HasSubstr("the result is larger than 1000000 bytes"));
    std::string deep = "[1]";
    for (int i = 0; i < 70; ++i)
        deep += ".map(x, [x])";
    EXPECT_THAT(result_of(deep), HasSubstr("nested deeper than 64 levels"));
}

TEST(ExpressionLimits, ExpensiveFunctionsPayForTheirLength)
{
    bindings const roots{{"t", std::string(900'000, 'a')}, {"l", numbers(1000)}, {"p", "(a{90}){40}b"}};
    EXPECT_THAT(result_of("l.all(x, t.contains('b') == false)", roots), HasSubstr("steps"));
    EXPECT_THAT(result_of("l.all(x, t.matches('^(a+)+$'))", roots), HasSubstr("steps"));
    EXPECT_THAT(result_of("l.all(x, size(t) > 0)", roots), HasSubstr("steps"));
    EXPECT_THAT(result_of("t.matches(p)", roots), AnyOf(HasSubstr("steps"), HasSubstr("not valid RE2")));
    EXPECT_THAT(problem_of("t.matches('((a{100}){100}){100}')"), HasSubstr("not valid RE2"));
    EXPECT_EQ(result_of("t.matches('^(a+)+$')", roots), "true");
}

class token_soup
{
public:
    explicit token_soup(unsigned seed) : random_(seed) {}

    std::string text()
    {
        static const std::vector<std::string> words{"a",
                                                    "event",
                                                    "x",
                                                    "1",
                                                    "0",
                                                    "-1",
                                                    "9223372036854775807",
                                                    "1.5",
                                                    "1e308",
                                                    "'s'",
                                                    "\"t\"",
                                                    "''",
                                                    "r'\\'",
                                                    "null",
                                                    "true",
                                                    "false",
                                                    "(",
                                                    ")",
                                                    "[",
                                                    "]",
                                                    "{",
                                                    "}",
                                                    ",",
                                                    ".",
                                                    ":",
                                                    "?",
                                                    "!",
                                                    "-",
                                                    "+",
                                                    "*",
                                                    "/",
                                                    "%",
                                                    "==",
                                                    "!=",
                                                    "<",
                                                    "<=",
                                                    ">",
                                                    ">=",
                                                    "&&",
                                                    "||",
                                                    " in ",
                                                    "size(",
                                                    ".size()",
                                                    ".map(x,",
                                                    ".filter(x,",
                                                    ".exists(x,",
                                                    ".all(x,",
                                                    ".exists_one(x,",
                                                    "has(",
                                                    "coalesce(",
                                                    ".split(",
                                                    ".join(",
                                                    "duration('7d')",
                                                    "date('2026-01-01')",
                                                    "timestamp(0)",
                                                    "string(",
                                                    "int(",
                                                    "double(",
                                                    "bool(",
                                                    ".matches(",
                                                    ".trim()",
                                                    "${{",
                                                    "}}",
                                                    "`q`",
                                                    "//",
                                                    "\n",
                                                    "\\",
                                                    "\xff",
                                                    "b'",
                                                    "1u",
                                                    "'''",
                                                    ".list",
                                                    ".text",
                                                    ".none",
                                                    ".day"};
        std::string made;
        auto const count = 1 + random_() % 24;
        for (unsigned i = 0; i < count; ++i)
            made += words[random_() % words.size()];
        return made;
    }

    /// Grown by grammar, so that most of it compiles.
    std::string grown(int depth)
    {
        static const std::vector<std::string> leaves{"a",
                                                     "a.list",
                                                     "a.text",
                                                     "a.none.x",
                                                     "a.gone",
                                                     "a.day",
                                                     "1",
                                                     "0",
                                                     "-7",
                                                     "1.5",
                                                     "'s'",
                                                     "true",
                                                     "null",
                                                     "[1, 2]",
                                                     "{'k': 1}",
                                                     "duration('7d')",
                                                     "timestamp(0)",
                                                     "date('2026-01-01')",
                                                     "x",
                                                     "9223372036854775807"};
        static const std::vector<std::string> shapes{"(#) + (#)",
                                                     "(#) - (#)",
                                                     "(#) * (#)",
                                                     "(#) / (#)",
                                                     "(#) % (#)",
                                                     "(#) == (#)",
                                                     "(#) < (#)",
                                                     "(#) in (#)",
                                                     "(#) && (#)",
                                                     "(#) || (#)",
                                                     "!(#)",
                                                     "-(#)",
                                                     "(#) ? (#) : (#)",
                                                     "[#, #]",
                                                     "{'k': #}",
                                                     "(#).k",
                                                     "(#)[#]",
                                                     "size(#)",
                                                     "string(#)",
                                                     "int(#)",
                                                     "(#).map(x, #)",
                                                     "(#).filter(x, #)",
                                                     "(#).exists(x, #)",
                                                     "(#).all(x, #)",
                                                     "coalesce(#, #)",
                                                     "has((#).k)",
                                                     "(#).split(#)",
                                                     "(#).join(#)",
                                                     "(#).matches(#)",
                                                     "(#).contains(#)",
                                                     "duration(#)"};
        if (depth == 0 || random_() % 8 == 0)
            return leaves[random_() % leaves.size()];
        std::string made;
        for (auto const c : shapes[random_() % shapes.size()])
            made += c == '#' ? grown(depth - 1) : std::string(1, c);
        return made;
    }

private:
    std::mt19937 random_;
};

class ExpressionFuzz : public testing::Test
{
protected:
    bindings roots{
        {"a",
         value::map(
             {{"list", numbers(20)}, {"text", "some text"}, {"none", nullptr}, {"day", *parse_date("2026-04-01")}})},
        {"event", value::map({{"list", value::list({"a", "b"})}})}};
    std::size_t accepted = 0;
    std::size_t gave_values = 0;

    void run(const std::string& text)
    {
        auto const whole = compile_text("x ${{ " + text + " }}", shape::any());
        EXPECT_TRUE(whole || whole.error().offset <= text.size() + 9) << text;
        auto const compiled = compile(text, shape::any());
        if (!compiled) {
            EXPECT_FALSE(compiled.error().what.empty()) << text;
            EXPECT_LE(compiled.error().offset, text.size()) << text;
            EXPECT_GE(compiled.error().length, 1U) << text;
            return;
        }
        ++accepted;
        auto const found = evaluate(*compiled, scope_of(roots), {.steps_max = 5'000, .output_bytes_max = 50'000});
        if (found)
            ++gave_values;
        else
            EXPECT_FALSE(found.error().what.empty()) << text;
        EXPECT_EQ(told(evaluate(*compiled, scope_of(roots), {.steps_max = 5'000, .output_bytes_max = 50'000})),
                  told(found))
            << text;
    }
};

TEST_F(ExpressionFuzz, RandomTokensAreRefusedOrEvaluatedAndNeverCrash)
{
    for (unsigned seed = 0; seed < 20'000; ++seed) {
        run(token_soup(seed).text());
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
    EXPECT_GT(accepted, 200U);
}

TEST_F(ExpressionFuzz, RandomExpressionsGiveTheSameResultTwice)
{
    for (unsigned seed = 0; seed < 5'000; ++seed) {
        run(token_soup(seed).grown(1 + static_cast<int>(seed % 4)));
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
    EXPECT_GT(accepted, 1'000U);
    EXPECT_GT(gave_values, 300U);
}

TEST_F(ExpressionFuzz, RandomBytesAreRefusedAndNeverCrash)
{
    std::mt19937 random(7);
    for (int round = 0; round < 5'000; ++round) {
        std::string text(random() % 60, ' ');
        for (auto& c : text)
            c = static_cast<char>(random() % 256);
        run(text);
    }
}

} // namespace
} // namespace jmld::engine::expression
