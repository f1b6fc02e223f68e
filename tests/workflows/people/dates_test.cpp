// Days begin and end by the person's calendar, also where midnight is missing, comes twice, or a whole day does.
#include "workflows/people/dates.hpp"

#include <gtest/gtest.h>

namespace jmld::workflows {
namespace {

date day(std::string_view text) { return parse_date(text).value(); }
std::string first(std::string_view on, std::string_view zone) { return to_rfc3339(first_instant(day(on), zone)); }
std::string end(std::string_view on, std::string_view zone) { return to_rfc3339(end_of_day(day(on), zone)); }

struct row
{
    const char *day, *zone, *begins, *ends;
};
void PrintTo(const row& one, std::ostream* out) { *out << one.day << " in " << one.zone; }
class Days : public testing::TestWithParam<row>
{};

TEST_P(Days, BeginAtTheirFirstInstantAndEndAtTheNextOnes)
{
    EXPECT_EQ(first(GetParam().day, GetParam().zone), GetParam().begins);
    EXPECT_EQ(end(GetParam().day, GetParam().zone), GetParam().ends);
}

INSTANTIATE_TEST_SUITE_P(
    Zones, Days,
    testing::Values(row{"2026-12-07", "Australia/Melbourne", "2026-12-06T13:00:00Z", "2026-12-07T13:00:00Z"},
                    row{"2026-11-24", "Asia/Tokyo", "2026-11-23T15:00:00Z", "2026-11-24T15:00:00Z"},
                    row{"2026-04-01", "America/Los_Angeles", "2026-04-01T07:00:00Z", "2026-04-02T07:00:00Z"},
                    row{"2026-01-01", "Asia/Kathmandu", "2025-12-31T18:15:00Z", "2026-01-01T18:15:00Z"},
                    // The day on which clocks go forward has 23 hours, the day they go back has 25.
                    row{"2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
                    row{"2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
                    // Midnight does not exist: the day begins at one o'clock.
                    row{"2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
                    // Midnight comes once although 23 o'clock comes twice.
                    row{"2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"},
                    // Midnight comes twice: the day begins with the first.
                    row{"2025-11-02", "America/Havana", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"},
                    // A day that was left out begins and ends at the same instant.
                    row{"2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
                    row{"2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"}));

TEST(Dates, WholeDaysBeforeADateAreCountedInTheCalendar)
{
    // Clocks go forward within the seven days: 167 hours, still the same hour of the day.
    const auto start = day("2026-10-08");
    EXPECT_EQ(to_rfc3339(first_instant_minus(start, duration{7 * 86'400'000LL}, "Australia/Melbourne")),
              "2026-09-30T14:00:00Z");
    EXPECT_EQ(first("2026-10-08", "Australia/Melbourne"), "2026-10-07T13:00:00Z");
    EXPECT_EQ(to_rfc3339(first_instant_minus(start, duration{86'400'000LL + 7'200'000}, "Australia/Melbourne")),
              "2026-10-06T11:00:00Z");
}

TEST(Dates, AnInstantFallsOnTheLocalDay)
{
    EXPECT_EQ(jmld::to_text(local_day(parse_rfc3339("2026-12-06T13:00:00Z").value(), "Australia/Melbourne")),
              "2026-12-07");
    EXPECT_EQ(jmld::to_text(local_day(parse_rfc3339("2026-12-06T12:59:59.999Z").value(), "Australia/Melbourne")),
              "2026-12-06");
}

TEST(Dates, TheZoneIsTheWorkersThenTheCompanysThenUtc)
{
    worker who;
    policy rules;
    EXPECT_EQ(zone_of(who, rules).name, "UTC");
    rules.company_time_zone = "Europe/Berlin";
    EXPECT_EQ(zone_of(who, rules).name, "Europe/Berlin");
    who.time_zone = "Asia/Tokyo";
    EXPECT_EQ(zone_of(who, rules).name, "Asia/Tokyo");
    EXPECT_TRUE(zone_of(who, rules).warning.empty());
    who.time_zone = "Asia/Tokio";
    EXPECT_EQ(zone_of(who, rules).name, "Europe/Berlin");
    EXPECT_NE(zone_of(who, rules).warning.find("Europe/Berlin"), std::string::npos);
}

} // namespace
} // namespace jmld::workflows
