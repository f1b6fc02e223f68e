// JSON in and out: what is refused and where, that writing is canonical, and that the stored form loses nothing.
// The loops run over seeded chance, so a failure repeats; each prints what it was working on.
#include "engine/json/json.hpp"

#include "engine/random_source.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace jmld::engine::json {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

value parsed(std::string_view text, const limits& bounds = {})
{
    auto read = parse(text, bounds);
    EXPECT_TRUE(read) << text << ": " << (read ? "" : read.error().what);
    return read ? *read : value("(did not parse)");
}

struct refusal
{
    std::string_view text;
    std::string_view what;
};

void expect_refused(const refusal& expected)
{
    auto const read = parse(expected.text);
    ASSERT_FALSE(read) << expected.text;
    EXPECT_EQ(read.error().code, errc::invalid_input) << expected.text;
    EXPECT_EQ(read.error().what, "JSON: " + std::string(expected.what)) << expected.text;
}

TEST(JsonParse, ReadsEveryKind)
{
    EXPECT_EQ(parsed(R"( {"n":null,"t":true,"f":false,"i":-12,"d":1.5,"s":"x","l":[1,[],{}],"m":{"a":{}}} )"),
              value::map({{"n", nullptr},
                          {"t", true},
                          {"f", false},
                          {"i", -12},
                          {"d", 1.5},
                          {"s", "x"},
                          {"l", value::list({1, value_list{}, value_map{}})},
                          {"m", value::map({{"a", value_map{}}})}}));
    EXPECT_EQ(parsed("7"), value(7));
    EXPECT_EQ(parsed(R"("")"), value(""));
}

TEST(JsonParse, ReadsStringsWithEscapes)
{
    EXPECT_EQ(parsed(R"("a\"\\\/\b\f\n\r\tz")"), value("a\"\\/\b\f\n\r\tz"));
    EXPECT_EQ(parsed(R"("gr\u00fc\u00DFe \ud83d\ude00 €")"), value("grüße 😀 €"));
    EXPECT_EQ(parsed(R"({"a\u0062c":"d\u0065f"})"), value::map({{"abc", "def"}}));
    // Longer than the parser's own buffer, escaped at both ends.
    auto const filling = std::string(20'000, 'x');
    EXPECT_EQ(parsed("\"\\n" + filling + "\\n" + filling + "\""), value("\n" + filling + "\n" + filling));
    EXPECT_EQ(parsed("[\"" + filling + "\\t\",\"y\"]"), value::list({filling + "\t", "y"}));
}

TEST(JsonParse, KeepsNumbersExact)
{
    EXPECT_EQ(parsed("9223372036854775807"), value(most));
    EXPECT_EQ(parsed("-9223372036854775808"), value(least));
    EXPECT_EQ(parsed("-0"), value(0));
    EXPECT_EQ(parsed("1.0"), value(1.0));
    EXPECT_EQ(parsed("1e2"), value(100.0));
    EXPECT_EQ(parsed("1E+2"), value(100.0));
    EXPECT_EQ(parsed("0.1"), value(0.1));
    EXPECT_EQ(parsed("123456789.123456789"), value(123456789.123456789));
    EXPECT_EQ(parsed("12345678901234567890.5"), value(12345678901234567890.5));
    EXPECT_EQ(parsed("1.7976931348623157e308"), value(std::numeric_limits<double>::max()));
    EXPECT_EQ(parsed("5e-324"), value(5e-324));
    EXPECT_EQ(parsed("1e-999"), value(0.0));
    EXPECT_TRUE(std::signbit(*parsed("-0.0").if_real()));
    EXPECT_EQ(parsed("[1.25,                                          2]"), value::list({1.25, 2}));
}

TEST(JsonParse, RefusesNumbersOutOfRange)
{
    for (auto const text : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                            "-9223372036854775809", "100000000000000000000000000000000000000000"})
        expect_refused({text, "an integer out of range at byte 0"});
    expect_refused({R"({"a":[1, 9223372036854775808 ]})", "an integer out of range at byte 9"});
    expect_refused({"[1e309]", "a number out of range at byte 1"});
    expect_refused({"[-1e309]", "a number out of range at byte 1"});
    EXPECT_FALSE(parse("1e99999999999"));
    for (auto const text : {"NaN", "Infinity", "-Infinity", "nan", "01", "+1", ".5", "1.", "1e", "-", "0x10", "1_000"})
        EXPECT_FALSE(parse(text)) << text;
}

TEST(JsonParse, RefusesDuplicateKeysUnlessToldOtherwise)
{
    expect_refused({R"({"a":1,"b":2,"a":3})", "a duplicate key at byte 14"});
    expect_refused({R"([{"x":{"b":2,"a":3,"a":4}}])", "a duplicate key at byte 20"});
    EXPECT_FALSE(parse(R"({"a":1,"\u0061":2})"));
    EXPECT_FALSE(parse(R"({"":1,"":2})"));
    EXPECT_EQ(parsed(R"({"a":{"b":1},"b":1})"), value::map({{"a", value::map({{"b", 1}})}, {"b", 1}}));
    limits lenient;
    lenient.refuse_duplicate_keys = false;
    EXPECT_EQ(parsed(R"({"b":0,"a":1,"b":2,"a":3})", lenient), value::map({{"a", 3}, {"b", 2}}));
}

TEST(JsonParse, RefusesNul)
{
    expect_refused({"[1,\0 2]"sv, "syntax error at byte 3"});
    expect_refused({"\"a\0b\""sv, "syntax error at byte 2"});
    expect_refused({"1\0"sv, "trailing bytes at byte 1"});
    for (auto const text : {R"("\u0000")", R"("abc\u0000def")", R"({"a\u0000":1})", R"(["x\n\u0000"])"}) {
        auto const read = parse(text);
        ASSERT_FALSE(read) << text;
        EXPECT_TRUE(read.error().what.starts_with("JSON: a NUL in a string at byte ")) << read.error().what;
    }
    EXPECT_TRUE(parse(R"("\\u0000")"));
}

TEST(JsonParse, RefusesInvalidUtf8)
{
    for (auto const text :
         {"\"\x80\""sv, "\"\xC0\xAF\""sv, "\"\xE2\x82\""sv, "\"\xED\xA0\x80\""sv, "\"\xF4\x90\x80\x80\""sv,
          "\"\xFF\""sv, "{\"\xC3\":1}"sv, "\"abc\xE2"sv, "\"\\n\xE2\x28\xA1\""sv, R"("\ud800")"sv, R"("\ud800x")"sv,
          R"("\udc00")"sv, R"("\ud800\ud800")"sv, "\xEF\xBB\xBF{}"sv, "\xFF\xFE"sv})
        EXPECT_FALSE(parse(text)) << text;
    expect_refused({"[\"ab\xFF\"]", "syntax error at byte 4"});
}

TEST(JsonParse, RefusesWhatIsNoJson)
{
    expect_refused({"", "incomplete JSON at byte 0"});
    expect_refused({"   ", "incomplete JSON at byte 3"});
    expect_refused({R"({"a":)", "incomplete JSON at byte 5"});
    expect_refused({"[1] 2", "trailing bytes at byte 4"});
    expect_refused({"{} {}", "trailing bytes at byte 3"});
    expect_refused({"[1,]", "syntax error at byte 3"});
    for (auto const text : {"{", "[", "\"", "\"\\", "\"\\u00", "tru", "truee", "{a:1}", "{'a':1}", R"({"a" 1})",
                            R"({"a":1,})", R"({"a"})", "[1 2]", "// x\n1", "/* x */ 1", "\"a\nb\"", R"("\x")", "]"})
        EXPECT_FALSE(parse(text)) << text;
}

TEST(JsonParse, HoldsItsLimits)
{
    auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parse(nested(32)));
    expect_refused({nested(33), "too deep at byte 32"});
    EXPECT_FALSE(parse(std::string(100'000, '[')));
    limits flat;
    flat.depth_max = 1;
    EXPECT_TRUE(parse(R"({"a":1})", flat));
    EXPECT_FALSE(parse(R"({"a":[]})", flat));
    limits small;
    small.bytes_max = 5;
    EXPECT_TRUE(parse("[1,2]", small));
    ASSERT_FALSE(parse("[1,2 ]", small));
    EXPECT_EQ(parse("[1,2 ]", small).error().code, errc::too_large);
}

TEST(JsonWrite, IsCompactAndSorted)
{
    EXPECT_EQ(write(parsed(R"({ "b" : [ 1, 2.5, 1.0, null ], "a" : { "y" : true, "x" : "q" }, "c":{}, "d":[] })")),
              R"({"a":{"x":"q","y":true},"b":[1,2.5,1.0,null],"c":{},"d":[]})");
    EXPECT_EQ(write(value("a\"\\\b\f\n\r\t\x01\x1f/é\x7f")), "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/é\x7f\"");
    EXPECT_EQ(write(value("a\0b"s)), R"("a\u0000b")");
    EXPECT_EQ(write(1e20), "1e+20");
    EXPECT_EQ(write(-0.0), "-0.0");
    EXPECT_EQ(write(least), "-9223372036854775808");
    EXPECT_EQ(write(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWrite, GivesTimeItsOutsideForm)
{
    EXPECT_EQ(write(value::map({{"d", date(std::chrono::year(2026) / 4 / 1)},
                                {"t", time_point(1ms)},
                                {"l", jmld::duration(168h)},
                                {"$x", 1}})),
              R"({"$x":1,"d":"2026-04-01","l":"7d","t":"1970-01-01T00:00:00.001Z"})");
}

TEST(JsonWrite, NeverWritesInvalidUtf8)
{
    EXPECT_EQ(write(value("a\xFF"
                          "b\xC3")),
              "\"a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\"");
    seeded_random random(3);
    for (int i = 0; i < 3000; ++i) {
        std::string bytes;
        for (auto length = random.next() % 12; length != 0; --length) {
            constexpr auto interesting = "a\"\\\x7f\x80\x90\xa0\xbf\xc0\xc2\xdf\xe0\xe2\xed\xef\xf0\xf4\xf5\xff"sv;
            bytes += interesting[random.next() % interesting.size()];
        }
        EXPECT_TRUE(parse(write(bytes))) << write(bytes);
    }
}

TEST(JsonWrite, PrettyIsIndentedByTwo)
{
    auto const content = value::map({{"a", value::list({1, value::map({{"b", 2}})})}, {"c", value_list{}}});
    EXPECT_EQ(write_pretty(content), "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": []\n}");
    EXPECT_EQ(parsed(write_pretty(content)), content);
}

TEST(JsonEncode, MarksTheKindsThatJsonLacks)
{
    EXPECT_EQ(encode(date(std::chrono::year(2026) / 4 / 1)), R"({"$date":"2026-04-01"})");
    EXPECT_EQ(encode(time_point(12ms)), R"({"$timestamp":12})");
    EXPECT_EQ(encode(jmld::duration(-5ms)), R"({"$duration":-5})");
    EXPECT_EQ(encode(value::map({{"$date", "x"}, {"a", 1}})), R"({"$map":{"$date":"x","a":1}})");
    EXPECT_EQ(encode(value::map({{"a$", 1}})), R"({"a$":1})");
}

void expect_survives(const value& content)
{
    auto const text = encode(content);
    auto const back = decode(text);
    ASSERT_TRUE(back) << text << ": " << back.error().what;
    EXPECT_EQ(*back, content) << text;
    EXPECT_EQ(encode(*back), text);
}

TEST(JsonEncode, RoundTripsTheAwkward)
{
    expect_survives(value::map({{"$map", value::map({{"$map", value::list({time_point(3ms)})}})}}));
    expect_survives(value::map({{"$map", value::map({{"$timestamp", 3}})}}));
    expect_survives(value::map({{"$map", value::map({{"x", value::map({{"$date", date()}})}})}}));
    expect_survives(value::map({{"$", 1}, {"$$", value_map{}}}));
    expect_survives(value("a\0b"s));
    expect_survives(std::numeric_limits<double>::quiet_NaN());
    expect_survives(-std::numeric_limits<double>::infinity());
    expect_survives(date(std::chrono::year(2026) / 4 / 31));
    expect_survives(date(std::chrono::year(-44) / 3 / 15));
    expect_survives(date(std::chrono::year(12000) / 3 / 15));
    expect_survives(time_point(jmld::duration(least)));
    value deep = 1;
    for (int i = 0; i < 500; ++i)
        deep = value::map({{"$a", value::list({deep})}});
    expect_survives(deep);
}

TEST(JsonDecode, CallsWhatEncodeNeverWritesCorrupt)
{
    for (auto const text :
         {"", "{", "[1] 2", R"({"$date":"2026-02-30"})", R"({"$date":1})", R"({"$date":[1,2]})",
          R"({"$date":[99999,1,1]})", R"({"$timestamp":"1"})", R"({"$timestamp":1.5})", R"({"$timestamp":1,"a":2})",
          R"({"$duration":null})", R"({"$map":1})", R"({"$map":[{"$timestamp":1}]})", R"({"$map":{},"$x":1})",
          R"({"$other":1})", R"({"$":1})", R"({"a":1,"$b":2})", R"({"$double":"1"})"})
    {
        auto const read = decode(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, errc::corrupt) << text;
    }
    EXPECT_FALSE(decode(std::string(100'000, '[')));
}

class any_value
{
public:
    explicit any_value(std::uint64_t seed) : random_(seed) {}

    value draw(int depth = 4)
    {
        switch (random_.next() % (depth > 0 ? 12 : 8)) {
        case 0:
            return nullptr;
        case 1:
            return random_.next() % 2 == 0;
        case 2:
            return number();
        case 3:
            return real();
        case 4:
            return text();
        case 5:
            return date(std::chrono::sys_days(std::chrono::days(number() % 100'000)));
        case 6:
            return time_point(jmld::duration(number()));
        case 7:
            return jmld::duration(number());
        case 8:
        case 9: {
            value_list items;
            for (auto count = random_.next() % 5; count != 0; --count)
                items.push_back(draw(depth - 1));
            return items;
        }
        default: {
            value_map entries;
            for (auto count = random_.next() % 6; count != 0; --count)
                entries.emplace_back(key(), draw(depth - 1));
            return entries;
        }
        }
    }

private:
    std::int64_t number() { return static_cast<std::int64_t>(random_.next()) >> (random_.next() % 64); }

    double real()
    {
        auto const bits = random_.next();
        auto const drawn = std::bit_cast<double>(bits);
        return bits % 4 == 0 ? static_cast<double>(number()) : (std::isfinite(drawn) ? drawn : 0.5);
    }

    std::string text()
    {
        static constexpr std::string_view pieces[] = {"a", "$", "\"", "\\", "\n", "é", "€", "😀", "\x01", "/", " "};
        std::string made;
        for (auto count = random_.next() % 8; count != 0; --count)
            made += pieces[random_.next() % std::size(pieces)];
        return made;
    }

    std::string key()
    {
        static constexpr std::string_view tags[] = {"$date", "$timestamp", "$duration", "$map", "$double"};
        return random_.next() % 4 == 0 ? std::string(tags[random_.next() % std::size(tags)]) : text();
    }

    seeded_random random_;
};

TEST(JsonFuzz, StoredFormRoundTripsEveryValue)
{
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        SCOPED_TRACE(seed);
        auto const content = any_value(seed).draw();
        expect_survives(content);
        ASSERT_FALSE(testing::Test::HasFailure());
    }
}

TEST(JsonFuzz, PlainFormIsStableAfterOneReading)
{
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        SCOPED_TRACE(seed);
        auto const text = write(any_value(seed).draw());
        auto const read = parse(text);
        ASSERT_TRUE(read) << text << ": " << read.error().what;
        ASSERT_EQ(write(*read), text);
        ASSERT_EQ(parse(write_pretty(*read)), read);
    }
}

TEST(JsonFuzz, DoublesComeBackToTheBit)
{
    seeded_random random(4);
    for (int i = 0; i < 20'000; ++i) {
        auto const bits = random.next();
        auto const number = std::bit_cast<double>(bits);
        if (!std::isfinite(number))
            continue;
        auto const back = parse(write(number));
        ASSERT_TRUE(back);
        ASSERT_NE(back->if_real(), nullptr) << write(number);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(*back->if_real()), bits) << write(number);
    }
}

TEST(JsonFuzz, DamagedTextIsReadOrRefusedButNeverBreaks)
{
    seeded_random random(5);
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        SCOPED_TRACE(seed);
        auto text = encode(any_value(seed).draw());
        for (auto damage = 1 + random.next() % 3; damage != 0 && !text.empty(); --damage) {
            auto const at = random.next() % text.size();
            switch (random.next() % 3) {
            case 0:
                text[at] = static_cast<char>(random.next());
                break;
            case 1:
                text.erase(at, 1 + random.next() % 4);
                break;
            default:
                text.insert(at, 1, "{}[]\",:\\0e.-$"[random.next() % 13]);
            }
        }
        if (auto const read = parse(text))
            ASSERT_EQ(parse(write(*read)), read) << text; // whatever is accepted must be expressible
        else
            ASSERT_NE(read.error().what.find(" at byte "), std::string::npos);
        if (auto const read = decode(text))
            ASSERT_EQ(decode(encode(*read)), read) << text;
        else
            ASSERT_EQ(read.error().code, errc::corrupt);
    }
}

} // namespace
} // namespace jmld::engine::json
