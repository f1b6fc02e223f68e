// When a day begins and ends for a person: dates of HR become UTC instants by the person's own zone and calendar. It
// never uses the server's zone and reads no clock.
#pragma once

#include "engine/result.hpp"
#include "engine/time.hpp"
#include "workflows/events/canonical_event.hpp"
#include "workflows/people/policy.hpp"

#include <string>
#include <string_view>

namespace jmld::workflows {

struct zone_choice
{
    std::string name;    ///< a zone the database knows
    std::string warning; ///< why it is not the one named; empty when it is
};
/// The worker's zone, else the company's, else UTC; a name nobody knows falls through with a warning.
zone_choice zone_of(const worker& who, const policy& rules);
bool is_known_zone(std::string_view name);

/// The first existing local instant of that day. `zone` must be known (zone_of); an unknown one counts as UTC.
time_point first_instant(date day, std::string_view zone);
/// The first instant of the next day.
time_point end_of_day(date day, std::string_view zone);
/// The calendar day `days` later (or earlier).
date plus_days(date day, int days);
/// The local day that `instant` falls on.
date local_day(time_point instant, std::string_view zone);
/// `day` − `before`: whole days are counted in the calendar, the rest is taken off the first instant.
time_point first_instant_minus(date day, duration before, std::string_view zone);

} // namespace jmld::workflows
