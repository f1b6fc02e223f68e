// What one seed draws: people and what personnel enters about them, access rules, deliveries, faults, deaths and
// operators' words. Plain data that can be printed; nothing here plays it or knows what should come of it.
#pragma once

#include "engine/result.hpp"
#include "engine/run_state.hpp"
#include "engine/stimulus.hpp"
#include "tests/simulation/people.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jmld::simulation {

enum class hr_kind : std::uint8_t {
    hire,
    correct,
    rescind_hire,
    no_show,
    change,
    rename,
    terminate,
    rescind_end,
    rehire,
    leave,
    come_back
};
std::string_view word_of(hr_kind kind);

/// One entry of personnel, in the order of entry within a person.
struct hr_entry
{
    std::string id; ///< of the event: `p2e3` is the third entry about person 2
    int person = 0;
    hr_kind what = hr_kind::hire;
    time_point entered{};
    date effective{};  ///< start, last day, or the day of the change
    worker_story who;  ///< as entered
    std::string about; ///< id of the entry that it corrects or takes back
    bool urgent = false;
    std::string body;
};

/// An account that somebody has made in Okta before the hire of its person is told.
struct drawn_account
{
    int person = 0;
    worker_story who;
    std::string status;
};

struct access_draw
{
    struct grants
    {
        std::vector<std::string> groups, apps;
    };
    grants everybody;
    std::vector<std::pair<std::string, grants>> departments;
    std::vector<std::string> extra_groups; ///< that no rule gives

    std::string rules() const; ///< as access.yaml
    value organisation(const std::vector<drawn_account>& accounts) const;
};

struct drawn_delivery
{
    time_point at{};
    std::string id, body; ///< id of the entry
};
struct drawn_word
{
    time_point at{};
    engine::verb what = engine::verb::pause;
    int which = 0; ///< the n-th newest run
    int part = 0;  ///< of the words for one step or approval: which of those that are open
};
struct drawn_start
{
    time_point at{};
    int person = 0;
};
struct drawn_jump
{
    time_point at{};
    duration by{0};
};
struct failing_write
{
    std::uint64_t number = 0;
    errc code = errc::overloaded;
};

struct story
{
    std::uint64_t seed = 0;
    time_point start{}, calm_from{}, end{};
    access_draw access;
    std::string policy;
    std::string joiner; ///< the workflow's text; empty: the shipped one
    std::string errand; ///< one more workflow, without a trigger; empty: none
    std::vector<drawn_start> starts;
    std::vector<hr_entry> entries; ///< person by person
    int people = 0;
    std::vector<drawn_account> accounts;
    bool people_sign_in = false;            ///< whoever is let in sets a password, so that the account can be suspended
    std::vector<drawn_delivery> deliveries; ///< by time
    value faults{engine::value_list{}};     ///< as the simulator takes them, `at` absolute
    value limits;                           ///< null: none
    std::vector<std::uint64_t> crashes;     ///< commits
    std::vector<time_point> deaths;
    std::vector<failing_write> failing_writes;
    std::vector<drawn_word> words;
    std::vector<drawn_jump> jumps;
    std::uint64_t commits_max = 8'000; ///< a day of refusals that are asked about every minute is no circle
};

story draw_story(std::uint64_t seed);
/// The whole draw, for people.
std::string describe(const story& drawn);

void draw_people(story& into, class dice& chance);
void draw_trouble(story& into, class dice& chance);
void draw_workflows(story& into, class dice& chance);
/// From a chance of its own: what else the seed draws stays as it is.
void draw_by_hand(story& into);

/// Minutes that the zone is ahead of UTC; only zones without summer time are drawn.
int minutes_ahead(const std::string& zone);
date local_day(time_point at, const std::string& zone);
time_point begin_of(date day, const std::string& zone);
date days_later(date day, int days);

} // namespace jmld::simulation
