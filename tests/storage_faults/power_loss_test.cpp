// The power goes: what was synced stays, of the rest any part. Looked at in images of every moment of a busy life, and
// lived through by jmld itself at some of them.
#include "tests/storage_faults/image.hpp"
#include "tests/storage_faults/trial.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace jmld::storage_faults {
namespace {

constexpr milliseconds no_matter{30'000};

/// Hires with a log that is copied back in between, and a clean stop.
std::vector<change> trace_of_a_busy_life(trial& one, const std::filesystem::path& file)
{
    one.disk().trace_to(file);
    one.copy_back_early();
    one.here().start();
    for (int each = 0; each < 6; ++each) {
        one.hand_in_next();
        if (each == 2)
            one.empty_the_log();
    }
    one.settle();
    one.finish();
    return read_trace(file);
}

void expect_whole(const std::filesystem::path& database, const std::vector<std::string>& promised, std::uint64_t count)
{
    const auto found = look_into(database);
    EXPECT_EQ(found.integrity, "ok");
    for (std::size_t each = 0; each < count; ++each)
        EXPECT_TRUE(std::find(found.events.begin(), found.events.end(), promised[each]) != found.events.end())
            << promised[each] << " was answered with 202 and is gone";
}

TEST(StoragePowerLoss, NoImageOfABusyLifeIsDamagedOrMissesAPromise)
{
    trial one;
    const test::temporary_folder folder;
    const auto life = trace_of_a_busy_life(one, folder.file("trace"));
    const auto image_path = std::filesystem::path(folder.file("image.db"));
    std::minstd_rand chance(20'260'401);
    const std::size_t step = exhaustive() ? 1 : life.size() / 60 + 1;
    const int draws = exhaustive() ? 4 : 1;
    int images = 0;
    disk_image disk;
    for (std::size_t at = 0; at < life.size() && !testing::Test::HasFailure(); ++at) {
        SCOPED_TRACE(at);
        // Just before the call: what it says of promises is the most that can have been given by then.
        const auto check = [&](const fate_of_change& choose) {
            disk.write(image_path, choose);
            if (std::filesystem::exists(image_path))
                expect_whole(image_path, one.promised(), life[at].head.promised);
            ++images;
        };
        if (at % step == 0) {
            check(all_are(fate::lost));
            check(all_are(fate::kept));
            for (int each = 0; each < draws && disk.pending() > 0; ++each)
                check(drawn(chance));
        }
        disk.apply(life[at]);
    }
    RecordProperty("images", images);
    EXPECT_GT(life.back().head.promised, 6U); // the hires, and what filled the log
    EXPECT_GE(images, 100);
}

/// jmld has died with what was not synced; the disk is what that leaves. Its changes are written down anew from there.
class losing_disk
{
public:
    explicit losing_disk(trial& one) : one_(one), trace_(one.here().file("trace")) { one.disk().trace_to(trace_); }
    void lose(const fate_of_change& choose)
    {
        for (const auto& next : read_trace(trace_))
            disk_.apply(next);
        disk_.write(one_.here().database(), choose);
        disk_ = disk_image(one_.here().database());
        std::filesystem::resize_file(trace_, 0);
    }

private:
    trial& one_;
    std::filesystem::path trace_;
    disk_image disk_;
};

/// A drive of its own for each sort of end. False when all was over before that call.
bool survives(trial& one, losing_disk& disk, const order& what, const fate_of_change& choose)
{
    SCOPED_TRACE(to_text(what));
    one.disk().arm(what);
    one.hand_in_next();
    one.go_on(milliseconds(200));
    const bool met = one.disk().hits() > 0;
    if (met) {
        EXPECT_TRUE(ended(one.here(), no_matter)) << one.disk().met();
        one.disk().heal();
        disk.lose(choose);
    }
    one.settle();
    return met;
}

TEST(StoragePowerLoss, AHireCutOffByItIsFinishedAfterwards)
{
    trial one;
    losing_disk disk(one);
    one.here().start();
    std::minstd_rand chance(7);
    int points = 0;
    for (std::uint64_t call = 1;; call += exhaustive() ? 1 : 5) {
        const order what{
            .what = points % 2 == 0 ? fault::kill : fault::tear, .at = call, .calls = write_call | sync_call};
        if (!survives(one, disk, what, points % 3 == 0 ? all_are(fate::lost) : drawn(chance)))
            break;
        ++points;
    }
    EXPECT_GE(points, 3);
    one.finish();
}

// After a failed sync the kernel may have dropped the pages; what was promised must not have been among them.
TEST(StoragePowerLoss, AfterAFailedSyncNothingPromisedWasInWhatIsGone)
{
    trial one;
    losing_disk disk(one);
    one.here().start();
    int points = 0;
    for (std::uint64_t call = 1;; call += exhaustive() ? 1 : 9) {
        const order what{.what = fault::fail, .at = call, .error = EIO, .calls = sync_call};
        if (!survives(one, disk, what, all_are(fate::lost)))
            break;
        ++points;
    }
    EXPECT_GE(points, 2);
    one.finish();
}

} // namespace
} // namespace jmld::storage_faults
