// What operators leave behind: the audit chain, kept answers, settings. Which answers are kept is not the journal's
// business.
#pragma once

#include "engine/json/json.hpp"
#include "engine/runtime/audit_chain.hpp"
#include "engine/runtime/evidence_chain.hpp"
#include "tests/contract/journal_contract.hpp"

#include <algorithm>

namespace jmld::test {

template <class Maker> class JournalOperators : public JournalContract<Maker>
{
protected:
    void note(int second, const std::string& action, const std::string& reason)
    {
        runtime::transaction work;
        work.audit.push_back({at_second(second), "alice", action, "run run_1", reason});
        this->commit(std::move(work));
    }
    void keep(const std::string& key, int now, int until, const std::string& answer)
    {
        runtime::transaction work;
        work.answers.push_back({"alice",
                                digest::sha256_hex(key),
                                digest::sha256_hex("request"),
                                at_second(now),
                                at_second(until),
                                {answer}});
        this->commit(std::move(work));
    }
};

TYPED_TEST_SUITE_P(JournalOperators);

TYPED_TEST_P(JournalOperators, TheAuditRecordIsAChainThatOutlivesARestart)
{
    this->note(1, "run.pause", "too many at once");
    this->note(2, "run.resume", "");
    this->reopen();
    this->note(3, "run.cancel", "she will not come");
    auto found = this->ask(this->journal->audit({}, 10));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 3U);
    EXPECT_EQ(found->front().row.action, "run.cancel");
    EXPECT_EQ(found->front().row.reason, "she will not come");
    EXPECT_EQ(found->front().row.principal, "alice");
    EXPECT_EQ(found->front().row.at, at_second(3));
    std::reverse(found->begin(), found->end());
    EXPECT_EQ(found->front().seq, 1U);
    EXPECT_EQ(found->front().previous_hash, runtime::audit_chain_begin);
    EXPECT_FALSE(runtime::first_misfit(*found));
}

TYPED_TEST_P(JournalOperators, TheAuditRecordIsReadPageByPage)
{
    for (int each = 1; each <= 5; ++each)
        this->note(each, "run.retry", "again");
    const auto newest = this->ask(this->journal->audit({}, 2));
    ASSERT_EQ(newest->size(), 2U);
    EXPECT_EQ(newest->front().seq, 5U);
    const auto older = this->ask(this->journal->audit(newest->back().seq, 10));
    ASSERT_EQ(older->size(), 3U);
    EXPECT_EQ(older->front().seq, 3U);
}

TYPED_TEST_P(JournalOperators, WhatIsNotCommittedIsNotInTheChain)
{
    this->note(1, "run.retry", "first");
    runtime::transaction work;
    work.audit.push_back({at_second(2), "alice", "run.retry", "run run_1", "second"});
    work.people.push_back(a_person("per_1", 7, {"digest-a"})); // no such version
    EXPECT_EQ(this->refused(std::move(work)), errc::conflict);
    this->note(3, "run.retry", "third");
    auto found = this->ask(this->journal->audit({}, 10));
    ASSERT_EQ(found->size(), 2U);
    std::reverse(found->begin(), found->end());
    EXPECT_FALSE(runtime::first_misfit(*found));
}

TYPED_TEST_P(JournalOperators, EvidenceIsAChainThatOutlivesARestartAndIsFoundByRunAndTime)
{
    for (int each = 1; each <= 3; ++each) {
        const auto id = std::to_string(each);
        runtime::transaction work;
        work.evidence.push_back({"evd_" + id, {"run_" + id}, {"per_1"}, at_second(each), "{}", {"{\"n\":" + id + "}"}});
        this->commit(std::move(work));
        this->reopen();
    }
    auto found = this->ask(this->journal->evidence({}));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 3U);
    EXPECT_EQ((*found)[0].row.id, "evd_3") << "newest first";
    EXPECT_EQ((*found)[0].row.content.bytes, "{\"n\":3}");
    EXPECT_EQ((*found)[0].previous_hash, (*found)[1].hash);
    EXPECT_EQ((*found)[2].previous_hash, runtime::evidence_chain_begin);
    EXPECT_EQ((*found)[2].seq, 1U);
    runtime::evidence_query query;
    query.run = {"run_2"};
    ASSERT_EQ(this->ask(this->journal->evidence(query))->size(), 1U);
    query = {};
    query.since = at_second(2);
    query.until = at_second(3);
    EXPECT_EQ(this->ask(this->journal->evidence(query))->front().row.id, "evd_2");
    query = {};
    query.before = 3;
    query.limit = 1;
    EXPECT_EQ(this->ask(this->journal->evidence(query))->front().row.id, "evd_2");
}

TYPED_TEST_P(JournalOperators, AnErasureTakesThePayloadsOfOnePersonAndLeavesRowsAndChain)
{
    for (const auto* who : {"per_1", "per_2"}) {
        const std::string run = std::string("run_of_") + who;
        this->accept({an_event(who)});
        this->decide({"hr", who}, "acted", who);
        auto append = a_run(run, 1, 2, who);
        runtime::transaction work;
        work.runs.push_back(append);
        work.evidence.push_back({std::string("evd_") + who, {run}, {who}, at_second(1), "{}", {"{\"name\":\"x\"}"}});
        this->commit(std::move(work));
    }
    this->commit_person({{"per_1"}, 0, {"digest-a"}, {"the record"}});
    this->commit_person({{"per_1"}, 1, {}, {}});
    this->reopen();
    EXPECT_EQ(this->code(this->ask(this->journal->find_person({"digest-a"}))), errc::not_found);
    for (const auto* who : {"per_1", "per_2"}) {
        const bool erased = std::string(who) == "per_1";
        EXPECT_EQ(this->ask(this->journal->event({"hr", who}))->body.bytes.empty(), erased);
        EXPECT_EQ(this->ask(this->journal->event({"hr", who}))->decision, "acted");
        const auto history = this->ask(this->journal->history({std::string("run_of_") + who}));
        ASSERT_TRUE(history) << history.error().what;
        ASSERT_EQ(history->size(), 2U);
        for (const auto& fact : *history) {
            EXPECT_FALSE(fact.payloads.empty());
            for (const auto& slot : fact.payloads)
                EXPECT_EQ(engine::json::decode(slot.bytes).has_value(), erased) << "only what is blank is null";
        }
    }
    auto found = this->ask(this->journal->evidence({}));
    ASSERT_EQ(found->size(), 2U);
    EXPECT_FALSE((*found)[0].row.content.bytes.empty());
    EXPECT_TRUE((*found)[1].row.content.bytes.empty());
    EXPECT_EQ((*found)[0].previous_hash, (*found)[1].hash);
    EXPECT_EQ((*found)[1].content_sha256, (*found)[0].content_sha256) << "what the chain is made of stays";
}

TYPED_TEST_P(JournalOperators, AnErasureTakesWhatOperatorsWroteAboutThePersonAndAnswersThatNameTheirThings)
{
    const std::string approval = "apr_01MBFVEHK0VQ84PY3XVHQAAG21";
    runtime::transaction work;
    this->accept({an_event("per_1"), an_event("per_2")});
    this->decide({"hr", "per_1"}, "cancelled", "per_1");
    this->decide({"hr", "per_2"}, "cancelled", "per_2");
    auto append = a_run("run_1", 1, 1, "per_1");
    append.facts.front().text = R"({"approval":")" + approval + R"("})";
    work.runs.push_back(append);
    work.runs.push_back(a_run("run_10", 1, 1, "per_2"));
    for (const auto& object : {std::string("run run_1"), std::string("run run_1 step groups"), "approval " + approval,
                               std::string("event hr~per_1"), std::string("run run_10"), std::string("hold hold_1")})
        work.audit.push_back({at_second(1), "alice", "some.verb", object, "Jane asked for it"});
    this->commit(std::move(work));
    this->keep("about her", 1, 100, R"({"body":"{\"id\":\"run_1\"}"})");
    this->keep("about others", 1, 100, R"({"body":"{\"id\":\"hold_1\"}"})");
    this->commit_person({{"per_1"}, 0, {"digest-a"}, {"the record"}});
    this->commit_person({{"per_1"}, 1, {}, {}});
    this->reopen();
    auto found = this->ask(this->journal->audit(std::nullopt, 50));
    ASSERT_TRUE(found);
    std::reverse(found->begin(), found->end());
    std::vector<std::string> with_words;
    for (const auto& record : *found)
        if (!record.row.reason.empty())
            with_words.push_back(record.row.object);
    EXPECT_EQ(with_words, (std::vector<std::string>{"run run_10", "hold hold_1"}));
    EXPECT_EQ(runtime::first_misfit(*found), std::nullopt) << "the chain holds without the words";
    EXPECT_EQ(this->ask(this->journal->answer_to("alice", digest::sha256_hex("about her")))->answer.bytes, "");
    EXPECT_NE(this->ask(this->journal->answer_to("alice", digest::sha256_hex("about others")))->answer.bytes, "");
    EXPECT_EQ(this->ask(this->journal->event({"hr", "per_1"}))->reason, "(erased)");
    EXPECT_NE(this->ask(this->journal->event({"hr", "per_2"}))->reason, "(erased)");
}

TYPED_TEST_P(JournalOperators, AnAnswerIsKeptForItsKeyAndReplaced)
{
    this->keep("key", 1, 100, "");
    const auto begun = this->ask(this->journal->answer_to("alice", digest::sha256_hex("key")));
    ASSERT_TRUE(begun);
    EXPECT_EQ(begun->answer.bytes, "");
    this->keep("key", 2, 100, "the answer");
    this->reopen();
    const auto kept = this->ask(this->journal->answer_to("alice", digest::sha256_hex("key")));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->answer.bytes, "the answer");
    EXPECT_EQ(kept->request_sha256, digest::sha256_hex("request"));
    EXPECT_EQ(kept->kept_until, at_second(100));
    EXPECT_EQ(this->code(this->ask(this->journal->answer_to("bob", digest::sha256_hex("key")))), errc::not_found);
    EXPECT_EQ(this->code(this->ask(this->journal->answer_to("alice", digest::sha256_hex("other")))), errc::not_found);
}

TYPED_TEST_P(JournalOperators, AnswersWhoseTimeIsOverAreForgottenWithTheNextOne)
{
    this->keep("old", 1, 10, "the answer");
    this->keep("young", 5, 20, "another");
    this->keep("now", 10, 30, "a third");
    EXPECT_EQ(this->code(this->ask(this->journal->answer_to("alice", digest::sha256_hex("old")))), errc::not_found);
    EXPECT_EQ(this->ask(this->journal->answer_to("alice", digest::sha256_hex("young")))->answer.bytes, "another");
    EXPECT_EQ(this->ask(this->journal->answer_to("alice", digest::sha256_hex("now")))->answer.bytes, "a third");
}

TYPED_TEST_P(JournalOperators, ASettingStaysSet)
{
    EXPECT_EQ(this->ask(this->journal->setting("outbound")).value_or("?"), "");
    for (const auto* content : {"on", "off"}) {
        runtime::transaction work;
        work.settings.push_back({"outbound", content});
        EXPECT_FALSE(work.empty());
        this->commit(std::move(work));
    }
    this->reopen();
    EXPECT_EQ(this->ask(this->journal->setting("outbound")).value_or("?"), "off");
}

REGISTER_TYPED_TEST_SUITE_P(JournalOperators, TheAuditRecordIsAChainThatOutlivesARestart,
                            TheAuditRecordIsReadPageByPage, WhatIsNotCommittedIsNotInTheChain,
                            EvidenceIsAChainThatOutlivesARestartAndIsFoundByRunAndTime,
                            AnErasureTakesThePayloadsOfOnePersonAndLeavesRowsAndChain,
                            AnErasureTakesWhatOperatorsWroteAboutThePersonAndAnswersThatNameTheirThings,
                            AnAnswerIsKeptForItsKeyAndReplaced, AnswersWhoseTimeIsOverAreForgottenWithTheNextOne,
                            ASettingStaysSet);

} // namespace jmld::test
