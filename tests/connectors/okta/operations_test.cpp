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

/// Rows that the description at hand does not describe, and why jmld knows them all the same.
const std::map<std::string, std::string> undescribed_rows{
    {"okta.groups.rules_of_member", "announced; the path stands there without an operation"},
    {"okta.api_tokens.list", "not in the trimmed description"},
    {"okta.schemas.get_user", "described as /schemas/user/{schemaId}"},
    {"okta.sessions.authenticate", "Classic Engine: in no description of Okta's"},
    {"okta.authorization_servers.activate", "not in the trimmed description; the counterpart of deactivate"},
    {"okta.authorization_servers.scopes", "not in the trimmed description, which has creating only"},
    {"okta.authorization_servers.delete_scope", "not in the trimmed description, which has creating only"},
    {"okta.authorization_servers.claims", "not in the trimmed description, which has creating only"},
    {"okta.authorization_servers.delete_claim", "not in the trimmed description, which has creating only"},
    {"okta.authorization_servers.policies", "not in the trimmed description, which has creating only"},
    {"okta.authorization_servers.delete_policy", "not in the trimmed description, which has creating only"},
};
/// What Okta answers, or would be taken if it came, though its description does not say so.
const std::map<std::string, std::set<int>> undescribed_codes{
    {"okta.users.deactivate", {204}},                    // recorded
    {"okta.users.reset_factors", {204}},                 // taken if it comes
    {"okta.groups.add_user", {200}},                     // taken if it comes
    {"okta.groups.remove_user", {200}},                  // taken if it comes
    {"okta.group_rules.delete", {204}},                  // taken if it comes
    {"okta.apps.unassign_user", {200}},                  // taken if it comes
    {"okta.factors.unenroll", {200}},                    // taken if it comes
    {"okta.roles.assign", {200}},                        // taken if it comes
    {"okta.authorization_servers.create", {200}},        // taken if it comes
    {"okta.authorization_servers.create_scope", {200}},  // taken if it comes
    {"okta.authorization_servers.create_claim", {200}},  // taken if it comes
    {"okta.authorization_servers.create_policy", {200}}, // taken if it comes
    {"okta.oauth.authorize", {302}},                     // a redirection, as the protocol has it
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
        for (const auto alias : row.tool_aliases)
            EXPECT_TRUE(tools.insert(alias).second) << alias;
        EXPECT_TRUE(row.summary.ends_with('.')) << row.name;
        EXPECT_TRUE(row.anonymous || !row.scope.empty()) << row.name;
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
        const bool by_another = row.inverse == okta::inverse_kind::remove_made ||
                                row.inverse == okta::inverse_kind::opposite ||
                                row.inverse == okta::inverse_kind::relink;
        EXPECT_TRUE(!by_another || !row.undone_by.empty()) << row.name;
        if (!row.undone_by.empty()) {
            EXPECT_NE(okta::find_operation(row.undone_by), nullptr) << row.name;
        }
    }
}

TEST(OktaOperations, CanBeProbedWhereARepetitionCouldDoHarm)
{
    for (const auto& row : operations())
        if (row.writes() && row.for_people.empty() && row.repeat != repeatability::idempotent) {
            EXPECT_NE(row.probe, okta::probe_kind::none) << row.name;
            EXPECT_FALSE(okta::lost_answer(row).empty()) << row.name;
        }
}

TEST(OktaOperations, LookByARowThatReadsAndIsNoSearch)
{
    for (const auto& row : operations()) {
        const bool looks = row.probe == okta::probe_kind::looks;
        EXPECT_EQ(looks, row.looks.shows != okta::sign::none) << row.name;
        EXPECT_EQ(row.probe == okta::probe_kind::again, !row.when_lost.empty()) << row.name;
        if (!looks)
            continue;
        const auto* reading = okta::find_operation(row.looks.row);
        ASSERT_NE(reading, nullptr) << row.name;
        EXPECT_FALSE(reading->writes()) << row.name;
        EXPECT_NE(row.looks.narrowed_by, "search") << row.name;
        for (const auto& parameter : reading->parameters)
            if (parameter.required && parameter.name != row.looks.narrowed_by) {
                EXPECT_NE(std::ranges::find(row.parameters, parameter.name, &okta::operation_parameter::name),
                          row.parameters.end())
                    << row.name << " does not say the " << parameter.name << " of " << reading->name;
            }
        const bool a_list = row.looks.shows == okta::sign::made || row.looks.shows == okta::sign::listed ||
                            row.looks.shows == okta::sign::unlisted || row.looks.shows == okta::sign::empty;
        EXPECT_EQ(a_list, reading->paged) << row.name;
    }
}

TEST(OktaOperations, ThatArePeoplesSayWhatTheyAreFor)
{
    const okta::catalogue catalogue;
    for (const auto* name : {"okta.oauth.authorize", "okta.sessions.authenticate"}) {
        const auto* seen = catalogue.find(name);
        ASSERT_NE(seen, nullptr) << name;
        EXPECT_FALSE(seen->for_people.empty()) << name;
        EXPECT_TRUE(seen->tool.empty()) << name;
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

namespace {

/// `$ref` followed as long as there is one.
const value& resolved(const value& described, const value& node)
{
    const auto pointer = node["$ref"].text_or();
    if (!pointer.starts_with("#/"))
        return node;
    const value* at = &described;
    for (std::size_t from = 2; from != std::string::npos + 1;) {
        const auto slash = pointer.find('/', from);
        at = &(*at)[pointer.substr(from, slash - from)];
        from = slash + 1;
    }
    return resolved(described, *at);
}

/// What a schema demands, of its own and of all that it is made of.
void add_required(const value& described, const value& schema, std::set<std::string>& into)
{
    const auto& content = resolved(described, schema);
    for (const auto& key : content["required"].items())
        into.insert(key.text_or());
    for (const auto& part : content["allOf"].items())
        add_required(described, part, into);
}

struct described_call
{
    std::set<std::string> queries, demanded_queries, demanded_in_body;
    bool needs_body = false;
};

described_call read_call(const value& described, const value& operation)
{
    described_call call;
    for (const auto& parameter : operation["parameters"].items()) {
        const auto& one = resolved(described, parameter);
        if (one["in"].text_or() != "query")
            continue;
        call.queries.insert(one["name"].text_or());
        if (one["required"] == value(true))
            call.demanded_queries.insert(one["name"].text_or());
    }
    const auto& body = resolved(described, operation["requestBody"]);
    call.needs_body = body["required"] == value(true);
    for (const auto& [type, content] : body["content"].entries())
        add_required(described, content["schema"], call.demanded_in_body);
    return call;
}

bool is_in_body(place where) { return where == place::body || where == place::whole || where == place::form; }

/// Whether every request of the row has this key in its body.
bool always_has(const operation& row, const std::string& key)
{
    return std::ranges::any_of(row.parameters, [&](const okta::operation_parameter& one) {
        const bool here = one.wire == key || one.wire.starts_with(key + ".");
        return is_in_body(one.where) && here && (one.required || one.kept || !one.otherwise.empty());
    });
}

} // namespace

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
        const auto key = lower(row.method) + " " + without_names(row.path);
        if (undescribed_rows.contains(std::string(row.name))) {
            EXPECT_FALSE(by_call.contains(key)) << row.name << " is described by now: it is no exception any more";
            continue;
        }
        if (row.method.empty())
            continue;
        ASSERT_TRUE(by_call.contains(key)) << row.name << ": " << key;
        const auto& operation = by_call[key];
        for (const int status : row.success) {
            const auto exception = undescribed_codes.find(std::string(row.name));
            if (exception != undescribed_codes.end() && exception->second.contains(status))
                continue;
            EXPECT_NE(operation["responses"].find(std::to_string(status)), nullptr) << row.name << ' ' << status;
        }
        const auto call = read_call(described, operation);
        bool has_body = false;
        for (const auto& parameter : row.parameters) {
            has_body = has_body || is_in_body(parameter.where);
            if (parameter.where == place::query) {
                EXPECT_TRUE(call.queries.contains(std::string(parameter.wire))) << row.name << ' ' << parameter.wire;
            }
        }
        for (const auto& name : call.demanded_queries) {
            const auto said = std::ranges::find(row.parameters, name, &okta::operation_parameter::wire);
            ASSERT_NE(said, row.parameters.end()) << row.name << ' ' << name;
            EXPECT_TRUE(said->required || !said->otherwise.empty()) << row.name << ' ' << name;
        }
        EXPECT_TRUE(has_body || !call.needs_body) << row.name << " sends no body";
        for (const auto& name : call.demanded_in_body)
            EXPECT_TRUE(always_has(row, name)) << row.name << " may leave out " << name;
    }
}

TEST(OktaOperations, HoldEveryCallOfTheDictionary)
{
    const auto file = std::filesystem::path(test::source_folder) / ".." / "shared" / "okta" / "api-dictionary.txt";
    std::ifstream in(file);
    if (!in)
        GTEST_SKIP() << "../shared/okta/api-dictionary.txt is not there";
    std::set<std::string> written; // as there: method, path, then a phrase that begins with a capital
    for (const auto& row : operations())
        if (!row.seed.empty())
            EXPECT_TRUE(written.insert(std::string(row.seed).erase(row.seed.find(' '), 1)).second) << row.seed;
    std::size_t calls = 0;
    for (std::string line; std::getline(in, line);) {
        const auto slash = line.find('/');
        const auto method = line.substr(0, slash);
        if (method != "GET" && method != "POST" && method != "PUT" && method != "DEL")
            continue;
        ++calls;
        EXPECT_TRUE(std::ranges::any_of(written, [&](const std::string& call) {
            return line.starts_with(call) && line.size() > call.size() && line[call.size()] >= 'A' &&
                   line[call.size()] <= 'Z';
        })) << line;
    }
    EXPECT_GT(calls, 60U);
    EXPECT_EQ(written.size(), calls);
}

} // namespace jmld::tests
