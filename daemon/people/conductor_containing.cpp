// Further accounts under the number of somebody who leaves are closed off at once, each by a run of its own; whose they
// are is left to a person. An account that is known as somebody's keeps its record.
#include "daemon/people/conductor.hpp"

#include "workflows/people/containment.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace jmld::daemon {

namespace {

bool is_contained_for(const loaded_person& person, const event_key& event)
{
    return std::ranges::any_of(person.state.runs, [&](const workflows::known_run& run) {
        return run.event == event && run.workflow == workflows::workflow_of_containment;
    });
}

runtime::new_run containing_run(const run_id& id, const engine::definition_pointer& definition,
                                const person_key& subject, const workflows::canonical_event& meant,
                                const rule_book& rules)
{
    runtime::new_run fresh;
    fresh.id = id;
    fresh.definition = definition;
    fresh.subject = subject;
    fresh.event = meant.key;
    fresh.urgency =
        workflows::is_urgent(meant, rules.policy) ? runtime::priority::urgent_leaver : runtime::priority::leaver;
    fresh.by = "event " + meant.key.id;
    fresh.context = engine::value::map({{"event", workflows::event_for_expressions(meant, rules.policy)},
                                        {"policy", workflows::to_value(rules.policy)}});
    return fresh;
}

} // namespace

boost::asio::awaitable<conductor::accounts_or_failure>
conductor::further_accounts(const workflows::canonical_event& meant, const loaded_person& person)
{
    const auto rules = ports_.rules.current;
    const auto at = workflows::access_ends_at(meant, rules->policy, ports_.time.now());
    const auto& mine = person.state.record.okta_id;
    if (!at || *at > ports_.time.now() || mine.empty() || meant.subject.id.empty())
        co_return std::vector<workflows::okta_candidate>{};
    workflows::lookups wanted;
    wanted.worker_id = meant.subject.id;
    auto looked = co_await ports_.directory.look_up(std::move(wanted));
    if (auto* failed = std::get_if<engine::attempt_failed>(&looked))
        co_return std::move(*failed);
    const auto& found = std::get<workflows::correlation_candidates>(looked);
    co_return workflows::accounts_to_contain(meant.subject, found.by_worker_id, mine, rules->policy);
}

boost::asio::awaitable<void> conductor::contain_further(workflows::canonical_event meant, person_key subject)
{
    constexpr int looks = 8; // about two minutes
    const auto alive = alive_;
    auto pause = first_pause;
    for (int look = 1;; ++look, pause *= 2) {
        auto person = co_await load_person(ports_.store, subject);
        if (!*alive || !person)
            co_return;
        auto further = co_await further_accounts(meant, *person);
        if (!*alive)
            co_return;
        written_decision written;
        if (const auto* failed = std::get_if<engine::attempt_failed>(&further)) {
            if (failed->kind == engine::failure_kind::cancelled)
                co_return;
            if (engine::is_transient(failed->kind) && look < looks) {
                const bool woken = co_await ports_.time.wait_until(ports_.time.now() + pause);
                if (!woken || !*alive)
                    co_return;
                continue;
            }
            if (ports_.rules.current->policy.verify.drift_watch > duration{0})
                co_return; // the watch asks again, and says so when it gets no answer either
            tell_that_accounts_are_unknown(meant, subject, *failed, written);
        } else {
            auto contained = co_await contain(meant, std::get<0>(further), written);
            if (!*alive || !contained || contained->nothing_new())
                co_return;
            tell_of_further_accounts(meant, *contained, subject, written);
        }
        auto committed = co_await commit(std::move(written), {});
        static_cast<void>(committed); // somebody was faster: the next look of the watch tries again
        co_return;
    }
}

runtime::awaitable_result<loaded_person> conductor::owner_of(const workflows::okta_candidate& account)
{
    auto row = co_await ports_.store.find_person({account_digest(account.id)});
    if (row) {
        auto known = co_await load_person(ports_.store, std::move(*row));
        co_return known;
    }
    if (row.error().code != errc::not_found)
        co_return std::unexpected(row.error());
    loaded_person fresh;
    fresh.row.key = make_id<person_key>("per", ports_.time.now(), ports_.random);
    fresh.row.identities = {account_digest(account.id)};
    fresh.state.record.okta_id = account.id;
    fresh.state.record.employee_number = account.employee_number;
    fresh.state.record.status = account.status;
    fresh.state.record.login = account.login;
    co_return fresh;
}

runtime::awaitable_result<conductor::containment>
conductor::contain(const workflows::canonical_event& meant, const std::vector<workflows::okta_candidate>& accounts,
                   written_decision& into)
{
    const auto rules = ports_.rules.current;
    const auto definition = rules->find(workflows::workflow_of_containment);
    containment done;
    for (const auto& account : accounts) {
        if (!definition)
            break;
        auto owner = co_await owner_of(account);
        if (!owner)
            co_return std::unexpected(owner.error());
        if (is_contained_for(*owner, meant.key))
            continue;
        if (workflows::is_somebody_else(owner->state.record, meant.subject)) {
            done.foreign.push_back(account.id);
            continue;
        }
        done.begun.push_back(account.id);
        const auto id = make_id<run_id>("run", ports_.time.now(), ports_.random);
        auto append = ports_.runs.prepare(containing_run(id, definition, owner->row.key, meant, *rules));
        into.admitted.push_back(append.row);
        into.work.runs.push_back(std::move(append));
        into.work.definitions.push_back({definition->sha256, definition->name, definition->text});
        owner->row.record = {workflows::encode(owner->state.record)};
        into.work.people.push_back(std::move(owner->row));
    }
    co_return done;
}

void conductor::tell_of_further_accounts(const workflows::canonical_event& meant, const containment& done,
                                         const person_key& subject, written_decision& into)
{
    std::string message = "somebody leaves who has further accounts under the same number";
    if (!done.begun.empty())
        message += fmt::format("; runs of '{}' keep everybody out of {}: close them in Okta, or lift the suspension of "
                               "what is not theirs",
                               workflows::workflow_of_containment, fmt::join(done.begun, ", "));
    if (!done.foreign.empty())
        message += fmt::format("; {} is known here as somebody else's and stays as it is: look whose it is",
                               fmt::join(done.foreign, ", "));
    into.work.alarms.push_back(alarm_about(meant, subject, "further accounts", std::move(message)));
}

void conductor::tell_that_accounts_are_unknown(const workflows::canonical_event& meant, const person_key& subject,
                                               const engine::attempt_failed& why, written_decision& into)
{
    into.work.alarms.push_back(
        alarm_about(meant, subject, "further accounts unread",
                    fmt::format("somebody leaves, and Okta does not say whether there are further accounts under the "
                                "same number ({}): look for them",
                                engine::to_text(why.kind))));
}

runtime::alarm_row conductor::alarm_about(const workflows::canonical_event& meant, const person_key& subject,
                                          std::string_view cause, std::string message) const
{
    runtime::alarm_row alarm;
    alarm.id = make_id<alarm_id>("alm", ports_.time.now(), ports_.random);
    alarm.cause = fmt::format("{} {}~{}", cause, meant.key.source, meant.key.id);
    alarm.kind = "needs_person";
    alarm.at = ports_.time.now();
    alarm.message = std::move(message);
    alarm.subject = subject;
    alarm.event = meant.key;
    return alarm;
}

} // namespace jmld::daemon
