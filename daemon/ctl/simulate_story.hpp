// A rehearsal for people: what came in and what became of it, each run as a tree, and what is different in Okta. Pure.
#pragma once

#include "daemon/ctl/output.hpp"
#include "daemon/scenario/playing.hpp"

#include <string>
#include <vector>

namespace jmld::ctl {

/// Lines without a trailing newline.
std::vector<std::string> story_of(const daemon::scenario::script& script, const daemon::scenario::played& played,
                                  const engine::value& outcome, const output_options& options);

/// What is different between two organisations, as GET /_sim/org gives them: `+`, `-` and `~` lines.
std::vector<std::string> organisation_changes(const engine::value& before, const engine::value& after);

} // namespace jmld::ctl
