// Dates are counted from today, because the daemon under test has the machine's clock.
#include "tests/end_to_end/events.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace jmld::end_to_end {

value json_of(const std::string& text)
{
    auto content = engine::json::parse(text, {.depth_max = 64, .bytes_max = 64 * 1024 * 1024});
    if (!content)
        throw std::runtime_error("no JSON (" + content.error().what + "): " + text.substr(0, 500));
    return std::move(*content);
}

time_point now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::string day(int offset) { return to_rfc3339(now() + std::chrono::hours(24 * offset)).substr(0, 10); }

std::string event_body(const std::string& id, const std::string& type, const std::string& effective, const person& who,
                       const value& more)
{
    const auto entered = to_rfc3339(now() - std::chrono::hours(1));
    const auto name = value::map({{"first", who.first}, {"last", who.last}});
    const auto worker = value::map({{"workerId", who.number},
                                    {"universalId", "U-" + who.number},
                                    {"workerType", "Employee"},
                                    {"legalName", name},
                                    {"preferredName", name},
                                    {"homeEmail", "private." + who.last + "@example.net"},
                                    {"phone", "+49 30 5550100"},
                                    {"hireDate", who.start},
                                    {"position", value::map({{"businessTitle", "Brand Manager"},
                                                             {"department", who.department},
                                                             {"location", value::map({{"timeZone", "UTC"}})}})},
                                    {"manager", value::map({{"workerId", "100101"}, {"name", "Bob Lee"}})}});
    auto data = value::map(
        {{"businessProcess",
          value::map(
              {{"type", type}, {"eventWid", "wid-" + id}, {"action", "complete"}, {"completedMoment", entered}})},
         {"effectiveDate", effective},
         {"worker", worker}});
    for (const auto& [key, content] : more.entries())
        data = data.with(key, content);
    return engine::json::write(
        value::map({{"id", id}, {"type", "workday.worker." + type}, {"timestamp", entered}, {"data", data}}));
}

std::string hire(const std::string& id, const person& who) { return event_body(id, "hire", who.start, who); }

std::string job_change(const std::string& id, person who, const std::string& department)
{
    who.department = department;
    return event_body(id, "job_change", day(-1), who);
}

std::string termination(const std::string& id, const person& who)
{
    return event_body(id, "termination", day(-2), who,
                      value::map({{"terminationDate", day(-2)},
                                  {"lastDayOfWork", day(-2)},
                                  {"reason", value::map({{"id", "Resignation"}, {"label", "Resignation"}})}}));
}

std::string secret(int which) { return "whsec_" + digest::base64(std::string(32, static_cast<char>('a' + which))); }

http::request signed_post(std::string body, const signature_wish& wish, const std::string& path)
{
    const auto id = wish.webhook_id.empty() ? "msg_" + digest::sha256_hex(body).substr(0, 24) : wish.webhook_id;
    const auto stamp =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count() - wish.age);
    const auto key = digest::base64_decode(wish.key.substr(6)).value();
    const auto made = digest::hmac_sha256(key, id + "." + stamp + "." + body);
    auto signature = "v1," + digest::base64(digest::view(made));
    if (!wish.listed_first.empty())
        signature = wish.listed_first + " " + signature;
    http::request message;
    message.method = "POST";
    message.target = path;
    message.headers = {{"Content-Type", wish.content_type},
                       {"webhook-id", id},
                       {"webhook-timestamp", stamp},
                       {"webhook-signature", signature}};
    message.body = std::move(body);
    return message;
}

value company(const std::vector<value>& users)
{
    engine::value_list groups, apps, people = users;
    for (const auto* name :
         {"Staff", "Marketing", "Engineering", "Sales", "Customer Success", "Product", "Finance", "People", "IT"})
        groups.push_back(value::map({{"id", fmt::format("00g{:02}", groups.size())},
                                     {"type", "OKTA_GROUP"},
                                     {"profile", value::map({{"name", name}})}}));
    for (const auto* label :
         {"Slack", "Canva", "GitHub", "Salesforce", "Zendesk", "Figma", "NetSuite", "Workday", "Jira"})
        apps.push_back(
            value::map({{"id", fmt::format("0oa{:02}", apps.size())}, {"label", label}, {"status", "ACTIVE"}}));
    people.push_back(json_of(
        R"({"id":"00ubob","status":"ACTIVE","credentials":{"password":true},"profile":{"login":"bob.lee@example.com",
        "email":"bob.lee@example.com","firstName":"Bob","lastName":"Lee","employeeNumber":"100101"}})"));
    return value::map(
        {{"users", value(std::move(people))}, {"groups", value(std::move(groups))}, {"apps", value(std::move(apps))}});
}

value jane_at_work()
{
    return json_of(R"({"id":"00ujane","status":"ACTIVE","credentials":{"password":true},
        "profile":{"login":"jane.smith@example.com","email":"jane.smith@example.com","firstName":"Jane","lastName":"Smith",
                   "employeeNumber":"100900","department":"Marketing","title":"Brand Manager"},
        "groups":[{"id":"00g00","name":"Staff","membership":"direct"},{"id":"00g01","name":"Marketing","membership":"direct"}],
        "apps":[{"id":"0oa00","label":"Slack","scope":"USER"},{"id":"0oa01","label":"Canva","scope":"USER"}],
        "roles":[{"id":"ra1","type":"HELP_DESK_ADMIN","status":"ACTIVE","assignmentType":"USER"}],
        "factors":[{"id":"fac1","factorType":"push","status":"ACTIVE"}],
        "sessions":[{"id":"ses1"}]})");
}

value user_of(const value& organisation, const std::string& login)
{
    for (const auto& user : organisation["users"].items())
        if (user["profile"]["login"].text_or() == login)
            return user;
    return {};
}

} // namespace jmld::end_to_end
