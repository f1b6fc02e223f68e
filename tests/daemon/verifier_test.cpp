// Signatures: our own deliveries, mutated in every way, and the shared samples where they are at hand.
#include "daemon/webhooks/verifier.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "engine/random_source.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace jmld::daemon {
namespace {

const time_point now = time_point(std::chrono::seconds(1'800'000'000));
const std::string key_one(32, 'k'), key_two(32, 'q');

using names = std::vector<std::string>;

std::optional<std::string> refusal(const verification_scheme& chosen, const http::header_list& headers,
                                   std::string_view body, time_point at, const names& shown = {})
{
    return refuse_delivery(chosen, {headers, shown}, body, at);
}
std::optional<std::string> early_refusal(const verification_scheme& chosen, const http::header_list& headers,
                                         time_point at, const names& shown = {})
{
    return refuse_by_header(chosen, {headers, shown}, at);
}

std::string sign(const std::string& key, const std::string& id, const std::string& stamp, const std::string& body)
{
    return "v1," + digest::base64(digest::view(digest::hmac_sha256(key, id + "." + stamp + "." + body)));
}

http::header_list delivery(const std::string& signature, const std::string& stamp = "1800000000",
                           const std::string& id = "msg_1")
{
    return {{"Webhook-Id", id}, {"webhook-timestamp", stamp}, {"webhook-signature", signature}};
}

const verification_scheme scheme = standard_webhooks_scheme{{key_one, key_two}, std::chrono::seconds(300)};

TEST(StandardWebhooks, AcceptsTheCurrentAndThePreviousSecret)
{
    for (const auto& key : {key_one, key_two})
        EXPECT_EQ(refusal(scheme, delivery(sign(key, "msg_1", "1800000000", "{}")), "{}", now), std::nullopt);
}

TEST(StandardWebhooks, SkipsUnknownVersionsAndTriesEveryListedSignature)
{
    const auto good = sign(key_one, "msg_1", "1800000000", "{}");
    EXPECT_EQ(refusal(scheme, delivery("v1a,AAAA v1,AAAA " + good), "{}", now), std::nullopt);
    EXPECT_NE(refusal(scheme, delivery("v2," + good.substr(3)), "{}", now), std::nullopt);
}

TEST(StandardWebhooks, ToleranceIsExactOnBothSides)
{
    for (const auto& [stamp, accepted] : std::vector<std::pair<std::string, bool>>{
             {"1799999700", true}, {"1799999699", false}, {"1800000300", true}, {"1800000301", false}})
    {
        const auto headers = delivery(sign(key_one, "msg_1", stamp, "{}"), stamp);
        EXPECT_EQ(!refusal(scheme, headers, "{}", now).has_value(), accepted) << stamp;
        EXPECT_EQ(!early_refusal(scheme, headers, now).has_value(), accepted) << stamp;
    }
}

TEST(StandardWebhooks, MalformedHeadersAreRefusedBeforeTheBody)
{
    const auto good = sign(key_one, "msg_1", "1800000000", "{}");
    for (const auto& stamp : {"", "abc", "1800000000.0", "-1", "+1800000000", "99999999999999999999"})
        EXPECT_NE(early_refusal(scheme, delivery(good, stamp), now), std::nullopt) << stamp;
    EXPECT_NE(early_refusal(scheme, delivery(good, "1800000000", "a.b"), now), std::nullopt);
    auto doubled = delivery(good);
    doubled.emplace_back("webhook-signature", good);
    EXPECT_NE(early_refusal(scheme, doubled, now), std::nullopt);
    EXPECT_NE(early_refusal(scheme, {}, now), std::nullopt);
}

TEST(StandardWebhooks, NoMutationOfADeliveryIsAccepted)
{
    const std::string body = R"({"type":"workday.worker.hire","id":"wd-1"})";
    seeded_random random(11);
    for (int round = 0; round < 20'000; ++round) {
        std::string id = "msg_1", stamp = "1800000000", changed = body;
        std::string signature = sign(key_one, id, stamp, body);
        std::string* parts[] = {&id, &stamp, &changed, &signature};
        auto& part = *parts[random.next() % 4];
        const auto at = random.next() % part.size();
        const char before = part[at];
        part[at] = static_cast<char>(part[at] ^ (1 << random.next() % 7));
        if (part[at] == before)
            continue;
        EXPECT_NE(refusal(scheme, delivery(signature, stamp, id), changed, now), std::nullopt)
            << signature << " " << stamp << " " << id;
    }
}

TEST(StandardWebhooks, SecretsOfTheWrongFormAreRefusedWithoutShowingThem)
{
    EXPECT_TRUE(standard_webhooks_key("whsec_" + digest::base64(std::string(24, 'x'))));
    for (const auto& wrong : {"whsec_" + digest::base64(std::string(23, 'x')), std::string("whsec_???"),
                              digest::base64(std::string(32, 'x'))})
    {
        const auto refused = standard_webhooks_key(wrong);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().what.find(wrong.substr(6)), std::string::npos);
    }
}

TEST(Bearer, OnlyAKnownTokenIsAccepted)
{
    const verification_scheme bearer = bearer_scheme{{digest::sha256_hex("right")}};
    EXPECT_EQ(refusal(bearer, {{"Authorization", "Bearer right"}}, "{}", now), std::nullopt);
    EXPECT_NE(early_refusal(bearer, {{"Authorization", "Bearer wrong"}}, now), std::nullopt);
    EXPECT_NE(early_refusal(bearer, {{"Authorization", "right"}}, now), std::nullopt);
}

TEST(Basic, OnlyTheUserWithOneOfThePasswordsIsAccepted)
{
    const verification_scheme basic = basic_scheme{"hr", {"next:one", "old"}};
    const auto told = [](const std::string& pair) {
        return http::header_list{{"Authorization", "Basic " + digest::base64(pair)}};
    };
    EXPECT_EQ(refusal(basic, told("hr:next:one"), "{}", now), std::nullopt);
    EXPECT_EQ(refusal(basic, told("hr:old"), "{}", now), std::nullopt);
    for (const auto* wrong : {"hr:", "hr:ol", "hr:oldd", "it:old", "hr", ":old", ""})
        EXPECT_NE(early_refusal(basic, told(wrong), now), std::nullopt) << wrong;
    EXPECT_NE(early_refusal(basic, {{"Authorization", "Basic !!"}}, now), std::nullopt);
    EXPECT_NE(early_refusal(basic, {}, now), std::nullopt);
    auto repeated = told("hr:old");
    repeated.push_back(repeated.front());
    EXPECT_NE(early_refusal(basic, repeated, now), std::nullopt);
}

TEST(Mtls, TheNameInTheCertificateIsTheSender)
{
    const verification_scheme mtls = mtls_scheme{{"hr.example.com", "spiffe://example.com/hr"}};
    EXPECT_EQ(refusal(mtls, {}, "{}", now, {"other.example.com", "hr.example.com"}), std::nullopt);
    EXPECT_EQ(refusal(mtls, {}, "{}", now, {"spiffe://example.com/hr"}), std::nullopt);
    EXPECT_NE(early_refusal(mtls, {}, now, {"nothr.example.com", "hr.example.com.evil.example"}), std::nullopt);
    EXPECT_NE(early_refusal(mtls, {}, now), std::nullopt) << "no certificate was shown";
}

// ---- the shared samples
// ------------------------------------------------------------------------------------------------

const std::filesystem::path samples = std::filesystem::path(test::source_folder) / ".." / "shared" / "events";

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

verification_scheme sample_scheme(const std::string& name, const engine::value& secrets)
{
    if (name == "standard-webhooks") {
        // The previous secret counts as retired in these samples.
        return standard_webhooks_scheme{{*standard_webhooks_key(secrets["standard-webhooks"]["current"].text_or())},
                                        std::chrono::seconds(300)};
    }
    if (name == "hub-sha256")
        return hmac_scheme{secrets["hub-sha256"].text_or(), "x-hub-signature-256", "sha256=", "", {}};
    return hmac_scheme{secrets["bamboohr"].text_or(), "x-bamboohr-signature", "", "x-bamboohr-timestamp",
                       std::chrono::seconds(300)};
}

TEST(SharedSamples, EverySignedRequestIsJudgedAsMarked)
{
    if (!std::filesystem::exists(samples))
        GTEST_SKIP() << "../shared/events is not here";
    const auto content = engine::json::parse(read_file(samples / "40-signed-requests.json"));
    ASSERT_TRUE(content) << content.error().what;
    int judged = 0;
    for (const auto& sample : (*content)["cases"].items()) {
        http::header_list headers;
        for (const auto& [name, text] : sample["headers"].entries())
            headers.emplace_back(name, text.text_or());
        const auto body = read_file(samples / sample["bodyFile"].text_or());
        const time_point at{std::chrono::seconds(*sample["now"].if_integer())};
        const auto refused =
            refusal(sample_scheme(sample["scheme"].text_or(), (*content)["secrets"]), headers, body, at);
        // accept-duplicate and reject-conflict are authentic: the journal tells them apart, not the signature.
        const auto expected = sample["expect"].text_or();
        EXPECT_EQ(!refused.has_value(), expected != "reject")
            << sample["name"].text_or() << ": " << refused.value_or("accepted") << "; " << sample["why"].text_or();
        ++judged;
    }
    EXPECT_EQ(judged, 23);
}

} // namespace
} // namespace jmld::daemon
