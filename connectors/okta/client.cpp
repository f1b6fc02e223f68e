// The path of one call: budget, token, wire, record, judgement. Which kind of failure an answer is says errors.cpp;
// what a silence means depends on the row.
#include "connectors/okta/client.hpp"

#include "connectors/okta/answer_shape.hpp"
#include "connectors/okta/dry_run.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "connectors/okta/rate_headers.hpp"
#include "engine/json/json.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::failure_kind;

namespace {

constexpr duration reachability_timeout{10'000};
constexpr duration reset_margin{1'000};      // resets are told in whole seconds
constexpr duration throttle_max{86'400'000}; // a reset beyond a day is a mistake, not a limit
constexpr std::int64_t concurrency_wait_ms = 1'000;
constexpr duration budget_wait_max{90'000};  // a window and a half; what would take longer comes back as rate_limited
constexpr duration held_write_pause{30'000}; // while writes are switched off
constexpr std::string_view reachability_row = "okta.groups.list", person_row = "okta.users.get";

struct sent_call
{
    std::string method, path, query;
};

void record(call_scope& scope, const sent_call& sent, int status, std::string_view request_id, time_point at)
{
    ++scope.exchanges;
    auto call = engine::value::map({{"method", sent.method},
                                    {"path", sent.path},
                                    {"status", status == 0 ? engine::value() : engine::value(status)},
                                    {"request_id", request_id},
                                    {"at", at}});
    // Of a write it says what is done (oauthTokens=true); of a read it may hold names of people.
    if (sent.method != "GET" && !sent.query.empty())
        call = call.with("query", sent.query);
    scope.calls.push_back(std::move(call));
}

std::string_view what_is_odd_of_page(const call& asked, const reply& answer)
{
    return answer.body.is_list() ? what_is_odd(asked, answer) : "Okta answered something else than a list";
}

} // namespace

client::client(client_options options, http::transport& wire, authenticator& who, runtime::limiter& budget,
               runtime::clock& time, random_source& random)
    : options_(std::move(options)), wire_(wire), who_(who), budget_(budget), time_(time), random_(random)
{}

void client::close(call_scope& scope)
{
    if (!scope.prepaid_bucket.empty())
        budget_.give_back(std::exchange(scope.prepaid_bucket, {}));
}

// ---- one exchange

namespace {

/// Work that has begun asks as if it were a little more urgent, so that nobody spends a first call and then waits
/// behind all those who have not begun. Whoever only looks whom an event is about (no person is known yet) does not.
runtime::priority standing_of(const call_scope& scope)
{
    using runtime::priority;
    if (scope.person.empty() || scope.exchanges == 0)
        return scope.urgency;
    if (scope.urgency == priority::joiner)
        return priority::mover;
    return scope.urgency == priority::mover ? priority::leaver : scope.urgency;
}

} // namespace

asio::awaitable<bool> client::take_budget(std::string_view bucket, call_scope& scope,
                                          std::optional<time_point>& not_before)
{
    if (scope.prepaid_bucket == bucket) {
        scope.prepaid_bucket.clear();
        co_return true;
    }
    const auto began = time_.now();
    const auto standing = standing_of(scope);
    auto later = budget_.take(bucket, standing, began);
    if (!later)
        co_return true;
    budget_.waits(bucket, standing, 1);
    bool woken = true;
    while (later && woken && *later - began <= budget_wait_max) {
        woken = co_await time_.wait_until(*later);
        if (woken)
            later = budget_.take(bucket, standing, time_.now());
    }
    budget_.waits(bucket, standing, -1);
    if (woken && later) // a leaver must not wait behind a call that waits for hours
        not_before = *later;
    co_return woken && !later;
}

asio::awaitable<client::wire_outcome> client::once(const operation& row, http::request message, call_scope& scope)
{
    wire_outcome out;
    const auto asked_at = time_.now();
    const bool paid = co_await take_budget(row.bucket, scope, out.not_before);
    if (!paid) {
        out.silence = {errc::cancelled, "stopped while waiting for budget", {}};
        co_return out;
    }
    const auto waited = time_.now() - asked_at;
    message.headers.emplace_back("User-Agent", options_.user_agent);
    std::vector<token_exchange> for_token;
    std::expected<void, token_refusal> allowed;
    if (!row.anonymous)
        allowed = co_await who_.authorize(message, wire_, scope.timeout, for_token);
    for (const auto& one : for_token)
        record(scope, {"POST", "/oauth2/v1/token", {}}, one.status, one.request_id, one.at);
    if (!allowed) {
        budget_.give_back(row.bucket);
        out.refusal = std::move(allowed.error());
        co_return out;
    }
    if (writes_held_ && row.writes()) { // looked at last: nothing can come between this and the wire
        budget_.give_back(row.bucket);
        out.not_before = time_.now() + held_write_pause;
        co_return out;
    }
    const sent_call sent{message.method, std::string(message.path()), std::string(message.query())};
    const auto sent_at = time_.now();
    budget_.entered();
    auto answer = co_await wire_.send(std::move(message), scope.timeout);
    budget_.left();
    budget_.settled(row.bucket, answer.has_value());
    const auto request_id = answer ? header_or_empty(answer->headers, "x-okta-request-id") : std::string();
    record(scope, sent, answer ? answer->status : 0, request_id, sent_at);
    if (observe)
        observe(row.bucket, answer ? answer->status : 0, std::chrono::duration_cast<duration>(waited));
    if (!answer) {
        out.silence = answer.error();
        if (out.silence.code == errc::cancelled && row.writes())
            out.silence.code = errc::connection_lost; // it had left: stopping does not take it back
        co_return out;
    }
    learn(row.bucket, *answer);
    out.answer = std::move(*answer);
    co_return out;
}

asio::awaitable<reply> client::exchange(const operation& row, http::request message, call_scope& scope)
{
    reply out;
    for (int round = 0; round < 2; ++round) {
        auto copy = message;
        auto came = co_await once(row, std::move(copy), scope);
        if (came.not_before) {
            out.fail(failure_kind::rate_limited, writes_held_ && row.writes()
                                                     ? "an operator has switched outbound writes off"
                                                     : "Okta's limit holds calls of this kind until later");
            out.failure->retry_at = came.not_before;
            co_return out;
        }
        if (came.refusal)
            out = judge_token(*came.refusal);
        else if (!came.answer)
            out = judge_silence(row, came.silence);
        else
            out = judge(row, *came.answer);
        const bool stale_token = came.answer && !out.ok() && classify(out.status, out.error.code).renew_token;
        if (!stale_token || !who_.renew())
            break;
    }
    if (out.ok() || out.failure->outage || out.failure->kind == failure_kind::cancelled)
        co_return out;
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool doubtful = out.status == 0 || is_gateway_trouble(out.status);
    if (doubtful && state.cancelled() == asio::cancellation_type::none) {
        const bool answered = co_await answers_anybody(scope);
        out.failure->outage = !answered;
    }
    co_return out;
}

// One look, with no judgement but this: somebody answers, or nobody does.
asio::awaitable<bool> client::answers_anybody(call_scope& scope)
{
    const bool has_person = is_safe_id(scope.person);
    const auto& row = operation_named(has_person ? person_row : reachability_row);
    call look{.row = &row};
    look.arguments = has_person ? engine::value::map({{"user", scope.person}}) : engine::value::map({{"limit", 1}});
    auto message = build_request(look);
    if (!message)
        co_return false;
    const auto timeout = std::exchange(scope.timeout, std::min(scope.timeout, reachability_timeout));
    auto came = co_await once(row, std::move(*message), scope);
    scope.timeout = timeout;
    // A bucket that is held back for long was held back by answers: that is no outage.
    co_return came.not_before || (came.answer && !is_gateway_trouble(came.answer->status));
}

asio::awaitable<reply> client::send(call what, call_scope& scope)
{
    auto message = build_request(what);
    if (!message) {
        reply out;
        out.fail(failure_kind::invalid, message.error().what);
        co_return out;
    }
    if (scope.dry_run && what.row->writes())
        co_return planned(*what.row, *message, scope);
    auto answer = co_await exchange(*what.row, std::move(*message), scope);
    if (const auto odd = answer.ok() ? what_is_odd(what, answer) : std::string_view(); !odd.empty())
        answer.fail(failure_kind::unavailable, std::string(odd));
    co_return answer;
}

asio::awaitable<reply> client::list(call what, call_scope& scope)
{
    reply all;
    auto message = build_request(what);
    if (!message) {
        all.fail(failure_kind::invalid, message.error().what);
        co_return all;
    }
    engine::value_list items;
    std::size_t bytes = 0;
    std::string target = message->target;
    for (int page = 0; page < options_.pages_max; ++page) {
        auto request = *message;
        request.target = target;
        auto one = co_await exchange(*what.row, std::move(request), scope);
        if (!one.ok())
            co_return one;
        bytes += one.bytes;
        const std::string_view odd = bytes > options_.listing_bytes_max ? "a listing of Okta is larger than allowed"
                                                                        : what_is_odd_of_page(what, one);
        if (!odd.empty()) {
            one.fail(failure_kind::unavailable, std::string(odd));
            co_return one;
        }
        items.insert(items.end(), one.body.items().begin(), one.body.items().end());
        if (what.items_max > 0 && items.size() >= what.items_max)
            one.next.clear();
        const bool at_end = one.next.empty();
        const bool in_circle = one.next == target;
        target = one.next;
        all = std::move(one);
        if (at_end || in_circle)
            break;
    }
    if (!target.empty())
        all.fail(failure_kind::unavailable, "a listing of Okta does not end");
    all.body = std::move(items);
    co_return all;
}

asio::awaitable<reply> client::page(call what, std::string target, call_scope& scope)
{
    auto message = build_request(what);
    if (!message) {
        reply refused;
        refused.fail(failure_kind::invalid, message.error().what);
        co_return refused;
    }
    if (!target.empty())
        message->target = std::move(target);
    auto one = co_await exchange(*what.row, std::move(*message), scope);
    if (const auto odd = one.ok() ? what_is_odd_of_page(what, one) : std::string_view(); !odd.empty())
        one.fail(failure_kind::unavailable, std::string(odd));
    co_return one;
}

// ---- judging

void client::learn(std::string_view bucket, const http::response& answer)
{
    const auto told = read_rate_headers(answer.headers);
    const auto now = time_.now();
    if (told.date)
        who_.learn_time(*told.date);
    if (told.limit && told.remaining && told.reset && *told.limit > 0)
        budget_.learn(bucket, *told.limit, *told.remaining, *told.reset, told.date.value_or(now), now);
    else if (!told.limit && answer.status < 400)
        budget_.learn_unlimited(bucket);
}

// When a refused call may be sent again, by the server's clock; the limiter learns the same.
time_point client::retry_at(std::string_view bucket, const http::header_list& headers)
{
    const auto told = read_rate_headers(headers);
    const auto now = time_.now();
    const duration jitter(concurrency_wait_ms +
                          static_cast<std::int64_t>(random_.uniform() * static_cast<double>(concurrency_wait_ms)));
    if (told.limit && *told.limit == 0) {
        budget_.concurrency_exceeded(now);
        return now + jitter;
    }
    if (!told.reset)
        return now + jitter;
    const auto wait =
        std::clamp<duration>(*told.reset - told.date.value_or(now), duration{0}, throttle_max) + reset_margin;
    if (!bucket.empty())
        budget_.block(bucket, now + wait);
    return now + wait;
}

} // namespace jmld::okta
