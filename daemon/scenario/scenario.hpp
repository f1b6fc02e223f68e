// A rehearsal's script, read and checked: what is in force, what the organisation is, what happens when, and what is
// expected. Plain data; playing.hpp carries it out.
#pragma once

#include "config/yaml.hpp"
#include "connectors/http_message.hpp"
#include "daemon/rule_book.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace jmld::daemon::scenario {

struct delivery
{
    time_point at{};
    std::string source;
    http::header_list headers;
    std::string body; ///< bytes as sent
};

/// An operator's word, somebody else's change of the organisation (`org`), or other rules in force (`config`).
struct action
{
    time_point at{};
    std::string verb;
    std::string kind;   ///< run, approval, hold or event; empty for `start`, `org` and `config`
    std::string target; ///< `latest` or an id; empty when a person is named
    std::string person; ///< worker id; empty when the target is named
    std::string step;
    std::string as, reason;
    engine::value more;      ///< what else goes with it, as the operations API wants it; of `org`: the change
    rule_book_pointer rules; ///< of `config`
    config::yaml::place where;
};

struct script
{
    std::filesystem::path file;
    std::string source; ///< its text
    time_point clock{};
    std::uint64_t seed = 1;
    std::optional<time_point> until; ///< nothing: until idle
    rule_book_pointer rules;
    source_set_pointer sources;
    engine::value org = engine::value::map({}), limits;
    engine::value_list faults; ///< as the control API of the imitation takes them
    std::vector<delivery> deliveries;
    std::vector<action> actions;
    std::vector<time_point> deaths;
    std::vector<std::uint64_t> deaths_at_commits;
    std::optional<config::yaml::node> expect;
    std::vector<std::string> warnings;
};

/// Every problem at once, ready to print: `file:line:column: error: …`, the line and a caret.
using script_problems = std::vector<std::string>;
std::expected<script, script_problems> read_script(const std::filesystem::path& file);
std::expected<script, script_problems> parse_script(const std::filesystem::path& file, std::string text);

} // namespace jmld::daemon::scenario
