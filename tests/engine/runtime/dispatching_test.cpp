// The virtual clock, the dispatcher and who may act for a person.
#include "engine/runtime/dispatcher.hpp"
#include "engine/runtime/person_queues.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jmld::runtime {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

const time_point start{std::chrono::hours(500'000)};

struct stage
{
    asio::io_context loop{1};
    virtual_clock time{start};
    limiter budget;
    dispatcher outbound{loop.get_executor(), time, budget, 2, 1};
    std::vector<std::string> begun, dropped;

    dispatcher::item item(std::string name, priority urgency, duration takes = duration(10))
    {
        dispatcher::item made;
        made.run = run_id{name};
        made.urgency = urgency;
        made.work = [this, name, takes](bool) -> asio::awaitable<void> {
            auto* self = this;
            self->begun.push_back(name);
            const auto until = self->time.now() + takes;
            co_await self->time.wait_until(until);
        };
        made.dropped = [this, name] { dropped.push_back(name); };
        return made;
    }
    void run() { run_virtually(loop, time, start + std::chrono::hours(1)); }
};

TEST(VirtualClock, WakesInOrderOfDueTimeAndJumpsBetween)
{
    asio::io_context loop{1};
    virtual_clock time(start);
    std::vector<int> woken;
    for (const int seconds : {30, 10, 20})
        asio::co_spawn(
            loop,
            [](virtual_clock& clock, std::vector<int>& into, int after) -> asio::awaitable<void> {
                const bool due = co_await clock.wait_until(clock.now() + std::chrono::seconds(after));
                if (due)
                    into.push_back(after);
            }(time, woken, seconds),
            asio::detached);
    run_virtually(loop, time, start + std::chrono::seconds(25));
    EXPECT_THAT(woken, ElementsAre(10, 20));
    EXPECT_EQ(time.now(), start + std::chrono::seconds(20));
    run_virtually(loop, time, start + std::chrono::hours(1));
    EXPECT_THAT(woken, ElementsAre(10, 20, 30));
}

TEST(Dispatcher, TheMoreUrgentGoesFirstOnceASlotIsFree)
{
    stage all;
    for (const auto* name : {"j1", "j2", "j3", "j4"})
        all.outbound.submit(all.item(name, priority::joiner));
    all.outbound.submit(all.item("m1", priority::mover));
    all.run();
    EXPECT_THAT(all.begun, ElementsAre("j1", "j2", "m1", "j3", "j4"));
    EXPECT_EQ(all.outbound.in_flight(), 0);
}

TEST(Dispatcher, OfThoseAlikeTheOlderRunGoesFirstWheneverItComesBack)
{
    stage all;
    for (const auto* name : {"run_5", "run_6", "run_7", "run_8"})
        all.outbound.submit(all.item(name, priority::joiner));
    all.outbound.submit(all.item("run_1", priority::joiner)); // with a step that was told to come later
    all.run();
    EXPECT_THAT(all.begun, ElementsAre("run_5", "run_6", "run_1", "run_7", "run_8"));
}

TEST(Dispatcher, ALeaverHasASlotOfItsOwn)
{
    stage all;
    for (const auto* name : {"j1", "j2", "j3"})
        all.outbound.submit(all.item(name, priority::joiner));
    all.outbound.submit(all.item("l1", priority::leaver));
    EXPECT_EQ(all.outbound.in_flight(), 3);
    all.run();
    EXPECT_THAT(all.begun, ElementsAre("j1", "j2", "l1", "j3"));
}

TEST(Dispatcher, WhatIsTakenBackNeverLeaves)
{
    stage all;
    for (const auto* name : {"a", "b", "c"})
        all.outbound.submit(all.item(name, priority::joiner));
    all.outbound.take_back(run_id{"c"});
    all.outbound.take_back(run_id{"a"});
    all.run();
    EXPECT_THAT(all.begun, ElementsAre("a", "b"));
    EXPECT_THAT(all.dropped, ElementsAre("c"));
}

TEST(Dispatcher, TheKillSwitchHoldsEverythingBack)
{
    stage all;
    all.outbound.open(false);
    all.outbound.submit(all.item("a", priority::urgent_leaver));
    all.run();
    EXPECT_TRUE(all.begun.empty());
    all.outbound.open(true);
    all.run();
    EXPECT_THAT(all.begun, ElementsAre("a"));
}

TEST(Dispatcher, WaitsForItsBucketAndGoesOnByItself)
{
    stage all;
    all.budget.block("apps", start + std::chrono::seconds(90));
    auto blocked = all.item("blocked", priority::urgent_leaver);
    blocked.bucket = "apps";
    all.outbound.submit(std::move(blocked));
    all.outbound.submit(all.item("free", priority::joiner));
    all.run();
    EXPECT_THAT(all.begun, ElementsAre("free", "blocked"));
    EXPECT_GE(all.time.now(), start + std::chrono::seconds(90));
}

queued_run run(const std::string& id, engine::direction dir, int urgency) { return {run_id{id}, dir, urgency, start}; }

TEST(PersonQueues, OneRunAtATimeTheMostUrgentNext)
{
    person_queues all;
    const person_key person{"per_1"};
    all.wait(person, run("joiner", engine::direction::grant, 3));
    EXPECT_EQ(all.next(person).begin, run_id{"joiner"});
    all.wait(person, run("mover2", engine::direction::change, 2));
    all.wait(person, run("mover1", engine::direction::change, 2));
    EXPECT_FALSE(all.next(person).begin);
    EXPECT_FALSE(all.next(person).give_way) << "movers wait";
    all.leave(person, run_id{"joiner"});
    EXPECT_EQ(all.next(person).begin, run_id{"mover1"});
}

TEST(PersonQueues, AHolderGivesWayToARevokingRunOnce)
{
    person_queues all;
    const person_key person{"per_1"};
    all.wait(person, run("joiner", engine::direction::grant, 3));
    all.next(person);
    all.wait(person, run("leaver", engine::direction::revoke, 1));
    const auto move = all.next(person);
    EXPECT_EQ(move.give_way, run_id{"joiner"});
    EXPECT_EQ(move.for_whom, run_id{"leaver"});
    EXPECT_FALSE(all.next(person).give_way);
    all.leave(person, run_id{"joiner"});
    EXPECT_EQ(all.next(person).begin, run_id{"leaver"});
    all.leave(person, run_id{"leaver"});
    EXPECT_TRUE(all.people().empty());
}

TEST(PersonQueues, ALeaverGivesWayToNobody)
{
    person_queues all;
    const person_key person{"per_1"};
    all.wait(person, run("first", engine::direction::revoke, 1));
    all.next(person);
    all.wait(person, run("second", engine::direction::revoke, 0));
    EXPECT_FALSE(all.next(person).give_way);
}

} // namespace
} // namespace jmld::runtime
