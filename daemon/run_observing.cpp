// Each fact that matters to people is looked at once. No person stands in an alarm's message or a label.
#include "daemon/run_observing.hpp"

#include "daemon/evidence/moments.hpp"
#include "daemon/logging.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace jmld::daemon {

namespace {

struct alarm_words
{
    std::string kind, cause, message;
};

// They die with the account, and whatever uses them: somebody must know before.
void tell_of_tokens(const engine::run_state& state, const engine::subject_read& read, std::vector<alarm_words>& all)
{
    const auto& tokens = read.image["api_tokens"].items();
    if (state.dir != engine::direction::revoke || tokens.empty())
        return;
    std::string names;
    for (const auto& token : tokens)
        names += (names.empty() ? "" : ", ") + token["name"].text_or(token["id"].text_or());
    all.push_back({"api_tokens", "api_tokens " + state.run.text,
                   state.workflow + " closes an account that made API tokens; what uses them will stop: " + names});
}

void tell_of_last_admin(const engine::run_state& state, const engine::subject_read& read, std::vector<alarm_words>& all)
{
    if (read.person["last_super_admin"] == engine::value(true))
        all.push_back(
            {"needs_person", "last super administrator " + state.run.text,
             state.workflow +
                 ": nobody else who stays is a super administrator, or it cannot be told; the "
                 "account is suspended where Okta allows it, and keeps that role. Give it to somebody else, then "
                 "start the workflow for this person again"});
}

// What a step did not do although it succeeded.
void tell_of_leftovers(const engine::run_state& state, const engine::step_succeeded& done,
                       std::vector<alarm_words>& all)
{
    std::string attributes;
    for (const auto& name : done.outputs["not_set"].items())
        attributes += (attributes.empty() ? "" : ", ") + name.text_or();
    if (!attributes.empty())
        all.push_back({"needs_person", "not set " + state.run.text + " " + done.step,
                       state.workflow + ": another system is the source of " + attributes +
                           "; Okta refused to change them here, and they stay as they are until that system does"});
    if (const auto left = done.outputs["left"].items().size(); left > 0)
        all.push_back({"needs_person", "reports " + state.run.text,
                       state.workflow + ": " + std::to_string(left) +
                           " still report to somebody who left: nobody above is active, and policy.fallback_manager "
                           "names nobody who is"});
}

std::optional<alarm_words> words_of(const engine::run_state& state, const engine::happening& what)
{
    const auto& run = state.run.text;
    if (const auto* paused = std::get_if<engine::run_paused>(&what)) {
        if (paused->kind == "operator")
            return std::nullopt;
        const bool person = paused->kind == "needs_person";
        return alarm_words{person ? "needs_person" : "step_parked", "parked " + run + " " + paused->step,
                           state.workflow +
                               " waits for a person: " + (paused->step.empty() ? "" : "step " + paused->step + ", ") +
                               paused->kind + (paused->mark.code.empty() ? "" : " (" + paused->mark.code + ")")};
    }
    if (const auto* refused = std::get_if<engine::subject_failed>(&what)) {
        const bool locked_out =
            refused->kind == engine::failure_kind::unauthorized || refused->kind == engine::failure_kind::forbidden;
        if (!locked_out || state.dir != engine::direction::revoke) // others pause, which has an alarm of its own
            return std::nullopt;
        return alarm_words{"needs_person", "locked out " + run,
                           state.workflow + " may not read its person (" + std::string(engine::to_text(refused->kind)) +
                               (refused->mark.code.empty() ? "" : ", " + refused->mark.code) +
                               "); it asks again until it may"};
    }
    if (const auto* escalated = std::get_if<engine::approval_escalated>(&what))
        return alarm_words{"needs_person", "escalated " + escalated->approval.text,
                           state.workflow + ": nobody decided in time about step " + escalated->step +
                               "; an administrator may"};
    const auto* ended = std::get_if<engine::run_ended>(&what);
    if (ended == nullptr)
        return std::nullopt;
    switch (ended->status) {
    case engine::run_status::rolled_back:
        return alarm_words{"rolled_back", "ended " + run, state.workflow + " was rolled back: " + state.why.kind};
    case engine::run_status::rolled_back_partial:
    case engine::run_status::rollback_failed:
        return alarm_words{"compensation_failed", "ended " + run, state.workflow + " could not undo everything"};
    case engine::run_status::closed_with_residue:
        return alarm_words{"residue", "ended " + run, state.workflow + " closed, but something could not be removed"};
    case engine::run_status::scheduled:
    case engine::run_status::queued:
    case engine::run_status::running:
    case engine::run_status::waiting:
    case engine::run_status::throttled:
    case engine::run_status::paused:
    case engine::run_status::succeeded:
    case engine::run_status::failed:
    case engine::run_status::cancelled:
    case engine::run_status::terminated:
    case engine::run_status::superseded:
    case engine::run_status::compensating:
        return std::nullopt;
    }
    return std::nullopt;
}

// What a later look of a verification has found back: a name of Okta's, never of a person.
std::vector<alarm_words> drift_in(const engine::run_state& state, const engine::happening& what)
{
    std::vector<alarm_words> all;
    const auto* open = std::get_if<engine::attempt_pending_fact>(&what);
    if (open == nullptr)
        return all;
    for (const auto& one : open->progress["came_back"].items())
        for (const auto& [kind, name] : one.entries())
            all.push_back({"drift", "drift " + state.run.text + " " + kind + " " + name.text_or(),
                           state.workflow + ": " + kind + " '" + name.text_or() +
                               "' came back after it was taken away, and is taken away again"});
    return all;
}

double seconds_between(time_point from, time_point to) { return static_cast<double>((to - from).count()) / 1000; }

class measuring
{
public:
    measuring(const runtime::run_change& change, metrics& counters, time_point at)
        : change_(change), counters_(counters), at_(at)
    {}

    void take(const engine::run_ended& f)
    {
        counters_.count("jmld_runs_total",
                        {{"workflow", change_.state.workflow}, {"outcome", engine::to_text(f.status)}});
        counters_.observe("jmld_run_duration_seconds", {{"workflow", change_.state.workflow}},
                          seconds_between(change_.state.created_at, at_));
        const auto moments = moments_of(change_.definition, change_.state);
        waited("jmld_time_to_contain_seconds", moments, moments.contained_at);
        waited("jmld_time_to_verify_seconds", moments, moments.verified_at);
    }
    void take(const engine::step_succeeded& f)
    {
        ended(f.step, "succeeded");
        if (f.attempt > 0)
            attempted(f.step, "none");
    }
    void take(const engine::attempt_pending_fact& f) { attempted(f.step, "none"); }
    void take(const engine::attempt_failed_fact& f) { attempted(f.step, engine::to_text(f.kind)); }
    void take(const engine::outcome_unknown& f) { attempted(f.step, "unknown_outcome"); }
    void take(const engine::step_failed& f) { ended(f.step, "failed"); }
    void take(const engine::step_skipped& f) { ended(f.step, "skipped"); }
    void take(const engine::probe_answered& f)
    {
        counters_.count("jmld_unknown_outcomes_total", {{"resolution", engine::to_text(f.verdict)}});
    }
    void take(const engine::compensation_succeeded& f)
    {
        counters_.count("jmld_compensations_total", {{"outcome", f.conflict ? "conflict" : "compensated"}});
    }
    void take(const engine::compensation_given_up&)
    {
        counters_.count("jmld_compensations_total", {{"outcome", "failed"}});
    }
    template <class Other> void take(const Other&) {}

private:
    std::string_view action_of(const std::string& step) const
    {
        const auto* record = change_.state.find(step);
        return record == nullptr ? std::string_view("?")
                                 : std::string_view(change_.definition.steps[record->definition].uses);
    }
    void waited(std::string_view family, const run_moments& moments, const std::optional<time_point>& until)
    {
        const auto could_begin = moments.effective_at && moments.received_at
                                     ? std::max(*moments.effective_at, *moments.received_at)
                                     : change_.state.created_at;
        if (until)
            counters_.observe(family, {}, std::max(0.0, seconds_between(could_begin, *until)));
    }
    void ended(const std::string& step, std::string_view outcome)
    {
        counters_.count("jmld_steps_total", {{"action", action_of(step)}, {"outcome", outcome}});
    }
    void attempted(const std::string& step, std::string_view failure)
    {
        counters_.count("jmld_step_attempts_total", {{"action", action_of(step)}, {"failure", failure}});
        const auto* record = change_.state.find(step);
        if (record != nullptr && !record->attempts.empty())
            counters_.observe("jmld_step_duration_seconds", {{"action", action_of(step)}},
                              seconds_between(record->attempts.back().started_at, at_));
    }

    const runtime::run_change& change_;
    metrics& counters_;
    time_point at_;
};

} // namespace

std::vector<runtime::alarm_row> alarms_of(const runtime::run_change& change, time_point now, random_source& random)
{
    std::vector<runtime::alarm_row> alarms;
    for (const auto& happened : change.facts) {
        auto causes = drift_in(change.state, happened.what);
        if (auto words = words_of(change.state, happened.what))
            causes.push_back(std::move(*words));
        if (const auto* read = std::get_if<engine::subject_read>(&happened.what)) {
            tell_of_tokens(change.state, *read, causes);
            tell_of_last_admin(change.state, *read, causes);
        }
        if (const auto* done = std::get_if<engine::step_succeeded>(&happened.what))
            tell_of_leftovers(change.state, *done, causes);
        for (auto& words : causes) {
            runtime::alarm_row row;
            row.id = make_id<alarm_id>("alm", now, random);
            row.cause = std::move(words.cause);
            row.kind = std::move(words.kind);
            row.at = now;
            row.message = std::move(words.message);
            row.subject = change.state.subject;
            row.run = change.state.run;
            row.event = change.state.event;
            alarms.push_back(std::move(row));
        }
    }
    return alarms;
}

namespace {

class telling
{
public:
    explicit telling(const engine::run_state& state) : state_(state) {}

    void take(const engine::run_started&) { tell(spdlog::level::info, {}, "begins"); }
    void take(const engine::step_succeeded& f)
    {
        tell(spdlog::level::debug, {f.step, f.attempt, f.mark.request_id}, "succeeded");
    }
    void take(const engine::attempt_failed_fact& f)
    {
        tell(spdlog::level::warn, {f.step, f.attempt, f.mark.request_id},
             fmt::format("failed: {} status={} code={}", engine::to_text(f.kind), f.mark.status, f.mark.code));
    }
    void take(const engine::outcome_unknown& f)
    {
        tell(spdlog::level::warn, {f.step, f.attempt, f.mark.request_id}, "outcome unknown");
    }
    void take(const engine::run_paused& f) { tell(spdlog::level::warn, {f.step}, "paused: " + f.kind); }
    void take(const engine::run_ended& f)
    {
        tell(spdlog::level::info, {}, "ended " + std::string(engine::to_text(f.status)));
    }
    template <class Other> void take(const Other&) {}

private:
    struct place
    {
        std::string_view step{};
        int attempt = 0;
        std::string_view request{};
    };
    void tell(spdlog::level::level_enum level, const place& where, std::string_view message)
    {
        if (!spdlog::should_log(level)) // once for every step: nothing is put together for nobody
            return;
        log_about(level,
                  engine::value::map({{"run", state_.run.text},
                                      {"workflow", state_.workflow},
                                      {"event", state_.event.id},
                                      {"step", where.step},
                                      {"attempt", where.attempt > 0 ? engine::value(where.attempt) : engine::value()},
                                      {"okta_request_id", where.request}}),
                  message);
    }

    const engine::run_state& state_;
};

} // namespace

void log_change(const runtime::run_change& change)
{
    telling words(change.state);
    for (const auto& happened : change.facts)
        std::visit([&](const auto& what) { words.take(what); }, happened.what);
}

void measure(const runtime::run_change& change, metrics& counters)
{
    for (const auto& happened : change.facts) {
        measuring work(change, counters, happened.at);
        std::visit([&](const auto& what) { work.take(what); }, happened.what);
    }
}

} // namespace jmld::daemon
