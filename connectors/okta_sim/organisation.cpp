// The way of one request: fault, limit, access, route, handler, ledger. What handlers do is in their own files; /_sim
// is in control.cpp.
#include "connectors/okta_sim/organisation.hpp"

#include "connectors/okta_sim/load.hpp"
#include "connectors/okta_sim/organisation_state.hpp"
#include "connectors/okta_sim/text.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

// RFC 9110: `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(time_point now)
{
    constexpr auto days = std::to_array<std::string_view>({"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"});
    constexpr auto months = std::to_array<std::string_view>(
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
    auto const day = std::chrono::floor<std::chrono::days>(now);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const clock(std::chrono::floor<std::chrono::seconds>(now - day));
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
                       static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

std::vector<std::pair<std::string, std::string>> form_query(std::string_view query)
{
    std::string text(query);
    std::ranges::replace(text, '+', ' ');
    return http::parse_query(text);
}

bool has_header(const http::response& response, std::string_view name)
{
    return http::find_header(response.headers, name) != nullptr;
}

// A client of ours says so; whoever names another program is somebody else.
std::string_view who_sent(const http::request& message)
{
    auto const* const agent = http::find_header(message.headers, "User-Agent");
    return agent == nullptr || agent->contains("jmld") ? "jmld" : "other";
}

/// Bodies of these are forms.
bool is_oauth(std::string_view path) { return path.starts_with("/oauth2/") || path == "/activate"; }

bool open_to_everybody(std::string_view path)
{
    return is_oauth(path) || path == "/api/v1/authn" || path.starts_with("/.well-known/");
}

} // namespace

organisation::state::state(options chosen, std::uint64_t seed)
    : set(std::move(chosen)), ids(seed), request_ids(seed + 1), org(empty_organisation(ids, time_point{})),
      limits(set.strict)
{}

std::string organisation::state::base_of(const http::request& message) const
{
    auto const* const host = http::find_header(message.headers, "Host");
    if (host == nullptr || host->empty())
        return set.base_url;
    return set.base_url.substr(0, set.base_url.find("://")) + "://" + *host;
}

mutation organisation::state::changing(time_point now, log_actor actor, std::string_view transaction)
{
    return {org, ids, log, now, std::move(actor), std::string(transaction)};
}

void organisation::state::settle(time_point now)
{
    bool const due = std::ranges::any_of(org.pending, [&](const pending_rules& one) { return one.due <= now; });
    if (!due)
        return;
    changing(now, okta_itself(), {}).settle();
    remember(now);
}

// --- the past
// ------------------------------------------------------------------------------------------------------------------

duration organisation::state::look_back() const
{
    return std::max(org.set.search_lag, faults.longest_stale().value_or(0ms));
}

void organisation::state::remember(time_point now)
{
    auto const back = look_back();
    if (back == duration::zero()) {
        history.clear();
        return;
    }
    while (history.size() > 1 && history[1].since <= now - back)
        history.pop_front();
    // What is there when looking back begins has been there for ever.
    if (history.empty())
        now = time_point::min();
    auto copy = std::make_shared<const organisation_data>(org);
    if (!history.empty() && history.back().since == now)
        history.back().data = std::move(copy);
    else
        history.push_back({now, std::move(copy)});
}

std::shared_ptr<const organisation_data> organisation::state::as_of(time_point moment) const
{
    auto const later = std::ranges::find_if(history, [&](const past& one) { return one.since > moment; });
    if (history.empty())
        return nullptr;
    return later == history.begin() ? history.front().data : std::prev(later)->data;
}

// --- one request
// ---------------------------------------------------------------------------------------------------------------

organisation::state::outcome organisation::state::route_and_call(const http::request& message, time_point now,
                                                                 const std::string& request_id, organisation_data& seen)
{
    auto const base = base_of(message);
    if (!open_to_everybody(message.path())) {
        if (auto refusal = refuse_access(message, org, oauth, base, now))
            return {*refusal, {}};
    }
    auto found = find_route(message.method, message.path());
    if (found.serving == nullptr)
        return {refuse(found.path_known ? "E0000022" : "E0000008"), {}};
    value body;
    if (!message.body.empty() && !is_oauth(message.path())) {
        auto read = engine::json::parse(message.body, {.refuse_duplicate_keys = false});
        if (!read)
            return {refuse("E0000003"), {}};
        body = std::move(*read);
    }
    shapes const show(base, {ids.fixed("rst", "ACCESS_POLICY"), ids.fixed("rst", "PROFILE_ENROLLMENT")});
    auto const past = org.set.search_lag > 0ms ? as_of(now - org.set.search_lag) : nullptr;
    call asked{.change = {seen, ids, log, now, actor_of(message, seen, oauth, who_sent(message)), request_id},
               .org = seen,
               .searched = past ? *past : seen,
               .show = show,
               .oauth = oauth,
               .message = message,
               .strict = set.strict,
               .values = std::move(found.values),
               .query = form_query(message.query()),
               .body = std::move(body),
               .done = {}};
    auto response = found.serving->serve(asked);
    return {std::move(response), std::move(asked.done)};
}

organisation::state::outcome organisation::state::perform(const http::request& message, time_point now,
                                                          const std::string& request_id, std::optional<duration> stale)
{
    auto const standing = limits.count(bucket_of(message.method, message.path()), now);
    if (!standing.allowed) {
        changing(now, okta_itself(), request_id).note("system.org.rate_limit.violation", {}, "FAILURE", "RATE_LIMIT");
        auto refusal = refuse("E0000047");
        add_rate_headers(refusal, standing);
        return {std::move(refusal), {}};
    }
    outcome reached;
    auto const past = stale ? as_of(now - *stale) : nullptr;
    if (past && message.method == "GET") {
        auto copy = *past;
        reached = route_and_call(message, now, request_id, copy);
    } else {
        reached = route_and_call(message, now, request_id, org);
        if (message.method != "GET")
            remember(now);
    }
    add_rate_headers(reached.response, standing);
    return reached;
}

// Only answers that are late are under way together: the imitation takes no time of its own.
std::optional<http::response> organisation::state::refuse_crowd(time_point now, const std::string& request_id)
{
    std::erase_if(answering, [&](time_point arrives) { return arrives <= now; });
    if (!set.strict || answering.size() < set.concurrency)
        return std::nullopt;
    changing(now, okta_itself(), request_id).note("core.concurrency.org.limit.violation", {}, "FAILURE", "RATE_LIMIT");
    auto refusal = refuse("E0000047");
    add_rate_headers(refusal, rate_limits::standing{.allowed = false, .limit = 0, .remaining = 0, .reset = now + 1s});
    return refusal;
}

void organisation::state::finish(const http::request& message, http::response& response, time_point now,
                                 const std::string& request_id, bool injected) const
{
    if (injected) {
        auto standing = limits.look(bucket_of(message.method, message.path()), now);
        if (response.status == 429) {
            standing.remaining = 0;
            standing.reset = now + 1s;
        }
        http::response usual;
        add_rate_headers(usual, standing);
        // What the fault says of the limit stands; the rest is as it would be.
        for (auto& header : usual.headers) {
            if (!has_header(response, header.first))
                response.headers.push_back(std::move(header));
        }
    }
    if (!has_header(response, "X-Okta-Request-Id"))
        response.headers.emplace_back("X-Okta-Request-Id", request_id);
    if (!has_header(response, "Date"))
        response.headers.emplace_back("Date", http_date(now));
}

answer organisation::state::serve(const http::request& message, time_point now)
{
    settle(now);
    auto const request_id = request_ids.make("req");
    ledger_entry entry{ledger.size() + 1,
                       now,
                       message.method,
                       std::string(message.path()),
                       std::string(message.query()),
                       0,
                       request_id,
                       {},
                       named_user(org, message),
                       std::string(who_sent(message))};
    auto const hit = faults.hit(message.method, message.path(), now);
    answer given;
    bool const lost_before = hit && (hit->drop == fault::moment::before || hit->crash == fault::moment::before);
    bool const replaced = hit && hit->answer;
    if (auto crowded = lost_before ? std::nullopt : refuse_crowd(now, request_id))
        given.response = std::move(*crowded);
    else if (!lost_before && (!replaced || hit->applies)) {
        auto reached = perform(message, now, request_id, hit ? hit->stale : std::nullopt);
        given.response = std::move(reached.response);
        if (reached.done) {
            entry.effect = effect_object(*reached.done);
            if (entry.user.empty())
                entry.user = reached.done->user;
        }
    }
    if (replaced)
        given.response = *hit->answer;
    finish(message, given.response, now, request_id, replaced);
    if (hit) {
        bool const lost_after = hit->drop == fault::moment::after || hit->crash == fault::moment::after;
        given.delay = hit->delay;
        if (given.delay > 0ms)
            answering.push_back(now + given.delay);
        given.crash_client = hit->crash != fault::moment::never;
        given.drop = lost_before  ? answer::drop_kind::before
                     : lost_after ? answer::drop_kind::after
                                  : answer::drop_kind::none;
    }
    entry.status = given.drop == answer::drop_kind::none ? given.response.status : 0;
    ledger.push_back(std::move(entry));
    return given;
}

// --- loading
// -------------------------------------------------------------------------------------------------------------------

result<void> organisation::state::load(const value& content, time_point now)
{
    auto read = read_organisation(content, ids, now);
    if (!read)
        return std::unexpected(read.error());
    org = std::move(*read);
    log.clear();
    history.clear();
    remember(now);
    return {};
}

result<void> organisation::state::add_faults(const value& content, time_point now)
{
    if (auto done = faults.add(content, now); !done)
        return done;
    if (history.empty())
        remember(now);
    return {};
}

// --- the class
// -----------------------------------------------------------------------------------------------------------------

organisation::organisation(options chosen, std::uint64_t seed)
    : state_(std::make_unique<state>(std::move(chosen), seed))
{}
organisation::~organisation() = default;

answer organisation::handle(const http::request& message, time_point now)
{
    auto const shifted = now + state_->offset;
    if (!message.path().starts_with("/_sim"))
        return state_->serve(message, shifted);
    answer given;
    given.response = state_->control(message, now);
    return given;
}

value organisation::snapshot(time_point now) const
{
    state_->settle(now + state_->offset);
    return write_organisation(state_->org, state_->ids);
}

result<void> organisation::load(const value& content, time_point now)
{
    return state_->load(content, now + state_->offset);
}
result<void> organisation::add_faults(const value& content, time_point now)
{
    return state_->add_faults(content, now + state_->offset);
}
void organisation::clear_faults() { state_->faults.clear(); }
result<void> organisation::set_limits(const value& content) { return state_->limits.set(content); }

result<void> organisation::change_by_other(const value& change, time_point now)
{
    auto const shifted = now + state_->offset;
    state_->settle(shifted);
    auto hand = state_->changing(shifted, {"other", "User", "other"}, {});
    auto done = change_by_another_hand(hand, change);
    state_->remember(shifted);
    return done;
}

const std::vector<ledger_entry>& organisation::ledger() const { return state_->ledger; }

void organisation::lost(std::uint64_t number) { state_->ledger.at(number - 1).status = 0; }

value organisation::ledger_value(std::uint64_t after) const
{
    value_list entries;
    for (auto const& entry : state_->ledger) {
        if (entry.seq > after)
            entries.push_back(ledger_object(entry));
    }
    return entries;
}

} // namespace jmld::okta_sim
