// Reading what a row's call is about, and comparing it with what was sent. Lists are read whole, by listing and never
// by search.
#include "connectors/okta/object_look.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;
using engine::value_map;

namespace {

constexpr duration clock_difference{120'000}; // ours and Okta's

bool same_word(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right,
                              [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// The reading row's arguments: ours of the same name, and the name where that narrows the list.
value look_arguments(const work& now, const operation& reading, const looking& how)
{
    value_map arguments;
    for (const auto& parameter : reading.parameters)
        if (!now.input(parameter.name).is_null() && parameter.where != place::local)
            arguments.emplace_back(parameter.name, now.input(parameter.name));
    value out(std::move(arguments));
    if (how.narrowed_by.empty())
        return out;
    return out.with(std::string(how.narrowed_by), at_key(sent_by(now), how.at));
}

bool names(const value& content, std::string_view id)
{
    const auto* text = content.if_text();
    if (text == nullptr || id.empty())
        return false;
    return *text == id ||
           (text->size() > id.size() && text->ends_with(id) && (*text)[text->size() - id.size() - 1] == '/');
}

void look_for_made(const value& items, const value& sent, const looking& how, seen_object& out)
{
    const auto& name = at_key(sent, how.at);
    for (const auto& item : items.items()) {
        if (name.is_null() || !(at_key(item, how.at) == name))
            continue;
        out.named.push_back(item["id"]);
        if (!holds(item, sent, false))
            continue;
        out.object = item;
        ++out.alike;
    }
    out.so = out.alike > 0;
}

void look_into_list(const value& items, const looking& how, const std::string& id, seen_object& out)
{
    const auto found =
        std::ranges::find_if(items.items(), [&](const value& item) { return names(at_key(item, how.at), id); });
    const bool there = found != items.items().end();
    if (there)
        out.object = *found;
    else if (!items.items().empty())
        out.object = items.items().front();
    out.so = there == (how.shows == sign::listed);
}

/// A profile that is given whole leaves nothing else in the object's.
bool has_nothing_else(const operation& row, const value& found, const value& sent)
{
    const bool whole = !row.looks.partly &&
                       std::ranges::find(row.parameters, "profile", &operation_parameter::wire) != row.parameters.end();
    return !whole || std::ranges::all_of(found["profile"].entries(), [&](const value_map::value_type& entry) {
        return entry.second.is_null() || !sent["profile"][entry.first].is_null();
    });
}

/// The stamp is another one than before the call; where nobody saw that, one that is not older than the attempt.
bool is_stamped(const work& now, const value& object, std::string_view key)
{
    const auto& before = now.request.before["object"];
    if (before.is_map())
        return !object[key].is_null() && !(object[key] == before[key]);
    return is_since(object, key, now.began_by_okta()).value_or(false);
}

bool is_open(const value& object)
{
    const auto status = object["status"].text_or();
    return status == "ACTIVE" || status == "SUSPENDED";
}

} // namespace

bool looks_first(const operation& row)
{
    return row.inverse == inverse_kind::restore_object || row.inverse == inverse_kind::opposite ||
           row.inverse == inverse_kind::relink || row.looks.shows == sign::made || row.looks.shows == sign::stamped ||
           !row.closed_by.empty();
}

value sent_by(const work& now) { return body_of({.row = &now.row, .arguments = now.request.inputs}); }

const value& at_key(const value& content, std::string_view dotted)
{
    const auto dot = dotted.find('.');
    const auto& first = content[dotted.substr(0, dot)];
    return dot == std::string_view::npos ? first : at_key(first, dotted.substr(dot + 1));
}

bool holds(const value& found, const value& sent, bool strictly)
{
    if (const auto* text = sent.if_text())
        return found.is_text() && same_word(found.text_or(), *text);
    if (sent.is_list())
        return found.is_list() && found.items().size() == sent.items().size() &&
               std::ranges::all_of(sent.items(), [&](const value& one) {
                   return std::ranges::any_of(found.items(),
                                              [&](const value& other) { return holds(other, one, strictly); });
               });
    if (!sent.is_map())
        return sent.is_null() ? found.is_null() : found == sent;
    return std::ranges::all_of(sent.entries(), [&](const value_map::value_type& entry) {
        const auto& there = found[entry.first];
        return there.is_null() ? !strictly || entry.second.is_null() : holds(there, entry.second, strictly);
    });
}

std::optional<bool> is_since(const value& object, std::string_view key, time_point began)
{
    const auto told = parse_rfc3339(object[key].text_or());
    return told ? std::optional(*told >= began - clock_difference) : std::nullopt;
}

asio::awaitable<seen_object> look_for(work& now, const operation& row)
{
    const auto& how = row.looks;
    const auto& reading = operation_named(how.row);
    call what{.row = &reading, .arguments = look_arguments(now, reading, how)};
    seen_object out;
    out.answer = reading.paged ? co_await now.okta.list(std::move(what), now.scope)
                               : co_await now.okta.send(std::move(what), now.scope);
    if (is_missing(out.answer)) {
        const bool tells = how.shows == sign::gone || how.shows == sign::there || how.shows == sign::empty ||
                           how.shows == sign::unlisted;
        out.so = how.shows != sign::there;
        if (tells)
            out.answer.failure.reset();
        out.answer.body = {};
        co_return out;
    }
    if (!out.ok())
        co_return out;
    const auto& body = out.answer.body;
    out.object = body;
    switch (how.shows) {
    case sign::none:
    case sign::gone:
        break;
    case sign::made:
        out.object = {};
        look_for_made(body, sent_by(now), how, out);
        break;
    case sign::as_sent:
        out.so = holds(body, sent_by(now), true) && has_nothing_else(row, body, sent_by(now));
        break;
    case sign::field:
        out.so = at_key(body, how.at).text_or() == how.as;
        break;
    case sign::stamped:
        out.so = is_stamped(now, body, how.at);
        break;
    case sign::there:
        out.so = true;
        break;
    case sign::listed:
    case sign::unlisted:
        out.object = {};
        look_into_list(body, how, id_of(now.input(how.as)), out);
        break;
    case sign::empty:
        out.so = body.items().empty();
        out.object = out.so ? value() : body.items().front();
        break;
    }
    co_return out;
}

value object_outputs(const work& now, const value& object, bool adopted)
{
    std::string id = object["id"].text_or();
    for (const auto& parameter : now.row.parameters) // the last of the path names the object
        if (parameter.where == place::path && !object["id"].is_text())
            id = id_of(now.input(parameter.name));
    auto out = value::map({{"id", id}, {"body", object}});
    return now.row.looks.shows == sign::made ? out.with("adopted", adopted) : out;
}

asio::awaitable<reply> call_for(work& now, const operation& row, value arguments, const seen_object& seen)
{
    if (!row.closed_by.empty() && is_open(seen.object)) {
        auto closed = co_await now.send(row.closed_by, arguments);
        if (!closed.ok() && !is_missing(closed))
            co_return closed;
    }
    const auto& asked = now.input("if_match");
    call what{.row = &row, .arguments = std::move(arguments), .if_match = asked.text_or(seen.answer.etag)};
    auto answer = co_await now.okta.send(std::move(what), now.scope);
    co_return answer;
}

} // namespace jmld::okta
