// From a step's parameters to a message, and from an answer to an outcome. What a status means is said in one place.
#include "connectors/http/requests.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace jmld::http {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::parameter_type;
using engine::repeatability;
using engine::value;

namespace {

constexpr std::array<std::string_view, 6> methods{"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"};
/// What the client itself says; a workflow that says it too could smuggle a second request.
constexpr std::array<std::string_view, 8> own_headers{
    "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "expect", "trailer"};

engine::action_description row(repeatability repeat, engine::effect_class effect, bool harmful)
{
    engine::action_description made;
    made.name = "http.request";
    made.summary = "Sends one HTTP request to a host that jmld.yaml allows.";
    made.parameters = {{"url", parameter_type::text, true, "https://…, its host allowed under http.allow"},
                       {"method", parameter_type::text, false, "GET (when left out), HEAD, PUT, DELETE, POST or PATCH"},
                       {"headers", parameter_type::map, false, "names and texts"},
                       {"body", parameter_type::any, false, "a text as it is; anything else as JSON"}};
    made.outputs = {{"status", parameter_type::integer, true, "of the answer"},
                    {"body", parameter_type::any, false, "JSON as a value, else the text"},
                    {"headers", parameter_type::map, false, "names in lower case"}};
    made.repeat = repeat;
    made.effect = effect;
    made.has_probe = harmful; // it can only say that nobody knows, so that a person decides
    made.no_inverse_reason = "nobody knows what it did";
    return made;
}

engine::attempt_failed failed(failure_kind kind, std::string detail)
{
    engine::attempt_failed made;
    made.kind = kind;
    made.detail = std::move(detail);
    return made;
}

bool is_reading(std::string_view method) { return method == "GET" || method == "HEAD"; }
bool is_repeatable(std::string_view method) { return is_reading(method) || method == "PUT" || method == "DELETE"; }

std::string method_of(const value& inputs) { return inputs["method"].text_or("GET"); }

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// Empty when it may be sent.
std::string add_headers(const value& given, request& into)
{
    for (const auto& [name, content] : given.entries()) {
        const auto text = content.is_text() ? content.text_or() : engine::json::write(content);
        if (!is_token(name) || !is_header_value(text))
            return "header '" + name + "' cannot be sent";
        if (std::ranges::find(own_headers, lowered(name)) != own_headers.end())
            return "header '" + name + "' is not a workflow's to say";
        into.headers.emplace_back(name, text);
    }
    return {};
}

void add_body(const value& body, request& into)
{
    if (body.is_null())
        return;
    into.body = body.is_text() ? body.text_or() : engine::json::write(body);
    if (find_header(into.headers, "content-type") == nullptr)
        into.headers.emplace_back("Content-Type", body.is_text() ? "text/plain; charset=utf-8" : "application/json");
}

result<request> message_for(const runtime::action_request& asked, const url& where)
{
    request message;
    message.method = method_of(asked.inputs);
    message.target = where.target;
    if (std::ranges::find(methods, message.method) == methods.end())
        return failure(errc::invalid_input,
                       "method is GET, HEAD, PUT, DELETE, POST or PATCH, not '" + message.method + "'");
    if (auto wrong = add_headers(asked.inputs["headers"], message); !wrong.empty())
        return failure(errc::invalid_input, std::move(wrong));
    add_body(asked.inputs["body"], message);
    message.headers.emplace_back("User-Agent", "jmld");
    if (!is_reading(message.method) && find_header(message.headers, "idempotency-key") == nullptr)
        message.headers.emplace_back("Idempotency-Key", digest::sha256_hex(asked.run.text + "/" + asked.step));
    return message;
}

value call_value(const request& message, const url& where, int status, time_point at)
{
    return value::map({{"method", message.method},
                       {"host", canonical(where.peer)},
                       {"path", message.path()},
                       {"status", status == 0 ? value() : value(status)},
                       {"at", at}});
}

std::optional<time_point> retry_after(const response& answer, time_point now)
{
    const auto* said = find_header(answer.headers, "retry-after");
    std::int64_t seconds = 0;
    if (said == nullptr)
        return std::nullopt;
    const auto [end, wrong] = std::from_chars(said->data(), said->data() + said->size(), seconds);
    const bool whole = wrong == std::errc{} && end == said->data() + said->size() && seconds >= 0;
    return whole ? std::optional(now + duration(std::min<std::int64_t>(seconds, 86'400) * 1000)) : std::nullopt;
}

failure_kind kind_of(int status, bool repeatable)
{
    if (status == 429)
        return failure_kind::rate_limited;
    if (status == 401)
        return failure_kind::unauthorized;
    if (status == 403)
        return failure_kind::forbidden;
    if (status == 404 || status == 410)
        return failure_kind::not_found;
    if (status == 409 || status == 423 || status == 425)
        return failure_kind::conflict;
    if (status == 408 || status == 503)
        return failure_kind::unavailable;
    if (status >= 500)
        return repeatable ? failure_kind::unavailable : failure_kind::unknown_outcome;
    return failure_kind::invalid; // redirects too: they are not followed
}

engine::attempt_outcome outcome_of(const response& answer, const request& message, const value& calls, time_point now)
{
    const bool repeatable = is_repeatable(message.method);
    if (answer.status < 200 || answer.status >= 300) {
        auto bad = failed(kind_of(answer.status, repeatable), "the answer was " + std::to_string(answer.status));
        if (answer.status >= 300 && answer.status < 400)
            bad.detail += ": redirects are not followed";
        if (bad.kind == failure_kind::rate_limited)
            bad.retry_at = retry_after(answer, now).value_or(now + duration(1'000));
        bad.mark.status = answer.status;
        bad.calls = calls;
        return bad;
    }
    value headers{engine::value_map{}};
    for (const auto& [name, content] : answer.headers)
        headers = headers.with(lowered(name), value(content));
    auto parsed = engine::json::parse(answer.body, {.refuse_duplicate_keys = false});
    engine::attempt_succeeded good;
    good.changed = !is_reading(message.method);
    good.outputs = value::map({{"status", answer.status},
                               {"body", answer.body.empty() ? value()
                                        : parsed            ? *parsed
                                                            : value(answer.body)},
                               {"headers", headers}});
    good.mark.status = answer.status;
    good.calls = calls;
    return good;
}

engine::attempt_failed silence(const error& why, bool repeatable)
{
    switch (why.code) {
    case errc::connection_lost:
    case errc::timed_out:
    case errc::too_large:
        return failed(repeatable ? failure_kind::unavailable : failure_kind::unknown_outcome, why.what);
    case errc::cancelled:
        return failed(repeatable ? failure_kind::cancelled : failure_kind::unknown_outcome, why.what);
    case errc::forbidden:
    case errc::invalid_input:
        return failed(failure_kind::forbidden, why.what);
    case errc::not_found:
    case errc::conflict:
    case errc::unauthorized:
    case errc::unavailable:
    case errc::refused:
    case errc::overloaded:
    case errc::storage_failed:
    case errc::corrupt:
    case errc::internal:
        return failed(failure_kind::unavailable, why.what);
    }
    return failed(failure_kind::unavailable, why.what);
}

} // namespace

request_catalogue::request_catalogue()
    : reading_(row(repeatability::idempotent, engine::effect_class::reads, false)),
      repeatable_(row(repeatability::idempotent, engine::effect_class::changes, false)),
      harmful_(row(repeatability::side_effect, engine::effect_class::changes, true))
{}

const engine::action_description* request_catalogue::find(std::string_view name) const
{
    return name == harmful_.name ? &harmful_ : nullptr;
}

std::vector<const engine::action_description*> request_catalogue::all() const { return {&harmful_}; }

const engine::action_description* request_catalogue::refine(const engine::action_description& row,
                                                            const value& literals) const
{
    if (row.name != harmful_.name)
        return &row;
    const auto* said = literals.find("method");
    const auto method = said == nullptr ? std::string("GET") : said->text_or(); // one that is computed is null
    if (is_reading(method))
        return &reading_;
    return is_repeatable(method) ? &repeatable_ : &harmful_;
}

request_actions::request_actions(std::vector<allowed_host> allowed, transport_maker make, runtime::clock& time)
    : make_(std::move(make)), time_(time)
{
    for (auto& one : allowed)
        if (const auto peer = parse_url(one.origin))
            allowed_.emplace(canonical(peer->peer), std::move(one));
}

result<transport*> request_actions::way_to(const origin& peer)
{
    const auto name = canonical(peer);
    const auto allowed = allowed_.find(name);
    if (allowed == allowed_.end())
        return failure(errc::forbidden, name + " is not allowed", "add it to http.allow in jmld.yaml");
    auto& way = ways_[name];
    if (!way) {
        auto made = make_(allowed->second);
        if (!made)
            return std::unexpected(made.error());
        way = std::move(*made);
    }
    return way.get();
}

asio::awaitable<engine::attempt_outcome> request_actions::attempt(runtime::action_request asked)
{
    const auto where = parse_url(asked.inputs["url"].text_or());
    if (!where)
        co_return failed(failure_kind::invalid, where.error().what);
    auto message = message_for(asked, *where);
    if (!message)
        co_return failed(failure_kind::invalid, message.error().what);
    if (!allowed_.contains(canonical(where->peer)))
        co_return failed(failure_kind::forbidden, canonical(where->peer) + " is not allowed; add it to http.allow");
    const auto sent = time_.now();
    if (asked.dry_run || !make_) {
        auto calls = value::list({call_value(*message, *where, 0, sent).with("planned", true)});
        co_return outcome_of({204, {}, {}}, *message, calls, sent);
    }
    auto way = way_to(where->peer);
    if (!way)
        co_return silence(way.error(), true);
    const auto copy = *message;
    auto answer = co_await (*way)->send(std::move(*message), asked.timeout);
    const auto calls = value::list({call_value(copy, *where, answer ? answer->status : 0, sent)});
    if (answer)
        co_return outcome_of(*answer, copy, calls, time_.now());
    auto bad = silence(answer.error(), is_repeatable(copy.method));
    bad.calls = calls;
    co_return bad;
}

asio::awaitable<engine::probe_outcome> request_actions::probe(runtime::action_request)
{
    engine::probe_settled settled;
    settled.detail = "what became of an HTTP request only its receiver knows";
    co_return settled;
}

asio::awaitable<engine::undo_outcome> request_actions::undo(runtime::action_request)
{
    engine::undo_succeeded left;
    left.changed = false;
    left.conflict = true;
    left.detail = "an HTTP request has no inverse of its own; write 'compensate'";
    co_return left;
}

} // namespace jmld::http
