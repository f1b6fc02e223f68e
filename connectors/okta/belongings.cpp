// Devices, consents, refresh tokens and owned groups, each in few calls and never in more than a bound.
#include "connectors/okta/belongings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

value device_entry(const value& held)
{
    const auto& device = held["device"].is_map() ? held["device"] : held;
    return value::map({{"id", device["id"]},
                       {"name", device["profile"]["displayName"]},
                       {"platform", device["profile"]["platform"]},
                       {"status", device["status"]}});
}

value grant_entry(const value& given)
{
    return value::map({{"id", given["id"]}, {"client", given["clientId"]}, {"scope", given["scopeId"]}});
}

value token_entry(const value& token, const value& client)
{
    return value::map({{"id", token["id"]},
                       {"client", client["client_id"]},
                       {"client_name", client["client_name"]},
                       {"status", token["status"]}});
}

bool counts(const value& token) { return token["status"].text_or("ACTIVE") == "ACTIVE"; }

bool lists(const value& items, const value& id)
{
    return std::ranges::any_of(items.items(), [&](const value& one) { return one["id"] == id; });
}

} // namespace

asio::awaitable<value_list> belongings::read(std::string_view row, value arguments, std::string_view part,
                                             std::size_t most)
{
    if (failure)
        co_return value_list{};
    call question{.row = &operation_named(row), .arguments = std::move(arguments), .items_max = most};
    auto answer = co_await now.okta.list(std::move(question), now.scope);
    if (answer.ok())
        co_return answer.body.items();
    if (!gaps.tolerates(answer, part, row))
        failure = std::move(answer);
    co_return value_list{};
}

asio::awaitable<value> belongings::factors()
{
    auto listed = co_await read("okta.factors.list", value::map({{"user", user}}), "factors");
    co_return unless_unread(gaps, "factors", std::move(listed));
}

asio::awaitable<value> belongings::devices()
{
    auto listed = co_await read("okta.users.devices", value::map({{"user", user}}), "devices");
    std::ranges::transform(listed, listed.begin(), device_entry);
    co_return unless_unread(gaps, "devices", std::move(listed));
}

asio::awaitable<value> belongings::grants()
{
    auto listed = co_await read("okta.users.grants", value::map({{"user", user}}), "grants");
    std::ranges::transform(listed, listed.begin(), grant_entry);
    co_return unless_unread(gaps, "grants", std::move(listed));
}

asio::awaitable<value> belongings::tokens()
{
    auto clients = co_await read("okta.users.clients", value::map({{"user", user}}), "tokens");
    const auto listed = clients.size();
    clients.resize(std::min(listed, clients_asked_max));
    value_list held;
    for (const auto& client : clients) {
        const auto arguments = value::map({{"user", user}, {"client", client["client_id"]}});
        const auto tokens = co_await read("okta.users.client_tokens", arguments, "tokens");
        for (const auto& token : tokens)
            if (counts(token))
                held.push_back(token_entry(token, client));
    }
    auto out = unless_unread(gaps, "tokens", std::move(held));
    if (listed > clients_asked_max)
        gaps.note("tokens", fmt::format("of {} clients only {} were asked", listed, clients_asked_max));
    co_return out;
}

asio::awaitable<value> belongings::owned_groups(value own_groups, std::size_t most)
{
    constexpr std::string_view part = "owned_groups";
    if (most == 0)
        co_return value();
    auto groups = co_await read("okta.groups.list", value::map({}), part, most + 1);
    const bool more = groups.size() > most;
    std::ranges::partition(groups, [&](const value& group) { return lists(own_groups, group["id"]); });
    groups.resize(std::min(groups.size(), most));
    value_list owned;
    for (const auto& group : groups) {
        if (group["type"].text_or() != "OKTA_GROUP")
            continue;
        const value owners = co_await read("okta.groups.owners", value::map({{"group", group["id"]}}), part);
        if (lists(owners, user))
            owned.push_back(value::map({{"id", group["id"]}, {"name", group["profile"]["name"]}}));
        if (gaps.holds(part)) // refused for one, refused for all
            break;
    }
    auto out = unless_unread(gaps, part, std::move(owned));
    if (more)
        gaps.note(part, fmt::format("only the owners of the first {} groups were read", most));
    co_return out;
}

} // namespace jmld::okta
