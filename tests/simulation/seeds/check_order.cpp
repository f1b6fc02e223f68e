// What a run's own facts show about order and time.
#include "tests/simulation/seeds/promises.hpp"

#include <algorithm>

namespace jmld::simulation {

namespace {

using namespace engine;

void check_one_at_a_time(const evidence& seen, complaints& out)
{
    using owned_span = std::pair<time_span, const run_record*>;
    std::map<person_key, std::vector<owned_span>> spans;
    for (const auto& run : seen.runs)
        for (const auto& span : run.acts)
            spans[run.row.subject].emplace_back(span, &run);
    for (auto& [person, all] : spans) {
        std::sort(all.begin(), all.end(), [](const owned_span& left, const owned_span& right) {
            return std::pair(left.first.from, left.first.to) < std::pair(right.first.from, right.first.to);
        });
        for (std::size_t i = 1; i < all.size(); ++i)
            if (all[i].first.from < all[i - 1].first.to)
                out.push_back("P3: " + all[i].second->row.id.text + " began while " + all[i - 1].second->row.id.text +
                              " had the person");
    }
}

// Nothing is sent between these facts, and nothing is tried before the moment that a fact names.
class reading
{
public:
    reading(const run_record& run, complaints& out) : run_(run), out_(out) {}

    void read()
    {
        for (const auto& one : run_.facts)
            std::visit([&](const auto& what) { take(one.at, what); }, one.what);
    }

private:
    void complain(const std::string& what) { out_.push_back(what + " in run " + run_.row.id.text); }
    void sends(time_point at, const std::string& step)
    {
        if (paused_)
            complain("P10: " + step + " is sent at " + to_rfc3339(at) + " while paused");
    }
    void due(time_point at, const std::string& step)
    {
        const auto known = due_.find(step);
        if (known != due_.end() && at < known->second)
            complain("P9: " + step + " goes on at " + to_rfc3339(at) + ", before " + to_rfc3339(known->second));
        due_.erase(step);
    }

    void take(time_point, const run_paused&) { paused_ = true; }
    void take(time_point, const run_resumed&) { paused_ = false; }
    void take(time_point, const stop_requested&) { paused_ = false; }
    void take(time_point, const budget_renewed& f) { due_.erase(f.step); }
    void take(time_point at, const subject_requested&)
    {
        sends(at, "reading the person");
        due(at, "");
    }
    void take(time_point, const subject_failed& f) { due_[""] = f.retry_at; }
    void take(time_point at, const attempt_started& f)
    {
        sends(at, f.step);
        due(at, f.step);
    }
    void take(time_point, const retry_scheduled& f) { due_[f.step] = f.at; }
    void take(time_point at, const probe_started& f)
    {
        sends(at, "the probe of " + f.step);
        due(at, f.step);
    }
    void take(time_point, const probe_failed& f) { due_[f.step] = f.retry_at; }
    void take(time_point, const step_waiting& f) { due_[f.step] = f.until; }
    void take(time_point, const wait_moved& f) { due_[f.step] = f.until; }
    void take(time_point at, const step_succeeded& f)
    {
        if (f.attempt == 0)
            due(at, f.step);
    }
    void take(time_point at, const compensation_started& f)
    {
        sends(at, "undoing " + f.step);
        due(at, f.step);
    }
    void take(time_point, const compensation_planned&) { due_.clear(); }
    void take(time_point, const run_reopened&)
    {
        paused_ = false;
        due_.clear();
    }
    void take(time_point, const compensation_retry& f) { due_[f.step] = f.at; }
    void take(time_point, const step_ruled& f) { due_.erase(f.step); }
    template <class Other> void take(time_point, const Other&) {}

    const run_record& run_;
    complaints& out_;
    bool paused_ = false;
    std::map<std::string, time_point> due_;
};

// A run for an event never begins before the moment that personnel named, and no account opens before the first day.
void check_moments(const evidence& seen, complaints& out)
{
    for (const auto& run : seen.runs) {
        const auto entry = std::find_if(seen.told->entries.begin(), seen.told->entries.end(),
                                        [&](const hr_entry& one) { return one.id == run.row.event.id; });
        if (entry == seen.told->entries.end() || entry->urgent)
            continue;
        auto moment = begin_of(entry->effective, entry->who.zone);
        if (entry->what == hr_kind::terminate)
            moment = begin_of(days_later(entry->effective, 1), entry->who.zone);
        else if (run.row.workflow == "joiner" && entry->what != hr_kind::correct) // the account may be there already
            moment = begin_of(days_later(entry->effective, -7), entry->who.zone);
        else if (run.row.workflow != "mover")
            continue;
        if (run.row.created_at < moment)
            out.push_back("P9: " + run.row.workflow + " of " + entry->id + " begins at " +
                          to_rfc3339(run.row.created_at) + ", before " + to_rfc3339(moment));
    }
}

} // namespace

void check_order(const evidence& seen, complaints& out)
{
    check_one_at_a_time(seen, out);
    for (const auto& run : seen.runs)
        reading(run, out).read();
    check_moments(seen, out);
}

} // namespace jmld::simulation
