// all, exists, exists_one, filter and map: bounded by the list they go through, each item paid for. Over a map they go
// through its keys.
#include "engine/expression/evaluator.hpp"

#include "engine/expression/operators.hpp"

namespace jmld::engine::expression {

/// Calls visit(item) with the variable bound, until it answers false. The range must be kept alive by the caller.
template <class Visit> void evaluator::each(const macro_node& content, const value& range, Visit visit)
{
    auto& bound = bound_.at(content.slot);
    if (range.is_list()) {
        for (auto const& item : range.items()) {
            bound = &item;
            if (!visit(item))
                return;
        }
        return;
    }
    for (auto const& [key, item] : range.entries()) {
        value const name(key);
        bound = &name;
        if (!visit(name))
            return;
    }
}

evaluator::outcome evaluator::on(const node& at, const macro_node& content)
{
    auto const range = evaluate(*content.range);
    if (!range)
        return range;
    auto const& over = range->get();
    if (!over.is_list() && !over.is_map())
        return failed(*content.range, "this goes through the items of a list or the keys of a map, not through " +
                                          std::string(to_text(over.kind())));
    switch (content.what) {
    case macro_kind::all:
        return quantifier(content, over, false);
    case macro_kind::exists:
        return quantifier(content, over, true);
    case macro_kind::exists_one:
        return exactly_one(content, over);
    case macro_kind::filter:
    case macro_kind::map:
        break;
    }
    return collect(at, content, over);
}

/// all is && over the items, exists is ||: one item that decides outweighs errors of others.
evaluator::outcome evaluator::quantifier(const macro_node& content, const value& range, bool decides)
{
    std::optional<evaluation_error> first_error;
    bool decided = false;
    each(content, range, [&](const value&) {
        auto holds = truth(*content.predicate, "the condition on each item is a bool");
        decided = holds && *holds == decides;
        if (!holds && (!first_error || cost_.exhausted()))
            first_error = std::move(holds.error());
        return !decided && !cost_.exhausted();
    });
    if (decided)
        return operand(value(decides));
    if (first_error)
        return std::unexpected(std::move(*first_error));
    return operand(value(!decides));
}

evaluator::outcome evaluator::exactly_one(const macro_node& content, const value& range)
{
    std::optional<evaluation_error> error;
    std::size_t count = 0;
    each(content, range, [&](const value&) {
        auto holds = truth(*content.predicate, "the condition on each item is a bool");
        if (!holds)
            error = std::move(holds.error());
        else
            count += *holds ? 1 : 0;
        return !error.has_value();
    });
    if (error)
        return std::unexpected(std::move(*error));
    return operand(value(count == 1));
}

evaluator::outcome evaluator::collect(const node& at, const macro_node& content, const value& range)
{
    std::optional<evaluation_error> error;
    value_list made;
    each(content, range, [&](const value& item) {
        auto const wanted = content.predicate == nullptr
                                ? verdict(true)
                                : truth(*content.predicate, "the condition on each item is a bool");
        if (!wanted) {
            error = wanted.error();
            return false;
        }
        if (!*wanted)
            return true;
        auto found = content.transform == nullptr ? outcome(operand::borrow(item)) : evaluate(*content.transform);
        auto kept = found ? keep(at, std::move(*found)) : std::unexpected(std::move(found.error()));
        if (!kept) {
            error = std::move(kept.error());
            return false;
        }
        made.push_back(std::move(*kept));
        return true;
    });
    if (error)
        return std::unexpected(std::move(*error));
    return operand(value(std::move(made)));
}

} // namespace jmld::engine::expression
