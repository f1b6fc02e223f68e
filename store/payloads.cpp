// A payload that does not fit its digest is never handed on: a wrong before-image would be restored as if it were
// right.
#include "store/payloads.hpp"

#include "engine/digest.hpp"
#include "store/shrinking.hpp"

#include <fmt/format.h>

namespace jmld::store {

std::string pack(const std::vector<const runtime::payload*>& slots)
{
    std::size_t size = 0;
    for (const auto* slot : slots)
        size += slot->bytes.size() + 5;
    std::string packed;
    packed.reserve(size);
    for (const auto* slot : slots) {
        auto length = slot->bytes.size();
        for (; length >= 128; length >>= 7)
            packed += static_cast<char>(length | 128);
        packed += static_cast<char>(length);
        packed += slot->bytes;
    }
    return packed;
}

namespace {

std::optional<std::vector<runtime::payload>> split(std::string_view bytes)
{
    std::vector<runtime::payload> slots;
    while (!bytes.empty()) {
        std::uint64_t length = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (bytes.empty() || shift > 35)
                return std::nullopt;
            const auto next = static_cast<unsigned char>(bytes.front());
            bytes.remove_prefix(1);
            length |= static_cast<std::uint64_t>(next & 127U) << shift;
            if (next < 128)
                break;
        }
        if (length > bytes.size())
            return std::nullopt;
        slots.push_back({std::string(bytes.substr(0, length))});
        bytes.remove_prefix(length);
    }
    return slots;
}

std::string sha256_of(std::string_view packed)
{
    const auto bytes = digest::sha256(packed);
    return std::string(digest::view(bytes));
}

} // namespace

std::optional<std::vector<runtime::payload>> unpack(std::string_view stored)
{
    std::string room;
    const auto packed = grown(stored, room);
    return packed ? split(*packed) : std::nullopt;
}

result<payload_reference> add_payload(connection& db, std::string_view packed)
{
    if (packed.empty())
        return payload_reference{};
    auto insert = db.use("INSERT INTO payload (bytes) VALUES (?1)");
    const auto stored = shrunk(packed);
    const auto done = insert.bind(blob{stored}).run();
    if (!done)
        return std::unexpected(done.error());
    return payload_reference{db.last_row(), sha256_of(packed)};
}

result<payload_reference> replace_payload(connection& db, std::int64_t id, std::string_view packed)
{
    auto update = db.use("UPDATE payload SET bytes = ?2 WHERE id = ?1");
    const auto stored = shrunk(packed);
    const auto done = update.bind(id, blob{stored}).run();
    if (!done)
        return std::unexpected(done.error());
    if (db.changed() != 1)
        return failure(errc::corrupt, fmt::format("payload {} is missing", id));
    return payload_reference{id, sha256_of(packed)};
}

result<std::vector<runtime::payload>> verified(std::string_view stored, std::string_view sha256, bool absent,
                                               std::string_view owner)
{
    if (absent)
        return std::vector<runtime::payload>{};
    std::string room;
    const auto packed = grown(stored, room);
    auto slots = packed && sha256_of(*packed) == sha256 ? split(*packed) : std::nullopt;
    if (!slots)
        return failure(errc::corrupt, fmt::format("the payload of {} does not fit its SHA-256", owner),
                       "restore the last good backup; the damaged file is kept as it is");
    return std::move(*slots);
}

} // namespace jmld::store
