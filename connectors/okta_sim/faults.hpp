// Faults that somebody orders: which requests they hit, how often, and what they do. It carries nothing out;
// organisation.cpp does.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

struct fault
{
    enum class moment : std::uint8_t { never, before, after };

    std::string method, path; ///< empty method: any
    time_point from{};
    std::optional<time_point> until; ///< for `for`
    std::int64_t left = 1;           ///< for `times`; -1 without a count
    std::optional<http::response> answer;
    bool applies = false;
    moment drop = moment::never, crash = moment::never;
    duration delay{0};
    std::optional<duration> stale;
    engine::value stated; ///< as it was ordered, for showing
};

class fault_list
{
public:
    /// One fault or a list of them; `at` counts from `now`. Nothing is added when one is wrong. Errors: invalid_input
    /// with a pointer.
    result<void> add(const engine::value& content, time_point now);
    void clear() { standing_.clear(); }
    engine::value shown() const;

    /// The first one that hits this request, counted; nothing when none does.
    std::optional<fault> hit(std::string_view method, std::string_view path, time_point now);
    /// The longest `stale` among those standing; nothing when there is none.
    std::optional<duration> longest_stale() const;

private:
    std::vector<fault> standing_;
};

/// Segments compare decoded; `*` stands for one segment or a part of it, `**` for any rest.
bool path_matches(std::string_view pattern, std::string_view path);

} // namespace jmld::okta_sim
