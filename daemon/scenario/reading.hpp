// What the parts of reading a scenario share: the file, its tree, the script being made, and moments. Private to this
// room.
#pragma once

#include "config/reader.hpp"
#include "daemon/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jmld::daemon::scenario {

class reading
{
public:
    reading(config::reader& problems, const config::yaml::node& tree, script& made)
        : in(problems), root(tree), into(made)
    {}

    config::reader& in;
    const config::yaml::node& root;
    script& into;

    /// An offset from `clock` or an RFC 3339 instant; `clock` itself when the key is absent or wrong (then an error).
    time_point moment(const config::yaml::node& map, std::string_view key);
    std::optional<time_point> moment(const config::yaml::node& scalar) const;
    /// An error where the JSON pointer at the front of `what` (`/users/0/status: must be …`) points to.
    void error_within(const config::yaml::node& part, std::string_view what);
    /// `{file: PATH}`; nullptr for anything else.
    static const config::yaml::node* file_of(const config::yaml::node& node);
    /// The bytes of a file named in the scenario; nothing, and an error, when it cannot be read.
    std::optional<std::string> file_bytes(const config::yaml::node& path);
    /// A problem that another reader has printed already.
    void add(const std::vector<std::string>& printed);
    const std::vector<std::string>& printed() const { return printed_; }

private:
    std::vector<std::string> printed_;
};

void read_rules(reading& at, const config::yaml::node* config);
/// What an action `config` brings into force.
rule_book_pointer read_changed_rules(reading& at, const config::yaml::node& node);
void read_organisation(reading& at, const config::yaml::node& node);
void read_faults(reading& at, const config::yaml::node& node);
void read_limits(reading& at, const config::yaml::node& node);
void read_events(reading& at, const config::yaml::node& node);
void read_actions(reading& at, const config::yaml::node& node);
/// Only its shape: which keys and operators it may hold.
void check_expectation(reading& at, const config::yaml::node& node);

} // namespace jmld::daemon::scenario
