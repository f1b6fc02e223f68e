// The chain of the audit record: what a row's hash covers, and whether rows fit together. One spelling for whoever
// writes it and whoever checks it; it reads and stores nothing.
#pragma once

#include "engine/runtime/journal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::runtime {

/// What the first row names as the hash before it.
inline constexpr std::string_view audit_chain_begin =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 in hex over the previous hash, seq, at, principal, action, object and the digest of the reason. The reason
/// itself is not in it: its words can be erased without breaking the chain.
std::string audit_hash(const audit_record& record);

/// The record of `row` behind `last` (nullptr: there is none, or none with a hash).
audit_record chained(audit_row row, std::uint64_t seq, std::string previous_hash);

/// Oldest first. The seq of the first row that does not fit: a wrong hash, another predecessor, a gap, or words that
/// are not those of the digest. Rows older than the chain (without hash) are passed over as long as they stand before
/// it. Nothing = all fit.
std::optional<std::uint64_t> first_misfit(const std::vector<audit_record>& oldest_first);

} // namespace jmld::runtime
