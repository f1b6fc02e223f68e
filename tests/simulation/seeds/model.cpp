// Believe by entry, act by effect: of what was entered, the last word counts; of changes the one that comes into force
// last. Nothing is known here of runs, deliveries or faults.
#include "tests/simulation/seeds/model.hpp"

#include <algorithm>
#include <tuple>

namespace jmld::simulation {

namespace {

struct word
{
    date in_force{};
    time_point entered{};
    std::string text;
    auto order() const { return std::tie(in_force, entered); }
};

void say(word& last, date effective, const hr_entry& entry, const std::string& text)
{
    const word fresh{std::max(effective, local_day(entry.entered, entry.who.zone)), entry.entered, text};
    if (last.text.empty() || last.order() <= fresh.order())
        last = fresh;
}

} // namespace

expected_person expect_of(const story& told, int person)
{
    expected_person made;
    word department, name;
    for (const auto& entry : told.entries) {
        if (entry.person != person)
            continue;
        switch (entry.what) {
        case hr_kind::hire:
        case hr_kind::rehire:
            made.employed = true;
            made.on_leave = false;
            made.first = entry.who.first;
            department = name = {};
            say(department, entry.effective, entry, entry.who.department);
            say(name, entry.effective, entry, entry.who.last);
            break;
        case hr_kind::correct:
            say(department, entry.effective, entry, entry.who.department);
            break;
        case hr_kind::change:
            say(department, entry.effective, entry, entry.who.department);
            break;
        case hr_kind::rename:
            say(name, entry.effective, entry, entry.who.last);
            break;
        case hr_kind::rescind_hire:
        case hr_kind::no_show:
        case hr_kind::terminate:
            made.employed = false;
            made.ever_ended = true;
            break;
        case hr_kind::rescind_end:
            made.employed = true;
            break;
        case hr_kind::leave:
            made.on_leave = true;
            break;
        case hr_kind::come_back:
            made.on_leave = false;
            break;
        }
    }
    made.department = department.text;
    made.last = name.text;
    const auto give = [&](const access_draw::grants& gives) {
        made.groups.insert(gives.groups.begin(), gives.groups.end());
        made.apps.insert(gives.apps.begin(), gives.apps.end());
    };
    give(told.access.everybody);
    for (const auto& [known, gives] : told.access.departments)
        if (known == made.department)
            give(gives);
    return made;
}

time_point opens_not_before(const story& told, int person)
{
    auto first = time_point::max();
    for (const auto& entry : told.entries)
        if (entry.person == person &&
            (entry.what == hr_kind::hire || entry.what == hr_kind::rehire || entry.what == hr_kind::correct))
            first = std::min(first, begin_of(entry.effective, entry.who.zone));
    return first;
}

} // namespace jmld::simulation
