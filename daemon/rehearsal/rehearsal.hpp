// The whole daemon but its doors, in one process, on one thread, on a virtual clock, against the imitation of Okta and
// a journal in memory: months pass in milliseconds, and the process can die at any commit or call and start again. It
// is for tests and rehearsals.
#pragma once

#include "connectors/okta_sim/organisation.hpp"
#include "daemon/core.hpp"
#include "daemon/rehearsal/sim_transport.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "daemon/webhooks/webhook_handler.hpp"
#include "engine/runtime/clock.hpp"
#include "store/journals.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jmld::daemon {

struct rehearsal_options
{
    time_point start{};
    std::uint64_t seed = 1;
    rule_book_pointer rules;
    source_set_pointer sources;
    core_options core;
    std::shared_ptr<store::memory_store> content{}; ///< what the journal holds already; empty: nothing
};

class rehearsal
{
public:
    explicit rehearsal(rehearsal_options options);
    ~rehearsal();

    okta_sim::organisation& organisation() { return org_; }
    time_point now() const { return now_; }

    /// An event as a source sends it, taken as verified. The answer is the webhook listener's.
    http::response deliver(const std::string& source, const std::string& body, http::header_list headers = {},
                           const std::string& webhook_id = {});
    /// The same, but returns as soon as it is answered: nothing of what follows has happened yet.
    http::response offer(const std::string& source, const std::string& body, http::header_list headers = {});
    /// What an operator sends to the operations API, as `who`, who may do everything. When the process dies before it
    /// answers, he sends it again. Nothing when the answer needs time to pass.
    std::optional<http::response> operate(const std::string& method, const std::string& path, const engine::value& body,
                                          const std::string& who);
    /// Everything that is ready at this instant, until `enough` says so. False: there was nothing more, and it never
    /// did.
    bool settle(const std::function<bool()>& enough);
    /// The process dies now and starts again; what had left takes effect, nobody reads the answers.
    void kill();
    /// When time moves something next; nothing when nothing waits for time.
    std::optional<time_point> next_due();
    /// Nothing is armed, undecided or under way: only a person or a new event moves anything.
    bool idle();
    bool undecided() const;

    /// Lets time pass until `end`, or until nothing is armed or running; restarts the process whenever it has died.
    void run_until(time_point end);
    void run_for(duration length) { run_until(now_ + length); }

    /// The process dies right after the n-th commit of the store in the whole rehearsal; each number once.
    void crash_at_commit(std::uint64_t number) { crash_at_commit_.insert(number); }
    /// The n-th writing call of the journal in the whole rehearsal fails and keeps nothing. `storage_failed` ends the
    /// process, which starts again.
    void fail_write(std::uint64_t number, errc code) { failing_writes_[number] = code; }
    std::uint64_t writes() const { return writes_; }
    /// Somebody sets this machine's clock; Okta's goes on as it was.
    void set_clock(time_point when);
    /// As SIGHUP does; also what the next life begins with.
    void change_rules(rule_book_pointer rules);
    time_point okta_now() const { return now_ + okta_ahead_; }
    /// Called whenever everything that was ready has run, before time moves.
    void observe(std::function<void()> observer) { observer_ = std::move(observer); }
    std::uint64_t commits() const { return commits_; }
    int deaths() const { return static_cast<int>(died_after_.size()); }
    /// Of each death, how many requests had reached Okta before it.
    const std::vector<std::size_t>& died_after() const { return died_after_; }

    /// Any question to the running process; completes before it returns (time does not pass, and no more of what is
    /// ready now happens than it takes).
    template <class T> T ask(std::function<boost::asio::awaitable<T>(core&)> question)
    {
        for (;;) {
            std::optional<T> answer;
            const auto asked = [&](core& work) -> boost::asio::awaitable<void> {
                T given = co_await question(work);
                answer = std::move(given);
            };
            if (carry_out(asked, [&] { return answer.has_value(); }))
                return std::move(*answer);
        }
    }

    /// Something said to the running process that may take its time, or be its last: nobody waits for the end of it
    /// here. The coroutine copies what its closure holds before it first waits.
    void say(std::function<boost::asio::awaitable<void>(core&)> words);

    engine::value run_of(const run_id& id);
    std::vector<engine::value> runs();   ///< oldest first, as /v1/runs/{id}
    std::vector<engine::value> events(); ///< oldest first, as /v1/events/{id}
    std::vector<runtime::alarm_row> alarms();
    std::vector<engine::value> evidence() const; ///< oldest first, as /v1/evidence
    std::vector<runtime::timer_row> timers();    ///< all that ever stood, oldest first

    /// What the journal holds at this very moment, newest first, without the process doing anything meanwhile; only
    /// about this worker id or universal id when it is not empty.
    std::vector<run_id> run_ids(const std::string& worker) const;
    std::vector<event_key> event_keys(const std::string& worker) const;
    std::vector<hold_id> hold_ids(const std::string& worker) const;
    std::vector<runtime::hold_row> holds();
    result<engine::run_state> signal(const run_id& id, engine::operator_signal word);

private:
    struct life;
    void begin_life();
    void end_life();
    void spin();
    void revive();
    bool turn();
    std::optional<http::response> answered(const std::function<boost::asio::awaitable<http::reply>()>& ask);
    /// False: the process died instead, and a new one can be asked.
    bool carry_out(const std::function<boost::asio::awaitable<void>(core&)>& question,
                   const std::function<bool()>& answered);
    void die();

    rehearsal_options options_;
    okta_sim::organisation org_;
    std::shared_ptr<store::memory_store> content_;
    time_point now_;
    duration okta_ahead_{0};
    std::set<std::uint64_t> crash_at_commit_;
    std::map<std::uint64_t, errc> failing_writes_;
    std::function<void()> observer_;
    std::uint64_t commits_ = 0, writes_ = 0;
    std::uint64_t lives_ = 0;
    std::vector<std::size_t> died_after_;
    std::unique_ptr<life> life_;
};

} // namespace jmld::daemon
