// core.wait: until an instant, the first instant of a local day, or for a while. It holds nothing but a timer; after it
// the person is read again, because the world may have moved.
#include "engine/machine.hpp"

namespace jmld::engine {

namespace {

std::string zone_of(const value& context)
{
    const auto& event = context["event"];
    for (const auto* said :
         {&event["zone"], &event["worker"]["location"]["time_zone"], &context["policy"]["company_time_zone"]})
    {
        if (auto zone = said->text_or(); !zone.empty())
            return zone;
    }
    return "UTC";
}

} // namespace

bool machine::start_wait(const std::string& id)
{
    const auto& step = at(id);
    const auto inputs = evaluate(definition_of(step).with, step);
    if (!inputs) {
        exhausted(id, failure_kind::invalid, inputs.error().what, {});
        return true;
    }
    step_waiting wait{id, now_, {}, {}};
    const auto& until = (*inputs)["until"];
    if (step.moved) { // a correction came before the wait began
        wait.until = *step.moved;
        wait.rule_date = step.rule_date;
        wait.rule_zone = step.rule_zone;
    } else if (const auto* instant = until.if_timestamp()) {
        wait.until = *instant;
    } else if (const auto* day = until.if_date()) {
        wait.rule_date = jmld::to_text(*day);
        wait.rule_zone = zone_of(state_.context);
        wait.until = around_.first_instant(*day, wait.rule_zone);
    } else if (const auto* length = (*inputs)["for"].if_duration()) {
        wait.until = now_ + *length;
    } else {
        exhausted(id, failure_kind::invalid, "core.wait: `until` takes a timestamp or a date, `for` a duration", {});
        return true;
    }
    if (wait.until > now_)
        emit(std::move(wait));
    else // past means now
        emit(step_succeeded{.step = id, .changed = false, .outputs = value::map({{"until", wait.until}})});
    return true;
}

bool machine::end_wait(const std::string& id)
{
    const auto until = *at(id).due;
    emit(step_succeeded{.step = id, .changed = false, .outputs = value::map({{"until", until}})});
    return true;
}

void machine::take_one(const wait_rescheduled& moved)
{
    const step_record* wait = nullptr;
    for (const auto& step : state_.steps) {
        if (definition_of(step).uses != "core.wait" || is_final(step.status))
            continue;
        if (wait == nullptr || (step.status == step_status::waiting && wait->status != step_status::waiting))
            wait = &step;
    }
    if (wait != nullptr)
        emit(wait_moved{wait->id, moved.until, moved.by, moved.rule_date, moved.rule_zone});
}

} // namespace jmld::engine
