// Okta over a transport: requests built from rows of the operation table, budget, authentication, errors and paging. It
// makes one exchange (and one more after a refused token), never retries, and knows no workflow.
#pragma once

#include "connectors/http_client.hpp"
#include "connectors/okta/auth.hpp"
#include "connectors/okta/errors.hpp"
#include "connectors/okta/operations.hpp"
#include "engine/random_source.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/limiter.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta {

/// What one attempt, probe, undo or reading shares over its calls. Must outlive them.
struct call_scope
{
    duration timeout{30'000}; ///< for each exchange
    runtime::priority urgency = runtime::priority::joiner;
    std::string prepaid_bucket = {}; ///< a token of it was taken already; emptied when used
    std::string person = {};         ///< Okta id to ask for when nobody seems to answer; may be empty
    engine::value_list calls = {};   ///< {method, path, status, request_id, at} of every exchange
    int exchanges = 0;
    bool dry_run = false; ///< a write is listed among `calls` as planned, not sent, and taken as answered well
};

/// One call of a row. Arguments are named as the row's parameters; a user, group, app, role or factor may be an id or a
/// map with `id`.
struct call
{
    const operation* row = nullptr;
    engine::value arguments = {}; ///< map
    std::string if_match = {};    ///< ETag; empty = unconditional
    std::size_t items_max = 0;    ///< of a listing: no further page once there are so many; 0 = all
};

struct reply
{
    int status = 0;        ///< 0: no answer
    std::size_t bytes = 0; ///< of the body as it came
    engine::value body;    ///< null when empty or not JSON
    std::string etag;
    std::string next; ///< target of the next page; empty at the end
    error_body error; ///< of a refusal
    engine::call_mark mark;
    std::optional<engine::attempt_failed> failure; ///< set unless the status is one of the row's success codes

    bool ok() const { return !failure; }
    void fail(engine::failure_kind kind, std::string detail);
    /// Refused with one of the row's answers that mean "already so"; nullptr otherwise.
    const already_so* already(const operation& row) const;
};

/// Okta has no such thing.
inline bool is_missing(const reply& answer)
{
    return answer.failure && answer.failure->kind == engine::failure_kind::not_found;
}

struct client_options
{
    std::string origin; ///< as in the settings: `https://example.okta.com`
    std::string user_agent = "jmld";
    std::size_t answer_bytes_max = 8 * 1024 * 1024;
    std::size_t listing_bytes_max = 256 * 1024 * 1024;
    int pages_max = 200; ///< of one listing
};

/// Event loop's thread only. What it is handed must outlive it.
class client
{
public:
    client(client_options options, http::transport& wire, authenticator& who, runtime::limiter& budget,
           runtime::clock& time, random_source& random);

    /// Waits for budget, sends, judges. A write whose fate is not known fails with unknown_outcome unless its row is
    /// idempotent; refused connections and 502–504 are followed by asking whether Okta answers anybody (outage).
    boost::asio::awaitable<reply> send(call what, call_scope& scope);
    /// All pages of a paged row as one list in `body`; fails as a whole when a page does, or when a link leaves the
    /// origin.
    boost::asio::awaitable<reply> list(call what, call_scope& scope);
    /// One page: the first when `target` is empty, else the one that a reply's `next` leads to. Fails when it is no
    /// list of what was asked for; whether the pages end, its caller looks.
    boost::asio::awaitable<reply> page(call what, std::string target, call_scope& scope);

    /// The kill switch: while held, no write leaves; it is answered as rate_limited, so it spends no attempt.
    void hold_writes(bool held) { writes_held_ = held; }

    runtime::clock& time() const { return time_; }
    /// Of Okta's clock before ours, as its answers say.
    duration okta_ahead() const { return who_.ahead(); }
    random_source& random() const { return random_; }
    /// A token that was paid for and not used goes back.
    void close(call_scope& scope);

    /// Called after every exchange: bucket, status (0 = none), how long it waited for budget.
    std::function<void(std::string_view bucket, int status, duration throttled)> observe;

private:
    /// An answer, or why there is none (then `refusal` or `silence` is set).
    struct wire_outcome
    {
        std::optional<http::response> answer;
        std::optional<token_refusal> refusal;
        error silence;
        time_point at{};
        std::optional<time_point> not_before; ///< the budget would take too long: nothing was sent
    };

    boost::asio::awaitable<reply> exchange(const operation& row, http::request message, call_scope& scope);
    boost::asio::awaitable<wire_outcome> once(const operation& row, http::request message, call_scope& scope);
    /// False when the budget would take too long (`not_before` says when to ask again) or the call was cancelled.
    boost::asio::awaitable<bool> take_budget(std::string_view bucket, call_scope& scope,
                                             std::optional<time_point>& not_before);
    boost::asio::awaitable<bool> answers_anybody(call_scope& scope);
    void learn(std::string_view bucket, const http::response& answer);
    reply judge(const operation& row, const http::response& answer);
    reply judge_silence(const operation& row, const error& cause) const;
    reply judge_token(const token_refusal& refusal);
    time_point retry_at(std::string_view bucket, const http::header_list& headers);

    client_options options_;
    http::transport& wire_;
    authenticator& who_;
    runtime::limiter& budget_;
    runtime::clock& time_;
    random_source& random_;
    bool writes_held_ = false;
};

/// The request of a row: path, query and body filled from `arguments`. Errors: invalid_input naming the parameter.
result<http::request> build_request(const call& what);
/// The body it would have; null when it has none, or cannot be built.
engine::value body_of(const call& what);
/// The id in an argument: a text, or a map with `id`; empty when there is none.
std::string id_of(const engine::value& argument);
/// The name in it for people: `name`, `label`, `type`, `login`, else the id.
std::string name_of(const engine::value& argument);
/// Whether it may stand in a path: not empty, at most 255 bytes, no control character, none of / \ ? # %, not a dot
/// segment.
bool is_safe_id(std::string_view id);
/// Target (path and query) of the Link header's rel=next, if any. Errors: invalid_input when it leads to another
/// origin.
result<std::optional<std::string>> next_page(const http::header_list& headers, std::string_view origin);

} // namespace jmld::okta
