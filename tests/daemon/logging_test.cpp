// What a line of the log looks like to the machine that reads it. Nothing is said of where it goes.
#include "daemon/logging.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jmld::daemon {
namespace {

using engine::value;
using testing::EndsWith;

class Logging : public testing::Test
{
protected:
    ~Logging() override { set_up_logging("off", "text"); }

    static std::string logged(const char* format, spdlog::level::level_enum level, const value& names,
                              std::string_view message)
    {
        set_up_logging("info", format);
        testing::internal::CaptureStderr();
        log_about(level, names, message);
        return testing::internal::GetCapturedStderr();
    }

    const value names =
        value::map({{"run", "run_1"}, {"step", "apps.0"}, {"attempt", 2}, {"okta_request_id", ""}, {"event", value()}});
};

TEST_F(Logging, WhatALineIsAboutStandsInMembersOfItsOwn)
{
    const auto line = engine::json::parse(logged("json", spdlog::level::warn, names, "failed: \"x\"\nrun=run_2"));
    ASSERT_TRUE(line);
    EXPECT_EQ((*line)["run"], value("run_1"));
    EXPECT_EQ((*line)["step"], value("apps.0"));
    EXPECT_EQ((*line)["attempt"], value(2));
    EXPECT_EQ((*line)["message"], value("failed: \"x\"\nrun=run_2"));
    EXPECT_EQ((*line)["level"], value("warning"));
    EXPECT_EQ(line->find("okta_request_id"), nullptr);
    EXPECT_EQ(line->find("event"), nullptr);
}

TEST_F(Logging, ForPeopleAndForTheJournalItStandsBeforeTheMessage)
{
    EXPECT_EQ(logged("journald", spdlog::level::warn, names, "failed"), "<4>attempt=2 run=run_1 step=apps.0 failed\n");
    EXPECT_THAT(logged("text", spdlog::level::warn, names, "failed"),
                EndsWith("attempt=2 run=run_1 step=apps.0 failed\n"));
}

TEST_F(Logging, WhatTheLevelHidesIsNotSaid) { EXPECT_EQ(logged("json", spdlog::level::debug, names, "succeeded"), ""); }

} // namespace
} // namespace jmld::daemon
