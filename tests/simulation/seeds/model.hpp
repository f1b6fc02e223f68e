// The reference: what a person must end with once everything entered has been delivered and has come into force. It
// reads the entries in their order of entry and nothing of the daemon.
#pragma once

#include "tests/simulation/seeds/story.hpp"

#include <set>
#include <string>

namespace jmld::simulation {

struct expected_person
{
    bool employed = false, on_leave = false;
    bool ever_ended = false;
    std::string first, last, department;
    std::set<std::string> groups, apps;
};

expected_person expect_of(const story& told, int person);

/// Before this instant nothing of the account may be open: the first instant of the earliest first day that was ever
/// entered for the person.
time_point opens_not_before(const story& told, int person);

} // namespace jmld::simulation
