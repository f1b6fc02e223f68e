// Members against shapes, the paths that are read, and how the checker complains. An unknown name is answered with the
// nearest known one, or with all of them when they are few.
#include "engine/expression/checker.hpp"

#include <algorithm>

namespace jmld::engine::expression {
namespace {

std::string spelled(const path& names)
{
    std::string text;
    for (auto const& name : names)
        text += (text.empty() ? "" : ".") + name;
    return text;
}

std::string hint(const std::string& wrong, const std::map<std::string, shape>& members)
{
    constexpr std::size_t told_max = 16;
    std::vector<std::string> known;
    for (auto const& [name, under] : members)
        known.push_back(name);
    if (auto const near = suggest(wrong, known); !near.empty())
        return "; did you mean '" + near + "'?";
    if (known.empty())
        return "; nothing is known there";
    if (known.size() > told_max)
        return {};
    std::string told = "; known are ";
    for (auto const& name : known)
        told += (&name == &known.front() ? "" : ", ") + name;
    return told;
}

} // namespace

std::optional<path> constant_path(const node& at)
{
    if (auto const root = std::get_if<root_node>(&at.content))
        return path{root->name};
    if (auto const select = std::get_if<select_node>(&at.content)) {
        auto under = constant_path(*select->operand);
        if (under)
            under->push_back(select->member);
        return under;
    }
    auto const index = std::get_if<index_node>(&at.content);
    auto const key = index != nullptr ? literal_of(*index->key) : nullptr;
    if (key == nullptr || (!key->is_text() && key->if_integer() == nullptr))
        return std::nullopt;
    auto under = constant_path(*index->operand);
    if (under)
        under->push_back(key->is_text() ? *key->if_text() : std::to_string(*key->if_integer()));
    return under;
}

/// `written` is how many bytes before the end of the node the member's name begins.
checker::facts checker::member_of(const node& at, const facts& operand, const std::string& member, std::size_t written)
{
    if (problem_ || operand.known == nullptr)
        return {};
    auto const found = operand.known->members.find(member);
    if (found != operand.known->members.end())
        return {std::nullopt, &found->second};
    if (operand.known->open)
        return {};
    auto const whole = constant_path(at);
    auto const name = whole ? spelled(*whole) : member;
    auto const length = std::min(written, at.length);
    refuse(at.offset + at.length - length, length,
           "unknown name '" + name + "'" + hint(member, operand.known->members));
    return {};
}

void checker::note_read(const node& at, bool reads_on)
{
    if (reads_on)
        return; // a longer path follows
    auto read = constant_path(at);
    if (read && std::ranges::find(reads_, *read) == reads_.end())
        reads_.push_back(std::move(*read));
}

void checker::must_be(const node& at, const facts& found, kind_set wanted, std::string_view what)
{
    if (found.kind && !wanted.holds(*found.kind))
        refuse(at, std::string(what) + "; this is " + std::string(engine::to_text(*found.kind)));
}

void checker::refuse(const node& at, std::string what) { refuse(at.offset, at.length, std::move(what)); }

void checker::refuse(std::size_t offset, std::size_t length, std::string what)
{
    if (!problem_)
        problem_ = problem{offset, std::max<std::size_t>(length, 1), std::move(what)};
}

} // namespace jmld::engine::expression
