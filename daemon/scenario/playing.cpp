// One line of time through the script; between its entries the rehearsal runs by itself.
#include "daemon/scenario/playing.hpp"

#include "daemon/scenario/operator_words.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace jmld::daemon::scenario {

using engine::value;

namespace {

/// A daemon that retries for ever is never idle; nobody reads that many steps.
constexpr int wakings_max = 100'000;

struct entry
{
    enum class kind : std::uint8_t { delivery, action, death };
    time_point at{};
    kind what = kind::delivery;
    std::size_t index = 0;
    friend auto operator<=>(const entry&, const entry&) = default;
};

std::vector<entry> line_of(const script& wanted)
{
    std::vector<entry> line;
    for (std::size_t i = 0; i < wanted.deliveries.size(); ++i)
        line.push_back({wanted.deliveries[i].at, entry::kind::delivery, i});
    for (std::size_t i = 0; i < wanted.actions.size(); ++i)
        line.push_back({wanted.actions[i].at, entry::kind::action, i});
    for (std::size_t i = 0; i < wanted.deaths.size(); ++i)
        line.push_back({wanted.deaths[i], entry::kind::death, i});
    std::ranges::sort(line);
    return line;
}

void must(const result<void>& done)
{
    if (!done)
        throw std::runtime_error(done.error().what);
}

class player
{
public:
    explicit player(const script& wanted) : wanted_(wanted)
    {
        made_.world =
            std::make_unique<rehearsal>(rehearsal_options{wanted.clock, wanted.seed, wanted.rules, wanted.sources, {}});
        auto& org = world().organisation();
        must(org.load(wanted.org, wanted.clock));
        must(org.set_limits(wanted.limits));
        for (const auto& fault : wanted.faults)
            must(org.add_faults(fault, wanted.clock));
        for (const auto commit : wanted.deaths_at_commits)
            world().crash_at_commit(commit);
        made_.org_before = org.snapshot(wanted.clock);
    }

    played play()
    {
        const auto line = line_of(wanted_);
        auto next = line.begin();
        while (next != line.end() && (!wanted_.until || next->at <= *wanted_.until)) {
            world().run_until(next->at);
            const auto end = std::find_if(next, line.end(), [&](const entry& one) { return one.at != next->at; });
            play_instant(next, end);
            next = end;
        }
        if (next != line.end())
            made_.notes.push_back(fmt::format("{} entries of the scenario lie after 'until' and did not happen",
                                              std::distance(next, line.end())));
        if (wanted_.until)
            world().run_until(*wanted_.until);
        else
            run_until_idle();
        return std::move(made_);
    }

private:
    using position = std::vector<entry>::const_iterator;

    rehearsal& world() { return *made_.world; }

    void play_instant(position from, position to)
    {
        bool delivered = false;
        for (; from != to; ++from) {
            switch (from->what) {
            case entry::kind::delivery:
                deliver(wanted_.deliveries[from->index]);
                delivered = true;
                break;
            case entry::kind::action:
                if (delivered) // an action may be about what the events of this instant bring about
                    world().settle([this] { return !world().undecided(); });
                delivered = false;
                made_.story.push_back(carry_out(world(), wanted_.actions[from->index]));
                break;
            case entry::kind::death:
                world().kill();
                made_.story.push_back({world().now(), "the process dies and starts again", false});
                break;
            }
        }
    }

    void deliver(const delivery& one)
    {
        const auto answer = world().offer(one.source, one.body, one.headers);
        const auto content = engine::json::parse(answer.body).value_or(value());
        const auto id = content["event_id"].text_or();
        const auto status = content["status"].is_text() ? content["status"].text_or() : content["detail"].text_or();
        made_.story.push_back({world().now(),
                               fmt::format("{} sends {}: {} {}", one.source, id.empty() ? "an event" : "event " + id,
                                           answer.status, status),
                               answer.status >= 300});
    }

    void run_until_idle()
    {
        for (int waking = 0; !world().idle(); ++waking) {
            const auto next = world().next_due();
            if (!next)
                return;
            if (waking == wakings_max) {
                made_.notes.push_back(fmt::format("still busy after {} steps of time, at {}: give an 'until'",
                                                  wakings_max, to_rfc3339(world().now())));
                return;
            }
            world().run_until(*next);
        }
    }

    const script& wanted_;
    played made_;
};

} // namespace

played play(const script& wanted) { return player(wanted).play(); }

} // namespace jmld::daemon::scenario
