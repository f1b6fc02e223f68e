// ULIDs from the handed-in clock and chance. It keeps no counter: two ids of the same millisecond differ by 80 random
// bits.
#include "engine/ids.hpp"

namespace jmld {

std::string make_ulid(time_point now, random_source& random)
{
    static constexpr char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string text(26, '0');
    auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (int i = 9; i >= 0; --i, milliseconds >>= 5)
        text[static_cast<std::size_t>(i)] = digits[milliseconds & 31U];
    for (std::size_t half = 0; half < 2; ++half) {
        auto bits = random.next();
        for (std::size_t i = 0; i < 8; ++i, bits >>= 5)
            text[10 + half * 8 + i] = digits[bits & 31U];
    }
    return text;
}

} // namespace jmld
