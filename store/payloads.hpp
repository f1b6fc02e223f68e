// The one table that may hold personal data: the slots of a row packed into one value, kept under an id, with the
// SHA-256 that the row carries beside it. It does not know whose row it is: an erasure comes from the rows of a person.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::store {

/// What a row holds of its payload; nothing when it has no slots.
struct payload_reference
{
    std::optional<std::int64_t> id;
    std::string sha256; ///< 32 bytes

    std::optional<blob> digest() const { return id ? std::optional(blob{sha256}) : std::nullopt; }
};

/// Length (LEB128) and bytes of each slot, one after the other.
std::string pack(const std::vector<const runtime::payload*>& slots);
/// Takes what pack() made, and what of it stands in the table (`shrunk`).
std::optional<std::vector<runtime::payload>> unpack(std::string_view stored);

/// Stores `packed`, shrunk; nothing is stored for an empty one.
result<payload_reference> add_payload(connection& db, std::string_view packed);
/// In place of what stands under `id`.
result<payload_reference> replace_payload(connection& db, std::int64_t id, std::string_view packed);

/// The slots in `stored` as read beside the row's `sha256`; none when the row has no payload. Errors: corrupt, naming
/// `owner`.
result<std::vector<runtime::payload>> verified(std::string_view stored, std::string_view sha256, bool absent,
                                               std::string_view owner);

} // namespace jmld::store
