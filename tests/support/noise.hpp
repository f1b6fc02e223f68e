// Text that does not get smaller on its way to the disk, the same for the same seed. For tests that need pages filled.
#pragma once

#include <random>
#include <string>

namespace jmld::test {

/// `size` letters and digits.
inline std::string noise(std::size_t size, unsigned seed = 1)
{
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::minstd_rand draw(seed + 1);
    std::string text;
    text.reserve(size);
    while (text.size() < size)
        text += letters[draw() >> 8 & 63U];
    return text;
}

} // namespace jmld::test
