// Makes a failing tale smaller as long as it still fails: without an entry, without a sending, and delivered more in
// order. It knows nothing of why a tale fails.
#include "tests/simulation/any_order/shrinking.hpp"

#include <algorithm>

namespace jmld::simulation::any_order {

namespace {

// Every entry repeats the person's record: what an entry that is left out had said is in none after it.
void retell(std::vector<entry>& entries)
{
    worker_story who;
    for (auto& one : entries) {
        const auto said_here = one.who;
        one.who = who;
        if (one.what == said::rename)
            one.who.last = said_here.last;
        if (one.what == said::change || one.what == said::hire || one.what == said::rehire)
            one.who.department = said_here.department;
        if (one.what == said::hire || one.what == said::rehire || one.what == said::correct)
            one.who.start = said_here.start;
        who = one.who;
    }
}

tale without_entry(const tale& told, int number)
{
    auto less = told;
    std::erase_if(less.entries, [&](const entry& one) { return one.number == number || one.about == number; });
    retell(less.entries);
    std::erase_if(less.sendings, [&](const sending& sent) {
        return std::none_of(less.entries.begin(), less.entries.end(),
                            [&](const entry& one) { return one.number == sent.number; });
    });
    return less;
}

bool all_are_sent(const tale& told)
{
    return std::all_of(told.entries.begin(), told.entries.end(), [&](const entry& one) {
        return std::any_of(told.sendings.begin(), told.sendings.end(),
                           [&](const sending& sent) { return sent.number == one.number; });
    });
}

/// Delivered when it was entered.
tale in_time(const tale& told, std::size_t which)
{
    auto less = told;
    auto moved = less.sendings[which];
    for (const auto& one : told.entries)
        if (one.number == moved.number)
            moved.at = one.entered + std::chrono::minutes(1);
    less.sendings.erase(less.sendings.begin() + static_cast<std::ptrdiff_t>(which));
    const auto behind = std::find_if(less.sendings.begin(), less.sendings.end(),
                                     [&](const sending& sent) { return sent.at > moved.at; });
    less.sendings.insert(behind, moved);
    return less;
}

std::vector<tale> smaller(const tale& told)
{
    std::vector<tale> all;
    for (const auto& one : told.entries)
        all.push_back(without_entry(told, one.number));
    for (std::size_t i = 0; i < told.sendings.size(); ++i) {
        all.push_back(told);
        all.back().sendings.erase(all.back().sendings.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (std::size_t i = 0; i < told.sendings.size(); ++i)
        if (const auto moved = in_time(told, i); moved.sendings[i].at != told.sendings[i].at)
            all.push_back(moved);
    std::erase_if(all,
                  [](const tale& one) { return one.entries.empty() || !truth_of(one.entries) || !all_are_sent(one); });
    return all;
}

} // namespace

tale smallest(tale told, const std::function<bool(const tale&)>& fails)
{
    for (int rounds = 0; rounds < 200; ++rounds) {
        const auto candidates = smaller(told);
        const auto found = std::find_if(candidates.begin(), candidates.end(), fails);
        if (found == candidates.end())
            break;
        told = *found;
    }
    return told;
}

} // namespace jmld::simulation::any_order
