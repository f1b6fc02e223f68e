// Senders other than Workday, through the same door: the signature of each, its mapping, and what becomes of its
// events.
#include "tests/end_to_end/stack.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

std::string mapping_file(const std::string& name)
{
    return std::string(test::source_folder) + "/config/sources/" + name + ".yaml";
}

http::request bamboo_post(const std::string& body, const std::string& stamp, const std::string& key)
{
    const auto signature = digest::hex(digest::view(digest::hmac_sha256(key, body + stamp)));
    return {
        "POST",
        "/hooks/workday",
        {{"Content-Type", "application/json"}, {"X-BambooHR-Timestamp", stamp}, {"X-BambooHR-Signature", signature}},
        body};
}

std::string unix_now()
{
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count());
}

TEST(BambooHrSender, AHireBecomesAnAccountAndAnEndClosesIt)
{
    stack here(stack_options{.verification = "{ hmac: { header: X-BambooHR-Signature, timestamp_header: "
                                             "X-BambooHR-Timestamp, secret: { file: workday.secret } } }",
                             .mapping = mapping_file("bamboohr")});
    here.start();
    const auto employee = [](const std::string& changed, const std::string& fields) {
        return R"({"employees":[{"id":"41","action":"Updated","timestamp":"2026-01-20T03:14:07+0000","changedFields":[")" +
               changed + R"("],"fields":{"Employee #":"100900","First Name":"Jane","Last Name":"Smith",)" + fields +
               "}}]}";
    };
    const auto hire =
        employee("Hire Date", R"("Hire Date":")" + day(-20) + R"(","Department":"Marketing","Status":"Active")");
    const auto stamp = unix_now();
    const auto taken = here.post(bamboo_post(hire, stamp, secret()));
    ASSERT_EQ(taken.status, 202) << taken.body;
    EXPECT_EQ(here.post(bamboo_post(hire, stamp, "another key")).status, 401);
    EXPECT_EQ(here.post(bamboo_post(hire, "1700000000", secret())).status, 401) << "stale";
    EXPECT_EQ(here.ended_run_of(json_of(taken.body)["event_id"].text_or())["state"].text_or(), "succeeded");
    EXPECT_FALSE(user_of(here.organisation(), "jane.smith@example.com").is_null());

    const auto end = employee("Status", R"("Status":"Inactive","Employment Status: Date":")" + day(-2) + "\"");
    const auto left = here.post(bamboo_post(end, unix_now(), secret()));
    ASSERT_EQ(left.status, 202) << left.body;
    EXPECT_EQ(here.ended_run_of(json_of(left.body)["event_id"].text_or())["workflow"].text_or(), "leaver");
    EXPECT_EQ(user_of(here.organisation(), "jane.smith@example.com")["status"].text_or(), "DEPROVISIONED");
}

TEST(HiBobSender, NameAndPasswordOpenTheDoorAndIdsOnlyAreParked)
{
    stack here(stack_options{.verification = "{ basic: { username: hr, passwords: [{ file: workday.secret }] } }",
                             .mapping = mapping_file("hibob")});
    here.start();
    const std::string thin =
        R"({"version":"v2","type":"employee.updated","triggeredAt":"2026-11-23T08:31:00.000Z","data":{"employeeId":"1"}})";
    const auto post = [&](const std::string& pair) {
        return here.post({"POST",
                          "/hooks/workday",
                          {{"Content-Type", "application/json"}, {"Authorization", "Basic " + digest::base64(pair)}},
                          thin});
    };
    EXPECT_EQ(post("hr:guess").status, 401);
    EXPECT_EQ(post("").status, 401);
    const auto taken = post("hr:" + secret());
    ASSERT_EQ(taken.status, 202) << taken.body;
    const auto event = here.get("/v1/events/" + json_of(taken.body)["event_id"].text_or());
    EXPECT_EQ(event["decision"].text_or(), "parked");
    EXPECT_TRUE(here.get("/v1/runs")["runs"].items().empty());
}

} // namespace
} // namespace jmld::end_to_end
