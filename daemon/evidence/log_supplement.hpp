// What Okta's System Log says of a run, as a further record of the chain that names the run's own by its hash: whether
// a run gets one, when the log is asked, and what is written. Pure; daemon/people/log_watch asks and commits.
#pragma once

#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"
#include "engine/value.hpp"
#include "workflows/people/policy.hpp"

#include <optional>
#include <string>

namespace jmld::daemon {

inline constexpr std::string_view timer_kind_system_log = "system_log";
inline constexpr std::string_view evidence_kind_system_log = "system_log";

/// The timer of the first question: a run has ended that took something away in Okta, and the policy wants it. Nothing
/// otherwise.
std::optional<runtime::timer_row> log_timer(const runtime::run_change& change, const workflows::policy& rules,
                                            time_point now, random_source& random);

/// When to ask again, after an answer in which entries are missing, or after none: the time since the end doubles, by
/// an hour at most. Nothing when there was time enough: the log had a day to answer, and to fill itself three
/// questions.
std::optional<time_point> ask_again_at(time_point ended_at, time_point now, duration first, bool answered);

bool is_supplement(const engine::value& shown);

struct log_answer
{
    time_point asked_at{};
    engine::value log; ///< list of entries as Okta wrote them; null = not answered
    std::string why;   ///< it was not
};
/// The supplement of `record` (as shown, with its content). Its id is that of the record, and `.log`.
runtime::evidence_row supplement_of(const engine::value& record, const person_key& subject, const log_answer& answer);
/// Changes of the run without an entry in it.
bool lacks_entries(const engine::value& record, const engine::value& log);

} // namespace jmld::daemon
