// One person's life as personnel enters it, and in which order it is delivered: what a property test draws, plays and
// makes smaller. Plain data, and what must be true at the end; nothing here knows the daemon.
#pragma once

#include "tests/simulation/people.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jmld::simulation::any_order {

enum class said : std::uint8_t {
    hire,
    correct,
    rescind_hire,
    no_show,
    change,
    rename,
    leave,
    come_back,
    terminate,
    rescind_end,
    rehire
};
std::string_view word_of(said what);

/// One entry. Numbers grow with the moment of entry.
struct entry
{
    int number = 0;
    said what = said::hire;
    time_point entered{};
    date on{};        ///< first day, last day, or the day of the change
    worker_story who; ///< as it is from then on
    int about = 0;    ///< the entry that it corrects or takes back
    bool urgent = false;

    std::string id() const { return "e" + std::to_string(number); }
};

struct sending
{
    int number = 0; ///< of the entry
    time_point at{};
    bool renamed = false; ///< the sender forgot that it was sent, and gives it a new id
};

struct tale
{
    std::uint64_t seed = 0;
    std::vector<entry> entries; ///< in the order of entry
    std::vector<sending> sendings;
};

/// What must be so when everything has been delivered and has come into force.
struct truth
{
    bool employed = false, on_leave = false, was_here = false;
    std::string last, department;
};

/// Reads the entries in their order of entry; nothing when a life cannot go so (a change of somebody who was not
/// hired).
std::optional<truth> truth_of(const std::vector<entry>& entries);

tale draw(std::uint64_t seed);
std::string body_of(const entry& one, bool renamed);
/// For people: every entry and every sending.
std::string describe(const tale& told);
inline date day_of(time_point at) { return std::chrono::floor<std::chrono::days>(at); }

/// Plays it against the whole daemon but its doors; what is not as it must be, a line each.
std::vector<std::string> complaints_of(const tale& told);
/// For people: what was decided, which runs there were, and what they did to Okta.
std::string story_of(const tale& told);

} // namespace jmld::simulation::any_order
