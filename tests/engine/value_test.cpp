// engine::value keeps its promises: sorted maps, cheap sharing, reading that never throws, equality by kind.
// Its text forms are json_test's subject.
#include "engine/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

namespace jmld::engine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

TEST(Value, KnowsItsKind)
{
    auto const kind_of = [](const value& v) { return std::string(to_text(v.kind())); };
    EXPECT_EQ(kind_of({}), "null");
    EXPECT_EQ(kind_of(nullptr), "null");
    EXPECT_EQ(kind_of(true), "bool");
    EXPECT_EQ(kind_of(1), "int");
    EXPECT_EQ(kind_of(1.0), "double");
    EXPECT_EQ(kind_of("text"), "string");
    EXPECT_EQ(kind_of(std::string_view("text")), "string");
    EXPECT_EQ(kind_of(date(std::chrono::year(2026) / 4 / 1)), "date");
    EXPECT_EQ(kind_of(time_point(1ms)), "timestamp");
    EXPECT_EQ(kind_of(jmld::duration(1ms)), "duration");
    EXPECT_EQ(kind_of(value_list{}), "list");
    EXPECT_EQ(kind_of(value_map{}), "map");
}

TEST(Value, AnswersOnlyForItsOwnKind)
{
    value const seven = 7;
    ASSERT_NE(seven.if_integer(), nullptr);
    EXPECT_EQ(*seven.if_integer(), 7);
    EXPECT_EQ(seven.if_real(), nullptr);
    EXPECT_EQ(seven.if_bool(), nullptr);
    EXPECT_EQ(seven.if_text(), nullptr);
    EXPECT_EQ(seven.if_list(), nullptr);
    EXPECT_EQ(seven.if_map(), nullptr);
    EXPECT_EQ(seven.if_date(), nullptr);
    EXPECT_EQ(seven.if_timestamp(), nullptr);
    EXPECT_EQ(seven.if_duration(), nullptr);
    EXPECT_EQ(seven.text_or("other"), "other");
    EXPECT_EQ(value("mine").text_or("other"), "mine");
    EXPECT_TRUE(seven.items().empty());
    EXPECT_TRUE(seven.entries().empty());
}

TEST(Value, MapsAreSortedAndTheLastOfEqualKeysStands)
{
    auto const map = value::map({{"b", 1}, {"a", 2}, {"b", 3}, {"", 4}, {"a", 5}, {"b", 6}});
    EXPECT_THAT(map.entries(), ElementsAre(Pair("", value(4)), Pair("a", value(5)), Pair("b", value(6))));
    EXPECT_EQ(map, value::map({{"", 4}, {"a", 5}, {"b", 6}}));
}

TEST(Value, FindsEntriesAndAnswersNullForTheRest)
{
    auto const person = value::map({{"id", "00u1"}, {"manager", nullptr}, {"groups", value::list({"a", "b"})}});
    EXPECT_EQ(person["id"], value("00u1"));
    EXPECT_TRUE(person["absent"].is_null());
    EXPECT_TRUE(person["absent"]["deeper"].is_null());
    EXPECT_EQ(person.find("absent"), nullptr);
    ASSERT_NE(person.find("manager"), nullptr);
    EXPECT_TRUE(person.find("manager")->is_null());
    EXPECT_THAT(person["groups"].items(), ElementsAre(value("a"), value("b")));
    EXPECT_EQ(value("text").find("id"), nullptr);
}

TEST(Value, CopiesShareTheirContent)
{
    auto const map = value::map({{"a", value::list({1, 2})}});
    auto const copy = map;
    EXPECT_EQ(copy.if_map(), map.if_map());
    EXPECT_EQ(copy["a"].if_list(), map["a"].if_list());
}

TEST(Value, WithAndWithoutLeaveTheOriginal)
{
    auto const before = value::map({{"b", 1}, {"d", 2}});
    EXPECT_EQ(before.with("a", 0), value::map({{"a", 0}, {"b", 1}, {"d", 2}}));
    EXPECT_EQ(before.with("c", 0), value::map({{"b", 1}, {"c", 0}, {"d", 2}}));
    EXPECT_EQ(before.with("e", nullptr), value::map({{"b", 1}, {"d", 2}, {"e", nullptr}}));
    EXPECT_EQ(before.with("d", 3), value::map({{"b", 1}, {"d", 3}}));
    EXPECT_EQ(before.without("b"), value::map({{"d", 2}}));
    EXPECT_EQ(before.without("d"), value::map({{"b", 1}}));
    EXPECT_EQ(before.without("c").if_map(), before.if_map());
    EXPECT_EQ(before, value::map({{"b", 1}, {"d", 2}}));
    EXPECT_EQ(value(7).with("a", 1), value::map({{"a", 1}}));
    EXPECT_EQ(value().without("a"), value(value_map{}));
}

TEST(Value, EqualityIsDeepAndByKind)
{
    auto const build = [](int i) { return value::map({{"list", value::list({1, value::map({{"x", i}})})}}); };
    EXPECT_EQ(build(1), build(1));
    EXPECT_NE(build(1), build(2));
    EXPECT_NE(value(1), value(1.0));
    EXPECT_NE(value(0), value(false));
    EXPECT_NE(value(), value(false));
    EXPECT_NE(value("2026-04-01"), value(date(std::chrono::year(2026) / 4 / 1)));
    EXPECT_NE(value(time_point(5ms)), value(jmld::duration(5ms)));
    EXPECT_NE(value(value_list{}), value(value_map{}));
    EXPECT_NE(value::list({1}), value::list({1, 1}));
    EXPECT_EQ(value("a"), "a");
    value const nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(nan, value(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Value, AMapOfAnySizeAndOrderIsSortedAndKeepsTheLastOfEqualKeys)
{
    std::minstd_rand draw(11);
    for (std::size_t size = 0; size < 80; ++size) {
        value_map drawn;
        std::map<std::string, value> expected;
        for (std::size_t i = 0; i < size; ++i) {
            auto const key = std::to_string(draw() % (size + size / 3));
            drawn.emplace_back(key, static_cast<std::int64_t>(i));
            expected[key] = static_cast<std::int64_t>(i);
        }
        EXPECT_EQ(value(drawn).entries(), value_map(expected.begin(), expected.end())) << size;
    }
}

} // namespace
} // namespace jmld::engine
