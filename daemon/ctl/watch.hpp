// `run watch`: a run as a tree that is drawn again on a terminal, one line per change elsewhere. It only reads.
#pragma once

#include "daemon/ctl/api.hpp"
#include "daemon/ctl/output.hpp"
#include "engine/runtime/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace jmld::ctl {

struct watch_options
{
    std::string run;
    std::optional<duration> timeout; ///< then exit code 7
    bool exit_status = false;        ///< exit 1 when the run ended not succeeded
};

/// The tree of a run at `now`, lines without a trailing newline. Pure.
std::vector<std::string> draw_run(const engine::value& run, time_point now, const output_options& options);
/// What changed between two looks at a run, one line each. Pure.
std::vector<std::string> changes(const engine::value& before, const engine::value& after);
bool has_ended(std::string_view run_state);

boost::asio::awaitable<exit_code> watch_run(api& server, runtime::clock& time, watch_options chosen,
                                            output_options options);

} // namespace jmld::ctl
