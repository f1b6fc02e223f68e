// What nobody would notice is told: a chain that somebody changed, and notifications that wait.
#include "daemon/people/house_watch.hpp"
#include "store/memory_store.hpp"
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct world_with_store
{
    std::shared_ptr<store::memory_store> content = std::make_shared<store::memory_store>();
    std::unique_ptr<daemon::rehearsal> world;

    world_with_store()
    {
        auto options = options_at("2027-01-20T09:00:00Z");
        options.content = content;
        world = std::make_unique<daemon::rehearsal>(std::move(options));
        EXPECT_TRUE(world->organisation().load(company(), world->now()));
        world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
        world->run_until(at("2027-02-10T09:00:00Z"));
        world->operate("POST", "/v1/switch", value::map({{"outbound", "off"}, {"reason", "a look"}}), "alice");
        world->operate("POST", "/v1/switch", value::map({{"outbound", "on"}, {"reason", "seen"}}), "alice");
    }

    /// One whose mapping says `thin: true`.
    void thin(const std::string& id) const
    {
        runtime::incoming_event one;
        one.event.key = {"hibob", id};
        one.event.type = "employee.updated";
        one.event.received_at = world->now();
        one.event.decision = "parked";
        one.event.identity_sha256 = std::string(64, 'a');
        one.delivery = {one.event.key, "", world->now(), 202, "accepted", std::string(64, 'a')};
        EXPECT_TRUE(content->accept({one}));
    }

    std::vector<std::string> alarms_after_a_look()
    {
        const auto looked = world->ask<result<void>>([](daemon::core& work) -> asio::awaitable<result<void>> {
            daemon::house_watch watch(work.store(), work.time(), work.random());
            auto chains = co_await watch.look_at_chains();
            if (!chains)
                co_return chains;
            auto waiting = co_await watch.look_at_waiting();
            co_return waiting;
        });
        EXPECT_TRUE(looked);
        std::vector<std::string> told;
        for (const auto& alarm : world->alarms())
            told.push_back(alarm.kind + ": " + alarm.message.substr(0, alarm.message.find(" does not")));
        return told;
    }
};

TEST(HouseWatch, ChainsThatFitAreNoAlarm)
{
    world_with_store kept;
    EXPECT_EQ(kept.content->audit.size(), 2U);
    EXPECT_EQ(kept.content->evidence.size(), 1U);
    EXPECT_THAT(kept.alarms_after_a_look(), IsEmpty());
}

TEST(HouseWatch, AnAuditRecordThatSomebodyChangedIsNamed)
{
    world_with_store kept;
    kept.content->audit[0].row.principal = "mallory";
    EXPECT_THAT(kept.alarms_after_a_look(), ElementsAre("chain_broken: audit record 1"));
    EXPECT_EQ(kept.alarms_after_a_look().size(), 1U) << "one alarm for one cause";
}

TEST(HouseWatch, ARecordThatIsChangedLaterIsAnAlarmOfItsOwn)
{
    world_with_store kept;
    const auto as_written = kept.content->audit[1].row.principal;
    kept.content->audit[1].row.principal = "mallory";
    EXPECT_THAT(kept.alarms_after_a_look(), ElementsAre("chain_broken: audit record 2"));
    kept.content->audit[1].row.principal = as_written;
    kept.content->audit[0].row.principal = "mallory";
    EXPECT_THAT(kept.alarms_after_a_look(),
                UnorderedElementsAre("chain_broken: audit record 1", "chain_broken: audit record 2"));
    auto& facts = kept.content->evidence[0].row.facts;
    facts.replace(facts.find("succeeded"), 9, "cancelled");
    EXPECT_EQ(kept.alarms_after_a_look().size(), 3U);
}

TEST(HouseWatch, AnAuditRecordThatSomebodyTookAwayIsMissed)
{
    world_with_store kept;
    kept.content->audit.erase(kept.content->audit.begin());
    EXPECT_THAT(kept.alarms_after_a_look(), ElementsAre("chain_broken: audit record 2"));
}

TEST(HouseWatch, AnEvidenceRecordThatSomebodyChangedIsNamed)
{
    world_with_store kept;
    auto& facts = kept.content->evidence[0].row.facts;
    facts.replace(facts.find("succeeded"), 9, "cancelled");
    EXPECT_THAT(kept.alarms_after_a_look(),
                ElementsAre("chain_broken: evidence record " + kept.content->evidence[0].row.id));
}

TEST(HouseWatch, NotificationsThatOnlySayThatSomethingHappenedAreToldAfterSomeHours)
{
    world_with_store kept;
    kept.thin("t1");
    EXPECT_THAT(kept.alarms_after_a_look(), IsEmpty());
    kept.world->run_for(std::chrono::hours(5));
    const auto told = kept.alarms_after_a_look();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_THAT(told[0], testing::StartsWith("needs_person: 1 notifications of source 'hibob'"));
}

TEST(HouseWatch, NotificationsThatWaitAfterTheFirstOneWasSettledAreToldAgain)
{
    world_with_store kept;
    kept.thin("t1");
    kept.world->run_for(std::chrono::hours(5));
    kept.thin("t2");
    kept.world->run_for(std::chrono::hours(5));
    EXPECT_EQ(kept.alarms_after_a_look().size(), 1U);
    EXPECT_EQ(kept.alarms_after_a_look().size(), 1U) << "the same one is the oldest";
    const auto settled =
        kept.world->operate("POST", "/v1/events/hibob~t1/discard", value::map({{"reason", "looked it up"}}), "alice");
    ASSERT_TRUE(settled);
    ASSERT_EQ(settled->status, 200) << settled->body;
    EXPECT_EQ(kept.alarms_after_a_look().size(), 2U);
}

} // namespace
} // namespace jmld::simulation
