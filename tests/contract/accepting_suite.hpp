// What every journal must answer to the events of a request: accepted, duplicate, conflict, and what it keeps of each.
// It tests nothing that only one of them has.
#pragma once

#include "tests/contract/journal_contract.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-designated-field-initializers" // a query names only what it filters by

namespace jmld::test {

template <class Maker> class JournalAccepting : public JournalContract<Maker>
{};

TYPED_TEST_SUITE_P(JournalAccepting);

TYPED_TEST_P(JournalAccepting, KeepsEveryFieldOfAnEventOverAReopening)
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

TYPED_TEST_P(JournalAccepting, KeepsBytesThatAreNoText)
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

TYPED_TEST_P(JournalAccepting, AnswersDuplicateForTheSameBodyAndNotesTheDelivery)
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

TYPED_TEST_P(JournalAccepting, ARedeliveredQuarantinedEventIsADuplicateThatIsStillQuarantined)
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

TYPED_TEST_P(JournalAccepting, AnotherBodyUnderAKnownIdIsAConflictAndTheFirstStands)
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

TYPED_TEST_P(JournalAccepting, TheSameIdFromAnotherSourceIsAnotherEvent)
{
    this->accept({an_event("e1", "first", "hr")});
    auto other = an_event("e1", "second", "payroll");
    EXPECT_EQ(this->accept({other})[0].what, acceptance::accepted);
    EXPECT_EQ(this->event_ids({.id = "e1"}), (ids{"e1", "e1"}));
    EXPECT_EQ(this->ask(this->journal->event({"payroll", "e1"}))->body.bytes, "second");
}

TYPED_TEST_P(JournalAccepting, AWebhookIdAcceptedBeforeWithAnotherBodyIsAConflict)
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

TYPED_TEST_P(JournalAccepting, AWebhookIdOfARefusedDeliveryMayBeUsedAgain)
{
    this->accept({an_event("e1", "first")});
    auto refused = an_event("e1", "second");
    refused.delivery.webhook_id = "msg-once";
    EXPECT_EQ(this->accept({refused})[0].what, acceptance::conflict);
    auto good = an_event("e2");
    good.delivery.webhook_id = "msg-once";
    EXPECT_EQ(this->accept({good})[0].what, acceptance::accepted);
}

TYPED_TEST_P(JournalAccepting, AWebhookIdOfADuplicateIsRememberedToo)
{
    auto sent = an_event("e1");
    this->accept({sent});
    sent.delivery.webhook_id = "msg-second";
    this->accept({sent});
    auto other = an_event("e2");
    other.delivery.webhook_id = "msg-second";
    EXPECT_EQ(this->accept({other})[0].what, acceptance::conflict);
}

TYPED_TEST_P(JournalAccepting, AnEnvelopeThatDiffersAroundTheSameEventIsADuplicate)
{
    auto sent = an_event("e1");
    this->accept({sent});
    sent.delivery.body_sha256 = digest::sha256_hex("another envelope");
    EXPECT_EQ(this->accept({sent})[0].what, acceptance::duplicate);
}

TYPED_TEST_P(JournalAccepting, OneConflictInARequestKeepsNothingOfIt)
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

TYPED_TEST_P(JournalAccepting, TheEventsOfARequestShareItsWebhookIdAndMayRepeatThemselves)
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

TYPED_TEST_P(JournalAccepting, RefusesADecisionOutsideTheClosedList)
{
    auto sent = an_event("e1");
    sent.event.decision = "perhaps";
    const auto answers = this->ask(this->journal->accept({sent}));
    EXPECT_EQ(this->code(answers), errc::invalid_input);
    EXPECT_NE(answers.error().what.find("perhaps"), std::string::npos);
    EXPECT_EQ(this->code(this->ask(this->journal->event(sent.event.key))), errc::not_found);
}

REGISTER_TYPED_TEST_SUITE_P(JournalAccepting, KeepsEveryFieldOfAnEventOverAReopening, KeepsBytesThatAreNoText,
                            AnswersDuplicateForTheSameBodyAndNotesTheDelivery,
                            ARedeliveredQuarantinedEventIsADuplicateThatIsStillQuarantined,
                            AnotherBodyUnderAKnownIdIsAConflictAndTheFirstStands,
                            TheSameIdFromAnotherSourceIsAnotherEvent,
                            AWebhookIdAcceptedBeforeWithAnotherBodyIsAConflict,
                            AWebhookIdOfARefusedDeliveryMayBeUsedAgain, AWebhookIdOfADuplicateIsRememberedToo,
                            AnEnvelopeThatDiffersAroundTheSameEventIsADuplicate, OneConflictInARequestKeepsNothingOfIt,
                            TheEventsOfARequestShareItsWebhookIdAndMayRepeatThemselves,
                            RefusesADecisionOutsideTheClosedList);

} // namespace jmld::test

#pragma clang diagnostic pop
