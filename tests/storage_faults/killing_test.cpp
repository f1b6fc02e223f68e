// kill -9 at each call that changes the database's files. What was promised by then is kept, what was begun is
// finished, and nothing is done twice.
#include "tests/storage_faults/trial.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace jmld::storage_faults {
namespace {

constexpr int killed = 128 + SIGKILL;
constexpr milliseconds no_matter{30'000};

/// From the delivery to the end of the run. False when all was over before that call.
bool dies_at(trial& one, fault how, std::uint64_t call)
{
    SCOPED_TRACE(to_text({.what = how, .at = call}));
    one.disk().arm({.what = how, .at = call});
    one.hand_in_next();
    one.go_on(no_matter);
    const bool met = one.disk().hits() > 0;
    if (met) {
        EXPECT_EQ(ended(one.here(), no_matter), killed);
    }
    one.settle();
    return met;
}

TEST(StorageKilled, AtAnyCallOfAHireItIsFinishedAfterwards)
{
    trial one;
    one.here().start();
    std::uint64_t call = 1, points = 0;
    // A prime step meets writes, syncs and both halves of each commit.
    for (const std::uint64_t step = exhaustive() ? 1 : 5; dies_at(one, fault::kill, call); call += step)
        ++points;
    EXPECT_GE(points, 3U);
    one.finish();
}

TEST(StorageKilled, InTheMiddleOfAWriteItIsFinishedAfterwards)
{
    trial one;
    one.here().start();
    std::uint64_t call = 2, points = 0;
    for (const std::uint64_t step = exhaustive() ? 1 : 5; dies_at(one, fault::tear, call); call += step)
        ++points;
    EXPECT_GE(points, 2U);
    one.finish();
}

TEST(StorageKilled, WhileItRecoversItRecoversTheNextTime)
{
    trial one;
    one.here().start();
    one.hand_in_next();
    one.here().kill(); // with a log that has to be recovered and a hire that has to be taken up
    const std::uint64_t step = exhaustive() ? 1 : 7;
    std::uint64_t call = 1, points = 0;
    for (;; call += step) {
        SCOPED_TRACE(call);
        one.disk().arm({.what = fault::kill, .at = call});
        one.here().launch();
        if (one.here().listening())
            one.go_on(no_matter);
        if (one.disk().hits() == 0)
            break;
        EXPECT_EQ(ended(one.here(), no_matter), killed);
        ++points;
    }
    EXPECT_GE(points, 3U);
    one.settle();
    one.finish();
}

TEST(StorageKilled, WhileTheLogIsCopiedBackNothingIsLost)
{
    trial one;
    one.copy_back_early();
    one.here().start();
    std::uint64_t call = 1;
    int points = 0;
    for (;; call += exhaustive() ? 1 : 41, ++points) {
        SCOPED_TRACE(call);
        const auto what = points % 2 == 0 ? fault::kill : fault::tear;
        one.disk().arm({.what = what, .at = call, .files = database_file});
        one.fill_the_log();
        if (one.disk().hits() == 0)
            break;
        EXPECT_EQ(ended(one.here(), no_matter), killed);
        one.settle();
        one.empty_the_log(); // or the next has more to copy than this one had
    }
    EXPECT_GE(points, 3);
    one.disk().heal();
    one.finish();
}

TEST(StorageKilled, WhileItStopsNothingIsLost)
{
    trial one;
    const std::uint64_t step = exhaustive() ? 1 : 11;
    for (std::uint64_t call = 1;; call += step) {
        SCOPED_TRACE(call);
        one.here().start();
        EXPECT_EQ(one.here().stop(), 0); // or each would have what the last one left to copy back as well
        one.here().start();
        one.hand_in_next();
        one.settle();
        one.disk().arm({.what = fault::kill, .at = call});
        one.here().daemon().signal(SIGTERM);
        EXPECT_TRUE(one.here().daemon().rest(no_matter));
        if (one.disk().hits() == 0)
            break;
        EXPECT_EQ(end_to_end::integrity_of(one.here().database()), "ok");
    }
    EXPECT_GE(one.disk().points(), 3);
    one.disk().heal();
    one.here().start();
    one.finish();
}

} // namespace
} // namespace jmld::storage_faults
