// The machine's zone is nobody's: the same hire takes effect at the same instant on a server half a day ahead, and the
// rule stands beside the instant.
#include "tests/end_to_end/stack.hpp"

#include <gtest/gtest.h>

namespace jmld::end_to_end {
namespace {

TEST(ServersZone, CountsForNobody)
{
    const std::string far = day(40);
    for (const auto* zone : {"TZ=Pacific/Chatham", "TZ=America/St_Johns"}) {
        stack here(stack_options{.environment = {zone}});
        here.start();
        // Nothing of it says where Jane works, and the company has no zone: UTC.
        const auto taken = here.hand_in(R"({"employee":"Jane Smith","dept":"Marketing","startDate":")" + far + R"("})");
        ASSERT_EQ(taken.status, 202) << taken.body;
        const auto place = "/v1/events/" + json_of(taken.body)["event_id"].text_or();
        here.await("a decision", [&] { return !here.get(place)["decision"].is_null(); });
        const auto event = here.get(place);
        EXPECT_EQ(event["decision"].text_or(), "scheduled") << zone;
        EXPECT_EQ(event["effective"]["date"].text_or(), far) << zone;
        EXPECT_EQ(event["effective"]["at"].text_or(), far + "T00:00:00Z")
            << zone << " and " << event["effective"]["zone"].text_or();
        const auto timers = here.get("/v1/people/" + event["subject"]["key"].text_or())["timers"].items();
        ASSERT_EQ(timers.size(), 1U);
        EXPECT_EQ(timers[0]["at"].text_or(), day(33) + "T00:00:00Z") << zone;
        EXPECT_EQ(timers[0]["rule"]["date"].text_or(), far);
        EXPECT_EQ(timers[0]["rule"]["zone"].text_or(), "UTC");
    }
}

} // namespace
} // namespace jmld::end_to_end
