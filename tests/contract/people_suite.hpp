// What every journal must do with timers, people, alarms, holds and definitions. It tests nothing that only one of them
// has.
#pragma once

#include "tests/contract/journal_contract.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers" // a query names only what it filters by

namespace jmld::test {

template <class Maker> class JournalPeople : public JournalContract<Maker>
{};

TYPED_TEST_SUITE_P(JournalPeople);

TYPED_TEST_P(JournalPeople, DueTimersComeByPriorityThenTime)
{
    this->commit_timer(a_timer("tmr_a", at_second(30), 3));
    this->commit_timer(a_timer("tmr_b", at_second(20), 3));
    this->commit_timer(a_timer("tmr_c", at_second(40), 0));
    this->commit_timer(a_timer("tmr_d", at_second(50), 0));
    EXPECT_EQ(this->due(at_second(40)), (ids{"tmr_c", "tmr_b", "tmr_a"}));
    EXPECT_EQ(this->due(at_second(40), 2), (ids{"tmr_c", "tmr_b"}));
    EXPECT_EQ(this->due(at_second(19)), (ids{}));
    EXPECT_EQ(*this->ask(this->journal->next_timer()), at_second(20));
}

TYPED_TEST_P(JournalPeople, ATimerIsMovedAndSettledByItsId)
{
    auto timer = a_timer("tmr_a", at_second(30));
    timer.step = "wait";
    timer.run.text = "run_1";
    this->commit_timer(timer);
    timer.at = at_second(60);
    timer.rule_date = "2026-05-01";
    this->commit_timer(timer);
    EXPECT_EQ(this->due(at_second(59)), (ids{}));
    EXPECT_EQ(this->due(at_second(60)), (ids{"tmr_a"}));
    timer.state = "cancelled";
    this->commit_timer(timer);
    EXPECT_EQ(this->due(at_second(600)), (ids{}));
    EXPECT_EQ(*this->ask(this->journal->next_timer()), std::nullopt);
    const auto of_person = this->ask(this->journal->timers({"per_1"}, {}));
    ASSERT_EQ(of_person->size(), 1U);
    EXPECT_EQ((*of_person)[0], timer);
    EXPECT_EQ(*this->ask(this->journal->timers({}, {"run_1"})), *of_person);
    EXPECT_TRUE(this->ask(this->journal->timers({}, {"run_2"}))->empty());
}

TYPED_TEST_P(JournalPeople, ThePastOfAPersonIsWhatTheSeparateQuestionsAnswer)
{
    this->commit_timer(a_timer("tmr_b", at_second(40)));
    this->commit_timer(a_timer("tmr_a", at_second(30)));
    this->commit_run(a_run("run_1", 1, 2));
    this->accept({an_event("e1"), an_event("e2"), an_event("e3")});
    this->decide({"hr", "e1"}, "acted", "per_1");
    this->decide({"hr", "e3"}, "parked", "per_1");
    const auto past = this->ask(this->journal->past_of({"per_1"}, 100));
    ASSERT_TRUE(past.has_value());
    EXPECT_EQ(past->timers, *this->ask(this->journal->timers({"per_1"}, {})));
    EXPECT_EQ(past->timers.size(), 2U);
    runtime::run_query runs;
    runs.subject.text = "per_1";
    EXPECT_EQ(past->runs, *this->ask(this->journal->runs(runs)));
    EXPECT_EQ(past->runs.size(), 1U);
    runtime::event_query events;
    events.person.text = "per_1";
    ASSERT_EQ(past->events.size(), 2U);
    const auto separately = this->ask(this->journal->events(events));
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_EQ(past->events[i].key, separately->at(i).key);
    EXPECT_EQ(this->ask(this->journal->past_of({"per_1"}, 1))->events.size(), 1U);
    const auto of_nobody = this->ask(this->journal->past_of({"per_9"}, 100));
    EXPECT_TRUE(of_nobody->events.empty() && of_nobody->runs.empty() && of_nobody->timers.empty());
}

TYPED_TEST_P(JournalPeople, ATimerMayChangeItsOwner)
{
    auto timer = a_timer("tmr_a", at_second(30));
    this->commit_timer(timer);
    timer.subject.text = "per_2";
    timer.run.text = "run_2";
    this->commit_timer(timer);
    EXPECT_TRUE(this->ask(this->journal->timers({"per_1"}, {}))->empty());
    EXPECT_EQ(this->ask(this->journal->timers({"per_2"}, {}))->size(), 1U);
    EXPECT_EQ(this->ask(this->journal->timers({}, {"run_2"}))->size(), 1U);
    EXPECT_EQ(this->due(at_second(30)), (ids{"tmr_a"}));
}

TYPED_TEST_P(JournalPeople, APersonIsFoundByEachIdentityAndHasTheNextVersion)
{
    this->commit_person(a_person("per_1", 0, {"digest-a", "digest-b"}));
    const auto read = this->ask(this->journal->person({"per_1"}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->version, 1U);
    EXPECT_EQ(read->identities, (ids{"digest-a", "digest-b"}));
    EXPECT_EQ(read->record.bytes, "record of per_1 after 0");
    for (const auto* digest : {"digest-a", "digest-b"})
        EXPECT_EQ(this->ask(this->journal->find_person({"digest-unknown", digest}))->key.text, "per_1");
    EXPECT_EQ(this->code(this->ask(this->journal->find_person({"digest-unknown"}))), errc::not_found);
    EXPECT_EQ(this->code(this->ask(this->journal->person({"per_2"}))), errc::not_found);
}

TYPED_TEST_P(JournalPeople, AStaleVersionOfAPersonIsAConflict)
{
    this->commit_person(a_person("per_1", 0, {"digest-a"}));
    this->commit_person(a_person("per_1", 1, {"digest-a"}));
    for (const std::uint64_t stale : {0U, 1U, 3U}) {
        runtime::transaction work;
        work.people.push_back(a_person("per_1", stale, {}));
        work.runs.push_back(a_run("run_1", 1, 1));
        EXPECT_EQ(this->refused(std::move(work)), errc::conflict);
    }
    EXPECT_EQ(this->ask(this->journal->person({"per_1"}))->version, 2U);
    EXPECT_EQ(this->ask(this->journal->person({"per_1"}))->record.bytes, "record of per_1 after 1");
    EXPECT_EQ(this->code(this->ask(this->journal->run({"run_1"}))), errc::not_found);
}

TYPED_TEST_P(JournalPeople, AnIdentityBelongsToOnePersonUntilItIsGivenUp)
{
    this->commit_person(a_person("per_1", 0, {"digest-a", "digest-b"}));
    runtime::transaction taken;
    taken.people.push_back(a_person("per_2", 0, {"digest-b"}));
    EXPECT_EQ(this->refused(std::move(taken)), errc::conflict);
    this->commit_person(a_person("per_1", 1, {"digest-a"}));
    this->commit_person(a_person("per_2", 0, {"digest-b"}));
    EXPECT_EQ(this->ask(this->journal->find_person({"digest-b"}))->key.text, "per_2");
    EXPECT_EQ(this->code(this->ask(this->journal->find_person({"digest-a", "digest-b"}))), errc::conflict);
}

TYPED_TEST_P(JournalPeople, OneCauseIsOneAlarm)
{
    runtime::transaction work;
    work.alarms = {an_alarm("alm_1", "cause a"), an_alarm("alm_2", "cause b"), an_alarm("alm_3", "cause a")};
    this->commit(std::move(work));
    const auto alarms = this->ask(this->journal->alarms(10));
    ASSERT_EQ(alarms->size(), 2U);
    EXPECT_EQ((*alarms)[0].id.text, "alm_2");
    EXPECT_EQ((*alarms)[1].id.text, "alm_1");
    EXPECT_EQ((*alarms)[1].count, 2);
    EXPECT_EQ((*alarms)[1].message, "a step waits for a person");
    EXPECT_EQ((*alarms)[1].run.text, "run_1");
    EXPECT_EQ(this->ask(this->journal->alarms(1))->size(), 1U);
}

TYPED_TEST_P(JournalPeople, AHoldGrowsAndIsDecided)
{
    runtime::hold_row hold{{"hold_1"}, "leavers", "held", "too many", at_second(5), {{"hr", "e1"}, {"hr", "e2"}}, ""};
    const auto put = [&] {
        runtime::transaction work;
        work.holds.push_back(hold);
        this->commit(std::move(work));
        return *this->ask(this->journal->holds("held"));
    };
    EXPECT_EQ(put().at(0).events, hold.events);
    hold.events.push_back({"hr", "e3"});
    EXPECT_EQ(put().at(0).events, hold.events);
    hold.events = {{"hr", "e1"}, {"payroll", "e9"}};
    EXPECT_EQ(put().at(0).events, hold.events);
    hold.state = "released";
    hold.decided = R"({"by":"ops"})";
    EXPECT_TRUE(put().empty());
    const auto released = this->ask(this->journal->holds("released"));
    ASSERT_EQ(released->size(), 1U);
    EXPECT_EQ((*released)[0].decided, hold.decided);
    EXPECT_EQ((*released)[0].since, at_second(5));
    EXPECT_EQ(this->ask(this->journal->holds(""))->size(), 1U);
}

TYPED_TEST_P(JournalPeople, ADefinitionIsKeptOnceUnderItsDigest)
{
    const auto sha256 = digest::sha256_hex("text");
    runtime::transaction work;
    work.definitions = {{sha256, "joiner", "text"}, {sha256, "joiner", "text"}};
    this->commit(std::move(work));
    EXPECT_EQ(this->ask(this->journal->definition(sha256))->text, "text");
    EXPECT_EQ(this->code(this->ask(this->journal->definition(digest::sha256_hex("other")))), errc::not_found);
}

REGISTER_TYPED_TEST_SUITE_P(JournalPeople, DueTimersComeByPriorityThenTime, ATimerIsMovedAndSettledByItsId,
                            ThePastOfAPersonIsWhatTheSeparateQuestionsAnswer, ATimerMayChangeItsOwner,
                            APersonIsFoundByEachIdentityAndHasTheNextVersion, AStaleVersionOfAPersonIsAConflict,
                            AnIdentityBelongsToOnePersonUntilItIsGivenUp, OneCauseIsOneAlarm, AHoldGrowsAndIsDecided,
                            ADefinitionIsKeptOnceUnderItsDigest);

} // namespace jmld::test

#pragma clang diagnostic pop
