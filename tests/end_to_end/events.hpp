// What HR sends and who works here: bodies in the layout of the shipped Workday mapping, signatures of Standard
// Webhooks, and a small organisation for okta-sim. Builders only; no expectations.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/value.hpp"

#include <string>

namespace jmld::end_to_end {

using engine::value;

/// Parses what a test wrote; throws on a mistake in it.
value json_of(const std::string& text);

time_point now();
/// Today in UTC and so many days on.
std::string day(int offset);

struct person
{
    std::string number = "100900", first = "Jane", last = "Smith", department = "Marketing";
    std::string start = day(-20);
};

/// `type` is the last word of Workday's type: hire, job_change, termination … Entered an hour ago. `more` stands in
/// `data`.
std::string event_body(const std::string& id, const std::string& type, const std::string& effective, const person& who,
                       const value& more = value::map({}));
std::string hire(const std::string& id, const person& who = {});
/// To another department, yesterday.
std::string job_change(const std::string& id, person who, const std::string& department);
/// The last day is past.
std::string termination(const std::string& id, const person& who = {});

/// A secret as an operator writes it; the number makes it another one.
std::string secret(int which = 0);

struct signature_wish
{
    std::string webhook_id{}; ///< empty: one made from the body
    std::string content_type = "application/json";
    std::string key = secret();
    int age = 0;                ///< seconds before now
    std::string listed_first{}; ///< another signature before the right one
};
http::request signed_post(std::string body, const signature_wish& wish = {},
                          const std::string& path = "/hooks/workday");

/// Every group and app that the shipped access rules name, Bob Lee, the manager, and whoever is given.
value company(const std::vector<value>& users = {});
/// Jane, who has worked here for a while: what the rules gave her for Marketing, plus a role, a factor and a session.
value jane_at_work();
/// The user with that login; null when there is none.
value user_of(const value& organisation, const std::string& login);

} // namespace jmld::end_to_end
