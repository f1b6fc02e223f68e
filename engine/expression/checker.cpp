// The checks node by node: members against shapes, kinds against operators and functions. A constant under && or || may
// be of any kind, because CEL absorbs the error when the other side decides.
#include "engine/expression/checker.hpp"

#include "engine/expression/operators.hpp"

#include <algorithm>

namespace jmld::engine::expression {

using enum value_kind;

std::optional<problem> checker::check(node& root)
{
    kind_ = visit(root).kind;
    return problem_;
}

checker::facts checker::visit(node& at, bool reads_on)
{
    if (problem_)
        return {};
    return std::visit([&](auto& content) { return on(at, content, reads_on); }, at.content);
}

checker::facts checker::on(node&, literal_node& content, bool) { return {content.content.kind(), nullptr}; }

checker::facts checker::on(node& at, root_node& content, bool reads_on)
{
    note_read(at, reads_on);
    return member_of(at, {std::nullopt, &roots_}, content.name, content.name.size());
}

checker::facts checker::on(node&, bound_node& content, bool) { return bound_.at(content.slot); }

checker::facts checker::on(node& at, select_node& content, bool reads_on)
{
    auto const operand = visit(*content.operand, true);
    note_read(at, reads_on);
    must_be(*content.operand, operand, {map, null}, "only a map has members");
    return member_of(at, operand, content.member, content.member.size());
}

checker::facts checker::on(node& at, index_node& content, bool reads_on)
{
    auto const constant = literal_of(*content.key);
    auto const follows = constant != nullptr && (constant->is_text() || constant->if_integer() != nullptr);
    auto const operand = visit(*content.operand, follows);
    auto const key = visit(*content.key);
    if (follows)
        note_read(at, reads_on);
    must_be(*content.operand, operand, {map, list, null}, "only a list or a map is read with [ ]");
    must_be(*content.key, key, {integer, text}, "[ ] takes the place in a list (0 is the first) or the key of a map");
    if (operand.kind == list)
        must_be(*content.key, key, {integer}, "the place in a list is an int");
    if (operand.kind == map)
        must_be(*content.key, key, {text}, "the keys of a map are strings");
    if (constant != nullptr && constant->is_text())
        return member_of(at, operand, *constant->if_text(), content.key->length + 1);
    return {std::nullopt, operand.known != nullptr ? operand.known->element.get() : nullptr};
}

checker::facts checker::on(node&, has_node& content, bool)
{
    visit(*content.read);
    return {boolean, nullptr};
}

checker::facts checker::on(node&, coalesce_node& content, bool)
{
    std::vector<facts> all;
    for (auto const& choice : content.choices)
        all.push_back(visit(*choice));
    return common(std::move(all));
}

checker::facts checker::on(node&, not_node& content, bool)
{
    must_be(*content.operand, visit(*content.operand), {boolean}, "'!' takes a bool");
    return {boolean, nullptr};
}

checker::facts checker::on(node&, minus_node& content, bool)
{
    auto const operand = visit(*content.operand);
    must_be(*content.operand, operand, {integer, real}, "'-' takes int or double");
    return {operand.kind, nullptr};
}

checker::facts checker::on(node&, logical_node& content, bool)
{
    for (auto const& operand : content.operands)
        visit(*operand);
    return {boolean, nullptr};
}

checker::facts checker::on(node&, conditional_node& content, bool)
{
    must_be(*content.condition, visit(*content.condition), {boolean}, "what stands before '?' is a bool");
    auto const chosen = visit(*content.chosen);
    return common({chosen, visit(*content.otherwise)});
}

checker::facts checker::on(node& at, binary_node& content, bool)
{
    auto const left = visit(*content.left);
    auto const right = visit(*content.right);
    if (problem_)
        return {};
    auto const kind = kind_of_result(content.what, left.kind, right.kind);
    if (!kind) {
        refuse(at, kind.error());
        return {};
    }
    return {*kind, *kind == list && left.known == right.known ? left.known : nullptr};
}

checker::facts checker::on(node&, list_node& content, bool)
{
    for (auto const& item : content.items)
        visit(*item);
    return {list, nullptr};
}

checker::facts checker::on(node&, map_node& content, bool)
{
    for (auto const& [key, item] : content.entries) {
        must_be(*key, visit(*key), {text}, "the keys of a map are strings");
        visit(*item);
    }
    return {map, nullptr};
}

checker::facts checker::on(node& at, call_node& content, bool)
{
    auto const& called = *content.what;
    bool constant = true;
    for (std::size_t i = 0; i < content.arguments.size(); ++i) {
        auto& argument = *content.arguments[i];
        auto const found = visit(argument);
        if (auto wrong = found.kind ? check_kind(called, i, *found.kind) : std::nullopt)
            refuse(argument, std::move(*wrong));
        constant = constant && literal_of(argument) != nullptr;
    }
    if (problem_)
        return {};
    auto const pattern = called.name == "matches" ? literal_of(*content.arguments[1]) : nullptr;
    if (pattern != nullptr) {
        auto compiled = compile_pattern(*pattern->if_text());
        if (compiled)
            content.pattern = std::move(*compiled);
        else
            refuse(*content.arguments[1], compiled.error());
    }
    auto const gives = called.gives;
    if (called.fold && constant)
        fold(at, content); // ends the life of `content`
    return {gives, nullptr};
}

void checker::fold(node& at, const call_node& call)
{
    auto const& given = *literal_of(*call.arguments.front());
    meter cost{budget{}};
    auto const* const argument = &given;
    auto result = call.what->run(arguments(&argument, 1), cost);
    if (!result) {
        refuse(*call.arguments.front(), result.error());
        return;
    }
    if (given.is_text() && result->if_date() == nullptr && is_finer_than_milliseconds(*given.if_text())) {
        refuse(*call.arguments.front(), "times are kept in whole milliseconds; this is written finer");
        return;
    }
    at.height = 1;
    at.content = literal_node{std::move(*result)};
}

checker::facts checker::on(node&, macro_node& content, bool)
{
    auto const range = visit(*content.range);
    must_be(*content.range, range, {list, map}, "this goes through the items of a list or the keys of a map");
    auto const element = range.known != nullptr ? range.known->element.get() : nullptr;
    auto const of_map = range.kind == map || (range.known != nullptr && !range.known->members.empty());
    bound_.resize(std::max(bound_.size(), content.slot + 1));
    bound_[content.slot] = of_map ? facts{text, nullptr} : facts{std::nullopt, element};
    if (content.predicate != nullptr)
        must_be(*content.predicate, visit(*content.predicate), {boolean}, "the condition on each item is a bool");
    if (content.what == macro_kind::filter)
        return {list, of_map ? nullptr : range.known};
    if (content.what != macro_kind::map)
        return {boolean, nullptr};
    auto const item = visit(*content.transform);
    if (item.known == nullptr)
        return {list, nullptr};
    made_.emplace_back().element = std::make_shared<const shape>(*item.known);
    return {list, &made_.back()};
}

checker::facts checker::common(std::vector<facts> all) const
{
    auto const& first = all.front();
    auto const same_kind = std::ranges::all_of(all, [&](const facts& one) { return one.kind == first.kind; });
    auto const same_shape = std::ranges::all_of(all, [&](const facts& one) { return one.known == first.known; });
    return {same_kind ? first.kind : std::nullopt, same_shape ? first.known : nullptr};
}

} // namespace jmld::engine::expression
