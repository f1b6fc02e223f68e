// Further accounts under the number of somebody who leaves are closed off at once, each by a run of its own; whose they
// are is left to a person. An account that is known as somebody's keeps its record.
#include "daemon/people/conductor.hpp"

#include "workflows/people/containment.hpp"

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

boost::asio::awaitable<std::vector<workflows::okta_candidate>>
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
    const auto* found = std::get_if<workflows::correlation_candidates>(&looked);
    if (found == nullptr)
        co_return std::vector<workflows::okta_candidate>{};
    co_return workflows::accounts_to_contain(meant.subject, found->by_worker_id, mine, rules->policy);
}

boost::asio::awaitable<void> conductor::contain_further(workflows::canonical_event meant, person_key subject)
{
    const auto alive = alive_;
    auto person = co_await load_person(ports_.store, subject);
    if (!*alive || !person)
        co_return;
    const auto further = co_await further_accounts(meant, *person);
    if (!*alive || further.empty())
        co_return;
    written_decision written;
    auto contained = co_await contain(meant, further, written);
    if (!*alive || !contained || *contained == 0)
        co_return;
    tell_of_further_accounts(meant, further, subject, written);
    auto committed = co_await commit(std::move(written), {});
    static_cast<void>(committed); // somebody was faster: the next look of the watch tries again
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

runtime::awaitable_result<int> conductor::contain(const workflows::canonical_event& meant,
                                                  const std::vector<workflows::okta_candidate>& accounts,
                                                  written_decision& into)
{
    const auto rules = ports_.rules.current;
    const auto definition = rules->find(workflows::workflow_of_containment);
    int contained = 0;
    for (const auto& account : accounts) {
        if (!definition)
            break;
        auto owner = co_await owner_of(account);
        if (!owner)
            co_return std::unexpected(owner.error());
        if (is_contained_for(*owner, meant.key))
            continue;
        ++contained;
        const auto id = make_id<run_id>("run", ports_.time.now(), ports_.random);
        auto append = ports_.runs.prepare(containing_run(id, definition, owner->row.key, meant, *rules));
        into.admitted.push_back(append.row);
        into.work.runs.push_back(std::move(append));
        into.work.definitions.push_back({definition->sha256, definition->name, definition->text});
        owner->row.record = {workflows::encode(owner->state.record)};
        into.work.people.push_back(std::move(owner->row));
    }
    co_return contained;
}

void conductor::tell_of_further_accounts(const workflows::canonical_event& meant,
                                         const std::vector<workflows::okta_candidate>& accounts,
                                         const person_key& subject, written_decision& into)
{
    std::string ids;
    for (const auto& account : accounts)
        ids += (ids.empty() ? "" : ", ") + account.id;
    runtime::alarm_row alarm;
    alarm.id = make_id<alarm_id>("alm", ports_.time.now(), ports_.random);
    alarm.cause = "further accounts " + meant.key.source + "~" + meant.key.id;
    alarm.kind = "needs_person";
    alarm.at = ports_.time.now();
    alarm.message = "somebody leaves who has further accounts under the same number: nobody can sign in to " + ids +
                    " any more; close them in Okta, or lift the suspension of what is not theirs";
    alarm.subject = subject;
    alarm.event = meant.key;
    into.work.alarms.push_back(std::move(alarm));
}

// An exit that waits for a person is no open door: what carries its number is closed off when it is due. Until then a
// timer stands.
runtime::awaitable_result<void> conductor::contain_parked(const request& what, const workflows::canonical_event& meant,
                                                          const workflows::park_identity& why, written_decision& into)
{
    const auto rules = ports_.rules.current;
    const auto now = ports_.time.now();
    const auto at = workflows::access_ends_at(meant, rules->policy, now);
    const auto accounts = workflows::accounts_to_contain(meant.subject, why.same_number, {}, rules->policy);
    if (!at || accounts.empty())
        co_return result<void>{};
    auto& update = into.work.events.front();
    if (*at > now) {
        runtime::timer_row due;
        due.id = make_id<timer_id>("tmr", now, ports_.random);
        due.kind = "end";
        due.at = *at;
        due.event = what.key;
        due.priority = static_cast<int>(runtime::priority::leaver);
        into.armed.push_back(due.at);
        into.work.timers.push_back(std::move(due));
        update.reason = why.reason + "; if nobody decides, they are suspended at " + to_rfc3339(*at);
        co_return result<void>{};
    }
    keyed_locks::holder counting;
    if (!workflows::is_urgent(meant, rules->policy)) {
        counting = co_await locks_.acquire({guard_key});
        auto counts = co_await guard_.count(*rules, what.released);
        if (!counts)
            co_return std::unexpected(counts.error());
        if (!workflows::guard_allows(rules->policy, *counts))
            co_return result<void>{};
    }
    auto contained = co_await contain(meant, accounts, into);
    if (!contained)
        co_return std::unexpected(contained.error());
    if (rules->find(workflows::workflow_of_containment))
        update.reason = why.reason + "; nobody can sign in to them any more, what becomes of them a person decides";
    co_return result<void>{};
}

} // namespace jmld::daemon
