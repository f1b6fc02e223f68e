// What is refused before anything runs: syntax, unknown names, kinds that are known to be wrong, and what CEL has and
// we do not.
#include "tests/engine/expression/evaluating.hpp"

#include <gmock/gmock.h>

namespace jmld::engine::expression {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

shape some_roots()
{
    auto const outputs = shape::closed({{"id", {}}, {"login", {}}});
    shape list;
    list.element = std::make_shared<const shape>(outputs);
    return shape::closed(
        {{"event", shape::closed({{"type", {}}, {"worker", shape::closed({{"kind", {}}, {"department", {}}})}})},
         {"steps", shape::closed({{"create_user", shape::closed({{"outputs", outputs}})},
                                  {"apps", shape::closed({{"outputs", list}})}})},
         {"body", shape::any()}});
}

std::string checked(std::string_view text) { return problem_of(text, some_roots()); }

TEST(ExpressionNames, AnUnknownNameIsRefusedAtItsPlaceWithTheNearestKnownOne)
{
    EXPECT_EQ(checked("steps.create_usr.outputs.id"),
              "6+10: unknown name 'steps.create_usr'; did you mean 'create_user'?");
    EXPECT_EQ(checked("1 + evnt.type"), "4+4: unknown name 'evnt'; did you mean 'event'?");
    EXPECT_EQ(checked("secrets.token"), "0+7: unknown name 'secrets'; known are body, event, steps");
    EXPECT_EQ(checked("event.worker['knd'] == 'x'"), "13+6: unknown name 'event.worker.knd'; did you mean 'kind'?");
    EXPECT_EQ(checked("has(event.worker.x)"), "17+1: unknown name 'event.worker.x'; known are department, kind");
    EXPECT_EQ(checked("body.anything.goes && event.worker.kind.whatever"), "accepted");
}

TEST(ExpressionNames, ItemsOfAListKeepTheirNames)
{
    EXPECT_EQ(checked("steps.apps.outputs.map(o, o.id)"), "accepted");
    EXPECT_THAT(checked("steps.apps.outputs.map(o, o.idd)"), EndsWith("unknown name 'idd'; did you mean 'id'?"));
    EXPECT_THAT(checked("steps.apps.outputs.filter(o, true)[0].idd"), HasSubstr("'idd'"));
    EXPECT_THAT(checked("steps.apps.outputs.map(o, o)[0].idd"), HasSubstr("'idd'"));
    EXPECT_THAT(checked("steps.apps.outputs[0].logn"),
                AllOf(HasSubstr("'steps.apps.outputs.0.logn'"), HasSubstr("'login'")));
}

TEST(ExpressionNames, ReadsAreTheLongestConstantPathsWithoutVariables)
{
    auto const reads = [](std::string_view text) { return compile(text, shape::any())->reads(); };
    EXPECT_THAT(reads("a.b.c + a.b.c + a['d'][0].e"), ElementsAre(path{"a", "b", "c"}, path{"a", "d", "0", "e"}));
    EXPECT_THAT(reads("a[b.c].d"), ElementsAre(path{"a"}, path{"b", "c"}));
    EXPECT_THAT(reads("a.b.filter(x, x.y == z.w)"), ElementsAre(path{"a", "b"}, path{"z", "w"}));
    EXPECT_THAT(reads("coalesce(a.b, has(c.d) ? e : [f.g][0].h)"),
                ElementsAre(path{"a", "b"}, path{"c", "d"}, path{"e"}, path{"f", "g"}));
    EXPECT_THAT(reads("1 + 2"), IsEmpty());
    EXPECT_THAT(program().reads(), IsEmpty());
}

TEST(ExpressionKinds, KindsThatCannotFitAreRefusedBeforeAnythingRuns)
{
    EXPECT_EQ(problem_of("size(x) == '3'"), "0+14: int and string are never equal");
    EXPECT_THAT(problem_of("'a' + 1"), HasSubstr("convert with string()"));
    EXPECT_THAT(problem_of("'a' - x"), StartsWith("0+7: '-' cannot take string on its left"));
    EXPECT_THAT(problem_of("!size(x)"), StartsWith("1+7: '!' takes a bool; this is int"));
    EXPECT_THAT(problem_of("'x'.startsWith(1)"),
                StartsWith("15+1: startsWith() takes string in the brackets, not int"));
    EXPECT_THAT(problem_of("size(1)"), HasSubstr("size() takes string, list or map, not int"));
    EXPECT_THAT(problem_of("(1).x"), HasSubstr("only a map has members; this is int"));
    EXPECT_THAT(problem_of("[1]['a']"), HasSubstr("the place in a list is an int"));
    EXPECT_THAT(problem_of("{'a': 1}[0]"), HasSubstr("the keys of a map are strings"));
    EXPECT_THAT(problem_of("size(x) ? 1 : 2"), HasSubstr("before '?' is a bool"));
    EXPECT_THAT(problem_of("'abc'.map(c, c)"), HasSubstr("this is string"));
    EXPECT_THAT(problem_of("x.filter(i, 'a' + i)"), HasSubstr("the condition on each item is a bool"));
    EXPECT_THAT(problem_of("null < 1"), HasSubstr("cannot order null and int"));
}

TEST(ExpressionSyntax, MistakesAreToldAtTheirPlace)
{
    EXPECT_EQ(problem_of(""), "0+1: an expression is expected; there is nothing here");
    EXPECT_EQ(problem_of("1 +"), "3+1: a value is expected, but the expression ends");
    EXPECT_EQ(problem_of("(1"), "2+1: ')' is expected, but the expression ends");
    EXPECT_EQ(problem_of("1 2"), "2+1: an operator is expected, but '2' stands here");
    EXPECT_EQ(problem_of("a.b = 1"), "4+1: nothing can be assigned here; a comparison is written ==");
    EXPECT_EQ(problem_of("a & b"), "2+1: write &&");
    EXPECT_EQ(problem_of("a == 1 AND b"), "7+3: write && instead of AND");
    EXPECT_EQ(problem_of("a or b"), "2+2: write || instead of or");
    EXPECT_EQ(problem_of("not a"), "0+3: write ! instead of not");
    EXPECT_EQ(problem_of("'abc"), "0+1: the string that begins here has no end");
    EXPECT_THAT(problem_of(R"("a\d")"), StartsWith("2+1: unknown escape"));
    EXPECT_THAT(problem_of("5m"), HasSubstr("duration(\"5m\")"));
    EXPECT_THAT(problem_of("a ? b"), HasSubstr("':' is expected"));
    EXPECT_THAT(problem_of("if"), HasSubstr("reserved word"));
    EXPECT_THAT(problem_of("{'a': 1, 'a': 2}"), StartsWith("9+3: this key stands in the map twice"));
    EXPECT_THAT(problem_of("x.map(1, 2)"), StartsWith("2+3: map() is written list.map(x, "));
    EXPECT_THAT(problem_of("x.filter(i)"), HasSubstr("filter() is written list.filter(x, condition on x)"));
    EXPECT_THAT(problem_of("has(a)"), HasSubstr("has() asks for a member"));
    EXPECT_THAT(problem_of("coalesce()"), HasSubstr("at least one value"));
    EXPECT_THAT(problem_of("contains('a', 'b')"), HasSubstr("text.contains(part)"));
    EXPECT_THAT(problem_of("'a'.split()"), HasSubstr("text.split(separator[, most])"));
    EXPECT_THAT(problem_of("a.contians('b')"),
                StartsWith("2+8: unknown function 'contians'; did you mean 'contains'?"));
    EXPECT_THAT(problem_of("'a\x01b'"), "accepted");
    EXPECT_THAT(problem_of("'\xff'"), HasSubstr("not valid UTF-8"));
}

TEST(ExpressionSyntax, WhatCelHasAndWeLeaveOutIsRefusedWithThatReason)
{
    for (auto const* const text : {"b'x'", "rb'x'", "1u", "0x1U", "uint(1)", "bytes('a')", "dyn(1)", "type(1)", "a.?b",
                                   "a[?'b']", "Msg{a: 1}", "'a'.replace('a', 'b')", "'a'.substring(1)",
                                   "'%d'.format([1])", "timestamp(0).getHours()", "'a'.indexOf('a')"})
        EXPECT_THAT(problem_of(text), HasSubstr("left out")) << text;
    EXPECT_THAT(problem_of("{1: 2}"), HasSubstr("the keys of a map are strings"));
}

TEST(ExpressionSyntax, WritingsOfCelAreRead)
{
    EXPECT_EQ(result_of("'a' // a comment\n + \"b\""), "\"ab\"");
    EXPECT_EQ(result_of(R"(r'\d' + R"\"" + '''it's''' + """a
b""")"),
              R"("\\d\\\"it'sa\nb")");
    EXPECT_EQ(result_of("[1, 2,].size() + {'a': 1,}.size()"), "3");
    EXPECT_EQ(result_of("{'for': 5.0}.for == .5e1 ? 1 : 2"), "1");
    EXPECT_EQ(result_of("true ? false ? 1 : 2 : 3"), "error: refused: ':' is expected, but '?' stands here")
        << "as in CEL's grammar";
    EXPECT_EQ(result_of("true ? (false ? 1 : 2) : 3"), "2");
    EXPECT_EQ(result_of("false ? 1 : true ? 2 : 3"), "2");
}

TEST(Suggestion, IsTheNearestWordAndNothingWhenAllAreFar)
{
    EXPECT_EQ(suggest("creat_user", {"groups", "create_user", "create_users"}), "create_user");
    EXPECT_EQ(suggest("frist_name", {"last_name", "first_name"}), "first_name");
    EXPECT_EQ(suggest("Event", {"event"}), "event");
    EXPECT_EQ(suggest("a", {"b", "c"}), "");
    EXPECT_EQ(suggest("manager", {"email", "title"}), "");
    EXPECT_EQ(suggest("", {"a"}), "");
    EXPECT_EQ(suggest(std::string(100'000, 'a'), {"a"}), "");
}

} // namespace
} // namespace jmld::engine::expression
