// It repeats the facts of the record that it completes, so that a reader of the list needs no other; of the content it
// has only what the log said.
#include "daemon/evidence/log_supplement.hpp"

#include "daemon/evidence/exchanges.hpp"
#include "daemon/evidence/log_entries.hpp"
#include "daemon/evidence/moments.hpp"
#include "engine/json/json.hpp"

#include <algorithm>

namespace jmld::daemon {

using engine::value;
using engine::value_list;

namespace {

constexpr duration longest_pause{3'600'000}, given_up_after{86'400'000};
constexpr int patience = 4; // as many times `first` an answer may lack entries: asked after one, two and four
constexpr std::string_view scope = "These entries come from Okta's System Log, asked at asked_at, for the accounts in "
                                   "targets. An entry belongs to a change by the id of its request; of a change whose "
                                   "answer was lost no id is known.";

bool took_something(const runtime::run_change& change)
{
    const auto calls = calls_of(change.definition, change.state);
    return std::ranges::any_of(calls.items(), [&](const value& call) {
        const auto path = call["path"].text_or();
        const auto* status = call["status"].if_integer();
        const bool done = status == nullptr || *status < 300;
        const bool closes = path.ends_with("/suspend") || path.ends_with("/deactivate");
        const auto method = call["method"].text_or();
        return done && method != "GET" &&
               (change.definition.dir == engine::direction::revoke || method == "DELETE" || closes);
    });
}

value facts_of(const value& record, const std::string& id, time_point asked_at)
{
    auto facts = value::map({{"id", id},
                             {"kind", std::string(evidence_kind_system_log)},
                             {"completes", value::map({{"id", record["id"]}, {"hash", record["hash"]}})},
                             {"asked_at", moment_value(asked_at)}});
    for (const auto* key : {"run", "event", "person", "workflow", "direction", "state", "effective", "entered_at",
                            "received_at", "started_at", "contained_at", "closed_at", "verified_at", "ended_at"})
        facts = facts.with(key, record[key]);
    return facts;
}

value told_by(const value& record, const log_answer& answer)
{
    const auto asked = question_of(record);
    auto told = value::map({{"why", answer.why.empty() ? value() : value(answer.why)}, {"scope", std::string(scope)}});
    if (!asked)
        return told;
    value_list targets;
    for (const auto& id : asked->targets)
        targets.emplace_back(id);
    const bool answered = answer.log.is_list();
    auto found = findings_in(answer.log, record, *asked);
    return told.with("since", to_rfc3339(asked->since))
        .with("until", to_rfc3339(asked->until))
        .with("targets", value(std::move(targets)))
        .with("entries", answered ? std::move(found.entries) : value())
        .with("changes", answered ? std::move(found.changes) : value())
        .with("changes_without_entry", answered ? std::move(found.without) : value())
        .with("cut_off", found.cut_off);
}

} // namespace

std::optional<runtime::timer_row> log_timer(const runtime::run_change& change, const workflows::policy& rules,
                                            time_point now, random_source& random)
{
    const bool ends = std::ranges::any_of(change.facts, [](const engine::fact& happened) {
        return std::holds_alternative<engine::run_ended>(happened.what);
    });
    const auto& after = rules.verify.system_log;
    if (!ends || !after || change.state.first_image.is_null() || !took_something(change))
        return std::nullopt;
    runtime::timer_row row;
    row.id = make_id<timer_id>("tmr", now, random);
    row.kind = timer_kind_system_log;
    row.at = now + *after;
    row.subject = change.state.subject;
    row.run = change.state.run;
    return row;
}

std::optional<time_point> ask_again_at(time_point ended_at, time_point now, duration first, bool answered)
{
    const auto since = now - ended_at;
    if (since >= (answered ? std::min(patience * first, given_up_after) : given_up_after))
        return std::nullopt;
    return now + std::clamp(since, std::min(first, longest_pause), longest_pause);
}

bool is_supplement(const value& shown) { return shown["kind"].text_or() == evidence_kind_system_log; }

bool lacks_entries(const value& record, const value& log)
{
    const auto asked = question_of(record);
    return asked && !findings_in(log, record, *asked).without.items().empty();
}

runtime::evidence_row supplement_of(const value& record, const person_key& subject, const log_answer& answer)
{
    runtime::evidence_row row;
    row.id = record["id"].text_or() + ".log";
    row.run.text = record["run"].text_or();
    row.subject = subject;
    row.at = answer.asked_at;
    row.facts = engine::json::write(facts_of(record, row.id, answer.asked_at));
    const value none{value_list{}};
    row.content = {engine::json::write(value::map({{"subject", record["subject"]},
                                                   {"before", value()},
                                                   {"after", value()},
                                                   {"calls", none},
                                                   {"reads", none},
                                                   {"residue", none},
                                                   {"review", none},
                                                   {"warnings", none},
                                                   {"system_log", told_by(record, answer)}}))};
    return row;
}

} // namespace jmld::daemon
