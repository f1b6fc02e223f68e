// What the sender's words become. Each outcome of the mapping is one kind of record; none of them loses the body.
#include "daemon/webhooks/reading.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "engine/overloaded.hpp"
#include "workflows/events/cloud_event.hpp"
#include "workflows/people/correlate.hpp"

#include <algorithm>
#include <cctype>

namespace jmld::daemon {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

engine::value header_map(const http::header_list& headers)
{
    engine::value_map entries;
    for (const auto& [name, text] : headers)
        entries.emplace_back(lower(name), text);
    return engine::value(std::move(entries));
}

// What a replay needs; no signature, no authorization, nothing else.
engine::value kept_headers(const engine::value& all)
{
    engine::value_map kept;
    for (const auto& [name, text] : all.entries())
        if (name == "content-type" || name.starts_with("ce-") || name == "webhook-id" || name == "webhook-timestamp")
            kept.emplace_back(name, text);
    return engine::value(std::move(kept));
}

struct shared_parts
{
    const reading_context& context;
    std::string_view body;
    std::string body_sha256;
    engine::value headers;
};

runtime::incoming_event blank(const shared_parts& parts, const workflows::message& one, event_key key, std::string type)
{
    runtime::incoming_event incoming;
    auto& event = incoming.event;
    event.key = std::move(key);
    event.key.source = parts.context.source;
    event.type = std::move(type);
    event.received_at = parts.context.now;
    event.identity_sha256 = parts.body_sha256;
    event.body = {std::string(parts.body)};
    const auto kept = engine::value::map(
        {{"headers", kept_headers(parts.headers)}, {"position", static_cast<std::int64_t>(one.position)}});
    event.headers = {engine::json::write(kept)};
    incoming.delivery = {event.key,        std::string(parts.context.webhook_id), parts.context.now, 202, "accepted",
                         parts.body_sha256};
    return incoming;
}

read_event of_event(const shared_parts& parts, const workflows::message& one, const workflows::canonical_event& meant,
                    bool one_of_many)
{
    read_event made{blank(parts, one, meant.key, meant.type), {}};
    auto& event = made.incoming.event;
    event.entered_at = meant.entered_at;
    event.process_id = meant.process_id;
    event.action = meant.action;
    event.corrects = meant.corrects;
    event.rescinds = meant.rescinds;
    event.canonical = {engine::json::encode(workflows::to_value(meant))};
    made.enveloped = one.enveloped;
    if (one.enveloped || one_of_many)
        event.identity_sha256 = workflows::canonical_sha256(meant);
    return made;
}

void read_one(const shared_parts& parts, const workflows::message& one, std::vector<read_event>& all)
{
    const auto outcome = workflows::map(*parts.context.mapping, parts.context.source, one);
    std::visit(overloaded{[&](const workflows::mapped& read) {
                              for (const auto& meant : read.events) {
                                  all.push_back(of_event(parts, one, meant, read.events.size() > 1));
                                  if (read.listed && meant.type == "worker.snapshot")
                                      all.back().listed = workflows::identity_digests(meant).front();
                              }
                          },
                          [&](const workflows::ignored& other) {
                              read_event made{blank(parts, one, other.key, other.type), {}};
                              made.incoming.event.decision = "ignored";
                              made.incoming.event.reason = other.reason;
                              made.incoming.delivery.status = "ignored";
                              all.push_back(std::move(made));
                          },
                          [&](const workflows::unreadable& broken) {
                              read_event made{blank(parts, one, broken.key, broken.type), broken.fields};
                              made.incoming.event.decision = "quarantined";
                              made.incoming.event.reason =
                                  "the mapping of source '" + std::string(parts.context.source) + "' cannot read it";
                              for (const auto& field : broken.fields)
                                  made.incoming.event.reason += "; " + field.pointer + ": " + field.what;
                              made.incoming.delivery.status = "quarantined";
                              made.incoming.delivery.http_status = 422;
                              all.push_back(std::move(made));
                          },
                          [&](const workflows::thin_notification& thin) {
                              read_event made{blank(parts, one, thin.key, thin.type), {}};
                              made.incoming.event.decision = "parked";
                              made.incoming.event.reason = thin.reason;
                              all.push_back(std::move(made));
                          }},
               outcome);
}

result<std::vector<workflows::message>> messages_of(const shared_parts& parts)
{
    auto parsed = engine::json::parse(parts.body);
    if (!parsed)
        return std::unexpected(parsed.error());
    workflows::message whole;
    whole.headers = parts.headers;
    whole.body = std::move(*parsed);
    whole.raw_sha256 = parts.body_sha256;
    whole.webhook_id = parts.context.webhook_id;
    const auto content_type = parts.headers["content-type"].text_or();
    return workflows::unwrap(std::move(whole), content_type);
}

} // namespace

result<std::vector<read_event>> read_delivery(const reading_context& context, const http::header_list& headers,
                                              std::string_view body)
{
    const shared_parts parts{context, body, digest::sha256_hex(body), header_map(headers)};
    const auto messages = messages_of(parts);
    if (!messages)
        return std::unexpected(messages.error());
    std::vector<read_event> all;
    for (const auto& one : *messages)
        read_one(parts, one, all);
    return all;
}

result<read_event> read_again(const reading_context& context, const runtime::event_record& stored)
{
    const auto kept = engine::json::parse(stored.headers.bytes);
    if (!kept)
        return failure(errc::corrupt, "the stored headers of the event cannot be read");
    const shared_parts parts{context, stored.body.bytes, digest::sha256_hex(stored.body.bytes), (*kept)["headers"]};
    const auto messages = messages_of(parts);
    if (!messages)
        return std::unexpected(messages.error());
    const auto* position = (*kept)["position"].if_integer();
    for (const auto& one : *messages) {
        if (position != nullptr && static_cast<std::int64_t>(one.position) != *position)
            continue;
        std::vector<read_event> all;
        read_one(parts, one, all);
        for (auto& again : all)
            if (again.incoming.event.key == stored.key || all.size() == 1)
                return std::move(again);
    }
    return failure(errc::not_found, "the stored request holds no such event any more",
                   "the mapping gives it another id now; send the event anew");
}

} // namespace jmld::daemon
