// The short form of the ten thousand: enough people that the smallest bucket is full for an hour.
#include "tests/simulation/crowd/crowd.hpp"

#include <gtest/gtest.h>

namespace jmld::simulation {
namespace {

using namespace std::chrono_literals;

TEST(Crowd, UsesWhatIsAllowedAndIsHardlyEverRefused)
{
    const auto report = play_crowd(500, token_limits());
    EXPECT_EQ(report.joined, 500);
    ASSERT_FALSE(report.buckets.empty());
    EXPECT_GE(report.buckets.front().used, 0.95) << describe(report);
    EXPECT_LE(report.refused_share(), 0.001) << describe(report);
}

TEST(Crowd, AnUrgentLeaverIsNotHeldUpByIt)
{
    const auto report = play_crowd(300, token_limits());
    ASSERT_TRUE(report.urgent_contained) << "her sessions were never ended";
    EXPECT_LE(*report.urgent_contained, duration(30s)) << describe(report);
}

// Of the ten thousand accounts of an older directory the first two hundred.
TEST(Crowd, AnImportWithPasswordHooksStaysWithinTheLimits)
{
    const auto report = play_import(200, token_limits());
    EXPECT_EQ(report.joined, 200) << describe(report);
    EXPECT_EQ(report.refused, 0) << describe(report);
}

} // namespace
} // namespace jmld::simulation
