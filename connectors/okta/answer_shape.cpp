// Looks at as little as decides: kinds and ids. Unknown keys and unknown words of an enumeration are not odd.
#include "connectors/okta/answer_shape.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace jmld::okta {

namespace {

/// The last segment of a path that lists, the one before the id of a path that reads one: `users` of both.
std::string_view collection_of(const operation& row)
{
    std::string_view path = row.path;
    if (row.method != "GET" || !path.starts_with("/api/v1/"))
        return {};
    if (!row.paged && !path.ends_with('}'))
        return {};
    if (!row.paged)
        path = path.substr(0, path.rfind('/'));
    return path.substr(path.rfind('/') + 1);
}

bool is_keyed_by_id(std::string_view collection)
{
    constexpr auto known = std::to_array<std::string_view>({"api-tokens", "apps", "authenticator-enrollments", "claims",
                                                            "devices", "factors", "grants", "groups", "owners",
                                                            "policies", "roles", "rules", "scopes", "tokens", "users"});
    return std::ranges::find(known, collection) != known.end();
}

/// The id that the path ends with.
std::string asked_id(const call& asked)
{
    std::string id;
    for (const auto& parameter : asked.row->parameters)
        if (parameter.where == place::path)
            id = id_of(asked.arguments[parameter.name]);
    return id;
}

/// Two listings are of what binds a user to a device: the id stands one step deeper.
std::string_view wrapped_in(const operation& row)
{
    const std::string_view path = row.path;
    if (path == "/api/v1/users/{user}/devices")
        return "device";
    return path == "/api/v1/devices/{device}/users" ? "user" : std::string_view();
}

bool has_safe_ids(const engine::value& list, std::string_view wrapped)
{
    return std::ranges::all_of(list.items(), [&](const engine::value& item) {
        const auto* id = (wrapped.empty() ? item : item[wrapped])["id"].if_text();
        return id != nullptr && is_safe_id(*id);
    });
}

/// `E0000007`
bool has_code_of_okta(const error_body& refusal)
{
    const auto code = std::string_view(refusal.code);
    return code.size() > 1 && code.starts_with('E') &&
           std::ranges::all_of(code.substr(1), [](unsigned char c) { return std::isdigit(c) != 0; });
}

} // namespace

std::string_view what_is_odd(const call& asked, const reply& answer)
{
    const auto& entries = answer.body.items();
    if (asked.row->paged && !std::ranges::all_of(entries, &engine::value::is_map))
        return "Okta answered a list with something that is no object";
    const auto collection = collection_of(*asked.row);
    if (collection.empty() || !is_keyed_by_id(collection))
        return {};
    if (asked.row->paged) // what has no id could be access that nobody sees
        return has_safe_ids(answer.body, wrapped_in(*asked.row))
                   ? ""
                   : "Okta answered a list with something that has no usable id";
    const auto id = answer.body["id"].text_or();
    if (!is_safe_id(id))
        return "Okta answered something else than the object that was asked for";
    const auto named = asked_id(asked);
    const bool a_user =
        asked.row->path.starts_with("/api/v1/users/{") && asked.row->path.ends_with('}') && collection == "users";
    if (!a_user)
        return id == named ? std::string_view() : "Okta answered about something else than was asked for";
    if (answer.body["status"].text_or().empty())
        return "Okta answered something else than a user";
    // By id there is one whom it can be about; a login may be found in more spellings than one.
    const bool by_id = named.starts_with("00u") && answer.body["profile"]["login"].text_or() != named;
    return by_id && id != named ? "Okta answered about somebody else than was asked for" : std::string_view();
}

bool needs_a_look(const operation& row)
{
    return row.writes() && (row.repeat != engine::repeatability::idempotent || row.probe != probe_kind::none);
}

engine::failure_kind kind_in_doubt(const operation& row, const error_body& refusal, engine::failure_kind otherwise)
{
    // Its authorization servers refuse with a word instead.
    const bool by_word = std::string_view(row.path).starts_with("/oauth2/") && !refusal.code.empty();
    if (!row.writes() || by_word || has_code_of_okta(refusal))
        return otherwise;
    return needs_a_look(row) ? engine::failure_kind::unknown_outcome : engine::failure_kind::unavailable;
}

} // namespace jmld::okta
