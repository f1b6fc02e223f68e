// The exposition that Prometheus reads.
#include "daemon/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jmld::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountersAndGaugesHaveHelpTypeAndLabels)
{
    metrics all;
    all.count("jmld_events_total", {{"source", "workday"}, {"result", "accepted"}});
    all.count("jmld_events_total", {{"source", "workday"}, {"result", "accepted"}}, 2);
    all.set("jmld_incidents_open", {}, 4);
    const auto text = all.expose();
    EXPECT_THAT(text, HasSubstr("# TYPE jmld_events_total counter\n"));
    EXPECT_THAT(text, HasSubstr("jmld_events_total{source=\"workday\",result=\"accepted\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("jmld_incidents_open 4\n"));
}

TEST(Metrics, HistogramsAreCumulative)
{
    metrics all;
    for (const double seconds : {0.004, 0.02, 700.0})
        all.observe("jmld_store_commit_seconds", {}, seconds);
    const auto text = all.expose();
    EXPECT_THAT(text, HasSubstr("jmld_store_commit_seconds_bucket{le=\"0.005\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("jmld_store_commit_seconds_bucket{le=\"0.025\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("jmld_store_commit_seconds_bucket{le=\"+Inf\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("jmld_store_commit_seconds_count 3\n"));
}

TEST(Metrics, EveryFamilyOfTheContractIsToldOfFromTheStart)
{
    const auto text = metrics().expose();
    for (const auto* name : {"events_total", "runs_total", "run_duration_seconds", "steps_total", "step_attempts_total",
                             "step_duration_seconds", "queue_depth", "oldest_waiting_seconds",
                             "okta_rate_limit_remaining", "throttled_seconds_total", "compensations_total",
                             "unknown_outcomes_total", "timer_lag_seconds", "store_commit_seconds", "store_batch_size",
                             "time_to_contain_seconds", "time_to_verify_seconds", "incidents_open"})
        EXPECT_THAT(text, HasSubstr("# TYPE jmld_" + std::string(name) + " "));
    EXPECT_THAT(text, HasSubstr("\njmld_time_to_contain_seconds_count 0\n"));
    EXPECT_THAT(text, HasSubstr("\njmld_incidents_open 0\n"));
}

TEST(Metrics, ALabelCannotBreakOutOfItsQuotes)
{
    metrics all;
    all.count("jmld_runs_total", {{"workflow", "a\"} 1\njmld_evil 2"}, {"outcome", "x"}});
    EXPECT_THAT(all.expose(), Not(HasSubstr("\njmld_evil")));
}

TEST(Metrics, OneSeriesTooManyIsCountedInsteadOfKept)
{
    metrics all;
    for (int i = 0; i < 2'000; ++i)
        all.count("jmld_runs_total", {{"workflow", std::to_string(i)}, {"outcome", "x"}});
    EXPECT_THAT(all.expose(), HasSubstr("jmld_series_dropped_total 1500\n"));
}

TEST(Metrics, AFamilyThatIsNotInTheTableIsNotThere)
{
    metrics all;
    all.count("jmld_made_up_total", {});
    EXPECT_THAT(all.expose(), Not(HasSubstr("made_up")));
}

} // namespace
} // namespace jmld::daemon
