// http.request: who may be called, what is sent, and what an answer — or none — means.
#include "connectors/http/requests.hpp"

#include "engine/runtime/clock.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/support/scripted_transport.hpp"

#include <gmock/gmock.h>

namespace jmld::http {
namespace {

using engine::failure_kind;
using engine::value;
using ::testing::HasSubstr;

class HttpRequest : public ::testing::Test
{
protected:
    engine::attempt_outcome send(value inputs, bool dry = false)
    {
        runtime::action_request asked;
        asked.run = run_id{"run_1"};
        asked.step = "call";
        asked.action = "http.request";
        asked.inputs = std::move(inputs);
        asked.dry_run = dry;
        return test::run_awaitable(loop, actions.attempt(std::move(asked)));
    }
    engine::attempt_failed refusal(value inputs)
    {
        const auto outcome = send(std::move(inputs));
        const auto* bad = std::get_if<engine::attempt_failed>(&outcome);
        EXPECT_NE(bad, nullptr);
        return bad != nullptr ? *bad : engine::attempt_failed{};
    }
    static value to(const std::string& method, const std::string& url = "https://hooks.example.com/x")
    {
        return value::map({{"method", method}, {"url", url}});
    }

    boost::asio::io_context loop;
    runtime::system_clock time;
    std::vector<std::string> made;
    tests::scripted_transport script;
    request_actions actions{{{"https://hooks.example.com", false}},
                            [this](const allowed_host& host) -> result<std::unique_ptr<transport>> {
                                made.push_back(host.origin);
                                return std::make_unique<forwarding>(script);
                            },
                            time};

private:
    struct forwarding final : transport
    {
        explicit forwarding(transport& to) : to_(to) {}
        boost::asio::awaitable<result<response>> send(request message, duration timeout) override
        {
            return to_.send(std::move(message), timeout);
        }
        transport& to_;
    };
};

TEST_F(HttpRequest, SendsToAnAllowedHost)
{
    script.expect("POST", "/x", 201, R"({"ticket": "T1"})").with([](const request& sent) {
        EXPECT_EQ(sent.body, R"({"a":1})");
        EXPECT_EQ(*find_header(sent.headers, "content-type"), "application/json");
        EXPECT_EQ(*find_header(sent.headers, "x-key"), "k");
        EXPECT_EQ(find_header(sent.headers, "idempotency-key")->size(), 64U);
    });
    auto inputs = to("POST").with("body", value::map({{"a", 1}})).with("headers", value::map({{"X-Key", "k"}}));
    const auto outcome = send(inputs);
    const auto& good = std::get<engine::attempt_succeeded>(outcome);
    EXPECT_TRUE(good.changed);
    EXPECT_EQ(good.outputs["status"], value(201));
    EXPECT_EQ(good.outputs["body"]["ticket"].text_or(), "T1");
}

TEST_F(HttpRequest, OnlyToAllowedHosts)
{
    for (const auto* url :
         {"https://evil.example.com/", "http://hooks.example.com/x", "https://hooks.example.com:444/x",
          "https://hooks.example.com.evil.example.com/", "https://169.254.169.254/latest", "https://localhost/"})
        EXPECT_EQ(refusal(to("GET", url)).kind, failure_kind::forbidden) << url;
    EXPECT_EQ(refusal(to("GET", "https://hooks.example.com@evil.example.com/")).kind, failure_kind::invalid);
    EXPECT_TRUE(made.empty()) << "nobody was called";
}

TEST_F(HttpRequest, SaysNothingThatTheClientSays)
{
    for (const auto* name : {"Host", "content-length", "Transfer-Encoding", "Connection", "bad name"})
        EXPECT_EQ(refusal(to("GET").with("headers", value::map({{name, "x"}}))).kind, failure_kind::invalid) << name;
    EXPECT_EQ(refusal(to("GET").with("headers", value::map({{"x", "a\r\nb: c"}}))).kind, failure_kind::invalid);
    EXPECT_EQ(refusal(to("CONNECT")).kind, failure_kind::invalid);
}

TEST_F(HttpRequest, AStatusSaysWhatFollows)
{
    const std::pair<int, failure_kind> cases[] = {
        {301, failure_kind::invalid},        {400, failure_kind::invalid},         {401, failure_kind::unauthorized},
        {403, failure_kind::forbidden},      {404, failure_kind::not_found},       {409, failure_kind::conflict},
        {429, failure_kind::rate_limited},   {500, failure_kind::unknown_outcome}, {503, failure_kind::unavailable},
        {504, failure_kind::unknown_outcome}};
    for (const auto& [status, kind] : cases) {
        script.expect("POST", "/x", status).header("Retry-After", "7");
        const auto bad = refusal(to("POST"));
        EXPECT_EQ(bad.kind, kind) << status;
        EXPECT_EQ(bad.retry_at.has_value(), status == 429);
    }
    script.expect("PUT", "/x", 500);
    EXPECT_EQ(refusal(to("PUT")).kind, failure_kind::unavailable) << "repeating it does no harm";
}

TEST_F(HttpRequest, ALostAnswerIsUnknownUnlessRepeatingIsHarmless)
{
    script.expect_failure("POST", "/x", errc::connection_lost);
    EXPECT_EQ(refusal(to("POST")).kind, failure_kind::unknown_outcome);
    script.expect_failure("GET", "/x", errc::timed_out);
    EXPECT_EQ(refusal(to("GET")).kind, failure_kind::unavailable);
    script.expect_failure("POST", "/x", errc::refused);
    EXPECT_EQ(refusal(to("POST")).kind, failure_kind::unavailable) << "nothing was sent";
    script.expect_failure("POST", "/x", errc::forbidden);
    EXPECT_EQ(refusal(to("POST")).kind, failure_kind::forbidden) << "no address that may be reached";
    const auto looked = test::run_awaitable(loop, actions.probe({}));
    EXPECT_EQ(std::get<engine::probe_settled>(looked).verdict, engine::probe_verdict::cannot_tell);
}

TEST_F(HttpRequest, ADryRunSendsNothing)
{
    const auto outcome = send(to("POST"), true);
    const auto& good = std::get<engine::attempt_succeeded>(outcome);
    EXPECT_EQ(good.calls.items()[0]["planned"], value(true));
    EXPECT_TRUE(made.empty());
}

TEST(HttpCatalogue, TheMethodSaysWhatRepeatingDoes)
{
    const request_catalogue catalogue;
    const auto* row = catalogue.find("http.request");
    const auto of = [&](const value& literals) { return catalogue.refine(*row, literals); };
    EXPECT_FALSE(of(value::map({}))->writes()) << "GET when left out";
    EXPECT_FALSE(of(value::map({{"method", "HEAD"}}))->writes());
    EXPECT_EQ(of(value::map({{"method", "PUT"}}))->repeat, engine::repeatability::idempotent);
    EXPECT_TRUE(of(value::map({{"method", "PUT"}}))->writes());
    EXPECT_EQ(of(value::map({{"method", "POST"}}))->repeat, engine::repeatability::side_effect);
    EXPECT_EQ(of(value::map({{"method", value()}}))->repeat, engine::repeatability::side_effect) << "computed";
}

} // namespace
} // namespace jmld::http
