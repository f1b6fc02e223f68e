// What a broken or hostile Okta may answer instead of what was asked for: one distortion after another, each applied to
// a real answer. It judges nothing.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/json/json.hpp"
#include "engine/value.hpp"

#include <string>
#include <vector>

namespace jmld::tests {

struct distortion
{
    std::string name;
    http::response (*apply)(http::response real);
};

namespace hostile {

using engine::value;
using engine::value_list;
using engine::value_map;

inline http::response with_body(http::response real, std::string body)
{
    real.body = std::move(body);
    return real;
}

/// Every text, number and bool of the answer replaced.
inline value leaves_replaced(const value& held, const value& by)
{
    if (held.is_map()) {
        value_map entries;
        for (const auto& [key, entry] : held.entries())
            entries.emplace_back(key, leaves_replaced(entry, by));
        return entries;
    }
    if (held.is_list()) {
        value_list items;
        for (const auto& item : held.items())
            items.push_back(leaves_replaced(item, by));
        return items;
    }
    return by;
}

/// What stands under `key` replaced, at any depth.
inline value key_replaced(const value& held, std::string_view key, const value& by)
{
    if (held.is_map()) {
        value_map entries;
        for (const auto& [name, entry] : held.entries())
            entries.emplace_back(name, name == key ? by : key_replaced(entry, key, by));
        return entries;
    }
    if (!held.is_list())
        return held;
    value_list items;
    for (const auto& item : held.items())
        items.push_back(key_replaced(item, key, by));
    return items;
}

inline value parsed(const http::response& real) { return engine::json::parse(real.body).value_or(value()); }

inline http::response rewritten(http::response real, const value& body)
{
    real.body = engine::json::write(body);
    return real;
}

inline http::response with_link(http::response real, std::string link)
{
    real.headers.emplace_back("Link", std::move(link));
    return real;
}

inline http::response with_id(http::response real, std::string_view id)
{
    const auto body = key_replaced(parsed(real), "id", value(id));
    return rewritten(std::move(real), body);
}

} // namespace hostile

inline std::vector<distortion> hostile_answers()
{
    using namespace hostile;
    return {
        {"html", [](http::response r) { return with_body(std::move(r), "<html><body>Sign in</body></html>"); }},
        {"nothing", [](http::response r) { return with_body(std::move(r), ""); }},
        {"null", [](http::response r) { return with_body(std::move(r), "null"); }},
        {"a number", [](http::response r) { return with_body(std::move(r), "7"); }},
        {"a text", [](http::response r) { return with_body(std::move(r), "\"active\""); }},
        {"an empty list", [](http::response r) { return with_body(std::move(r), "[]"); }},
        {"an empty object", [](http::response r) { return with_body(std::move(r), "{}"); }},
        {"lists in lists", [](http::response r) { return with_body(std::move(r), "[[],[[]],null,7,\"x\"]"); }},
        {"cut off", [](http::response r) { return with_body(std::move(r), r.body.substr(0, r.body.size() / 2)); }},
        {"bytes that are not UTF-8",
         [](http::response r) { return with_body(std::move(r), "{\"id\":\"\xc3\x28\xff\"}"); }},
        {"gzip",
         [](http::response r) {
             r.headers.emplace_back("Content-Encoding", "gzip");
             return with_body(std::move(r),
                              std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00", 14));
         }},
        {"very deep", [](http::response r) { return with_body(std::move(r), std::string(200'000, '[')); }},
        {"very deep and whole",
         [](http::response r) { return with_body(std::move(r), std::string(5'000, '[') + std::string(5'000, ']')); }},
        {"numbers for texts",
         [](http::response r) {
             const auto body = leaves_replaced(parsed(r), value(7));
             return rewritten(std::move(r), body);
         }},
        {"objects for texts",
         [](http::response r) {
             const auto body = leaves_replaced(parsed(r), value(value_map{}));
             return rewritten(std::move(r), body);
         }},
        {"words nobody knows",
         [](http::response r) {
             const auto body = leaves_replaced(parsed(r), value("SOMETHING_NEW"));
             return rewritten(std::move(r), body);
         }},
        {"a status nobody knows",
         [](http::response r) {
             const auto body = key_replaced(parsed(r), "status", value("SOMETHING_NEW"));
             return rewritten(std::move(r), body);
         }},
        {"ids that climb", [](http::response r) { return with_id(std::move(r), "../../../oauth2/v1/token"); }},
        {"ids that climb, encoded", [](http::response r) { return with_id(std::move(r), "..%2f..%2fgroups"); }},
        {"ids with a query", [](http::response r) { return with_id(std::move(r), "00u1?activate=true#"); }},
        {"ids with a line end", [](http::response r) { return with_id(std::move(r), "00u1\r\nX-Evil: 1"); }},
        {"very long ids", [](http::response r) { return with_id(std::move(r), std::string(100'000, 'a')); }},
        {"a next page elsewhere",
         [](http::response r) { return with_link(std::move(r), "<https://evil.example/api/v1/users>; rel=\"next\""); }},
        {"a next page that climbs",
         [](http::response r) {
             return with_link(std::move(r), "</api/v1/%2e%2e/%2e%2e/oauth2/v1/token>; rel=\"next\"");
         }},
        {"a link without an end",
         [](http::response r) { return with_link(std::move(r), "<" + std::string(50'000, '<')); }},
        {"limits that lie",
         [](http::response r) {
             for (const auto* name : {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"}) {
                 std::erase_if(r.headers, [&](const auto& header) { return header.first == name; });
                 r.headers.emplace_back(name, "99999999999999999999999999");
             }
             r.headers.emplace_back("Date", "Thu, 99 Xyz 2027 99:99:99 GMT");
             return r;
         }},
        {"a redirect",
         [](http::response r) {
             return http::response{
                 302, {{"Location", "https://evil.example" + std::string(r.body.empty() ? "/" : "/x")}}, {}};
         }},
        {"a redirect that keeps the method",
         [](http::response) { return http::response{307, {{"Location", "https://evil.example/"}}, {}}; }},
        {"a page for a refusal",
         [](http::response) { return http::response{403, {{"Content-Type", "text/html"}}, "<html>blocked</html>"}; }},
        {"a refusal of odd types",
         [](http::response) {
             return http::response{
                 400, {}, R"({"errorCode":{"a":1},"errorSummary":[7],"errorCauses":"x","errorId":null})"};
         }},
        {"a gateway's page", [](http::response) { return http::response{502, {}, "<html>502</html>"}; }},
        {"a status nobody uses", [](http::response) { return http::response{299, {}, "{}"}; }},
        {"a teapot", [](http::response) { return http::response{418, {}, "short and stout"}; }},
        {"a status out of range", [](http::response) { return http::response{999, {}, "{}"}; }},
    };
}

} // namespace jmld::tests
