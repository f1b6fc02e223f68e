// Operators, functions and conversions: their values, and the errors of those that have none.
#include "tests/engine/expression/evaluating.hpp"

#include <gmock/gmock.h>

namespace jmld::engine::expression {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Expression, NumbersAreInt64AndDoubleAndNeverMixedSilently)
{
    EXPECT_EQ(result_of("7 / 2"), "3");
    EXPECT_EQ(result_of("-7 % 3"), "-1");
    EXPECT_EQ(result_of("7.0 / 2.0"), "3.5");
    EXPECT_EQ(result_of("0x10 + 1"), "17");
    EXPECT_EQ(result_of("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(result_of("1 - -1"), "2");
    EXPECT_EQ(result_of("-(-2)"), "2");
    EXPECT_EQ(result_of("- -2"), "2");
    EXPECT_EQ(result_of("2 + 3 * 4 - 6 / 2"), "11");
    EXPECT_THAT(result_of("a + 1.0", {{"a", 1}}), HasSubstr("convert one of them with int() or double()"));
    EXPECT_EQ(result_of("double(a) + 1.5", {{"a", 1}}), "2.5");
}

TEST(Expression, AnIntThatOverflowsIsAnErrorNeverAnotherNumber)
{
    for (auto const* const text : {"9223372036854775807 + 1", "-9223372036854775808 - 1", "4611686018427387904 * 2",
                                   "(-9223372036854775808) / -1", "-(-9223372036854775808)"})
        EXPECT_EQ(result_of(text), "error: the result is too large for an int") << text;
    EXPECT_EQ(result_of("1 / 0"), "error: division by zero");
    EXPECT_EQ(result_of("1 % 0"), "error: remainder of a division by zero");
    EXPECT_EQ(result_of("9223372036854775808"), "error: refused: this number is too large for an int");
    EXPECT_EQ(result_of("1e400"), "error: refused: this number is too large for a double");
}

TEST(Expression, IntAndDoubleCompareByNumberAndOtherKindsWithinThemselves)
{
    EXPECT_EQ(result_of("1 == 1.0 && 2 > 1.5 && 1.5 <= 2"), "true");
    EXPECT_EQ(result_of("a == b", {{"a", 1}, {"b", "1"}}), "false");
    EXPECT_EQ(result_of("a != b", {{"a", 1}, {"b", nullptr}}), "true");
    EXPECT_EQ(result_of("'a' < 'b' && 'B' < 'a' && 'z' < 'é'"), "true");
    EXPECT_EQ(result_of("false < true"), "true");
    EXPECT_THAT(result_of("a < b", {{"a", 1}, {"b", "1"}}), StartsWith("error: '<' cannot order int and string"));
    EXPECT_THAT(result_of("a < b", {{"a", nullptr}, {"b", 1}}), StartsWith("error: '<' cannot order null and int"));
    EXPECT_EQ(result_of("[1, {'a': [2.0]}] == [1.0, {'a': [2]}]"), "true");
    EXPECT_EQ(result_of("0.0 / 0.0 == 0.0 / 0.0"), "false");
}

TEST(Expression, InLooksIntoListsAndTheKeysOfMaps)
{
    EXPECT_EQ(result_of("'b' in ['a', 'b']"), "true");
    EXPECT_EQ(result_of("2 in [1.0, 2.0]"), "true");
    EXPECT_EQ(result_of("'k' in {'k': 1}"), "true");
    EXPECT_EQ(result_of("!('x' in m)", {{"m", value::map({{"k", 1}})}}), "true");
    EXPECT_THAT(result_of("'a' in t", {{"t", "abc"}}), HasSubstr("use text.contains(part)"));
}

TEST(Expression, AndOrAbsorbTheErrorOfASideThatDoesNotDecide)
{
    EXPECT_EQ(result_of("1 / 0 > 0 || true"), "true");
    EXPECT_EQ(result_of("a.b && false", {{"a", value_map{}}}), "false");
    EXPECT_EQ(result_of("1 / 0 > 0 || false"), "error: division by zero");
    EXPECT_EQ(result_of("1 / 0 > 0 && true"), "error: division by zero");
    EXPECT_EQ(result_of("true && 1"), "error: both sides of '&&' are bools; this is int");
    EXPECT_EQ(result_of("a ? 1 : 2", {{"a", "yes"}}), "error: what stands before '?' is a bool; this is string");
    EXPECT_EQ(result_of("true ? 1 : 1 / 0"), "1");
}

TEST(Expression, MacrosGoThroughListsAndKeysAndAbsorbLikeAndOr)
{
    EXPECT_EQ(result_of("[1, 2, 3].filter(x, x > 1).map(x, x * 10)"), "[20,30]");
    EXPECT_EQ(result_of("[1, 2, 3].map(x, x > 1, string(x))"), R"(["2","3"])");
    EXPECT_EQ(result_of("[1, 0].exists(x, 1 / x == 1)"), "true");
    EXPECT_EQ(result_of("[0, 1].exists(x, 1 / x == 1)"), "true");
    EXPECT_EQ(result_of("[0, 2].exists(x, 1 / x == 1)"), "error: division by zero");
    EXPECT_EQ(result_of("[0, 2].all(x, 1 / x == 1)"), "false");
    EXPECT_EQ(result_of("[1, 2].exists_one(x, x == 2)"), "true");
    EXPECT_EQ(result_of("[2, 2].exists_one(x, x == 2)"), "false");
    EXPECT_EQ(result_of("{'b': 1, 'a': 2}.map(k, k)"), R"(["a","b"])");
    EXPECT_EQ(result_of("[[1, 2], [3]].map(x, x.map(y, y + size(x)))"), "[[3,4],[4]]");
    EXPECT_EQ(result_of("[1].map(x, [2].map(x, x))"), "[[2]]");
    EXPECT_THAT(result_of("m.map(x, x)", {{"m", 1}}), HasSubstr("not through int"));
}

TEST(Expression, AVariableOfAMacroHidesARootOfTheSameName)
{
    EXPECT_EQ(result_of("[1].map(event, event) + [event]", {{"event", 9}}), "[1,9]");
}

TEST(Expression, TextFunctionsCountCodePointsAndChangeAsciiOnly)
{
    EXPECT_EQ(result_of("size('Zoë') + 'ab'.size() + size([1]) + size({})"), "6");
    EXPECT_EQ(result_of("'TÜR'.lowerAscii() + 'tür'.upperAscii()"), "\"tÜrTüR\"");
    EXPECT_EQ(result_of("'\\u00a0 x y\\t'.trim()"), "\"x y\"");
    EXPECT_EQ(result_of("' \\n'.trim()"), "\"\"");
    EXPECT_EQ(result_of("'jane.doe@x'.startsWith('jane') && 'ab'.endsWith('b') && 'abc'.contains('bc')"), "true");
    EXPECT_EQ(result_of("'a,b,,c'.split(',')"), R"(["a","b","","c"])");
    EXPECT_EQ(result_of("'a,b,c'.split(',', 2)"), R"(["a","b,c"])");
    EXPECT_EQ(result_of("'a,b'.split(',', 0)"), "[]");
    EXPECT_EQ(result_of("''.split(',')"), R"([""])");
    EXPECT_EQ(result_of("'aé'.split('')"), R"(["a","é"])");
    EXPECT_EQ(result_of("'aéb'.split('', 2)"), R"(["a","éb"])");
    EXPECT_EQ(result_of("''.split('')"), "[]");
    EXPECT_EQ(result_of("['a', 'b'].join(', ') + ['a', 'b'].join() + [].join(',')"), "\"a, bab\"");
    EXPECT_THAT(result_of("l.join(',')", {{"l", value::list({1})}}), HasSubstr("one item is int"));
}

TEST(Expression, MatchesIsRe2AndFindsAPart)
{
    EXPECT_EQ(result_of("'E-0042'.matches('^E-[0-9]{4}$') && matches('xay', 'a')"), "true");
    EXPECT_EQ(result_of("'ab'.matches(p)", {{"p", "^b"}}), "false");
    EXPECT_EQ(result_of("'ab'.matches(p)", {{"p", "("}}), "error: the pattern is not valid RE2");
    EXPECT_THAT(problem_of("'ab'.matches('a(')"), StartsWith("13+4: the pattern is not valid RE2: "));
    EXPECT_THAT(problem_of(R"(x.matches("(a)\\1"))"), HasSubstr("not valid RE2"))
        << "back references need no linear time";
}

TEST(Expression, ConversionsRefuseWhatWouldChangeTheMeaning)
{
    EXPECT_EQ(result_of("int('-42') + int(1.9) + int(timestamp('1970-01-01T00:00:07Z'))"), "-34");
    for (auto const* const text : {"''", "' 1'", "'+1'", "'1.0'", "'0x1'", "'9223372036854775808'"})
        EXPECT_THAT(result_of("int(" + std::string(text) + ")"), StartsWith("error: int() of a string")) << text;
    EXPECT_EQ(result_of("int(9223372036854775807.0)"), "error: int() of a double that no int can hold");
    EXPECT_EQ(result_of("double('1e3') == 1000.0"), "true");
    for (auto const* const text : {"'nan'", "'inf'", "'1,5'", "'0x1'", "''"})
        EXPECT_THAT(result_of("double(" + std::string(text) + ")"), StartsWith("error: double() of a string")) << text;
    EXPECT_EQ(result_of("bool('true') && !bool('0')"), "true");
    EXPECT_THAT(result_of("bool('yes')"), StartsWith("error: bool() takes"));
    EXPECT_EQ(result_of("[string(1), string(1.5), string(30.0), string(true), string('a')].join(' ')"),
              "\"1 1.5 30 true a\"");
    EXPECT_EQ(result_of("string(-4.5e-3) + ' ' + string(1e21) + ' ' + string(0.0 / 0.0)"), "\"-0.0045 1e+21 NaN\"");
    EXPECT_THAT(result_of("string(x)", {{"x", nullptr}}),
                AllOf(StartsWith("error: string() takes "), HasSubstr("not null")));
}

TEST(Expression, ErrorsNameKindsAndPathsButNeverTheValues)
{
    bindings const roots{{"person", value::map({{"name", "Secret Person"}, {"age", "four"}})}};
    for (auto const* const text :
         {"int(person.age)", "person.name + 1", "person.name.x", "duration(person.name)", "date(person.name)",
          "timestamp(person.name)", "person.name < 1", "person[person.name]", "double(person.name)",
          "bool(person.name)", "'a'.matches(person.name + '(')", "-person.name", "[person.name].join(1)"})
    {
        auto const found = result_of(text, roots);
        EXPECT_THAT(found, testing::Not(HasSubstr("Secret"))) << text;
        EXPECT_THAT(found, testing::Not(HasSubstr("four"))) << text;
        EXPECT_THAT(found, testing::MatchesRegex("(error|missing): .*")) << text;
    }
}

} // namespace
} // namespace jmld::engine::expression
