// Every way we know to name a machine inside: each is refused before a connection is tried, even where the
// configuration allows the host by that very name. The names here resolve to what the attacker wants, and to something
// else next time.
#include "connectors/http/requests.hpp"
#include "connectors/https_client.hpp"
#include "tests/http/client_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <arpa/inet.h>

#include <map>

namespace jmld::http {
namespace {

namespace ip = boost::asio::ip;
using engine::failure_kind;
using engine::value;
using address_list = std::vector<ip::address>;

class still_clock final : public runtime::clock
{
public:
    time_point now() const override { return {}; }
    boost::asio::awaitable<bool> wait_until(time_point) override { co_return false; }
};

/// Answers what it is told, one answer after the other; the last one stays. Numbers are read as the system reads them.
class lying_resolver final : public name_resolver
{
public:
    std::map<std::string, std::vector<address_list>> answers;
    int asked = 0;

    boost::asio::awaitable<result<address_list>> resolve(std::string host, deadline) override
    {
        ++asked;
        if (auto found = answers.find(host); found != answers.end()) {
            auto answer = found->second.front();
            if (found->second.size() > 1)
                found->second.erase(found->second.begin());
            co_return answer;
        }
        in_addr number{};
        if (::inet_aton(host.c_str(), &number) != 0)
            co_return address_list{ip::address_v4(ntohl(number.s_addr))};
        co_return failure(errc::unavailable, "no such name");
    }
};

class Forbidden : public tests::http_client_test
{
protected:
    Forbidden()
        : peer(loop, [this](tests::scripted_connection& one, int) -> boost::asio::awaitable<void> {
              co_await one.hear();
              co_await one.say(answer);
          })
    {}

    std::string port() const { return peer.authority().substr(peer.authority().find(':')); }

    /// Whether the configuration knows it as a machine inside.
    engine::attempt_outcome call(const std::string& url, bool internal = false)
    {
        const auto where = parse_url(url);
        std::vector<allowed_host> allowed;
        if (where)
            allowed.push_back({canonical(where->peer), internal});
        request_actions actions(
            std::move(allowed),
            [this](const allowed_host& host) -> result<std::unique_ptr<transport>> {
                client_options options;
                options.origin = host.origin;
                options.public_only = !host.internal;
                options.names = names;
                return make_client(loop.executor(), std::move(options));
            },
            time);
        runtime::action_request asked;
        asked.run.text = "run_1";
        asked.step = "call";
        asked.timeout = std::chrono::seconds(5);
        asked.inputs = value::map({{"url", url}});
        return loop.run(actions.attempt(asked));
    }

    void expect_refused(const std::string& url)
    {
        ++rows;
        const auto outcome = call(url);
        const auto* failed = std::get_if<engine::attempt_failed>(&outcome);
        ASSERT_NE(failed, nullptr) << url;
        EXPECT_TRUE(failed->kind == failure_kind::forbidden || failed->kind == failure_kind::invalid)
            << url << ": " << failed->detail;
    }

    std::string answer = tests::ok_answer;
    still_clock time;
    std::shared_ptr<lying_resolver> names = std::make_shared<lying_resolver>();
    tests::scripted_peer peer;
    int rows = 0;
};

const std::vector<std::string> inside4{"127.0.0.1",       "127.1.2.3",       "10.0.0.1",    "10.255.255.254",
                                       "172.16.0.1",      "172.31.255.254",  "192.168.1.1", "169.254.169.254",
                                       "169.254.170.2",   "100.100.100.200", "0.0.0.0",     "224.0.0.1",
                                       "255.255.255.255", "168.63.129.16",   "192.0.0.192", "198.18.0.1"};

/// All the ways to write one IPv4 address as a host.
std::vector<std::string> forms_of(const std::string& dotted)
{
    const auto number = ip::make_address_v4(dotted).to_uint();
    const auto b = ip::make_address_v4(dotted).to_bytes();
    const auto high = number >> 16, low = number & 0xffff;
    return {dotted,
            fmt::format("{}", number),
            fmt::format("0x{:x}", number),
            fmt::format("0X{:08X}", number),
            fmt::format("0{:o}", number),
            fmt::format("0x{:x}.0x{:x}.0x{:x}.0x{:x}", b[0], b[1], b[2], b[3]),
            fmt::format("0{:o}.0{:o}.0{:o}.0{:o}", b[0], b[1], b[2], b[3]),
            fmt::format("0{:o}.{}.0x{:x}.{}", b[0], b[1], b[2], b[3]),
            fmt::format("{}.{}.{}", b[0], b[1], low),
            fmt::format("{}.{}", b[0], number & 0xffffff),
            fmt::format("[::ffff:{}]", dotted),
            fmt::format("[::ffff:{:x}:{:x}]", high, low),
            fmt::format("[0:0:0:0:0:FFFF:{:x}:{:x}]", high, low),
            fmt::format("[::{:x}:{:x}]", high, low),
            fmt::format("[::ffff:0:{:x}:{:x}]", high, low),
            fmt::format("[64:ff9b::{:x}:{:x}]", high, low),
            fmt::format("[64:ff9b:1::{:x}:{:x}]", high, low),
            fmt::format("[2002:{:x}:{:x}::1]", high, low)};
}

TEST_F(Forbidden, NoFormOfAnAddressInsideIsReached)
{
    for (const auto& dotted : inside4)
        for (const auto& form : forms_of(dotted))
            expect_refused("http://" + form + port() + "/latest/meta-data/");
    for (const auto* address :
         {"::",          "::1",          "::2",        "0:0:0:0:0:0:0:1", "fc00::1", "fd00:ec2::254", "fd20:ce::254",
          "fe80::1",     "fe80::1%25lo", "fe80::1%lo", "febf::1",         "fec0::1", "ff02::1",       "ff0e::1",
          "2001:db8::1", "2001::1",      "2001:20::1", "3fff::1",         "100::1",  "5f00::1",       "4000::1"})
        expect_refused("http://[" + std::string(address) + "]" + port() + "/");
    EXPECT_GE(rows, 300);
    EXPECT_EQ(peer.connections(), 0);
}

TEST_F(Forbidden, NorThroughANameThatLeadsThere)
{
    const auto outside = ip::make_address("93.184.216.34");
    for (const auto& dotted : inside4) {
        const auto inside = ip::make_address(dotted);
        names->answers["inside.example.com"] = {{inside}};
        names->answers["both.example.com"] = {{outside, inside}};
        names->answers["mapped.example.com"] = {{ip::make_address("::ffff:" + dotted)}};
        for (const auto* host : {"inside", "both", "mapped"})
            expect_refused("http://" + std::string(host) + ".example.com" + port() + "/");
    }
    EXPECT_EQ(peer.connections(), 0);
}

TEST_F(Forbidden, NorByAUrlThatTwoReadersReadDifferently)
{
    for (const auto* url : {"http://good.example.com@127.0.0.1{}/",
                            "http://good.example.com:x@127.0.0.1{}/",
                            "http://127.0.0.1{}\\@good.example.com/",
                            "http://good.example.com#@127.0.0.1{}/",
                            "http://127.0.0.1{}#good.example.com",
                            "http://127.0.0.1.{}/",
                            "http://localhost.{}/",
                            "http:// 127.0.0.1{}/",
                            "http://127.0.0.1%00.example.com{}/",
                            "http://127.0.0.1%2f@good.example.com{}/",
                            "http://127%2e0%2e0%2e1{}/",
                            "http://\xe2\x91\xa0.0.0.1{}/",
                            "http://127\xe3\x80\x82"
                            "0.0.1{}/",
                            "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1{}/",
                            "http://xn--.com{}/\n",
                            "HTTP://127.0.0.1{}/",
                            "//127.0.0.1{}/",
                            "http:127.0.0.1{}/",
                            "http:///127.0.0.1{}/",
                            "http://127.0.0.1{}\r\nHost: good.example.com/",
                            "http://[127.0.0.1]{}/",
                            "http://[::1{}/",
                            "http://::1{}/",
                            "ftp://127.0.0.1{}/",
                            "file:///etc/passwd",
                            "gopher://127.0.0.1{}/_GET",
                            "dict://127.0.0.1{}/",
                            "ldap://127.0.0.1{}/",
                            "jar:http://127.0.0.1{}!/",
                            "unix:/run/jmld/ops.sock",
                            "http+unix://%2Frun%2Fx{}/",
                            "http://127.0.0.1:0/",
                            "http://127.0.0.1:65536/",
                            "http://127.0.0.1:+80/",
                            "http://127.0.0.1: 80/",
                            "http://127.0.0.1:80:80/",
                            "http://-127.0.0.1{}/",
                            "http://127..1{}/",
                            "http://.127.0.0.1{}/"})
    {
        std::string text(url);
        if (const auto at = text.find("{}"); at != std::string::npos)
            text.replace(at, 2, port());
        expect_refused(text);
    }
    EXPECT_EQ(peer.connections(), 0);
}

// Another host by the eye of a reader is another host by name: only the allowed one, letter by letter, is called.
TEST_F(Forbidden, NorByANameThatOnlyLooksLikeAnAllowedOne)
{
    request_actions actions(
        {{"https://hooks.example.com", true}},
        [this](const allowed_host&) -> result<std::unique_ptr<transport>> {
            ++rows;
            return failure(errc::internal, "it was about to be called");
        },
        time);
    for (const auto* url :
         {"https://hooks.example.com.evil.example/", "https://evil.example/hooks.example.com",
          "https://hooks-example.com/", "https://xn--hooks-example-9ib.com/", "https://xn--ooks-mxa.example.com/",
          "https://hooks.example.com:444/", "http://hooks.example.com/", "https://hooks.example.co/",
          "https://ahooks.example.com/", "https://evil.hooks.example.com/"})
    {
        runtime::action_request asked;
        asked.inputs = value::map({{"url", url}});
        const auto outcome = loop.run(actions.attempt(asked));
        EXPECT_EQ(std::get<engine::attempt_failed>(outcome).kind, failure_kind::forbidden) << url;
    }
    EXPECT_EQ(rows, 0);
}

TEST_F(Forbidden, WhatWasCheckedIsWhatIsConnectedTo)
{
    // Whoever looked a second time to connect would be told of an address where nobody listens.
    names->answers["inside.example.com"] = {{ip::make_address("127.0.0.1")}, {ip::make_address("127.0.0.2")}};
    const auto outcome = call("http://inside.example.com" + port() + "/", true);
    EXPECT_TRUE(std::holds_alternative<engine::attempt_succeeded>(outcome));
    EXPECT_EQ(names->asked, 1);
    EXPECT_EQ(peer.connections(), 1);
}

TEST_F(Forbidden, EachConnectionIsCheckedAnew)
{
    client_options options;
    options.origin = "http://rebinding.example.com" + port();
    options.names = names;
    names->answers["rebinding.example.com"] = {{ip::make_address("127.0.0.1")}, {ip::make_address("10.0.0.1")}};
    connect_to(options);
    EXPECT_TRUE(get().has_value());
    options.public_only = true; // the same name, one look-up later
    connect_to(options);
    EXPECT_EQ(get().error().code, errc::forbidden);
    EXPECT_EQ(names->asked, 2);
    EXPECT_EQ(peer.connections(), 1);
}

TEST_F(Forbidden, NoRedirectIsFollowed)
{
    tests::scripted_peer target(
        loop, [](tests::scripted_connection& one, int) -> boost::asio::awaitable<void> { co_await one.hear(); });
    for (const int status : {301, 302, 303, 307, 308}) {
        answer =
            fmt::format("HTTP/1.1 {} Elsewhere\r\nLocation: {}/\r\nContent-Length: 0\r\n\r\n", status, target.origin());
        const auto outcome = call(peer.origin() + "/", true);
        EXPECT_EQ(std::get<engine::attempt_failed>(outcome).kind, failure_kind::invalid) << status;
    }
    EXPECT_EQ(peer.connections(), 5);
    EXPECT_EQ(target.connections(), 0);
}

} // namespace
} // namespace jmld::http
