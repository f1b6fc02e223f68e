// Dates to instants with Hinnant's zone database. A day begins at its first existing local instant; days are counted in
// the calendar, never as 24 hours.
#include "workflows/people/dates.hpp"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <utility>

namespace jmld::workflows {

namespace {

// The database throws for a name it does not know; asking twice for the same one costs nothing.
const ::date::time_zone* find_zone(std::string_view name)
{
    try {
        return name.empty() ? nullptr : ::date::locate_zone(std::string(name));
    } catch (const std::exception&) {
        return nullptr;
    }
}

const ::date::time_zone& zone_or_utc(std::string_view name)
{
    const auto* zone = find_zone(name);
    return zone != nullptr ? *zone : *::date::locate_zone("Etc/UTC");
}

time_point to_instant(std::chrono::sys_seconds seconds) { return std::chrono::time_point_cast<duration>(seconds); }

} // namespace

bool is_known_zone(std::string_view name) { return find_zone(name) != nullptr; }

zone_choice zone_of(const worker& who, const policy& rules)
{
    const std::string company = is_known_zone(rules.company_time_zone) ? rules.company_time_zone : "UTC";
    if (who.time_zone.empty())
        return {company, {}};
    if (is_known_zone(who.time_zone))
        return {who.time_zone, {}};
    return {company, "the time zone of the worker's location is not in the zone database; " + company + " was used"};
}

time_point first_instant(date day, std::string_view zone)
{
    const auto& where = zone_or_utc(zone);
    const std::chrono::local_days midnight{day};
    const ::date::local_seconds local{midnight.time_since_epoch()};
    const auto info = where.get_info(local);
    // Midnight that does not exist: the day begins where the gap ends. Midnight that comes twice: with the first.
    if (info.result == ::date::local_info::nonexistent)
        return to_instant(std::chrono::sys_seconds{info.first.end.time_since_epoch()});
    return to_instant(std::chrono::sys_seconds{local.time_since_epoch() - info.first.offset});
}

date plus_days(date day, int days) { return date{std::chrono::sys_days{day} + std::chrono::days{days}}; }

time_point end_of_day(date day, std::string_view zone) { return first_instant(plus_days(day, 1), zone); }

date local_day(time_point instant, std::string_view zone)
{
    const auto& where = zone_or_utc(zone);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    const auto local = where.to_local(::date::sys_seconds{seconds.time_since_epoch()});
    return date{std::chrono::sys_days{std::chrono::floor<std::chrono::days>(local.time_since_epoch())}};
}

time_point first_instant_minus(date day, duration before, std::string_view zone)
{
    const auto whole = std::chrono::floor<std::chrono::days>(before);
    const auto rest = before - whole;
    return first_instant(plus_days(day, -static_cast<int>(whole.count())), zone) - rest;
}

} // namespace jmld::workflows
