// Handlers are kept type-erased in the requests; a work guard in each keeps the event loop running until it has
// completed.
#include "store/sqlite_journal.hpp"

#include "store/applying.hpp"
#include "store/erasing.hpp"
#include "store/event_rows.hpp"
#include "store/evidence_rows.hpp"
#include "store/operator_rows.hpp"
#include "store/other_rows.hpp"
#include "store/person_rows.hpp"
#include "store/row_rules.hpp"
#include "store/run_rows.hpp"
#include "store/timer_rows.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace jmld::store {

namespace asio = boost::asio;
using runtime::awaitable_result;

namespace {

constexpr std::size_t commit_share = 4; // work that was promised is refused long after new events are

using guard = asio::executor_work_guard<asio::any_io_executor>;

template <class Answer> using handler = std::move_only_function<void(result<Answer>)>;

/// Calls `start(handler)` and waits until somebody calls the handler, on the event loop.
template <class Answer, class Start> awaitable_result<Answer> wait_for(Start start)
{
    return asio::async_initiate<const asio::use_awaitable_t<>, void(result<Answer>)>(
        [](auto continuation, Start begin) { begin(handler<Answer>(std::move(continuation))); }, asio::use_awaitable,
        std::move(start));
}

/// Refused before it was queued: still completes later, never within the call.
template <class Answer> void refuse(const asio::any_io_executor& executor, handler<Answer> waiting, error why)
{
    asio::post(executor, [waiting = std::move(waiting), why = std::move(why)]() mutable {
        waiting(std::unexpected(std::move(why)));
    });
}

class accept_request final : public write_request
{
public:
    using answers = std::vector<runtime::accept_answer>;
    accept_request(std::vector<runtime::incoming_event> batch, handler<answers> waits, guard alive)
        : waiting(std::move(waits)), batch_(std::move(batch)), alive_(std::move(alive))
    {}
    result<void> apply(connection& db) override
    {
        auto judged = accept_events(db, batch_);
        if (!judged)
            return std::unexpected(std::move(judged.error()));
        answers_ = std::move(*judged);
        return {};
    }
    void complete(result<void> how) override
    {
        if (how)
            waiting(std::move(answers_));
        else
            waiting(std::unexpected(std::move(how.error())));
    }

    handler<answers> waiting;

private:
    std::vector<runtime::incoming_event> batch_;
    answers answers_;
    guard alive_;
};

class commit_request final : public write_request
{
public:
    commit_request(runtime::transaction work, handler<void> waits, guard alive)
        : waiting(std::move(waits)), work_(std::move(work)), alive_(std::move(alive))
    {}
    result<void> apply(connection& db) override { return store::apply(db, work_); }
    void complete(result<void> how) override { waiting(std::move(how)); }
    bool erases() const override { return std::ranges::any_of(work_.people, asks_for_erasure); }

    handler<void> waiting;

private:
    runtime::transaction work_;
    guard alive_;
};

/// Nothing to write, only to say that something is done: a copy, or all.
class done_request final : public write_request
{
public:
    done_request(handler<void> waits, guard alive) : waiting(std::move(waits)), alive_(std::move(alive)) {}
    result<void> apply(connection&) override { return {}; }
    void complete(result<void> how) override { waiting(std::move(how)); }

    handler<void> waiting;

private:
    guard alive_;
};

template <class Answer, class Read> class read_with final : public read_request
{
public:
    read_with(Read read, handler<Answer> waits, guard alive)
        : waiting(std::move(waits)), read_(std::move(read)), alive_(std::move(alive))
    {}
    void run(connection& db) override
    {
        answer_ = read_(db);
        if (answer_)
            return;
        auto& code = answer_.error().code;
        if (code != errc::corrupt && code != errc::not_found && code != errc::conflict && code != errc::cancelled)
            code = errc::unavailable; // a reader that fails harms nothing that is stored
    }
    void complete() override { waiting(std::move(answer_)); }

    handler<Answer> waiting;

private:
    Read read_;
    result<Answer> answer_ = failure(errc::internal, "not read");
    guard alive_;
};

} // namespace

sqlite_journal::sqlite_journal(asio::any_io_executor executor, sqlite_options options, file_lock lock,
                               connection writing, connection reading, std::optional<connection> to_check)
    : executor_(std::move(executor)), accept_limit_(options.queue_limit),
      commit_limit_(options.queue_limit * commit_share), lock_(std::move(lock)),
      writer_(executor_, std::move(writing), options, to_check.has_value()),
      reader_(executor_, std::move(reading), options.queue_limit,
              [this](error found) { writer_.checked(std::move(found)); })
{
    if (to_check)
        check_.emplace(std::move(*to_check), [this, say = options.on_broken](std::optional<error> found) {
            if (found && say)
                asio::post(executor_, [say, why = *found] { say(why); });
            writer_.checked(std::move(found));
        });
}

sqlite_journal::~sqlite_journal() = default;

template <class Answer, class Read> awaitable_result<Answer> sqlite_journal::read(Read read)
{
    return wait_for<Answer>([this, read = std::move(read)](handler<Answer> waiting) mutable {
        auto made = std::make_unique<read_with<Answer, Read>>(std::move(read), std::move(waiting), guard(executor_));
        auto& kept = *made;
        std::unique_ptr<read_request> request = std::move(made);
        if (auto why = reader_.push(request))
            refuse<Answer>(executor_, std::move(kept.waiting), std::move(*why));
    });
}

awaitable_result<std::vector<runtime::accept_answer>> sqlite_journal::accept(std::vector<runtime::incoming_event> batch)
{
    return wait_for<accept_request::answers>(
        [this, batch = std::move(batch)](handler<accept_request::answers> waiting) mutable {
            if (auto fits = check(batch); !fits)
                return refuse<accept_request::answers>(executor_, std::move(waiting), std::move(fits.error()));
            auto made = std::make_unique<accept_request>(std::move(batch), std::move(waiting), guard(executor_));
            auto& kept = *made;
            std::unique_ptr<write_request> request = std::move(made);
            if (auto why = writer_.push(request, accept_limit_))
                refuse<accept_request::answers>(executor_, std::move(kept.waiting), std::move(*why));
        });
}

awaitable_result<void> sqlite_journal::commit(runtime::transaction work)
{
    return wait_for<void>([this, work = std::move(work)](handler<void> waiting) mutable {
        if (auto fits = check(work); !fits)
            return refuse<void>(executor_, std::move(waiting), std::move(fits.error()));
        auto made = std::make_unique<commit_request>(std::move(work), std::move(waiting), guard(executor_));
        auto& kept = *made;
        std::unique_ptr<write_request> request = std::move(made);
        if (auto why = writer_.push(request, commit_limit_))
            refuse<void>(executor_, std::move(kept.waiting), std::move(*why));
    });
}

awaitable_result<runtime::event_record> sqlite_journal::event(event_key key)
{
    return read<runtime::event_record>([key = std::move(key)](connection& db) { return read_event(db, key); });
}

awaitable_result<std::vector<runtime::event_record>> sqlite_journal::events(runtime::event_query query)
{
    return read<std::vector<runtime::event_record>>(
        [query = std::move(query)](connection& db) { return read_events(db, query); });
}

awaitable_result<std::vector<runtime::event_record>> sqlite_journal::undecided_events(int limit)
{
    return read<std::vector<runtime::event_record>>([limit](connection& db) { return read_undecided(db, limit); });
}

awaitable_result<std::vector<runtime::delivery_record>> sqlite_journal::deliveries(event_key key)
{
    return read<std::vector<runtime::delivery_record>>(
        [key = std::move(key)](connection& db) { return read_deliveries(db, key); });
}

awaitable_result<runtime::run_row> sqlite_journal::run(run_id id)
{
    return read<runtime::run_row>([id = std::move(id)](connection& db) { return read_run(db, id); });
}

awaitable_result<std::vector<runtime::run_row>> sqlite_journal::runs(runtime::run_query query)
{
    return read<std::vector<runtime::run_row>>(
        [query = std::move(query)](connection& db) { return read_runs(db, query); });
}

awaitable_result<std::vector<runtime::stored_fact>> sqlite_journal::history(run_id id, std::uint64_t after)
{
    return read<std::vector<runtime::stored_fact>>(
        [id = std::move(id), after](connection& db) { return read_history(db, id, after); });
}

awaitable_result<std::vector<runtime::timer_row>> sqlite_journal::due_timers(time_point until, int limit)
{
    return read<std::vector<runtime::timer_row>>(
        [until, limit](connection& db) { return read_due_timers(db, until, limit); });
}

awaitable_result<std::optional<time_point>> sqlite_journal::next_timer()
{
    return read<std::optional<time_point>>([](connection& db) { return read_next_timer(db); });
}

awaitable_result<std::vector<runtime::timer_row>> sqlite_journal::timers(person_key subject, run_id run)
{
    return read<std::vector<runtime::timer_row>>(
        [subject = std::move(subject), run = std::move(run)](connection& db) { return read_timers(db, subject, run); });
}

awaitable_result<runtime::person_row> sqlite_journal::person(person_key key)
{
    return read<runtime::person_row>([key = std::move(key)](connection& db) { return read_person(db, key); });
}

awaitable_result<runtime::person_past> sqlite_journal::past_of(person_key key, int each_max)
{
    return read<runtime::person_past>(
        [key = std::move(key), each_max](connection& db) { return read_past(db, key, each_max); });
}

awaitable_result<runtime::person_row> sqlite_journal::find_person(std::vector<std::string> identities)
{
    return read<runtime::person_row>(
        [identities = std::move(identities)](connection& db) { return store::find_person(db, identities); });
}

awaitable_result<runtime::definition_text> sqlite_journal::definition(std::string sha256)
{
    return read<runtime::definition_text>(
        [sha256 = std::move(sha256)](connection& db) { return read_definition(db, sha256); });
}

awaitable_result<std::vector<runtime::alarm_row>> sqlite_journal::alarms(int limit)
{
    return read<std::vector<runtime::alarm_row>>([limit](connection& db) { return read_alarms(db, limit); });
}

awaitable_result<std::vector<runtime::hold_row>> sqlite_journal::holds(std::string state)
{
    return read<std::vector<runtime::hold_row>>(
        [state = std::move(state)](connection& db) { return read_holds(db, state); });
}

awaitable_result<runtime::journal_counts> sqlite_journal::counts()
{
    return read<runtime::journal_counts>([](connection& db) { return read_counts(db); });
}

awaitable_result<std::vector<runtime::audit_record>> sqlite_journal::audit(std::optional<std::uint64_t> before,
                                                                           int limit)
{
    return read<std::vector<runtime::audit_record>>(
        [before, limit](connection& db) { return read_audit(db, before, limit); });
}

awaitable_result<std::vector<runtime::evidence_record>> sqlite_journal::evidence(runtime::evidence_query query)
{
    return read<std::vector<runtime::evidence_record>>(
        [query = std::move(query)](connection& db) { return read_evidence(db, query); });
}

awaitable_result<runtime::kept_answer> sqlite_journal::answer_to(std::string principal, std::string key_sha256)
{
    return read<runtime::kept_answer>([principal = std::move(principal), key = std::move(key_sha256)](connection& db) {
        return read_answer(db, principal, key);
    });
}

awaitable_result<std::string> sqlite_journal::setting(std::string name)
{
    return read<std::string>([name = std::move(name)](connection& db) { return read_setting(db, name); });
}

awaitable_result<void> sqlite_journal::back_up(std::string file)
{
    return wait_for<void>([this, file = std::move(file)](handler<void> waiting) mutable {
        auto made = std::make_unique<done_request>(std::move(waiting), guard(executor_));
        auto& kept = *made;
        std::unique_ptr<write_request> request = std::move(made);
        if (auto why = writer_.back_up(std::move(file), request))
            refuse<void>(executor_, std::move(kept.waiting), std::move(*why));
    });
}

runtime::journal_health sqlite_journal::health() const { return writer_.health(); }

asio::awaitable<void> sqlite_journal::close()
{
    if (std::exchange(closed_, true))
        co_return;
    check_.reset();
    reader_.close(); // first: an open snapshot would keep the log from being cut
    auto finished = co_await wait_for<void>([this](handler<void> waiting) {
        writer_.close(std::make_unique<done_request>(std::move(waiting), guard(executor_)));
    });
    (void)finished; // closing reports nothing: each write has had its own answer
}

} // namespace jmld::store
