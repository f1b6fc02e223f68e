// The two journals: in memory for tests and rehearsals, in SQLite for the daemon. One contract suite holds both
// (tests/contract/journal_suite.hpp); nothing else of this folder is meant for others.
#pragma once

#include "engine/result.hpp"
#include "engine/runtime/journal.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace jmld::store {

// ---- SQLite

struct sqlite_options
{
    std::string path{}; ///< of the database; `-wal`, `-shm`, `-lock` and `.before-N` stand beside it. Its folder exists
    std::size_t queue_limit =
        4096; ///< writing calls that may wait; beyond: overloaded. As many reading calls: unavailable
    std::size_t batch_limit = 128; ///< writing calls in one COMMIT
    /// After a COMMIT of several calls the next waits so long for as many, that fewer syncs serve them all.
    std::chrono::microseconds crowd_wait{3'000};
    int checkpoint_pages = 4000; ///< of the log, from which it is copied back when the writer has a moment
    std::chrono::milliseconds idle_truncate{60'000}; ///< without a write for so long: the log is cut to nothing
    std::chrono::milliseconds probe_every{
        1'000};             ///< while not writable: how often the writer looks whether it can write again
    int page_count_max = 0; ///< for tests of a full disk; 0 = no limit of ours
    /// For tests and measurements: called on the writer's thread after each COMMIT with the number of calls in it.
    std::function<void(std::size_t calls)> on_batch{};
    /// Called on the executor after each COMMIT: how many calls were in it, and how long it took.
    std::function<void(std::size_t calls, std::chrono::nanoseconds took)> on_committed{};
    /// Called on the executor when a write, or the check after an unclean stop, showed that nothing can be written any
    /// more (storage_failed, corrupt).
    std::function<void(error why)> on_broken{};
};

/// Opens or creates, migrates and starts the writer and reader threads. Completions arrive on `executor`; it must
/// outlive the journal. Blocks for as long as SQLite takes to recover the log. After an unclean stop the file is
/// checked in the background: what is found makes the journal refuse everything with `corrupt`. Errors: unavailable
/// (folder, rights, another process has it open), conflict (a newer jmld wrote it), invalid_input (not a jmld
/// database), corrupt, overloaded, storage_failed.
result<std::unique_ptr<runtime::journal>> open_sqlite_journal(boost::asio::any_io_executor executor,
                                                              sqlite_options options);

/// Versions 3.7.0 to 3.51.2 (but 3.44.6 and 3.50.7) can damage a log that two connections write or checkpoint at once.
/// This store has one that does; true means that no other program may open the file for writing.
bool sqlite_has_log_reset_flaw(int version_number);
/// Of the library that is linked: `3.40.1`, and its number 3040001.
std::string sqlite_version();
int sqlite_version_number();

// ---- memory

struct memory_store; ///< content; survives the journals over it

std::shared_ptr<memory_store> make_memory_store();

/// Every call completes inline and in order; every writing call that is not refused is one commit.
class memory_journal final : public runtime::journal
{
public:
    explicit memory_journal(std::shared_ptr<memory_store> content = make_memory_store());

    /// `hook(n)` runs right after the n-th commit of the content (counted over all journals on it), before the caller
    /// goes on.
    void on_commit(std::function<void(std::uint64_t n)> hook) { hook_ = std::move(hook); }
    /// `hook()` is asked before each writing call; what it answers is that call's error, and nothing of it is kept.
    void on_write(std::function<std::optional<error>()> hook) { refuse_ = std::move(hook); }
    /// From now on no call returns, not even the one whose hook called this: to the callers the process died here.
    void lose_power() { dead_ = true; }
    const std::shared_ptr<memory_store>& content() const { return content_; }

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
    template <class Answer, class Read> runtime::awaitable_result<Answer> answer(Read read);
    boost::asio::awaitable<void> committed();

    std::shared_ptr<memory_store> content_;
    std::function<void(std::uint64_t)> hook_;
    std::function<std::optional<error>()> refuse_;
    bool dead_ = false;
    bool closed_ = false;
};

} // namespace jmld::store
