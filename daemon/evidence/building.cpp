// Facts hold no personal data and outlive an erasure; everything else is content. Both are JSON as it is shown.
#include "daemon/evidence/building.hpp"

#include "daemon/evidence/exchanges.hpp"
#include "daemon/evidence/moments.hpp"
#include "daemon/operations/common.hpp"
#include "daemon/operations/runs.hpp"
#include "engine/json/json.hpp"
#include "engine/run_view.hpp"

#include <algorithm>

namespace jmld::daemon {

using engine::value;
using engine::value_list;

namespace {

value short_form(const value& items, std::initializer_list<std::string_view> keys)
{
    if (!items.is_list())
        return {};
    value_list out;
    for (const auto& item : items.items()) {
        engine::value_map kept;
        for (const auto key : keys)
            kept.emplace_back(std::string(key), item[key]);
        out.emplace_back(std::move(kept));
    }
    return value(std::move(out));
}

// `Everyone` is nobody's access: it is left out, as everywhere.
value groups_in(const value& groups)
{
    if (!groups.is_list())
        return {};
    value_list out;
    std::ranges::copy_if(groups.items(), std::back_inserter(out),
                         [](const value& group) { return group["type"].text_or() != "BUILT_IN"; });
    return short_form(value(std::move(out)), {"id", "name", "membership", "type"});
}

// A list that was not read is null, never empty.
value image_value(const value& image)
{
    if (!image.is_map())
        return {};
    auto out = value::map({{"status", image["user"]["status"]},
                           {"groups", groups_in(image["groups"])},
                           {"apps", short_form(image["apps"], {"id", "label", "scope"})},
                           {"roles", short_form(image["roles"], {"id", "type", "assignmentType"})},
                           {"factors", short_form(image["factors"], {"id", "factorType", "status"})}});
    for (const auto* list : {"devices", "grants", "tokens"}) // read of somebody who left, at the end
        if (image[list].is_list())
            out = out.with(list, image[list]);
    return out;
}

void add_unread(value_list& warnings, const value& seen)
{
    for (const auto& gap : seen["unread"].items())
        warnings.emplace_back("at the end of this run " + gap["part"].text_or() +
                              " could not be read: " + gap["reason"].text_or());
    const auto left = [&](std::string_view list, std::string_view words) {
        if (const auto amount = seen[list].items().size(); amount > 0)
            warnings.emplace_back(std::to_string(amount) + std::string(words));
    };
    left("devices", " device(s) stay enrolled for this account, which nobody can use any more");
    left("grants", " consent(s) to apps still stand for this account, which nobody can use any more");
}

value warnings_of(const engine::workflow_definition& definition, const engine::run_state& state, const value& seen)
{
    value_list out = state.first_image["warnings"].items();
    if (state.first_image["user"].is_null() && state.dir == engine::direction::revoke)
        out.emplace_back("no Okta account of this person was found: there was nothing to close");
    if (state.dir == engine::direction::revoke)
        for (const auto& token : state.first_image["api_tokens"].items())
            out.emplace_back("the API token '" + token["name"].text_or() + "' (" + token["id"].text_or() +
                             ") belongs to this account and stops working when it is deactivated");
    if (!seen.is_map() && !state.first_image["user"].is_null())
        out.emplace_back("the account was not read back at the end of this run: what it has now is not proved here");
    for (const auto& step : state.steps)
        for (const auto& back : is_verification(definition, step) ? step.outputs["drift"].items() : value_list{})
            out.emplace_back("came back during the verification and was taken away: " + engine::json::write(back));
    if (state.dir == engine::direction::revoke)
        add_unread(out, seen);
    if (state.context["parent"].is_map())
        out.emplace_back("this run was started by run " + state.context["parent"]["run"].text_or());
    return value(std::move(out));
}

value approval_words_of(const engine::run_state& state)
{
    value_list out;
    for (const auto& step : state.steps) {
        if (!step.approval)
            continue;
        for (const auto& word : step.approval->words)
            out.push_back(value::map({{"step", step.id},
                                      {"by", word.by},
                                      {"verdict", word.verdict},
                                      {"reason", word.reason},
                                      {"at", to_rfc3339(word.at)},
                                      {"plan_sha256", step.approval->plan_sha256}}));
    }
    return value(std::move(out));
}

// What people declared or handed in for a step: tasks that no call can do.
value rulings_of(const engine::run_state& state)
{
    value_list out;
    for (const auto& step : state.steps)
        if (!step.evidence.is_null())
            out.push_back(
                value::map({{"step", step.id}, {"state", engine::to_text(step.status)}, {"evidence", step.evidence}}));
    return value(std::move(out));
}

value event_value(const engine::run_state& state)
{
    return state.event.empty() ? value() : value::map({{"source", state.event.source}, {"id", state.event.id}});
}

value facts_of(const std::string& id, const engine::run_state& state, const run_moments& moments)
{
    return value::map({{"id", id},
                       {"run", state.run.text},
                       {"event", event_value(state)},
                       {"person", state.subject.text},
                       {"workflow", state.workflow},
                       {"direction", engine::to_text(state.dir)},
                       {"state", engine::to_text(state.status)},
                       {"effective", state.context["cause"]["effective"]},
                       {"entered_at", moment_value(moments.entered_at)},
                       {"received_at", moment_value(moments.received_at)},
                       {"started_at", moment_value(state.first_call_at)},
                       {"contained_at", moment_value(moments.contained_at)},
                       {"closed_at", moment_value(moments.closed_at)},
                       {"verified_at", moment_value(moments.verified_at)},
                       {"ended_at", moment_value(state.ended_at)}});
}

value content_of(const engine::workflow_definition& definition, const engine::run_state& state,
                 const run_moments& moments)
{
    const auto seen = last_read_back(definition, state).seen;
    const auto& event = state.context["event"];
    return value::map({{"subject", run_subject_value(definition, state, true)},
                       {"event_type", event["type"]},
                       {"reason", event["reason"]},
                       {"process_id", event["process_id"]},
                       {"last_day", event["last_day"]},
                       {"definition", state.definition_sha256},
                       {"superseded_by", text_or_null(state.superseded_by)},
                       {"why", engine::describe(state.why)},
                       {"before", image_value(state.first_image)},
                       {"after", image_value(seen)},
                       {"calls", calls_of(definition, state)},
                       {"reads", reads_of(definition, state)},
                       {"residue", state.residue},
                       {"review", state.review},
                       {"warnings", warnings_of(definition, state, seen)},
                       {"approvals", approval_words_of(state)},
                       {"rulings", rulings_of(state)},
                       {"late_ms", lateness_of(moments, state)},
                       {"scope", scope_statement()}});
}

// The run's own number, so that nothing is drawn for it; a run that was reopened ends once more.
std::string id_of(const engine::run_state& state)
{
    const auto at = state.run.text.find('_');
    auto id = "evd_" + (at == std::string::npos ? state.run.text : state.run.text.substr(at + 1));
    return state.reopened ? id + "." + std::to_string(state.last_seq) : id;
}

} // namespace

std::string_view scope_statement()
{
    return "This is what jmld did and read in Okta for this person in this run. It does not speak of sessions that "
           "applications keep by themselves, of accounts outside Okta or without single sign-on, of other "
           "organisations, mailboxes or devices. Times are those of jmld's clock; request ids lead to Okta's own "
           "System Log.";
}

std::optional<runtime::evidence_row> evidence_of(const engine::workflow_definition& definition,
                                                 const engine::run_state& state)
{
    if (!engine::has_ended(state.status) || state.first_image.is_null())
        return std::nullopt;
    const auto moments = moments_of(definition, state);
    runtime::evidence_row row;
    row.id = id_of(state);
    row.run = state.run;
    row.subject = state.subject;
    row.at = state.ended_at.value_or(state.created_at);
    row.facts = engine::json::write(facts_of(row.id, state, moments));
    row.content = {engine::json::write(content_of(definition, state, moments))};
    return row;
}

std::optional<runtime::evidence_row> evidence_of(const runtime::run_change& change)
{
    const bool ends = std::ranges::any_of(change.facts, [](const engine::fact& happened) {
        return std::holds_alternative<engine::run_ended>(happened.what);
    });
    return ends ? evidence_of(change.definition, change.state) : std::nullopt;
}

} // namespace jmld::daemon
