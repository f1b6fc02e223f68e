// access.yaml: reading the rules, what they give a worker, and whether they know the department. No word of what Okta
// has.
#include "workflows/people/access.hpp"

#include "engine/digest.hpp"
#include "workflows/events/document.hpp"
#include "workflows/people/roots.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using config::yaml::node;
using engine::value;
using engine::expression::shape;

bool reads_department(const engine::expression::program& when)
{
    return std::any_of(when.reads().begin(), when.reads().end(), [](const engine::expression::path& read) {
        // A rule that hands on the whole record reads every field of it.
        return !read.empty() && read[0] == "person" && (read.size() == 1 || read[1] == "department");
    });
}

std::vector<std::string> names(document& file, const node& rule, std::string_view key)
{
    const auto* list = rule.find(key);
    if (list == nullptr || list->what == node::kind::null)
        return {};
    return file.texts(*list, "'" + std::string(key) + "'").value_or(std::vector<std::string>{});
}

std::optional<access_rule> read_rule(document& file, const node& map)
{
    static const shape roots = shape::closed({{"person", worker_shape()}});
    if (!file.expect_map(map, "a rule", {"when", "groups", "apps", "roles"}))
        return std::nullopt;
    const auto* when = map.find("when");
    if (when == nullptr) {
        file.refuse(map.where,
                    "a rule needs 'when': an expression that reads person, for example person.kind == \"employee\"");
        return std::nullopt;
    }
    access_rule rule;
    rule.line = map.where.line;
    rule.said = when->text;
    rule.groups = names(file, map, "groups");
    rule.apps = names(file, map, "apps");
    rule.roles = names(file, map, "roles");
    auto compiled = file.condition(*when, roots);
    if (!compiled)
        return std::nullopt;
    rule.reads_department = reads_department(*compiled);
    rule.when = std::move(*compiled);
    return rule;
}

void read_conflicts(document& file, const node& list, std::vector<std::vector<std::string>>& into)
{
    if (!list.is_list()) {
        file.refuse(list, "'conflicts' must be a list of lists of groups: [[Payments, Orders]]");
        return;
    }
    for (const auto& item : list.items)
        if (auto groups = file.texts(item, "a conflict"))
            into.push_back(std::move(*groups));
}

bool holds(const access_rule& rule, const value& person)
{
    const auto held = engine::expression::evaluate_condition(
        rule.when, [&person](std::string_view root) { return root == "person" ? &person : nullptr; });
    // What was not said satisfies no rule: access is given for what is known, never for what is missing.
    return held && *held;
}

void add(std::vector<std::string>& into, const std::vector<std::string>& more)
{
    for (const auto& name : more)
        if (std::find(into.begin(), into.end(), name) == into.end())
            into.push_back(name);
}

} // namespace

std::expected<access_rules, std::vector<std::string>> read_access(std::string_view file_name, std::string_view text)
{
    document file(file_name, text);
    access_rules read;
    read.sha256 = digest::sha256_hex(text);
    const auto root = file.parse();
    if (root && file.expect_map(*root, "the access rules", {"rules", "conflicts"})) {
        const auto* list = root->find("rules");
        if (list == nullptr || (!list->is_list() && list->what != node::kind::null))
            file.refuse(list == nullptr ? root->where : list->where, "'rules' must be a list of rules");
        else
            for (const auto& item : list->items)
                if (auto rule = read_rule(file, item))
                    read.rules.push_back(std::move(*rule));
        if (const auto* conflicts = root->find("conflicts"))
            read_conflicts(file, *conflicts, read.conflicts);
    }
    if (!file.good())
        return std::unexpected(std::move(file).messages());
    return read;
}

access_target target_of(const access_rules& rules, const worker& who)
{
    const auto person = to_value(who);
    access_target target;
    for (const auto& rule : rules.rules) {
        if (!holds(rule, person))
            continue;
        add(target.groups, rule.groups);
        add(target.apps, rule.apps);
        add(target.roles, rule.roles);
    }
    return target;
}

std::vector<const access_rule*> rules_giving(const access_rules& rules, const worker& who, std::string_view name)
{
    const auto person = to_value(who);
    std::vector<const access_rule*> giving;
    for (const auto& rule : rules.rules)
        for (const auto* list : {&rule.groups, &rule.apps, &rule.roles})
            if (std::find(list->begin(), list->end(), name) != list->end() && holds(rule, person))
                giving.push_back(&rule);
    return giving;
}

access_target united(access_target left, const access_target& right)
{
    add(left.groups, right.groups);
    add(left.apps, right.apps);
    add(left.roles, right.roles);
    return left;
}

std::optional<std::string> unknown_department(const access_rules& rules, const worker& who)
{
    if (who.department.empty())
        return std::nullopt;
    const auto person = to_value(who);
    bool asked = false;
    for (const auto& rule : rules.rules) {
        if (!rule.reads_department)
            continue;
        asked = true;
        if (holds(rule, person))
            return std::nullopt;
    }
    return asked ? std::optional(who.department) : std::nullopt;
}

} // namespace jmld::workflows
