// The chain of the audit record: every kind of meddling is found, and erasing words is none.
#include "engine/runtime/audit_chain.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace jmld::runtime {
namespace {

std::vector<audit_record> three()
{
    std::vector<audit_record> all;
    for (int each = 1; each <= 3; ++each)
        all.push_back(chained({time_point{duration{each * 1000}}, "alice", "run.retry", "run run_1", "because"},
                              static_cast<std::uint64_t>(each), all.empty() ? std::string() : all.back().hash));
    return all;
}

TEST(AuditChain, RowsThatFitFit)
{
    EXPECT_FALSE(first_misfit(three()));
    EXPECT_FALSE(first_misfit({}));
}

TEST(AuditChain, EveryChangedWordIsFound)
{
    const std::function<void(audit_record&)> meddling[] = {
        [](audit_record& one) { one.row.principal = "bob"; }, [](audit_record& one) { one.row.action = "run.pause"; },
        [](audit_record& one) { one.row.object = "run run_2"; }, [](audit_record& one) { one.row.reason = "for fun"; },
        [](audit_record& one) { one.row.at += duration(1); }};
    for (const auto& change : meddling) {
        auto all = three();
        change(all[1]);
        EXPECT_EQ(first_misfit(all), 2U);
    }
}

TEST(AuditChain, ARowTakenOutPutInOrMovedIsFound)
{
    auto without = three();
    without.erase(without.begin() + 1);
    EXPECT_EQ(first_misfit(without), 3U);
    auto beheaded = three();
    beheaded.erase(beheaded.begin());
    EXPECT_EQ(first_misfit(beheaded), 2U);
    auto rewritten = three();
    rewritten[1] = chained({{}, "bob", "run.retry", "run run_1", ""}, 2, rewritten[0].hash);
    EXPECT_EQ(first_misfit(rewritten), 3U);
    auto unchained = three();
    unchained[2].hash.clear();
    unchained[2].previous_hash.clear();
    EXPECT_EQ(first_misfit(unchained), 3U);
}

TEST(AuditChain, ErasedWordsAndRowsOlderThanTheChainAreNoMisfit)
{
    auto erased = three();
    erased[1].row.reason.clear();
    EXPECT_FALSE(first_misfit(erased));
    std::vector<audit_record> grown(1);
    grown[0].seq = 1;
    grown[0].row = {{}, "alice", "run.retry", "run run_1", "before there was a chain"};
    grown.push_back(chained({{}, "alice", "run.retry", "run run_1", "after"}, 2, {}));
    EXPECT_FALSE(first_misfit(grown));
}

} // namespace
} // namespace jmld::runtime
