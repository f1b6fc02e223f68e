// Commands leave here, through the dispatcher, and come back as stimuli. An answer that arrives after the end of the
// process is simply not heard: the next process asks.
#include "engine/runtime/loudly.hpp"
#include "engine/runtime/runner.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {

constexpr std::string_view child_action = "core.run";

engine::attempt_failed taken_back()
{
    engine::attempt_failed back;
    back.kind = engine::failure_kind::cancelled;
    back.detail = "taken back before it left";
    back.outage = true;
    return back;
}

// A mistake of ours (or no memory) must not leave a run waiting for an answer that never comes: whatever left may have
// happened.
template <class Outcome> asio::awaitable<Outcome> answered(asio::awaitable<Outcome> work)
{
    engine::attempt_failed broken;
    broken.kind = engine::failure_kind::unknown_outcome;
    try {
        auto outcome = co_await std::move(work);
        co_return outcome;
    } catch (const std::exception& mistake) {
        broken.detail = std::string("an error inside jmld: ") + mistake.what();
    }
    co_return broken;
}

// An undo that the file wrote down is an attempt of another action.
asio::awaitable<engine::undo_outcome> undo_by(action_port& actions, bool written, action_request request)
{
    if (!written) {
        auto undone = co_await actions.undo(std::move(request));
        co_return undone;
    }
    auto outcome = co_await actions.attempt(std::move(request));
    if (const auto* bad = std::get_if<engine::attempt_failed>(&outcome))
        co_return *bad;
    if (const auto* open = std::get_if<engine::attempt_pending>(&outcome)) { // an undo keeps no progress
        engine::attempt_failed later;
        later.detail = open->detail;
        later.mark = open->mark;
        later.calls = open->calls;
        co_return later;
    }
    const auto& good = std::get<engine::attempt_succeeded>(outcome);
    co_return engine::undo_succeeded{good.changed, false, {}, good.mark, good.calls};
}

} // namespace

std::string runner::bucket_of(const std::string& action) const
{
    const auto* described = ports_.catalogue.find(action);
    return described == nullptr ? std::string() : described->bucket;
}

namespace {
// Who did not exist when the run began is made by one of its steps; whatever process that step ran in.
std::vector<changed_thing> changed_before(const engine::workflow_definition& definition, const engine::run_state& state)
{
    std::vector<changed_thing> all;
    if (!state.image["user"].is_null())
        return all;
    for (const auto& step : state.steps)
        if (step.changed && step.outputs["id"].is_text())
            all.push_back({definition.steps[step.definition].uses, step.outputs["id"].text_or()});
    return all;
}

bool is_resent(const engine::run_state& state, const std::string& step)
{
    const auto* known = state.find(step);
    return known != nullptr && !known->attempts.empty() && known->attempts.back().resent;
}
} // namespace

action_request runner::request_for(const live_run& run, const std::string& step) const
{
    action_request request;
    request.run = run.id;
    request.step = step;
    request.image = run.state.image;
    request.changed = changed_before(*run.definition, run.state);
    if (const auto* known = run.state.find(step))
        request.progress = known->progress;
    request.urgency = static_cast<priority>(run.state.priority);
    request.subject = run.state.subject.text;
    return request;
}

// One question to the outside: how it is asked, what its answer means for the run, and what stands for an answer when
// it was taken back.
template <class Outcome> struct runner::errand
{
    std::string bucket; // empty = no budget to wait for
    std::function<asio::awaitable<Outcome>(bool token_taken)> ask;
    std::function<engine::stimulus(Outcome)> told;
    Outcome dropped;
};

template <class Outcome> void runner::dispatch(const live_run& run, errand<Outcome> what)
{
    dispatcher::item item;
    item.run = run.id;
    item.bucket = what.bucket;
    item.urgency = static_cast<priority>(run.state.priority);
    const auto shared = std::make_shared<const errand<Outcome>>(std::move(what));
    item.work = [this, id = run.id, shared](bool token_taken) { return carry_out(id, shared, token_taken); };
    item.dropped = [this, id = run.id, shared] { feed(id, {shared->told(shared->dropped), {}, {}}); };
    ports_.outbound.submit(std::move(item));
}

template <class Outcome>
asio::awaitable<void> runner::carry_out(run_id id, std::shared_ptr<const errand<Outcome>> what, bool token_taken)
{
    const auto alive = alive_;
    auto outcome = co_await answered(what->ask(token_taken));
    if (*alive)
        feed(id, {what->told(std::move(outcome)), {}, {}});
}

void runner::send(const live_pointer& run, const engine::read_subject&)
{
    subject_request request;
    request.run = run->id;
    request.subject = run->state.subject;
    request.workflow = run->state.workflow;
    request.dir = run->state.dir;
    request.event = run->state.context["event"];
    request.policy = run->state.context["policy"];
    request.urgency = static_cast<std::uint8_t>(run->state.priority);
    const auto told = [](subject_outcome outcome) -> engine::stimulus {
        if (auto* view = std::get_if<subject_view>(&outcome))
            return engine::subject_answer{std::move(view->person), std::move(view->access), std::move(view->image),
                                          std::move(view->unknown_names)};
        return engine::subject_refused{std::get<engine::attempt_failed>(std::move(outcome))};
    };
    dispatch<subject_outcome>(
        *run, {{}, [this, request](bool) { return ports_.subjects.read(request); }, told, taken_back()});
}

void runner::send(const live_pointer& run, const engine::send_attempt& command)
{
    if (command.action == child_action) {
        send(run, engine::watch_child{command.step, command.attempt, command.inputs, true});
        return;
    }
    auto request = request_for(*run, command.step);
    request.action = command.action;
    request.attempt = command.attempt;
    request.resent = is_resent(run->state, command.step);
    request.inputs = command.inputs;
    request.first_started = command.first_started;
    request.timeout = command.timeout;
    const auto told = [step = command.step, number = command.attempt](engine::attempt_outcome outcome) {
        return engine::stimulus(engine::attempt_answer{step, number, std::move(outcome)});
    };
    dispatch<engine::attempt_outcome>(*run, {bucket_of(command.action),
                                             [this, request](bool token_taken) {
                                                 auto asked = request;
                                                 asked.token_taken = token_taken;
                                                 return ports_.actions.attempt(std::move(asked));
                                             },
                                             told, taken_back()});
}

void runner::send(const live_pointer& run, const engine::send_probe& command)
{
    auto request = request_for(*run, command.step);
    request.action = command.action;
    request.attempt = command.attempt;
    request.inputs = command.inputs;
    request.before = command.before;
    request.first_started = command.first_started;
    request.timeout = command.timeout;
    const auto told = [step = command.step](engine::probe_outcome outcome) {
        return engine::stimulus(engine::probe_answer{step, std::move(outcome)});
    };
    auto later = taken_back();
    later.kind = engine::failure_kind::unavailable; // a look that was not taken is taken later
    dispatch<engine::probe_outcome>(
        *run, {{}, [this, request](bool) { return ports_.actions.probe(request); }, told, std::move(later)});
}

action_request runner::request_for(const run_id& id, const engine::run_state& state,
                                   const engine::send_undo& command) const
{
    action_request request;
    request.run = id;
    request.step = command.step;
    request.image = state.image;
    request.urgency = static_cast<priority>(state.priority);
    request.subject = state.subject.text;
    request.action = command.action;
    request.inputs = command.inputs;
    request.before = command.before;
    request.outputs = command.outputs;
    request.first_started = command.first_started;
    request.done_by = command.done_by;
    request.timeout = command.timeout;
    return request;
}

void runner::send(const live_pointer& run, const engine::send_undo& command)
{
    if (command.action == child_action && !command.written) {
        asio::co_spawn(ports_.executor, undo_child(run, command), loudly);
        return;
    }
    const auto request = request_for(run->id, run->state, command);
    const auto told = [step = command.step](engine::undo_outcome outcome) {
        return engine::stimulus(engine::undo_answer{step, std::move(outcome)});
    };
    dispatch<engine::undo_outcome>(*run, {bucket_of(command.action),
                                          [this, request, written = command.written](bool token_taken) {
                                              auto asked = request;
                                              asked.token_taken = token_taken;
                                              return undo_by(ports_.actions, written, std::move(asked));
                                          },
                                          told, taken_back()});
}

void runner::send(const live_pointer& run, const engine::watch_child& command)
{
    asio::co_spawn(ports_.executor, begin_child(run, command), loudly);
}

void runner::send(const live_pointer& run, const engine::finish&)
{
    if (const auto parent = children_.find(run->id); parent != children_.end()) {
        const auto watching = parent->second;
        children_.erase(parent);
        child_ended(watching, run->state);
    }
    const auto person = run->state.subject;
    people_.leave(person, run->id);
    if (!draining_)
        start_next(person);
}

} // namespace jmld::runtime
