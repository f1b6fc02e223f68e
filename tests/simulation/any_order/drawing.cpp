// Draws a life that can be, and an order of delivery that ignores it: late, all at once, backwards, twice, under
// another id.
#include "tests/simulation/any_order/tale.hpp"
#include "tests/simulation/seeds/dice.hpp"

#include <algorithm>
#include <array>

namespace jmld::simulation::any_order {

namespace {

constexpr std::array<std::string_view, 11> words = {
    "hire",        "hire_corrected", "hire_rescinded",        "no_show", "job_change", "name_change", "leave_started",
    "leave_ended", "termination",    "termination_rescinded", "rehire"};

const std::vector<std::string> departments = {"Marketing", "Engineering", "Sales", "Finance"};
const std::vector<std::string> names = {"Smith", "Ng", "Okafor", "Silva"};

date later(date day, int days) { return std::chrono::sys_days(day) + std::chrono::days(days); }

// The entry that such a word is about; the truth says whether that may be.
int about_of(said what, const std::vector<entry>& so_far)
{
    const bool hires = what == said::correct || what == said::rescind_hire || what == said::no_show;
    for (auto one = so_far.rbegin(); one != so_far.rend(); ++one) {
        if (hires && (one->what == said::hire || one->what == said::rehire))
            return one->number;
        if (what == said::rescind_end && one->what == said::terminate)
            return one->number;
    }
    return 0;
}

entry propose(dice& chance, const std::vector<entry>& so_far, time_point entered)
{
    entry one;
    one.number = static_cast<int>(so_far.size()) + 1;
    one.entered = entered;
    one.who = so_far.empty() ? worker_story{} : so_far.back().who;
    one.what = so_far.empty() ? said::hire
                              : chance.weighted<said>({{2, said::correct},
                                                       {1, said::rescind_hire},
                                                       {1, said::no_show},
                                                       {5, said::change},
                                                       {2, said::rename},
                                                       {3, said::leave},
                                                       {4, said::come_back},
                                                       {5, said::terminate},
                                                       {3, said::rescind_end},
                                                       {4, said::rehire}});
    one.on = later(day_of(entered), chance.between(-2, 8));
    one.about = about_of(one.what, so_far);
    switch (one.what) {
    case said::hire:
    case said::rehire:
        one.who.start = to_text(one.on);
        one.who.department = chance.of(departments);
        break;
    case said::correct:
        one.who.start = to_text(one.on);
        break;
    case said::change:
        one.who.department = chance.of(departments);
        break;
    case said::rename:
        one.who.last = chance.of(names);
        break;
    case said::terminate:
        one.urgent = chance.percent(25);
        if (one.urgent)
            one.on = day_of(entered);
        break;
    case said::rescind_hire:
    case said::rescind_end:
        one.on = so_far[static_cast<std::size_t>(std::max(one.about, 1) - 1)].on;
        break;
    case said::no_show:
        one.on = day_of(entered);
        break;
    case said::leave:
    case said::come_back:
        break;
    }
    return one;
}

void draw_life(tale& into, dice& chance)
{
    auto entered = at("2027-01-04T08:00:00Z");
    const int wanted = chance.between(1, 7);
    for (int tries = 0; tries < 60 && static_cast<int>(into.entries.size()) < wanted; ++tries) {
        auto more = into.entries;
        more.push_back(propose(chance, into.entries, entered));
        if (!truth_of(more))
            continue;
        into.entries = std::move(more);
        entered += chance.percent(30) ? chance.minutes(1, 60) : chance.minutes(60, 5 * 24 * 60);
    }
}

// How they are delivered: some late, or all of them after everything has been entered, in any order.
void draw_order(tale& into, dice& chance)
{
    const auto last = into.entries.back().entered;
    const bool at_once = chance.percent(50);
    const auto moment = [&](const entry& one) {
        if (at_once)
            return last + chance.minutes(1, chance.percent(50) ? 3 : 3 * 24 * 60);
        return one.entered + (chance.percent(50) ? chance.minutes(1, 5) : chance.minutes(5, 8 * 24 * 60));
    };
    for (const auto& one : into.entries) {
        into.sendings.push_back({one.number, moment(one), false});
        if (chance.percent(25))
            into.sendings.push_back({one.number, moment(one), false});
        if (chance.percent(10))
            into.sendings.push_back({one.number, moment(one), true});
    }
    std::sort(into.sendings.begin(), into.sendings.end(), [](const sending& left, const sending& right) {
        return std::tuple(left.at, left.number, left.renamed) < std::tuple(right.at, right.number, right.renamed);
    });
}

} // namespace

std::string_view word_of(said what) { return words[static_cast<std::size_t>(what)]; }

tale draw(std::uint64_t seed)
{
    dice chance(seed);
    tale made;
    made.seed = seed;
    draw_life(made, chance);
    draw_order(made, chance);
    return made;
}

std::string body_of(const entry& one, bool renamed)
{
    const auto on = to_text(one.on);
    const auto process = "wid-e" + std::to_string(one.about == 0 ? one.number : one.about);
    const auto named = value::map({{"eventWid", process}, {"originalEventId", "e" + std::to_string(one.about)}});
    auto more = value::map({});
    if (one.what == said::correct)
        more = value::map({{"corrects", named}});
    else if (one.about != 0)
        more = value::map({{"rescinds", named}});
    if (one.what == said::terminate)
        more = value::map({{"terminationDate", on}, {"lastDayOfWork", on}, {"immediate", one.urgent}});
    const std::string action = one.what == said::correct ? "correct" : one.about != 0 ? "rescind" : "complete";
    more = more.with("businessProcess", value::map({{"type", std::string(word_of(one.what))},
                                                    {"eventWid", process},
                                                    {"action", action},
                                                    {"completedMoment", to_rfc3339(one.entered)}}));
    return event_text(one.id() + (renamed ? "again" : ""), std::string(word_of(one.what)), to_rfc3339(one.entered), on,
                      one.who, more);
}

std::string describe(const tale& told)
{
    std::string text = "seed " + std::to_string(told.seed) + "\n";
    for (const auto& one : told.entries)
        text += "  " + one.id() + " " + std::string(word_of(one.what)) + " entered " + to_rfc3339(one.entered) +
                " for " + to_text(one.on) + ": " + one.who.last + " in " + one.who.department +
                (one.about == 0 ? "" : ", about e" + std::to_string(one.about)) + (one.urgent ? ", URGENT" : "") + "\n";
    for (const auto& sent : told.sendings)
        text += "  " + to_rfc3339(sent.at) + " delivers e" + std::to_string(sent.number) +
                (sent.renamed ? " under another id" : "") + "\n";
    return text;
}

} // namespace jmld::simulation::any_order
