// Operators by precedence: ?: || && relations + - * / % and the signs. Recursion is bounded by nesting_max and the tree
// by height_max, so that no text can use up the stack.
#include "engine/expression/parser.hpp"

#include <algorithm>
#include <array>

namespace jmld::engine::expression {

struct parser::nesting
{
    explicit nesting(parser& of) : of_(of) { ++of_.depth_; }
    ~nesting() { --of_.depth_; }
    nesting(const nesting&) = delete;
    nesting& operator=(const nesting&) = delete;
    parser& of_;
};

std::expected<node_pointer, problem> parse(std::string_view text)
{
    auto tokens = tokens_of(text);
    if (!tokens)
        return std::unexpected(std::move(tokens.error()));
    return parser(text, std::move(*tokens)).whole();
}

std::expected<node_pointer, problem> parser::whole()
{
    if (here().kind == token_kind::end)
        return std::unexpected(problem{0, 1, "an expression is expected; there is nothing here"});
    auto root = expression();
    if (root != nullptr && here().kind != token_kind::end)
        root = unexpected("an operator");
    if (root == nullptr)
        return std::unexpected(std::move(*problem_));
    return root;
}

node_pointer parser::expression()
{
    nesting const inside(*this);
    if (depth_ > nesting_max)
        return refuse(here(), "more than " + std::to_string(nesting_max) + " brackets stand inside each other here");
    return conditional();
}

node_pointer parser::conditional()
{
    struct choice
    {
        std::size_t from;
        node_pointer condition;
        node_pointer chosen;
    };
    // a ? b : c ? d : e goes on to the right as long as it likes, so a loop reads it.
    std::vector<choice> choices;
    node_pointer last;
    for (;;) {
        auto const from = here().offset;
        last = chain("||");
        if (last == nullptr || !accept("?"))
            break;
        auto chosen = chain("||");
        if (chosen == nullptr || !expect(":"))
            return nullptr;
        choices.push_back({from, std::move(last), std::move(chosen)});
    }
    for (auto choice = choices.rbegin(); choice != choices.rend() && last != nullptr; ++choice) {
        auto const parts = {choice->condition.get(), choice->chosen.get(), last.get()};
        std::size_t height = 0;
        for (auto const part : parts)
            height = std::max(height, part->height);
        last = make(choice->from,
                    conditional_node{std::move(choice->condition), std::move(choice->chosen), std::move(last)},
                    height + 1);
    }
    return last;
}

node_pointer parser::chain(std::string_view symbol)
{
    auto const from = here().offset;
    auto const next = [&] { return symbol == "||" ? chain("&&") : relation(); };
    auto first = next();
    if (first == nullptr || !here().is(symbol))
        return first;
    auto height = first->height;
    logical_node all{symbol == "&&", {}};
    all.operands.push_back(std::move(first));
    while (accept(symbol)) {
        auto operand = next();
        if (operand == nullptr)
            return nullptr;
        height = std::max(height, operand->height);
        all.operands.push_back(std::move(operand));
    }
    return make(from, std::move(all), height + 1);
}

namespace {

struct named_operator
{
    std::string_view symbol;
    binary_operator what;
};

constexpr std::array<named_operator, 6> relations{{
    {"==", binary_operator::equal_to},
    {"!=", binary_operator::not_equal},
    {"<", binary_operator::less},
    {"<=", binary_operator::less_equal},
    {">", binary_operator::greater},
    {">=", binary_operator::greater_equal},
}};
constexpr std::array<named_operator, 2> sums{{{"+", binary_operator::add}, {"-", binary_operator::subtract}}};
constexpr std::array<named_operator, 3> products{{
    {"*", binary_operator::multiply},
    {"/", binary_operator::divide},
    {"%", binary_operator::modulo},
}};

template <std::size_t Count> const named_operator* find(const std::array<named_operator, Count>& known, const token& at)
{
    auto const found = std::ranges::find_if(known, [&](const named_operator& one) { return at.is(one.symbol); });
    return found != known.end() ? &*found : nullptr;
}

} // namespace

node_pointer parser::binary(std::size_t from, binary_operator what, node_pointer left, node_pointer right)
{
    if (left == nullptr || right == nullptr)
        return nullptr;
    auto const height = std::max(left->height, right->height) + 1;
    return make(from, binary_node{what, std::move(left), std::move(right)}, height);
}

node_pointer parser::relation()
{
    auto const from = here().offset;
    auto left = sum();
    while (left != nullptr) {
        auto const found = find(relations, here());
        if (found == nullptr && !here().is_word("in"))
            break;
        take();
        auto right = sum();
        left = binary(from, found != nullptr ? found->what : binary_operator::in, std::move(left), std::move(right));
    }
    return left;
}

node_pointer parser::sum()
{
    auto const from = here().offset;
    auto left = product();
    while (left != nullptr) {
        auto const found = find(sums, here());
        if (found == nullptr)
            break;
        take();
        auto right = product();
        left = binary(from, found->what, std::move(left), std::move(right));
    }
    return left;
}

node_pointer parser::product()
{
    auto const from = here().offset;
    auto left = unary();
    while (left != nullptr) {
        auto const found = find(products, here());
        if (found == nullptr)
            break;
        take();
        auto right = unary();
        left = binary(from, found->what, std::move(left), std::move(right));
    }
    return left;
}

node_pointer parser::unary()
{
    std::vector<token> signs;
    while (here().is("!") || (here().is("-") && ahead().kind != token_kind::number))
        signs.push_back(take());
    auto operand = member();
    for (auto sign = signs.rbegin(); sign != signs.rend() && operand != nullptr; ++sign) {
        auto const height = operand->height + 1;
        operand = sign->is("!") ? make(sign->offset, not_node{std::move(operand)}, height)
                                : make(sign->offset, minus_node{std::move(operand)}, height);
    }
    return operand;
}

node_pointer parser::make(std::size_t from, content what, std::size_t height)
{
    if (problem_)
        return nullptr;
    if (height > height_max)
        return refuse(from, 1,
                      "the expression is too long in one piece; more than " + std::to_string(height_max) +
                          " operations build on each other here");
    return std::make_unique<node>(node{from, std::max(end_, from + 1) - from, height, std::move(what)});
}

token parser::take()
{
    auto const taken = here();
    if (taken.kind != token_kind::end)
        ++at_;
    end_ = taken.offset + taken.length();
    return taken;
}

bool parser::accept(std::string_view symbol)
{
    if (!here().is(symbol))
        return false;
    take();
    return true;
}

bool parser::expect(std::string_view symbol)
{
    if (accept(symbol))
        return true;
    unexpected("'" + std::string(symbol) + "'");
    return false;
}

node_pointer parser::refuse(std::size_t offset, std::size_t length, std::string what)
{
    if (!problem_)
        problem_ = problem{offset, std::max<std::size_t>(length, 1), std::move(what)};
    return nullptr;
}

node_pointer parser::unexpected(std::string_view wanted)
{
    auto const spelled = [](const token& word, std::string_view upper) {
        return word.kind == token_kind::name &&
               std::ranges::equal(word.source, upper, [](char a, char b) { return (a & ~0x20) == b; });
    };
    auto const before = at_ > 0 ? tokens_[at_ - 1] : token{};
    for (auto const& word : {here(), before}) {
        if (spelled(word, "AND") || spelled(word, "OR"))
            return refuse(word, std::string("write ") + (spelled(word, "AND") ? "&&" : "||") + " instead of " +
                                    std::string(word.source));
        if (spelled(word, "NOT"))
            return refuse(word, "write ! instead of " + std::string(word.source));
    }
    auto const found = here().kind == token_kind::end ? std::string("the expression ends")
                                                      : "'" + std::string(here().source) + "' stands here";
    return refuse(here(), std::string(wanted) + " is expected, but " + found);
}

} // namespace jmld::engine::expression
