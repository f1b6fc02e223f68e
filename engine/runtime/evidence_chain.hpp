// The chain of evidence: what a record's hash covers, how it is shown, and whether records fit together. One spelling
// for whoever writes it and whoever checks it, also from a file alone; it reads and stores nothing.
#pragma once

#include "engine/runtime/journal.hpp"
#include "engine/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jmld::runtime {

/// What the first record names as the hash before it.
inline constexpr std::string_view evidence_chain_begin =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// The record of `row` behind the one with `previous_hash` (empty: it is the first). The hash covers the facts and the
/// digest of the content, not the content: that can be erased without breaking the chain.
evidence_record chained(evidence_row row, std::uint64_t seq, std::string previous_hash);

/// As the contract shows it: facts and content side by side, then digest and hashes. Content that was erased, or is not
/// for this reader (`shown`), is null, and `erased` or `masked` says so. Errors: corrupt (no JSON in it).
result<engine::value> shown_evidence(const evidence_record& record, bool shown);

struct evidence_verdict
{
    std::string misfit; ///< id of the first record that does not fit; empty = all do
    std::string why;
    std::size_t records = 0, without_content = 0; ///< erased or masked
    std::string head;                             ///< hash of the last one
};
/// `oldest_first` as shown; with `whole` the first must be the beginning of the chain.
evidence_verdict check_evidence(const engine::value_list& oldest_first, bool whole);

} // namespace jmld::runtime
