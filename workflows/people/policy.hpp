// The policy: who is called what, which day closes access, when a guard stops a batch. Typed, with the shipped
// defaults; it decides nothing itself and holds no secret.
#pragma once

#include "engine/expression/expression.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows {

enum class login_collision : std::uint8_t { number, park };
enum class last_day_rule : std::uint8_t { earlier, termination_date, last_day_of_work };
std::string_view to_text(login_collision choice);
std::string_view to_text(last_day_rule choice);

struct login_policy
{
    std::string pattern = "${{ person.given_name }}.${{ person.family_name }}@example.com";
    engine::expression::value_template compiled; ///< of `pattern`; its root is `person`
    login_collision collision = login_collision::number;
    bool rename_on_name_change = false;
};
struct guard_policy
{
    duration window{3'600'000};
    int max_leavers = 10;
    double max_percent = 2;
    std::optional<int> max_group_removals; ///< people who may lose groups by a move within the window; absent = any
};
struct verify_policy
{
    int clean_reads = 2;
    duration apart{30'000};
    duration drift_watch{86'400'000}; ///< zero = nothing looks on
    duration drift_every{1'800'000};  ///< the longest pause between two looks of it
    /// So long after a run that took access Okta's System Log is asked for its calls; absent = never.
    std::optional<duration> system_log;
};

/// A person's word against HR's about one person, for some time.
struct override_word
{
    std::string person; ///< worker id, universal id or login
    time_point until{}; ///< no event closes the account before
    std::string by, reason;
};

struct policy
{
    login_policy login;
    duration pre_hire{7 * 86'400'000LL};
    last_day_rule last_day = last_day_rule::earlier;
    std::vector<std::string> urgent_reasons;
    guard_policy guard;
    verify_policy verify;
    std::optional<duration> delete_after; ///< retention; absent = never
    std::string company_time_zone;        ///< empty = UTC
    bool no_reuse_of_logins = true;
    std::string fallback_manager; ///< to whom people report when nobody above who left is active; empty = nobody
    std::vector<std::string>
        protected_people;                ///< worker ids, universal ids or logins that no event closes without a person
    std::vector<std::string> legal_hold; ///< the same words: closed without destroying anything
    std::vector<std::string> not_for_rehire; ///< the same words: a hire of them waits for a person
    std::vector<override_word> overrides;
    std::vector<std::string> approval_required;
    std::vector<std::string> warnings; ///< ready to print

    bool is_urgent_reason(std::string_view reason_id) const;
};

/// The shipped defaults.
policy default_policy();

/// `text` is the `policy:` node alone (empty = all defaults); `first_line` is where it begins in `file`, for messages.
/// All problems at once, each ready to print.
std::expected<policy, std::vector<std::string>> read_policy(std::string_view file, std::string_view text,
                                                            int first_line = 1);

/// As expressions see it under `policy`: `policy.pre_hire` is a duration, `policy.last_day` a text, …
engine::value to_value(const policy& rules);

} // namespace jmld::workflows
