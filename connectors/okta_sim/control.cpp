// /_sim: looking at and arranging the organisation from outside. It is not part of Okta, needs no token and is not in
// the ledger.
#include "connectors/okta_sim/load.hpp"
#include "connectors/okta_sim/organisation_state.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <charconv>

namespace jmld::okta_sim {
namespace {

http::response failed(const error& what) { return problem(400, what.what); }

http::response done(const result<void>& outcome) { return outcome ? ok_empty() : failed(outcome.error()); }

std::uint64_t after_of(const http::request& message)
{
    for (auto const& [key, content] : http::parse_query(message.query())) {
        std::uint64_t read = 0;
        if (key == "after" && std::from_chars(content.data(), content.data() + content.size(), read).ec == std::errc())
            return read;
    }
    return 0;
}

value list_of(const std::vector<ledger_entry>& ledger, std::uint64_t after)
{
    value_list entries;
    for (auto const& entry : ledger) {
        if (entry.seq > after)
            entries.push_back(ledger_object(entry));
    }
    return entries;
}

} // namespace

http::response organisation::state::clock(const http::request& message, time_point now)
{
    auto const shown = [&] { return ok(value::map({{"now", to_rfc3339(now + offset)}})); };
    if (message.method == "GET")
        return shown();
    auto const body = engine::json::parse(message.body);
    if (!body)
        return failed(body.error());
    if (auto const length = parse_duration((*body)["advance"].text_or()); length && *length >= duration::zero())
        offset += *length;
    else if (auto const instant = parse_rfc3339((*body)["set"].text_or()))
        offset = *instant - now;
    else
        return problem(400, "/: must be {advance: a duration such as 3d} or {set: an RFC 3339 instant}");
    settle(now + offset);
    return shown();
}

http::response organisation::state::control(const http::request& message, time_point now)
{
    auto const path = message.path();
    auto const& method = message.method;
    auto const shifted = now + offset;
    if (path == "/_sim/org" && method == "GET") {
        settle(shifted);
        return ok(write_organisation(org, ids));
    }
    if (path == "/_sim/ledger" && method == "GET")
        return ok(list_of(ledger, after_of(message)));
    if (path == "/_sim/faults" && method == "GET")
        return ok(faults.shown());
    if (path == "/_sim/limits" && method == "GET")
        return ok(limits.shown());
    if (path == "/_sim/faults" && method == "DELETE") {
        faults.clear();
        return ok_empty();
    }
    if (path == "/_sim/clock" && (method == "GET" || method == "POST"))
        return clock(message, now);
    bool const writes = (path == "/_sim/org" && method == "PUT") || (path == "/_sim/faults" && method == "POST") ||
                        (path == "/_sim/limits" && method == "PUT");
    if (!writes)
        return problem(404, fmt::format("{} {} is no route of the control API", method, path));
    auto const body = engine::json::parse(message.body, {.depth_max = 64, .bytes_max = 64 * 1024 * 1024});
    if (!body)
        return failed(body.error());
    if (path == "/_sim/org")
        return done(load(*body, shifted));
    return path == "/_sim/faults" ? done(add_faults(*body, shifted)) : done(limits.set(*body));
}

} // namespace jmld::okta_sim
