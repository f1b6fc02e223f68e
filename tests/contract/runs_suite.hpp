// What every journal must do with runs: histories without gaps, rows beside them, lists and counts. It tests nothing
// that only one of them has.
#pragma once

#include "tests/contract/journal_contract.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers" // a query names only what it filters by

namespace jmld::test {

template <class Maker> class JournalRuns : public JournalContract<Maker>
{};

TYPED_TEST_SUITE_P(JournalRuns);

TYPED_TEST_P(JournalRuns, ARunReadsBackAsItWasWritten)
{
    auto append = a_run("run_1", 1, 3);
    append.row.ended_at = at_second(99);
    append.row.superseded_by = "run_2";
    append.row.error = "unavailable";
    append.row.next_attempt_at = at_second(77);
    append.row.state = "failed";
    append.row.open = false;
    append.facts[1].payloads = {};
    append.facts[2].payloads = {{""}, {std::string(300, 'x')}, {""}};
    this->commit_run(append);
    this->reopen();
    const auto row = this->ask(this->journal->run({"run_1"}));
    ASSERT_TRUE(row);
    EXPECT_EQ(*row, append.row);
    const auto history = this->ask(this->journal->history({"run_1"}));
    ASSERT_TRUE(history);
    EXPECT_EQ(*history, append.facts);
}

TYPED_TEST_P(JournalRuns, AHistoryGrowsInUnbrokenSequence)
{
    this->commit_run(a_run("run_1", 1, 2));
    this->commit_run(a_run("run_1", 3, 5));
    const auto history = this->ask(this->journal->history({"run_1"}));
    ASSERT_EQ(history->size(), 5U);
    EXPECT_EQ((*history)[4], a_fact(5));
    const auto rest = this->ask(this->journal->history({"run_1"}, 3));
    ASSERT_EQ(rest->size(), 2U);
    EXPECT_EQ((*rest)[0].seq, 4U);
    EXPECT_TRUE(this->ask(this->journal->history({"run_unknown"}))->empty());
}

TYPED_TEST_P(JournalRuns, FactsThatDoNotFollowAreAConflictAndNothingIsKept)
{
    this->commit_run(a_run("run_1", 1, 2));
    for (const auto& wrong : {a_run("run_1", 2, 3), a_run("run_1", 4, 4), a_run("run_2", 2, 2)}) {
        runtime::transaction work;
        work.audit.push_back({at_second(1), "somebody", "retry", "run_1", "because"});
        work.timers.push_back(a_timer("tmr_1", at_second(1)));
        work.runs.push_back(wrong);
        EXPECT_EQ(this->refused(std::move(work)), errc::conflict);
    }
    auto miscounted = a_run("run_1", 3, 3);
    miscounted.row.last_seq = 7;
    runtime::transaction work;
    work.runs.push_back(miscounted);
    EXPECT_EQ(this->refused(std::move(work)), errc::conflict);
    EXPECT_EQ(this->ask(this->journal->history({"run_1"}))->size(), 2U);
    EXPECT_EQ(this->ask(this->journal->run({"run_1"}))->last_seq, 2U);
    EXPECT_TRUE(this->ask(this->journal->timers({"per_1"}, {}))->empty());
}

TYPED_TEST_P(JournalRuns, OneTransactionMayAppendToTheSameRunTwice)
{
    runtime::transaction work;
    work.runs.push_back(a_run("run_1", 1, 2));
    runtime::transaction more;
    more.runs.push_back(a_run("run_1", 3, 3));
    work.add(std::move(more));
    this->commit(std::move(work));
    EXPECT_EQ(this->ask(this->journal->history({"run_1"}))->size(), 3U);
}

TYPED_TEST_P(JournalRuns, ARowMayChangeWithoutFacts)
{
    this->commit_run(a_run("run_1", 1, 1));
    auto changed = a_run("run_1", 2, 1);
    changed.row.state = "paused";
    changed.row.priority = 0;
    changed.row.event = {"hr", "another"};
    changed.row.subject.text = "per_9";
    this->commit_run(changed);
    EXPECT_EQ(*this->ask(this->journal->run({"run_1"})), changed.row);
    EXPECT_EQ(this->run_ids({.subject = {"per_9"}}), (ids{"run_1"}));
    EXPECT_EQ(this->run_ids({.subject = {"per_1"}}), (ids{}));
}

TYPED_TEST_P(JournalRuns, RefusesAStateThatIsNoneOfARun)
{
    auto wrong = a_run("run_1", 1, 1);
    wrong.row.state = "resting";
    runtime::transaction work;
    work.runs.push_back(wrong);
    EXPECT_EQ(this->refused(std::move(work)), errc::invalid_input);
}

TYPED_TEST_P(JournalRuns, ListsRunsNewestFirstByEachFilterAndInPages)
{
    auto first = a_run("run_1", 1, 1);
    auto second = a_run("run_2", 1, 1, "per_2");
    auto third = a_run("run_3", 1, 1);
    second.row.workflow = "leaver";
    second.row.state = "succeeded";
    second.row.open = false;
    second.row.created_at = at_second(20);
    second.row.attempts_max = 4;
    third.row.created_at = at_second(30);
    third.row.step_states = "backing_off succeeded";
    third.row.next_attempt_at = at_second(40);
    third.row.error = "unavailable";
    for (const auto& run : {first, second, third})
        this->commit_run(run);
    EXPECT_EQ(this->run_ids({}), (ids{"run_3", "run_2", "run_1"}));
    EXPECT_EQ(this->run_ids({.limit = 1}), (ids{"run_3"}));
    EXPECT_EQ(this->run_ids({.after = "run_3"}), (ids{"run_2", "run_1"}));
    EXPECT_EQ(this->run_ids({.state = "running"}), (ids{"run_3", "run_1"}));
    EXPECT_EQ(this->run_ids({.state = "running", .after = "run_3"}), (ids{"run_1"}));
    EXPECT_EQ(this->run_ids({.workflow = "leaver"}), (ids{"run_2"}));
    EXPECT_EQ(this->run_ids({.step_state = "backing_off"}), (ids{"run_3"}));
    EXPECT_EQ(this->run_ids({.step_state = "backing"}), (ids{}));
    EXPECT_EQ(this->run_ids({.error = "unavailable"}), (ids{"run_3"}));
    EXPECT_EQ(this->run_ids({.subject = {"per_1"}}), (ids{"run_3", "run_1"}));
    EXPECT_EQ(this->run_ids({.state = "succeeded", .subject = {"per_1"}}), (ids{}));
    EXPECT_EQ(this->run_ids({.event_id = "event-of-run_2"}), (ids{"run_2"}));
    EXPECT_EQ(this->run_ids({.attempt_gte = 4}), (ids{"run_2"}));
    EXPECT_EQ(this->run_ids({.next_attempt_before = at_second(41)}), (ids{"run_3"}));
    EXPECT_EQ(this->run_ids({.next_attempt_before = at_second(40)}), (ids{}));
    EXPECT_EQ(this->run_ids({.since = at_second(20), .until = at_second(30)}), (ids{"run_2"}));
    EXPECT_EQ(this->run_ids({.open_only = true}), (ids{"run_3", "run_1"}));
    EXPECT_EQ(this->run_ids({.after = "run_3", .open_only = true}), (ids{"run_1"}));
    EXPECT_EQ(this->code(this->ask(this->journal->runs({.after = "run_9"}))), errc::not_found);
}

TYPED_TEST_P(JournalRuns, CountsByStateAndDecisionAndFindsTheOldestOpenRun)
{
    auto ended = a_run("run_1", 1, 1);
    ended.row.state = "succeeded";
    ended.row.open = false;
    auto second = a_run("run_2", 1, 1);
    second.row.created_at = at_second(20);
    auto third = a_run("run_3", 1, 1);
    third.row.created_at = at_second(30);
    for (const auto& run : {ended, second, third})
        this->commit_run(run);
    this->accept({an_event("e1"), an_event("e2")});
    this->decide({"hr", "e2"}, "held");
    this->commit_timer(a_timer("tmr_1", at_second(1)));
    auto fired = a_timer("tmr_2", at_second(1));
    fired.state = "fired";
    this->commit_timer(fired);
    const auto counts = this->ask(this->journal->counts());
    ASSERT_TRUE(counts);
    using tally = std::vector<std::pair<std::string, std::int64_t>>;
    EXPECT_EQ(counts->runs_by_state, (tally{{"running", 2}, {"succeeded", 1}}));
    EXPECT_EQ(counts->events_by_decision, (tally{{"", 1}, {"held", 1}}));
    EXPECT_EQ(counts->oldest_waiting, at_second(20));
    EXPECT_EQ(counts->armed_timers, 1);
}

REGISTER_TYPED_TEST_SUITE_P(JournalRuns, ARunReadsBackAsItWasWritten, AHistoryGrowsInUnbrokenSequence,
                            FactsThatDoNotFollowAreAConflictAndNothingIsKept, OneTransactionMayAppendToTheSameRunTwice,
                            ARowMayChangeWithoutFacts, RefusesAStateThatIsNoneOfARun,
                            ListsRunsNewestFirstByEachFilterAndInPages,
                            CountsByStateAndDecisionAndFindsTheOldestOpenRun);

} // namespace jmld::test

#pragma clang diagnostic pop
