// The words of the contract for every state, verb and kind. Each table is the only place where its words stand.
#include "engine/action.hpp"
#include "engine/definition.hpp"
#include "engine/history.hpp"
#include "engine/stimulus.hpp"

#include <array>
#include <utility>

namespace jmld::engine {

namespace {

template <class Kind, std::size_t Count> using names = std::array<std::pair<Kind, std::string_view>, Count>;

template <class Kind, std::size_t Count> std::string_view name_of(const names<Kind, Count>& table, Kind kind)
{
    for (const auto& [known, name] : table)
        if (known == kind)
            return name;
    return "?";
}

template <class Kind, std::size_t Count>
std::optional<Kind> kind_of(const names<Kind, Count>& table, std::string_view name)
{
    for (const auto& [kind, known] : table)
        if (known == name)
            return kind;
    return std::nullopt;
}

constexpr names<failure_kind, 11> failures{{{failure_kind::rate_limited, "rate_limited"},
                                            {failure_kind::unavailable, "unavailable"},
                                            {failure_kind::timeout, "timeout"},
                                            {failure_kind::conflict, "conflict"},
                                            {failure_kind::not_found, "not_found"},
                                            {failure_kind::already_exists, "already_exists"},
                                            {failure_kind::invalid, "invalid"},
                                            {failure_kind::unauthorized, "unauthorized"},
                                            {failure_kind::forbidden, "forbidden"},
                                            {failure_kind::unknown_outcome, "unknown_outcome"},
                                            {failure_kind::cancelled, "cancelled"}}};

constexpr names<parameter_type, 13> types{{{parameter_type::any, "any"},
                                           {parameter_type::boolean, "bool"},
                                           {parameter_type::integer, "int"},
                                           {parameter_type::text, "string"},
                                           {parameter_type::list, "list"},
                                           {parameter_type::map, "map"},
                                           {parameter_type::user, "user"},
                                           {parameter_type::group, "group"},
                                           {parameter_type::app, "app"},
                                           {parameter_type::role, "role"},
                                           {parameter_type::factor, "factor"},
                                           {parameter_type::duration, "duration"},
                                           {parameter_type::timestamp, "timestamp"}}};

constexpr names<probe_verdict, 3> verdicts{{{probe_verdict::done, "done"},
                                            {probe_verdict::not_done, "not_done"},
                                            {probe_verdict::cannot_tell, "cannot_tell"}}};

constexpr names<direction, 3> directions{
    {{direction::grant, "grant"}, {direction::change, "change"}, {direction::revoke, "revoke"}}};

constexpr names<on_exhausted, 4> choices{{{on_exhausted::rollback, "rollback"},
                                          {on_exhausted::pause, "pause"},
                                          {on_exhausted::proceed, "continue"},
                                          {on_exhausted::fail, "fail"}}};

constexpr names<run_status, 16> run_states{{{run_status::scheduled, "scheduled"},
                                            {run_status::queued, "queued"},
                                            {run_status::running, "running"},
                                            {run_status::waiting, "waiting"},
                                            {run_status::throttled, "throttled"},
                                            {run_status::paused, "paused"},
                                            {run_status::succeeded, "succeeded"},
                                            {run_status::failed, "failed"},
                                            {run_status::cancelled, "cancelled"},
                                            {run_status::terminated, "terminated"},
                                            {run_status::superseded, "superseded"},
                                            {run_status::compensating, "compensating"},
                                            {run_status::rolled_back, "rolled_back"},
                                            {run_status::rolled_back_partial, "rolled_back_partial"},
                                            {run_status::rollback_failed, "rollback_failed"},
                                            {run_status::closed_with_residue, "closed_with_residue"}}};

constexpr names<step_status, 15> step_states{{{step_status::pending, "pending"},
                                              {step_status::ready, "ready"},
                                              {step_status::running, "running"},
                                              {step_status::backing_off, "backing_off"},
                                              {step_status::throttled, "throttled"},
                                              {step_status::waiting, "waiting"},
                                              {step_status::unknown, "unknown"},
                                              {step_status::succeeded, "succeeded"},
                                              {step_status::failed, "failed"},
                                              {step_status::skipped, "skipped"},
                                              {step_status::cancelled, "cancelled"},
                                              {step_status::compensating, "compensating"},
                                              {step_status::compensated, "compensated"},
                                              {step_status::compensation_failed, "compensation_failed"},
                                              {step_status::not_compensable, "not_compensable"}}};

constexpr names<stop_kind, 5> stops{{{stop_kind::preempt, "preempt"},
                                     {stop_kind::cancel, "cancel"},
                                     {stop_kind::terminate, "terminate"},
                                     {stop_kind::rollback, "rollback"},
                                     {stop_kind::fail, "fail"}}};

constexpr names<need_result, 4> need_results{{{need_result::succeeded, "succeeded"},
                                              {need_result::failed, "failed"},
                                              {need_result::skipped, "skipped"},
                                              {need_result::done, "done"}}};

constexpr names<undecided, 3> undecided_choices{
    {{undecided::deny, "deny"}, {undecided::approve, "approve"}, {undecided::escalate, "escalate"}}};

constexpr names<verb, 12> verbs{{{verb::pause, "pause"},
                                 {verb::resume, "resume"},
                                 {verb::retry, "retry"},
                                 {verb::cancel, "cancel"},
                                 {verb::terminate, "terminate"},
                                 {verb::rollback, "rollback"},
                                 {verb::reschedule, "reschedule"},
                                 {verb::approve, "approve"},
                                 {verb::deny, "deny"},
                                 {verb::skip, "skip"},
                                 {verb::complete, "complete"},
                                 {verb::fail, "fail"}}};

bool is_for_steps(verb what) { return what == verb::skip || what == verb::complete || what == verb::fail; }
bool is_for_approvals(verb what) { return what == verb::approve || what == verb::deny; }

} // namespace

std::string_view to_text(failure_kind kind) { return name_of(failures, kind); }
std::optional<failure_kind> parse_failure_kind(std::string_view text) { return kind_of(failures, text); }

bool is_transient(failure_kind kind)
{
    return kind == failure_kind::rate_limited || kind == failure_kind::unavailable || kind == failure_kind::timeout ||
           kind == failure_kind::conflict || kind == failure_kind::unknown_outcome;
}

std::string_view to_text(parameter_type type) { return name_of(types, type); }
std::string_view to_text(probe_verdict verdict) { return name_of(verdicts, verdict); }
std::string_view to_text(direction d) { return name_of(directions, d); }
std::string_view to_text(on_exhausted choice) { return name_of(choices, choice); }
std::string_view to_text(run_status status) { return name_of(run_states, status); }
std::optional<run_status> parse_run_status(std::string_view text) { return kind_of(run_states, text); }
std::string_view to_text(step_status status) { return name_of(step_states, status); }
std::string_view to_text(stop_kind kind) { return name_of(stops, kind); }
std::optional<stop_kind> parse_stop_kind(std::string_view text) { return kind_of(stops, text); }
std::string_view to_text(need_result wanted) { return name_of(need_results, wanted); }
std::optional<need_result> parse_need_result(std::string_view text) { return kind_of(need_results, text); }
std::string_view to_text(undecided choice) { return name_of(undecided_choices, choice); }
std::optional<undecided> parse_undecided(std::string_view text) { return kind_of(undecided_choices, text); }
std::string_view to_text(verb what) { return name_of(verbs, what); }
std::optional<verb> parse_verb(std::string_view text)
{
    const auto known = kind_of(verbs, text);
    return known && !is_for_steps(*known) && !is_for_approvals(*known) ? known : std::nullopt;
}
std::optional<verb> parse_step_verb(std::string_view text)
{
    const auto known = kind_of(verbs, text);
    return known && (is_for_steps(*known) || *known == verb::retry) ? known : std::nullopt;
}

bool has_ended(run_status status)
{
    switch (status) {
    case run_status::succeeded:
    case run_status::failed:
    case run_status::cancelled:
    case run_status::terminated:
    case run_status::superseded:
    case run_status::rolled_back:
    case run_status::rolled_back_partial:
    case run_status::rollback_failed:
    case run_status::closed_with_residue:
        return true;
    case run_status::scheduled:
    case run_status::queued:
    case run_status::running:
    case run_status::waiting:
    case run_status::throttled:
    case run_status::paused:
    case run_status::compensating:
        return false;
    }
    return false;
}

bool is_final(step_status status)
{
    switch (status) {
    case step_status::succeeded:
    case step_status::failed:
    case step_status::skipped:
    case step_status::cancelled:
    case step_status::compensating:
    case step_status::compensated:
    case step_status::compensation_failed:
    case step_status::not_compensable:
        return true;
    case step_status::pending:
    case step_status::ready:
    case step_status::running:
    case step_status::backing_off:
    case step_status::throttled:
    case step_status::waiting:
    case step_status::unknown:
        return false;
    }
    return false;
}

step_kind step_definition::kind() const
{
    if (uses == "core.wait")
        return step_kind::wait;
    if (uses == "core.approval")
        return step_kind::approval;
    if (uses == "core.run")
        return step_kind::run;
    return uses == "core.fail" ? step_kind::fail : step_kind::action;
}

const step_definition* workflow_definition::find(std::string_view id) const
{
    for (const auto& step : steps)
        if (step.id == id)
            return &step;
    return nullptr;
}

} // namespace jmld::engine
