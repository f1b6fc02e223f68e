// Commands leave here, through the dispatcher, and come back as stimuli. An answer that arrives after the end of the
// process is simply not heard: the next process asks.
#include "engine/runtime/runner.hpp"

#include <exception>
#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {

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

} // namespace

std::string runner::bucket_of(const std::string& action) const
{
    const auto* described = ports_.catalogue.find(action);
    return described == nullptr ? std::string() : described->bucket;
}

action_request runner::request_for(const live_run& run, const std::string& step) const
{
    action_request request;
    request.run = run.id;
    request.step = step;
    request.image = run.state.image;
    request.urgency = static_cast<priority>(run.state.priority);
    request.subject = run.state.subject.text;
    return request;
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
    const auto id = run->id;
    dispatcher::item item;
    item.run = id;
    item.urgency = static_cast<priority>(run->state.priority);
    item.work = [this, id, request, alive = alive_](bool) -> asio::awaitable<void> {
        const auto still = alive;
        const auto mine = id;
        auto* self = this;
        auto outcome = co_await answered(self->ports_.subjects.read(request));
        if (!*still)
            co_return;
        if (auto* view = std::get_if<subject_view>(&outcome))
            self->feed(mine,
                       {engine::subject_answer{view->person, view->access, view->image, view->unknown_names}, {}, {}});
        else
            self->feed(mine, {engine::subject_refused{std::get<engine::attempt_failed>(outcome)}, {}, {}});
    };
    item.dropped = [this, id] { feed(id, {engine::subject_refused{taken_back()}, {}, {}}); };
    ports_.outbound.submit(std::move(item));
}

void runner::send(const live_pointer& run, const engine::send_attempt& command)
{
    auto request = request_for(*run, command.step);
    request.action = command.action;
    request.attempt = command.attempt;
    request.inputs = command.inputs;
    request.first_started = command.first_started;
    request.timeout = command.timeout;
    const auto id = run->id;
    dispatcher::item item;
    item.run = id;
    item.bucket = bucket_of(command.action);
    item.urgency = request.urgency;
    item.work = [this, id, request, alive = alive_](bool token_taken) -> asio::awaitable<void> {
        const auto still = alive;
        const auto mine = id;
        auto* self = this;
        auto asked = request;
        asked.token_taken = token_taken;
        const auto step = asked.step;
        const int number = asked.attempt;
        auto outcome = co_await answered(self->ports_.actions.attempt(std::move(asked)));
        if (*still)
            self->feed(mine, {engine::attempt_answer{step, number, std::move(outcome)}, {}, {}});
    };
    item.dropped = [this, id, step = command.step, number = command.attempt] {
        feed(id, {engine::attempt_answer{step, number, taken_back()}, {}, {}});
    };
    ports_.outbound.submit(std::move(item));
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
    const auto id = run->id;
    dispatcher::item item;
    item.run = id;
    item.urgency = request.urgency;
    item.work = [this, id, request, alive = alive_](bool) -> asio::awaitable<void> {
        const auto still = alive;
        const auto mine = id;
        auto* self = this;
        const auto step = request.step;
        auto outcome = co_await answered(self->ports_.actions.probe(request));
        if (*still)
            self->feed(mine, {engine::probe_answer{step, std::move(outcome)}, {}, {}});
    };
    item.dropped = [this, id, step = command.step] {
        auto back = taken_back();
        back.kind = engine::failure_kind::unavailable; // a look that was not taken is taken later
        feed(id, {engine::probe_answer{step, back}, {}, {}});
    };
    ports_.outbound.submit(std::move(item));
}

void runner::send(const live_pointer& run, const engine::send_undo& command)
{
    auto request = request_for(*run, command.step);
    request.action = command.action;
    request.inputs = command.inputs;
    request.before = command.before;
    request.outputs = command.outputs;
    request.first_started = command.first_started;
    request.timeout = command.timeout;
    const auto id = run->id;
    dispatcher::item item;
    item.run = id;
    item.bucket = bucket_of(command.action);
    item.urgency = request.urgency;
    item.work = [this, id, request, alive = alive_](bool token_taken) -> asio::awaitable<void> {
        const auto still = alive;
        const auto mine = id;
        auto* self = this;
        auto asked = request;
        asked.token_taken = token_taken;
        const auto step = asked.step;
        auto outcome = co_await answered(self->ports_.actions.undo(std::move(asked)));
        if (*still)
            self->feed(mine, {engine::undo_answer{step, std::move(outcome)}, {}, {}});
    };
    item.dropped = [this, id, step = command.step] { feed(id, {engine::undo_answer{step, taken_back()}, {}, {}}); };
    ports_.outbound.submit(std::move(item));
}

void runner::send(const live_pointer& run, const engine::finish&)
{
    const auto person = run->state.subject;
    people_.leave(person, run->id);
    if (!draining_)
        start_next(person);
}

} // namespace jmld::runtime
