// The bucket table and the counting. Whether a limit applies to this client or to the whole organisation is not told
// apart: the imitation has one client.
#include "connectors/okta_sim/limits.hpp"

#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

struct bucket_row
{
    std::string_view name;
    std::int64_t okta; ///< requests a minute that Okta allows an organisation
};

constexpr auto buckets = std::to_array<bucket_row>({
    {"/api/v1/users/{id:.+}", 2000},
    {"/api/v1/users/{id}", 600},
    {"/api/v1/users", 600},
    {"/api/v1/users/{userId}/factors/{f}/verify", 600},
    {"/api/v1/groups/{id}", 1000},
    {"/api/v1/groups", 500},
    {"/api/v1/apps/{id}", 500},
    {"/api/v1/apps", 100},
    {"/api/v1/devices/{id}/users", 600},
    {"/api/v1/devices", 100},
    {"/api/v1/sessions", 750},
    {"/api/v1/iam", 100},
    {"/api/v1/logs", 120},
    {"/api/v1", 1000},
    {"/oauth2/v1/token", 300},
});

constexpr std::int64_t unlimited = 100'000; ///< what headers show where nothing is enforced
constexpr duration window_length = 60s;

const bucket_row* row_of(std::string_view name)
{
    auto const* const found = std::ranges::find(buckets, name, &bucket_row::name);
    return found == buckets.end() ? nullptr : found;
}

std::string_view user_bucket(std::string_view method, const std::vector<std::string>& parts)
{
    if (parts.size() == 4)
        return method == "GET" ? "/api/v1/users/{id:.+}" : "/api/v1/users/{id}";
    if (parts.size() == 7 && parts[4] == "factors" && parts[6] == "verify")
        return "/api/v1/users/{userId}/factors/{f}/verify";
    return "/api/v1/users";
}

} // namespace

std::string_view bucket_of(std::string_view method, std::string_view path)
{
    auto const parts = split_path(path);
    if (parts.size() < 3 || parts[0] != "api" || parts[1] != "v1")
        return path.starts_with("/oauth2") ? "/oauth2/v1/token" : "/api/v1";
    bool const one = parts.size() == 4 && method != "POST" && parts[3] != "rules";
    if (parts[2] == "users")
        return user_bucket(method, parts);
    if (parts[2] == "groups")
        return one ? "/api/v1/groups/{id}" : "/api/v1/groups";
    if (parts[2] == "apps")
        return one ? "/api/v1/apps/{id}" : "/api/v1/apps";
    if (parts[2] == "devices")
        return parts.size() == 5 && parts[4] == "users" ? "/api/v1/devices/{id}/users" : "/api/v1/devices";
    for (std::string_view const own : {"sessions", "iam", "logs"}) {
        if (parts[2] == own)
            return row_of(fmt::format("/api/v1/{}", own))->name;
    }
    return "/api/v1";
}

result<void> rate_limits::set(const engine::value& content)
{
    if (!content.is_map() && !content.is_null())
        return failure(errc::invalid_input, "limits must be a map of bucket names to requests a minute");
    std::map<std::string, std::int64_t, std::less<>> wanted;
    for (auto const& [name, entry] : content.entries()) {
        auto const* const count = entry.if_integer();
        if (row_of(name) == nullptr) {
            std::string known;
            for (auto const& row : buckets)
                known += (known.empty() ? "" : ", ") + std::string(row.name);
            return failure(errc::invalid_input, fmt::format("/{}: no such bucket; buckets are {}", name, known));
        }
        if (count == nullptr || *count < 1)
            return failure(errc::invalid_input,
                           fmt::format("/{}: must be a whole number of requests a minute, at least 1", name));
        wanted[name] = *count;
    }
    set_ = std::move(wanted);
    windows_.clear();
    return {};
}

engine::value rate_limits::shown() const
{
    engine::value_map entries;
    for (auto const& [name, count] : set_)
        entries.emplace_back(name, count);
    return entries;
}

rate_limits::window rate_limits::current(std::string_view bucket, time_point now) const
{
    auto const found = windows_.find(bucket);
    if (found == windows_.end() || now >= found->second.begin + window_length || now < found->second.begin)
        return {now, 0};
    return found->second;
}

rate_limits::standing rate_limits::standing_of(std::string_view bucket, const window& at) const
{
    standing shown;
    auto const own = set_.find(bucket);
    bool const enforced = own != set_.end() || strict_;
    shown.limit = own != set_.end() ? own->second : strict_ ? row_of(bucket)->okta : unlimited;
    shown.remaining = std::max<std::int64_t>(enforced ? 0 : 1, shown.limit - at.used);
    shown.allowed = !enforced || at.used <= shown.limit;
    shown.reset = at.begin + window_length;
    return shown;
}

rate_limits::standing rate_limits::count(std::string_view bucket, time_point now)
{
    auto at = current(bucket, now);
    ++at.used;
    windows_[std::string(bucket)] = at;
    return standing_of(bucket, at);
}

rate_limits::standing rate_limits::look(std::string_view bucket, time_point now) const
{
    return standing_of(bucket, current(bucket, now));
}

void add_rate_headers(http::response& answer, const rate_limits::standing& at)
{
    auto const reset = std::chrono::ceil<std::chrono::seconds>(at.reset).time_since_epoch().count();
    answer.headers.emplace_back("X-Rate-Limit-Limit", std::to_string(at.limit));
    answer.headers.emplace_back("X-Rate-Limit-Remaining", std::to_string(at.remaining));
    answer.headers.emplace_back("X-Rate-Limit-Reset", std::to_string(reset));
}

} // namespace jmld::okta_sim
