// Okta's rate buckets: which one a request falls into, and counting in windows of 60 s that begin with their first
// request. It limits nothing until somebody sets a limit.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace jmld::okta_sim {

/// The name as Okta's documentation has it, e.g. "/api/v1/users/{id:.+}".
std::string_view bucket_of(std::string_view method, std::string_view path);

class rate_limits
{
public:
    struct standing
    {
        bool allowed = true;
        std::int64_t limit = 0, remaining = 0;
        time_point reset{};
    };

    explicit rate_limits(bool strict) : strict_(strict) {}

    /// `{bucket: requests a minute}` replaces what was set; null or {} sets nothing (then Okta's own hold where
    /// strict). Errors: invalid_input naming the bucket.
    result<void> set(const engine::value& content);
    engine::value shown() const;
    /// Counts the request.
    standing count(std::string_view bucket, time_point now);
    /// Without counting.
    standing look(std::string_view bucket, time_point now) const;

private:
    struct window
    {
        time_point begin{};
        std::int64_t used = 0;
    };
    bool strict_;
    std::map<std::string, std::int64_t, std::less<>> set_;
    std::map<std::string, window, std::less<>> windows_;

    standing standing_of(std::string_view bucket, const window& current) const;
    window current(std::string_view bucket, time_point now) const;
};

/// X-Rate-Limit-Limit, -Remaining, -Reset.
void add_rate_headers(http::response& answer, const rate_limits::standing& at);

} // namespace jmld::okta_sim
