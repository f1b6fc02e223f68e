// Digests and base64 against published values and their own inverse.
#include "engine/digest.hpp"
#include "engine/random_source.hpp"

#include <gtest/gtest.h>

namespace jmld::digest {
namespace {

TEST(Digest, Sha256OfAbcIsThePublishedValue)
{
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, HmacOfRfc4231CaseTwo)
{
    EXPECT_EQ(hex(view(hmac_sha256("Jefe", "what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Base64, EncodesTheRfcVectors)
{
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64("foob"), "Zm9vYg==");
    EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(Base64, RefusesWhatIsNoEncoding)
{
    for (const char* text :
         {"Zm9vYg=", "Zm9vYg", "Zm9v Yg==", "Zm9v\nYg==", "Zm9vYh==", "Z===", "-_8=", "=", "Zg==Zg=="})
        EXPECT_EQ(base64_decode(text), std::nullopt) << text;
}

TEST(Base64, ComesBackAsItWas)
{
    seeded_random random(7);
    for (int round = 0; round < 500; ++round) {
        std::string bytes(random.next() % 40, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random.next());
        EXPECT_EQ(base64_decode(base64(bytes)), bytes);
        EXPECT_EQ(base64url_decode(base64url(bytes)), bytes);
    }
}

TEST(Digest, ConstantTimeComparisonSeesEveryDifference)
{
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secrets"));
}

} // namespace
} // namespace jmld::digest
