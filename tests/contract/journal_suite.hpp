// What every journal must do, whatever it is made of: include it, give a maker that opens journals over one content,
// instantiate. It tests nothing that only one of them has (files, threads, hooks).
#pragma once

#include "tests/support/journal_rows.hpp"
#include "tests/support/run_awaitable.hpp"

#include <gtest/gtest.h>

#include <memory>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers" // a query names only what it filters by

namespace jmld::test {

using runtime::acceptance;

/// `Maker` is default constructible and has `std::unique_ptr<runtime::journal> open(boost::asio::any_io_executor)`;
/// each open sees what the ones before committed.
template <class Maker> class JournalContract : public testing::Test
{
protected:
    JournalContract() : journal(maker.open(loop.get_executor())) {}
    ~JournalContract() override { run_awaitable(loop, journal->close()); }

    template <class T> T ask(boost::asio::awaitable<T> call) { return run_awaitable(loop, std::move(call)); }
    void reopen()
    {
        run_awaitable(loop, journal->close());
        journal.reset();
        journal = maker.open(loop.get_executor());
    }
    std::vector<runtime::accept_answer> accept(std::vector<runtime::incoming_event> batch)
    {
        auto answers = ask(journal->accept(std::move(batch)));
        EXPECT_TRUE(answers) << answers.error().what;
        return answers.value_or(std::vector<runtime::accept_answer>{});
    }
    void commit(runtime::transaction work)
    {
        const auto done = ask(journal->commit(std::move(work)));
        EXPECT_TRUE(done) << done.error().what;
    }
    errc refused(runtime::transaction work)
    {
        const auto done = ask(journal->commit(std::move(work)));
        EXPECT_FALSE(done);
        return done ? errc{} : done.error().code;
    }
    void commit_run(runtime::run_append append)
    {
        runtime::transaction work;
        work.runs.push_back(std::move(append));
        commit(std::move(work));
    }
    void commit_timer(runtime::timer_row timer)
    {
        runtime::transaction work;
        work.timers.push_back(std::move(timer));
        commit(std::move(work));
    }
    void commit_person(runtime::person_row person)
    {
        runtime::transaction work;
        work.people.push_back(std::move(person));
        commit(std::move(work));
    }
    void decide(const event_key& key, std::string decision, std::string person = {})
    {
        runtime::event_update update;
        update.key = key;
        update.decision = std::move(decision);
        if (!person.empty())
            update.person = person_key{person};
        runtime::transaction work;
        work.events.push_back(std::move(update));
        commit(std::move(work));
    }
    std::vector<std::string> event_ids(runtime::event_query query)
    {
        std::vector<std::string> ids;
        const auto found = ask(journal->events(std::move(query)));
        EXPECT_TRUE(found);
        if (found)
            for (const auto& event : *found)
                ids.push_back(event.key.id);
        return ids;
    }
    std::vector<std::string> run_ids(runtime::run_query query)
    {
        std::vector<std::string> ids;
        const auto found = ask(journal->runs(std::move(query)));
        EXPECT_TRUE(found);
        if (found)
            for (const auto& run : *found)
                ids.push_back(run.id.text);
        return ids;
    }
    std::vector<std::string> due(time_point until, int limit = 100)
    {
        std::vector<std::string> ids;
        const auto found = ask(journal->due_timers(until, limit));
        EXPECT_TRUE(found);
        if (found)
            for (const auto& timer : *found)
                ids.push_back(timer.id.text);
        return ids;
    }
    template <class Answer> static errc code(const Answer& answer)
    {
        EXPECT_FALSE(answer);
        return answer ? errc{} : answer.error().code;
    }

    boost::asio::io_context loop;
    Maker maker;
    std::unique_ptr<runtime::journal> journal;
};

using ids = std::vector<std::string>;

TYPED_TEST_SUITE_P(JournalContract);

// ---- accepting
// ---------------------------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, KeepsEveryFieldOfAnEventOverAReopening)
{
    auto sent = an_event("e1");
    sent.event.corrects = "process-0";
    sent.event.rescinds = "process-9";
    sent.event.person.text = "per_7";
    sent.event.decision = "scheduled";
    sent.event.reason = "starts later";
    sent.event.by = "run_5";
    sent.event.run.text = "run_5";
    const auto answers = this->accept({sent});
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].what, acceptance::accepted);
    EXPECT_EQ(answers[0].decision, "scheduled");
    this->reopen();
    const auto read = this->ask(this->journal->event(sent.event.key));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->key, sent.event.key);
    EXPECT_EQ(read->type, "worker.hired");
    EXPECT_EQ(read->received_at, sent.event.received_at);
    EXPECT_EQ(read->entered_at, sent.event.entered_at);
    EXPECT_EQ(read->process_id, "process-e1");
    EXPECT_EQ(read->action, "complete");
    EXPECT_EQ(read->corrects, "process-0");
    EXPECT_EQ(read->rescinds, "process-9");
    EXPECT_EQ(read->person.text, "per_7");
    EXPECT_EQ(read->details, sent.event.details);
    EXPECT_EQ(read->decision, "scheduled");
    EXPECT_EQ(read->reason, "starts later");
    EXPECT_EQ(read->by, "run_5");
    EXPECT_EQ(read->run.text, "run_5");
    EXPECT_EQ(read->identity_sha256, sent.event.identity_sha256);
    EXPECT_EQ(read->body, sent.event.body);
    EXPECT_EQ(read->headers, sent.event.headers);
    EXPECT_EQ(read->canonical, sent.event.canonical);
}

TYPED_TEST_P(JournalContract, KeepsBytesThatAreNoText)
{
    auto sent = an_event("e1", std::string("\0\xff\x80 body\0", 9));
    sent.event.canonical = {};
    sent.event.identity_sha256 = "not a digest";
    sent.event.entered_at = std::nullopt;
    this->accept({sent});
    const auto read = this->ask(this->journal->event(sent.event.key));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->body.bytes, std::string("\0\xff\x80 body\0", 9));
    EXPECT_EQ(read->canonical.bytes, "");
    EXPECT_EQ(read->identity_sha256, "not a digest");
    EXPECT_FALSE(read->entered_at);
}

TYPED_TEST_P(JournalContract, AnswersDuplicateForTheSameBodyAndNotesTheDelivery)
{
    auto sent = an_event("e1");
    this->accept({sent});
    this->decide(sent.event.key, "acted");
    sent.delivery.webhook_id = "msg-later";
    sent.delivery.at = at_second(90);
    const auto again = this->accept({sent});
    EXPECT_EQ(again[0].what, acceptance::duplicate);
    EXPECT_EQ(again[0].decision, "acted");
    const auto deliveries = this->ask(this->journal->deliveries(sent.event.key));
    ASSERT_TRUE(deliveries);
    ASSERT_EQ(deliveries->size(), 2U);
    EXPECT_EQ((*deliveries)[0].webhook_id, "msg-e1");
    EXPECT_EQ((*deliveries)[0].status, "accepted");
    EXPECT_EQ((*deliveries)[1].webhook_id, "msg-later");
    EXPECT_EQ((*deliveries)[1].status, "duplicate");
    EXPECT_EQ((*deliveries)[1].http_status, 202);
    EXPECT_EQ((*deliveries)[1].at, at_second(90));
    EXPECT_EQ((*deliveries)[1].body_sha256, sent.delivery.body_sha256);
}

TYPED_TEST_P(JournalContract, ARedeliveredQuarantinedEventIsADuplicateThatIsStillQuarantined)
{
    auto sent = an_event("e1");
    sent.event.decision = "quarantined";
    sent.delivery.status = "quarantined";
    sent.delivery.http_status = 422;
    this->accept({sent});
    const auto again = this->accept({sent});
    EXPECT_EQ(again[0].what, acceptance::duplicate);
    EXPECT_EQ(again[0].decision, "quarantined");
    const auto deliveries = this->ask(this->journal->deliveries(sent.event.key));
    EXPECT_EQ((*deliveries)[0].http_status, 422);
    EXPECT_EQ((*deliveries)[1].http_status, 202);
}

TYPED_TEST_P(JournalContract, AnotherBodyUnderAKnownIdIsAConflictAndTheFirstStands)
{
    this->accept({an_event("e1", "first")});
    auto other = an_event("e1", "second");
    other.delivery.webhook_id = "msg-other";
    for (int time = 0; time < 2; ++time)
        EXPECT_EQ(this->accept({other})[0].what, acceptance::conflict);
    EXPECT_EQ(this->ask(this->journal->event({"hr", "e1"}))->body.bytes, "first");
    const auto deliveries = this->ask(this->journal->deliveries({"hr", "e1"}));
    ASSERT_EQ(deliveries->size(), 3U);
    EXPECT_EQ((*deliveries)[1].status, "conflict");
    EXPECT_EQ((*deliveries)[1].http_status, 409);
    const auto alarms = this->ask(this->journal->alarms(10));
    ASSERT_EQ(alarms->size(), 1U);
    EXPECT_EQ((*alarms)[0].kind, "event_id_conflict");
    EXPECT_EQ((*alarms)[0].event, (event_key{"hr", "e1"}));
    EXPECT_EQ((*alarms)[0].count, 2);
    EXPECT_EQ((*alarms)[0].id.text.size(), 4U + 26U);
}

TYPED_TEST_P(JournalContract, TheSameIdFromAnotherSourceIsAnotherEvent)
{
    this->accept({an_event("e1", "first", "hr")});
    auto other = an_event("e1", "second", "payroll");
    EXPECT_EQ(this->accept({other})[0].what, acceptance::accepted);
    EXPECT_EQ(this->event_ids({.id = "e1"}), (ids{"e1", "e1"}));
    EXPECT_EQ(this->ask(this->journal->event({"payroll", "e1"}))->body.bytes, "second");
}

TYPED_TEST_P(JournalContract, AWebhookIdAcceptedBeforeWithAnotherBodyIsAConflict)
{
    this->accept({an_event("e1")});
    auto replayed = an_event("e2");
    replayed.delivery.webhook_id = "msg-e1";
    EXPECT_EQ(this->accept({replayed})[0].what, acceptance::conflict);
    EXPECT_EQ(this->code(this->ask(this->journal->event({"hr", "e2"}))), errc::not_found);
    EXPECT_EQ(this->ask(this->journal->deliveries({"hr", "e2"}))->size(), 1U);
    EXPECT_EQ(this->ask(this->journal->alarms(10))->size(), 1U);
    // From another source the same webhook id means nothing.
    auto elsewhere = an_event("e3", "", "payroll");
    elsewhere.delivery.webhook_id = "msg-e1";
    EXPECT_EQ(this->accept({elsewhere})[0].what, acceptance::accepted);
}

TYPED_TEST_P(JournalContract, AWebhookIdOfARefusedDeliveryMayBeUsedAgain)
{
    this->accept({an_event("e1", "first")});
    auto refused = an_event("e1", "second");
    refused.delivery.webhook_id = "msg-once";
    EXPECT_EQ(this->accept({refused})[0].what, acceptance::conflict);
    auto good = an_event("e2");
    good.delivery.webhook_id = "msg-once";
    EXPECT_EQ(this->accept({good})[0].what, acceptance::accepted);
}

TYPED_TEST_P(JournalContract, AWebhookIdOfADuplicateIsRememberedToo)
{
    auto sent = an_event("e1");
    this->accept({sent});
    sent.delivery.webhook_id = "msg-second";
    this->accept({sent});
    auto other = an_event("e2");
    other.delivery.webhook_id = "msg-second";
    EXPECT_EQ(this->accept({other})[0].what, acceptance::conflict);
}

TYPED_TEST_P(JournalContract, AnEnvelopeThatDiffersAroundTheSameEventIsADuplicate)
{
    auto sent = an_event("e1");
    this->accept({sent});
    sent.delivery.body_sha256 = digest::sha256_hex("another envelope");
    EXPECT_EQ(this->accept({sent})[0].what, acceptance::duplicate);
}

TYPED_TEST_P(JournalContract, OneConflictInARequestKeepsNothingOfIt)
{
    this->accept({an_event("known", "first")});
    auto fresh = an_event("fresh");
    auto bad = an_event("known", "second");
    bad.delivery.webhook_id = fresh.delivery.webhook_id = "msg-batch";
    bad.delivery.body_sha256 = fresh.delivery.body_sha256 = digest::sha256_hex("the whole body");
    const auto answers = this->accept({fresh, bad, fresh});
    ASSERT_EQ(answers.size(), 3U);
    for (const auto& answer : answers)
        EXPECT_EQ(answer.what, acceptance::conflict);
    EXPECT_EQ(this->code(this->ask(this->journal->event({"hr", "fresh"}))), errc::not_found);
    const auto deliveries = this->ask(this->journal->deliveries({"hr", "fresh"}));
    ASSERT_EQ(deliveries->size(), 2U);
    EXPECT_EQ((*deliveries)[0].status, "conflict");
    // Sent again without the bad one, it is new.
    EXPECT_EQ(this->accept({fresh})[0].what, acceptance::accepted);
}

TYPED_TEST_P(JournalContract, TheEventsOfARequestShareItsWebhookIdAndMayRepeatThemselves)
{
    auto first = an_event("e1");
    auto second = an_event("e2");
    for (auto* one : {&first, &second}) {
        one->delivery.webhook_id = "msg-batch";
        one->delivery.body_sha256 = digest::sha256_hex("the whole body");
    }
    const auto answers = this->accept({first, second, first});
    EXPECT_EQ(answers[0].what, acceptance::accepted);
    EXPECT_EQ(answers[1].what, acceptance::accepted);
    EXPECT_EQ(answers[2].what, acceptance::duplicate);
    const auto again = this->accept({first, second});
    EXPECT_EQ(again[0].what, acceptance::duplicate);
    EXPECT_EQ(again[1].what, acceptance::duplicate);
    EXPECT_TRUE(this->ask(this->journal->alarms(1))->empty());
}

TYPED_TEST_P(JournalContract, RefusesADecisionOutsideTheClosedList)
{
    auto sent = an_event("e1");
    sent.event.decision = "perhaps";
    const auto answers = this->ask(this->journal->accept({sent}));
    EXPECT_EQ(this->code(answers), errc::invalid_input);
    EXPECT_NE(answers.error().what.find("perhaps"), std::string::npos);
    EXPECT_EQ(this->code(this->ask(this->journal->event(sent.event.key))), errc::not_found);
}

// ---- events
// ------------------------------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, AnUpdateChangesWhatIsSetAndLeavesTheRest)
{
    this->accept({an_event("e1")});
    runtime::event_update update;
    update.key = {"hr", "e1"};
    update.person = person_key{"per_1"};
    update.decision = "acted";
    update.reason = "a run was started";
    update.run = run_id{"run_1"};
    runtime::transaction work;
    work.events.push_back(update);
    this->commit(std::move(work));
    runtime::event_update later;
    later.key = {"hr", "e1"};
    later.by = "run_1";
    later.canonical = runtime::payload{"mapped again"};
    later.type = "worker.rehired";
    later.details = "{}";
    runtime::transaction more;
    more.events.push_back(later);
    this->commit(std::move(more));
    const auto read = this->ask(this->journal->event({"hr", "e1"}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->person.text, "per_1");
    EXPECT_EQ(read->decision, "acted");
    EXPECT_EQ(read->reason, "a run was started");
    EXPECT_EQ(read->run.text, "run_1");
    EXPECT_EQ(read->by, "run_1");
    EXPECT_EQ(read->details, "{}");
    EXPECT_EQ(read->type, "worker.rehired");
    EXPECT_EQ(read->canonical.bytes, "mapped again");
    EXPECT_EQ(read->body.bytes, R"({"event":"e1"})");
    EXPECT_EQ(read->process_id, "process-e1");
}

TYPED_TEST_P(JournalContract, AnUpdateOfAnUnknownEventKeepsNothingOfItsTransaction)
{
    runtime::event_update update;
    update.key = {"hr", "nobody"};
    update.decision = "acted";
    runtime::transaction work;
    work.runs.push_back(a_run("run_1", 1, 1));
    work.events.push_back(update);
    EXPECT_EQ(this->refused(std::move(work)), errc::conflict);
    EXPECT_EQ(this->code(this->ask(this->journal->run({"run_1"}))), errc::not_found);
}

TYPED_TEST_P(JournalContract, EventsTheDaemonMakesAreInsertedOnce)
{
    runtime::transaction work;
    work.new_events.push_back(an_event("end-of-contract").event);
    this->commit(work);
    EXPECT_TRUE(this->ask(this->journal->deliveries({"hr", "end-of-contract"}))->empty());
    EXPECT_EQ(this->refused(work), errc::conflict);
    EXPECT_EQ(this->event_ids({}), (ids{"end-of-contract"}));
}

TYPED_TEST_P(JournalContract, UndecidedEventsComeOldestFirst)
{
    this->accept({an_event("e1"), an_event("e2"), an_event("e3")});
    this->decide({"hr", "e2"}, "parked");
    const auto undecided = this->ask(this->journal->undecided_events(10));
    ASSERT_EQ(undecided->size(), 2U);
    EXPECT_EQ((*undecided)[0].key.id, "e1");
    EXPECT_EQ((*undecided)[1].key.id, "e3");
    EXPECT_EQ(this->ask(this->journal->undecided_events(1))->size(), 1U);
    this->decide({"hr", "e2"}, "");
    EXPECT_EQ(this->ask(this->journal->undecided_events(10))->size(), 3U);
}

TYPED_TEST_P(JournalContract, ListsEventsNewestFirstByEachFilterAndInPages)
{
    this->accept({an_event("e1"), an_event("e2"), an_event("e3", "", "payroll")});
    auto renamed = an_event("e4");
    renamed.event.type = "worker.renamed";
    this->accept({renamed});
    this->decide({"hr", "e1"}, "acted", "per_1");
    this->decide({"hr", "e4"}, "acted", "per_1");
    EXPECT_EQ(this->event_ids({}), (ids{"e4", "e3", "e2", "e1"}));
    EXPECT_EQ(this->event_ids({.limit = 2}), (ids{"e4", "e3"}));
    EXPECT_EQ(this->event_ids({.after = "payroll~e3", .limit = 1}), (ids{"e2"}));
    EXPECT_EQ(this->event_ids({.source = "payroll"}), (ids{"e3"}));
    EXPECT_EQ(this->event_ids({.type = "worker.renamed"}), (ids{"e4"}));
    EXPECT_EQ(this->event_ids({.decision = "acted"}), (ids{"e4", "e1"}));
    EXPECT_EQ(this->event_ids({.type = "worker.hired", .decision = "acted"}), (ids{"e1"}));
    EXPECT_EQ(this->event_ids({.person = {"per_1"}}), (ids{"e4", "e1"}));
    EXPECT_EQ(this->event_ids({.person = {"per_1"}, .after = "hr~e4"}), (ids{"e1"}));
    EXPECT_EQ(this->event_ids({.id = "e2"}), (ids{"e2"}));
    EXPECT_EQ(this->event_ids({.undecided_only = true}), (ids{"e3", "e2"}));
    EXPECT_EQ(this->event_ids({.decision = "acted", .undecided_only = true}), (ids{}));
    EXPECT_EQ(this->code(this->ask(this->journal->events({.after = "hr~unknown"}))), errc::not_found);
}

TYPED_TEST_P(JournalContract, AnEventMovesToThePersonItIsFoundToBeAbout)
{
    this->accept({an_event("e1"), an_event("e2")});
    this->decide({"hr", "e2"}, "parked", "per_1");
    this->decide({"hr", "e1"}, "parked", "per_1");
    this->decide({"hr", "e2"}, "acted", "per_2");
    EXPECT_EQ(this->event_ids({.person = {"per_1"}}), (ids{"e1"}));
    EXPECT_EQ(this->event_ids({.person = {"per_2"}}), (ids{"e2"}));
}

// ---- runs
// --------------------------------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, ARunReadsBackAsItWasWritten)
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

TYPED_TEST_P(JournalContract, AHistoryGrowsInUnbrokenSequence)
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

TYPED_TEST_P(JournalContract, FactsThatDoNotFollowAreAConflictAndNothingIsKept)
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

TYPED_TEST_P(JournalContract, OneTransactionMayAppendToTheSameRunTwice)
{
    runtime::transaction work;
    work.runs.push_back(a_run("run_1", 1, 2));
    runtime::transaction more;
    more.runs.push_back(a_run("run_1", 3, 3));
    work.add(std::move(more));
    this->commit(std::move(work));
    EXPECT_EQ(this->ask(this->journal->history({"run_1"}))->size(), 3U);
}

TYPED_TEST_P(JournalContract, ARowMayChangeWithoutFacts)
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

TYPED_TEST_P(JournalContract, RefusesAStateThatIsNoneOfARun)
{
    auto wrong = a_run("run_1", 1, 1);
    wrong.row.state = "resting";
    runtime::transaction work;
    work.runs.push_back(wrong);
    EXPECT_EQ(this->refused(std::move(work)), errc::invalid_input);
}

TYPED_TEST_P(JournalContract, ListsRunsNewestFirstByEachFilterAndInPages)
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

TYPED_TEST_P(JournalContract, CountsByStateAndDecisionAndFindsTheOldestOpenRun)
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

// ---- timers
// ------------------------------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, DueTimersComeByPriorityThenTime)
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

TYPED_TEST_P(JournalContract, ATimerIsMovedAndSettledByItsId)
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

TYPED_TEST_P(JournalContract, ATimerMayChangeItsOwner)
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

// ---- people
// ------------------------------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, APersonIsFoundByEachIdentityAndHasTheNextVersion)
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

TYPED_TEST_P(JournalContract, AStaleVersionOfAPersonIsAConflict)
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

TYPED_TEST_P(JournalContract, AnIdentityBelongsToOnePersonUntilItIsGivenUp)
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

// ---- alarms, holds, definitions
// ----------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, OneCauseIsOneAlarm)
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

TYPED_TEST_P(JournalContract, AHoldGrowsAndIsDecided)
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

TYPED_TEST_P(JournalContract, ADefinitionIsKeptOnceUnderItsDigest)
{
    const auto sha256 = digest::sha256_hex("text");
    runtime::transaction work;
    work.definitions = {{sha256, "joiner", "text"}, {sha256, "joiner", "text"}};
    this->commit(std::move(work));
    EXPECT_EQ(this->ask(this->journal->definition(sha256))->text, "text");
    EXPECT_EQ(this->code(this->ask(this->journal->definition(digest::sha256_hex("other")))), errc::not_found);
}

// ---- manners
// -----------------------------------------------------------------------------------------------------------

TYPED_TEST_P(JournalContract, ATransactionCommitsWholeAndIsReadAtOnce)
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

TYPED_TEST_P(JournalContract, AnEmptyTransactionIsNoError)
{
    EXPECT_TRUE(runtime::transaction{}.empty());
    this->commit({});
}

TYPED_TEST_P(JournalContract, IsWritableAndSaysWhatItIs)
{
    this->commit_run(a_run("run_1", 1, 1));
    const auto health = this->journal->health();
    EXPECT_TRUE(health.writable);
    EXPECT_EQ(health.detail, "");
    EXPECT_NE(health.version, "");
    EXPECT_EQ(health.commits, 1U);
}

TYPED_TEST_P(JournalContract, AfterClosingEveryCallIsCancelled)
{
    run_awaitable(this->loop, this->journal->close());
    EXPECT_EQ(this->code(this->ask(this->journal->accept({an_event("e1")}))), errc::cancelled);
    EXPECT_EQ(this->refused({}), errc::cancelled);
    EXPECT_EQ(this->code(this->ask(this->journal->run({"run_1"}))), errc::cancelled);
}

REGISTER_TYPED_TEST_SUITE_P(
    JournalContract, KeepsEveryFieldOfAnEventOverAReopening, KeepsBytesThatAreNoText,
    AnswersDuplicateForTheSameBodyAndNotesTheDelivery, ARedeliveredQuarantinedEventIsADuplicateThatIsStillQuarantined,
    AnotherBodyUnderAKnownIdIsAConflictAndTheFirstStands, TheSameIdFromAnotherSourceIsAnotherEvent,
    AWebhookIdAcceptedBeforeWithAnotherBodyIsAConflict, AWebhookIdOfARefusedDeliveryMayBeUsedAgain,
    AWebhookIdOfADuplicateIsRememberedToo, AnEnvelopeThatDiffersAroundTheSameEventIsADuplicate,
    OneConflictInARequestKeepsNothingOfIt, TheEventsOfARequestShareItsWebhookIdAndMayRepeatThemselves,
    RefusesADecisionOutsideTheClosedList, AnUpdateChangesWhatIsSetAndLeavesTheRest,
    AnUpdateOfAnUnknownEventKeepsNothingOfItsTransaction, EventsTheDaemonMakesAreInsertedOnce,
    UndecidedEventsComeOldestFirst, ListsEventsNewestFirstByEachFilterAndInPages,
    AnEventMovesToThePersonItIsFoundToBeAbout, ARunReadsBackAsItWasWritten, AHistoryGrowsInUnbrokenSequence,
    FactsThatDoNotFollowAreAConflictAndNothingIsKept, OneTransactionMayAppendToTheSameRunTwice,
    ARowMayChangeWithoutFacts, RefusesAStateThatIsNoneOfARun, ListsRunsNewestFirstByEachFilterAndInPages,
    CountsByStateAndDecisionAndFindsTheOldestOpenRun, DueTimersComeByPriorityThenTime, ATimerIsMovedAndSettledByItsId,
    ATimerMayChangeItsOwner, APersonIsFoundByEachIdentityAndHasTheNextVersion, AStaleVersionOfAPersonIsAConflict,
    AnIdentityBelongsToOnePersonUntilItIsGivenUp, OneCauseIsOneAlarm, AHoldGrowsAndIsDecided,
    ADefinitionIsKeptOnceUnderItsDigest, ATransactionCommitsWholeAndIsReadAtOnce, AnEmptyTransactionIsNoError,
    IsWritableAndSaysWhatItIs, AfterClosingEveryCallIsCancelled);

} // namespace jmld::test

#pragma clang diagnostic pop
