// Reading the policy: every key is known or a mistake, every value is typed, what is left out has the shipped default.
#include "workflows/people/policy.hpp"

#include "workflows/events/document.hpp"
#include "workflows/people/dates.hpp"
#include "workflows/people/roots.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using config::yaml::node;
using engine::value;
using engine::value_list;
using engine::expression::shape;

shape pattern_roots() { return shape::closed({{"person", worker_shape()}}); }

void read_login(document& file, const node& map, login_policy& into)
{
    if (!file.expect_map(map, "'login'", {"pattern", "collision", "rename_on_name_change"}))
        return;
    if (const auto* pattern = map.find("pattern"))
        if (auto compiled = file.content(*pattern, pattern_roots())) {
            into.pattern = pattern->text;
            into.compiled = std::move(*compiled);
        }
    if (const auto* collision = map.find("collision")) {
        if (collision->text == "park")
            into.collision = login_collision::park;
        else if (collision->text != "number")
            file.refuse(*collision, "'collision' must be number or park");
    }
    if (const auto* rename = map.find("rename_on_name_change"))
        into.rename_on_name_change = file.flag(*rename, "'rename_on_name_change'").value_or(false);
}

void read_guard(document& file, const node& map, guard_policy& into)
{
    if (!file.expect_map(map, "'guard'", {"window", "max_leavers", "max_percent", "max_group_removals"}))
        return;
    if (const auto* window = map.find("window"))
        into.window = file.length_of_time(*window, "'window'").value_or(into.window);
    if (const auto* most = map.find("max_leavers"))
        into.max_leavers =
            static_cast<int>(file.integer(*most, "'max_leavers'", 0, 1'000'000).value_or(into.max_leavers));
    if (const auto* percent = map.find("max_percent"))
        into.max_percent = file.number(*percent, "'max_percent'", 0, 100).value_or(into.max_percent);
    if (const auto* most = map.find("max_group_removals"))
        if (const auto said = file.integer(*most, "'max_group_removals'", 0, 1'000'000))
            into.max_group_removals = static_cast<int>(*said);
}

void read_verify(document& file, const node& map, verify_policy& into)
{
    if (!file.expect_map(map, "'verify'", {"clean_reads", "apart", "drift_watch", "drift_every", "system_log"}))
        return;
    if (const auto* reads = map.find("clean_reads"))
        into.clean_reads = static_cast<int>(file.integer(*reads, "'clean_reads'", 1, 10).value_or(into.clean_reads));
    if (const auto* apart = map.find("apart"))
        into.apart = file.length_of_time(*apart, "'apart'").value_or(into.apart);
    if (const auto* watch = map.find("drift_watch"))
        into.drift_watch = file.length_of_time(*watch, "'drift_watch'").value_or(into.drift_watch);
    if (const auto* every = map.find("drift_every"))
        into.drift_every = file.length_of_time(*every, "'drift_every'").value_or(into.drift_every);
    if (const auto* after = map.find("system_log"); after != nullptr && after->text != "never")
        into.system_log = file.length_of_time(*after, "'system_log' (or never)");
}

void read_retention(document& file, const node& map, std::optional<duration>& delete_after)
{
    if (!file.expect_map(map, "'retention'", {"delete_after"}))
        return;
    if (const auto* after = map.find("delete_after"); after != nullptr && after->text != "never")
        delete_after = file.length_of_time(*after, "'delete_after' (or never)");
}

std::optional<override_word> read_override(document& file, const node& item)
{
    if (!file.expect_map(item, "an override", {"person", "until", "by", "reason"}))
        return std::nullopt;
    override_word word;
    for (const auto& [key, into] : {std::pair{"person", &word.person}, {"by", &word.by}, {"reason", &word.reason}}) {
        const auto* said = item.find(key);
        if (said == nullptr || said->text.empty())
            file.refuse(item, std::string("an override says '") + key + "'");
        else
            *into = said->text;
    }
    const auto* until = item.find("until");
    const auto at = until == nullptr ? std::nullopt : parse_rfc3339(until->text);
    if (!at)
        file.refuse(until == nullptr ? item : *until, "'until' must be an instant, for example 2027-03-01T18:00:00Z");
    else
        word.until = *at;
    return word;
}

void read_overrides(document& file, const node& list, std::vector<override_word>& into)
{
    if (!list.is_list()) {
        file.refuse(list, "'overrides' must be a list of {person, until, by, reason}");
        return;
    }
    for (const auto& item : list.items)
        if (auto word = read_override(file, item))
            into.push_back(std::move(*word));
}

void read_last_day(document& file, const node& scalar, last_day_rule& into)
{
    for (const auto choice : {last_day_rule::earlier, last_day_rule::termination_date, last_day_rule::last_day_of_work})
        if (scalar.text == to_text(choice)) {
            into = choice;
            return;
        }
    file.refuse(scalar, "'last_day' must be earlier, termination_date or last_day_of_work");
}

void read_zone(document& file, const node& scalar, std::string& into)
{
    const auto said = file.text(scalar, "'company_time_zone'");
    if (said && is_known_zone(*said))
        into = *said;
    else if (said)
        file.refuse(scalar, "'company_time_zone' must be a zone of the tz database, for example Europe/Berlin");
}

policy read_keys(document& file, const node& map)
{
    policy rules = default_policy();
    const std::vector<std::string> known{
        "login",          "pre_hire",  "last_day",           "urgent_reasons",   "guard",
        "verify",         "retention", "company_time_zone",  "protected",        "legal_hold",
        "not_for_rehire", "overrides", "no_reuse_of_logins", "fallback_manager", "approval_required"};
    if (!file.expect_map(map, "'policy'", known))
        return rules;
    if (const auto* login = map.find("login"))
        read_login(file, *login, rules.login);
    if (const auto* before = map.find("pre_hire")) {
        rules.pre_hire = file.length_of_time(*before, "'pre_hire'").value_or(rules.pre_hire);
        // A date moves by days of the calendar; hours before a date would be somebody's, but whose?
        if (rules.pre_hire % std::chrono::days{1} != duration{0})
            file.refuse(*before, "'pre_hire' must be whole days: 0d, 7d");
    }
    if (const auto* last = map.find("last_day"))
        read_last_day(file, *last, rules.last_day);
    if (const auto* urgent = map.find("urgent_reasons"))
        rules.urgent_reasons = file.texts(*urgent, "'urgent_reasons'").value_or(std::vector<std::string>{});
    if (const auto* guard = map.find("guard"))
        read_guard(file, *guard, rules.guard);
    if (const auto* verify = map.find("verify"))
        read_verify(file, *verify, rules.verify);
    if (const auto* retention = map.find("retention"))
        read_retention(file, *retention, rules.delete_after);
    if (const auto* zone = map.find("company_time_zone"))
        read_zone(file, *zone, rules.company_time_zone);
    if (const auto* reuse = map.find("no_reuse_of_logins"))
        rules.no_reuse_of_logins = file.flag(*reuse, "'no_reuse_of_logins'").value_or(true);
    if (const auto* above = map.find("fallback_manager"))
        rules.fallback_manager = file.text(*above, "'fallback_manager'").value_or(std::string());
    for (const auto& [key, into] : {std::pair{"protected", &rules.protected_people},
                                    {"legal_hold", &rules.legal_hold},
                                    {"not_for_rehire", &rules.not_for_rehire}})
        if (const auto* people = map.find(key))
            *into = file.texts(*people, "'" + std::string(key) + "'").value_or(std::vector<std::string>{});
    if (const auto* words = map.find("overrides"))
        read_overrides(file, *words, rules.overrides);
    if (const auto* approval = map.find("approval_required"))
        rules.approval_required = file.texts(*approval, "'approval_required'").value_or(std::vector<std::string>{});
    return rules;
}

value texts(const std::vector<std::string>& names)
{
    value_list list;
    for (const auto& name : names)
        list.emplace_back(name);
    return value(std::move(list));
}

} // namespace

std::string_view to_text(login_collision choice) { return choice == login_collision::park ? "park" : "number"; }

std::string_view to_text(last_day_rule choice)
{
    switch (choice) {
    case last_day_rule::earlier:
        return "earlier";
    case last_day_rule::termination_date:
        return "termination_date";
    case last_day_rule::last_day_of_work:
        return "last_day_of_work";
    }
    return "earlier";
}

bool policy::is_urgent_reason(std::string_view reason_id) const
{
    return std::find(urgent_reasons.begin(), urgent_reasons.end(), reason_id) != urgent_reasons.end();
}

policy default_policy()
{
    policy rules;
    // The shipped pattern is ours: that it compiles is held by a test, and an empty template would give an empty login.
    if (auto compiled = engine::expression::compile_text(rules.login.pattern, pattern_roots()))
        rules.login.compiled = std::move(*compiled);
    return rules;
}

std::expected<policy, std::vector<std::string>> read_policy(std::string_view file_name, std::string_view text,
                                                            int first_line)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return default_policy();
    // Line numbers of messages are those of the whole file, so the lines before it are kept as empty ones.
    const std::string padded =
        std::string(static_cast<std::size_t>(std::max(first_line - 1, 0)), '\n') + std::string(text);
    document file(file_name, padded);
    const auto root = file.parse();
    policy rules = default_policy();
    if (root && root->what != node::kind::null)
        rules = read_keys(file, *root);
    if (!file.good())
        return std::unexpected(std::move(file).messages());
    if (!rules.approval_required.empty())
        rules.warnings.push_back(
            "policy.approval_required is read but only workflows with core.approval ask for approvals");
    return rules;
}

value to_value(const policy& rules)
{
    return value::map({
        {"login", value::map({{"pattern", rules.login.pattern},
                              {"collision", to_text(rules.login.collision)},
                              {"rename_on_name_change", rules.login.rename_on_name_change}})},
        {"pre_hire", rules.pre_hire},
        {"last_day", to_text(rules.last_day)},
        {"urgent_reasons", texts(rules.urgent_reasons)},
        {"guard", value::map({{"window", rules.guard.window},
                              {"max_leavers", rules.guard.max_leavers},
                              {"max_percent", rules.guard.max_percent}})},
        {"verify", value::map({{"clean_reads", rules.verify.clean_reads},
                               {"apart", rules.verify.apart},
                               {"drift_watch", rules.verify.drift_watch},
                               {"drift_every", rules.verify.drift_every}})},
        {"retention", value::map({{"delete_after", rules.delete_after ? value(*rules.delete_after) : value("never")}})},
        {"company_time_zone", rules.company_time_zone},
        {"no_reuse_of_logins", rules.no_reuse_of_logins},
        {"fallback_manager", rules.fallback_manager},
        {"protected", texts(rules.protected_people)},
        {"approval_required", texts(rules.approval_required)},
    });
}

} // namespace jmld::workflows
