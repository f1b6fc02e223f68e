// An error at each call on the database's files, once and for good. A log that fails ends the process with its own code
// before anything more is promised; a full disk is waited out; after either, nothing promised is missing.
#include "tests/storage_faults/trial.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace jmld::storage_faults {
namespace {

using testing::AnyOf;

constexpr int cannot_start = 71;
constexpr milliseconds moment{250}, no_matter{30'000};

/// After it the files can no longer be trusted by this process.
bool is_final(const faulty_disk& disk, const order& what)
{
    const bool durable_file = disk.met_file() == log_file || disk.met_file() == database_file;
    const bool full = what.error == ENOSPC && disk.met_call() == write_call;
    const auto final_calls = write_call | sync_call | truncate_call;
    return what.what == fault::fail && durable_file && !full && (disk.met_call() & final_calls) != 0;
}

void expect_the_end(trial& one)
{
    // Whoever asks now gets anything but a promise, until nobody is there to ask.
    one.hand_in(end_to_end::hire("too-late", {.number = "300001", .last = "Late"}), "too-late");
    EXPECT_THAT(one.promised(), testing::Not(testing::Contains("too-late")));
    EXPECT_EQ(ended(one.here(), no_matter), storage_failed) << one.disk().met();
}

void expect_room_is_waited_for(trial& one, const order& what)
{
    EXPECT_FALSE(ended(one.here(), milliseconds(0))) << one.here().log();
    if (!what.sticky || one.disk().met_file() != log_file)
        return;
    EXPECT_EQ(one.hand_in(end_to_end::hire("no-room", {.number = "300002", .last = "Roomless"}), "no-room"), 503);
    const auto ready = one.here().try_ask("GET", "/readyz");
    EXPECT_TRUE(ready && ready->status == 503);
}

/// From the delivery to the end of the run. False when all was over before that call.
bool fails_at(trial& one, const order& what)
{
    SCOPED_TRACE(to_text(what));
    one.disk().arm(what);
    one.hand_in_next();
    one.go_on(moment);
    const bool met = one.disk().hits() > 0;
    SCOPED_TRACE(one.disk().met());
    if (met && is_final(one.disk(), what))
        expect_the_end(one);
    else if (met && what.error == ENOSPC)
        expect_room_is_waited_for(one, what);
    else if (const auto code = ended(one.here(), milliseconds(0)))
        EXPECT_EQ(*code, storage_failed) << one.here().log();
    one.settle();
    return met;
}

std::uint64_t sweep(trial& one, order what, std::uint64_t step)
{
    std::uint64_t points = 0;
    for (; fails_at(one, what); what.at += exhaustive() ? 1 : step)
        ++points;
    return points;
}

TEST(StorageFails, AnErrorOfTheLogEndsTheProcessBeforeAnythingMoreIsPromised)
{
    trial one;
    one.here().start();
    EXPECT_GE(sweep(one, {.what = fault::fail, .at = 1, .error = EIO}, 5), 3U);
    EXPECT_GE(sweep(one, {.what = fault::fail, .at = 7, .sticky = true, .error = EIO}, 7), 2U);
    one.finish();
}

TEST(StorageFails, AFailedSyncIsFinal)
{
    trial one;
    one.here().start();
    EXPECT_GE(sweep(one, {.what = fault::fail, .at = 1, .error = EIO, .calls = sync_call}, 7), 2U);
    EXPECT_GE(sweep(one, {.what = fault::fail, .at = 3, .error = ENOSPC, .calls = sync_call}, 11), 1U);
    one.finish();
}

TEST(StorageFails, AFullDiskIsWaitedOut)
{
    trial one;
    one.here().start();
    const auto growing = write_call | open_call | map_call;
    EXPECT_GE(sweep(one, {.what = fault::fail, .at = 1, .error = ENOSPC, .calls = growing}, 5), 2U);
    EXPECT_GE(sweep(one, {.what = fault::fail, .at = 2, .sticky = true, .error = ENOSPC, .calls = growing}, 7), 2U);
    one.finish();
}

// The index beside the log (-shm) is made anew from the log whenever it is missing: what it lacks is waited for,
// whatever the error. It never shrinks while the process lives, so each error needs a process of its own.
TEST(StorageFails, NoRoomForTheIndexOfTheLogIsWaitedOutToo)
{
    for (const bool sticky : {false, true})
        for (const int error : {ENOSPC, EIO}) {
            const order what{.what = fault::fail,
                             .at = 1,
                             .sticky = sticky,
                             .error = error,
                             .calls = write_call | map_call,
                             .files = index_file};
            SCOPED_TRACE(to_text(what));
            trial one;
            one.here().start();
            one.disk().arm(what);
            one.fill_the_log();
            EXPECT_GT(one.disk().hits(), 0U);
            EXPECT_FALSE(ended(one.here(), milliseconds(0))) << one.here().log();
            one.settle();
            one.empty_the_log();
            one.finish();
        }
}

TEST(StorageFails, AShortWriteIsCarriedOn)
{
    trial one;
    one.here().start();
    EXPECT_GE(sweep(one, {.what = fault::cut_short, .at = 1, .calls = write_call}, 5), 1U);
    EXPECT_GE(sweep(one, {.what = fault::cut_short, .at = 1, .sticky = true, .calls = write_call}, 1'000), 1U);
    one.finish();
}

// Only copying the log back writes to the database itself.
TEST(StorageFails, WhileTheLogIsCopiedBackItEndsTheSameWay)
{
    trial one;
    one.copy_back_early();
    one.here().start();
    for (const int error : {EIO, ENOSPC}) {
        order what{.what = fault::fail, .at = 1, .sticky = error == ENOSPC, .error = error, .files = database_file};
        for (int points = 0;; ++points, what.at += exhaustive() ? 1 : 41) {
            SCOPED_TRACE(to_text(what));
            one.disk().arm(what);
            one.fill_the_log();
            if (one.disk().hits() == 0) {
                EXPECT_GE(points, 3);
                break;
            }
            SCOPED_TRACE(one.disk().met());
            if (is_final(one.disk(), what))
                expect_the_end(one);
            one.settle();
            one.empty_the_log(); // or the next has more to copy than this one had
        }
        one.disk().heal();
    }
    one.finish();
}

TEST(StorageFails, ReadsThatFailLoseNothing)
{
    trial one;
    one.here().start();
    one.hand_in_next();
    one.settle();
    const order what{.what = fault::fail, .at = 1, .error = EIO, .calls = read_call};
    sweep(one, what, 17);
    one.finish();
}

TEST(StorageFails, WhileItStartsItSaysSoAndStartsTheNextTime)
{
    trial one;
    one.here().start();
    one.hand_in_next();
    one.here().kill();
    for (const int error : {EIO, ENOSPC}) {
        order what{.what = fault::fail,
                   .at = 1,
                   .sticky = error == ENOSPC,
                   .error = error,
                   .calls = changing_calls | read_call};
        for (;; what.at += exhaustive() ? 1 : 97) {
            SCOPED_TRACE(to_text(what));
            one.disk().arm(what);
            one.here().launch();
            const bool up = one.here().listening();
            if (up)
                one.go_on(moment);
            if (one.disk().hits() == 0)
                break;
            SCOPED_TRACE(one.disk().met());
            one.disk().heal();
            if (one.here().daemon().running()) {
                one.settle();
                one.hand_in_next();
                one.here().kill();
            } else {
                EXPECT_THAT(one.here().daemon().wait(), AnyOf(storage_failed, cannot_start)) << one.here().log();
            }
        }
        one.disk().heal();
        one.here().kill();
    }
    one.settle();
    one.finish();
}

} // namespace
} // namespace jmld::storage_faults
