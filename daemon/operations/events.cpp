// One handler for each route; what an event means is never decided here.
#include "daemon/operations/events.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/people/starting.hpp"
#include "engine/json/json.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

// `SOURCE~ID`, or the bare id where only one source has it.
runtime::awaitable_result<runtime::event_record> find_event(runtime::journal& store, std::string id)
{
    if (const auto split = id.find('~'); split != std::string::npos) {
        auto exact = co_await store.event({id.substr(0, split), id.substr(split + 1)});
        if (exact || exact.error().code != errc::not_found)
            co_return exact;
    }
    runtime::event_query query;
    query.id = id;
    query.limit = 2;
    auto found = co_await store.events(query);
    if (!found)
        co_return std::unexpected(found.error());
    if (found->empty())
        co_return failure(errc::not_found, "there is no such event");
    if (found->size() > 1)
        co_return failure(errc::conflict, "two sources have an event of this id", "name it SOURCE~ID");
    co_return std::move(found->front());
}

asio::awaitable<http::reply> list_events(event_services with, call asked)
{
    runtime::event_query query;
    const auto limit = limit_of(asked);
    if (!limit)
        co_return problem(limit.error());
    auto after = read_cursor(asked);
    if (!after)
        co_return problem(after.error());
    query.limit = *limit + 1;
    query.after = std::move(*after);
    const auto take = [&](std::string_view name, std::string& into) {
        if (const auto* text = asked.find(name))
            into = *text;
    };
    take("source", query.source);
    take("type", query.type);
    take("decision", query.decision);
    take("subject", query.person.text);
    if (!query.person.empty() && sees_people(asked.who)) {
        auto key = co_await key_of_person(with.store, query.person.text);
        if (!key)
            co_return problem(key.error());
        query.person = std::move(*key);
    }
    auto found = co_await with.store.events(query);
    if (!found)
        co_return problem(found.error());
    const bool more = static_cast<int>(found->size()) > *limit;
    if (more)
        found->resize(static_cast<std::size_t>(*limit));
    value_list_builder items;
    for (const auto& stored : *found) {
        auto deliveries = co_await with.store.deliveries(stored.key);
        if (!deliveries)
            co_return problem(deliveries.error());
        items.add(event_value(stored, *deliveries, sees_people(asked.who)));
    }
    auto answer = json_answer(value::map({{"events", items.take()}}));
    if (more)
        add_next_link(answer, asked, cursor_of(found->back().key.source + "~" + found->back().key.id));
    co_return answer;
}

asio::awaitable<http::reply> show_event(event_services with, call asked)
{
    auto stored = co_await find_event(with.store, asked.param("id"));
    if (!stored)
        co_return problem(stored.error());
    auto deliveries = co_await with.store.deliveries(stored->key);
    if (!deliveries)
        co_return problem(deliveries.error());
    co_return json_answer(event_value(*stored, *deliveries, sees_people(asked.who)));
}

asio::awaitable<http::reply> hand_in(event_services with, call asked)
{
    const auto body = read_object(asked);
    if (!body)
        co_return problem(body.error());
    const auto reason = reason_of(*body, false);
    if (!reason)
        co_return problem(reason.error());
    const auto sources = with.sources; // stays alive while the journal works
    const auto from = sources->find((*body)["source"].text_or());
    if (from == sources->end())
        co_return problem(failure(errc::not_found, "/source: there is no such source").error());
    http::header_list headers;
    for (const auto& [name, text] : (*body)["headers"].entries())
        headers.emplace_back(name, text.text_or());
    if (http::find_header(headers, "content-type") == nullptr)
        headers.emplace_back("content-type", "application/json");
    const auto* webhook_id = http::find_header(headers, "webhook-id");
    std::string delivery = webhook_id == nullptr ? std::string() : *webhook_id;
    // A body given as text is taken byte for byte; anything else is written the one way we write JSON.
    auto bytes = (*body)["body"].is_text() ? (*body)["body"].text_or() : engine::json::write((*body)["body"]);
    runtime::transaction work; // the word itself is recorded, whatever comes of it
    work.audit.push_back({with.time.now(), asked.who.name, "event.send", "source " + from->first, *reason});
    auto audited = co_await with.store.commit(std::move(work));
    if (!audited)
        co_return problem(audited.error());
    auto answer = co_await with.intake.take(&from->second, std::move(headers), std::move(bytes), std::move(delivery));
    co_return answer;
}

// What the mapping in force makes of an event that nothing was done about: it may have been mended since. True: there
// is something to decide. False: there is not, and that is written down.
runtime::awaitable_result<bool> read_anew(event_services with, runtime::event_record stored, std::string by,
                                          std::string reason)
{
    const bool open = stored.decision == "quarantined" || stored.decision == "ignored" || stored.decision == "parked";
    if (!open || stored.body.bytes.empty()) // without a body: made by the daemon
        co_return true;
    const auto sources = with.sources; // stays alive while the journal works
    const auto from = sources->find(stored.key.source);
    if (from == sources->end())
        co_return failure(errc::conflict, "source '" + stored.key.source + "' is not configured any more");
    auto deliveries = co_await with.store.deliveries(stored.key);
    if (!deliveries)
        co_return std::unexpected(deliveries.error());
    const auto webhook_id = deliveries->empty() ? std::string() : deliveries->front().webhook_id;
    const auto again = read_again({stored.key.source, &from->second.mapping, webhook_id, with.time.now()}, stored);
    if (!again)
        co_return std::unexpected(again.error());
    const auto& event = again->incoming.event;
    const bool readable = !event.canonical.bytes.empty();
    runtime::event_update update;
    update.key = stored.key;
    update.type = event.type;
    runtime::transaction work;
    if (readable) {
        update.canonical = event.canonical;
        update.entered_at = event.entered_at;
        update.process_id = event.process_id;
        update.action = event.action;
        update.corrects = event.corrects;
        update.rescinds = event.rescinds;
    } else {
        update.decision = event.decision;
        update.reason = event.reason;
        work.audit.push_back({with.time.now(), std::move(by), "event.replay",
                              "event " + stored.key.source + "~" + stored.key.id, std::move(reason)});
    }
    work.events.push_back(std::move(update));
    auto committed = co_await with.store.commit(std::move(work));
    if (!committed)
        co_return std::unexpected(committed.error());
    co_return readable;
}

runtime::awaitable_result<std::string> replay(event_services with, runtime::event_record stored, std::string by,
                                              std::string reason)
{
    const auto key = stored.key;
    auto readable = co_await read_anew(with, std::move(stored), by, reason);
    if (!readable)
        co_return std::unexpected(readable.error());
    if (*readable) {
        auto decided = co_await with.decisions.replay(key, std::move(by), std::move(reason));
        co_return decided;
    }
    auto written = co_await with.store.event(key);
    if (!written)
        co_return std::unexpected(written.error());
    co_return std::move(written->decision);
}

asio::awaitable<http::reply> event_verb(event_services with, call asked)
{
    auto stored = co_await find_event(with.store, asked.param("id"));
    if (!stored)
        co_return problem(stored.error());
    const auto body = read_object(asked);
    if (!body)
        co_return problem(body.error());
    const auto verb = asked.param("verb");
    auto reason = reason_of(*body, verb == "discard");
    if (!reason)
        co_return problem(reason.error());
    result<std::string> decided = failure(errc::not_found, "an event takes replay, resolve, discard, release");
    if (verb == "replay")
        decided = co_await replay(with, *stored, asked.who.name, *reason);
    else if (verb == "release")
        decided = co_await with.decisions.release(stored->key, asked.who.name, *reason);
    else if (verb == "discard")
        decided = co_await with.decisions.discard(stored->key, asked.who.name, *reason);
    else if (verb == "resolve")
        decided = co_await with.decisions.resolve(
            stored->key,
            {(*body)["with"]["person"].text_or(), (*body)["with"]["manager"].text_or(), asked.who.name, *reason});
    if (!decided && decided.error().code == errc::conflict)
        co_return does_not_apply(decided.error(), text_or_null(stored->decision));
    if (!decided)
        co_return problem(decided.error());
    co_return json_answer(value::map({{"id", stored->key.id}, {"source", stored->key.source}, {"decision", *decided}}));
}

} // namespace

value event_value(const runtime::event_record& stored, const std::vector<runtime::delivery_record>& deliveries,
                  bool shown)
{
    const auto details =
        engine::json::parse(stored.details.empty() ? std::string("{}") : stored.details).value_or(value::map({}));
    const auto canonical = canonical_of(stored);
    value_list_builder each;
    for (const auto& delivery : deliveries)
        each.add(value::map({{"at", to_rfc3339(delivery.at)},
                             {"webhook_id", text_or_null(delivery.webhook_id)},
                             {"http_status", delivery.http_status},
                             {"status", delivery.status}}));
    return value::map({{"id", stored.key.id},
                       {"source", stored.key.source},
                       {"type", text_or_null(stored.type)},
                       {"received_at", to_rfc3339(stored.received_at)},
                       {"entered_at", instant_value(stored.entered_at)},
                       {"effective", details["effective"]},
                       {"process_id", text_or_null(stored.process_id)},
                       {"corrects", text_or_null(stored.corrects)},
                       {"rescinds", text_or_null(stored.rescinds)},
                       {"subject", canonical ? subject_value(stored.person, canonical->subject, shown) : value()},
                       {"decision", text_or_null(stored.decision)},
                       {"reason", text_or_null(stored.reason)},
                       {"by", text_or_null(stored.by)},
                       {"run", text_or_null(stored.run.text)},
                       {"candidates", details["candidates"]},
                       {"manager_candidates", details["manager_candidates"]},
                       {"resolved", details["resolved"]},
                       {"deliveries", each.take()}});
}

result<void> add_event_routes(router& routes, event_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET",
         "/v1/events",
         role::viewer,
         {"source", "type", "decision", "subject", "limit", "after"},
         "Events with their decisions, newest first",
         bound(list_events)},
        {"GET",
         "/v1/events/{id}",
         role::viewer,
         {},
         "One event, why it was decided so, and its deliveries",
         bound(show_event)},
        {"POST",
         "/v1/events",
         role::operator_,
         {},
         "Hand in an event, taken as verified",
         bound(hand_in),
         {{"source", "string", true, "whose mapping reads it"},
          {"headers", "object", false, "as the sender would send them"},
          {"body", "any", true, "as the sender would send it; a text is taken byte for byte"},
          {"reason", "string"}}},
        {"POST",
         "/v1/events/{id}/{verb}",
         role::operator_,
         {},
         "replay, resolve, discard or release an event",
         bound(event_verb),
         {{"reason", "string", false, "needed to discard"},
          {"with", "object", false, "resolve: {person: \"new\" or an Okta id, manager: an Okta id}"}}},
    });
}

} // namespace jmld::daemon
