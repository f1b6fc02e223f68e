// Whom the client believes: the chain, the name, the time and the version of TLS, each wrong once; nothing is ever sent
// to a peer that fails.
#include "tests/http/client_fixture.hpp"
#include "tests/support/self_signed.hpp"

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

namespace jmld::tests {
namespace {

class ClientTls : public http_client_test
{
protected:
    using tuning = std::function<void(SSL_CTX*)>;

    // One request to a TLS peer with `identity`, trusting `trusted`.
    result<http::response> get_from(const self_signed& identity, const self_signed& trusted,
                                    const std::string& host = "localhost", const tuning& tune = {})
    {
        auto const tls =
            http::server_tls(directory.write("peer.pem", identity.certificate_pem), "", identity.key_pem).value();
        if (tune)
            tune(tls->native_handle());
        heard.clear();
        scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
            auto const secured = co_await with.stream.accept_tls(tls);
            if (!secured)
                co_return;
            heard = co_await with.hear();
            co_await with.say(ok_answer);
            co_await with.stream.finish(std::chrono::seconds(5));
        });
        connect_to({.origin = "https://" + peer.authority(host),
                    .ca_file = directory.write("ca.pem", trusted.certificate_pem)});
        auto answer = get();
        client.reset();
        return answer;
    }

    void expect_unavailable(const result<http::response>& answer, const std::string& reason)
    {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, errc::unavailable);
        EXPECT_NE(answer.error().what.find(reason), std::string::npos) << answer.error().what;
        EXPECT_EQ(heard, "");
    }

    temporary_directory directory;
    std::string heard;
};

TEST_F(ClientTls, BelievesATrustedCertificateForItsNameOrAddress)
{
    auto const identity = make_self_signed();
    EXPECT_EQ(get_from(identity, identity, "localhost").value().body, "ok");
    EXPECT_NE(heard.find("Host: localhost:"), std::string::npos);
    EXPECT_EQ(get_from(identity, identity, "127.0.0.1").value().body, "ok");
}

TEST_F(ClientTls, SendsTheNameItAsksFor)
{
    auto const identity = make_self_signed();
    std::string asked;
    auto const answer = get_from(identity, identity, "localhost", [&](SSL_CTX* peer) {
        SSL_CTX_set_tlsext_servername_arg(peer, &asked);
        SSL_CTX_set_tlsext_servername_callback(
            peer, +[](SSL* tls, int*, void* into) {
                auto const* const name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
                *static_cast<std::string*>(into) = name == nullptr ? "" : name;
                return SSL_TLSEXT_ERR_OK;
            });
    });
    EXPECT_TRUE(answer);
    EXPECT_EQ(asked, "localhost");
}

TEST_F(ClientTls, RefusesAnUnknownAuthority)
{
    expect_unavailable(get_from(make_self_signed(), make_self_signed()), "self-signed");
}

TEST_F(ClientTls, RefusesACertificateForAnotherName)
{
    for (auto const* names : {"DNS:example.com", "DNS:localhost.example.com", "DNS:*.localhost", "DNS:local*",
                              "IP:127.0.0.2", "email:a@localhost"})
    {
        auto const other = make_self_signed({.names = names});
        expect_unavailable(get_from(other, other), "ostname mismatch");
    }
    auto const only_name = make_self_signed({.names = "DNS:localhost,DNS:127.0.0.1"});
    expect_unavailable(get_from(only_name, only_name, "127.0.0.1"), "IP address mismatch");
}

TEST_F(ClientTls, RefusesCertificatesOutsideTheirTime)
{
    auto const expired = make_self_signed({.valid_from_seconds = -7200, .valid_to_seconds = -3600});
    expect_unavailable(get_from(expired, expired), "expired");
    auto const early = make_self_signed({.valid_from_seconds = 3600, .valid_to_seconds = 7200});
    expect_unavailable(get_from(early, early), "not yet valid");
}

TEST_F(ClientTls, RefusesVersionsBelow12)
{
    auto const identity = make_self_signed();
    auto const answer = get_from(identity, identity, "localhost", [](SSL_CTX* peer) {
        SSL_CTX_set_security_level(peer, 0);
        SSL_CTX_set_min_proto_version(peer, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(peer, TLS1_1_VERSION);
    });
    expect_unavailable(answer, "TLS");
}

TEST_F(ClientTls, APlainServerIsUnavailable)
{
    scripted_peer const peer(loop, [](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        co_await with.wait_for_end();
    });
    connect_to({.origin = "https://" + peer.authority()});
    expect_unavailable(get(), "TLS");
}

TEST_F(ClientTls, AHandshakeCutOrNeverAnsweredIsUnavailable)
{
    scripted_peer const cut(loop, [](scripted_connection&, int) -> asio::awaitable<void> { co_return; });
    connect_to({.origin = "https://" + cut.authority()});
    expect_unavailable(get(), "TLS");
    scripted_peer const silent(
        loop, [](scripted_connection& with, int) -> asio::awaitable<void> { co_await with.wait_for_end(); });
    connect_to({.origin = "https://" + silent.authority()});
    expect_unavailable(get("/a", duration(50)), "in time");
}

TEST_F(ClientTls, ACutAnswerWithoutCloseNotifyIsConnectionLost)
{
    auto const identity = make_self_signed();
    auto const tls =
        http::server_tls(directory.write("peer.pem", identity.certificate_pem), "", identity.key_pem).value();
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.stream.accept_tls(tls);
        co_await with.hear();
        co_await with.say(
            "HTTP/1.1 200 OK\r\n\r\nthe end of this answer is the end of the connection, which anybody can");
    });
    connect_to({.origin = "https://" + peer.authority(), .ca_file = directory.path("peer.pem")});
    EXPECT_EQ(get().error().code, errc::connection_lost);
}

TEST_F(ClientTls, KeepsConnectionsOverTlsButNotWithLeftOverRecords)
{
    auto const identity = make_self_signed();
    auto const tls =
        http::server_tls(directory.write("peer.pem", identity.certificate_pem), "", identity.key_pem).value();
    std::string extra;
    bool said = false;
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.stream.accept_tls(tls);
        for (;;) {
            auto const asked = co_await with.hear();
            if (asked.empty())
                co_return;
            co_await with.say(ok_answer);
            if (!extra.empty())
                co_await with.say(extra);
            said = !extra.empty();
        }
    });
    connect_to({.origin = "https://" + peer.authority(), .ca_file = directory.path("peer.pem")});
    EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(peer.connections(), 1);
    extra = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    EXPECT_EQ(get().value().body, "ok");
    loop.run_until([&] { return said; });
    EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(peer.connections(), 2);
}

TEST_F(ClientTls, AnAbsentOrEmptyAuthorityFileIsInvalidInput)
{
    for (auto const& file : {directory.path("absent.pem"), directory.write("empty.pem", "")}) {
        auto const made = http::make_client(loop.executor(), {.origin = "https://localhost", .ca_file = file});
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, errc::invalid_input);
        EXPECT_NE(made.error().what.find(file), std::string::npos);
    }
}

} // namespace
} // namespace jmld::tests
