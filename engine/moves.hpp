// The states of runs and steps and the moves between them, as one table: for people (docs/states.md is compared with
// it) and for tests, which watch that nothing else ever happens. Nothing is decided by it.
#pragma once

#include "engine/history.hpp"

#include <span>
#include <string_view>

namespace jmld::engine {

struct step_move
{
    step_status from, to;
    std::string_view when;
};
struct run_move
{
    run_status from, to;
    std::string_view when;
};
std::span<const step_move> step_moves();
std::span<const run_move> run_moves();
bool may_move(step_status from, step_status to);
bool may_move(run_status from, run_status to);

} // namespace jmld::engine
