// A log that ends anywhere, or in rubbish: what stands before the damage is whole, and nothing after it is believed.
#include "tests/storage_faults/image.hpp"
#include "tests/storage_faults/trial.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

namespace jmld::storage_faults {
namespace {

namespace fs = std::filesystem;

std::string rubbish(std::minstd_rand& chance, std::size_t count)
{
    std::string bytes(count, '\0');
    for (auto& byte : bytes)
        byte = static_cast<char>(std::uniform_int_distribution<int>(0, 255)(chance));
    return bytes;
}

struct TornLog : testing::Test
{
    /// jmld with some hires behind it, killed: most of what it knows stands in the log.
    void SetUp() override
    {
        one.here().start();
        for (int each = 0; each < 4; ++each)
            one.hand_in_next();
        one.settle();
        one.here().kill();
        database = end_to_end::read_text(one.here().database());
        log = end_to_end::read_text(log_of(one.here().database()));
        put(copy, log);
        whole = look_into(copy);
        ASSERT_EQ(whole.integrity, "ok");
        ASSERT_GE(whole.events.size(), 4U);
    }
    static fs::path log_of(const fs::path& path) { return path.string() + "-wal"; }
    void put(const fs::path& path, const std::string& damaged) const
    {
        for (const auto* suffix : {"", "-wal", "-shm"})
            fs::remove(path.string() + suffix);
        end_to_end::write_text(path, database);
        end_to_end::write_text(log_of(path), damaged);
    }
    void expect_a_beginning() const
    {
        const auto found = look_into(copy);
        EXPECT_EQ(found.integrity, "ok");
        ASSERT_LE(found.events.size(), whole.events.size());
        EXPECT_TRUE(std::equal(found.events.begin(), found.events.end(), whole.events.begin()));
    }

    trial one;
    test::temporary_folder folder;
    fs::path copy = folder.file("copy.db");
    std::string database, log;
    found_in_image whole;
    std::minstd_rand chance{20'260'401};
};

TEST_F(TornLog, CutAnywhereItHoldsABeginningOfWhatHappened)
{
    const int cuts = exhaustive() ? 1'500 : 60;
    for (int each = 0; each < cuts && !HasFailure(); ++each) {
        const auto length = std::uniform_int_distribution<std::size_t>(0, log.size())(chance);
        SCOPED_TRACE(length);
        put(copy, log.substr(0, length));
        expect_a_beginning();
        // The disk had room for more than it had time to write.
        put(copy, log.substr(0, length) + rubbish(chance, 5'000));
        expect_a_beginning();
    }
}

TEST_F(TornLog, RubbishBehindTheLastCommitTakesNothingAway)
{
    for (const auto count : {1U, 24U, 512U, 4'096U, 4'120U, 30'000U}) {
        SCOPED_TRACE(count);
        put(copy, log + rubbish(chance, count));
        EXPECT_EQ(look_into(copy).events, whole.events);
    }
}

TEST_F(TornLog, JmldGoesOnFromThere)
{
    const int cuts = exhaustive() ? 25 : 3;
    for (int each = 1; each <= cuts; ++each) {
        const auto length =
            log.size() - log.size() / 8 * static_cast<std::size_t>(each) / static_cast<std::size_t>(cuts);
        SCOPED_TRACE(length);
        put(one.here().database(), log.substr(0, length) + rubbish(chance, 700));
        one.here().start();
        // Runs that are older again than Okta look before they act: nobody is made twice.
        for (const auto& id : one.promised())
            if (one.here().ask("GET", "/v1/events/" + id).status == 200)
                EXPECT_EQ(one.here().ended_run_of(id)["state"].text_or(), "succeeded") << id;
        EXPECT_EQ(one.here().organisation()["users"].items().size(), 5U);
        EXPECT_EQ(one.here().stop(), 0);
        EXPECT_EQ(end_to_end::integrity_of(one.here().database()), "ok");
    }
}

} // namespace
} // namespace jmld::storage_faults
