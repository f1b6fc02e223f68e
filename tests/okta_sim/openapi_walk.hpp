// One walk through every operation that Okta describes, each answered with success at least once and some with an
// error, in an order in which each finds what it needs.
#pragma once

#include "engine/value.hpp"

#include <string>
#include <vector>

namespace jmld::okta_sim::testing {

struct walked_answer
{
    std::string call; ///< `GET /api/v1/users/{}`
    int status;
    engine::value body;
};

std::vector<walked_answer> walk_through_every_operation();
/// Where the recorded Okta itself differs from its description, so that the imitation does too.
std::vector<std::string> known_differences();

} // namespace jmld::okta_sim::testing
