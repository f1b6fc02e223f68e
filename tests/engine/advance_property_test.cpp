// Many seeds: random workflows against a random world. A failing seed prints its number and its whole story, and
// replays alone with JMLD_SEED.
#include "tests/engine/property/world.hpp"

#include <cstdlib>

namespace jmld::testing {
namespace {

struct seen
{
    std::map<std::string, int> ends;
    std::set<std::string> moves;
};

void play(std::uint64_t seed, seen* all = nullptr)
{
    world tried(seed, dice(seed));
    tried.live(60);
    if (tried.failed() || ::testing::Test::HasFailure())
        FAIL() << "seed " << seed << "\n" << tried.story();
    if (all == nullptr)
        return;
    ++all->ends[tried.end()];
    all->moves.insert(tried.moves().begin(), tried.moves().end());
}

std::uint64_t number_from(const char* name, std::uint64_t otherwise)
{
    const char* said = std::getenv(name);
    return said == nullptr ? otherwise : std::strtoull(said, nullptr, 10);
}

// JMLD_SEED plays one seed again, JMLD_SEEDS plays more of them.
TEST(AdvanceProperty, HoldsForRandomWorkflowsInARandomWorld)
{
    const auto only = number_from("JMLD_SEED", 0);
    if (only > 0)
        return play(only);
    const auto last = number_from("JMLD_SEEDS", 1000);
    seen all;
    for (std::uint64_t seed = 1; seed <= last && !HasFailure(); ++seed)
        play(seed, &all);
    for (const char* end : {"succeeded", "failed", "cancelled", "terminated", "superseded", "rolled_back",
                            "rolled_back_partial", "rollback_failed", "closed_with_residue"})
        EXPECT_GT(all.ends[end], 0) << "no seed ended " << end << ": the draw is too tame";
    if (last < 10'000)
        return; // some moves are rare
    const auto check = [&](auto moves) {
        for (const auto& move : moves) {
            const auto name = std::string(to_text(move.from)) + " -> " + std::string(to_text(move.to));
            EXPECT_TRUE(all.moves.contains(name)) << name << " never happened: the table or the draw is wrong";
        }
    };
    check(step_moves());
    check(run_moves());
}

} // namespace
} // namespace jmld::testing
