// Identifiers: 26 characters that sort by time and are made of the handed-in clock and chance only.
#include "engine/ids.hpp"

#include <gtest/gtest.h>

#include <set>

namespace jmld::testing {
namespace {

TEST(Ids, AnUlidIsItsTimeAndItsChance)
{
    seeded_random chance(7), same(7), other(8);
    const time_point now{duration(1'469'918'176'385)};
    const auto id = make_ulid(now, chance);
    EXPECT_EQ(id.size(), 26U);
    EXPECT_EQ(id.substr(0, 10), "01ARYZ6S41") << "the example of the ULID specification";
    EXPECT_EQ(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos);
    EXPECT_EQ(make_ulid(now, same), id);
    EXPECT_NE(make_ulid(now, other), id);
}

TEST(Ids, SortByTime)
{
    seeded_random chance(1);
    const time_point now{duration(1'800'000'000'000)};
    EXPECT_LT(make_ulid(now, chance), make_ulid(now + duration(1), chance));
}

TEST(Ids, OfTheSameMillisecondDiffer)
{
    seeded_random chance(1);
    std::set<std::string> made;
    for (int i = 0; i < 1000; ++i)
        made.insert(make_ulid(time_point{duration(1)}, chance));
    EXPECT_EQ(made.size(), 1000U);
}

TEST(Ids, CarryTheirKind)
{
    seeded_random chance(1);
    EXPECT_TRUE(make_id<run_id>("run", time_point{}, chance).text.starts_with("run_"));
}

} // namespace
} // namespace jmld::testing
