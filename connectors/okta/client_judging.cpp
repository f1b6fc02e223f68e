// What an answer of Okta, or its absence, means for the call that asked: done, refused, in doubt. It waits for nothing
// and sends nothing; which failure kind a refusal is stands in errors.cpp.
#include "connectors/okta/client.hpp"

#include "connectors/okta/answer_shape.hpp"
#include "connectors/okta/oauth_words.hpp"
#include "connectors/okta/permissions.hpp"
#include "connectors/okta/rate_headers.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

using engine::failure_kind;

namespace {

bool succeeded(const operation& row, int status) { return std::ranges::find(row.success, status) != row.success.end(); }

} // namespace

void reply::fail(failure_kind kind, std::string detail)
{
    failure = engine::attempt_failed{};
    failure->kind = kind;
    failure->detail = std::move(detail);
    failure->mark = mark;
}

const already_so* reply::already(const operation& row) const
{
    const auto found = std::ranges::find_if(
        row.already, [&](const already_so& one) { return one.status == status && one.code == error.code; });
    return found != row.already.end() ? &*found : nullptr;
}

reply client::judge(const operation& row, const http::response& answer)
{
    reply out;
    out.status = answer.status;
    out.bytes = answer.body.size();
    out.etag = header_or_empty(answer.headers, "etag");
    out.mark = {
        .status = answer.status, .code = {}, .request_id = header_or_empty(answer.headers, "x-okta-request-id")};
    bool readable = true;
    if (!answer.body.empty()) {
        auto parsed = engine::json::parse(
            answer.body, {.depth_max = 64, .bytes_max = options_.answer_bytes_max, .refuse_duplicate_keys = false});
        readable = parsed.has_value();
        if (parsed)
            out.body = std::move(*parsed);
    }
    if (succeeded(row, answer.status)) {
        auto next = next_page(answer.headers, options_.origin);
        if (!readable)
            out.fail(needs_a_look(row) ? failure_kind::unknown_outcome : failure_kind::unavailable,
                     "Okta, or something before it, answered something else than JSON");
        else if (row.paged && !next)
            out.fail(failure_kind::unavailable, next.error().what);
        else if (row.paged)
            out.next = next->value_or(std::string());
        return out;
    }
    out.error = read_error(out.body);
    out.mark.code = out.error.code;
    const auto means = classify(answer.status, out.error.code);
    auto kind = means.kind;
    if (answer.status >= 300 && answer.status < 400)
        out.fail(kind_in_doubt(row, out.error, failure_kind::invalid),
                 "Okta redirects elsewhere; redirects are not followed: is okta.org the right address?");
    else if (!readable && answer.status < 500 && answer.status != 429)
        out.fail(kind_in_doubt(row, out.error, failure_kind::unavailable),
                 "a gateway before Okta refused the request with a page instead of JSON");
    else {
        if (kind == failure_kind::invalid)
            kind = kind_in_doubt(row, out.error, kind);
        if (kind == failure_kind::unavailable && means.may_have_happened && needs_a_look(row))
            kind = failure_kind::unknown_outcome;
        out.fail(kind, describe_refusal(answer.status, out.error));
        if (answer.status == 403 && out.error.code == "E0000006")
            out.failure->detail += "; " + what_is_missing(row, who_.uses_api_token());
        if (kind == failure_kind::rate_limited)
            out.failure->retry_at = retry_at(row.bucket, answer.headers);
    }
    return out;
}

reply client::judge_silence(const operation& row, const error& cause) const
{
    reply out;
    std::string detail(describe_silence(cause.code));
    switch (cause.code) {
    case errc::connection_lost:
    case errc::too_large:
        out.fail(needs_a_look(row) ? failure_kind::unknown_outcome : failure_kind::unavailable, std::move(detail));
        break;
    case errc::timed_out:
        if (needs_a_look(row))
            out.fail(failure_kind::unknown_outcome, std::move(detail));
        else
            out.fail(row.writes() ? failure_kind::unavailable : failure_kind::timeout, std::move(detail));
        break;
    case errc::cancelled:
        out.fail(failure_kind::cancelled, std::move(detail));
        break;
    case errc::invalid_input:
    case errc::not_found:
    case errc::conflict:
    case errc::unauthorized:
    case errc::forbidden:
    case errc::unavailable:
    case errc::refused:
    case errc::overloaded:
    case errc::storage_failed:
    case errc::corrupt:
    case errc::internal:
        out.fail(failure_kind::unavailable, std::move(detail));
        break;
    }
    return out;
}

reply client::judge_token(const token_refusal& refusal)
{
    reply out;
    if (refusal.status == 0) {
        const bool stopped = refusal.cause.code == errc::cancelled;
        out.fail(stopped ? failure_kind::cancelled : failure_kind::unavailable,
                 "no access token: " + refusal.cause.what);
        out.failure->outage = !stopped; // without a token nobody can be asked, and nobody is answered
        return out;
    }
    out.status = refusal.status;
    out.error.code = refusal.code;
    out.mark = {.status = refusal.status,
                .code = refusal.code,
                .request_id = header_or_empty(refusal.headers, "x-okta-request-id")};
    const auto means = classify(refusal.status, refusal.code);
    const bool transient = means.kind == failure_kind::rate_limited || means.kind == failure_kind::unavailable;
    out.fail(transient ? means.kind : failure_kind::unauthorized, "no access token: " + refusal.cause.what);
    out.failure->outage = is_gateway_trouble(refusal.status);
    if (means.kind == failure_kind::rate_limited)
        out.failure->retry_at = retry_at({}, refusal.headers);
    return out;
}

} // namespace jmld::okta
