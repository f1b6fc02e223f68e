// Identifiers: distinct types, so that a run's id is never handed in where a person's is meant, and the one maker of
// new ones. It reads no clock and no random device: both are handed in.
#pragma once

#include "engine/random_source.hpp"
#include "engine/time.hpp"

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace jmld {

/// A text with a meaning; empty means "none".
template <class Tag> struct strong_text
{
    std::string text;

    bool empty() const { return text.empty(); }
    friend auto operator<=>(const strong_text&, const strong_text&) = default;
};

using run_id = strong_text<struct run_id_tag>;           ///< `run_` + ULID
using person_key = strong_text<struct person_key_tag>;   ///< `per_` + ULID; the pseudonym that facts carry
using timer_id = strong_text<struct timer_id_tag>;       ///< `tmr_` + ULID
using approval_id = strong_text<struct approval_id_tag>; ///< `apr_` + ULID
using hold_id = strong_text<struct hold_id_tag>;         ///< `hold_` + ULID
using alarm_id = strong_text<struct alarm_id_tag>;       ///< `alm_` + ULID

/// An event's own id is unique only within its source.
struct event_key
{
    std::string source;
    std::string id;

    bool empty() const { return source.empty() && id.empty(); }
    friend auto operator<=>(const event_key&, const event_key&) = default;
};

/// 26 characters of Crockford's base 32: 48 bits of milliseconds, 80 bits of chance; sorts by time.
std::string make_ulid(time_point now, random_source& random);

template <class Id> Id make_id(std::string_view prefix, time_point now, random_source& random)
{
    return Id{std::string(prefix) + "_" + make_ulid(now, random)};
}

} // namespace jmld

template <class Tag> struct std::hash<jmld::strong_text<Tag>>
{
    std::size_t operator()(const jmld::strong_text<Tag>& id) const noexcept
    {
        return std::hash<std::string>{}(id.text);
    }
};
