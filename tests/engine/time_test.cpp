// The text forms of time: what is written, what is read, and that one is the inverse of the other.
// Nothing here depends on the time of day or the machine's zone.
#include "engine/time.hpp"

#include "engine/random_source.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace jmld {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

constexpr date some_day = std::chrono::year(2026) / 11 / 24;
constexpr time_point some_time = sys_days(some_day) + 14h + 36min + 21s;
constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

TEST(Time, WritesMillisecondsOnlyWhereThereAreSome)
{
    EXPECT_EQ(to_rfc3339(some_time), "2026-11-24T14:36:21Z");
    EXPECT_EQ(to_rfc3339(some_time + 7ms), "2026-11-24T14:36:21.007Z");
    EXPECT_EQ(to_rfc3339(time_point(-1ms)), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339(time_point(duration(most))), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339(time_point(duration(least))), "0000-01-01T00:00:00Z");
}

TEST(Time, ReadsOffsetsAndFractions)
{
    EXPECT_EQ(parse_rfc3339("2026-11-24T14:36:21Z"), some_time);
    EXPECT_EQ(parse_rfc3339("2026-11-24t14:36:21z"), some_time);
    EXPECT_EQ(parse_rfc3339("2026-11-24T16:36:21+02:00"), some_time);
    EXPECT_EQ(parse_rfc3339("2026-11-24T09:06:21-05:30"), some_time);
    EXPECT_EQ(parse_rfc3339("2026-11-25T00:36:21+10:00"), some_time);
    EXPECT_EQ(parse_rfc3339("2026-11-24T14:36:21.5Z"), some_time + 500ms);
    EXPECT_EQ(parse_rfc3339("2026-11-24T14:36:21.0079999999999Z"), some_time + 7ms);
    EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.999Z"), time_point(-1ms));
    EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), parse_rfc3339("2017-01-01T00:00:00Z"));
    EXPECT_EQ(parse_rfc3339("2017-01-01T00:59:60+01:00"), parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(Time, RefusesWhatIsNoInstant)
{
    for (auto const text : {"",
                            "2026-11-24",
                            "2026-11-24T14:36:21",
                            "2026-11-24 14:36:21Z",
                            "2026-11-24T14:36Z",
                            "2026-11-24T24:00:00Z",
                            "2026-11-24T14:60:00Z",
                            "2026-11-24T14:36:60Z",
                            "2026-11-24T14:36:61Z",
                            "2026-02-29T00:00:00Z",
                            "2026-13-01T00:00:00Z",
                            "2026-00-01T00:00:00Z",
                            "2026-11-24T14:36:21.Z",
                            "2026-11-24T14:36:21,5Z",
                            "2026-11-24T14:36:21+2:00",
                            "2026-11-24T14:36:21+0200",
                            "2026-11-24T14:36:21+24:00",
                            "2026-11-24T14:36:21+02:60",
                            "2026-11-24T14:36:21ZZ",
                            " 2026-11-24T14:36:21Z",
                            "2026-11-24T14:36:21Z ",
                            "-026-11-24T14:36:21Z",
                            "20261124T143621Z",
                            "2026-11-24T14:36:21+"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Time, InstantsSurviveTheirText)
{
    seeded_random random(1);
    auto const first = parse_rfc3339("0000-01-01T00:00:00Z")->time_since_epoch().count();
    auto const last = parse_rfc3339("9999-12-31T23:59:59.999Z")->time_since_epoch().count();
    for (int i = 0; i < 2000; ++i) {
        auto const span = static_cast<std::uint64_t>(last - first) + 1;
        time_point const instant(duration(first + static_cast<std::int64_t>(random.next() % span)));
        EXPECT_EQ(parse_rfc3339(to_rfc3339(instant)), instant) << to_rfc3339(instant);
    }
}

TEST(Time, ReadsAndWritesDates)
{
    EXPECT_EQ(to_text(some_day), "2026-11-24");
    EXPECT_EQ(to_text(date(std::chrono::year(7) / 4 / 1)), "0007-04-01");
    EXPECT_EQ(parse_date("2026-11-24"), some_day);
    EXPECT_EQ(parse_date("2024-02-29"), date(std::chrono::year(2024) / 2 / 29));
    for (auto const text : {"", "2026-11-2", "2026-11-241", "26-11-24", "2026-1-24", "2026-02-29", "2026-04-31",
                            "2026-00-10", "2026-10-00", "2026/11/24", "2026-11-24T", " 2026-11-24", "+026-11-24"})
        EXPECT_FALSE(parse_date(text)) << text;
}

TEST(Time, WritesDurationsShort)
{
    EXPECT_EQ(to_text(duration(0)), "0s");
    EXPECT_EQ(to_text(duration(36h)), "1d12h");
    EXPECT_EQ(to_text(duration(90min)), "90m");
    EXPECT_EQ(to_text(duration(168h)), "7d");
    EXPECT_EQ(to_text(duration(-168h)), "-7d");
    EXPECT_EQ(to_text(duration(250ms)), "250ms");
    EXPECT_EQ(to_text(duration(1500ms)), "1500ms");
    EXPECT_EQ(to_text(duration(24h + 1ms)), "1d1ms");
    EXPECT_EQ(to_text(duration(5s)), "5s");
}

TEST(Time, ReadsDurations)
{
    EXPECT_EQ(parse_duration("30s"), duration(30s));
    EXPECT_EQ(parse_duration("5m"), duration(5min));
    EXPECT_EQ(parse_duration("1d12h"), duration(36h));
    EXPECT_EQ(parse_duration("1d2h3m4s5ms"), duration(26h + 3min + 4s + 5ms));
    EXPECT_EQ(parse_duration("250ms"), duration(250));
    EXPECT_EQ(parse_duration("1.5h"), duration(90min));
    EXPECT_EQ(parse_duration("0.25d"), duration(6h));
    EXPECT_EQ(parse_duration("-7d"), duration(-168h));
    EXPECT_EQ(parse_duration("-0s"), duration(0));
    EXPECT_EQ(parse_duration("1500us"), duration(1));
    EXPECT_EQ(parse_duration("2000000ns"), duration(2));
    EXPECT_EQ(parse_duration("0.0000000000000000000000001s"), duration(0));
    EXPECT_EQ(parse_duration("9223372036854775807ms"), duration(most));
    EXPECT_EQ(parse_duration("-9223372036854775808ms"), duration(least));
}

TEST(Time, RefusesWhatIsNoDuration)
{
    for (auto const text : {"",
                            "-",
                            "5",
                            "s",
                            "1x",
                            "1.s",
                            ".5s",
                            "1..5s",
                            "5 s",
                            " 5s",
                            "5s ",
                            "+5s",
                            "--5s",
                            "1h-5m",
                            "5m1h",
                            "1h1h",
                            "1sm",
                            "1S",
                            "1e3s",
                            "1mss",
                            "5s3",
                            "1,5h",
                            "1w",
                            "106751991168d",
                            "9223372036854775808ms",
                            "-9223372036854775809ms",
                            "18446744073709551616ns"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Time, DurationsSurviveTheirText)
{
    seeded_random random(2);
    for (int i = 0; i < 2000; ++i) {
        duration const length(static_cast<std::int64_t>(random.next()) >> (random.next() % 64));
        EXPECT_EQ(parse_duration(to_text(length)), length) << to_text(length);
    }
    for (auto const count : {most, least, least + 1})
        EXPECT_EQ(parse_duration(to_text(duration(count))), duration(count));
}

} // namespace
} // namespace jmld
