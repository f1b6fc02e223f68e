// How a payload gets smaller on its way to the disk: LZ4 against a fixed text of the words that payloads are made of.
// It knows nothing of slots, digests or tables; a digest is always that of the payload before it was shrunk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jmld::store {

/// The first text; its number is 1.
extern const std::string_view payload_words_1;

/// `packed` (see pack()) as it is stored: shrunk when that is shorter, else as it is. Any thread.
std::string shrunk(std::string_view packed);

/// What was given to shrunk(), whose result is `stored`: itself, or bytes in `room`, and valid as long as both. Nothing
/// when it cannot have come from there. Any thread.
std::optional<std::string_view> grown(std::string_view stored, std::string& room);

} // namespace jmld::store
