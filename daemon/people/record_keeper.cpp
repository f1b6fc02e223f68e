// Optimistic: a record that changed meanwhile is read again. It never overwrites what a decision wrote.
#include "daemon/people/record_keeper.hpp"

#include "daemon/people/okta_people.hpp"
#include "daemon/people/person_loading.hpp"
#include "engine/runtime/loudly.hpp"
#include "workflows/people/person.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {
constexpr int tries_max = 20;
constexpr duration pause{50}, storage_pause{500};
} // namespace

std::string account_of(const engine::workflow_definition& definition, const engine::run_state& state)
{
    for (const auto& step : state.steps) {
        const auto id = step.outputs["id"].text_or();
        if (definition.steps[step.definition].uses != "okta.users.create" || id.empty())
            continue;
        const bool undone = step.status == engine::step_status::compensated;
        return undone ? std::string() : id; // there was none before it
    }
    return state.image["user"]["id"].text_or();
}

record_keeper::record_keeper(asio::any_io_executor executor, runtime::clock& time, runtime::journal& store)
    : executor_(std::move(executor)), time_(time), store_(store), alive_(std::make_shared<bool>(true))
{}

record_keeper::~record_keeper() { *alive_ = false; }

void record_keeper::ended(const engine::workflow_definition& definition, const engine::run_state& state)
{
    finding what;
    what.subject = state.subject;
    what.okta_id = account_of(definition, state);
    what.status = state.image["user"]["status"].text_or();
    for (const auto& step : state.steps) // what was read back last is truer than what was read first
        what.status = step.outputs["status"].text_or(what.status);
    what.employee_number = state.image["user"]["profile"]["employeeNumber"].text_or();
    what.login = state.image["user"]["profile"]["login"].text_or();
    for (const auto& step : state.steps) { // what a step made or changed is truer than what was read first
        const bool renamed = definition.steps[step.definition].uses == "okta.users.update";
        what.login =
            renamed ? step.outputs["profile"]["login"].text_or(what.login) : step.outputs["login"].text_or(what.login);
        what.deleted = what.deleted || (definition.steps[step.definition].uses == "okta.users.delete" &&
                                        step.status == engine::step_status::succeeded);
    }
    what.as_wanted = state.status == engine::run_status::succeeded;
    asio::co_spawn(executor_, keep(std::move(what)), runtime::loudly);
}

asio::awaitable<void> record_keeper::keep(finding what)
{
    const auto alive = alive_;
    for (int tried = 0; tried < tries_max; ++tried) {
        auto row = co_await store_.person(what.subject);
        if (!*alive || !row)
            co_return;
        auto record = workflows::decode_person(row->record.bytes);
        if (!record)
            co_return;
        const auto before = *record;
        if (!what.okta_id.empty()) {
            record->okta_id = what.okta_id;
            const auto digest = account_digest(what.okta_id);
            if (std::find(row->identities.begin(), row->identities.end(), digest) == row->identities.end())
                row->identities.push_back(digest);
        }
        if (!what.login.empty())
            record->login = what.login;
        if (!what.status.empty())
            record->status = what.status;
        if (!what.employee_number.empty())
            record->employee_number = what.employee_number;
        if (what.deleted && !record->login.empty()) { // Okta would give it to anybody
            const auto digest = login_digest(record->login);
            if (std::find(row->identities.begin(), row->identities.end(), digest) == row->identities.end())
                row->identities.push_back(digest);
        }
        if (what.deleted) // who comes back gets another account; the login stays known as theirs
            record->okta_id = record->status = record->employee_number = std::string();
        if (what.as_wanted) {
            // One that is still to act was given what is former to take it away; it settles when it has.
            runtime::run_query others;
            others.subject = what.subject;
            others.open_only = true;
            others.limit = 1;
            auto open = co_await store_.runs(std::move(others));
            if (!*alive)
                co_return;
            if (open && open->empty())
                workflows::settle(*record);
        }
        if (*record == before)
            co_return;
        row->record = {workflows::encode(*record)};
        runtime::transaction work;
        if (what.deleted)
            work.settings.push_back({logins_remembered, "yes"});
        work.people.push_back(std::move(*row));
        auto committed = co_await store_.commit(std::move(work));
        const bool full = !committed && committed.error().code == errc::overloaded;
        if (!*alive || committed || (!full && committed.error().code != errc::conflict))
            co_return;
        tried -= full ? 1 : 0; // a full disk is waited out
        const bool woken = co_await time_.wait_until(time_.now() + (full ? storage_pause : pause));
        if (!woken || !*alive)
            co_return;
    }
}

} // namespace jmld::daemon
