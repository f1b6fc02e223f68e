// Reads a run's facts into spans of time. It judges nothing.
#include "tests/simulation/seeds/evidence.hpp"

#include <algorithm>
#include <charconv>

namespace jmld::simulation {

namespace {

using namespace engine;

template <class Fact> const Fact* as(const fact& one) { return std::get_if<Fact>(&one.what); }

void open_call(run_record& run, const std::string& step, time_point at, bool undo)
{
    run.calls.push_back({step, at, time_point::max(), undo});
}

void close_call(run_record& run, const std::string& step, time_point at)
{
    for (auto call = run.calls.rbegin(); call != run.calls.rend(); ++call)
        if (call->step == step && call->to == time_point::max()) {
            call->to = at;
            return;
        }
}

void read_call(run_record& run, const fact& one)
{
    if (const auto* f = as<attempt_started>(one))
        open_call(run, f->step, one.at, false);
    if (const auto* f = as<compensation_started>(one))
        open_call(run, f->step, one.at, true);
    if (const auto* f = as<step_succeeded>(one))
        close_call(run, f->step, one.at);
    if (const auto* f = as<attempt_failed_fact>(one))
        close_call(run, f->step, one.at);
    if (const auto* f = as<attempt_pending_fact>(one))
        close_call(run, f->step, one.at);
    if (const auto* f = as<outcome_unknown>(one))
        close_call(run, f->step, one.at);
    if (const auto* f = as<compensation_succeeded>(one))
        close_call(run, f->step, one.at);
    if (const auto* f = as<compensation_attempt_failed>(one))
        close_call(run, f->step, one.at);
}

void read_pause(run_record& run, const fact& one)
{
    const bool paused = !run.pauses.empty() && run.pauses.back().to == time_point::max();
    if (as<run_paused>(one) != nullptr && !paused)
        run.pauses.push_back({one.at, time_point::max()});
    const bool goes_on = as<run_resumed>(one) != nullptr || as<stop_requested>(one) != nullptr ||
                         as<run_ended>(one) != nullptr || as<compensation_planned>(one) != nullptr;
    if (goes_on && paused)
        run.pauses.back().to = one.at;
}

void read_blocked(run_record& run, const fact& one)
{
    if (const auto* f = as<step_skipped>(one); f != nullptr && f->blocked)
        run.blocked.insert(f->step);
    if (const auto* f = as<attempt_started>(one))
        run.blocked.erase(f->step);
    if (const auto* f = as<step_succeeded>(one))
        run.blocked.erase(f->step);
}

} // namespace

int person_of_event(const std::string& event_id)
{
    int number = -1;
    if (event_id.starts_with("p"))
        std::from_chars(event_id.data() + 1, event_id.data() + event_id.size(), number);
    return number;
}

int person_of_worker(const std::string& worker_id)
{
    int number = -1;
    std::from_chars(worker_id.data(), worker_id.data() + worker_id.size(), number);
    return number >= 300'000 ? number - 300'000 : -1;
}

void read_facts(run_record& run)
{
    run.person = person_of_event(run.row.event.id);
    for (const auto& one : run.facts) {
        if (as<run_started>(one) != nullptr)
            run.acts = time_span{one.at, time_point::max()};
        if (const auto* f = as<subject_read>(one); f != nullptr && run.image.is_null())
            run.image = f->image;
        if (const auto* f = as<run_ended>(one)) {
            run.residue = f->residue;
            if (run.acts)
                run.acts->to = one.at;
        }
        run.undoing |= as<compensation_planned>(one) != nullptr;
        read_blocked(run, one);
        read_call(run, one);
        read_pause(run, one);
    }
}

} // namespace jmld::simulation
