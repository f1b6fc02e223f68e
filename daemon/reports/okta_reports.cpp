// Reports that Okta itself answers: accounts of nobody, refused sign-ins, changes of membership. Read page by page, and
// never believed to be complete when a page fails: the error ends the report.
#include "daemon/reports/report.hpp"

#include "daemon/people/report_watch.hpp"
#include "engine/json/json.hpp"
#include "workflows/people/correlate.hpp"

#include <algorithm>
#include <set>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

constexpr std::size_t pages_max = 20'000; // of a report: four million users, twenty million entries of the log

error told(const engine::attempt_failed& failed)
{
    using engine::failure_kind;
    const bool refused = failed.kind == failure_kind::forbidden || failed.kind == failure_kind::invalid;
    return {refused ? errc::conflict : errc::unavailable, "Okta: " + failed.detail, {}};
}

class okta_pages
{
public:
    okta_pages(report_services with, std::string_view operation, value arguments)
        : with_(with), operation_(operation), arguments_(std::move(arguments))
    {}

    /// The objects of the next page; nothing at the end.
    asio::awaitable<report_piece> next()
    {
        if (over_)
            co_return std::nullopt;
        okta::call_scope scope;
        okta::call what;
        what.row = &okta::operation_named(operation_);
        what.arguments = arguments_;
        auto page = co_await with_.okta.page(std::move(what), target_, scope);
        if (!page.ok())
            co_return std::unexpected(told(*page.failure));
        over_ = page.next.empty();
        target_ = page.next;
        if (!over_ && (!seen_.insert(target_).second || seen_.size() >= pages_max))
            co_return failure(errc::unavailable, "Okta: a listing does not end");
        co_return page.body.items();
    }

private:
    report_services with_;
    std::string operation_, target_;
    value arguments_;
    std::set<std::string> seen_; ///< targets: pages that lead to each other would be read for ever
    bool over_ = false;
};

// ---- accounts of nobody -------------------------------------------------------------------------

struct workers_listed
{
    std::set<std::string> digests; ///< of those whom the last reports list
    std::string unreported;        ///< sources that have sent events and no report, for people; empty: there is none
};

/// A report may still be coming in: whoever stood in the one before it and is in none of its parts yet was missed once.
void add_listed(std::set<std::string>& digests, const value& kept, time_point now)
{
    const std::int64_t missed_max = is_coming_in(kept, now) ? 1 : 0;
    for (const auto& [digest, missed] : kept["missing"].entries())
        if (const auto* times = missed.if_integer(); times != nullptr && *times <= missed_max)
            digests.insert(digest);
}

runtime::awaitable_result<bool> has_sent_something(report_services with, std::string source)
{
    runtime::event_query query;
    query.source = std::move(source);
    query.limit = 1;
    auto events = co_await with.store.events(std::move(query));
    if (!events)
        co_return std::unexpected(events.error());
    co_return !events->empty();
}

runtime::awaitable_result<workers_listed> listed_workers(report_services with)
{
    const auto sources = with.sources; // a reload may replace the set meanwhile
    workers_listed listed;
    for (const auto& [name, source] : *sources) {
        auto kept = co_await with.store.setting("report:" + name);
        if (!kept)
            co_return std::unexpected(kept.error());
        add_listed(listed.digests, engine::json::parse(*kept).value_or(value()), with.time.now());
        if (!kept->empty())
            continue;
        auto sends = co_await has_sent_something(with, name);
        if (!sends)
            co_return std::unexpected(sends.error());
        if (*sends)
            listed.unreported += (listed.unreported.empty() ? "" : ", ") + name;
    }
    if (listed.digests.empty())
        co_return failure(errc::conflict,
                          "no source has sent a report of its workers (worker.snapshot) yet: nobody can "
                          "be told to be missing from it");
    co_return listed;
}

value orphan_row(const value& user, std::string_view why)
{
    const auto& profile = user["profile"];
    return value::map({{"okta_id", user["id"]},
                       {"login", profile["login"]},
                       {"name", profile["firstName"].text_or() + " " + profile["lastName"].text_or()},
                       {"status", user["status"]},
                       {"employee_number", profile["employeeNumber"]},
                       {"created", user["created"]},
                       {"last_login", user["lastLogin"]},
                       {"why", why}});
}

value_list orphans_among(const value_list& users, const workers_listed& listed)
{
    const auto why = listed.unreported.empty()
                         ? std::string("no report lists this worker")
                         : "no report lists this worker; no report came from " + listed.unreported;
    value_list rows;
    for (const auto& user : users) {
        workflows::canonical_event who;
        who.subject.id = user["profile"]["employeeNumber"].text_or();
        who.subject.universal_id = user["profile"]["universalId"].text_or();
        if (user["status"].text_or() == "DEPROVISIONED")
            continue;
        if (who.subject.id.empty() && who.subject.universal_id.empty()) {
            rows.push_back(orphan_row(user, "no worker's number stands on it"));
            continue;
        }
        const auto digests = workflows::identity_digests(who);
        if (std::none_of(digests.begin(), digests.end(), [&](const auto& one) { return listed.digests.contains(one); }))
            rows.push_back(orphan_row(user, why));
    }
    return rows;
}

// ---- the System Log -----------------------------------------------------------------------------

engine::value_map log_row(const value& event)
{
    return {{"published", event["published"]},
            {"uuid", event["uuid"]},
            {"event", event["eventType"]},
            {"outcome", event["outcome"]["result"]},
            {"reason", event["outcome"]["reason"]},
            {"actor_id", event["actor"]["id"]},
            {"actor", event["actor"]["alternateId"]},
            {"actor_type", event["actor"]["type"]},
            {"client_ip", event["client"]["ipAddress"]},
            {"request_id", event["debugContext"]["debugData"]["requestId"]}};
}

value membership_row(const value& event)
{
    auto row = value(log_row(event));
    for (const auto& target : event["target"].items()) {
        const auto type = target["type"].text_or();
        if (type == "User" && row["user_id"].is_null())
            row = row.with("user_id", target["id"]).with("user", target["alternateId"]);
        else if (type == "UserGroup" || type == "AppInstance")
            row = row.with("object_type", type == "UserGroup" ? "group" : "app")
                      .with("object_id", target["id"])
                      .with("object", target["displayName"]);
    }
    return row;
}

report_source log_report(report_services with, const report_request& asked, std::string filter,
                         value (*row_of)(const value&))
{
    const auto pages = std::make_shared<okta_pages>(with, "okta.logs.list",
                                                    value::map({{"since", to_rfc3339(asked.from)},
                                                                {"until", to_rfc3339(asked.to)},
                                                                {"filter", std::move(filter)},
                                                                {"limit", std::int64_t{1000}}}));
    return [pages, row_of]() -> asio::awaitable<report_piece> {
        const auto of_log = pages;
        const auto make = row_of;
        auto events = co_await of_log->next();
        if (!events || !*events)
            co_return events;
        value_list rows;
        for (const auto& event : **events)
            rows.push_back(make(event));
        co_return rows;
    };
}

} // namespace

report_source orphans_report(report_services with, report_request)
{
    struct state
    {
        okta_pages users;
        std::optional<workers_listed> listed;
    };
    const auto now = std::make_shared<state>(state{okta_pages(with, "okta.users.list", value::map({})), {}});
    return [with, now]() -> asio::awaitable<report_piece> {
        const auto mine = now;
        const auto services = with;
        if (!mine->listed) {
            auto found = co_await listed_workers(services);
            if (!found)
                co_return std::unexpected(found.error());
            mine->listed = std::move(*found);
        }
        auto users = co_await mine->users.next();
        if (!users || !*users)
            co_return users;
        co_return orphans_among(**users, *mine->listed);
    };
}

report_source sign_ins_report(report_services with, report_request asked)
{
    return log_report(with, asked, R"(eventType eq "user.session.start" and outcome.result eq "FAILURE")",
                      [](const value& event) { return value(log_row(event)); });
}

report_source memberships_report(report_services with, report_request asked)
{
    return log_report(with, asked,
                      R"(eventType eq "group.user_membership.add" or eventType eq "group.user_membership.remove" or )"
                      R"(eventType eq "application.user_membership.add" or )"
                      R"(eventType eq "application.user_membership.remove")",
                      membership_row);
}

} // namespace jmld::daemon
