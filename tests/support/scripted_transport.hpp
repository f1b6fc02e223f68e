// A peer that one scripts: expected requests in order, each with its answer or failure. It is a transcript, not an
// imitation: it knows nothing of Okta.
#pragma once

#include "connectors/http_client.hpp"
#include "engine/json/json.hpp"
#include "engine/value.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace jmld::tests {

class scripted_transport final : public http::transport
{
public:
    using checker = std::function<void(const http::request&)>;

    struct step
    {
        std::string method, target; ///< target: exactly, or up to a final `*`
        std::variant<http::response, error> answer = http::response{};
        checker check = {};

        step& with(checker look)
        {
            check = std::move(look);
            return *this;
        }
        step& header(std::string name, std::string content)
        {
            std::get<http::response>(answer).headers.emplace_back(std::move(name), std::move(content));
            return *this;
        }
    };

    /// JSON text, or any other text.
    step& expect(std::string method, std::string target, int status, std::string body = {})
    {
        http::response answer;
        answer.status = status;
        answer.headers = {{"Content-Type", "application/json"},
                          {"X-Okta-Request-Id", "req-" + std::to_string(++made_)}};
        answer.body = std::move(body);
        script_.push_back({.method = std::move(method), .target = std::move(target), .answer = std::move(answer)});
        return script_.back();
    }
    step& expect_failure(std::string method, std::string target, errc code)
    {
        script_.push_back(
            {.method = std::move(method), .target = std::move(target), .answer = error{code, "scripted", {}}});
        return script_.back();
    }

    boost::asio::awaitable<result<http::response>> send(http::request message, duration) override
    {
        seen.push_back(message);
        if (script_.empty()) {
            ADD_FAILURE() << "unexpected request " << message.method << ' ' << message.target;
            co_return failure(errc::refused, "the script is at its end");
        }
        auto next = std::move(script_.front());
        script_.pop_front();
        EXPECT_EQ(message.method + ' ' + shortened(message.target, next.target), next.method + ' ' + next.target);
        if (next.check)
            next.check(message);
        if (auto* broken = std::get_if<error>(&next.answer))
            co_return std::unexpected(*broken);
        co_return std::get<http::response>(next.answer);
    }

    bool finished() const { return script_.empty(); }
    std::size_t left() const { return script_.size(); }

    std::vector<http::request> seen;

private:
    static std::string shortened(const std::string& target, const std::string& expected)
    {
        if (!expected.ends_with('*'))
            return target;
        const auto beginning = expected.substr(0, expected.size() - 1);
        return target.starts_with(beginning) ? expected : target;
    }

    std::deque<step> script_;
    int made_ = 0;
};

/// The body of a request as a value; null when it is no JSON.
inline engine::value body_of(const http::request& message)
{
    auto parsed = engine::json::parse(message.body);
    return parsed ? *parsed : engine::value();
}

} // namespace jmld::tests
