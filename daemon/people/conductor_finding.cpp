// Who an event is about: known here by strong ids, else asked of Okta, else parked until a person says. What the
// answers mean is decided by workflows/people/correlate.
#include "daemon/people/conductor.hpp"

#include "engine/json/json.hpp"

#include <algorithm>
#include <utility>

namespace jmld::daemon {

runtime::awaitable_result<conductor::found_person> conductor::find(const request& what,
                                                                   const workflows::canonical_event& meant)
{
    auto row = co_await ports_.store.find_person(workflows::identity_digests(meant));
    if (!row) {
        if (row.error().code == errc::not_found) {
            auto correlated = co_await correlate(what, meant);
            co_return correlated;
        }
        if (row.error().code == errc::conflict && !what.words) {
            found_person nobody;
            nobody.parked = workflows::park_identity{"its ids belong to two different people known here", {}, {}};
            co_return nobody;
        }
        co_return std::unexpected(row.error());
    }
    found_person found;
    for (const auto& digest : workflows::identity_digests(meant)) {
        if (std::find(row->identities.begin(), row->identities.end(), digest) == row->identities.end())
            row->identities.push_back(digest); // the same person under a new worker id
    }
    auto loaded = co_await load_person(ports_.store, std::move(*row));
    if (!loaded)
        co_return std::unexpected(loaded.error());
    found.person = std::move(*loaded);
    co_return found;
}

runtime::awaitable_result<conductor::found_person> conductor::correlate(const request& what,
                                                                        const workflows::canonical_event& meant)
{
    if (what.words && !what.words->person.empty()) {
        workflows::okta_candidate account;
        if (what.words->person != "new")
            account.id = what.words->person;
        auto chosen = co_await by_account(meant, std::move(account), what.words->manager, std::nullopt);
        co_return chosen;
    }
    auto wanted = workflows::lookups_for(meant);
    if (what.words && !what.words->manager.empty())
        wanted.manager_id = wanted.manager_name = std::string();
    const auto asked_at = ports_.time.now();
    auto looked = co_await ports_.directory.look_up(std::move(wanted));
    if (const auto* failed = std::get_if<engine::attempt_failed>(&looked))
        co_return failure(errc::unavailable,
                          "Okta does not answer who this is (" + std::string(engine::to_text(failed->kind)) + ")");
    const auto verdict = workflows::correlate(meant, std::get<workflows::correlation_candidates>(looked));
    if (const auto* parked = std::get_if<workflows::park_identity>(&verdict)) {
        found_person nobody;
        nobody.parked = *parked;
        co_return nobody;
    }
    workflows::okta_candidate account;
    std::string manager = what.words ? what.words->manager : std::string();
    if (const auto* adopted = std::get_if<workflows::adopt>(&verdict)) {
        account = adopted->account;
        if (manager.empty())
            manager = adopted->manager_okta_id;
    } else if (const auto* fresh = std::get_if<workflows::new_person>(&verdict); fresh != nullptr && manager.empty()) {
        manager = fresh->manager_okta_id;
    }
    auto made = co_await by_account(meant, std::move(account), std::move(manager), asked_at);
    co_return made;
}

// A person for this account: the one already known by it, or a new record.
runtime::awaitable_result<conductor::found_person> conductor::by_account(const workflows::canonical_event& meant,
                                                                         workflows::okta_candidate account,
                                                                         std::string manager,
                                                                         std::optional<time_point> asked_at)
{
    auto digests = workflows::identity_digests(meant);
    found_person found;
    if (!account.id.empty()) {
        digests.push_back(account_digest(account.id));
        auto known = co_await ports_.store.find_person({digests.back()});
        if (known) {
            for (auto& digest : digests)
                if (std::find(known->identities.begin(), known->identities.end(), digest) == known->identities.end())
                    known->identities.push_back(std::move(digest));
            auto loaded = co_await load_person(ports_.store, std::move(*known));
            if (!loaded)
                co_return std::unexpected(loaded.error());
            found.person = std::move(*loaded);
            co_return found;
        }
        if (known.error().code != errc::not_found)
            co_return std::unexpected(known.error());
    }
    auto& row = found.person.row;
    row.key = make_id<person_key>("per", ports_.time.now(), ports_.random);
    row.identities = std::move(digests);
    found.person.state.key = row.key;
    found.person.state.record.okta_id = std::move(account.id);
    found.person.state.record.employee_number = std::move(account.employee_number);
    found.person.state.record.status = std::move(account.status);
    found.person.state.record.login = std::move(account.login);
    found.person.state.record.manager_okta_id = std::move(manager);
    if (found.person.state.record.okta_id.empty())
        found.person.state.record.no_account_at = asked_at;
    co_return found;
}

runtime::awaitable_result<std::string> conductor::park(const request& what, const workflows::canonical_event& meant,
                                                       const workflows::park_identity& why)
{
    const auto list = [](const std::vector<std::string>& ids) {
        engine::value_list items(ids.begin(), ids.end());
        return engine::value(std::move(items));
    };
    written_decision written;
    runtime::event_update update;
    update.key = what.key;
    update.decision = "parked";
    update.reason = why.reason;
    update.details = engine::json::write(engine::value::map(
        {{"candidates", list(why.candidates)}, {"manager_candidates", list(why.manager_candidates)}}));
    written.work.events.push_back(std::move(update));
    if (what.timer) {
        auto fired = *what.timer;
        fired.state = "fired";
        written.work.timers.push_back(std::move(fired));
    }
    keyed_locks::holder counting;
    auto contained = co_await contain_parked(what, meant, why, counting, written);
    if (!contained)
        co_return std::unexpected(contained.error());
    written.work.alarms.push_back(
        alarm_about(meant, {}, "identity", written.work.events.front().reason.value_or(why.reason)));
    auto committed = co_await commit(std::move(written), "parked");
    co_return committed;
}

} // namespace jmld::daemon
