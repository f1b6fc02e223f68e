// One request, one direction. Why a signature was refused is counted, never told; a body is never logged.
#include "daemon/webhooks/webhook_handler.hpp"

#include "daemon/http/problem.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::size_t body_bytes_max = 256 * 1024;
constexpr std::string_view prefix = "/hooks/";

std::string media_type(const http::request& message)
{
    if (http::all_headers(message.headers, "content-type").size() != 1)
        return {};
    std::string_view text = *http::find_header(message.headers, "content-type");
    text = text.substr(0, text.find(';'));
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    std::string type(text);
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

bool is_accepted(std::string_view type)
{
    return type == "application/json" || type == "application/cloudevents+json" ||
           type == "application/cloudevents-batch+json";
}

bool announces_too_much(const http::request& message)
{
    const auto* length = http::find_header(message.headers, "content-length");
    if (length == nullptr)
        return false;
    std::uint64_t bytes = 0;
    const auto [end, failed] = std::from_chars(length->data(), length->data() + length->size(), bytes);
    return failed != std::errc{} || end != length->data() + length->size() || bytes > body_bytes_max;
}

http::response unauthorized()
{
    return problem(401, "not authentic", "the delivery's signature or its headers were not accepted");
}

// CloudEvents' handshake: a sender asks whether it may deliver here. Who may is said by the verification of each
// delivery, so any sender may try; asking tells it nothing that its first delivery would not.
bool asks_permission(const http::request& message)
{
    const auto origins = http::all_headers(message.headers, "webhook-request-origin");
    return message.method == "OPTIONS" && origins.size() == 1 && !origins.front().empty();
}

http::response permission(const http::request& message)
{
    http::response answer;
    answer.status = 200;
    answer.headers.emplace_back("Allow", "POST");
    answer.headers.emplace_back("WebHook-Allowed-Origin",
                                *http::find_header(message.headers, "webhook-request-origin"));
    answer.headers.emplace_back("WebHook-Allowed-Rate", "*"); // the queue says 503 when it is full
    return answer;
}

engine::value problem_list(const std::vector<workflows::field_problem>& problems)
{
    engine::value_list list;
    for (const auto& one : problems)
        list.push_back(engine::value::map({{"pointer", one.pointer}, {"field", one.field}, {"detail", one.what}}));
    return engine::value(std::move(list));
}

struct named_status
{
    std::string id, status;
};

// A list of workers is a report; anything else, and a report that cannot be read whole, is none.
std::optional<received_report> report_in(const reading_context& context, const std::vector<read_event>& read)
{
    received_report report{std::string(context.source), std::string(context.webhook_id), {}};
    for (const auto& one : read) {
        if (one.listed.empty())
            return std::nullopt;
        report.listed.push_back(one.listed);
        if (report.delivery.empty()) // without a name of its own the same bytes again are the same report
            report.delivery = one.incoming.delivery.body_sha256;
    }
    return report.listed.empty() ? std::nullopt : std::optional(std::move(report));
}

http::response accepted_answer(const std::vector<named_status>& all)
{
    if (all.size() == 1)
        return json_answer(engine::value::map({{"event_id", all[0].id}, {"status", all[0].status}}), 202);
    engine::value_list each;
    for (const auto& one : all)
        each.push_back(engine::value::map({{"event_id", one.id}, {"status", one.status}}));
    return json_answer(engine::value::map({{"status", "accepted"}, {"events", engine::value(std::move(each))}}), 202);
}

} // namespace

webhook_handler::webhook_handler(source_set_pointer sources, runtime::journal& store, runtime::clock& time,
                                 metrics& counters, accepted_callback on_accepted)
    : sources_(std::move(sources)), store_(store), time_(time), counters_(counters),
      on_accepted_(std::move(on_accepted))
{}

const event_source* webhook_handler::find(std::string_view path) const
{
    if (!path.starts_with(prefix))
        return nullptr;
    const auto found = sources_->find(path.substr(prefix.size()));
    return found == sources_->end() ? nullptr : &found->second;
}

http::response webhook_handler::refused(std::string_view source, std::string_view why, http::response answer)
{
    counters_.count("jmld_events_total", {{"source", source}, {"result", why}});
    return answer;
}

// The first that applies answers: 404, 405, 415, 413, 401.
std::optional<http::response> webhook_handler::refuse(const http::request& message, const http::peer& who)
{
    const auto* from = find(message.path());
    if (from == nullptr)
        return refused("unknown", "unknown_source",
                       problem(404, "no such source", "events are taken at /hooks/{source}"));
    if (asks_permission(message))
        return std::nullopt;
    if (message.method != "POST") {
        auto answer = problem(405, "method not allowed", "events are sent with POST");
        answer.headers.emplace_back("Allow", "POST");
        return refused(from->name, "wrong_method", std::move(answer));
    }
    if (!is_accepted(media_type(message)) || http::find_header(message.headers, "content-encoding") != nullptr)
        return refused(
            from->name, "wrong_media_type",
            problem(415, "media type not accepted",
                    "accepted: application/json, application/cloudevents+json, application/cloudevents-batch+json"));
    if (announces_too_much(message))
        return refused(from->name, "too_large", problem(413, "too large", "an event may have 262144 bytes"));
    if (refuse_by_header(from->scheme, {message.headers, who.certificate_names}, time_.now()))
        return refused(from->name, "not_authentic", unauthorized());
    return std::nullopt;
}

std::size_t webhook_handler::body_limit(const http::request&) { return body_bytes_max; }

asio::awaitable<http::reply> webhook_handler::answer(http::request message, http::peer who)
{
    const auto sources = sources_; // the set may be replaced while the journal works
    const auto* from = find(message.path());
    if (from == nullptr)
        co_return problem(404, "no such source", "events are taken at /hooks/{source}");
    if (asks_permission(message))
        co_return permission(message);
    if (refuse_delivery(from->scheme, {message.headers, who.certificate_names}, message.body, time_.now()))
        co_return refused(from->name, "not_authentic", unauthorized());
    auto webhook_id = delivery_id(from->scheme, message.headers);
    auto given = co_await take(from, std::move(message.headers), std::move(message.body), std::move(webhook_id));
    co_return given;
}

asio::awaitable<http::response> webhook_handler::take(const event_source* from, http::header_list headers,
                                                      std::string body, std::string webhook_id)
{
    const std::string source = from->name;
    if (draining_)
        co_return refused(source, "draining", problem(503, "draining", "jmld is stopping; send it again"));
    const reading_context context{source, &from->mapping, webhook_id, time_.now()};
    auto read = read_delivery(context, headers, body);
    if (!read)
        co_return refused(source, "malformed", problem(400, "not readable", read.error().what));
    std::vector<runtime::incoming_event> batch;
    for (auto& one : *read) {
        if (one.enveloped) { // the same event may have come without its envelope before: what it means decides
            auto known = co_await store_.event(one.incoming.event.key);
            if (known && known->canonical == one.incoming.event.canonical)
                one.incoming.event.identity_sha256 = known->identity_sha256;
        }
        batch.push_back(one.incoming);
    }
    auto stored = co_await store_.accept(std::move(batch));
    if (!stored) {
        const bool fatal = stored.error().code == errc::storage_failed || stored.error().code == errc::corrupt;
        if (fatal && storage_failed_)
            storage_failed_(stored.error());
        co_return refused(source, "not_stored",
                          problem(503, "cannot store",
                                  fatal ? "the store has failed; nothing was kept"
                                        : "nothing was kept, nothing is promised; send it again"));
    }
    const auto conflict = std::find_if(stored->begin(), stored->end(),
                                       [](const auto& one) { return one.what == runtime::acceptance::conflict; });
    if (conflict != stored->end())
        co_return refused(
            source, "conflict",
            problem(409, "event id conflict", "this id was used before with another body; the first stands"));
    std::vector<named_status> statuses;
    std::vector<workflows::field_problem> unread;
    for (std::size_t i = 0; i < read->size(); ++i) {
        const auto& event = (*read)[i].incoming.event;
        const bool duplicate = (*stored)[i].what == runtime::acceptance::duplicate;
        std::string status = duplicate ? "duplicate" : (*read)[i].incoming.delivery.status;
        counters_.count("jmld_events_total", {{"source", source}, {"result", status}});
        if (status == "quarantined")
            unread.insert(unread.end(), (*read)[i].problems.begin(), (*read)[i].problems.end());
        if (!duplicate && event.decision.empty())
            on_accepted_(event);
        statuses.push_back({event.key.id, std::move(status)});
    }
    if (auto report = report_in(context, *read); report && reports_ != nullptr) {
        auto watched = co_await reports_->received(std::move(*report));
        if (!watched)
            spdlog::warn("source={}: the report is not counted: {}", source, watched.error().what);
    }
    const bool all_quarantined =
        std::all_of(statuses.begin(), statuses.end(), [](const auto& one) { return one.status == "quarantined"; });
    if (all_quarantined)
        co_return problem(
            422, "not readable by the mapping",
            "the event is kept (quarantined) and can be replayed after the mapping of source '" + source +
                "' is mended",
            engine::value::map(
                {{"event_id", statuses.front().id}, {"status", "quarantined"}, {"errors", problem_list(unread)}}));
    co_return accepted_answer(statuses);
}

} // namespace jmld::daemon
