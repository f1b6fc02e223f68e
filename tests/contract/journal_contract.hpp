// What the suites of the contract share: a journal made by `Maker`, and calls in one line each. The suites stand beside
// it; a journal is held to all of them (journal_suite.hpp).
#pragma once

#include "tests/support/journal_rows.hpp"
#include "tests/support/run_awaitable.hpp"

#include <gtest/gtest.h>

#include <memory>

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

} // namespace jmld::test
