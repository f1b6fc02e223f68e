// Shows an organisation (the JSON of /_sim/org on standard input) the way people look at it: users with status, groups
// and apps. For the demo only; it knows no HTTP.
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <string>

namespace {

using jmld::engine::value;

std::string names(const value& items, std::string_view key)
{
    std::string text;
    for (const auto& item : items.items())
        text += (text.empty() ? "" : ", ") + item[key].text_or(item["id"].text_or());
    return text.empty() ? "none" : text;
}

} // namespace

int main()
{
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    const auto org = jmld::engine::json::parse(text, {.depth_max = 64, .bytes_max = 64 * 1024 * 1024});
    if (!org) {
        fmt::print(stderr, "no organisation: {}\n", org.error().what);
        return 1;
    }
    for (const auto& user : (*org)["users"].items()) {
        const auto& profile = user["profile"];
        fmt::print("  {:<28} {:<12} groups: {:<20} apps: {}\n", profile["login"].text_or(), user["status"].text_or(),
                   names(user["groups"], "name"), names(user["apps"], "label"));
    }
    return 0;
}
