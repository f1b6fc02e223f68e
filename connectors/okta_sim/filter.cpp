// Reads filter expressions by recursive descent into a small tree and evaluates it. It indexes nothing: the lists of an
// imitation are short.
#include "connectors/okta_sim/filter.hpp"

#include "connectors/okta_sim/text.hpp"
#include "engine/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {

class filter_reader
{
public:
    explicit filter_reader(std::string_view text) : text_(text) {}

    result<filter> all()
    {
        filter read;
        read.root_ = either();
        skip();
        if (failed_ || at_ != text_.size())
            return failure(errc::invalid_input, fmt::format("the expression cannot be read at character {}", at_ + 1));
        return read;
    }

private:
    using node = filter::node;
    using pointer = std::shared_ptr<const node>;

    static constexpr int depth_max = 50;
    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool failed_ = false;

    void skip()
    {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
            ++at_;
    }

    std::string_view word() const
    {
        auto const end = text_.find_first_of(" \t()\"", at_);
        return text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    }

    bool take_word(std::string_view wanted)
    {
        skip();
        if (fold_case(word()) != wanted)
            return false;
        at_ += wanted.size();
        return true;
    }

    pointer fail()
    {
        failed_ = true;
        return std::make_shared<node>();
    }

    pointer joined(node::kind how, pointer left, pointer right)
    {
        auto made = std::make_shared<node>();
        made->is = how;
        made->left = std::move(left);
        made->right = std::move(right);
        return made;
    }

    pointer either()
    {
        auto left = both();
        while (!failed_ && take_word("or"))
            left = joined(node::kind::either, left, both());
        return left;
    }

    pointer both()
    {
        auto left = term();
        while (!failed_ && take_word("and"))
            left = joined(node::kind::both, left, term());
        return left;
    }

    pointer term()
    {
        skip();
        if (at_ >= text_.size() || text_[at_] != '(')
            return leaf();
        if (++depth_ > depth_max)
            return fail();
        ++at_;
        auto inner = either();
        skip();
        if (failed_ || at_ >= text_.size() || text_[at_] != ')')
            return fail();
        ++at_;
        --depth_;
        return inner;
    }

    pointer leaf()
    {
        constexpr auto operators =
            std::to_array<std::string_view>({"eq", "ne", "sw", "co", "ew", "gt", "ge", "lt", "le", "pr"});
        auto made = std::make_shared<node>();
        made->leaf.attribute = word();
        at_ += word().size();
        skip();
        made->leaf.op = fold_case(word());
        at_ += word().size();
        if (made->leaf.attribute.empty() || std::ranges::find(operators, made->leaf.op) == operators.end())
            return fail();
        skip();
        if (made->leaf.op != "pr")
            made->leaf.literal = literal();
        return made;
    }

    engine::value literal()
    {
        if (at_ < text_.size() && text_[at_] == '"')
            return quoted();
        auto const bare = word();
        at_ += bare.size();
        if (bare == "true" || bare == "false")
            return bare == "true";
        bool const digits =
            !bare.empty() && bare.size() < 18 && std::ranges::all_of(bare, [](char c) { return c >= '0' && c <= '9'; });
        if (!digits) {
            failed_ = true;
            return {};
        }
        return static_cast<std::int64_t>(std::stoll(std::string(bare)));
    }

    engine::value quoted()
    {
        std::string content;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                ++at_;
            content += text_[at_];
        }
        failed_ = failed_ || at_ >= text_.size();
        ++at_;
        return content;
    }
};

result<filter> filter::parse(std::string_view text) { return filter_reader(text).all(); }

bool filter::holds(const test& compare) const { return holds(*root_, compare); }

bool filter::holds(const node& at, const test& compare)
{
    switch (at.is) {
    case node::kind::leaf:
        return compare(at.leaf);
    case node::kind::both:
        return holds(*at.left, compare) && holds(*at.right, compare);
    case node::kind::either:
        return holds(*at.left, compare) || holds(*at.right, compare);
    }
    return false;
}

bool filter::every(const test& accepted) const
{
    bool all = true;
    auto const look = [&](auto&& self, const node& at) -> void {
        if (at.is == node::kind::leaf) {
            all = all && accepted(at.leaf);
            return;
        }
        self(self, *at.left);
        self(self, *at.right);
    };
    look(look, *root_);
    return all;
}

namespace {

std::string as_text(const engine::value& held)
{
    if (auto const* flag = held.if_bool())
        return *flag ? "true" : "false";
    if (auto const* number = held.if_integer())
        return std::to_string(*number);
    return held.text_or();
}

bool ordered(std::string_view op, auto const& left, auto const& right)
{
    if (op == "gt")
        return left > right;
    if (op == "ge")
        return left >= right;
    if (op == "lt")
        return left < right;
    return left <= right;
}

} // namespace

bool compares(const engine::value& held, const comparison& wanted, bool ignore_case)
{
    if (held.is_list())
        return std::ranges::any_of(held.items(),
                                   [&](const engine::value& one) { return compares(one, wanted, ignore_case); });
    if (wanted.op == "pr")
        return !held.is_null() && !(held.is_text() && held.text_or().empty());
    if (held.is_null())
        return wanted.op == "ne";
    auto left = as_text(held);
    auto right = as_text(wanted.literal);
    auto const earlier = parse_rfc3339(left);
    auto const later = parse_rfc3339(right);
    if (ignore_case) {
        left = fold_case(left);
        right = fold_case(right);
    }
    if (wanted.op == "eq" || wanted.op == "ne")
        return (earlier && later ? *earlier == *later : left == right) == (wanted.op == "eq");
    if (wanted.op == "sw")
        return left.starts_with(right);
    if (wanted.op == "ew")
        return left.ends_with(right);
    if (wanted.op == "co")
        return left.contains(right);
    return earlier && later ? ordered(wanted.op, *earlier, *later) : ordered(wanted.op, left, right);
}

const engine::value& at_path(const engine::value& object, std::string_view path)
{
    auto const dot = path.find('.');
    auto const& entry = object[path.substr(0, dot)];
    return dot == std::string_view::npos || entry.is_null() ? entry : at_path(entry, path.substr(dot + 1));
}

} // namespace jmld::okta_sim
