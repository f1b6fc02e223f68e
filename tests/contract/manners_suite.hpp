// How every journal behaves as a whole: all or nothing, its health, its end. It tests nothing that only one of them
// has.
#pragma once

#include "tests/contract/journal_contract.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers" // a query names only what it filters by

namespace jmld::test {

template <class Maker> class JournalManners : public JournalContract<Maker>
{};

TYPED_TEST_SUITE_P(JournalManners);

TYPED_TEST_P(JournalManners, ATransactionCommitsWholeAndIsReadAtOnce)
{
    this->accept({an_event("e1")});
    runtime::transaction work;
    work.people.push_back(a_person("per_1", 0, {"digest-a"}));
    work.runs.push_back(a_run("run_1", 1, 2));
    work.timers.push_back(a_timer("tmr_1", at_second(9)));
    work.alarms.push_back(an_alarm("alm_1", "cause"));
    runtime::event_update update;
    update.key = {"hr", "e1"};
    update.decision = "acted";
    update.run = run_id{"run_1"};
    work.events.push_back(update);
    this->commit(std::move(work));
    EXPECT_EQ(this->ask(this->journal->event({"hr", "e1"}))->run.text, "run_1");
    EXPECT_EQ(this->ask(this->journal->history({"run_1"}))->size(), 2U);
    EXPECT_EQ(this->due(at_second(9)), (ids{"tmr_1"}));
    EXPECT_TRUE(this->ask(this->journal->person({"per_1"})));
}

TYPED_TEST_P(JournalManners, AnEmptyTransactionIsNoError)
{
    EXPECT_TRUE(runtime::transaction{}.empty());
    this->commit({});
}

TYPED_TEST_P(JournalManners, IsWritableAndSaysWhatItIs)
{
    this->commit_run(a_run("run_1", 1, 1));
    const auto health = this->journal->health();
    EXPECT_TRUE(health.writable);
    EXPECT_EQ(health.detail, "");
    EXPECT_NE(health.version, "");
    EXPECT_EQ(health.commits, 1U);
}

TYPED_TEST_P(JournalManners, AfterClosingEveryCallIsCancelled)
{
    run_awaitable(this->loop, this->journal->close());
    EXPECT_EQ(this->code(this->ask(this->journal->accept({an_event("e1")}))), errc::cancelled);
    EXPECT_EQ(this->refused({}), errc::cancelled);
    EXPECT_EQ(this->code(this->ask(this->journal->run({"run_1"}))), errc::cancelled);
}

REGISTER_TYPED_TEST_SUITE_P(JournalManners, ATransactionCommitsWholeAndIsReadAtOnce, AnEmptyTransactionIsNoError,
                            IsWritableAndSaysWhatItIs, AfterClosingEveryCallIsCancelled);

} // namespace jmld::test

#pragma clang diagnostic pop
