// The SCIM-like expressions of `search` and `filter`: `attribute eq "text"`, joined by `and`, `or`, with parentheses.
// Which attributes a list knows is decided by whoever evaluates.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace jmld::okta_sim {

struct comparison
{
    std::string attribute, op; ///< op: eq ne sw co ew gt ge lt le pr
    engine::value literal;     ///< null for pr
};

class filter
{
public:
    using test = std::function<bool(const comparison&)>;

    /// Errors: invalid_input naming the place.
    static result<filter> parse(std::string_view text);
    bool holds(const test& compare) const;
    /// Whether `accepted` says yes to every comparison in it.
    bool every(const test& accepted) const;

private:
    struct node
    {
        enum class kind : std::uint8_t { leaf, both, either } is = kind::leaf;
        comparison leaf;
        std::shared_ptr<const node> left, right;
    };
    friend class filter_reader;
    std::shared_ptr<const node> root_;
    static bool holds(const node& at, const test& compare);
};

/// Compares what an object holds with a comparison's literal: text, numbers, booleans; instants as instants; lists by
/// any element.
bool compares(const engine::value& held, const comparison& wanted, bool ignore_case);
/// The value at a dotted path, null when there is none.
const engine::value& at_path(const engine::value& object, std::string_view path);

} // namespace jmld::okta_sim
