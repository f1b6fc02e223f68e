// The durable record of a person and what can be read off the events that are known: in which order they count, which
// employments they make, and what is believed of the worker.
#include "workflows/people/person.hpp"

#include "engine/json/json.hpp"
#include "workflows/people/decide.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;
using engine::value_list;

value drift_value(const drift_record& drift)
{
    engine::value_map times;
    for (const auto& [key, count] : drift.times)
        times.emplace_back(key, count);
    return value::map({{"run", drift.run.text}, {"times", value(std::move(times))}});
}

drift_record drift_in(const value& kept)
{
    drift_record drift;
    drift.run.text = kept["run"].text_or();
    for (const auto& [key, count] : kept["times"].entries())
        if (const auto* times = count.if_integer())
            drift.times[key] = static_cast<int>(*times);
    return drift;
}

bool accepted(const known_event& known) { return known.decision == "acted" || known.decision == "scheduled"; }

} // namespace

std::string encode(const person_record& record)
{
    value_list former;
    for (const auto& who : record.former)
        former.push_back(to_value(who));
    return engine::json::encode(
        value::map({{"version", 1},
                    {"okta_id", record.okta_id},
                    {"employee_number", record.employee_number},
                    {"status", record.status},
                    {"manager_okta_id", record.manager_okta_id},
                    {"login", record.login},
                    {"drift", drift_value(record.drift)},
                    {"no_account_at", record.no_account_at ? value(to_rfc3339(*record.no_account_at)) : value()},
                    {"believed", to_value(record.believed)},
                    {"former", value(std::move(former))}}));
}

result<person_record> decode_person(std::string_view bytes)
{
    if (bytes.empty())
        return person_record{};
    auto content = engine::json::decode(bytes);
    if (!content || !content->is_map() || !((*content)["version"] == value(1)))
        return failure(errc::corrupt, "a person's record cannot be read: version 1 is expected");
    person_record record{(*content)["okta_id"].text_or(),
                         (*content)["employee_number"].text_or(),
                         (*content)["status"].text_or(),
                         (*content)["manager_okta_id"].text_or(),
                         {},
                         {},
                         {}};
    if (const auto asked = parse_rfc3339((*content)["no_account_at"].text_or()))
        record.no_account_at = *asked;
    record.login = (*content)["login"].text_or();
    record.drift = drift_in((*content)["drift"]);
    auto believed = worker_from_value((*content)["believed"]);
    if (!believed)
        return failure(errc::corrupt, "a person's record cannot be read: believed" + believed.error().what);
    record.believed = std::move(*believed);
    for (const auto& item : (*content)["former"].items()) {
        auto who = worker_from_value(item);
        if (!who)
            return failure(errc::corrupt, "a person's record cannot be read: former" + who.error().what);
        record.former.push_back(std::move(*who));
    }
    return record;
}

void apply_belief(person_record& record, const worker& now)
{
    const bool fresh = record.believed == worker{};
    if (!fresh && !(record.believed == now) &&
        std::find(record.former.begin(), record.former.end(), record.believed) == record.former.end())
        record.former.push_back(record.believed);
    record.believed = now;
}

void settle(person_record& record) { record.former.clear(); }

const known_event* person_state::find(const event_key& which) const
{
    const auto found =
        std::find_if(events.begin(), events.end(), [&](const auto& known) { return known.event.key == which; });
    return found == events.end() ? nullptr : &*found;
}

const known_run* person_state::find(const run_id& which) const
{
    const auto found = std::find_if(runs.begin(), runs.end(), [&](const auto& known) { return known.id == which; });
    return found == runs.end() || which.empty() ? nullptr : &*found;
}

bool person_state::may_have_account() const
{
    return !record.okta_id.empty() ||
           std::any_of(runs.begin(), runs.end(), [](const auto& run) { return run.dir != engine::direction::revoke; });
}

bool person_state::was_closed() const
{
    return record.status == "DEPROVISIONED" &&
           std::none_of(runs.begin(), runs.end(), [](const auto& run) { return run.dir == engine::direction::grant; });
}

bool is_named(const std::vector<std::string>& list, const worker& who, const person_record& record)
{
    return std::any_of(list.begin(), list.end(), [&](const std::string& name) {
        return !name.empty() && (name == who.id || name == who.universal_id || name == who.login || name == who.email ||
                                 name == record.login || name == record.okta_id);
    });
}

time_point entered(const known_event& event) { return event.event.entered_at.value_or(event.received_at); }

time_point in_force_from(const known_event& event, const policy& rules)
{
    // A hire is the record that later changes are entered on, also those for a day before the first.
    if (begins_employment(event.event.type))
        return entered(event);
    return std::max(entered(event), effective_of(event.event, rules).at.value_or(entered(event)));
}

bool overruled_by(const known_event& left, const known_event& right, const policy& rules)
{
    const auto order = [&](const known_event& known) {
        return std::tuple(in_force_from(known, rules), entered(known), known.event.key);
    };
    return order(left) < order(right);
}

// ---- employments --------------------------------------------------------------------------------

namespace {

void add_known_end(employment& work, const known_event& known, const policy& rules, time_point begun_entered)
{
    const bool stayed = known.decision == "superseded" && known.reason == reason_employment_goes_on;
    const bool counts = ends_employment(known.event.type) && (accepted(known) || known.decision == "held" || stayed) &&
                        known.event.subject.id == work.worker_id && entered(known) >= begun_entered;
    if (!counts)
        return;
    const auto at = effective_of(known.event, rules, work.record).at.value_or(entered(known));
    if (!work.ends || at < *work.ends)
        work.ends = at;
    work.ended = work.ended || known.decision == "acted";
}

bool has(const std::vector<employment>& list, std::string_view worker_id)
{
    return std::any_of(list.begin(), list.end(), [&](const auto& work) { return work.worker_id == worker_id; });
}

void add_unseen(std::vector<employment>& list, const person_state& state, const policy& rules,
                const std::string& worker_id)
{
    // An account that was closed before we came carries the number of an employment that is over.
    if (worker_id.empty() || has(list, worker_id) || state.was_closed())
        return;
    employment work{worker_id, {}, {}, time_point::min(), {}, false, {}};
    if (state.record.believed.id == worker_id) {
        work.record = state.record.believed;
        work.kind = work.record.kind;
    }
    for (const auto& known : state.events)
        add_known_end(work, known, rules, time_point::min());
    list.push_back(std::move(work));
}

} // namespace

std::vector<employment> employments_of(const person_state& state, const policy& rules, const event_key& without)
{
    std::vector<employment> list;
    std::vector<std::pair<std::string, time_point>> conversions;
    for (const auto& begun : state.events) {
        if (!begins_employment(begun.event.type) || !accepted(begun) || begun.event.key == without)
            continue;
        const auto at = effective_of(begun.event, rules).at.value_or(entered(begun));
        employment work{begun.event.subject.id, begun.event.subject.kind, begun.event.key, at, {}, false,
                        begun.event.subject};
        for (const auto& known : state.events)
            if (!(known.event.key == without))
                add_known_end(work, known, rules, entered(begun));
        if (begun.event.type == "worker.converted" && begun.decision == "acted")
            conversions.emplace_back(work.worker_id, at);
        list.push_back(std::move(work));
    }
    add_unseen(list, state, rules, state.record.believed.id);
    add_unseen(list, state, rules, state.record.employee_number);
    // What was converted goes on as the new employment.
    for (const auto& [worker_id, at] : conversions)
        for (auto& work : list)
            if (work.worker_id != worker_id && work.begins < at)
                work.ended = true;
    std::sort(list.begin(), list.end(), [](const auto& left, const auto& right) {
        return std::tie(left.begins, left.worker_id, left.begun_by) <
               std::tie(right.begins, right.worker_id, right.begun_by);
    });
    return list;
}

} // namespace jmld::workflows
