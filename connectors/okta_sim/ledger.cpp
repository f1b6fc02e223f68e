// What the ledger says about a request: whom it names, and how its entry looks. Entries are written by
// organisation.cpp.
#include "connectors/okta_sim/organisation_state.hpp"
#include "connectors/okta_sim/text.hpp"
#include "engine/json/json.hpp"

namespace jmld::okta_sim {
namespace {

std::string id_or_text(const organisation_data& org, const std::string& named)
{
    auto const* const who = named.empty() ? nullptr : find_user(org, named);
    return who == nullptr ? named : who->id;
}

value body_of(const http::request& message)
{
    return engine::json::parse(message.body, {.refuse_duplicate_keys = false}).value_or(value());
}

} // namespace

std::string named_user(const organisation_data& org, const http::request& message)
{
    auto parts = split_path(message.path());
    for (auto& part : parts)
        part = http::percent_decode(part).value_or(part);
    if (parts.size() < 3 || parts[0] != "api")
        return {};
    if (parts[2] == "users" && parts.size() > 3)
        return id_or_text(org, parts[3]);
    bool const members = parts.size() > 4 && (parts[2] == "groups" || parts[2] == "apps") && parts[4] == "users";
    if (members && parts.size() > 5)
        return id_or_text(org, parts[5]);
    if (members && message.method == "POST")
        return id_or_text(org, body_of(message)["id"].text_or());
    if (parts[2] == "users" && message.method == "POST") {
        // Who is to be created is named by login; only somebody who has it already has an id yet.
        auto const* const who = find_user(org, body_of(message)["profile"]["login"].text_or());
        return who == nullptr ? std::string() : who->id;
    }
    return {};
}

value effect_object(const effect& done)
{
    const auto named = [](const std::string& id) { return id.empty() ? value() : value(id); };
    return value::map({{"event", done.event},
                       {"user", named(done.user)},
                       {"group", named(done.group)},
                       {"app", named(done.app)},
                       {"role", named(done.role)}});
}

value ledger_object(const ledger_entry& entry)
{
    return value::map({{"seq", static_cast<std::int64_t>(entry.seq)},
                       {"at", to_rfc3339(entry.at)},
                       {"method", entry.method},
                       {"path", entry.path},
                       {"query", entry.query},
                       {"status", entry.status == 0 ? value() : value(entry.status)},
                       {"request_id", entry.request_id},
                       {"effect", entry.effect},
                       {"user", entry.user.empty() ? value() : value(entry.user)},
                       {"by", entry.by}});
}

} // namespace jmld::okta_sim
