// What must be durable, named by intent: accept events, commit what a decision or a step changed, and read it back. It
// knows no SQL; store/ implements it twice (memory, SQLite) under one contract suite
// (tests/contract/journal_suite.hpp).
#pragma once

#include "engine/ids.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jmld::runtime {

template <class T> using awaitable_result = boost::asio::awaitable<result<T>>;

// Personal data stands only in `payload` bytes: the store keeps them in the one table payload(id, subject, bytes) and
// puts the reference and the SHA-256 in the row. Every other text here must be free of personal data.
struct payload
{
    std::string bytes;
    friend bool operator==(const payload&, const payload&) = default;
};

// ---- events
// ------------------------------------------------------------------------------------------------------------

struct event_record
{
    event_key key;
    std::string type; ///< canonical type (`worker.hired`), or what the sender called it when not handled
    time_point received_at{};
    std::optional<time_point> entered_at;
    std::string process_id; ///< of the business process; empty when not said
    std::string action;     ///< complete, correct, rescind; empty when not said
    std::string corrects;   ///< process id or event id named
    std::string rescinds;
    person_key person; ///< empty until correlated
    std::string
        details; ///< JSON without personal data: effective{date,zone,at}, candidates, manager_candidates, resolved…
    std::string decision; ///< closed list of contract-jml; empty = not decided yet
    std::string reason;   ///< in words, without personal data
    std::string by;       ///< event id or run id
    run_id run;
    std::string identity_sha256; ///< hex; what "same body" compares
    payload body;                ///< raw bytes as received
    payload headers;             ///< JSON map of the headers kept for a replay, no signatures
    payload canonical;           ///< encoded canonical event; empty when the mapping could not read it
};

struct delivery_record
{
    event_key event;
    std::string webhook_id; ///< empty when the sender has none
    time_point at{};
    int http_status = 202;
    std::string status; ///< accepted, duplicate, conflict, quarantined, ignored
    std::string body_sha256;
};

/// One event of a request with the delivery that brought it.
struct incoming_event
{
    event_record event;
    delivery_record delivery;
};

enum class acceptance : std::uint8_t { accepted, duplicate, conflict };

struct accept_answer
{
    acceptance what = acceptance::accepted;
    std::string decision; ///< of the event as stored (a redelivered quarantined event is `quarantined`)
};

/// What a decision changes on an event row; unset fields stay.
struct event_update
{
    event_key key;
    std::optional<person_key> person;
    std::optional<std::string> decision, reason, by, details;
    std::optional<run_id> run;
    std::optional<payload> canonical;
    std::optional<std::string> type, process_id, action, corrects, rescinds; ///< as a mended mapping reads them
    std::optional<time_point> entered_at;
};

// ---- runs
// --------------------------------------------------------------------------------------------------------------

struct stored_fact
{
    std::uint64_t seq = 0; ///< 1, 2, 3 … within the run; given by the engine, checked by the store
    std::string kind;      ///< `step_succeeded`
    int version = 1;
    time_point at{};
    std::string text;              ///< JSON without personal data
    std::vector<payload> payloads; ///< in slot order
    friend bool operator==(const stored_fact&, const stored_fact&) = default;
};

/// The row lists and filters read; derived from the facts in the same commit, never the truth itself.
struct run_row
{
    run_id id;
    std::string workflow;
    std::string definition_sha256;
    std::string direction;
    std::string state;
    person_key subject;
    event_key event; ///< empty when started by hand
    int priority = 3;
    time_point created_at{};
    std::optional<time_point> started_at, ended_at;
    std::string superseded_by;
    std::string step_states; ///< distinct states of its steps, space separated, for the filter step_state
    std::string error;       ///< failure kind of the step that stopped it; empty
    int attempts_max = 0;    ///< highest attempt number of any step
    std::optional<time_point> next_attempt_at;
    std::uint64_t last_seq = 0;
    bool open = true; ///< not ended
    friend bool operator==(const run_row&, const run_row&) = default;
};

struct run_append
{
    run_row row; ///< after these facts
    std::vector<stored_fact>
        facts; ///< first seq must be the stored last_seq + 1, else the whole commit is errc::conflict
};

// ---- timers, people, alarms, holds, audit
// ------------------------------------------------------------------------------

struct timer_row
{
    timer_id id;
    std::string kind; ///< pre_hire start end retry verify drift delete approval
    time_point at{};
    std::string state = "armed"; ///< armed fired cancelled
    person_key subject;
    event_key event;       ///< whose timer; empty for a run's
    run_id run;            ///< empty for an event's
    std::string step;      ///< of the run; empty
    std::string rule_date; ///< the date that made it; empty
    std::string rule_zone;
    int priority = 3; ///< who goes first among the overdue
    friend bool operator==(const timer_row&, const timer_row&) = default;
};

struct person_row
{
    person_key key;
    std::uint64_t version =
        0; ///< as read; a commit with another stored version is errc::conflict; stored as version + 1
    std::vector<std::string> identities; ///< hex digests of strong keys (`identity_digest`); unique over all people
    payload record; ///< encoded people record (workflows/people); empty: erased with all payloads of their rows
};

struct alarm_row
{
    alarm_id id;
    std::string cause; ///< key of "one alarm for one cause": a second one only raises `count`
    std::string kind;  ///< closed list of contract-jml
    time_point at{};
    std::string message; ///< without personal data
    person_key subject;
    run_id run;
    event_key event;
    int count = 1;
};

struct hold_row
{
    hold_id id;
    std::string guard;
    std::string state = "held"; ///< held released rejected
    std::string reason;
    time_point since{};
    std::vector<event_key> events;
    std::string decided; ///< JSON {by, reason, at}; empty
};

struct audit_row
{
    time_point at{};
    std::string principal, action, object; ///< no personal data
    std::string reason;                    ///< a person's own words: kept as a payload, its digest in the row
};

/// As stored: a chain, each row's hash over itself and the hash before it (audit_chain.hpp).
struct audit_record
{
    std::uint64_t seq = 0; ///< 1, 2, 3 … in order of commit
    audit_row row;
    std::string reason_sha256;
    std::string previous_hash, hash; ///< hex; both empty in a row older than the chain
};

/// What one ended run is proved with; each stands behind the one before it (evidence_chain.hpp).
struct evidence_row
{
    std::string id; ///< `evd_…`
    run_id run;
    person_key subject; ///< what an erasure goes by
    time_point at{};    ///< when the run ended
    std::string facts;  ///< JSON without personal data
    payload content;    ///< JSON: everything else; empty once it is erased
};

struct evidence_record
{
    std::uint64_t seq = 0; ///< 1, 2, 3 … in order of commit
    evidence_row row;
    std::string content_sha256, previous_hash, hash; ///< hex
};

/// What was answered to a mutation that came with an Idempotency-Key. One that is written again replaces the former.
struct kept_answer
{
    std::string principal;
    std::string key_sha256, request_sha256; ///< hex; the key itself is the client's text and is not kept
    time_point at{};                        ///< of writing: those kept until then are forgotten with the same commit
    time_point kept_until{};
    payload answer; ///< empty: begun, and nobody knows how it ended
};

/// What operators set and a restart must not undo.
struct setting_row
{
    std::string name, content;
};

struct definition_text
{
    std::string sha256; ///< hex of `text`
    std::string name;
    std::string text;
};

/// Everything in it commits together, or nothing does.
struct transaction
{
    std::vector<event_record>
        new_events; ///< made by the daemon itself (a contract's end); insert, conflict on the key is an error
    std::vector<event_update> events;
    std::vector<run_append> runs;
    std::vector<timer_row> timers;  ///< insert or replace by id
    std::vector<person_row> people; ///< insert or replace by key
    std::vector<alarm_row> alarms;  ///< by cause: insert, or raise count
    std::vector<hold_row> holds;    ///< insert or replace by id
    std::vector<audit_row> audit;
    std::vector<evidence_row> evidence;
    std::vector<definition_text> definitions; ///< insert if absent
    std::vector<kept_answer> answers;         ///< insert or replace by principal and key
    std::vector<setting_row> settings;        ///< insert or replace by name

    bool empty() const;
    void add(transaction more); ///< appends everything of `more`
};

// ---- reading
// -----------------------------------------------------------------------------------------------------------

struct run_query
{
    std::string state, workflow, step_state, error; ///< empty = any
    person_key subject;
    std::string event_id;
    std::optional<int> attempt_gte;
    std::optional<time_point> next_attempt_before, since, until; ///< since ≤ created_at < until
    std::string after;                                           ///< run id: only older ones (newest first)
    int limit = 50;
    bool open_only = false;
};

struct event_query
{
    std::string source, type, decision, id;
    person_key person;
    std::string after; ///< opaque: `SOURCE~ID` of the last one seen (newest first)
    int limit = 50;
    bool undecided_only = false;
};

struct evidence_query
{
    run_id run;                             ///< empty = any
    std::optional<std::uint64_t> before;    ///< only seq < this
    std::optional<time_point> since, until; ///< since ≤ at < until
    int limit = 50;
};

struct journal_counts
{
    std::vector<std::pair<std::string, std::int64_t>> runs_by_state;      ///< sorted by state
    std::vector<std::pair<std::string, std::int64_t>> events_by_decision; ///< "" = undecided
    std::optional<time_point> oldest_waiting;                             ///< created_at of the oldest open run
    std::int64_t armed_timers = 0;
};

struct journal_health
{
    bool writable = true; ///< false after FULL/BUSY/NOMEM until a commit works again
    std::string detail;   ///< why not
    std::string version;  ///< sqlite3_libversion(), or "memory"
    std::uint64_t commits = 0;
    double last_batch = 0;       ///< requests in the last commit
    std::uint64_t queued = 0;    ///< writing calls that wait for the writer
    std::uint64_t log_bytes = 0; ///< of the write-ahead log as of the last commit
};

struct person_past
{
    std::optional<person_row> row;    ///< none for nobody
    std::vector<event_record> events; ///< newest first
    std::vector<run_row> runs;        ///< newest first
    std::vector<timer_row> timers;    ///< any state, earliest first
};

/// All calls from the event loop's thread; completions arrive there. Writing calls complete after COMMIT.
/// Errors of writing calls: overloaded (disk full, queue full: nothing kept, later may help), conflict (a sequence or
/// version did not fit: nothing kept), invalid_input (a word outside its closed list), too_large, storage_failed (I/O
/// error or failed fsync: the process must end), corrupt, cancelled (closing). Only `overloaded` may be tried again.
/// Errors of reading calls: unavailable, corrupt, not_found where one thing is asked for. `corrupt` is said of one row
/// too; a list of events has such a row without its payloads, so that one does not hide the others.
class journal
{
public:
    virtual ~journal() = default;

    /// All or nothing: with one conflict among them no event is stored, only the deliveries and an alarm
    /// `event_id_conflict`. A known id with the same identity is a duplicate; also a webhook id accepted before with
    /// another body is a conflict. With a conflict every event that was not known before is answered `conflict`, since
    /// nothing of it was kept.
    virtual awaitable_result<std::vector<accept_answer>> accept(std::vector<incoming_event> batch) = 0;
    virtual awaitable_result<void> commit(transaction work) = 0;

    virtual awaitable_result<event_record> event(event_key key) = 0;
    virtual awaitable_result<std::vector<event_record>> events(event_query query) = 0;
    /// Without decision, oldest first.
    virtual awaitable_result<std::vector<event_record>> undecided_events(int limit) = 0;
    virtual awaitable_result<std::vector<delivery_record>> deliveries(event_key key) = 0;

    virtual awaitable_result<run_row> run(run_id id) = 0;
    virtual awaitable_result<std::vector<run_row>> runs(run_query query) = 0;
    /// Facts with seq > after, in order; empty for a run that is not known.
    virtual awaitable_result<std::vector<stored_fact>> history(run_id id, std::uint64_t after = 0) = 0;

    /// Armed and due by `until`: by priority, then time.
    virtual awaitable_result<std::vector<timer_row>> due_timers(time_point until, int limit) = 0;
    virtual awaitable_result<std::optional<time_point>> next_timer() = 0;
    /// Every timer of a person, or of a run when `subject` is empty; any state.
    virtual awaitable_result<std::vector<timer_row>> timers(person_key subject, run_id run) = 0;

    virtual awaitable_result<person_row> person(person_key key) = 0;
    /// Everything known of a person, as of one instant; at most `each_max` of each kind, nothing for nobody.
    virtual awaitable_result<person_past> past_of(person_key key, int each_max) = 0;
    /// The person that has one of these identities; not_found when none, conflict when they belong to different people.
    virtual awaitable_result<person_row> find_person(std::vector<std::string> identities) = 0;

    virtual awaitable_result<definition_text> definition(std::string sha256) = 0;
    /// Newest first.
    virtual awaitable_result<std::vector<alarm_row>> alarms(int limit) = 0;
    /// Of one state (empty = any), oldest first.
    virtual awaitable_result<std::vector<hold_row>> holds(std::string state) = 0;
    virtual awaitable_result<journal_counts> counts() = 0;
    /// Newest first, with seq < `before` when it is given.
    virtual awaitable_result<std::vector<audit_record>> audit(std::optional<std::uint64_t> before, int limit) = 0;
    /// Newest first.
    virtual awaitable_result<std::vector<evidence_record>> evidence(evidence_query query) = 0;
    /// Errors: not_found.
    virtual awaitable_result<kept_answer> answer_to(std::string principal, std::string key_sha256) = 0;
    /// Empty when it was never set.
    virtual awaitable_result<std::string> setting(std::string name) = 0;

    /// A consistent copy of everything into a new file, while work goes on. Errors: conflict (the file is there, or a
    /// copy is being made), invalid_input (it cannot be made there, or this journal has no file), overloaded,
    /// cancelled.
    virtual awaitable_result<void> back_up(std::string file) = 0;
    virtual journal_health health() const = 0;

    /// Finishes what was queued, checkpoints and closes; later calls fail with cancelled.
    virtual boost::asio::awaitable<void> close() = 0;
};

} // namespace jmld::runtime
