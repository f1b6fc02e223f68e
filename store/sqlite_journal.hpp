// The journal over a writer and a reader thread: turns each call into a request and its completion into the caller's
// continuation. What a call does to rows stands in the *_rows files.
#pragma once

#include "store/file_check.hpp"
#include "store/file_lock.hpp"
#include "store/journals.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace jmld::store {

class sqlite_journal final : public runtime::journal
{
public:
    sqlite_journal(boost::asio::any_io_executor executor, sqlite_options options, file_lock lock, connection writing,
                   connection reading, std::optional<connection> to_check);
    ~sqlite_journal() override;

    runtime::awaitable_result<std::vector<runtime::accept_answer>>
    accept(std::vector<runtime::incoming_event> batch) override;
    runtime::awaitable_result<void> commit(runtime::transaction work) override;
    runtime::awaitable_result<runtime::event_record> event(event_key key) override;
    runtime::awaitable_result<std::vector<runtime::event_record>> events(runtime::event_query query) override;
    runtime::awaitable_result<std::vector<runtime::event_record>> undecided_events(int limit) override;
    runtime::awaitable_result<std::vector<runtime::delivery_record>> deliveries(event_key key) override;
    runtime::awaitable_result<runtime::run_row> run(run_id id) override;
    runtime::awaitable_result<std::vector<runtime::run_row>> runs(runtime::run_query query) override;
    runtime::awaitable_result<std::vector<runtime::stored_fact>> history(run_id id, std::uint64_t after) override;
    runtime::awaitable_result<std::vector<runtime::timer_row>> due_timers(time_point until, int limit) override;
    runtime::awaitable_result<std::optional<time_point>> next_timer() override;
    runtime::awaitable_result<std::vector<runtime::timer_row>> timers(person_key subject, run_id run) override;
    runtime::awaitable_result<runtime::person_row> person(person_key key) override;
    runtime::awaitable_result<runtime::person_past> past_of(person_key key, int each_max) override;
    runtime::awaitable_result<runtime::person_row> find_person(std::vector<std::string> identities) override;
    runtime::awaitable_result<runtime::definition_text> definition(std::string sha256) override;
    runtime::awaitable_result<std::vector<runtime::alarm_row>> alarms(int limit) override;
    runtime::awaitable_result<std::vector<runtime::hold_row>> holds(std::string state) override;
    runtime::awaitable_result<runtime::journal_counts> counts() override;
    runtime::awaitable_result<std::vector<runtime::audit_record>> audit(std::optional<std::uint64_t> before,
                                                                        int limit) override;
    runtime::awaitable_result<std::vector<runtime::evidence_record>> evidence(runtime::evidence_query query) override;
    runtime::awaitable_result<runtime::kept_answer> answer_to(std::string principal, std::string key_sha256) override;
    runtime::awaitable_result<std::string> setting(std::string name) override;
    runtime::awaitable_result<void> back_up(std::string file) override;
    runtime::journal_health health() const override;
    boost::asio::awaitable<void> close() override;

private:
    template <class Answer, class Read> runtime::awaitable_result<Answer> read(Read read);

    const boost::asio::any_io_executor executor_;
    const std::size_t accept_limit_;
    const std::size_t commit_limit_;
    file_lock lock_; ///< held until both threads have ended
    writer writer_;
    reader reader_;
    std::optional<file_check> check_; ///< tells writer_; ends before it
    bool closed_ = false;
};

} // namespace jmld::store
