// The top level of a scenario and what all parts read alike. Every part is read even when an earlier one is wrong, so
// that people mend a file in one go.
#include "daemon/scenario/reading.hpp"

#include "daemon/scenario/document.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;

namespace {

constexpr yaml::limits bounds{.bytes_max = 64 * 1024 * 1024, .depth_max = 64, .nodes_max = 2'000'000};

std::optional<std::string> bytes_of(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::error_code ignored;
    if (!stream || std::filesystem::is_directory(file, ignored))
        return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

void read_clock(reading& at)
{
    const auto* clock = at.root.find("clock");
    if (clock == nullptr) {
        at.in.error(at.root.where, "'clock' is missing: the instant at which the scenario begins, such as "
                                   "2027-02-01T09:00:00Z");
        return;
    }
    if (const auto instant = parse_rfc3339(clock->text))
        at.into.clock = *instant;
    else
        at.in.error(*clock, "'clock' is an RFC 3339 instant, such as 2027-02-01T09:00:00Z");
}

void read_seed(reading& at)
{
    const auto* seed = at.root.find("seed");
    if (seed == nullptr)
        return;
    const auto number = yaml::as_integer(*seed);
    if (number && *number >= 0)
        at.into.seed = static_cast<std::uint64_t>(*number);
    else
        at.in.error(*seed, "'seed' is a whole number, 0 or more");
}

void read_until(reading& at)
{
    const auto* until = at.root.find("until");
    if (until == nullptr || until->text == "idle")
        return;
    at.into.until = at.moment(*until);
    if (!at.into.until)
        at.in.error(*until, "'until' is an offset from clock such as 3d, an RFC 3339 instant, or idle");
    else if (*at.into.until < at.into.clock)
        at.in.error(*until, "'until' lies before 'clock'");
}

void read_top(reading& at)
{
    using part = std::pair<std::string_view, void (*)(reading&, const yaml::node&)>;
    if (!at.in.keys(at.root, "the scenario",
                    {"clock", "config", "org", "events", "actions", "faults", "limits", "seed", "until", "expect"}))
        return;
    read_clock(at);
    read_seed(at);
    read_until(at);
    read_rules(at, at.root.find("config"));
    for (const auto& [key, read] :
         {part{"org", read_organisation}, part{"faults", read_faults}, part{"limits", read_limits},
          part{"events", read_events}, part{"actions", read_actions}, part{"expect", check_expectation}})
        if (const auto* node = at.root.find(key); node != nullptr && node->what != yaml::node::kind::null)
            read(at, *node);
    if (const auto* expect = at.root.find("expect"))
        at.into.expect = *expect;
}

} // namespace

std::optional<time_point> reading::moment(const yaml::node& scalar) const
{
    if (!scalar.is_scalar())
        return std::nullopt;
    if (const auto length = parse_duration(scalar.text); length && *length >= duration::zero())
        return into.clock + *length;
    if (scalar.text == "0")
        return into.clock;
    return parse_rfc3339(scalar.text);
}

time_point reading::moment(const yaml::node& map, std::string_view key)
{
    const auto* scalar = map.find(key);
    if (scalar == nullptr)
        return into.clock;
    const auto at = moment(*scalar);
    if (!at)
        in.error(*scalar,
                 fmt::format("'{}' is an offset from clock such as 90m or 1d12h, or an RFC 3339 instant", key));
    else if (*at < into.clock)
        in.error(*scalar, fmt::format("'{}' lies before 'clock'", key));
    return at.value_or(into.clock);
}

void reading::error_within(const yaml::node& part, std::string_view what)
{
    const auto end = what.find(": ");
    if (!what.starts_with('/') || end == std::string_view::npos) {
        in.error(part, std::string(what.starts_with(": ") ? what.substr(2) : what));
        return;
    }
    const auto pointer = what.substr(0, end);
    const auto& parent = at_pointer(part, pointer.substr(0, pointer.rfind('/')));
    const auto key = pointer.substr(pointer.rfind('/') + 1);
    for (const auto& entry : parent.entries)
        if (entry.key == key && what.substr(end).contains("unknown")) {
            in.error_at_key(entry, fmt::format("'{}': {}", key, what.substr(end + 2)));
            return;
        }
    const auto& node = at_pointer(part, pointer);
    in.error(node.where, fmt::format("{}: {}", pointer, what.substr(end + 2)));
}

const yaml::node* reading::file_of(const yaml::node& node)
{
    return node.is_map() && node.entries.size() == 1 ? node.find("file") : nullptr;
}

std::optional<std::string> reading::file_bytes(const yaml::node& path)
{
    const auto file = in.path(path, "file");
    if (file.empty())
        return std::nullopt;
    auto bytes = bytes_of(file);
    if (!bytes)
        in.error(path, fmt::format("{} cannot be read", file.string()));
    return bytes;
}

void reading::add(const std::vector<std::string>& printed)
{
    printed_.insert(printed_.end(), printed.begin(), printed.end());
}

std::expected<script, script_problems> parse_script(const std::filesystem::path& file, std::string text)
{
    script made;
    made.file = file;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.erase(0, 3);
    const auto first = text.find_first_not_of(" \t\r\n");
    made.source =
        first != std::string::npos && text[first] == '{' ? without_surrogate_escapes(std::move(text)) : std::move(text);
    const auto tree = yaml::parse(made.source, bounds);
    if (!tree)
        return std::unexpected(script_problems{yaml::format(file.string(), made.source, tree.error())});
    config::reader in(file, made.source);
    reading at(in, *tree, made);
    read_top(at);
    auto problems = in.errors();
    problems.insert(problems.end(), at.printed().begin(), at.printed().end());
    if (!problems.empty())
        return std::unexpected(std::move(problems));
    return made;
}

std::expected<script, script_problems> read_script(const std::filesystem::path& file)
{
    auto text = bytes_of(file);
    if (!text)
        return std::unexpected(
            script_problems{fmt::format("{}: error: the file cannot be read; is the path right?", file.string())});
    return parse_script(file, std::move(*text));
}

} // namespace jmld::daemon::scenario
