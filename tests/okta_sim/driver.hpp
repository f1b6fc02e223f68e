// A client of the imitation for its tests: requests without a network, answers as values, and a clock that moves when
// told. It judges nothing.
#pragma once

#include "connectors/okta_sim/organisation.hpp"
#include "engine/json/json.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace jmld::okta_sim::testing {

using engine::value;

struct seen
{
    int status = 0;
    http::header_list headers;
    value body; ///< null when there was none, or when it is not JSON
    std::string text;
    answer::drop_kind drop = answer::drop_kind::none;
    bool crashed = false;
    duration delay{0};

    std::string code() const { return body["errorCode"].text_or(); }
    std::string header(std::string_view name) const
    {
        auto const* const found = http::find_header(headers, name);
        return found == nullptr ? std::string() : *found;
    }
    std::string next_link() const
    {
        for (auto const& link : http::all_headers(headers, "Link")) {
            if (link.ends_with("rel=\"next\""))
                return std::string(link.substr(1, link.find('>') - 1));
        }
        return {};
    }
};

class driver
{
public:
    static constexpr std::string_view base = "https://okta-sim.example";

    explicit driver(organisation::options chosen = {}) : org(std::move(chosen), 1) {}

    organisation org;
    time_point now = *parse_rfc3339("2027-02-01T09:00:00Z");
    http::header_list extra; ///< sent with every request

    seen call(std::string method, std::string target, std::string body = {})
    {
        http::request message{
            std::move(method), std::move(target), {{"Authorization", "SSWS anything"}}, std::move(body)};
        message.headers.insert(message.headers.end(), extra.begin(), extra.end());
        auto given = org.handle(message, now);
        return {given.response.status,
                given.response.headers,
                engine::json::parse(given.response.body).value_or(value()),
                given.response.body,
                given.drop,
                given.crash_client,
                given.delay};
    }
    seen get(std::string target) { return call("GET", std::move(target)); }
    seen post(std::string target, std::string body = {}) { return call("POST", std::move(target), std::move(body)); }
    seen put(std::string target, std::string body = {}) { return call("PUT", std::move(target), std::move(body)); }
    seen del(std::string target) { return call("DELETE", std::move(target)); }

    void load(std::string_view json)
    {
        auto const content = engine::json::parse(json);
        ASSERT_TRUE(content) << content.error().what;
        auto const loaded = org.load(*content, now);
        ASSERT_TRUE(loaded) << loaded.error().what;
    }
    void fault(std::string_view json)
    {
        auto const added = org.add_faults(engine::json::parse(json).value(), now);
        ASSERT_TRUE(added) << added.error().what;
    }

    /// Creates a user without a password and answers his id.
    std::string create(const std::string& login, bool activate = false)
    {
        auto const body = R"({"profile":{"login":")" + login + R"(","email":")" + login +
                          R"(","firstName":"Jane","lastName":"Smith"}})";
        return post(std::string("/api/v1/users?activate=") + (activate ? "true" : "false"), body).body["id"].text_or();
    }
    std::string status_of(const std::string& id) { return get("/api/v1/users/" + id).body["status"].text_or(); }

    /// The user as the snapshot shows him.
    value user(const std::string& id)
    {
        for (auto const& who : org.snapshot(now)["users"].items()) {
            if (who["id"].text_or() == id)
                return who;
        }
        return {};
    }
    bool in_group(const std::string& id, const std::string& group)
    {
        for (auto const& one : user(id)["groups"].items()) {
            if (one["id"].text_or() == group)
                return true;
        }
        return false;
    }
    value last_entry() const { return org.ledger_value(org.ledger().size() - 1).items().at(0); }
};

} // namespace jmld::okta_sim::testing
