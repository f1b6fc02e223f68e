// What the engine knows of an action: its description (from its connector's table) and how an attempt can end. It knows
// no connector; engine/runtime/action_port.hpp is the door through which attempts leave.
#pragma once

#include "engine/time.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jmld::engine {

/// The closed list of ways to fail (engine.md §2). Retry looks at this and the policy only.
enum class failure_kind : std::uint8_t {
    rate_limited,    ///< told to wait; never spends an attempt
    unavailable,     ///< refused, 5xx: certainly or probably no effect; worth another try
    timeout,         ///< no answer in time and certainly not sent (else unknown_outcome)
    conflict,        ///< somebody else is changing it, or it is still being set up; worth another try
    not_found,       ///< what the call needs does not exist
    already_exists,  ///< taken by something that is not ours
    invalid,         ///< refused for its content; repeating cannot help
    unauthorized,    ///< our credential is not accepted
    forbidden,       ///< our credential may not do this, or policy of the organisation forbids it
    unknown_outcome, ///< it may have taken effect: a probe must look
    cancelled,       ///< stopped by us before it left
};
std::string_view to_text(failure_kind kind);
std::optional<failure_kind> parse_failure_kind(std::string_view text);
/// Worth another attempt by itself: rate_limited, unavailable, timeout, conflict (and unknown_outcome after its probe).
bool is_transient(failure_kind kind);

/// Facts §2: what repeating a call does.
enum class repeatability : std::uint8_t { idempotent, converges, read_first, side_effect };
/// What a call does to a person's access; a revoke workflow holds no `grants`.
enum class effect_class : std::uint8_t { reads, grants, revokes, changes };

enum class parameter_type : std::uint8_t {
    any,
    boolean,
    integer,
    text,
    list,
    map,
    user,
    group,
    app,
    role,
    factor,
    duration,
    timestamp
};
std::string_view to_text(parameter_type type);

struct parameter_description
{
    std::string name;
    parameter_type type = parameter_type::any;
    bool required = false;
    std::string summary;
    bool secret = false; ///< its content is not shown to people
};

/// One row of a connector's table as the loader, the engine and the manual see it. Lives as long as its catalogue.
struct action_description
{
    std::string name;    ///< `okta.groups.add_user`
    std::string summary; ///< one sentence
    std::vector<parameter_description> parameters;
    std::vector<parameter_description> outputs;
    repeatability repeat = repeatability::idempotent;
    effect_class effect = effect_class::reads;
    bool destructive = false;
    bool has_probe = false;
    bool has_inverse = false;
    std::string no_inverse_reason; ///< said to people when has_inverse is false and the action writes
    std::string scope;             ///< OAuth scope the daemon must hold; empty when none
    std::string bucket;            ///< rate bucket of its main call; empty when none
    std::string tool = {};         ///< its name as a tool of agents; empty when it is none
    std::vector<std::string> tool_aliases = {};
    std::string for_people = {};                                 ///< why no workflow may use it; empty when one may
    std::vector<std::pair<std::string, std::string>> facts = {}; ///< what else people may know: name and sentence

    bool writes() const { return effect != effect_class::reads; }
};

class action_catalogue
{
public:
    virtual ~action_catalogue() = default;
    /// nullptr when there is no such action.
    virtual const action_description* find(std::string_view name) const = 0;
    /// In the order of the table.
    virtual std::vector<const action_description*> all() const = 0;
    /// The row that holds for these parameters, as far as they are literal (a map of those); mostly the same row.
    virtual const action_description* refine(const action_description& row, const value& literals) const
    {
        static_cast<void>(literals);
        return &row;
    }
};

/// What a step acts on, for people and for evidence. `name` may be personal data only for kind "user".
struct action_target
{
    std::string kind; ///< "user", "group", "app", "role", "factor" or empty
    std::string id;
    std::string name;

    friend bool operator==(const action_target&, const action_target&) = default;
};

/// The decisive call of an attempt. status 0 = no answer.
struct call_mark
{
    int status = 0;
    std::string code;       ///< Okta's errorCode, else empty
    std::string request_id; ///< X-Okta-Request-Id, else empty

    friend bool operator==(const call_mark&, const call_mark&) = default;
};

struct attempt_succeeded
{
    value outputs;       ///< map
    bool changed = true; ///< false: the world was already so; never compensated
    value before;        ///< before-image for the inverse; null when nothing was there
    call_mark mark;
    value calls; ///< list of {method, path, status, request_id, at}: every exchange of this attempt
};
struct attempt_failed
{
    failure_kind kind = failure_kind::unavailable;
    std::string detail;                 ///< one sentence for people; may hold personal data, so it is stored as payload
    std::optional<time_point> retry_at; ///< rate_limited: not before; never clipped
    bool outage = false;                ///< nobody gets an answer now: does not spend an attempt
    call_mark mark;
    value calls;
    value before; ///< what was read before the call whose outcome is unknown (for its probe and inverse)
};
/// Neither done nor failed: it must look again, and not before then. The step waits meanwhile and holds no slot, socket
/// or token; the next attempt is handed what this one has seen.
struct attempt_pending
{
    time_point look_again{};
    value progress; ///< for action_request::progress
    std::string detail;
    call_mark mark;
    value calls;
};
using attempt_outcome = std::variant<attempt_succeeded, attempt_failed, attempt_pending>;

enum class probe_verdict : std::uint8_t { done, not_done, cannot_tell };
std::string_view to_text(probe_verdict verdict);

struct probe_settled
{
    probe_verdict verdict = probe_verdict::cannot_tell;
    value outputs; ///< with `done`: what the attempt would have answered
    bool changed = true;
    value before;
    std::string detail;
    call_mark mark;
};
/// A probe can itself fail (attempt_failed): it is then tried again.
using probe_outcome = std::variant<probe_settled, attempt_failed>;

/// How an undo ended well: `conflict` = somebody else changed it since, so it was left as it is.
struct undo_succeeded
{
    bool changed = true;
    bool conflict = false;
    std::string detail;
    call_mark mark;
    value calls;
};
using undo_outcome = std::variant<undo_succeeded, attempt_failed>;

} // namespace jmld::engine
