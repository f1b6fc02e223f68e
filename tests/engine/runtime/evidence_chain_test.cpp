// The chain of evidence: meddling with any word is found and named, and erasing content is no meddling.
#include "engine/json/json.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <gtest/gtest.h>

namespace jmld::runtime {
namespace {

using engine::value;
using engine::value_list;

std::vector<evidence_record> three()
{
    std::vector<evidence_record> all;
    for (int each = 1; each <= 3; ++each) {
        evidence_row row;
        row.id = "evd_" + std::to_string(each);
        row.facts = engine::json::write(value::map({{"id", row.id}, {"run", "run_1"}, {"closed_at", value()}}));
        row.content = {engine::json::write(value::map(
            {{"subject", value::map({{"name", "Żaneta"}})}, {"calls", value::list({value::map({{"status", 200}})})}}))};
        all.push_back(chained(row, static_cast<std::uint64_t>(each), all.empty() ? std::string() : all.back().hash));
    }
    return all;
}

value_list shown(const std::vector<evidence_record>& all, bool with_content = true)
{
    value_list out;
    for (const auto& record : all)
        out.push_back(shown_evidence(record, with_content).value());
    return out;
}

std::string misfit(const value_list& shown, bool whole = true) { return check_evidence(shown, whole).misfit; }

TEST(EvidenceChain, RecordsThatFitFitAlsoWhenAnotherProgramWroteThemAgain)
{
    const auto verdict = check_evidence(shown(three()), true);
    EXPECT_EQ(verdict.misfit, "");
    EXPECT_EQ(verdict.records, 3U);
    EXPECT_EQ(verdict.head, three().back().hash);
    auto again = shown(three());
    for (auto& one : again)
        one = engine::json::parse(engine::json::write(one)).value();
    EXPECT_EQ(misfit(again), "");
    EXPECT_EQ(misfit({}), "");
}

TEST(EvidenceChain, EveryChangedWordIsFoundAndTheRecordNamed)
{
    const auto meddled = [](const char* key, value says) {
        auto all = shown(three());
        all[1] = all[1].with(key, std::move(says));
        return misfit(all);
    };
    EXPECT_EQ(meddled("run", "run_2"), "evd_2");
    EXPECT_EQ(meddled("closed_at", "2027-01-01T00:00:00Z"), "evd_2");
    EXPECT_EQ(meddled("subject", value::map({{"name", "Zaneta"}})), "evd_2");
    EXPECT_EQ(meddled("calls", value_list{}), "evd_2");
    EXPECT_EQ(meddled("residue", value_list{}), "evd_2") << "put in";
    EXPECT_EQ(meddled("hash", std::string(64, 'a')), "evd_2");
    EXPECT_EQ(meddled("previous_hash", std::string(64, 'a')), "evd_2");
    EXPECT_EQ(meddled("content_sha256", std::string(64, 'a')), "evd_2");
    EXPECT_EQ(meddled("erased", true), "evd_2") << "what says it was erased and still says something";
    EXPECT_EQ(meddled("calls", value()), "evd_2") << "emptied without saying so";
}

TEST(EvidenceChain, ARecordTakenOutPutInOrMovedIsFound)
{
    auto without = shown(three());
    without.erase(without.begin() + 1);
    EXPECT_EQ(misfit(without), "evd_3");
    auto beheaded = shown(three());
    beheaded.erase(beheaded.begin());
    EXPECT_EQ(misfit(beheaded), "evd_2");
    EXPECT_EQ(misfit(beheaded, false), "") << "a part begins where it begins";
    auto swapped = shown(three());
    std::swap(swapped[1], swapped[2]);
    EXPECT_EQ(misfit(swapped), "evd_3");
    auto twice = shown(three());
    twice.insert(twice.begin() + 1, twice[0]);
    EXPECT_EQ(misfit(twice), "evd_1");
}

TEST(EvidenceChain, WithoutContentTheRestIsStillHeldToIt)
{
    EXPECT_EQ(misfit(shown(three(), false)), "") << "for a reader who may not see people";
    auto all = three();
    all[1].row.content = {};
    const auto erased = shown(all);
    EXPECT_EQ(erased[1]["erased"], value(true));
    EXPECT_TRUE(erased[1]["subject"].is_null());
    const auto verdict = check_evidence(erased, true);
    EXPECT_EQ(verdict.misfit, "");
    EXPECT_EQ(verdict.without_content, 1U);
    auto meddled = erased;
    meddled[1] = meddled[1].with("run", "run_2");
    EXPECT_EQ(misfit(meddled), "evd_2");
}

} // namespace
} // namespace jmld::runtime
