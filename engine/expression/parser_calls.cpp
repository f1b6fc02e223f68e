// Calls and macros. Each name is looked up at once: an unknown one is refused with the nearest known, one that CEL has
// and we leave out with the reason.
#include "engine/expression/functions.hpp"
#include "engine/expression/parser.hpp"

#include <algorithm>

namespace jmld::engine::expression {
namespace {

std::string unknown_function(std::string_view name)
{
    if (auto const why = why_left_out(name); !why.empty())
        return std::string(name) + "(): " + std::string(why);
    auto told = "unknown function '" + std::string(name) + "'";
    if (auto const near = suggest(name, function_names()); !near.empty())
        return told + "; did you mean '" + near + "'?";
    told += "; known are ";
    for (auto const& known : function_names())
        told += (told.ends_with("are ") ? "" : ", ") + known;
    return told;
}

std::string wrong_count(const function& called)
{
    return std::string(called.name) + "() is written " + std::string(called.usage);
}

std::optional<macro_kind> macro_of(std::string_view name)
{
    if (name == "all")
        return macro_kind::all;
    if (name == "exists")
        return macro_kind::exists;
    if (name == "exists_one")
        return macro_kind::exists_one;
    if (name == "filter")
        return macro_kind::filter;
    if (name == "map")
        return macro_kind::map;
    return std::nullopt;
}

std::string usage_of(macro_kind what, std::string_view name)
{
    if (what == macro_kind::map)
        return "map() is written list.map(x, value of x) or list.map(x, condition on x, value of x)";
    return std::string(name) + "() is written list." + std::string(name) + "(x, condition on x)";
}

std::size_t height_over(const std::vector<node_pointer>& children)
{
    std::size_t height = 0;
    for (auto const& child : children)
        height = std::max(height, child->height);
    return height + 1;
}

} // namespace

node_pointer parser::global_call(const token& called)
{
    auto const is_has = called.source == "has";
    if (!is_has && called.source != "coalesce") {
        if (auto const what = macro_of(called.source))
            return refuse(called, usage_of(*what, called.source));
        return call(called.offset, called, nullptr);
    }
    take();
    auto arguments = list_until(")", false);
    if (!arguments)
        return nullptr;
    if (!is_has && arguments->empty())
        return refuse(called, "coalesce() takes at least one value: coalesce(a.b, \"otherwise\")");
    auto const height = height_over(*arguments);
    if (!is_has)
        return make(called.offset, coalesce_node{std::move(*arguments)}, height);
    auto const reads = arguments->size() == 1 && (std::holds_alternative<select_node>(arguments->front()->content) ||
                                                  std::holds_alternative<index_node>(arguments->front()->content));
    if (!reads)
        return refuse(called, "has() asks for a member: has(a.b) or has(a[\"b\"])");
    return make(called.offset, has_node{std::move(arguments->front())}, height);
}

node_pointer parser::method_call(node_pointer receiver, std::size_t from, const token& called)
{
    if (auto const what = macro_of(called.source))
        return macro(std::move(receiver), from, called, *what);
    if (called.source == "has" || called.source == "coalesce")
        return refuse(called, std::string(called.source) + "() is written " + std::string(called.source) + "(a.b)");
    return call(from, called, std::move(receiver));
}

node_pointer parser::call(std::size_t from, const token& called, node_pointer receiver)
{
    auto const found = find_function(called.source);
    if (found == nullptr)
        return refuse(called, unknown_function(called.source));
    if (receiver != nullptr ? !found->method : !found->global)
        return refuse(called, wrong_count(*found));
    take();
    auto given = list_until(")", false);
    if (!given)
        return nullptr;
    call_node made{found, {}, nullptr};
    if (receiver != nullptr)
        made.arguments.push_back(std::move(receiver));
    std::ranges::move(*given, std::back_inserter(made.arguments));
    if (made.arguments.size() < found->required || made.arguments.size() > found->accepted)
        return refuse(called, wrong_count(*found));
    auto const height = height_over(made.arguments);
    return make(from, std::move(made), height);
}

node_pointer parser::macro(node_pointer range, std::size_t from, const token& called, macro_kind what)
{
    take();
    if (here().kind != token_kind::name || !ahead().is(","))
        return refuse(called, usage_of(what, called.source));
    auto const variable = take();
    for (auto const word : {"true", "false", "null", "in"}) {
        if (variable.source == word)
            return refuse(variable, "'" + std::string(word) + "' cannot be the name of a variable");
    }
    take();
    bound_.emplace_back(variable.source);
    auto made = macro_body(std::move(range), from, what);
    bound_.pop_back();
    if (made == nullptr && !problem_)
        return refuse(called, usage_of(what, called.source));
    return made;
}

/// nullptr without a problem when the number of parts is wrong.
node_pointer parser::macro_body(node_pointer range, std::size_t from, macro_kind what)
{
    auto parts = list_until(")", false);
    if (!parts || parts->empty() || parts->size() > (what == macro_kind::map ? 2U : 1U))
        return nullptr;
    auto const height = std::max(range->height + 1, height_over(*parts));
    macro_node made{what, std::move(range), bound_.size() - 1, nullptr, nullptr};
    if (what == macro_kind::map) {
        made.transform = std::move(parts->back());
        parts->pop_back();
    }
    if (!parts->empty())
        made.predicate = std::move(parts->front());
    return make(from, std::move(made), height);
}

} // namespace jmld::engine::expression
