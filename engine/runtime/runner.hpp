// Runs in motion: takes each stimulus to the pure engine, commits what it answers, then lets the commands leave. One
// run at a time acts for a person; a run that only waits is not held in memory. It decides nothing that advance() does
// not say.
#pragma once

#include "engine/advance.hpp"
#include "engine/approvals.hpp"
#include "engine/runtime/action_port.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/dispatcher.hpp"
#include "engine/runtime/person_queues.hpp"
#include "engine/runtime/run_storage.hpp"
#include "engine/runtime/subject_port.hpp"
#include "engine/runtime/timer_service.hpp"
#include "engine/runtime/workflow_slots.hpp"
#include "engine/undo_preview.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace jmld::runtime {

struct new_run
{
    run_id id;
    engine::definition_pointer definition;
    person_key subject;
    event_key event; ///< empty when started by hand
    priority urgency = priority::joiner;
    engine::value context; ///< {event, policy, inputs}: what its expressions read
    std::string by;
    std::optional<time_point> begin_at = {}; ///< later than now: the run is scheduled
    run_id instead_of; ///< a run that must give way to this one, also when the process dies in between; may be empty
};

/// What one stimulus changed.
struct run_change
{
    const engine::workflow_definition& definition;
    const engine::run_state& state; ///< after
    const std::vector<engine::fact>& facts;
};

struct runner_ports
{
    boost::asio::any_io_executor executor;
    clock& time;
    random_source& random;
    journal& store;
    action_port& actions;
    const engine::action_catalogue& catalogue;
    subject_port& subjects;
    dispatcher& outbound;
    definition_source& definitions;
    engine::environment around;
    std::function<void(const run_change&, transaction&)>
        before_commit;                                   ///< adds rows that belong to the same commit (alarms)
    std::function<void(const run_change&)> after_commit; ///< metrics, live streams
    std::function<void(const error&)> storage_failed;    ///< the log is broken: the process must end
};

/// Event loop's thread only. Must be destroyed before the clock.
class runner
{
public:
    explicit runner(runner_ports ports);
    ~runner();
    void use(timer_service& timers) { timers_ = &timers; }

    /// The first facts of a new run, for the caller's transaction; admit() its row after the commit. What it made is
    /// kept for that while, so that a run that begins at once is not read back.
    run_append prepare(const new_run& what);
    void admit(const run_row& row);

    /// The end of a run that has not begun, for the caller's transaction; forget() it after the commit.
    /// Errors: conflict when it has begun, and as load_run.
    awaitable_result<run_append> prepare_superseded(run_id id, std::string by);
    void forget(const run_id& id);

    /// It must give way to another run of the same person: it stops before its next call and is not undone.
    void preempt(const run_id& id, const run_id& by);
    /// Its wait ends at another moment now.
    void reschedule_wait(run_id id, engine::wait_rescheduled moved);
    /// An operator's word; answers the state after it. Errors: not_found, conflict (with why it does not apply).
    awaitable_result<engine::run_state> signal(run_id id, engine::operator_signal word);
    void timer_due(timer_row timer);

    // ---- approvals: an operator's word with `approval` set; here are the ways to find them.
    /// Those that wait for a word, newest run first; `after`: only of runs older than this one. Errors: as load_run.
    awaitable_result<std::vector<engine::approval_view>> open_approvals(int limit = 100, run_id after = {});
    /// Errors: not_found (unknown, or decided already), as load_run.
    awaitable_result<engine::approval_view> open_approval(approval_id id);
    /// `word.what` is approve or deny; answers it as it stands after. Errors: not_found, conflict (why it does not
    /// count), forbidden (this person may not decide).
    awaitable_result<engine::approval_view> decide(engine::operator_signal word);

    /// What a rollback would do now: {steps: [{step, action, target, before, calls, conflict, detail, possible}],
    /// staying}. Reads the world and writes nothing. Errors: not_found, conflict, unavailable.
    awaitable_result<engine::value> preview_rollback(run_id id, std::string to_step);

    /// Takes up every open run: who holds which person, what was in flight. Errors: corrupt, unavailable.
    awaitable_result<void> recover();
    /// Nothing new leaves from now on; completes when what is in flight has come back or `grace` is over.
    boost::asio::awaitable<void> drain(duration grace);

    std::size_t in_memory() const { return live_.size(); }
    /// The run as it stands here; nullptr when it is not in memory.
    const engine::run_state* held(const run_id& id) const
    {
        const auto found = live_.find(id);
        return found == live_.end() || !found->second->loaded ? nullptr : &found->second->state;
    }

private:
    static constexpr std::size_t fresh_max = 256;
    static constexpr duration storage_pause{500}; ///< a full disk or queue: the stimulus waits, nothing is lost

    struct delivery
    {
        engine::stimulus what;
        std::optional<timer_row> timer;
        std::function<void(result<engine::run_state>)> answered;
    };
    struct live_run
    {
        run_id id;
        engine::definition_pointer definition;
        engine::run_state state;
        std::deque<delivery> inbox;
        std::map<engine::pending_timer, timer_id> timers; ///< armed in the journal
        bool loaded = false, working = false;
    };
    using live_pointer = std::shared_ptr<live_run>;

    void keep_fresh(engine::definition_pointer definition, engine::run_state state);
    void admit_row(const run_row& row);
    void feed(const run_id& id, delivery what);
    boost::asio::awaitable<void> work(live_pointer run);
    boost::asio::awaitable<bool> load(live_pointer run);
    /// Its history cannot be read: an alarm, and it stands still, so that it holds up no other.
    boost::asio::awaitable<void> set_aside(live_pointer run, error why);
    boost::asio::awaitable<bool> load_timers(live_pointer run);
    boost::asio::awaitable<bool> load_again(live_pointer run, delivery what);
    awaitable_result<void> recover_corrections(std::vector<run_row> queued);
    boost::asio::awaitable<bool> step(live_pointer run, delivery what);
    bool has_room(const live_run& run);
    void settle_places(const live_run& run, const engine::run_state& before);
    awaitable_result<void> may_be_undone(run_id id);
    boost::asio::awaitable<engine::value> preview_one(run_id id, engine::run_state state, engine::planned_undo what);
    action_request request_for(const run_id& id, const engine::run_state& state,
                               const engine::send_undo& command) const;

    // runner_children.cpp
    struct watching
    {
        run_id parent;
        std::string step;
        int attempt = 1;
        bool undoing = false;
    };
    boost::asio::awaitable<void> begin_child(live_pointer parent, engine::watch_child what);
    boost::asio::awaitable<void> undo_child(live_pointer parent, engine::send_undo what);
    awaitable_result<bool> make_child(live_pointer parent, const engine::watch_child& what);
    bool recover_child(const run_row& row);
    void child_ended(const watching& parent, const engine::run_state& child);
    void child_failed(const watching& parent, const error& why);
    void tell_children(const live_run& run);
    void tell(const live_run& parent, const run_id& child, engine::direction dir);
    boost::asio::awaitable<result<void>> commit(const transaction& work);
    void mirror_timers(live_run& run, const engine::run_state& after, const std::optional<timer_row>& fired,
                       time_point now, transaction& work);
    void release(const live_pointer& run, const engine::transition& done);
    template <class Outcome> struct errand;
    template <class Outcome> void dispatch(const live_run& run, errand<Outcome> what);
    template <class Outcome>
    boost::asio::awaitable<void> carry_out(run_id id, std::shared_ptr<const errand<Outcome>> what, bool token_taken);
    void send(const live_pointer& run, const engine::read_subject& command);
    void send(const live_pointer& run, const engine::send_attempt& command);
    void send(const live_pointer& run, const engine::send_probe& command);
    void send(const live_pointer& run, const engine::send_undo& command);
    void send(const live_pointer& run, const engine::watch_child& command);
    void send(const live_pointer& run, const engine::finish& command);
    void start_next(const person_key& person);
    static queued_run as_queued(const run_row& row);
    action_request request_for(const live_run& run, const std::string& step) const;
    std::string bucket_of(const std::string& action) const;
    void refuse_all(live_run& run, const error& why);
    /// Nothing more can be done with it; a broken journal ends the process.
    void give_up(live_run& run, const error& why);

    runner_ports ports_;
    timer_service* timers_ = nullptr;
    person_queues people_;
    workflow_slots slots_;
    std::unordered_map<run_id, watching> children_; ///< by the child
    std::unordered_map<run_id, live_pointer> live_;
    std::unordered_map<run_id, live_pointer> fresh_; ///< prepared, not admitted yet; losing one costs a read
    bool draining_ = false, failed_ = false;
    std::shared_ptr<bool> alive_;
};

} // namespace jmld::runtime
