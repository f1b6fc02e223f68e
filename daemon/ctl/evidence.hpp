// `evidence`, and the part of `audit verify` that holds evidence to its chain, of the server or of a file alone. What a
// hash covers is said elsewhere (engine/runtime/evidence_chain.hpp).
#pragma once

#include "daemon/ctl/commands.hpp"

#include <optional>

namespace jmld::ctl {

struct evidence_in_file
{
    engine::value_list oldest_first;
    engine::value_list supplements; ///< of the one record
    bool whole = false; ///< a list, which must begin where the chain does; otherwise what one run is proved with
};
/// A map with the list `evidence` (as `simulate` and `evidence` without a run print it) or one record; nothing when the
/// file is neither.
std::optional<evidence_in_file> evidence_in(const std::string& content);
/// Names the first record that does not fit by its id; exit_code::failed then.
exit_code verify_evidence(const evidence_in_file& given);

boost::asio::awaitable<exit_code> verify_evidence_of_server(context at);
/// Of one run: as a page to print, or as JSON; all of it, oldest first, when `run` is empty.
boost::asio::awaitable<exit_code> show_evidence(context at, std::string run);

} // namespace jmld::ctl
