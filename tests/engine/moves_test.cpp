// The picture of the states: docs/states.md says exactly what the table says. That nothing else ever happens, and that
// everything in it does, is watched by the property test.
#include "engine/moves.hpp"
#include "tests/support/source_files.hpp"

#include <gtest/gtest.h>

#include <set>

namespace jmld::engine {
namespace {

template <class Moves> std::string picture(const Moves& moves)
{
    std::string lines;
    for (const auto& move : moves)
        lines += "    " + std::string(to_text(move.from)) + " --> " + std::string(to_text(move.to)) + " : " +
                 std::string(move.when) + "\n";
    return lines;
}

TEST(Moves, TheDocumentShowsTheTable)
{
    const auto document = test::read_file(test::source_dir() / "docs/states.md").value_or("");
    EXPECT_NE(document.find(picture(run_moves())), std::string::npos) << picture(run_moves());
    EXPECT_NE(document.find(picture(step_moves())), std::string::npos) << picture(step_moves());
}

TEST(Moves, EachStandsOnce)
{
    std::set<std::pair<step_status, step_status>> steps;
    for (const auto& move : step_moves())
        EXPECT_TRUE(steps.insert({move.from, move.to}).second) << to_text(move.from) << " " << to_text(move.to);
    std::set<std::pair<run_status, run_status>> runs;
    for (const auto& move : run_moves())
        EXPECT_TRUE(runs.insert({move.from, move.to}).second) << to_text(move.from) << " " << to_text(move.to);
}

TEST(Moves, WhatIsNotThereIsNoMove)
{
    EXPECT_TRUE(may_move(step_status::pending, step_status::running));
    EXPECT_FALSE(may_move(step_status::compensated, step_status::running));
    EXPECT_FALSE(may_move(run_status::rolled_back, run_status::queued));
    EXPECT_FALSE(may_move(run_status::superseded, run_status::queued));
}

} // namespace
} // namespace jmld::engine
