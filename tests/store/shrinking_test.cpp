// What is stored can be read again, whatever it was; what did not come from there is refused. Digests and slots have
// tests of their own.
#include "store/shrinking.hpp"

#include "engine/digest.hpp"

#include <gtest/gtest.h>

#include <random>

namespace jmld::store {

namespace {

std::string there_and_back(std::string_view packed)
{
    const auto stored = shrunk(packed);
    EXPECT_LE(stored.size(), packed.size());
    std::string room;
    const auto read = grown(stored, room);
    return read ? std::string(*read) : "unreadable";
}

std::string noise(std::size_t size, unsigned seed)
{
    std::mt19937 draw(seed);
    std::string bytes;
    while (bytes.size() < size)
        bytes += static_cast<char>(draw());
    return bytes;
}

const std::string a_call = R"([{"at":{"$timestamp":1795598957461},"method":"POST","path":"/api/v1/apps/0oa1/users",)"
                           R"("request_id":"Zx81","status":200}])";

TEST(Shrinking, GivesBackWhatItWasGiven)
{
    for (const auto& packed : {std::string(), std::string("x"), a_call, a_call + a_call, std::string(100'000, 'a')})
        EXPECT_EQ(there_and_back(packed), packed);
    for (unsigned seed = 0; seed < 300; ++seed)
        EXPECT_EQ(there_and_back(noise(seed * 7, seed)), noise(seed * 7, seed));
}

TEST(Shrinking, KnowsTheWordsOfPayloads) { EXPECT_LT(shrunk(a_call).size(), a_call.size() / 2); }

TEST(Shrinking, LeavesWhatDoesNotGetShorter)
{
    const auto bytes = "\x05" + noise(500, 1);
    EXPECT_EQ(shrunk(bytes), bytes);
}

TEST(Shrinking, RefusesWhatIsDamaged)
{
    const auto stored = shrunk(a_call + a_call);
    std::string room;
    for (std::size_t length = 2; length < stored.size(); ++length)
        EXPECT_NE(grown(stored.substr(0, length), room), a_call + a_call) << length;
    for (std::size_t at = 3; at < stored.size(); ++at)
        for (const unsigned bit : {1U, 8U, 128U}) {
            auto damaged = stored;
            damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ bit);
            if (const auto read = grown(damaged, room))
                EXPECT_EQ(read->size(), 2 * a_call.size()) << at; // its bytes are for the digest to judge
        }
    auto of_a_later_text = stored;
    of_a_later_text[2] = 2;
    EXPECT_FALSE(grown(of_a_later_text, room));
}

TEST(Shrinking, RefusesALengthThatNoRowCanHave)
{
    std::string room;
    EXPECT_FALSE(grown(std::string("\x80\x00\x01\xff\xff\xff\xff", 7) + "abc", room));
}

// Whoever changes a text by a letter makes every payload unreadable that was stored with it.
TEST(Shrinking, TheTextStaysAsItIs)
{
    EXPECT_EQ(digest::sha256_hex(payload_words_1), "effb3ee8ed366ed056cacdb8796b480f897c41ec13a76a24d40ea3208139304f");
}

} // namespace

} // namespace jmld::store
