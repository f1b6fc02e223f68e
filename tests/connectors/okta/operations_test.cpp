// The table against itself and, where the description of Okta's API is at hand, against that.
#include "connectors/okta/actions.hpp"
#include "connectors/okta/client.hpp"
#include "connectors/okta/operations.hpp"
#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace jmld::tests {

using engine::effect_class;
using engine::repeatability;
using engine::value;
using okta::operation;
using okta::operations;
using okta::place;

namespace {

/// `/api/v1/users/{user}` → `/api/v1/users/{}`
std::string without_names(std::string_view path)
{
    std::string out;
    bool inside = false;
    for (const char c : path) {
        if (c == '{')
            out += "{}";
        inside = c == '{' || (inside && c != '}');
        if (!inside && c != '}')
            out += c;
    }
    return out;
}

std::set<std::string> placeholders(std::string_view path)
{
    std::set<std::string> names;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1))
        names.emplace(path.substr(open + 1, path.find('}', open) - open - 1));
    return names;
}

/// What Okta answers, or takes, though its description does not say so.
const std::set<std::string> undescribed_rows{
    "okta.groups.rules_of_member", // announced; the path stands there without an operation
    "okta.api_tokens.list",        // not in the trimmed description
    "okta.schemas.get_user",       // described as /schemas/user/{schemaId}
};
const std::map<std::string, std::set<int>> undescribed_codes{
    {"okta.users.deactivate", {204}},    // recorded
    {"okta.users.reset_factors", {204}}, // taken if it comes
    {"okta.groups.add_user", {200}},     // taken if it comes
    {"okta.groups.remove_user", {200}},  // taken if it comes
    {"okta.apps.unassign_user", {200}},  // taken if it comes
    {"okta.factors.unenroll", {200}},    // taken if it comes
    {"okta.roles.assign", {200}},        // taken if it comes
};

value description_of_okta()
{
    const auto file = std::filesystem::path(test::source_folder) / ".." / "shared" / "okta" / "openapi.json";
    std::ifstream in(file);
    if (!in)
        return {};
    std::stringstream text;
    text << in.rdbuf();
    auto parsed = engine::json::parse(text.str(), {.depth_max = 64, .refuse_duplicate_keys = false});
    EXPECT_TRUE(parsed) << parsed.error().what;
    return parsed ? *parsed : value();
}

std::string lower(std::string_view text)
{
    std::string copy(text);
    std::ranges::transform(copy, copy.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return copy;
}

} // namespace

TEST(OktaOperations, HaveDistinctNames)
{
    std::set<std::string_view> names, tools;
    for (const auto& row : operations()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_TRUE(tools.insert(row.tool).second) << row.tool;
        EXPECT_TRUE(row.name.starts_with("okta.")) << row.name;
        EXPECT_TRUE(row.summary.ends_with('.')) << row.name;
        EXPECT_FALSE(row.scope.empty()) << row.name;
    }
}

TEST(OktaOperations, FillEveryPlaceholderOfTheirPath)
{
    for (const auto& row : operations()) {
        std::set<std::string> in_path;
        for (const auto& parameter : row.parameters)
            if (parameter.where == place::path)
                in_path.emplace(parameter.wire);
        EXPECT_EQ(in_path, placeholders(row.path)) << row.name;
    }
}

TEST(OktaOperations, StateTheirInverseOrWhyThereIsNone)
{
    for (const auto& row : operations()) {
        const bool has = row.inverse != okta::inverse_kind::none;
        EXPECT_EQ(row.writes() && !has, !row.no_inverse.empty()) << row.name;
        if (!row.undone_by.empty()) {
            EXPECT_NE(okta::find_operation(row.undone_by), nullptr) << row.name;
        }
    }
}

TEST(OktaOperations, CanBeProbedWhereARepetitionCouldDoHarm)
{
    for (const auto& row : operations())
        if (row.writes() && row.repeat != repeatability::idempotent) {
            EXPECT_NE(row.probe, okta::probe_kind::none) << row.name;
        }
}

TEST(OktaOperations, AreDescribedForTheEngine)
{
    const okta::catalogue catalogue;
    EXPECT_EQ(catalogue.all().size(), operations().size());
    EXPECT_EQ(catalogue.find("okta.users.nonsense"), nullptr);
    const auto* create = catalogue.find("okta.users.create");
    ASSERT_NE(create, nullptr);
    EXPECT_TRUE(create->has_probe);
    EXPECT_TRUE(create->has_inverse);
    EXPECT_EQ(create->effect, effect_class::grants);
    EXPECT_EQ(create->scope, "okta.users.manage");
    const auto* deactivate = catalogue.find("okta.users.deactivate");
    EXPECT_TRUE(deactivate->destructive);
    EXPECT_FALSE(deactivate->has_inverse);
    EXPECT_FALSE(deactivate->no_inverse_reason.empty());
    EXPECT_THAT(okta::scopes(), testing::Contains(std::string_view("okta.groups.manage")));
}

TEST(OktaOperations, AgreeWithTheDescriptionOfOktasApi)
{
    const auto described = description_of_okta();
    if (described.is_null())
        GTEST_SKIP() << "../shared/okta/openapi.json is not there";
    std::map<std::string, value> by_call;
    for (const auto& [path, methods] : described["paths"].entries())
        for (const auto& [method, operation] : methods.entries())
            by_call[method + " " + without_names(path)] = operation;
    for (const auto& row : operations()) {
        if (row.method.empty() || undescribed_rows.contains(std::string(row.name)))
            continue;
        const auto key = lower(row.method) + " " + without_names(row.path);
        ASSERT_TRUE(by_call.contains(key)) << row.name << ": " << key;
        const auto& operation = by_call[key];
        for (const int status : row.success) {
            const auto exception = undescribed_codes.find(std::string(row.name));
            if (exception != undescribed_codes.end() && exception->second.contains(status))
                continue;
            EXPECT_NE(operation["responses"].find(std::to_string(status)), nullptr) << row.name << ' ' << status;
        }
        std::set<std::string> queries;
        for (const auto& parameter : operation["parameters"].items()) {
            const auto name = parameter["$ref"].text_or();
            const auto& resolved =
                name.empty() ? parameter : described["components"]["parameters"][name.substr(name.rfind('/') + 1)];
            if (resolved["in"].text_or() == "query")
                queries.insert(resolved["name"].text_or());
        }
        for (const auto& parameter : row.parameters)
            if (parameter.where == place::query) {
                EXPECT_TRUE(queries.contains(std::string(parameter.wire))) << row.name << ' ' << parameter.wire;
            }
    }
}

} // namespace jmld::tests
