// Small and pure. Whatever a client got wrong is named with what is accepted.
#include "daemon/operations/common.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <charconv>

namespace jmld::daemon {

using engine::value;

namespace {
constexpr std::size_t reason_bytes_max = 1'000;
constexpr int limit_max = 1'000;

std::string listed(const std::vector<body_member>& members)
{
    std::string text;
    for (const auto& member : members)
        text += (text.empty() ? "" : ", ") + member.name;
    return text;
}

const body_member* member_of(const std::vector<body_member>& members, const std::string& name)
{
    const auto found = std::ranges::find(members, name, &body_member::name);
    return found == members.end() ? nullptr : &*found;
}

bool is_of(std::string_view type, const value& given)
{
    if (type == "string")
        return given.is_text();
    if (type == "boolean")
        return given.if_bool() != nullptr;
    if (type == "object")
        return given.is_map();
    return true; // any
}

std::string in_words(std::string_view type)
{
    if (type == "string")
        return "a text";
    return type == "boolean" ? "true or false" : "an object";
}
} // namespace

result<value> read_object(const call& asked)
{
    static const std::vector<body_member> none;
    const auto& members = asked.takes == nullptr ? none : *asked.takes;
    auto body = asked.message.body.empty() ? result<value>(value::map({})) : engine::json::parse(asked.message.body);
    if (!body)
        return std::unexpected(body.error());
    if (!body->is_map())
        return failure(errc::invalid_input, "the body must be a JSON object", "accepted members: " + listed(members));
    for (const auto& [name, given] : body->entries()) {
        const auto* member = member_of(members, name);
        if (member == nullptr)
            return failure(errc::invalid_input, "/" + name + ": unknown member",
                           "accepted members: " + listed(members));
        if (!given.is_null() && !is_of(member->type, given))
            return failure(errc::invalid_input, "/" + name + ": must be " + in_words(member->type));
    }
    for (const auto& member : members) {
        const auto* given = body->find(member.name);
        if (member.required && (given == nullptr || (given->is_null() && member.type != "any")))
            return failure(errc::invalid_input, "/" + member.name + ": missing", member.says);
    }
    return body;
}

result<std::string> reason_of(const value& body, bool required)
{
    const auto& given = body["reason"];
    auto reason = given.text_or();
    if (reason.empty() && required)
        return failure(errc::invalid_input, "/reason: missing", "say why; it is kept in the audit record");
    if (reason.size() > reason_bytes_max)
        return failure(errc::invalid_input, "/reason: longer than 1000 characters");
    return reason;
}

result<int> limit_of(const call& asked)
{
    const auto* text = asked.find("limit");
    if (text == nullptr)
        return 50;
    int limit = 0;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (failed != std::errc{} || end != text->data() + text->size() || limit < 1 || limit > limit_max)
        return failure(errc::invalid_input, "limit: a number from 1 to 1000 is accepted");
    return limit;
}

result<std::optional<time_point>> instant_of(const call& asked, std::string_view name)
{
    const auto* text = asked.find(name);
    if (text == nullptr)
        return std::optional<time_point>();
    const auto at = parse_rfc3339(*text);
    if (!at)
        return failure(errc::invalid_input,
                       std::string(name) + ": an RFC 3339 instant is accepted, such as 2026-11-24T08:00:00Z");
    return *at;
}

std::string cursor_of(std::string_view last_seen) { return digest::base64url(last_seen); }

result<std::string> read_cursor(const call& asked)
{
    const auto* text = asked.find("after");
    if (text == nullptr)
        return std::string();
    auto last = digest::base64url_decode(*text);
    if (!last || last->empty())
        return failure(errc::invalid_input, "after: no cursor of ours; take it from the Link header");
    return std::move(*last);
}

void add_next_link(http::response& answer, const call& asked, std::string_view cursor)
{
    std::string target(asked.message.path());
    char separator = '?';
    for (const auto& [name, text] : asked.query) {
        if (name == "after")
            continue;
        target += separator + name + "=" + http::percent_encode(text);
        separator = '&';
    }
    target += separator + std::string("after=") + std::string(cursor);
    answer.headers.emplace_back("Link", "<" + target + ">; rel=\"next\"");
}

http::response does_not_apply(const error& refused, value state)
{
    auto more = value::map({{"state", std::move(state)}});
    if (!refused.remedy.empty())
        more = more.with("remedy", refused.remedy);
    return problem(409, "does not apply now", refused.what, more);
}

http::response svg_answer(std::string picture)
{
    http::response answer;
    answer.headers = {{"Content-Type", "image/svg+xml"}, {"Cache-Control", "no-store"}};
    answer.body = std::move(picture);
    return answer;
}

bool sees_people(const principal& who) { return who.allowed > role::viewer; }

value subject_value(const person_key& key, const workflows::worker& who, bool shown)
{
    const auto told = [&](const std::string& text) {
        return text.empty() ? value() : value(shown ? text : std::string("***"));
    };
    auto name = who.preferred_name; // the whole name, as the person wants to be called
    if (name.empty())
        name = who.given_name + (who.given_name.empty() || who.family_name.empty() ? "" : " ") + who.family_name;
    return value::map({{"key", text_or_null(key.text)},
                       {"worker_id", told(who.id)},
                       {"universal_id", told(who.universal_id)},
                       {"name", told(name)}});
}

value instant_value(const std::optional<time_point>& at) { return at ? value(to_rfc3339(*at)) : value(); }
value text_or_null(std::string_view text) { return text.empty() ? value() : value(text); }

} // namespace jmld::daemon
