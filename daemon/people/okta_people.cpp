// Reads the journal and Okta, hands both to the pure part. Failures of the journal count as "cannot be read now".
#include "daemon/people/okta_people.hpp"

#include "daemon/people/record_keeper.hpp"
#include "workflows/people/access.hpp"
#include "workflows/people/dates.hpp"
#include "workflows/people/profile.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

/// So long a search that found nobody is believed: a run usually begins right after the decision that asked.
constexpr duration lookup_believed{60'000};

workflows::okta_candidate candidate_of(const okta::user_summary& user)
{
    return {user.id, user.login, user.status, user.employee_number, user.universal_id};
}

std::vector<workflows::okta_candidate> candidates_of(const std::vector<okta::user_summary>& users)
{
    std::vector<workflows::okta_candidate> all;
    for (const auto& user : users)
        all.push_back(candidate_of(user));
    return all;
}

engine::attempt_failed unreadable(const std::string& what)
{
    engine::attempt_failed failed;
    failed.kind = engine::failure_kind::unavailable;
    failed.detail = what;
    failed.outage = true; // nothing was asked of Okta: it must not spend anything
    return failed;
}

engine::attempt_failed invalid(const std::string& what)
{
    engine::attempt_failed failed;
    failed.kind = engine::failure_kind::invalid;
    failed.detail = what;
    return failed;
}

/// A change that was entered after this, and carried out: what it said of the record is older than that.
bool is_told_since(const workflows::person_state& person, const workflows::canonical_event& older)
{
    return older.entered_at && std::ranges::any_of(person.events, [&](const workflows::known_event& known) {
               const bool records =
                   known.event.type == "worker.changed" || workflows::begins_employment(known.event.type);
               const bool counts = known.decision == "acted" || known.decision == "coalesced";
               return records && counts && workflows::entered(known) > *older.entered_at &&
                      known.event.subject.id == older.subject.id;
           });
}

struct wanted_names
{
    std::vector<std::string> groups, apps;
};

void add_names(wanted_names& names, const workflows::access_target& target)
{
    for (const auto& group : target.groups)
        if (std::find(names.groups.begin(), names.groups.end(), group) == names.groups.end())
            names.groups.push_back(group);
    for (const auto& app : target.apps)
        if (std::find(names.apps.begin(), names.apps.end(), app) == names.apps.end())
            names.apps.push_back(app);
}

// Other employments of the person that are running now: their access stays.
std::vector<workflows::worker> other_employments(const workflows::person_state& state, const workflows::policy& rules,
                                                 const std::string& acting, time_point now)
{
    std::vector<workflows::worker> others;
    for (const auto& one : workflows::employments_of(state, rules)) {
        const bool running = !one.ended && one.begins <= now && (!one.ends || *one.ends > now);
        if (running && one.worker_id != acting)
            others.push_back(one.record);
    }
    return others;
}

} // namespace

asio::awaitable<lookup_outcome> okta_people_directory::look_up(workflows::lookups wanted)
{
    okta::user_query query;
    query.universal_id = std::move(wanted.universal_id);
    query.worker_id = std::move(wanted.worker_id);
    if (!wanted.login.empty())
        query.logins.push_back(std::move(wanted.login));
    query.given_name = std::move(wanted.given_name);
    query.family_name = std::move(wanted.family_name);
    query.manager_id = std::move(wanted.manager_id);
    query.manager_name = std::move(wanted.manager_name);
    auto found = co_await people_.find(std::move(query));
    if (auto* failed = std::get_if<engine::attempt_failed>(&found))
        co_return std::move(*failed);
    const auto& users = std::get<okta::found_users>(found);
    co_return workflows::correlation_candidates{candidates_of(users.by_universal_id), candidates_of(users.by_worker_id),
                                                candidates_of(users.by_login), candidates_of(users.namesakes),
                                                candidates_of(users.managers)};
}

asio::awaitable<population_outcome> okta_people_directory::population(int enough)
{
    auto counted = co_await people_.population(enough);
    co_return counted;
}

asio::awaitable<sight_outcome> okta_people_directory::look(std::string okta_id)
{
    auto read = co_await people_.snapshot(std::move(okta_id), {.access_only = true});
    if (auto* failed = std::get_if<engine::attempt_failed>(&read))
        co_return std::move(*failed);
    co_return std::move(std::get<okta::person_image>(read).image);
}

runtime::awaitable_result<std::string> okta_subjects::made_by_a_run(const loaded_person& person)
{
    for (const auto& run : person.state.runs) { // newest first, as the journal lists them
        if (!run.called)
            continue;
        auto loaded = co_await runtime::load_run(store_, definitions_, run.id);
        if (!loaded) // without it somebody who leaves could seem to have no account
            co_return std::unexpected(loaded.error());
        auto id = daemon::account_of(*loaded->definition, loaded->state);
        if (!id.empty())
            co_return id;
    }
    co_return std::string();
}

// The leaver of the event that is named, else the last one that found an account. Of several runs for one event the
// first: those that a drift watch began found it closed.
runtime::awaitable_result<value> okta_subjects::before_the_leaver(const loaded_person& person,
                                                                  const workflows::canonical_event& rescind)
{
    value last;
    event_key last_event;
    bool last_named = false;
    for (const auto& run : person.state.runs) { // newest first, as the journal lists them
        if (run.dir != engine::direction::revoke)
            continue;
        const auto* cause = person.state.find(run.event);
        const bool named = cause != nullptr && !rescind.rescinds.empty() &&
                           (cause->event.process_id == rescind.rescinds || cause->event.key.id == rescind.rescinds);
        const bool same_event = !run.event.empty() && run.event == last_event;
        if (!last.is_null() && !same_event && (last_named || !named))
            continue;
        auto loaded = co_await runtime::load_run(store_, definitions_, run.id);
        if (!loaded)
            co_return std::unexpected(loaded.error());
        const auto& image = loaded->state.image;
        if (image["user"].is_null())
            continue;
        last = image;
        last_event = run.event;
        last_named = named;
    }
    co_return last;
}

asio::awaitable<okta_subjects::known_account> okta_subjects::account_of(const loaded_person& person,
                                                                        okta::read_options options)
{
    known_account account{person.state.record.okta_id, std::nullopt};
    if (!account.id.empty())
        co_return account;
    auto made = co_await made_by_a_run(person);
    if (!made) {
        account.failed = unreadable("an earlier run of the person cannot be read: " + made.error().what);
        co_return account;
    }
    account.id = std::move(*made);
    const auto& who = person.state.record.believed;
    const auto& asked_at = person.state.record.no_account_at;
    const bool just_asked = asked_at && time_.now() >= *asked_at && time_.now() - *asked_at < lookup_believed;
    if (!account.id.empty() || just_asked)
        co_return account;
    auto found = co_await search(who, options); // somebody may have made it since the person was correlated
    co_return found;
}

asio::awaitable<okta_subjects::known_account> okta_subjects::search(const workflows::worker& who,
                                                                    okta::read_options options)
{
    known_account account;
    if (who.id.empty() && who.universal_id.empty())
        co_return account;
    okta::user_query query;
    query.universal_id = who.universal_id;
    query.worker_id = who.id;
    auto found = co_await people_.find(std::move(query), options);
    if (auto* failed = std::get_if<engine::attempt_failed>(&found)) {
        account.failed = std::move(*failed);
        co_return account;
    }
    const auto& users = std::get<okta::found_users>(found);
    const auto& strong = users.by_universal_id.empty() ? users.by_worker_id : users.by_universal_id;
    if (strong.size() == 1)
        account.id = strong.front().id;
    co_return account;
}

// An account that is not there any more was deleted: another one may carry the worker's number by now.
asio::awaitable<std::variant<okta_subjects::sight, engine::attempt_failed>>
okta_subjects::look_at(const loaded_person& person, okta::read_options options)
{
    auto account = co_await account_of(person, options);
    for (bool looked_again = false; !account.failed; looked_again = true) {
        if (account.id.empty())
            co_return sight{{}, okta::nobody_image()};
        auto read = co_await people_.snapshot(account.id, options);
        if (auto* failed = std::get_if<engine::attempt_failed>(&read))
            co_return std::move(*failed);
        auto& image = std::get<okta::person_image>(read).image;
        if (!image["user"].is_null())
            co_return sight{std::move(account.id), std::move(image)};
        if (looked_again)
            co_return sight{{}, okta::nobody_image()};
        account = co_await search(person.state.record.believed, options);
    }
    co_return std::move(*account.failed);
}

asio::awaitable<runtime::subject_outcome> okta_subjects::read(runtime::subject_request request)
{
    const okta::read_options options{request.timeout, static_cast<runtime::priority>(request.urgency)};
    auto person = co_await load_person(store_, request.subject);
    if (!person)
        co_return unreadable("the person's record cannot be read: " + person.error().what);
    const auto meant = workflows::event_from_value(request.event);
    if (!meant)
        co_return invalid("the run's event cannot be read: " + meant.error().what);
    auto seen = co_await look_at(*person, options);
    if (auto* failed = std::get_if<engine::attempt_failed>(&seen))
        co_return std::move(*failed);
    auto [account, image] = std::move(std::get<sight>(seen));
    const auto rules = rules_.current;
    const auto direction = request.dir;

    workflows::access_request wanted;
    wanted.dir = direction;
    wanted.event_type = meant->type;
    wanted.person = person->state.record.believed;
    wanted.others = other_employments(person->state, rules->policy, wanted.person.id, time_.now());
    wanted.former = person->state.record.former;
    wanted.image = image;

    if (meant->type == "worker.termination_rescinded") {
        auto before = co_await before_the_leaver(*person, *meant);
        if (!before)
            co_return unreadable("the leaver that is taken back cannot be read: " + before.error().what);
        wanted.before = std::move(*before);
        if (!is_told_since(person->state, *meant))
            wanted.person = merge(wanted.person, meant->subject); // the role may have changed meanwhile
    }

    workflows::profile_options profile;
    profile.current_login = image["user"]["profile"]["login"].text_or();
    profile.rename = meant->type == "worker.renamed" && rules->policy.login.rename_on_name_change;
    wanted_names names;
    if (direction != engine::direction::revoke) {
        auto has_universal_id = co_await people_.has_attribute("universalId", options);
        if (auto* failed = std::get_if<engine::attempt_failed>(&has_universal_id))
            co_return std::move(*failed);
        profile.has_universal_id = std::get<bool>(has_universal_id);
        auto made = workflows::okta_profile(wanted.person, rules->policy, profile);
        if (!made)
            co_return invalid("policy.login: " + made.error().what);
        wanted.okta_profile = std::move(*made);
        if (!person->state.record.manager_okta_id.empty() && wanted.okta_profile["managerId"].is_null())
            wanted.okta_profile = wanted.okta_profile.with("managerId", person->state.record.manager_okta_id);
        add_names(names, workflows::target_of(rules->access, wanted.person));
        for (const auto& other : wanted.others)
            add_names(names, workflows::target_of(rules->access, other));
        for (const auto& former : wanted.former)
            add_names(names, workflows::target_of(rules->access, former));
    }
    value taken;
    if (account.empty() && direction == engine::direction::grant && rules->policy.no_reuse_of_logins) {
        auto had = co_await logins_taken(request.subject, wanted.okta_profile["login"].text_or());
        if (!had)
            co_return unreadable("the logins of deleted accounts cannot be read: " + had.error().what);
        taken = std::move(*had);
    }
    if (direction == engine::direction::revoke) {
        auto last = co_await is_last_super_admin(image, options);
        if (!last)
            co_return std::move(last.error());
        wanted.last_super_admin = *last;
    }
    auto resolved = co_await people_.resolve(names.groups, names.apps, options);
    if (auto* failed = std::get_if<engine::attempt_failed>(&resolved))
        co_return std::move(*failed);
    for (const auto& [name, group] : std::get<okta::resolved>(resolved).groups)
        wanted.names.groups.emplace(name, group.id);
    for (const auto& [label, app] : std::get<okta::resolved>(resolved).apps)
        wanted.names.apps.emplace(label, app.id);
    auto computed = workflows::compute_access(rules->access, wanted);

    runtime::subject_view view;
    view.person =
        workflows::to_value(wanted.person)
            .with("okta_id", account.empty() ? value() : value(account))
            .with("login", profile.current_login.empty() ? value() : value(profile.current_login))
            .with("status", image["user"]["status"])
            .with("manager_okta_id", person->state.record.manager_okta_id)
            .with("okta_profile", wanted.okta_profile)
            .with("last_super_admin", wanted.last_super_admin)
            .with("logins_taken", std::move(taken))
            .with("legal_hold", workflows::is_named(rules->policy.legal_hold, wanted.person, person->state.record) ||
                                    workflows::is_named(rules->policy.legal_hold, meant->subject, {}));
    view.access = std::move(computed.access);
    view.image = std::move(image);
    view.unknown_names = std::move(computed.unknown_names);
    co_return view;
}

} // namespace jmld::daemon
