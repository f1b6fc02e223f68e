// Reads, plays, shows, compares. How a story looks to people is simulate_story.cpp.
#include "daemon/ctl/simulate.hpp"

#include "config/yaml.hpp"
#include "daemon/ctl/simulate_story.hpp"
#include "daemon/scenario/expectation.hpp"
#include "daemon/scenario/outcome.hpp"
#include "daemon/scenario/playing.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <iostream>
#include <iterator>
#include <stdexcept>

namespace jmld::ctl {

namespace scenario = daemon::scenario;

namespace {

void show(const scenario::script& script, const scenario::played& played, const engine::value& outcome,
          const output_options& options)
{
    switch (options.format) {
    case output_format::json:
        fmt::print("{}\n", engine::json::write_pretty(outcome));
        return;
    case output_format::ndjson:
        fmt::print("{}\n", engine::json::write(outcome));
        return;
    case output_format::id:
        for (const auto& run : outcome["runs"].items())
            fmt::print("{}\n", shown(run["id"]));
        return;
    case output_format::table:
        for (const auto& line : story_of(script, played, outcome, options))
            fmt::print("{}\n", line);
        return;
    }
}

// Each as `file:line:column`, so that editors jump there.
bool as_expected(const scenario::script& script, const engine::value& outcome)
{
    if (!script.expect)
        return true;
    const auto all = scenario::differences(*script.expect, outcome);
    for (const auto& one : all)
        fmt::print(stderr, "{}:{}:{}: {}\n  expected {}\n  got      {}\n", script.file.string(), one.where.line,
                   one.where.column, one.path, one.expected, one.got);
    if (!all.empty())
        fmt::print(stderr, "{} of what was expected did not hold\n", all.size());
    return all.empty();
}

} // namespace

exit_code simulate(const std::string& file, const output_options& options)
try {
    spdlog::set_level(spdlog::level::off); // the daemon's log is no part of what a rehearsal says
    const auto script = file == "-" ? scenario::parse_script("scenario.yaml", {std::istreambuf_iterator(std::cin), {}})
                                    : scenario::read_script(file);
    if (!script) {
        for (const auto& problem : script.error())
            fmt::print(stderr, "{}\n", problem);
        return exit_code::usage;
    }
    const auto played = scenario::play(*script);
    const auto outcome = scenario::outcome_of(*played.world);
    show(*script, played, outcome, options);
    if (options.format != output_format::table)
        for (const auto& one : played.story)
            if (one.refused)
                fmt::print(stderr, "{}: {}\n", to_rfc3339(one.at), one.what);
    for (const auto& note : played.notes)
        fmt::print(stderr, "{}\n", note);
    return as_expected(*script, outcome) ? exit_code::done : exit_code::failed;
} catch (const std::runtime_error& broken) {
    throw command_failed{exit_code::failed, broken.what()};
}

} // namespace jmld::ctl
