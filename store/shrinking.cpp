// A shrunk payload begins with a mark that no packed list begins with: a length of zero written longer than needed.
// Then come the number of the text, the length before, and one block of LZ4.
#include "store/shrinking.hpp"

#include <lz4.h>

#include <array>
#include <cstdint>

namespace jmld::store {

namespace {

constexpr std::string_view mark("\x80\x00\x01", 3); // the last: payload_words_1
constexpr std::size_t length_bytes = 4;
constexpr std::size_t head_bytes = mark.size() + length_bytes;
constexpr std::size_t worth_trying = 32;                  // bytes
constexpr std::size_t plain_bytes_max = 32 * 1024 * 1024; // the largest row that SQLite may give us

// The state after reading the text: copied for each payload, which is cheaper than reading it again.
const LZ4_stream_t& primed()
{
    static const LZ4_stream_t stream = [] {
        LZ4_stream_t fresh;
        LZ4_initStream(&fresh, sizeof fresh);
        LZ4_loadDict(&fresh, payload_words_1.data(), static_cast<int>(payload_words_1.size()));
        return fresh;
    }();
    return stream;
}

void put_length(std::string& to, std::size_t length)
{
    for (std::size_t i = 0; i < length_bytes; ++i)
        to += static_cast<char>(length >> (8 * i) & 255U);
}

std::size_t length_at(std::string_view bytes)
{
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
        length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return length;
}

} // namespace

std::string shrunk(std::string_view packed)
{
    if (packed.size() < worth_trying || packed.size() > plain_bytes_max)
        return std::string(packed);
    std::string stored(mark);
    put_length(stored, packed.size());
    const auto room = packed.size() - head_bytes; // no longer than it was
    stored.resize(head_bytes + room);
    auto stream = primed();
    const int written = LZ4_compress_fast_continue(&stream, packed.data(), stored.data() + head_bytes,
                                                   static_cast<int>(packed.size()), static_cast<int>(room), 1);
    if (written <= 0)
        return std::string(packed);
    stored.resize(head_bytes + static_cast<std::size_t>(written));
    return stored;
}

std::optional<std::string_view> grown(std::string_view stored, std::string& room)
{
    if (!stored.starts_with(mark.substr(0, 2)))
        return stored;
    if (stored.size() < head_bytes || !stored.starts_with(mark))
        return std::nullopt;
    const auto length = length_at(stored.substr(mark.size()));
    if (length > plain_bytes_max)
        return std::nullopt;
    room.resize(length);
    const auto block = stored.substr(head_bytes);
    const int read = LZ4_decompress_safe_usingDict(block.data(), room.data(), static_cast<int>(block.size()),
                                                   static_cast<int>(length), payload_words_1.data(),
                                                   static_cast<int>(payload_words_1.size()));
    if (read < 0 || static_cast<std::size_t>(read) != length)
        return std::nullopt;
    return room;
}

} // namespace jmld::store
