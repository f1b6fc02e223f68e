// Members that are not there: an error that says so, absorbed by has() and coalesce() only.
#include "tests/engine/expression/evaluating.hpp"

#include <gmock/gmock.h>

namespace jmld::engine::expression {
namespace {

using testing::HasSubstr;

class ExpressionMissing : public testing::Test
{
protected:
    bindings roots{{"a", value::map({{"null", nullptr},
                                     {"text", "x"},
                                     {"list", value::list({1, 2})},
                                     {"b", value::map({{"c", 3}, {"x-y", 4}})}})}};

    std::string found(std::string_view text) const { return result_of(text, roots); }
};

TEST_F(ExpressionMissing, AMemberThatIsNotThereIsMissingWithItsPath)
{
    EXPECT_EQ(found("a.b.d"), "missing: a.b.d is missing");
    EXPECT_EQ(found("a.d.e.f"), "missing: a.d is missing");
    EXPECT_EQ(found("a['q']"), "missing: a['q'] is missing");
    EXPECT_EQ(found("a.list[2]"), "missing: a.list[2] is missing");
    EXPECT_EQ(found("a.list[-1]"), "missing: a.list[-1] is missing");
    EXPECT_EQ(found("nobody.x"), "missing: nobody is missing");
    EXPECT_EQ(found("'x' + a.d"), "missing: a.d is missing");
}

TEST_F(ExpressionMissing, AMemberOfNullIsMissingButNullItselfIsAValue)
{
    EXPECT_EQ(found("a.null"), "null");
    EXPECT_EQ(found("a.null.x.y"), "missing: a.null.x is missing");
    EXPECT_EQ(found("a.null[0]"), "missing: a.null[0] is missing");
    EXPECT_EQ(found("a.null == null"), "true");
}

TEST_F(ExpressionMissing, AMemberOfATextIsAMistakeAndNotMissing)
{
    EXPECT_THAT(found("a.text.x"), testing::StartsWith("error: only a map has members"));
    EXPECT_THAT(found("has(a.text.x)"), testing::StartsWith("error: "));
    EXPECT_THAT(found("coalesce(a.text.x, 1)"), testing::StartsWith("error: "));
    EXPECT_THAT(found("a.list.x"), testing::StartsWith("error: "));
    EXPECT_THAT(found("a[0]"), testing::StartsWith("error: "));
}

TEST_F(ExpressionMissing, HasAsksWithoutFailing)
{
    EXPECT_EQ(found("has(a.b.c) && has(a['b']['x-y']) && has(a.b.`x-y`) && has(a.list[0])"), "true");
    EXPECT_EQ(found("has(a.b.d) || has(a.d.e.f) || has(a.null.x) || has(nobody.x) || has(a.list[7])"), "false");
    EXPECT_EQ(found("has(a.null)"), "true") << "a null is there";
    EXPECT_EQ(found("has(a.d) ? a.d : 'none'"), "\"none\"");
}

TEST_F(ExpressionMissing, CoalesceGivesTheFirstThatIsThereAndNotNull)
{
    EXPECT_EQ(found("coalesce(a.d.e, a.null, a.null.x, a.b.c, 1 / 0)"), "3");
    EXPECT_EQ(found("coalesce(a.d, '')"), "\"\"");
    EXPECT_EQ(found("coalesce(a.d, a.null)"), "null");
    EXPECT_EQ(found("coalesce(1 / 0, 1)"), "error: division by zero");
    EXPECT_EQ(found("coalesce(coalesce(a.d), nobody) == null"), "true");
}

TEST_F(ExpressionMissing, AnErrorOfABoolStaysMissingWhenNothingDecides)
{
    EXPECT_EQ(found("a.d == 1 || a.b.c == 3"), "true");
    EXPECT_EQ(found("a.d == 1 || a.b.c == 4"), "missing: a.d is missing");
    EXPECT_EQ(found("a.list.filter(x, x == a.d)"), "missing: a.d is missing");
}

TEST_F(ExpressionMissing, AConditionCountsOnlyWhenItIsABool)
{
    auto const condition = [&](std::string_view text) {
        return evaluate_condition(*compile_bare(text, shape::any()), scope_of(roots));
    };
    EXPECT_EQ(condition("a.b.c == 3"), true);
    EXPECT_EQ(condition("${{ a.b.c == 4 }}"), false);
    EXPECT_EQ(condition("a.b.c").error().what, "a condition must be true or false; this is int");
    EXPECT_TRUE(condition("a.d == 1").error().missing);
}

TEST_F(ExpressionMissing, WhatIsReadOutOfAMadeValueOutlivesIt)
{
    EXPECT_EQ(found("[[a.text + 'y'], ['z']][0][0] + {'k': [a.text]}.k[0]"), "\"xyx\"");
    EXPECT_EQ(found("[a.text + 'long enough to live on the heap'].map(x, [x, x])[0][1].size()"), "32");
}

} // namespace
} // namespace jmld::engine::expression
