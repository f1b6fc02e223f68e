// Chains are read newest first, page by page: each page is checked by itself and against the oldest record of the one
// before it, so memory does not grow with history.
#include "daemon/people/house_watch.hpp"

#include "engine/digest.hpp"
#include "engine/runtime/audit_chain.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

constexpr int page = 200;
constexpr int looks_a_day = 24;
constexpr duration rest_between_pages{20}; // a look at a long history must not keep the reader from its work

/// A notification that a mapping with `thin: true` put aside: nothing of it could be read as an event.
bool is_thin(const runtime::event_record& event)
{
    return event.decision == "parked" && event.canonical.bytes.empty() && event.person.empty();
}

/// Thin notifications of one source.
struct those_waiting
{
    int count = 0;
    std::string oldest; ///< its id
    time_point since{};

    void add(const runtime::event_record& event)
    {
        if (count++ == 0 || event.received_at < since) {
            oldest = event.key.id;
            since = event.received_at;
        }
    }
};

} // namespace

// An alarm is told once for each cause, so a cause says which record it is about: the next one is an alarm of its own.
runtime::awaitable_result<void> house_watch::raise(std::string kind, std::string cause, std::string message)
{
    runtime::alarm_row alarm;
    alarm.id = make_id<alarm_id>("alm", time_.now(), random_);
    alarm.kind = std::move(kind);
    alarm.cause = std::move(cause);
    alarm.message = std::move(message);
    alarm.at = time_.now();
    spdlog::error("{}: {}", alarm.kind, alarm.message);
    runtime::transaction work;
    work.alarms.push_back(std::move(alarm));
    auto done = co_await store_.commit(std::move(work));
    co_return done;
}

// A look that was broken off says nothing about the chain.
runtime::awaitable_result<void> house_watch::rest()
{
    const bool woken = co_await time_.wait_until(time_.now() + rest_between_pages);
    if (!woken)
        co_return failure(errc::cancelled, "jmld is stopping");
    co_return result<void>{};
}

// The sequence number of the first that does not fit, as a text; empty when all do. Rows older than the chain have no
// hash.
runtime::awaitable_result<std::string> house_watch::misfit_of_audit()
{
    std::optional<std::uint64_t> before;
    std::string wanted; // the hash that the record behind names as the one before it
    std::string misfit;
    for (bool more = true; more;) {
        auto found = co_await store_.audit(before, page);
        if (!found)
            co_return std::unexpected(found.error());
        more = found->size() == static_cast<std::size_t>(page);
        for (const auto& record : *found) {
            const bool older = record.hash.empty() && wanted == runtime::audit_chain_begin;
            const auto& words = record.row.reason;
            const bool own = words.empty() || digest::sha256_hex(words) == record.reason_sha256;
            if (!older && (record.hash != runtime::audit_hash(record) || !own))
                misfit = std::to_string(record.seq);
            else if (!older && before && record.hash != wanted)
                misfit = std::to_string(*before);
            if (!older)
                wanted = record.previous_hash;
            before = record.seq;
        }
        if (!more)
            break;
        auto rested = co_await rest();
        if (!rested)
            co_return std::unexpected(rested.error());
    }
    if (before && wanted != runtime::audit_chain_begin)
        misfit = std::to_string(*before);
    co_return misfit;
}

runtime::awaitable_result<std::string> house_watch::misfit_of_evidence()
{
    runtime::evidence_query query;
    query.limit = page;
    std::string expected, behind, misfit;
    for (bool more = true; more;) {
        auto found = co_await store_.evidence(query);
        if (!found)
            co_return std::unexpected(found.error());
        more = found->size() == static_cast<std::size_t>(page);
        if (found->empty())
            break;
        if (!expected.empty() && found->front().hash != expected)
            misfit = behind;
        expected = found->back().previous_hash;
        behind = found->back().row.id;
        query.before = found->back().seq;
        engine::value_list shown;
        for (const auto& record : *found) {
            auto one = runtime::shown_evidence(record, true);
            if (!one)
                co_return record.row.id; // what is no JSON is not what was written
            shown.push_back(std::move(*one));
        }
        std::reverse(shown.begin(), shown.end());
        if (const auto verdict = runtime::check_evidence(shown, !more); !verdict.misfit.empty())
            misfit = verdict.misfit;
        if (!more)
            break;
        auto rested = co_await rest();
        if (!rested)
            co_return std::unexpected(rested.error());
    }
    co_return misfit;
}

runtime::awaitable_result<void> house_watch::look_at_chains()
{
    auto audit = co_await misfit_of_audit();
    if (!audit)
        co_return std::unexpected(audit.error());
    if (!audit->empty()) {
        auto raised = co_await raise("chain_broken", "chain_broken:audit:" + *audit,
                                     "audit record " + *audit +
                                         " does not fit the chain: it, or one before it, was "
                                         "changed; compare with an export kept elsewhere");
        if (!raised)
            co_return raised;
    }
    auto evidence = co_await misfit_of_evidence();
    if (!evidence)
        co_return std::unexpected(evidence.error());
    if (evidence->empty())
        co_return result<void>{};
    auto raised = co_await raise("chain_broken", "chain_broken:evidence:" + *evidence,
                                 "evidence record " + *evidence +
                                     " does not fit the chain: it, or one before it, was "
                                     "changed; compare with an export kept elsewhere");
    co_return raised;
}

runtime::awaitable_result<void> house_watch::look_at_waiting()
{
    runtime::event_query query;
    query.decision = "parked";
    query.limit = page;
    std::map<std::string, those_waiting> waiting;
    for (bool more = true; more;) {
        auto found = co_await store_.events(query);
        if (!found)
            co_return std::unexpected(found.error());
        more = found->size() == static_cast<std::size_t>(page);
        for (const auto& event : *found) {
            query.after = event.key.source + "~" + event.key.id;
            if (is_thin(event) && time_.now() - event.received_at >= waits_too_long)
                waiting[event.key.source].add(event);
        }
    }
    for (const auto& [source, those] : waiting) {
        auto raised = co_await raise("needs_person", "thin:" + source + ":" + those.oldest,
                                     std::to_string(those.count) + " notifications of source '" + source +
                                         "' say only that something happened and have waited for hours: send what "
                                         "they are about, or discard them");
        if (!raised)
            co_return raised;
    }
    co_return result<void>{};
}

asio::awaitable<void> house_watch::run()
{
    bool goes_on = true;
    for (int look = 0; goes_on; ++look) {
        result<void> chains;
        if (look % looks_a_day == 0)
            chains = co_await look_at_chains();
        if (!chains && chains.error().code != errc::cancelled)
            spdlog::warn("the chains of hashes could not be looked at: {}", chains.error().what);
        auto waiting = co_await look_at_waiting();
        if (!waiting)
            spdlog::warn("what waits could not be looked at: {}", waiting.error().what);
        goes_on = co_await time_.wait_until(time_.now() + every);
    }
}

} // namespace jmld::daemon
