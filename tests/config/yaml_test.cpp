// The strict YAML reader: what it gives, and every hostile or mistaken file it refuses, with the exact place.
#include "config/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace yaml = jmld::config::yaml;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// The whole message for a text that must be refused.
std::string refusal(std::string_view text, const yaml::limits& bounds = {})
{
    const auto parsed = yaml::parse(text, bounds);
    return parsed ? "accepted" : yaml::format("f.yaml", text, parsed.error());
}

yaml::node accepted(std::string_view text)
{
    const auto parsed = yaml::parse(text);
    if (!parsed)
        ADD_FAILURE() << yaml::format("f.yaml", text, parsed.error());
    return parsed.value_or(yaml::node{});
}

} // namespace

TEST(Yaml, GivesMapsListsAndScalarsWithTheirPlaces)
{
    const yaml::node root = accepted("name: joiner\nsteps:\n  a: { uses: \"x\", n: 3 }\n  b: [1, two]\n");
    ASSERT_TRUE(root.is_map());
    ASSERT_EQ(root.entries.size(), 2u);
    const yaml::node& a = *root.find("steps")->find("a");
    EXPECT_EQ(a.where.line, 3);
    EXPECT_EQ(a.where.column, 6);
    EXPECT_TRUE(a.find("uses")->quoted);
    EXPECT_EQ(a.find("n")->where.column, 22);
    EXPECT_FALSE(a.find("n")->quoted);
    EXPECT_EQ(root.find("steps")->find("b")->items.size(), 2u);
    EXPECT_EQ(root.find("steps")->entries[1].key_where.line, 4);
}

TEST(Yaml, CountsColumnsInCharactersNotBytes)
{
    const yaml::node root = accepted("ключ: значение\n");
    EXPECT_EQ(root.entries[0].content.where.column, 7);
}

TEST(Yaml, AnEmptyFileAndAValueLeftOutAreNull)
{
    EXPECT_EQ(accepted("").what, yaml::node::kind::null);
    EXPECT_EQ(accepted("# nothing\n").what, yaml::node::kind::null);
    const yaml::node root = accepted("a:\nb: ~\nc: null\nd: ''\n");
    EXPECT_EQ(root.find("a")->what, yaml::node::kind::null);
    EXPECT_EQ(root.find("a")->where.line, 1);
    EXPECT_EQ(root.find("b")->where.column, 4);
    EXPECT_EQ(root.find("c")->what, yaml::node::kind::null);
    EXPECT_TRUE(root.find("d")->is_scalar());
}

TEST(Yaml, AByteOrderMarkIsSkippedWithoutMovingPlaces)
{
    EXPECT_EQ(accepted("\xEF\xBB\xBF"
                       "a: 1\n")
                  .entries[0]
                  .key_where.column,
              1);
}

TEST(Yaml, TypesAreNeverGuessedFromTheLook)
{
    const yaml::node root =
        accepted("[yes, no, 0777, 12:30:45, true, 'true', -7, 1.5, 9007199254740993, True, 1e3, nan]");
    EXPECT_FALSE(yaml::as_bool(root.items[0]));
    EXPECT_FALSE(yaml::as_bool(root.items[1]));
    EXPECT_FALSE(yaml::as_integer(root.items[2]));
    EXPECT_FALSE(yaml::as_integer(root.items[3]));
    EXPECT_EQ(yaml::as_bool(root.items[4]), true);
    EXPECT_FALSE(yaml::as_bool(root.items[5]));
    EXPECT_EQ(yaml::as_integer(root.items[6]), -7);
    EXPECT_EQ(yaml::as_number(root.items[7]), 1.5);
    EXPECT_EQ(yaml::as_integer(root.items[8]), 9007199254740993);
    EXPECT_FALSE(yaml::as_bool(root.items[9]));
    EXPECT_FALSE(yaml::as_number(root.items[10]));
    EXPECT_FALSE(yaml::as_number(root.items[11]));
}

TEST(Yaml, RefusesADuplicateKeyAndSaysWhereTheFirstStands)
{
    EXPECT_EQ(refusal("a: 1\nb: 2\nc:\n  x: 1\na: 3\n"),
              "f.yaml:5:1: error: duplicate key 'a'; it stands already in line 1\n  a: 3\n  ^");
    EXPECT_THAT(refusal("{a: 1, \"a\": 2}"), StartsWith("f.yaml:1:8: error: duplicate key 'a'"));
}

TEST(Yaml, RefusesAnchorsAliasesAndMerges)
{
    EXPECT_THAT(refusal("a: &x 1\n"), StartsWith("f.yaml:1:4: error: anchors ('&x') are not accepted"));
    EXPECT_THAT(refusal("a: *x\n"), StartsWith("f.yaml:1:4: error: aliases ('*x') are not accepted"));
    EXPECT_THAT(refusal("&x [*x]"), StartsWith("f.yaml:1:1: error: anchors ('&x')"));
    EXPECT_THAT(refusal("a:\n  <<: 1\n"), StartsWith("f.yaml:2:3: error: merge keys"));
    EXPECT_THAT(refusal("a: &x {b: 1}\n"), StartsWith("f.yaml:1:4: error: anchors"));
    EXPECT_THAT(refusal("&k a: 1\n"), HasSubstr("error: anchors"));
    EXPECT_THAT(refusal("a: &x\nb: 1\n"), HasSubstr("error: anchors"));
}

TEST(Yaml, RefusesBillionLaughsAtItsFirstAnchor)
{
    std::string bomb = "a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n";
    for (char next = 'b'; next < 'j'; ++next) {
        bomb += std::string(1, next) + ": &" + std::string(1, next) + " [";
        for (int i = 0; i < 9; ++i)
            bomb += (i == 0 ? "*" : ",*") + std::string(1, static_cast<char>(next - 1));
        bomb += "]\n";
    }
    EXPECT_THAT(refusal(bomb), StartsWith("f.yaml:1:4: error: anchors ('&a')"));
}

TEST(Yaml, RefusesEveryTagWithAHint)
{
    EXPECT_EQ(refusal("s:\n  if: !cancelled()\n"),
              "f.yaml:2:7: error: YAML reads '!cancelled()' as a tag and would lose it; quote the whole expression\n"
              "    if: !cancelled()\n        ^~~~~~~~~~~~");
    EXPECT_THAT(refusal("if: !steps.a.ok && x\n"), StartsWith("f.yaml:1:5: error: YAML reads '!steps.a.ok' as a tag"));
    EXPECT_THAT(refusal("a: !!python/object:os.system x\n"), StartsWith("f.yaml:1:4: error: YAML tags"));
    EXPECT_THAT(refusal("a: !!str 5\n"), StartsWith("f.yaml:1:4: error: YAML tags ('!!str')"));
    EXPECT_THAT(refusal("a: ! 5\n"), StartsWith("f.yaml:1:4: error: YAML tags ('!')"));
    EXPECT_THAT(refusal("a: !!map {b: 1}\n"), StartsWith("f.yaml:1:4: error:"));
    EXPECT_THAT(refusal("a: !x\nb: 1\n"), StartsWith("f.yaml:1:4: error:"));
    EXPECT_THAT(refusal("!x a: 1\n"), StartsWith("f.yaml:1:1: error:"));
}

TEST(Yaml, SaysToQuoteAnExpressionThatYamlMisreads)
{
    EXPECT_EQ(refusal("with:\n  group: ${{ a ? b : c }}\n"),
              "f.yaml:2:10: error: quote the expression: YAML reads the colon as its own; write '${{ a ? b : c }}'\n"
              "    group: ${{ a ? b : c }}\n           ^~~~~~~~~~~~~~~~");
    EXPECT_THAT(refusal("with: { group: ${{ x }} }\n"),
                StartsWith("f.yaml:1:16: error: quote the expression: YAML reads braces inside { } or [ ]"));
    EXPECT_THAT(refusal("with: [ ${{ x }} ]\n"), StartsWith("f.yaml:1:9: error: quote the expression"));
    EXPECT_THAT(refusal("a: {\n  b: ${{ x }},\n  c: 1\n}\n"), StartsWith("f.yaml:2:6: error: quote the expression"));
    EXPECT_EQ(accepted("a: { b: '${{ x }}' }").find("a")->find("b")->text, "${{ x }}");
    EXPECT_EQ(accepted("a: ${{ x[\"y\"] }}").find("a")->text, "${{ x[\"y\"] }}");
}

TEST(Yaml, SaysHowExpressionsAreWrittenWhenBracesStandAlone)
{
    EXPECT_EQ(refusal("group: {{ item }}\n"),
              "f.yaml:1:8: error: YAML reads '{{ … }}' as nested maps; expressions are written ${{ … }}\n"
              "  group: {{ item }}\n         ^~");
    EXPECT_THAT(refusal("? [a]\n: b\n"), HasSubstr("a key must be a text"));
    EXPECT_THAT(refusal("~: b\n"), HasSubstr("a key must be a text"));
}

TEST(Yaml, ExplainsAnExpressionThatBeginsWithAQuote)
{
    EXPECT_THAT(refusal("if: \"x\" == person.kind\n"), HasSubstr("put the whole value in quotes of the other kind"));
}

TEST(Yaml, RefusesWhatIsNeverClosed)
{
    EXPECT_THAT(refusal("a: \"x\nb: 1\n"), StartsWith("f.yaml:1:4: error: this quote is never closed"));
    EXPECT_THAT(refusal("a: 'it''s\n"), StartsWith("f.yaml:1:4: error: this quote is never closed"));
    EXPECT_THAT(refusal("a: \"x\\\"\n"), StartsWith("f.yaml:1:4: error: this quote is never closed"));
    EXPECT_THAT(refusal("a: [1, 2\nb: 3\n"), HasSubstr("a list that began with '[' is not closed before this"));
    EXPECT_THAT(refusal("a: {b: 1\n"), HasSubstr("a map that began with '{' is not closed before this"));
    EXPECT_THAT(refusal("a: @x\n"),
                StartsWith("f.yaml:1:4: error: a value cannot begin with this character; quote it"));
    EXPECT_THAT(refusal("a: b: c\n"), StartsWith("f.yaml:1:5: error: a ': ' that cannot stand here"));
}

TEST(Yaml, RefusesASecondDocument)
{
    EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), StartsWith("f.yaml:2:1: error: a second document begins here"));
    EXPECT_TRUE(accepted("---\na: 1\n...\n").is_map());
}

TEST(Yaml, RefusesWhatIsTooDeepTooLongOrTooMany)
{
    EXPECT_THAT(refusal(std::string(1000, '[') + std::string(1000, ']')),
                StartsWith("f.yaml:1:33: error: nested too deep; at most 32"));
    EXPECT_THAT(refusal(std::string(100'000, '[') + std::string(100'000, ']')), HasSubstr("nested too deep"));
    EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("error"));
    EXPECT_THAT(refusal("a: " + std::string(5'000'000, 'x')),
                StartsWith("f.yaml:1:1: error: the file has 5000003 bytes"));
    std::string many = "[";
    for (int i = 0; i < 20'001; ++i)
        many += "1,";
    EXPECT_THAT(refusal(many + "]"), HasSubstr("too many values; at most 20000"));
    std::string deep_blocks;
    for (int i = 0; i < 40; ++i)
        deep_blocks += std::string(static_cast<std::size_t>(i), ' ') + "k:\n";
    EXPECT_THAT(refusal(deep_blocks), StartsWith("f.yaml:33:33: error: nested too deep"));
}

TEST(Yaml, RefusesBytesThatAreNoText)
{
    EXPECT_THAT(refusal("a: \xFFx\n"), StartsWith("f.yaml:1:4: error: byte 0xFF is not valid UTF-8"));
    EXPECT_THAT(refusal("a: \xC0\x80\n"), StartsWith("f.yaml:1:4: error: byte 0xC0"));
    EXPECT_THAT(refusal("a: \xED\xA0\x80\n"), StartsWith("f.yaml:1:4: error: byte 0xED")); // a surrogate
    EXPECT_THAT(refusal("a: \xE2\x82"), StartsWith("f.yaml:1:4: error: byte 0xE2"));
    EXPECT_THAT(refusal(std::string_view("a: 1\nb: x\0y\n", 12)),
                StartsWith("f.yaml:2:5: error: control character U+0000"));
    EXPECT_THAT(refusal("a: \x04 b\n"), StartsWith("f.yaml:1:4: error: control character U+0004"));
    EXPECT_THAT(refusal("a: 1\rb: 2\n"), StartsWith("f.yaml:1:5: error: a carriage return"));
    EXPECT_EQ(accepted("a: 1\r\nb: 2\r\n").find("b")->where.line, 2);
}

TEST(Yaml, ExplainsATabInTheIndentation)
{
    EXPECT_THAT(refusal("a:\n\tb: 1\n"), StartsWith("f.yaml:2:1: error: a tab in the indentation"));
}

TEST(Yaml, ThePrintedLineHoldsNothingThatATerminalWouldObey)
{
    const std::string message = refusal("a: \x1b[2J x\n");
    EXPECT_THAT(message, HasSubstr("U+001B"));
    EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

TEST(Yaml, TheCaretStandsUnderTabsAndWideCharacters)
{
    EXPECT_EQ(refusal("k: {\t名: 1, a: &x 2}\n"),
              "f.yaml:1:15: error: anchors ('&x') are not accepted; write the value out, or quote it if it is a text\n"
              "  k: {\t名: 1, a: &x 2}\n      \t          ^~");
}

TEST(Yaml, ALongLineIsShownAroundThePlace)
{
    const std::string message = refusal("a: [" + std::string(500, 'x') + ", &y 1, " + std::string(500, 'z') + "]");
    EXPECT_LT(message.size(), 600u);
    EXPECT_THAT(message, HasSubstr("&y"));
}

struct located
{
    const char* style;
    std::string text;
    std::string wanted; ///< the text whose place is sought
    int line, column;
};
void PrintTo(const located& one, std::ostream* out) { *out << one.style; }
class YamlLocate : public testing::TestWithParam<located>
{};
TEST_P(YamlLocate, FindsTheByteOfAScalarInTheFile)
{
    const yaml::node root = accepted(GetParam().text);
    ASSERT_TRUE(root.is_map());
    const yaml::node& scalar = root.entries[0].content;
    const std::size_t offset = scalar.text.find(GetParam().wanted);
    ASSERT_NE(offset, std::string::npos) << scalar.text;
    const yaml::place found = yaml::locate(GetParam().text, scalar, offset);
    EXPECT_EQ(found.line, GetParam().line);
    EXPECT_EQ(found.column, GetParam().column);
}
INSTANTIATE_TEST_SUITE_P(Styles, YamlLocate,
                         testing::Values(located{"plain", "a: one two\n", "two", 1, 8},
                                         located{"doubled quote", "a: 'it''s two'\n", "two", 1, 11},
                                         located{"escapes", "a: \"\\u00e9\\n two\"\n", "two", 1, 14},
                                         located{"characters", "a: é two\n", "two", 1, 6},
                                         located{"folded plain", "a: one\n  two\n  three\n", "three", 3, 3},
                                         located{"empty lines", "a: one\n\n\n  two\n", "two", 4, 3},
                                         located{"folded quoted", "a: \"one\n   two\"\n", "two", 2, 4},
                                         located{"literal", "a: |\n  one\n   two\n", "two", 3, 4},
                                         located{"folded block", "a: >-\n    one\n    two\n", "two", 3, 5},
                                         located{"CRLF", "a: >\r\n  one\r\n  two\r\n", "two", 3, 3}));

TEST(Yaml, NoMutationOfAFileCrashesTheReader)
{
    const std::string seed =
        "name: joiner\ntrigger:\n  event: [worker.hired, 'x']\n  at: ${{ event.start - policy.pre_hire }}\n"
        "steps:\n  a: { uses: \"okta.users.create\", with: {b: |\n  c\n} }\n  # comment\n  b: &x *x !t >\n";
    const std::string_view spice = "{}[]:,&*!|>'\"%@`#-?~<\n\r\t \x01\xff\xe2${";
    std::mt19937_64 chance(20260401);
    for (int round = 0; round < 20'000; ++round) {
        std::string text = seed;
        for (int i = static_cast<int>(chance() % 6) + 1; i > 0; --i) {
            const std::size_t at = chance() % text.size();
            switch (chance() % 3) {
            case 0:
                text[at] = spice[chance() % spice.size()];
                break;
            case 1:
                text.insert(at, 1, spice[chance() % spice.size()]);
                break;
            case 2:
                text.erase(at, chance() % 9);
                break;
            }
            if (text.empty())
                text = "a";
        }
        const auto parsed = yaml::parse(text);
        if (!parsed) {
            EXPECT_GE(parsed.error().where.line, 1);
            EXPECT_FALSE(yaml::format("f", text, parsed.error()).empty());
        }
    }
}
