// core.approval: the run waits until enough of those who may have said yes, one of them has said no, or time is up. It
// asks nobody itself: whoever lists approvals finds it there.
#include "engine/approvals.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "engine/machine.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

std::vector<std::string> texts_of(const value& given)
{
    std::vector<std::string> texts;
    if (given.is_text())
        texts.push_back(given.text_or());
    for (const auto& item : given.items())
        if (const auto text = item.text_or(); !text.empty() && std::ranges::find(texts, text) == texts.end())
            texts.push_back(text);
    return texts;
}

int yes_words(const approval_record& approval)
{
    return static_cast<int>(std::ranges::count(approval.words, "approve", &approval_word::verdict));
}

std::string state_of(const step_record& step)
{
    if (step.status == step_status::waiting)
        return "open";
    const auto& approval = *step.approval;
    if (std::ranges::any_of(approval.words, [](const approval_word& word) { return word.verdict == "deny"; }))
        return "denied";
    if (yes_words(approval) >= approval.required)
        return "approved";
    const bool denied_by_time = step.status == step_status::failed && step.failure == failure_kind::timeout;
    const bool approved_by_time = step.status == step_status::succeeded && step.outputs["in_time"] == value(false);
    return denied_by_time || approved_by_time ? "expired" : "withdrawn"; // a person ruled, or the run ended before
}

value words_value(const approval_record& approval, bool shown)
{
    value_list all;
    for (const auto& word : approval.words)
        all.push_back(value::map({{"by", word.by},
                                  {"verdict", word.verdict},
                                  {"reason", shown ? value(word.reason) : value()},
                                  {"at", to_rfc3339(word.at)}}));
    return value(std::move(all));
}

} // namespace

std::vector<approval_view> approvals_of(const run_state& state)
{
    std::vector<approval_view> all;
    for (const auto& step : state.steps)
        if (step.approval)
            all.push_back({*step.approval, state.run, state.workflow, step.id, state.subject,
                           state.event.empty() ? state.by : std::string(), state_of(step)});
    return all;
}

std::optional<std::string> may_not_decide(const run_state& state, const approval_record& approval,
                                          const std::string& who, bool admin)
{
    if (state.event.empty() && who == state.by)
        return who + " started this run; somebody else has to decide";
    const auto already = std::ranges::find(approval.words, who, &approval_word::by);
    if (already != approval.words.end())
        return who + " has decided already";
    const bool named =
        approval.approvers.empty() || std::ranges::find(approval.approvers, who) != approval.approvers.end();
    if (named || (approval.escalated && admin))
        return std::nullopt;
    std::string names;
    for (const auto& one : approval.approvers)
        names += (names.empty() ? "" : ", ") + one;
    return who + " is not among its approvers: " + names;
}

value describe(const approval_view& approval, bool shown)
{
    const auto& what = approval.what;
    value_list approvers(what.approvers.begin(), what.approvers.end());
    auto plan = shown ? what.plan : value::map({{"message", what.plan["message"]}});
    return value::map({{"id", what.id.text},
                       {"run", approval.run.text},
                       {"workflow", approval.workflow},
                       {"step", approval.step},
                       {"subject", value::map({{"key", approval.subject.text}})},
                       {"state", approval.state},
                       {"requester", approval.requester.empty() ? value() : value(approval.requester)},
                       {"requested_at", to_rfc3339(what.requested_at)},
                       {"until", what.until ? value(to_rfc3339(*what.until)) : value()},
                       {"approvers", value(std::move(approvers))},
                       {"required", what.required},
                       {"approved", yes_words(what)},
                       {"escalated", what.escalated},
                       {"plan_digest", what.plan_sha256},
                       {"plan", std::move(plan)},
                       {"words", words_value(what, shown)}});
}

bool machine::start_approval(const std::string& id)
{
    const auto& step = at(id);
    const auto inputs = evaluate(definition_of(step).with, step);
    if (!inputs) {
        exhausted(id, failure_kind::invalid, inputs.error().what, {});
        return true;
    }
    approval_requested asked;
    asked.step = id;
    asked.approvers = texts_of((*inputs)["approvers"]);
    if (const auto* required = (*inputs)["required"].if_integer())
        asked.required = static_cast<int>(std::clamp<std::int64_t>(*required, 1, 1000));
    if (!asked.approvers.empty() && asked.required > static_cast<int>(asked.approvers.size())) {
        exhausted(id, failure_kind::invalid, "core.approval: more approvals are required than there are approvers", {});
        return true;
    }
    if (const auto* length = (*inputs)["timeout"].if_duration())
        asked.until = now_ + *length;
    asked.plan = value::map({{"message", (*inputs)["message"]}, {"steps", planned_steps(id)}});
    asked.plan_sha256 = plan_digest(asked.plan);
    asked.approval = make_id<approval_id>("apr", now_, random_);
    emit(std::move(asked));
    return true;
}

// The event, what is to be given and taken, and every step that comes after, as far as it can be known now.
std::string machine::plan_digest(const value& plan) const
{
    return digest::sha256_hex(json::encode(value::map({{"definition", state_.definition_sha256},
                                                       {"event", state_.context["event"]},
                                                       {"inputs", state_.context["inputs"]},
                                                       {"access", state_.access},
                                                       {"plan", plan}})));
}

// Time is up.
bool machine::end_approval(const std::string& id)
{
    const auto asked = at(id).approval->id;
    switch (definition_of(at(id)).when_undecided) {
    case undecided::deny:
        exhausted(id, failure_kind::timeout, "nobody decided in time", {});
        return true;
    case undecided::approve:
        emit(step_succeeded{.step = id,
                            .changed = false,
                            .outputs = value::map({{"approved", true}, {"by", value_list{}}, {"in_time", false}})});
        return true;
    case undecided::escalate:
        emit(approval_escalated{id, asked});
        return true;
    }
    return true;
}

step_record* machine::find_approval(const operator_signal& word)
{
    for (auto& step : state_.steps)
        if (step.approval && step.approval->id == word.approval)
            return &step;
    return nullptr;
}

void machine::decide(const operator_signal& word)
{
    const auto id = find_approval(word)->id;
    emit(approval_given{id, word.approval, std::string(to_text(word.what)), word.by, word.reason});
    if (word.what == verb::deny) {
        exhausted(id, failure_kind::forbidden, "denied by " + word.by + ": " + word.reason, {});
        return;
    }
    const auto& approval = *at(id).approval;
    if (yes_words(approval) < approval.required)
        return;
    value_list by;
    for (const auto& said : approval.words)
        by.emplace_back(said.by);
    emit(step_succeeded{.step = id,
                        .changed = false,
                        .outputs = value::map({{"approved", true}, {"by", value(std::move(by))}, {"in_time", true}})});
}

} // namespace jmld::engine
