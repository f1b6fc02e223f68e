// Counter first, then digits mixed from seed and counter: unique, ordered, reproducible. Not a source of randomness for
// anything that must not be guessed.
#include "connectors/okta_sim/ids.hpp"

#include "engine/digest.hpp"
#include "engine/random_source.hpp"

namespace jmld::okta_sim {
namespace {

constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t id_length = 20, counter_length = 5;

std::string mixed(std::uint64_t seed, std::size_t length)
{
    seeded_random draws(seed);
    std::string text;
    while (text.size() < length)
        text += digits[draws.next() % digits.size()];
    return text;
}

} // namespace

std::string id_source::make(std::string_view prefix)
{
    auto count = ++made_;
    std::string counter(counter_length, '0');
    for (auto digit = counter.rbegin(); digit != counter.rend(); ++digit, count /= digits.size())
        *digit = digits[count % digits.size()];
    std::string id(prefix);
    id += counter;
    return id + mixed(seed_ ^ (made_ * 0x9e3779b97f4a7c15ULL), id_length - id.size());
}

std::string id_source::token(std::size_t length) { return mixed(seed_ ^ (++made_ * 0xd1342543de82ef95ULL), length); }

std::string id_source::fixed(std::string_view prefix, std::string_view name) const
{
    auto const hash = digest::sha256(name);
    std::uint64_t folded = seed_;
    for (auto const byte : hash)
        folded = folded * 257 + byte;
    return std::string(prefix) + mixed(folded, id_length - prefix.size());
}

} // namespace jmld::okta_sim
