// Dates, instants and lengths of time: what may be added to what, and what is refused instead of rounded.
#include "tests/engine/expression/evaluating.hpp"

#include <gmock/gmock.h>

namespace jmld::engine::expression {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ExpressionTimes, ADateMovesByWholeDaysOnly)
{
    bindings const roots{{"event", value::map({{"start", *parse_date("2026-03-01")}})},
                         {"policy", value::map({{"pre_hire", duration(std::chrono::days(7))}})}};
    EXPECT_EQ(result_of("event.start - policy.pre_hire", roots), "date \"2026-02-22\"");
    EXPECT_EQ(result_of("event.start + duration('1d')", roots), "date \"2026-03-02\"");
    EXPECT_EQ(result_of("duration('24h') + event.start", roots), "date \"2026-03-02\"");
    EXPECT_EQ(result_of("event.start - duration('-1d')", roots), "date \"2026-03-02\"");
    EXPECT_THAT(result_of("event.start - duration('36h')", roots),
                StartsWith("error: a date moves by whole days only"));
    EXPECT_THAT(result_of("event.start + 7", roots), HasSubstr("a length of time is written duration(\"7d\")"));
    EXPECT_EQ(result_of("event.start - date('2026-02-22')", roots), "duration \"7d\"");
    EXPECT_EQ(result_of("date('2024-02-28') + duration('1d')"), "date \"2024-02-29\"");
}

TEST(ExpressionTimes, TimestampsMoveByAnyLengthAndGiveOne)
{
    EXPECT_EQ(result_of("timestamp('2026-01-31T23:59:59.5Z') + duration('500ms')"),
              "timestamp \"2026-02-01T00:00:00Z\"");
    EXPECT_EQ(result_of("duration('1h') + timestamp(0)"), "timestamp \"1970-01-01T01:00:00Z\"");
    EXPECT_EQ(result_of("timestamp('2026-01-02T01:00:00+01:00') - timestamp('2026-01-01T00:00:00Z')"),
              "duration \"1d\"");
    EXPECT_EQ(result_of("duration('1d12h') + duration('90m') - duration('-30m')"), "duration \"1d14h\"");
    EXPECT_EQ(result_of("duration('1.5h') == duration('90m')"), "true");
    EXPECT_THAT(problem_of("timestamp(0) - date('2026-01-01')"),
                HasSubstr("a date is a day somewhere and a timestamp an instant"));
}

TEST(ExpressionTimes, TheyCompareWithinTheirKindOnly)
{
    EXPECT_EQ(result_of("date('2026-01-02') > date('2026-01-01') && timestamp(1) > timestamp(0) && duration('2h') > "
                        "duration('90m')"),
              "true");
    EXPECT_THAT(problem_of("date('2026-01-02') > timestamp(0)"),
                StartsWith("0+33: '>' cannot order date and timestamp"));
    EXPECT_THAT(result_of("d > t", {{"d", *parse_date("2026-01-01")}, {"t", "2026-01-01"}}),
                HasSubstr("a string is read with date()"));
    EXPECT_EQ(result_of("d == t", {{"d", *parse_date("2026-01-01")}, {"t", "2026-01-01"}}), "false");
    EXPECT_EQ(problem_of("date('2026-01-02') == '2026-01-02'"), "0+34: date and string are never equal");
}

TEST(ExpressionTimes, WrittenWrongIsRefusedWhenCompiledAndAnErrorInData)
{
    EXPECT_THAT(problem_of("duration('7')"), StartsWith("9+3: duration() takes a number with its unit"));
    EXPECT_THAT(problem_of("date('2026-02-30')"), StartsWith("5+12: date() takes a day that exists"));
    EXPECT_THAT(problem_of("timestamp('2026-02-03')"), HasSubstr("a day alone is date(\"2027-02-01\")"));
    EXPECT_THAT(result_of("date(x)", {{"x", "tomorrow"}}), StartsWith("error: date() takes"));
    EXPECT_THAT(problem_of("date(timestamp(0))"), HasSubstr("date() takes string or date, not timestamp"));
    EXPECT_THAT(problem_of("x + duration('7d') + duration(7)"),
                HasSubstr("duration() takes string or duration, not int"));
}

TEST(ExpressionTimes, ConstantsFinerThanMillisecondsAreRefusedAndDataIsCut)
{
    for (auto const* const text : {"timestamp('2026-01-01T00:00:00.0001Z')", "duration('1ns')", "duration('0.0005s')",
                                   "duration('1.5ms')", "duration('1500us')", "duration('0.000001m')"})
        EXPECT_THAT(problem_of(text), HasSubstr("whole milliseconds")) << text;
    for (auto const* const text :
         {"timestamp('2026-01-01T00:00:00.123000Z')", "duration('0.0005h')", "duration('0.125s')",
          "duration('1.5h30m')", "duration('0.1d')", "duration('0ns')", "timestamp('2026-01-01T00:00:00.5+01:00')"})
        EXPECT_EQ(problem_of(text), "accepted") << text;
    EXPECT_EQ(result_of("timestamp(x)", {{"x", "2026-01-01T00:00:00.123999Z"}}),
              "timestamp \"2026-01-01T00:00:00.123Z\"");
}

TEST(ExpressionTimes, OutsideOfTheirRangeIsAnError)
{
    EXPECT_THAT(result_of("date('9999-12-31') + duration('1d')"), HasSubstr("outside of the years 1 to 9999"));
    EXPECT_THAT(result_of("timestamp('0001-01-01T00:00:00Z') - duration('1ms')"),
                HasSubstr("outside of the years 1 to 9999"));
    EXPECT_THAT(result_of("timestamp(x)", {{"x", INT64_MAX}}), HasSubstr("outside of the years 1 to 9999"));
    EXPECT_THAT(result_of("duration('100000d') + duration('100000d')"), HasSubstr("over 292 years"));
    EXPECT_THAT(result_of("x - y", {{"x", duration(INT64_MIN)}, {"y", duration(INT64_MIN)}}),
                HasSubstr("over 292 years"));
    EXPECT_THAT(result_of("x - y", {{"x", time_point(duration(INT64_MIN))}, {"y", duration(1)}}),
                HasSubstr("outside of the years"));
}

TEST(ExpressionTimes, StringGivesTheFormThatIsReadBack)
{
    EXPECT_EQ(result_of("string(date('2026-04-01')) + ' ' + string(timestamp('2026-04-01T02:00:00+02:00'))"),
              "\"2026-04-01 2026-04-01T00:00:00Z\"");
    EXPECT_EQ(result_of("string(duration('1d')) + ' ' + string(duration('-250ms'))"), "\"86400s -0.25s\"");
    EXPECT_EQ(result_of("duration(string(x)) == x", {{"x", duration(-90'061'007)}}), "true");
}

} // namespace
} // namespace jmld::engine::expression
