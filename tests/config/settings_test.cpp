// jmld.yaml: what it gives, what it is without, and every mistake told at once with its place.
#include "config/settings.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace config = jmld::config;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

namespace {

constexpr std::string_view least = "okta: { org: 'https://x.okta.com', auth: { ssws: { credential: okta-token } } }\n";
const std::string hash(64, 'a');

config::settings accepted(const std::string& text)
{
    auto read = config::parse_settings("/etc/jmld/jmld.yaml", text);
    if (!read)
        ADD_FAILURE() << read.error().messages.front();
    return read.value_or(config::settings{});
}
std::vector<std::string> refused(const std::string& text)
{
    const auto read = config::parse_settings("/etc/jmld/jmld.yaml", text);
    return read ? std::vector<std::string>{} : read.error().messages;
}
std::vector<std::string> refused_beside_okta(const std::string& text) { return refused(text + std::string(least)); }

} // namespace

TEST(Settings, ReadsWhatTheContractShows)
{
    const config::settings read =
        accepted("listen:\n"
                 "  webhooks: { address: '0.0.0.0:8441', tls: {certificate: cert.pem, key: {credential: tls-key}} }\n"
                 "  ops:      { address: 127.0.0.1:8442 }\n"
                 "  ops_socket: /run/jmld/ops.sock\n"
                 "store:\n  sqlite: data/jmld.db\n"
                 "workflows: workflows/\naccess: access.yaml\n"
                 "sources:\n"
                 "  workday: { mapping: sources/workday.yaml, verify: {standard_webhooks: {secrets: [{credential: "
                 "workday}]}} }\n"
                 "okta:\n  org: https://example.okta.com/\n  ca: /etc/ssl/ca.crt\n"
                 "  auth: { private_key_jwt: {client_id: 0oa1, key: {credential: okta-key}, dpop: auto} }\n"
                 "  scopes: [okta.users.manage, okta.groups.manage]\n"
                 "operators:\n  - { name: alice, role: admin, token_sha256: " +
                 hash +
                 " }\n"
                 "  - { name: ops, role: viewer, unix_user: ops }\n"
                 "log: { level: debug, format: text }\n");
    EXPECT_EQ(read.webhooks.address, "0.0.0.0:8441");
    EXPECT_EQ(read.webhooks.tls->certificate, "/etc/jmld/cert.pem");
    EXPECT_EQ(read.webhooks.tls->key.credential, "tls-key");
    EXPECT_EQ(read.ops_socket, "/run/jmld/ops.sock");
    EXPECT_EQ(read.database, "/etc/jmld/data/jmld.db");
    EXPECT_EQ(read.access, "/etc/jmld/access.yaml");
    ASSERT_THAT(read.sources, SizeIs(1));
    EXPECT_EQ(read.sources[0].mapping, "/etc/jmld/sources/workday.yaml");
    EXPECT_EQ(read.sources[0].verify.standard_webhooks[0].credential, "workday");
    EXPECT_EQ(read.okta.org, "https://example.okta.com");
    EXPECT_EQ(read.okta.auth.client_id, "0oa1");
    EXPECT_THAT(read.okta.scopes, ElementsAre("okta.users.manage", "okta.groups.manage"));
    ASSERT_THAT(read.operators, SizeIs(2));
    EXPECT_EQ(read.operators[0].token_sha256, hash);
    EXPECT_EQ(read.log_level, "debug");
    EXPECT_THAT(read.warnings, IsEmpty());
}

TEST(Settings, WhatIsLeftOutIsWhatWeShip)
{
    const config::settings read = accepted(std::string(least));
    EXPECT_EQ(read.webhooks.address, "127.0.0.1:8441");
    EXPECT_FALSE(read.webhooks.tls);
    EXPECT_EQ(read.ops_socket, "");
    EXPECT_EQ(read.workflows, config::shipped().workflows);
    EXPECT_EQ(read.access, config::shipped().access);
    ASSERT_THAT(read.sources, SizeIs(1));
    EXPECT_EQ(read.sources[0].name, "workday");
    EXPECT_THAT(read.okta.scopes, SizeIs(4));
    EXPECT_EQ(read.policy_yaml, "");
}

TEST(Settings, TheShippedExampleIsAccepted)
{
    const auto read = config::read_settings(std::filesystem::path(jmld::test::source_folder) / "config" / "jmld.yaml");
    ASSERT_TRUE(read) << read.error().messages.front();
    EXPECT_THAT(read->policy_yaml, HasSubstr("pre_hire: 7d"));
}

TEST(Settings, AllProblemsAreToldAtOnceInTheOrderOfTheFile)
{
    EXPECT_THAT(
        refused("lisen: {}\nlog: { level: loud, format: json, colour: red }\nokta: { org: https://x.okta.com }\n"),
        ElementsAre(
            "/etc/jmld/jmld.yaml:1:1: error: unknown key 'lisen' in jmld.yaml; did you mean 'listen'?\n"
            "  lisen: {}\n  ^~~~~",
            StartsWith("/etc/jmld/jmld.yaml:2:15: error: 'level' is one of trace, debug, info, warning, error"),
            StartsWith("/etc/jmld/jmld.yaml:2:35: error: unknown key 'colour' in log; accepted are level, format"),
            StartsWith("/etc/jmld/jmld.yaml:3:7: error: 'okta' needs 'auth'")));
}

TEST(Settings, AFileThatIsNoYamlOrEmptyOrMissingSaysSo)
{
    EXPECT_THAT(refused("a: *b\n"), ElementsAre(HasSubstr("aliases ('*b') are not accepted")));
    EXPECT_THAT(refused(""), ElementsAre(HasSubstr("is a map with the keys listen, store")));
    const auto missing = config::read_settings("/nowhere/jmld.yaml");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().messages,
                ElementsAre(StartsWith("/nowhere/jmld.yaml: error: the file cannot be read")));
    EXPECT_FALSE(config::read_settings("/tmp"));
}

TEST(Settings, AListenerOutsideLoopbackNeedsTls)
{
    EXPECT_THAT(refused_beside_okta("listen: { webhooks: { address: '0.0.0.0:1' } }\n"),
                ElementsAre(HasSubstr("needs 'tls'")));
    EXPECT_THAT(refused_beside_okta("listen: { ops: { address: '127.0.0.1.evil.example:1' } }\n"),
                ElementsAre(HasSubstr("needs 'tls'")));
    EXPECT_THAT(refused_beside_okta("listen: { ops: { address: '[::1]:0' }, webhooks: { address: 'localhost:0' } }\n"),
                IsEmpty());
    EXPECT_THAT(refused_beside_okta("listen: { ops: { address: '127.0.0.1' } }\n"),
                ElementsAre(HasSubstr("is HOST:PORT")));
    EXPECT_THAT(refused_beside_okta("listen: { ops: { address: '127.0.0.1:65536' } }\n"),
                ElementsAre(HasSubstr("is HOST:PORT")));
    EXPECT_THAT(refused_beside_okta("listen: { ops: { address: '::1:80' } }\n"),
                ElementsAre(HasSubstr("is HOST:PORT")));
    EXPECT_THAT(refused_beside_okta("listen: { ops: { tls: { certificate: x } } }\n"),
                ElementsAre(HasSubstr("needs 'certificate'")));
}

TEST(Settings, TheOrganisationIsHttpsOrLoopback)
{
    const auto org = [](const std::string& url) {
        return refused("okta: { org: '" + url + "', auth: { ssws: { credential: t } } }\n");
    };
    EXPECT_THAT(org("http://127.0.0.1:8080"), IsEmpty());
    EXPECT_THAT(org("http://[::1]:8080"), IsEmpty());
    EXPECT_THAT(org("http://localhost"), IsEmpty());
    EXPECT_THAT(org("http://example.okta.com"), ElementsAre(HasSubstr("is https:// outside loopback")));
    EXPECT_THAT(org("http://localhost.evil.example"), ElementsAre(HasSubstr("is https:// outside loopback")));
    EXPECT_THAT(org("http://localhost@evil.example"), ElementsAre(HasSubstr("without a path")));
    EXPECT_THAT(org("https://x.okta.com/api"), ElementsAre(HasSubstr("without a path")));
    EXPECT_THAT(org("ftp://x"), ElementsAre(HasSubstr("without a path")));
}

TEST(Settings, WhomWorkflowsMayCallIsWrittenAsOrigins)
{
    const auto read = accepted("http: { allow: ['https://hooks.example.com'], internal: ['http://10.0.0.5:8080'] }\n" +
                               std::string(least));
    EXPECT_THAT(read.http.allow, ElementsAre("https://hooks.example.com"));
    EXPECT_THAT(read.http.internal, ElementsAre("http://10.0.0.5:8080"));
    for (const auto* wrong : {"hooks.example.com", "https://hooks.example.com/x", "https://u@h",
                              "https://*.example.com", "ftp://h", "https://"})
        EXPECT_THAT(refused_beside_okta("http: { allow: ['" + std::string(wrong) + "'] }\n"),
                    ElementsAre(HasSubstr("written as its origin")))
            << wrong;
}

TEST(Settings, AHostMayBeOneThatJmldSignsInToAsAPerson)
{
    const auto read =
        accepted("http:\n  allow:\n    - https://hooks.example.com\n    - origin: https://wiki.example.com\n"
                 "      auth:\n        id_jag:\n          at_okta: { client_id: 0oaagent, key: {env: K} }\n"
                 "          subject: {env: S}\n          audience: https://wiki.example.com\n"
                 "          token_url: https://wiki.example.com/token\n"
                 "          at_resource: { client_id: wiki, secret: {env: W} }\n          scopes: [pages.read]\n" +
                 std::string(least));
    EXPECT_THAT(read.http.allow, ElementsAre("https://hooks.example.com", "https://wiki.example.com"));
    ASSERT_TRUE(read.http.id_jag.contains("https://wiki.example.com"));
    const auto& access = read.http.id_jag.at("https://wiki.example.com");
    EXPECT_EQ(access.at_okta.client_id, "0oaagent");
    EXPECT_EQ(access.subject_type, "id_token");
    EXPECT_EQ(access.at_resource.secret.env, "W");
    EXPECT_THAT(
        refused_beside_okta("http: { allow: [ {origin: 'https://w.example', auth: {id_jag: {audience: a}}} ] }\n"),
        testing::Contains(HasSubstr("'id_jag' needs 'subject'")));
    EXPECT_THAT(refused_beside_okta("http: { allow: [ {origin: 'https://w.example', auth: {basic: x}} ] }\n"),
                testing::Contains(HasSubstr("basic")));
}

TEST(Settings, OneWayToSignInToOkta)
{
    EXPECT_THAT(
        refused("okta: { org: https://x, auth: { ssws: {env: T}, private_key_jwt: {client_id: a, key: {env: K}} } }\n"),
        ElementsAre(HasSubstr("is one of private_key_jwt")));
    EXPECT_THAT(refused("okta: { org: https://x, auth: { private_key_jwt: {client_id: a, dpop: maybe} } }\n"),
                ElementsAre(HasSubstr("needs 'client_id' and 'key'"), HasSubstr("'dpop' is one of auto, on, off")));
}

TEST(Settings, ASecretNeverStandsInTheFile)
{
    const auto messages = refused("okta: { org: https://x, auth: { ssws: 00abcTOKEN } }\n");
    EXPECT_THAT(messages, ElementsAre(HasSubstr("1:39: error: 'ssws' is a secret and never stands in this file")));
    EXPECT_THAT(refused("okta: { org: https://x, auth: { ssws: {credential: a, file: b} } }\n"),
                ElementsAre(HasSubstr("names one place")));
    EXPECT_THAT(refused("okta: { org: https://x, auth: { ssws: {credential: ../b} } }\n"),
                ElementsAre(HasSubstr("without '/'")));
}

TEST(Settings, ASecretFromTheEnvironmentIsAcceptedWithAWarning)
{
    const config::settings read = accepted("okta: { org: https://x, auth: { ssws: {env: TOKEN} } }\n");
    EXPECT_EQ(read.okta.auth.ssws.env, "TOKEN");
    EXPECT_THAT(read.warnings, ElementsAre(HasSubstr("warning: 'ssws' is read from the environment")));
}

TEST(Settings, ASourceIsBelievedByExactlyOneScheme)
{
    const auto verify = [](const std::string& scheme) {
        return refused_beside_okta("sources: { hr: { mapping: m.yaml, verify: " + scheme + " } }\n");
    };
    EXPECT_THAT(verify("{ hmac: { header: X-Sig, prefix: 'sha256=', secret: {credential: s} } }"), IsEmpty());
    EXPECT_THAT(verify("{ bearer: { token_sha256: " + hash + " } }"), IsEmpty());
    EXPECT_THAT(verify("{}"), ElementsAre(HasSubstr("exactly one of")));
    EXPECT_THAT(verify("{ bearer: { token_sha256: " + hash + " }, hmac: { header: a, secret: {env: b} } }"),
                ElementsAre(HasSubstr("exactly one of")));
    EXPECT_THAT(verify("{ basic: { username: hr, passwords: [{credential: hr}] } }"), IsEmpty());
    EXPECT_THAT(verify("{ basic: { username: hr } }"), ElementsAre(HasSubstr("at least one secret")));
    EXPECT_THAT(verify("{ basic: { username: 'a:b', passwords: [{credential: hr}] } }"),
                ElementsAre(HasSubstr("colon")));
    EXPECT_THAT(verify("{ mtls: {} }"), ElementsAre(HasSubstr("'mtls' needs 'san'")));
    EXPECT_THAT(verify("{ mtls: { san: hr.example.com } }"),
                ElementsAre(HasSubstr("'client_ca' under listen.webhooks.tls")));
    const auto sources = "sources: { hr: { mapping: m.yaml, verify: { mtls: { san: [a.example, b.example] } } } }\n";
    EXPECT_THAT(refused_beside_okta("listen: { webhooks: { address: '127.0.0.1:0', tls: { certificate: c, key: "
                                    "{credential: k}, client_ca: ca.pem } } }\n" +
                                    std::string(sources)),
                IsEmpty());
    EXPECT_THAT(verify("{ standard_webhooks: { secrets: [] } }"), ElementsAre(HasSubstr("at least one secret")));
    EXPECT_THAT(verify("{ standard_webhooks: { secrets: [{credential: a}], tolerance: 300 } }"),
                ElementsAre(HasSubstr("with its unit")));
    EXPECT_THAT(verify("{ bearer: { token_sha256: secret } }"), ElementsAre(HasSubstr("64 hex digits")));
    EXPECT_THAT(refused_beside_okta("sources: { hr: { mapping: m.yaml } }\n"),
                ElementsAre(HasSubstr("needs 'verify'")));
    EXPECT_THAT(
        refused_beside_okta("sources: { HR/x: { mapping: m, verify: { bearer: { token_sha256: " + hash + " } } } }\n"),
        ElementsAre(HasSubstr("stands in its URL")));
    EXPECT_THAT(refused_beside_okta("sources: { nobody: { verify: { bearer: { token_sha256: " + hash + " } } } }\n"),
                ElementsAre(HasSubstr("needs 'mapping'")));
}

TEST(Settings, OperatorsAreToldApart)
{
    EXPECT_THAT(
        refused_beside_okta("operators:\n  - { name: a, role: boss, token_sha256: x }\n  - { name: a, role: admin }\n"),
        ElementsAre(HasSubstr("2:22: error: 'role' is one of viewer, operator, approver, admin"),
                    HasSubstr("64 hex digits"), AllOf(HasSubstr("3:5"), HasSubstr("is known by")),
                    HasSubstr("stands twice")));
    EXPECT_THAT(refused_beside_okta("operators:\n  - { name: a, role: admin, token_sha256: " + hash +
                                    " }\n  - { name: b, role: admin, token_sha256: " + std::string(64, 'A') + " }\n"),
                ElementsAre(HasSubstr("share one token")));
}

TEST(Settings, ThePolicyKeepsItsLinesAndColumns)
{
    const config::settings block =
        accepted("# one\npolicy:\n  # two\n  pre_hire: 7d\n  guard: { window: 1h }\n" + std::string(least));
    EXPECT_EQ(block.policy_line, 4);
    EXPECT_EQ(block.policy_yaml, "  pre_hire: 7d\n  guard: { window: 1h }\n");
    const config::settings flow = accepted("policy: { pre_hire: 7d }\n" + std::string(least));
    EXPECT_EQ(flow.policy_line, 1);
    EXPECT_EQ(flow.policy_yaml, "        { pre_hire: 7d }\n");
    const config::settings json = accepted("{ \"policy\": {\"pre_hire\": \"7d\"}, \"okta\": {\"org\": \"https://x\", "
                                           "\"auth\": {\"ssws\": {\"credential\": \"t\"}}} }");
    EXPECT_EQ(json.policy_yaml, "            {\"pre_hire\": \"7d\"}");
    const config::settings last =
        accepted("{okta: {org: 'https://x', auth: {ssws: {credential: t}}}, policy: {a: 1}}\n");
    EXPECT_THAT(last.policy_yaml, testing::EndsWith(" {a: 1}"));
}

TEST(Settings, NoMutationOfTheShippedExampleCrashesTheReader)
{
    std::ifstream file(std::filesystem::path(jmld::test::source_folder) / "config" / "jmld.yaml");
    std::ostringstream content;
    content << file.rdbuf();
    const std::string_view spice = "{}[]:,&*!|>'\"#-\n $.abc09/";
    std::mt19937_64 chance(11);
    for (int round = 0; round < 1'000; ++round) {
        std::string text = content.str();
        for (int i = static_cast<int>(chance() % 6) + 1; i > 0; --i) {
            const std::size_t at = chance() % text.size();
            if (chance() % 2 == 0)
                text[at] = spice[chance() % spice.size()];
            else
                text.erase(at, chance() % 30);
        }
        const auto read = config::parse_settings("/etc/jmld/jmld.yaml", text);
        EXPECT_TRUE(read || !read.error().messages.empty());
    }
}
