// The server's TLS: the versions and suites of the intermediate profile, certificates that fit their keys, and
// handshakes that do not come.
#include "tests/http/server_fixture.hpp"
#include "tests/support/self_signed.hpp"

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

namespace jmld::tests {
namespace {

class ServerTls : public http_server_test
{
protected:
    void listen_tls(http::listen_options options = {})
    {
        options.certificate_file = certificate_file;
        options.key_pem = identity.key_pem;
        listen(std::move(options));
    }

    std::shared_ptr<asio::ssl::context> trusting() { return http::client_tls(certificate_file).value(); }

    std::string get(std::shared_ptr<asio::ssl::context> tls)
    {
        raw_client client(loop.executor());
        loop.run(client.connect(server->url(), std::move(tls)));
        loop.run(client.say(closing_get));
        auto answer = loop.run(client.hear());
        closed_orderly = client.last() == http::io_status::closed;
        return answer;
    }

    self_signed identity = make_self_signed();
    temporary_directory directory;
    std::string certificate_file = directory.write("server.pem", identity.certificate_pem);
};

TEST_F(ServerTls, AnswersOverTls12And13AndClosesProperly)
{
    listen_tls();
    EXPECT_TRUE(server->url().starts_with("https://127.0.0.1:"));
    EXPECT_EQ(answers_in(get(trusting())), 1U);
    EXPECT_TRUE(closed_orderly) << "close_notify comes before the end";
    auto const older = trusting();
    SSL_CTX_set_max_proto_version(older->native_handle(), TLS1_2_VERSION);
    EXPECT_EQ(answers_in(get(older)), 1U);
}

TEST_F(ServerTls, RefusesWhatIsOlderOrWeaker)
{
    listen_tls();
    auto const tls_1_1 = trusting();
    SSL_CTX_set_security_level(tls_1_1->native_handle(), 0);
    SSL_CTX_set_min_proto_version(tls_1_1->native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(tls_1_1->native_handle(), TLS1_1_VERSION);
    EXPECT_THROW(get(tls_1_1), std::runtime_error);
    for (auto const* suite :
         {"ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256"})
    {
        auto const weak = trusting();
        SSL_CTX_set_max_proto_version(weak->native_handle(), TLS1_2_VERSION);
        ASSERT_EQ(SSL_CTX_set_cipher_list(weak->native_handle(), suite), 1) << suite;
        EXPECT_THROW(get(weak), std::runtime_error) << suite;
    }
    auto const h2_only = trusting();
    SSL_CTX_set_alpn_protos(h2_only->native_handle(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
    EXPECT_THROW(get(h2_only), std::runtime_error);
    EXPECT_TRUE(handler.handled.empty());
}

TEST_F(ServerTls, AHandshakeThatDoesNotComeEndsTheConnection)
{
    listen_tls({.handshake_timeout = duration(30)});
    EXPECT_EQ(exchange(""), "");
}

TEST_F(ServerTls, PlainHttpToATlsPortIsNotHandled)
{
    listen_tls();
    auto const answer = exchange(closing_get);
    EXPECT_EQ(answers_in(answer), 0U);
    EXPECT_TRUE(handler.handled.empty());
}

TEST_F(ServerTls, ReadsTheKeyFromAFileToo)
{
    listen({.certificate_file = certificate_file, .key_file = directory.write("key.pem", identity.key_pem)});
    EXPECT_EQ(answers_in(get(trusting())), 1U);
}

TEST_F(ServerTls, ALargeAnswerArrivesWhole)
{
    listen_tls();
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        co_return http::response{200, {}, std::string(3'000'000, 'a')};
    };
    auto const answer = get(trusting());
    EXPECT_GT(answer.size(), 3'000'000U);
    EXPECT_TRUE(closed_orderly);
}

// A client that shows this certificate.
std::shared_ptr<asio::ssl::context> showing(std::shared_ptr<asio::ssl::context> tls, const self_signed& who)
{
    tls->use_certificate_chain(asio::buffer(who.certificate_pem));
    tls->use_private_key(asio::buffer(who.key_pem), asio::ssl::context::pem);
    return tls;
}

TEST_F(ServerTls, KnowsTheNamesOfAClientsCertificate)
{
    auto const sender = make_self_signed({.names = "DNS:HR.example.com,URI:spiffe://example.com/hr,IP:127.0.0.1"});
    listen_tls({.client_ca_file = directory.write("clients.pem", sender.certificate_pem)});
    EXPECT_EQ(answers_in(get(showing(trusting(), sender))), 1U);
    EXPECT_EQ(handler.last_peer.certificate_names,
              (std::vector<std::string>{"hr.example.com", "spiffe://example.com/hr"}));
    EXPECT_EQ(answers_in(get(trusting())), 1U) << "others sign what they send";
    EXPECT_TRUE(handler.last_peer.certificate_names.empty());
}

TEST_F(ServerTls, ACertificateOfAnotherAuthorityOrPastItsTimeIsRefused)
{
    auto const sender = make_self_signed();
    auto const late = make_self_signed({.valid_from_seconds = -7200, .valid_to_seconds = -3600});
    auto const authorities = sender.certificate_pem + late.certificate_pem;
    listen_tls({.client_ca_file = directory.write("clients.pem", authorities)});
    for (auto const& wrong : {make_self_signed(), late}) {
        std::string heard;
        try { // with TLS 1.3 the client learns of it only after its own side of the handshake
            heard = get(showing(trusting(), wrong));
        } catch (const std::runtime_error&) {
        }
        EXPECT_EQ(answers_in(heard), 0U);
    }
    EXPECT_TRUE(handler.handled.empty());
    EXPECT_THROW(listen_tls({.client_ca_file = directory.path("absent.pem")}), std::runtime_error);
}

TEST_F(ServerTls, RefusesCertificatesAndKeysThatDoNotFit)
{
    auto const try_listening = [&](const std::string& certificate, const std::string& key_pem) {
        http::listen_options options;
        options.address = "127.0.0.1:0";
        options.certificate_file = certificate;
        options.key_pem = key_pem;
        return http::listen(loop.executor(), options, handler);
    };
    auto const other = make_self_signed();
    for (auto const& refused :
         {try_listening(certificate_file, other.key_pem), try_listening(directory.path("absent.pem"), identity.key_pem),
          try_listening(certificate_file, "no key"), try_listening(certificate_file, ""),
          try_listening("", identity.key_pem)})
    {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, errc::invalid_input) << refused.error().what;
        EXPECT_EQ(refused.error().what.find("PRIVATE KEY"), std::string::npos);
    }
}

} // namespace
} // namespace jmld::tests
