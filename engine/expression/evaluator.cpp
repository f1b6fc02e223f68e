// Evaluation node by node. Errors are values on their way up; && || exists and all absorb them when the answer does not
// depend on them, has() and coalesce() absorb what is missing, and nothing absorbs a budget that is used up.
#include "engine/expression/evaluator.hpp"

#include "engine/expression/operators.hpp"
#include "engine/expression/output.hpp"

#include <algorithm>

namespace jmld::engine::expression {

std::expected<value, evaluation_error> evaluate(const program& compiled, const scope& roots, const budget& limits)
{
    return evaluator(compiled, roots, limits).run();
}

std::expected<bool, evaluation_error> evaluate_condition(const program& compiled, const scope& roots,
                                                         const budget& limits)
{
    auto const found = evaluate(compiled, roots, limits);
    if (!found)
        return std::unexpected(found.error());
    if (auto const holds = found->if_bool())
        return *holds;
    return std::unexpected(evaluation_error{
        "a condition must be true or false; this is " + std::string(to_text(found->kind())), false, 0});
}

std::expected<value, evaluation_error> evaluator::run()
{
    if (!program_)
        return std::unexpected(evaluation_error{"there is no expression to evaluate", false, 0});
    auto found = evaluate(*program_.root_);
    if (!found)
        return std::unexpected(std::move(found.error()));
    if (auto const wrong = check_output(found->get(), limits_.output_bytes_max))
        return failed(*program_.root_, *wrong);
    return std::move(*found).take();
}

evaluator::outcome evaluator::evaluate(const node& at)
{
    if (!cost_.spend())
        return failed(at, cost_.complaint());
    return std::visit([&](auto const& content) { return on(at, content); }, at.content);
}

evaluator::outcome evaluator::on(const node&, const literal_node& content) { return operand::borrow(content.content); }

evaluator::outcome evaluator::on(const node& at, const root_node& content)
{
    auto const found = roots_ ? roots_(content.name) : nullptr;
    return found != nullptr ? outcome(operand::borrow(*found)) : missing(at);
}

evaluator::outcome evaluator::on(const node&, const bound_node& content)
{
    return operand::borrow(*bound_.at(content.slot));
}

evaluator::outcome evaluator::on(const node& at, const select_node& content)
{
    auto const base = evaluate(*content.operand);
    return base ? member_of(at, *base, content.member) : base;
}

evaluator::outcome evaluator::on(const node& at, const index_node& content)
{
    auto const base = evaluate(*content.operand);
    if (!base)
        return base;
    auto const key = evaluate(*content.key);
    if (!key)
        return key;
    if (auto const place = key->get().if_integer(); place != nullptr && !base->get().is_map())
        return item_of(at, *base, *place);
    if (auto const name = key->get().if_text(); name != nullptr && !base->get().is_list())
        return member_of(at, *base, *name);
    return failed(at, "a " + std::string(to_text(base->get().kind())) + " is not read with [" +
                          std::string(to_text(key->get().kind())) + "]");
}

evaluator::outcome evaluator::member_of(const node& at, const operand& base, std::string_view member)
{
    auto const& from = base.get();
    if (from.is_null())
        return missing(at);
    if (!from.is_map())
        return failed(at, "only a map has members; '" + std::string(source_of(at)) + "' reads one of a " +
                              std::string(to_text(from.kind())));
    auto const found = from.find(member);
    return found != nullptr ? found_in(base, *found) : missing(at);
}

evaluator::outcome evaluator::item_of(const node& at, const operand& base, std::int64_t place)
{
    auto const& from = base.get();
    if (from.is_null())
        return missing(at);
    if (!from.is_list())
        return failed(at, "only a list is read by place; this is a " + std::string(to_text(from.kind())));
    if (place < 0 || static_cast<std::size_t>(place) >= from.items().size())
        return missing(at);
    return found_in(base, from.items()[static_cast<std::size_t>(place)]);
}

/// A member of something that ends with this operand has to be copied.
evaluator::outcome evaluator::found_in(const operand& base, const value& member)
{
    return base.is_borrowed() ? operand::borrow(member) : operand(member);
}

evaluator::outcome evaluator::on(const node&, const has_node& content)
{
    auto const found = evaluate(*content.read);
    if (!found && !found.error().missing)
        return found;
    return operand(value(found.has_value()));
}

evaluator::outcome evaluator::on(const node&, const coalesce_node& content)
{
    for (auto const& choice : content.choices) {
        auto found = evaluate(*choice);
        if (found ? !found->get().is_null() : !found.error().missing)
            return found;
    }
    return operand(value());
}

evaluator::outcome evaluator::on(const node&, const not_node& content)
{
    auto const holds = truth(*content.operand, "'!' takes a bool");
    return holds ? outcome(operand(value(!*holds))) : std::unexpected(holds.error());
}

evaluator::outcome evaluator::on(const node& at, const minus_node& content)
{
    auto const found = evaluate(*content.operand);
    return found ? finished(at, negate(found->get())) : found;
}

evaluator::outcome evaluator::on(const node&, const logical_node& content)
{
    auto const decides = !content.conjunction;
    std::optional<evaluation_error> first_error;
    for (auto const& one : content.operands) {
        auto holds = truth(*one, content.conjunction ? "both sides of '&&' are bools" : "both sides of '||' are bools");
        if (holds && *holds == decides)
            return operand(value(decides));
        if (!holds && cost_.exhausted())
            return std::unexpected(std::move(holds.error()));
        if (!holds && !first_error)
            first_error = std::move(holds.error());
    }
    if (first_error)
        return std::unexpected(std::move(*first_error));
    return operand(value(!decides));
}

evaluator::outcome evaluator::on(const node& at, const conditional_node&)
{
    auto choice = &at; // the right-hand side may go on for long
    while (auto const content = std::get_if<conditional_node>(&choice->content)) {
        auto const holds = truth(*content->condition, "what stands before '?' is a bool");
        if (!holds)
            return std::unexpected(holds.error());
        choice = *holds ? content->chosen.get() : content->otherwise.get();
    }
    return evaluate(*choice);
}

evaluator::outcome evaluator::on(const node& at, const binary_node& content)
{
    auto const left = evaluate(*content.left);
    if (!left)
        return left;
    auto const right = evaluate(*content.right);
    if (!right)
        return right;
    return finished(at, calculate(content.what, left->get(), right->get(), cost_));
}

evaluator::outcome evaluator::on(const node& at, const list_node& content)
{
    value_list made;
    made.reserve(content.items.size());
    for (auto const& item : content.items) {
        auto found = evaluate(*item);
        if (!found)
            return found;
        auto kept = keep(at, std::move(*found));
        if (!kept)
            return std::unexpected(std::move(kept.error()));
        made.push_back(std::move(*kept));
    }
    return operand(value(std::move(made)));
}

evaluator::outcome evaluator::on(const node& at, const map_node& content)
{
    value_map made;
    made.reserve(content.entries.size());
    for (auto const& [key, item] : content.entries) {
        auto const name = evaluate(*key);
        if (!name)
            return name;
        if (!name->get().is_text())
            return failed(*key, "the keys of a map are strings; this is " + std::string(to_text(name->get().kind())));
        auto found = evaluate(*item);
        if (!found)
            return found;
        auto kept = keep(at, std::move(*found));
        if (!kept || !cost_.make(name->get().if_text()->size()))
            return kept ? failed(at, cost_.complaint()) : std::unexpected(std::move(kept.error()));
        made.emplace_back(*name->get().if_text(), std::move(*kept));
    }
    auto const count = made.size();
    value result(std::move(made));
    if (result.entries().size() != count)
        return failed(at, "a key stands in this map twice");
    return operand(std::move(result));
}

evaluator::outcome evaluator::on(const node& at, const call_node& content)
{
    std::vector<operand> found;
    found.reserve(content.arguments.size());
    std::array<const value*, std::tuple_size_v<decltype(function::takes)>> given{};
    for (std::size_t i = 0; i < content.arguments.size(); ++i) {
        auto argument = evaluate(*content.arguments[i]);
        if (!argument)
            return argument;
        if (auto wrong = check_kind(*content.what, i, argument->get().kind()))
            return failed(*content.arguments[i], std::move(*wrong));
        found.push_back(std::move(*argument));
        given.at(i) = &found.back().get();
    }
    if (content.pattern != nullptr)
        return finished(at, match(*content.pattern, *given[0]->if_text(), cost_));
    return finished(at, content.what->run({given.data(), found.size()}, cost_));
}

evaluator::outcome evaluator::finished(const node& at, function_result result)
{
    if (cost_.exhausted())
        return failed(at, cost_.complaint());
    if (!result)
        return failed(at, std::move(result.error()));
    return operand(std::move(*result));
}

evaluator::verdict evaluator::truth(const node& at, std::string_view where)
{
    auto const found = evaluate(at);
    if (!found)
        return std::unexpected(found.error());
    if (auto const holds = found->get().if_bool())
        return *holds;
    return failed(at, std::string(where) + "; this is " + std::string(to_text(found->get().kind())));
}

std::expected<value, evaluation_error> evaluator::keep(const node& at, operand found)
{
    if (!cost_.make(bytes_of(found.get())))
        return failed(at, cost_.complaint());
    return std::move(found).take();
}

std::unexpected<evaluation_error> evaluator::failed(const node& at, std::string what) const
{
    return std::unexpected(evaluation_error{std::move(what), false, at.offset});
}

std::unexpected<evaluation_error> evaluator::missing(const node& at) const
{
    return std::unexpected(evaluation_error{std::string(source_of(at)) + " is missing", true, at.offset});
}

std::string_view evaluator::source_of(const node& at) const
{
    constexpr std::size_t told_max = 80;
    return std::string_view(program_.text()).substr(at.offset, std::min(at.length, told_max));
}

} // namespace jmld::engine::expression
