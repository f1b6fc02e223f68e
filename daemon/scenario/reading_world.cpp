// The outside world of a scenario: the organisation, what goes wrong with it, its limits, and the events that arrive.
// Each is tried on an organisation that is thrown away, so that what is wrong is said before anything runs.
#include "daemon/scenario/reading.hpp"

#include "connectors/okta_sim/organisation.hpp"
#include "daemon/scenario/document.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;
using engine::value;

namespace {

constexpr engine::json::limits document_bounds{.depth_max = 64, .bytes_max = 64 * 1024 * 1024};

// The organisation may also stand in a file of its own, as GET /_sim/org gives it.
void read_organisation_file(reading& at, const yaml::node& path)
{
    const auto bytes = at.file_bytes(path);
    if (!bytes)
        return;
    auto content = engine::json::parse(*bytes, document_bounds);
    if (!content) {
        const auto tree = yaml::parse(*bytes, {.bytes_max = document_bounds.bytes_max, .nodes_max = 2'000'000});
        if (!tree) {
            at.add({yaml::format(path.text, *bytes, tree.error())});
            return;
        }
        content = to_value(*tree);
    }
    okta_sim::organisation trial({}, at.into.seed);
    if (const auto loaded = trial.load(*content, at.into.clock))
        at.into.org = std::move(*content);
    else
        at.in.error(path, fmt::format("{}: {}", path.text, loaded.error().what));
}

void read_death(reading& at, const yaml::node& entry)
{
    if (const auto* number = entry.find("crash_at_commit")) {
        const auto read = yaml::as_integer(*number);
        if (at.in.keys(entry, "a crash at a commit", {"crash_at_commit"}) && read && *read >= 1)
            at.into.deaths_at_commits.push_back(static_cast<std::uint64_t>(*read));
        else if (!read || *read < 1)
            at.in.error(*number, "'crash_at_commit' is the number of a commit, 1 or more");
        return;
    }
    if (at.in.keys(entry, "a crash", {"at", "crash"}))
        at.into.deaths.push_back(at.moment(entry, "at"));
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

http::header_list headers_of(reading& at, const yaml::node* node)
{
    http::header_list headers;
    if (node == nullptr || node->what == yaml::node::kind::null)
        return headers;
    if (!node->is_map())
        at.in.error(*node, "'headers' is a map of names to texts");
    for (const auto& entry : node->entries) {
        if (!http::is_token(entry.key) || !entry.content.is_scalar() || !http::is_header_value(entry.content.text))
            at.in.error_at_key(entry, fmt::format("'{}' is no header with a text", entry.key));
        else
            headers.emplace_back(lower(entry.key), entry.content.text);
    }
    return headers;
}

std::string source_name(reading& at, const yaml::node& event)
{
    const auto* named = event.find("source");
    const std::string name = named == nullptr ? "workday" : named->text;
    if (at.into.sources && !at.into.sources->contains(name)) {
        std::string known;
        for (const auto& [other, source] : *at.into.sources)
            known += (known.empty() ? "" : ", ") + other;
        at.in.error(named == nullptr ? event : *named,
                    fmt::format("there is no source '{}'; the scenario has {}", name, known));
    }
    return name;
}

// One delivery for each line of an .ndjson file, else one.
std::vector<std::string> bodies_of(reading& at, const yaml::node& body)
{
    const auto* file = reading::file_of(body);
    if (file == nullptr)
        return {body.is_scalar() ? body.text : engine::json::write(to_value(body))};
    auto bytes = at.file_bytes(*file);
    if (!bytes)
        return {};
    if (!file->text.ends_with(".ndjson"))
        return {std::move(*bytes)};
    std::vector<std::string> lines;
    for (std::string_view rest = *bytes; !rest.empty();) {
        const auto line = rest.substr(0, std::min(rest.find('\n'), rest.size()));
        if (line.find_first_not_of(" \r\t") != std::string_view::npos)
            lines.emplace_back(line);
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return lines;
}

void read_event(reading& at, const yaml::node& event)
{
    if (!at.in.keys(event, "an event", {"at", "source", "headers", "body"}))
        return;
    const auto* body = event.find("body");
    if (body == nullptr) {
        at.in.error(event, "'body' is missing: what the source sends, inline or as {file: PATH}");
        return;
    }
    delivery made{at.moment(event, "at"), source_name(at, event), headers_of(at, event.find("headers")), {}};
    for (auto& bytes : bodies_of(at, *body)) {
        made.body = std::move(bytes);
        at.into.deliveries.push_back(made);
    }
}

} // namespace

void read_organisation(reading& at, const yaml::node& node)
{
    if (const auto* path = node.is_scalar() ? &node : reading::file_of(node)) {
        read_organisation_file(at, *path);
        return;
    }
    auto content = to_value(node);
    okta_sim::organisation trial({}, at.into.seed);
    if (const auto loaded = trial.load(content, at.into.clock))
        at.into.org = std::move(content);
    else
        at.error_within(node, loaded.error().what);
}

void read_faults(reading& at, const yaml::node& node)
{
    if (!node.is_list()) {
        at.in.error(node, "'faults' is a list");
        return;
    }
    okta_sim::organisation trial({}, at.into.seed);
    for (const auto& entry : node.items) {
        const auto* crash = entry.find("crash");
        const bool dies = crash != nullptr && yaml::as_bool(*crash) == true;
        if (entry.find("crash_at_commit") != nullptr || dies) {
            read_death(at, entry);
            continue;
        }
        at.moment(entry, "at");
        auto content = to_value(entry);
        if (const auto added = trial.add_faults(content, at.into.clock))
            at.into.faults.push_back(std::move(content));
        else
            at.error_within(entry, added.error().what);
    }
}

void read_limits(reading& at, const yaml::node& node)
{
    okta_sim::organisation trial({}, at.into.seed);
    at.into.limits = to_value(node);
    const auto set = trial.set_limits(at.into.limits);
    if (set)
        return;
    // A bucket's name holds slashes: it is found by what follows.
    for (const auto& entry : node.entries)
        if (set.error().what.starts_with("/" + entry.key + ": ")) {
            at.in.error_at_key(entry, set.error().what.substr(1));
            return;
        }
    at.in.error(node, set.error().what);
}

void read_events(reading& at, const yaml::node& node)
{
    if (!node.is_list())
        at.in.error(node, "'events' is a list");
    for (const auto& event : node.items)
        read_event(at, event);
}

} // namespace jmld::daemon::scenario
