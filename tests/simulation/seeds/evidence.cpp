// Reads a run's facts into spans of time. It judges nothing.
#include "tests/simulation/seeds/evidence.hpp"

#include <algorithm>
#include <charconv>

namespace jmld::simulation {

namespace {

using namespace engine;

template <class Fact> const Fact* as(const fact& one) { return std::get_if<Fact>(&one.what); }

duration clock_ahead(const run_record& run, const fact& one, const std::vector<clock_jump>& jumps)
{
    duration ahead{0};
    for (const auto& jump : jumps) {
        const auto before = jump.last_seq.find(run.row.id);
        if (before == jump.last_seq.end() || one.seq > before->second)
            ahead += jump.by;
    }
    return ahead;
}

void close_call(run_record& run, const std::string& step, time_point at, duration ahead, const value& exchanges)
{
    for (auto call = run.calls.rbegin(); call != run.calls.rend(); ++call)
        if (call->step == step && call->to == time_point::max()) {
            call->to = at;
            const auto number = static_cast<std::size_t>(run.calls.rend() - call - 1);
            for (const auto& one : exchanges.items()) {
                const auto id = one["request_id"].text_or();
                const auto* sent_at = one["at"].if_timestamp();
                run.told.emplace(!id.empty() || sent_at == nullptr
                                     ? id
                                     : exchange_key(one["method"].text_or(), one["path"].text_or(), *sent_at - ahead),
                                 number);
            }
            return;
        }
}

void read_call(run_record& run, const fact& one, time_point at, duration ahead)
{
    if (const auto* f = as<attempt_started>(one))
        run.calls.push_back({f->step, at, time_point::max(), false, f->target.id});
    if (const auto* f = as<compensation_started>(one))
        run.calls.push_back({f->step, at, time_point::max(), true, {}});
    std::visit(
        [&](const auto& what) {
            if constexpr (requires { what.calls; })
                close_call(run, what.step, at, ahead, what.calls);
        },
        one.what);
}

void read_span(run_record& run, const fact& one, time_point at)
{
    if (as<run_started>(one) != nullptr) // once more when it is to be undone: it waits for the person again
        run.acts.push_back({at, time_point::max()});
    if (const auto* f = as<run_ended>(one)) {
        run.residue = f->residue;
        if (!run.acts.empty())
            run.acts.back().to = std::min(run.acts.back().to, at);
    }
}

void read_pause(run_record& run, const fact& one, time_point at)
{
    const bool paused = !run.pauses.empty() && run.pauses.back().to == time_point::max();
    if (as<run_paused>(one) != nullptr && !paused)
        run.pauses.push_back({at, time_point::max()});
    const bool goes_on = as<run_resumed>(one) != nullptr || as<stop_requested>(one) != nullptr ||
                         as<run_ended>(one) != nullptr || as<compensation_planned>(one) != nullptr;
    if (goes_on && paused)
        run.pauses.back().to = at;
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

std::string exchange_key(const std::string& method, const std::string& path, time_point at)
{
    return method + " " + path + " " + to_rfc3339(at);
}

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

const time_span* run_record::span_at(time_point at) const
{
    const auto found = std::find_if(acts.begin(), acts.end(), [at](const time_span& one) { return one.holds(at); });
    return found == acts.end() ? nullptr : &*found;
}

void read_facts(run_record& run, const std::vector<clock_jump>& jumps)
{
    for (const auto& one : run.facts) {
        const auto ahead = clock_ahead(run, one, jumps);
        const auto at = one.at - ahead;
        if (const auto* f = as<subject_read>(one); f != nullptr && run.image.is_null()) {
            run.image = f->image;
            run.image_at = at;
        }
        if (const auto* f = as<compensation_succeeded>(one))
            run.conflict |= f->conflict;
        run.ruled |= as<step_ruled>(one) != nullptr;
        read_blocked(run, one);
        read_span(run, one, at);
        read_call(run, one, at, ahead);
        read_pause(run, one, at);
    }
}

time_point by_our_clock(const evidence& seen, std::size_t request)
{
    auto at = seen.ledger[request].at;
    for (const auto& jump : seen.jumps)
        at += request >= jump.requests ? jump.by : duration{0};
    return at;
}

} // namespace jmld::simulation
