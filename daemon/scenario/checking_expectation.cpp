// What may stand under `expect` at all: a misspelt list or word must not pass as something that holds.
#include "daemon/scenario/expectation.hpp"
#include "daemon/scenario/reading.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace jmld::daemon::scenario {

namespace yaml = config::yaml;

namespace {

void check_words(reading& at, const yaml::node& node)
{
    const auto& known = expectation_words();
    for (const auto& entry : node.entries) {
        if (entry.key.starts_with('$') && std::ranges::find(known, entry.key) == known.end())
            at.in.error_at_key(entry,
                               fmt::format("unknown word '{}'; known are {}", entry.key, fmt::join(known, ", ")));
        check_words(at, entry.content);
    }
    for (const auto& item : node.items)
        check_words(at, item);
}

} // namespace

void check_expectation(reading& at, const yaml::node& node)
{
    if (!at.in.keys(node, "expect",
                    {"clock", "org", "ledger", "runs", "events", "holds", "alarms", "timers", "evidence"}))
        return;
    check_words(at, node);
}

} // namespace jmld::daemon::scenario
