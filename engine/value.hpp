// engine::value: the one immutable value that workflows compute with — null, bool, int64, double, string, date,
// timestamp, duration, list, map. It knows no JSON library (engine/json converts) and is cheap to copy: lists, maps are
// shared.
#pragma once

#include "engine/time.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jmld::engine {

class value;

using value_list = std::vector<value>;
/// Sorted by key, keys unique: the same map is always the same bytes, whatever order it was built in.
using value_map = std::vector<std::pair<std::string, value>>;

enum class value_kind : std::uint8_t { null, boolean, integer, real, text, date, timestamp, duration, list, map };

/// The name people see in messages: "null", "bool", "int", "double", "string", "date", "timestamp", "duration", "list",
/// "map".
std::string_view to_text(value_kind kind);

class value
{
public:
    value() = default;
    value(std::nullptr_t) {}
    value(bool b) : held_(b) {}
    value(int i) : held_(static_cast<std::int64_t>(i)) {}
    value(std::int64_t i) : held_(i) {}
    value(double d) : held_(d) {}
    value(const char* text) : held_(std::string(text)) {}
    value(std::string_view text) : held_(std::string(text)) {}
    value(std::string text) : held_(std::move(text)) {}
    value(jmld::date day) : held_(day) {}
    value(jmld::time_point instant) : held_(instant) {}
    value(jmld::duration length) : held_(length) {}
    value(value_list items);
    /// Sorts by key; of equal keys the last one stands.
    value(value_map entries);

    /// A map written in place: `value::map({{"id", "00u1"}, {"groups", value_list{}}})`.
    static value map(std::initializer_list<std::pair<std::string, value>> entries);
    static value list(std::initializer_list<value> items);

    value_kind kind() const { return static_cast<value_kind>(held_.index()); }
    bool is_null() const { return kind() == value_kind::null; }
    bool is_text() const { return kind() == value_kind::text; }
    bool is_list() const { return kind() == value_kind::list; }
    bool is_map() const { return kind() == value_kind::map; }

    /// Each answers nullptr when the value is of another kind.
    const bool* if_bool() const { return std::get_if<bool>(&held_); }
    const std::int64_t* if_integer() const { return std::get_if<std::int64_t>(&held_); }
    const double* if_real() const { return std::get_if<double>(&held_); }
    const std::string* if_text() const { return std::get_if<std::string>(&held_); }
    const jmld::date* if_date() const { return std::get_if<jmld::date>(&held_); }
    const jmld::time_point* if_timestamp() const { return std::get_if<jmld::time_point>(&held_); }
    const jmld::duration* if_duration() const { return std::get_if<jmld::duration>(&held_); }
    const value_list* if_list() const;
    const value_map* if_map() const;

    /// The entry of a map; a shared null when this is no map or has no such key. Never throws.
    const value& operator[](std::string_view key) const;
    /// nullptr when this is no map or has no such key.
    const value* find(std::string_view key) const;
    /// The text, or `otherwise` when this is no string.
    std::string text_or(std::string_view otherwise = {}) const;
    /// The items of a list; empty when this is no list.
    const value_list& items() const;
    /// The entries of a map; empty when this is no map.
    const value_map& entries() const;

    /// A copy of this map with one entry set (a null value is kept as null). A non-map counts as empty.
    value with(std::string key, value entry) const;
    /// A copy of this map without the key.
    value without(std::string_view key) const;

    /// Deep, and by kind: 1 and 1.0 differ here (expressions compare numbers across kinds themselves).
    friend bool operator==(const value& left, const value& right);

private:
    using list_pointer = std::shared_ptr<const value_list>;
    using map_pointer = std::shared_ptr<const value_map>;
    std::variant<std::monostate, bool, std::int64_t, double, std::string, jmld::date, jmld::time_point, jmld::duration,
                 list_pointer, map_pointer>
        held_;
};

} // namespace jmld::engine
