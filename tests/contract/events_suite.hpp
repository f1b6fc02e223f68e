// What every journal must do with stored events: change them, list them, hand out the undecided ones. It tests nothing
// that only one of them has.
#pragma once

#include "tests/contract/journal_contract.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers" // a query names only what it filters by

namespace jmld::test {

template <class Maker> class JournalEvents : public JournalContract<Maker>
{};

TYPED_TEST_SUITE_P(JournalEvents);

TYPED_TEST_P(JournalEvents, AnUpdateChangesWhatIsSetAndLeavesTheRest)
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
    later.process_id = "process-again";
    later.action = "correct";
    later.corrects = "process-before";
    later.rescinds = "process-rescinded";
    later.entered_at = time_point(duration(4'711));
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
    EXPECT_EQ(read->process_id, "process-again");
    EXPECT_EQ(read->action, "correct");
    EXPECT_EQ(read->corrects, "process-before");
    EXPECT_EQ(read->rescinds, "process-rescinded");
    EXPECT_EQ(read->entered_at, time_point(duration(4'711)));
    EXPECT_EQ(read->received_at, an_event("e1").event.received_at);
}

TYPED_TEST_P(JournalEvents, AnUpdateOfAnUnknownEventKeepsNothingOfItsTransaction)
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

TYPED_TEST_P(JournalEvents, EventsTheDaemonMakesAreInsertedOnce)
{
    runtime::transaction work;
    work.new_events.push_back(an_event("end-of-contract").event);
    this->commit(work);
    EXPECT_TRUE(this->ask(this->journal->deliveries({"hr", "end-of-contract"}))->empty());
    EXPECT_EQ(this->refused(work), errc::conflict);
    EXPECT_EQ(this->event_ids({}), (ids{"end-of-contract"}));
}

TYPED_TEST_P(JournalEvents, UndecidedEventsComeOldestFirst)
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

TYPED_TEST_P(JournalEvents, ListsEventsNewestFirstByEachFilterAndInPages)
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

TYPED_TEST_P(JournalEvents, AnEventMovesToThePersonItIsFoundToBeAbout)
{
    this->accept({an_event("e1"), an_event("e2")});
    this->decide({"hr", "e2"}, "parked", "per_1");
    this->decide({"hr", "e1"}, "parked", "per_1");
    this->decide({"hr", "e2"}, "acted", "per_2");
    EXPECT_EQ(this->event_ids({.person = {"per_1"}}), (ids{"e1"}));
    EXPECT_EQ(this->event_ids({.person = {"per_2"}}), (ids{"e2"}));
}

REGISTER_TYPED_TEST_SUITE_P(JournalEvents, AnUpdateChangesWhatIsSetAndLeavesTheRest,
                            AnUpdateOfAnUnknownEventKeepsNothingOfItsTransaction, EventsTheDaemonMakesAreInsertedOnce,
                            UndecidedEventsComeOldestFirst, ListsEventsNewestFirstByEachFilterAndInPages,
                            AnEventMovesToThePersonItIsFoundToBeAbout);

} // namespace jmld::test

#pragma clang diagnostic pop
