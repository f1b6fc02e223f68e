// Okta's own description of its API, read from beside the checkout, and whether a value fits one of its schemas. It
// judges types, required keys, enumerations and alternatives; formats and lengths it does not.
#pragma once

#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim::testing {

using engine::value;

class openapi_document
{
public:
    /// Nothing when it is not there.
    static std::optional<openapi_document> beside_the_checkout()
    {
        std::ifstream file(std::string(test::source_folder) + "/../shared/okta/openapi.json", std::ios::binary);
        if (!file)
            return std::nullopt;
        std::string const text{std::istreambuf_iterator<char>(file), {}};
        auto read = engine::json::parse(text, {.depth_max = 128, .bytes_max = 16 * 1024 * 1024});
        return read ? std::optional(openapi_document(std::move(*read))) : std::nullopt;
    }

    /// `GET /api/v1/users/{}` of every operation.
    std::vector<std::string> calls() const
    {
        std::vector<std::string> found;
        for (auto const& [path, methods] : root_["paths"].entries()) {
            for (auto const& [method, operation] : methods.entries()) {
                if (operation.find("operationId") != nullptr)
                    found.push_back(call_name(method, path));
            }
        }
        std::ranges::sort(found);
        return found;
    }

    const value& operation(const std::string& call) const
    {
        for (auto const& [path, methods] : root_["paths"].entries()) {
            for (auto const& [method, found] : methods.entries()) {
                if (found.find("operationId") != nullptr && call_name(method, path) == call)
                    return found;
            }
        }
        return nothing_;
    }

    /// Empty when the answer is one that the operation declares; else what is wrong, with its place.
    std::vector<std::string> complaints(const std::string& call, int status, const value& body) const
    {
        auto const& declared = operation(call)["responses"];
        auto const& response = resolved(declared[std::to_string(status)]);
        if (declared.find(std::to_string(status)) == nullptr)
            return {"status " + std::to_string(status) + " is not declared"};
        std::vector<std::string> found;
        auto const& content = response["content"]["application/json"];
        if (content.find("schema") == nullptr) {
            if (!body.is_null() && body != value(engine::value_map{}) && status < 300)
                found.emplace_back("a body came where none is declared");
            return found;
        }
        judge(content["schema"], body, "", found);
        return found;
    }

private:
    value root_, nothing_;

    explicit openapi_document(value root) : root_(std::move(root)) {}

    static std::string call_name(std::string_view method, std::string_view path)
    {
        std::string name;
        for (char const c : method)
            name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        name += ' ';
        bool inside = false;
        for (char const c : path) {
            if (!inside || c == '}')
                name += c;
            inside = c == '{' || (inside && c != '}');
        }
        return name;
    }

    const value& resolved(const value& node) const
    {
        auto const* const reference = node["$ref"].if_text();
        if (reference == nullptr)
            return node;
        const value* at = &root_;
        std::string_view rest = std::string_view(*reference).substr(2);
        while (!rest.empty()) {
            auto const slash = std::min(rest.find('/'), rest.size());
            at = &(*at)[rest.substr(0, slash)];
            rest.remove_prefix(std::min(slash + 1, rest.size()));
        }
        return resolved(*at);
    }

    static bool is_of_type(const value& held, std::string_view type)
    {
        if (type == "object")
            return held.is_map();
        if (type == "array")
            return held.is_list();
        if (type == "string")
            return held.is_text();
        if (type == "boolean")
            return held.if_bool() != nullptr;
        return held.if_integer() != nullptr || (type == "number" && held.if_real() != nullptr);
    }

    void judge_keys(const value& schema, const value& held, const std::string& at,
                    std::vector<std::string>& found) const
    {
        for (auto const& name : schema["required"].items()) {
            bool const secret = resolved(schema["properties"][name.text_or()])["writeOnly"] == value(true);
            if (held.is_map() && !secret && held.find(name.text_or()) == nullptr)
                found.push_back(at + "/" + name.text_or() + " is required");
        }
        for (auto const& [key, entry] : held.entries()) {
            if (auto const* const known = schema["properties"].find(key))
                judge(*known, entry, at + "/" + key, found);
            else if (schema["additionalProperties"].is_map())
                judge(schema["additionalProperties"], entry, at + "/" + key, found);
        }
    }

    void judge_alternatives(const value& alternatives, const value& held, const std::string& at,
                            std::vector<std::string>& found) const
    {
        std::vector<std::string> least;
        for (auto const& one : alternatives.items()) {
            std::vector<std::string> tried;
            judge(one, held, at, tried);
            if (tried.empty())
                return;
            if (least.empty() || tried.size() < least.size())
                least = tried;
        }
        found.insert(found.end(), least.begin(), least.end());
    }

    /// Answers of the real Okta hold null where the description has no null, so null fits everything that is not
    /// required.
    void judge(const value& node, const value& held, const std::string& at, std::vector<std::string>& found) const
    {
        auto const& schema = resolved(node);
        if (held.is_null())
            return;
        if (auto const* const type = schema["type"].if_text(); type != nullptr && !is_of_type(held, *type)) {
            found.push_back(at + " is not of type " + *type);
            return;
        }
        auto const& allowed = schema["enum"].items();
        if (!allowed.empty() && std::ranges::find(allowed, held) == allowed.end())
            found.push_back(at + " is " + engine::json::write(held) + ", which is not among the values declared");
        judge_keys(schema, held, at, found);
        for (auto const& item : held.items()) {
            if (schema["items"].is_map())
                judge(schema["items"], item, at + "[]", found);
        }
        for (auto const& part : schema["allOf"].items())
            judge(part, held, at, found);
        for (std::string_view const word : {"oneOf", "anyOf"}) {
            if (!schema[word].items().empty())
                judge_alternatives(schema[word], held, at, found);
        }
        judge_mapped(schema, held, at, found);
    }

    void judge_mapped(const value& schema, const value& held, const std::string& at,
                      std::vector<std::string>& found) const
    {
        auto const& discriminator = schema["discriminator"];
        auto const kind = held[discriminator["propertyName"].text_or()].text_or();
        auto const reference = discriminator["mapping"][kind].text_or();
        if (reference.empty())
            return;
        auto const& chosen = resolved(value::map({{"$ref", reference}}));
        // The mapped schema names the general one in its allOf; only its own part is looked at.
        judge_keys(chosen, held, at, found);
        for (auto const& part : chosen["allOf"].items()) {
            if (part.find("$ref") == nullptr)
                judge_keys(part, held, at, found);
        }
    }
};

} // namespace jmld::okta_sim::testing
