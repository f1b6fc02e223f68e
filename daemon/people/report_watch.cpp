// What is kept of each source: whom its reports listed, and in how many of the last ones each was missing. Digests
// only.
#include "daemon/people/report_watch.hpp"

#include "daemon/people/person_loading.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace jmld::daemon {

namespace {

using engine::value;

constexpr std::int64_t reports_in_a_row = 2;
/// A body has its limit, so a large company's report comes in parts: what follows within this time is the same report.
constexpr auto one_report = std::chrono::hours(1);

/// Digest of a worker → in how many reports in a row he was missing.
using missing_counts = std::map<std::string, std::int64_t>;

missing_counts counted(const value& kept, const received_report& report, bool another)
{
    missing_counts counts;
    // Those who were missing often enough were told of, and are forgotten until they are listed again.
    for (const auto& [digest, times] : kept["missing"].entries())
        if (const auto* before = times.if_integer(); before != nullptr && *before < reports_in_a_row)
            counts[digest] = *before + (another ? 1 : 0);
    for (const auto& digest : report.listed)
        counts[digest] = 0;
    return counts;
}

value to_keep(const received_report& report, const missing_counts& counts, const value& began)
{
    engine::value_map all;
    for (const auto& [digest, times] : counts)
        all.emplace_back(digest, times);
    return value::map({{"delivery", report.delivery}, {"began", began}, {"missing", value(std::move(all))}});
}

/// Somebody whose end is told already is rightly not listed.
bool works_here(const loaded_person& person, const workflows::policy& rules)
{
    const auto all = workflows::employments_of(person.state, rules);
    return std::any_of(all.begin(), all.end(), [](const auto& work) { return !work.ended && !work.ends; });
}

} // namespace

bool is_coming_in(const value& kept, time_point now)
{
    const auto began = parse_rfc3339(kept["began"].text_or());
    return began && now - *began < one_report;
}

runtime::awaitable_result<std::optional<runtime::event_record>> report_watch::missed(const received_report& report,
                                                                                     std::string digest)
{
    auto row = co_await store_.find_person({digest});
    if (!row && row.error().code == errc::not_found)
        co_return std::nullopt;
    if (!row)
        co_return std::unexpected(row.error());
    const auto& ids = row->identities;
    const bool under_another_id =
        std::find_first_of(ids.begin(), ids.end(), report.listed.begin(), report.listed.end()) != ids.end();
    if (under_another_id)
        co_return std::nullopt;
    auto person = co_await load_person(store_, std::move(*row));
    if (!person)
        co_return std::unexpected(person.error());
    if (!works_here(*person, rules_.current->policy))
        co_return std::nullopt;
    workflows::canonical_event lost;
    for (const auto& known : person->state.events)
        if (known.event.key.source == report.source && known.event.type == "worker.snapshot")
            lost.subject = known.event.subject; // as listed last
    lost.key = {report.source, report.delivery + ":missing:" + digest.substr(0, 16)};
    lost.type = "worker.terminated";
    lost.entered_at = time_.now();
    runtime::event_record made;
    made.key = lost.key;
    made.type = lost.type;
    made.received_at = time_.now();
    made.entered_at = lost.entered_at;
    made.person = person->row.key;
    made.decision = "held";
    made.reason = "two reports in a row do not list this worker; missing is not terminated, a person decides";
    made.canonical = {engine::json::encode(workflows::to_value(lost))};
    co_return made;
}

runtime::awaitable_result<void> report_watch::received(received_report report)
{
    const auto mine = co_await locks_.acquire({report.source});
    const auto name = "report:" + report.source;
    auto stored = co_await store_.setting(name);
    if (!stored)
        co_return std::unexpected(stored.error());
    const auto kept = engine::json::parse(*stored).value_or(value());
    if (kept["delivery"].text_or() == report.delivery)
        co_return result<void>{};
    const bool another = !is_coming_in(kept, time_.now());
    const auto counts = counted(kept, report, another);
    runtime::transaction work;
    work.settings.push_back(
        {name, engine::json::write(to_keep(report, counts, another ? value(to_rfc3339(time_.now())) : kept["began"]))});
    runtime::hold_row held;
    for (const auto& [digest, times] : counts) {
        if (times != reports_in_a_row)
            continue;
        auto made = co_await missed(report, digest);
        if (!made)
            co_return std::unexpected(made.error());
        if (!*made)
            continue;
        held.events.push_back((*made)->key);
        work.new_events.push_back(std::move(**made));
    }
    if (!held.events.empty()) {
        const auto now = time_.now();
        held.id = make_id<hold_id>("hold", now, random_);
        held.guard = guard;
        held.since = now;
        held.reason = std::to_string(held.events.size()) +
                      " of those whom the source listed before are missing from two reports in a row";
        runtime::alarm_row alarm;
        alarm.id = make_id<alarm_id>("alm", now, random_);
        alarm.cause = std::string("guard_tripped:") + guard + ":" + held.id.text;
        alarm.kind = "guard_tripped";
        alarm.at = now;
        alarm.message = "source '" + report.source + "': " + held.reason + "; nothing is done until a person decides";
        work.alarms.push_back(std::move(alarm));
        work.holds.push_back(std::move(held));
    }
    auto committed = co_await store_.commit(std::move(work));
    co_return committed;
}

} // namespace jmld::daemon
