// One evaluation of one program: walks the tree, borrows what the roots hold instead of copying it, and pays for every
// step. The only place that decides which errors are absorbed.
#pragma once

#include "engine/expression/functions.hpp"
#include "engine/expression/node.hpp"

#include <array>

namespace jmld::engine::expression {

/// A value that is borrowed (from a root, a literal, an item of a list that is kept alive) or owned.
class operand
{
public:
    operand(value owned) : owned_(std::move(owned)) {}
    static operand borrow(const value& from)
    {
        operand borrowed{value()};
        borrowed.borrowed_ = &from;
        return borrowed;
    }
    const value& get() const { return borrowed_ != nullptr ? *borrowed_ : owned_; }
    bool is_borrowed() const { return borrowed_ != nullptr; }
    value take() &&
    {
        if (borrowed_ != nullptr)
            return *borrowed_;
        return std::move(owned_);
    }

private:
    const value* borrowed_ = nullptr;
    value owned_;
};

class evaluator
{
public:
    evaluator(const program& compiled, const scope& roots, const budget& limits)
        : program_(compiled), roots_(roots), limits_(limits), cost_(limits)
    {}
    std::expected<value, evaluation_error> run();

private:
    using outcome = std::expected<operand, evaluation_error>;
    using verdict = std::expected<bool, evaluation_error>;

    outcome evaluate(const node& at);
    outcome on(const node& at, const literal_node& content);
    outcome on(const node& at, const root_node& content);
    outcome on(const node& at, const bound_node& content);
    outcome on(const node& at, const select_node& content);
    outcome on(const node& at, const index_node& content);
    outcome on(const node& at, const has_node& content);
    outcome on(const node& at, const coalesce_node& content);
    outcome on(const node& at, const not_node& content);
    outcome on(const node& at, const minus_node& content);
    outcome on(const node& at, const logical_node& content);
    outcome on(const node& at, const conditional_node& content);
    outcome on(const node& at, const binary_node& content);
    outcome on(const node& at, const list_node& content);
    outcome on(const node& at, const map_node& content);
    outcome on(const node& at, const call_node& content);
    outcome on(const node& at, const macro_node& content);

    // evaluator_macros.cpp
    outcome quantifier(const macro_node& content, const value& range, bool wanted);
    outcome exactly_one(const macro_node& content, const value& range);
    outcome collect(const node& at, const macro_node& content, const value& range);
    template <class Visit> void each(const macro_node& content, const value& range, Visit visit);

    outcome member_of(const node& at, const operand& base, std::string_view member);
    outcome item_of(const node& at, const operand& base, std::int64_t place);
    outcome found_in(const operand& base, const value& member);
    outcome finished(const node& at, function_result result);
    verdict truth(const node& at, std::string_view where);
    /// Takes the value into something that is being built, paid for.
    std::expected<value, evaluation_error> keep(const node& at, operand found);
    std::unexpected<evaluation_error> failed(const node& at, std::string what) const;
    std::unexpected<evaluation_error> missing(const node& at) const;
    std::string_view source_of(const node& at) const;

    const program& program_;
    const scope& roots_;
    const budget& limits_;
    meter cost_;
    std::array<const value*, nesting_max> bound_{};
};

} // namespace jmld::engine::expression
