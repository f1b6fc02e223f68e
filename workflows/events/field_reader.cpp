// What a sender writes, made canonical: numbers as ids, empty texts as not said, dates with or without a time, flags as
// texts. It names the fields that are wrong and never repeats their content.
#include "workflows/events/field_reader.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;
using engine::value_map;

engine::expression::scope scope_of(const message& incoming, const value& item, const value& vars)
{
    static const value nothing{value_map{}};
    return [&incoming, &item, &vars](std::string_view root) -> const value* {
        if (root == "body")
            return &incoming.body;
        if (root == "headers")
            return incoming.headers.is_map() ? &incoming.headers : &nothing;
        if (root == "ce")
            return incoming.ce.is_map() ? &incoming.ce : &nothing;
        if (root == "item")
            return &item;
        return root == "vars" ? &vars : nullptr;
    };
}

std::string lower_words(std::string_view text)
{
    std::string made;
    for (const char c : text)
        made += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : (c == ' ' || c == '-') ? '_' : c;
    return made;
}

std::string trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto from = text.find_first_not_of(blanks);
    return from == std::string_view::npos ? std::string{}
                                          : std::string(text.substr(from, text.find_last_not_of(blanks) - from + 1));
}

/// `2026-04-01`, `2026-04-01Z`, `2026-04-01T00:00:00.000-08:00`: the day as written.
std::optional<date> day_of(std::string_view text)
{
    if (text.size() <= 10)
        return parse_date(text);
    const char next = text[10];
    const bool dated = next == 'T' || next == ' ' || next == 'Z' || next == '+' || next == '-';
    return dated ? parse_date(text.substr(0, 10)) : std::nullopt;
}

/// Some write the offset without its colon, as ISO 8601 allows: `+0100`.
std::optional<time_point> instant_of(std::string text)
{
    const auto sign = text.size() < 5 ? '\0' : text[text.size() - 5];
    if ((sign == '+' || sign == '-') && text.find('T') != std::string::npos)
        text.insert(text.size() - 2, ":");
    return parse_rfc3339(text);
}

} // namespace

bool field_reader::holds(const engine::expression::program& when, const message& incoming)
{
    const value none;
    const auto held = engine::expression::evaluate_condition(when, scope_of(incoming, none, none));
    return held && *held;
}

value field_reader::vars_of(const layout& how, const message& incoming, const value& item)
{
    value vars{value_map{}};
    for (const auto& rule : how.vars)
        if (auto content = rule.content.evaluate(scope_of(incoming, item, vars)); content && !content->is_null())
            vars = vars.with(rule.field, std::move(*content));
    return vars;
}

std::expected<value, std::string> field_reader::list(const engine::expression::program& expression, const layout& how,
                                                     const message& incoming)
{
    const value none;
    const auto vars = vars_of(how, incoming, none);
    auto found = engine::expression::evaluate(expression, scope_of(incoming, none, vars));
    if (!found)
        return std::unexpected(found.error().what);
    if (!found->is_list())
        return std::unexpected(std::string("a list is expected"));
    return std::move(*found);
}

const field_rule* field_reader::find(std::string_view field) const
{
    const auto rule = std::find_if(how_.fields.begin(), how_.fields.end(),
                                   [field](const field_rule& candidate) { return candidate.field == field; });
    return rule == how_.fields.end() ? nullptr : &*rule;
}

void field_reader::refuse(const field_rule& rule, std::string what)
{
    std::string pointer = rule.pointer;
    if (pointer.empty()) {
        pointer = "/" + rule.field;
        std::replace(pointer.begin(), pointer.end(), '.', '/');
    }
    problems_.push_back({std::move(pointer), rule.field, std::move(what)});
}

void field_reader::missing(std::string_view field, std::string what)
{
    const auto* rule = find(field);
    refuse(rule != nullptr ? *rule : field_rule{std::string(field), {}, {}}, std::move(what));
}

value field_reader::evaluate(const field_rule& rule)
{
    auto content = rule.content.evaluate(scope_of(incoming_, item_, vars_));
    if (content)
        return std::move(*content);
    if (!content.error().missing)
        refuse(rule, content.error().what);
    return {};
}

std::string field_reader::text(const field_rule& rule)
{
    const auto content = evaluate(rule);
    if (const auto* said = content.if_text())
        return trimmed(*said);
    if (const auto* number = content.if_integer())
        return std::to_string(*number);
    if (!content.is_null())
        refuse(rule, "must be a text, not a " + std::string(to_text(content.kind())));
    return {};
}

std::string field_reader::text(std::string_view field)
{
    const auto* rule = find(field);
    return rule == nullptr ? std::string{} : text(*rule);
}

std::string field_reader::address(std::string_view field)
{
    auto said = text(field);
    return said.starts_with("mailto:") ? said.substr(7) : said;
}

std::optional<date> field_reader::day(std::string_view field)
{
    const auto* rule = find(field);
    if (rule == nullptr)
        return std::nullopt;
    const auto content = evaluate(*rule);
    if (const auto* said = content.if_date())
        return *said;
    if (content.is_null() || (content.is_text() && trimmed(*content.if_text()).empty()))
        return std::nullopt;
    auto read = content.is_text() ? day_of(trimmed(*content.if_text())) : std::nullopt;
    if (!read)
        refuse(*rule, "must be a date, YYYY-MM-DD");
    return read;
}

std::optional<time_point> field_reader::instant(std::string_view field)
{
    const auto* rule = find(field);
    if (rule == nullptr)
        return std::nullopt;
    const auto content = evaluate(*rule);
    if (const auto* said = content.if_timestamp())
        return *said;
    if (content.is_null() || (content.is_text() && trimmed(*content.if_text()).empty()))
        return std::nullopt;
    std::optional<time_point> read;
    if (content.is_text())
        read = instant_of(trimmed(*content.if_text()));
    if (!read)
        refuse(*rule, "must be an instant as RFC 3339 writes it, 2026-11-20T03:14:07Z");
    return read;
}

bool field_reader::flag(std::string_view field)
{
    const auto* rule = find(field);
    if (rule == nullptr)
        return false;
    const auto content = evaluate(*rule);
    if (const auto* said = content.if_bool())
        return *said;
    const auto word =
        lower_words(content.text_or(content.if_integer() != nullptr ? std::to_string(*content.if_integer()) : ""));
    if (word == "true" || word == "1" || word == "yes")
        return true;
    if (!content.is_null() && !word.empty() && word != "false" && word != "0" && word != "no")
        refuse(*rule, "must be true or false");
    return false;
}

void field_reader::read_name(worker& who)
{
    who.given_name = text("worker.given_name");
    who.family_name = text("worker.family_name");
    const auto whole = text("worker.name");
    if (whole.empty() || !who.given_name.empty() || !who.family_name.empty())
        return;
    const auto blank = whole.rfind(' ');
    who.given_name = trimmed(whole.substr(0, blank));
    if (blank != std::string::npos)
        who.family_name = whole.substr(blank + 1);
}

void field_reader::read_worker(worker& who)
{
    who.id = text("worker.id");
    who.universal_id = text("worker.universal_id");
    read_name(who);
    who.preferred_name = text("worker.preferred_name");
    who.login = address("worker.login");
    who.email = address("worker.email");
    who.personal_email = address("worker.personal_email");
    who.title = text("worker.title");
    who.department = text("worker.department");
    who.organisation = text("worker.organisation");
    who.cost_center = text("worker.cost_center");
    who.manager = {text("worker.manager.id"), text("worker.manager.name")};
    who.time_zone = text("worker.location.time_zone");
    who.start = day("worker.start");
    who.end = day("worker.end");
    who.last_day = day("worker.last_day");
    who.kind = lower_words(text("worker.kind"));
    if (!who.kind.empty() && who.kind != "employee" && who.kind != "contingent_worker")
        missing("worker.kind", "must be employee or contingent_worker");
}

void field_reader::read_into(canonical_event& event)
{
    event.entered_at = instant("entered_at");
    event.effective_on = day("effective_on");
    event.effective_at = instant("effective_at");
    event.process_id = text("process_id");
    event.action = text("action");
    event.corrects = text("corrects");
    event.rescinds = text("rescinds");
    event.reason = {text("reason.id"), text("reason.label")};
    event.urgent = flag("urgent");
    read_worker(event.subject);
}

} // namespace jmld::workflows
