// Every stored hash is compared, in constant time, whichever fits: how long it takes says nothing. No token is ever
// logged.
#include "daemon/http/operators.hpp"

#include "engine/digest.hpp"

namespace jmld::daemon {

namespace {

std::optional<std::string_view> bearer_token(const http::request& message)
{
    if (http::all_headers(message.headers, "authorization").size() != 1)
        return std::nullopt;
    const std::string_view text = *http::find_header(message.headers, "authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!text.starts_with(scheme) || text.size() == scheme.size())
        return std::nullopt;
    return text.substr(scheme.size());
}

} // namespace

std::optional<principal> operators::identify(const http::request& message, const http::peer& who) const
{
    if (const auto token = bearer_token(message)) {
        const auto hashed = digest::sha256_hex(*token);
        const operator_entry* found = nullptr;
        for (const auto& entry : entries_)
            if (!entry.token_sha256.empty() && digest::equal_in_constant_time(entry.token_sha256, hashed))
                found = &entry;
        if (found == nullptr)
            return std::nullopt;
        return principal{found->name, found->allowed};
    }
    if (!who.uid)
        return std::nullopt;
    for (const auto& entry : entries_)
        if (entry.uid == who.uid)
            return principal{entry.name, entry.allowed};
    if (*who.uid == 0)
        return principal{"root", role::admin};
    return std::nullopt;
}

} // namespace jmld::daemon
