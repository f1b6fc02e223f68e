// Who else is a super administrator and can sign in. Okta lists everybody with any administrator role; what role it is,
// each is asked for, until enough are found.
#include "connectors/http_message.hpp"
#include "connectors/okta/directory.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::okta {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr int pages_max = 20;
constexpr int asked_max = 100; // administrators

call of(std::string_view row, value arguments)
{
    return {.row = &operation_named(row), .arguments = std::move(arguments)};
}

/// `after` of the link to the next page; empty at the end.
std::string next_after(const value& page)
{
    const auto link = page["_links"]["next"]["href"].text_or();
    const auto at = link.find("after=");
    if (at == std::string::npos)
        return {};
    const auto begin = at + std::string_view("after=").size();
    return http::percent_decode(link.substr(begin, link.find('&', begin) - begin)).value_or("");
}

} // namespace

bool can_sign_in(std::string_view status)
{
    constexpr std::array<std::string_view, 4> open{"ACTIVE", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY"};
    return std::ranges::find(open, status) != open.end();
}

asio::awaitable<std::expected<bool, engine::attempt_failed>> directory::is_super_admin(std::string user,
                                                                                       call_scope& scope)
{
    const auto self = value::map({{"user", std::move(user)}});
    auto roles = co_await okta_.list(of("okta.roles.list", self), scope);
    if (is_missing(roles)) // deleted since the list was made
        co_return false;
    if (!roles.ok())
        co_return std::unexpected(std::move(*roles.failure));
    const auto held = std::ranges::any_of(roles.body.items(), [](const value& role) {
        return role["type"].text_or() == "SUPER_ADMIN" && role["status"].text_or("ACTIVE") == "ACTIVE";
    });
    if (!held)
        co_return false;
    auto found = co_await okta_.send(of("okta.users.get", self), scope);
    if (is_missing(found))
        co_return false;
    if (!found.ok())
        co_return std::unexpected(std::move(*found.failure));
    co_return can_sign_in(found.body["status"].text_or());
}

asio::awaitable<outcome<std::vector<std::string>>> directory::other_super_admins(std::string who, int enough,
                                                                                 read_options options)
{
    call_scope scope{.timeout = options.timeout, .urgency = options.urgency};
    std::vector<std::string> others;
    int asked = 0;
    std::string after;
    for (int page = 0; page < pages_max; ++page) {
        auto listed = co_await okta_.send(
            of("okta.roles.assignees", after.empty() ? value::map({}) : value::map({{"after", after}})), scope);
        if (!listed.ok())
            co_return std::move(*listed.failure);
        for (const auto& holder : listed.body["value"].items()) {
            auto id = holder["id"].text_or();
            if (id.empty() || id == who)
                continue;
            if (++asked > asked_max) // a large help desk must not keep somebody who leaves waiting
                co_return others;
            auto counts = co_await is_super_admin(id, scope);
            if (!counts)
                co_return std::move(counts.error());
            if (*counts)
                others.push_back(std::move(id));
            if (static_cast<int>(others.size()) >= enough)
                co_return others;
        }
        after = next_after(listed.body);
        if (after.empty())
            break;
    }
    co_return others;
}

} // namespace jmld::okta
