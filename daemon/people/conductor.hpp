// Brings every accepted event to its decision: correlate, look at the person, decide, commit, start what follows.
// Decisions about one person wait for each other; the journal is the only memory, so that a restart takes up what is
// undecided.
#pragma once

#include "daemon/people/decision_writing.hpp"
#include "daemon/people/keyed_locks.hpp"
#include "daemon/people/leaver_guard.hpp"
#include "daemon/people/people_directory.hpp"
#include "daemon/people/person_loading.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/run_storage.hpp"
#include "engine/runtime/runner.hpp"
#include "engine/runtime/timer_service.hpp"
#include "workflows/people/drift.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace jmld::daemon {

struct conductor_ports
{
    boost::asio::any_io_executor executor;
    runtime::clock& time;
    random_source& random;
    runtime::journal& store;
    runtime::runner& runs;
    people_directory& directory;
    runtime::definition_source& definitions;
    const rule_book_holder& rules;
    std::function<void(const error&)> storage_failed; ///< the log is broken: the process must end
};

/// What an operator says to a parked, held or quarantined event.
struct resolution
{
    std::string person;  ///< "new", an Okta id, or empty
    std::string manager; ///< Okta id or empty
    std::string by, reason;
};

/// Event loop's thread only. Must be destroyed before the clock.
class conductor
{
public:
    explicit conductor(conductor_ports ports);
    ~conductor();

    /// Timers of events are handled here; the service must outlive nothing of ours.
    void use(runtime::timer_service& timers) { timers_ = &timers; }

    /// After COMMIT of an event without decision.
    void accepted(const runtime::event_record& stored);
    /// A timer of an event is due.
    void due(runtime::timer_row timer);
    /// Everything undecided in the journal is taken up again.
    runtime::awaitable_result<void> recover();

    /// Decide again by what is known now. Errors: not_found, conflict (it has been carried out).
    runtime::awaitable_result<std::string> replay(event_key key, std::string by, std::string reason);
    /// A person says who it is. Errors: not_found, conflict (not parked), invalid_input.
    runtime::awaitable_result<std::string> resolve(event_key key, resolution words);
    /// Nothing is to be done about it. Errors: not_found, conflict (it has been carried out).
    runtime::awaitable_result<std::string> discard(event_key key, std::string by, std::string reason);
    /// A held event is let through. Errors: not_found, conflict (not held).
    runtime::awaitable_result<std::string> release(event_key key, std::string by, std::string reason);
    /// All that a guard holds is let through, or rejected; what cannot be decided at once is tried until it can, also
    /// after a restart. Answers the hold as it stands now. Errors: not_found, conflict (it was settled before).
    runtime::awaitable_result<runtime::hold_row> settle_hold(hold_id id, bool let_through, std::string by,
                                                             std::string reason);

    int undecided() const { return undecided_; }

private:
    static constexpr duration first_pause{500};
    struct request
    {
        event_key key;
        std::optional<runtime::event_record> stored{}; ///< as committed just now; else it is read
        std::optional<runtime::timer_row> timer{};     ///< decide_due
        std::optional<resolution> words{};
        bool again = false;         ///< replay: what was decided before does not count
        bool released = false;      ///< the guard is not asked
        bool discarded = false;     ///< nothing is to be done about it
        bool held_only = false;     ///< any decision but `held` stands
        std::string by{}, reason{}; ///< of an operator, for the audit record
        runtime::priority urgency = runtime::priority::joiner;
        duration pause = first_pause; ///< before it is tried again
    };
    struct found_person
    {
        loaded_person person;
        std::optional<workflows::park_identity> parked;
    };

    static constexpr const char* guard_key = "guard";
    static bool is_settled(std::string_view decision);
    /// What stands already and makes the request needless, or refuses it.
    static std::optional<result<std::string>> already_decided(const request& what, const runtime::event_record& stored);
    static request by_hold(const event_key& key, bool let_through, std::string by, std::string reason);
    runtime::audit_row audit_of(const request& what, std::string verb) const;
    /// Moved or settled by another decision since it was handed on: what was read then must not be written back.
    static bool is_overtaken(const std::vector<runtime::timer_row>& stored, const runtime::timer_row& due);

    request request_for(const runtime::event_record& stored) const;
    /// What a decision is made by now, without the guard's counts; valid as long as `rules`.
    workflows::decide_context context_in(const rule_book& rules) const;
    void take_up(request what);
    void enqueue(request what);
    void decide_next();
    /// Trying again cannot help; a broken journal ends the process.
    bool is_final(const error& failed);
    boost::asio::awaitable<void> run(request what);
    runtime::awaitable_result<std::string> decide(request what);
    /// What is stored of the event, or of its person, cannot be read: quarantined with an alarm, so that it holds up
    /// nobody else. A timer's event keeps its decision, and the timer stays armed: the next start tries it again.
    runtime::awaitable_result<std::string> set_aside(const request& what, const error& why);
    struct guarded_counts
    {
        workflows::guard_counts counts;
        std::vector<runtime::hold_row> open; ///< holds of this guard that wait for somebody
    };
    /// Under the lock of those who count and begin.
    runtime::awaitable_result<guarded_counts> count_for_guard(const rule_book& rules, bool leaves, bool released);
    /// The event was called off meanwhile.
    runtime::awaitable_result<std::string> settle_needless(const request& what, std::string decision);
    runtime::awaitable_result<std::string> decide_locked(const request& what, const runtime::event_record& stored,
                                                         const workflows::canonical_event& meant);
    /// The timer of a drift watch: one look, and what follows from it.
    runtime::awaitable_result<std::string> watch(const request& what, const runtime::event_record& stored);
    runtime::awaitable_result<std::string> end_watch(const request& what, const runtime::event_record& stored,
                                                     const workflows::known_event& closed_for, std::string why);
    /// Null when there is nothing to look at. Errors: unavailable (later again), forbidden (for good).
    runtime::awaitable_result<engine::value> seen_now(const workflows::closing_run& closing,
                                                      const loaded_person& person,
                                                      const workflows::known_event& closed_for, std::string account);
    runtime::awaitable_result<std::string> carry_out(request what);
    runtime::awaitable_result<std::string> discard_locked(const request& what, const runtime::event_record& stored);
    runtime::awaitable_result<runtime::hold_row> close_hold(hold_id id, bool let_through, std::string by,
                                                            std::string reason);
    runtime::awaitable_result<void> recover_holds();
    runtime::awaitable_result<found_person> find(const request& what, const workflows::canonical_event& meant);
    runtime::awaitable_result<found_person> correlate(const request& what, const workflows::canonical_event& meant);
    runtime::awaitable_result<found_person> by_account(const workflows::canonical_event& meant,
                                                       workflows::okta_candidate account, std::string manager,
                                                       std::optional<time_point> asked_at);
    runtime::awaitable_result<std::string> park(const request& what, const workflows::canonical_event& meant,
                                                const workflows::park_identity& why);
    using accounts_or_failure = std::variant<std::vector<workflows::okta_candidate>, engine::attempt_failed>;
    /// Further accounts of somebody whose access ends now.
    boost::asio::awaitable<accounts_or_failure> further_accounts(const workflows::canonical_event& meant,
                                                                 const loaded_person& person);
    /// Beside the leaver, which waits for none of it. What a restart cuts off, the drift watch finds.
    boost::asio::awaitable<void> contain_further(workflows::canonical_event meant, person_key subject);
    /// The person known by this account, or a new record.
    runtime::awaitable_result<loaded_person> owner_of(const workflows::okta_candidate& account);
    struct containment
    {
        std::vector<std::string> begun;   ///< accounts for which a run begins
        std::vector<std::string> foreign; ///< known here as somebody else's: not touched
        bool nothing_new() const { return begun.empty() && foreign.empty(); }
    };
    /// Adds a run for each account that has none for this event yet.
    runtime::awaitable_result<containment> contain(const workflows::canonical_event& meant,
                                                   const std::vector<workflows::okta_candidate>& accounts,
                                                   written_decision& into);
    /// The timer of a parked end; a replay finds the same one.
    runtime::timer_row end_timer(const event_key& key, time_point at, std::string state) const;
    /// Another event that waits as well rescinds or corrects this one.
    runtime::awaitable_result<bool> is_taken_back(const workflows::canonical_event& meant);
    /// `counting` is to be held until it is committed.
    runtime::awaitable_result<void> contain_parked(const request& what, const workflows::canonical_event& meant,
                                                   const workflows::park_identity& why, keyed_locks::holder& counting,
                                                   written_decision& into);
    void tell_of_further_accounts(const workflows::canonical_event& meant, const containment& done,
                                  const person_key& subject, written_decision& into);
    /// Somebody must look; one for each cause and event. `subject` is empty where it is not known who.
    runtime::alarm_row alarm_about(const workflows::canonical_event& meant, const person_key& subject,
                                   std::string_view cause, std::string message) const;
    void tell_that_accounts_are_unknown(const workflows::canonical_event& meant, const person_key& subject,
                                        const engine::attempt_failed& why, written_decision& into);
    runtime::awaitable_result<std::string> commit(written_decision written, std::string decision);

    conductor_ports ports_;
    runtime::timer_service* timers_ = nullptr;
    keyed_locks locks_;
    leaver_guard guard_;
    std::map<std::pair<runtime::priority, std::uint64_t>, request> waiting_; ///< by urgency, then arrival
    std::uint64_t arrivals_ = 0;
    int deciding_ = 0, undecided_ = 0;
    std::shared_ptr<bool> alive_;
};

} // namespace jmld::daemon
