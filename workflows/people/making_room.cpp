// What makes room for the run that a decision starts: what a leaver clears out of its way and what begins again after
// it, and what a hire entered later takes over. Whether that run starts is decided elsewhere.
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

using engine::direction;

std::string situation::timer_kind_of(direction dir, std::string_view type)
{
    if (dir == direction::revoke)
        return "end";
    return dir == direction::grant && begins_employment(type) ? "pre_hire" : "start";
}

void situation::take_the_place_of_older_hires()
{
    for (const auto& run : state.runs) {
        const auto* begun = state.find(run.event);
        const bool older = run.open && run.dir == direction::grant && begun != nullptr && is_a_hire(begun->event) &&
                           is_a_hire(event) && !event.subject.id.empty() &&
                           begun->event.subject.id == event.subject.id && entered(*begun) < entered(self) &&
                           !is_named_by(*begun, event.corrects);
        if (older && has_begun(run))
            add(preempt_run{run.id, run_id{out.by}});
        else if (older)
            add(cancel_queued_run{run.id, run.event, decision_kind::superseded, std::string(reason_begun_anew),
                                  event.key.id});
    }
}

// A hire entered later stands, although its run has to make room: it starts anew once the account is closed.
void situation::begin_again(const known_run& run)
{
    const auto* begun = last_version_of(state.find(run.event));
    const bool comes_back = begun != nullptr && begins_employment(begun->event.type) &&
                            entered(*begun) > entered(self) && begun->decision == "acted" &&
                            same_employment(begun->event.subject, event.subject);
    if (!comes_back)
        return;
    add(change_event{begun->event.key, decision_kind::scheduled, "it begins once the earlier employment is closed",
                     event.key.id});
    add(arm_timer{make_id<timer_id>("tmr", context.now, *context.random), timer_kind_of(run.dir, begun->event.type),
                  context.now, begun->event.effective_on ? jmld::to_text(*begun->event.effective_on) : std::string(),
                  out.effective.zone, begun->event.key, 3});
}

const known_event* situation::last_version_of(const known_event* begun) const
{
    if (begun == nullptr || begun->decision != "superseded")
        return begun;
    for (const auto* other : others)
        if (begins_employment(other->event.type) && is_accepted(*other) && !other->event.corrects.empty() &&
            is_named_by(*begun, other->event.corrects))
            return other;
    return begun;
}

// What was entered later about who comes back, or about that the end does not come, stays: this end is not about it.
bool situation::outlives_this_end(const known_event& other) const
{
    const auto& type = other.event.type;
    if (begins_employment(type) && !same_employment(other.event.subject, event.subject))
        return true;
    if (type == "worker.hire_rescinded" || type == "worker.no_show")
        return true;
    if (entered(other) <= entered(self))
        return false;
    return begins_employment(type) || ends_employment(type) || rescinds_something(type) ||
           std::any_of(others.begin(), others.end(), [&](const known_event* begun) {
               return begins_employment(begun->event.type) && is_accepted(*begun) && entered(*begun) > entered(self) &&
                      entered(*begun) < entered(other) && same_employment(begun->event.subject, event.subject);
           });
}

// Nothing that grants may run beside or after the first call of a leaver, and nothing pending may wake up later.
void situation::clear_the_way(const run_id& by)
{
    for (const auto& run : state.runs)
        if (run.open && run.dir != direction::revoke && has_begun(run)) {
            add(preempt_run{run.id, by});
            begin_again(run);
        }
    for (const auto* other : others) {
        const auto* run = state.find(other->run);
        const bool queued = run != nullptr && run->open && !has_begun(*run) && run->dir != direction::revoke;
        if ((is_pending(*other) || queued) && !outlives_this_end(*other))
            overrule(*other, decision_kind::superseded, std::string(reason_leaves));
    }
}

} // namespace jmld::workflows
