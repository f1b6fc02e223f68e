// What the journal gives back of a run is folded, or the damage is named: which run, which fact, what is wrong.
#include "engine/runtime/run_storage.hpp"
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct stored_run : ::testing::Test
{
    a_run run{a_workflow(direction::grant, {a_step("each", "t.add").for_each("access.groups")})};
    std::vector<runtime::stored_fact> history;

    stored_run()
    {
        run.access = value::map({{"groups", value::list({"a", "b"})}});
        run.begun().succeed("each.0").succeed("each.1");
        for (const auto& happened : run.history)
            history.push_back(runtime::to_stored(happened));
    }
    runtime::run_row row() const { return runtime::row_of(run.state()); }
    std::string damage() const
    {
        const auto folded = runtime::fold(row(), run.definition(), history);
        if (folded)
            return "none";
        EXPECT_EQ(folded.error().code, errc::corrupt);
        return folded.error().what;
    }
    runtime::stored_fact& of_kind(const std::string& kind)
    {
        return *std::ranges::find(history, kind, &runtime::stored_fact::kind);
    }
};

TEST_F(stored_run, ComesBackAsItWas)
{
    const auto folded = runtime::fold(row(), run.definition(), history);
    ASSERT_TRUE(folded.has_value()) << folded.error().what;
    EXPECT_TRUE(*folded == run.state());
}

TEST_F(stored_run, AListThatIsMissingIsDamage)
{
    auto& expanded = of_kind("step_expanded");
    expanded.text = R"({"step":"each"})";
    EXPECT_THAT(damage(), AllOf(HasSubstr("run run_1: fact " + std::to_string(expanded.seq) + " 'step_expanded'"),
                                HasSubstr("'each' has no list of parts")));
}

TEST_F(stored_run, AFactThatCannotBeReadIsNamedWithItsRun)
{
    of_kind("step_expanded").text = "{";
    EXPECT_THAT(damage(), HasSubstr("run run_1: fact 'step_expanded' version 1 cannot be read"));
}

TEST_F(stored_run, AHistoryThatEndsTooSoonIsDamage)
{
    history.pop_back();
    EXPECT_THAT(damage(), HasSubstr("its history ends after fact " + std::to_string(history.back().seq)));
    history.clear();
    EXPECT_THAT(damage(), HasSubstr("its history ends after fact 0"));
}

TEST_F(stored_run, MoreThanTheRowKnewIsNone)
{
    auto before = row();
    --before.last_seq; // it was read first
    EXPECT_TRUE(runtime::fold(before, run.definition(), history).has_value());
}

TEST_F(stored_run, TheHistoryOfAnotherRunIsDamage)
{
    auto other = row();
    other.id = run_id{"run_2"};
    const auto folded = runtime::fold(other, run.definition(), history);
    ASSERT_FALSE(folded.has_value());
    EXPECT_THAT(folded.error().what, HasSubstr("run run_2: its history is that of run 'run_1'"));
}

} // namespace
} // namespace jmld::testing
