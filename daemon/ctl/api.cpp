// Errors keep the server's own words: problem+json says what was wrong and what to do.
#include "daemon/ctl/api.hpp"

#include <fmt/format.h>

namespace jmld::ctl {

namespace asio = boost::asio;

namespace {

constexpr duration timeout{30'000}, quiet_max{300'000};

exit_code code_of(int status)
{
    switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
        return exit_code::usage;
    case 401:
    case 403:
        return exit_code::not_authorised;
    case 404:
        return exit_code::not_found;
    case 409:
        return exit_code::conflict;
    case 503:
        return exit_code::unreachable;
    default:
        return exit_code::failed;
    }
}

std::string words_of(const http::response& answer)
{
    const auto content = engine::json::parse(answer.body);
    if (!content || !content->is_map())
        return fmt::format("the server answered {}", answer.status);
    auto text = (*content)["detail"].text_or((*content)["title"].text_or("the server refused"));
    for (const auto& one : (*content)["errors"].items())
        text += fmt::format("\n  {}: {}", one["pointer"].text_or(), one["detail"].text_or());
    if (const auto remedy = (*content)["remedy"].text_or(); !remedy.empty())
        text += "\n  " + remedy;
    return text;
}

engine::value content_of(const http::response& answer)
{
    if (answer.status >= 300)
        throw command_failed{code_of(answer.status), words_of(answer)};
    auto content = engine::json::parse(answer.body, {.depth_max = 64, .bytes_max = 64 * 1024 * 1024});
    if (!content)
        throw command_failed{exit_code::failed, "the server's answer is no JSON: " + content.error().what};
    return std::move(*content);
}

} // namespace

api::api(std::unique_ptr<http::streaming_transport> transport, std::string server, std::string token)
    : transport_(std::move(transport)), server_(std::move(server)), token_(std::move(token))
{}

asio::awaitable<engine::value> api::get(std::string target)
{
    http::request message;
    message.target = std::move(target);
    auto content = co_await exchange(std::move(message));
    co_return content;
}

asio::awaitable<engine::value> api::post(std::string target, engine::value body)
{
    http::request message;
    message.method = "POST";
    message.target = std::move(target);
    message.headers.emplace_back("Content-Type", "application/json");
    message.body = engine::json::write(body);
    auto content = co_await exchange(std::move(message));
    co_return content;
}

asio::awaitable<http::response> api::send(http::request message)
{
    if (!token_.empty())
        message.headers.emplace_back("Authorization", "Bearer " + token_);
    auto answer = co_await transport_->send(std::move(message), timeout);
    if (!answer)
        throw command_failed{exit_code::unreachable,
                             fmt::format("{} is not reachable: {}", server_, answer.error().what)};
    co_return std::move(*answer);
}

asio::awaitable<engine::value> api::exchange(http::request message)
{
    message.headers.emplace_back("Accept", "application/json");
    auto answer = co_await send(std::move(message));
    co_return content_of(answer);
}

asio::awaitable<api::page> api::get_page(std::string target)
{
    http::request message;
    message.target = std::move(target);
    message.headers.emplace_back("Accept", "application/json");
    auto answer = co_await send(std::move(message));
    page found{content_of(answer), {}};
    if (const auto* link = http::find_header(answer.headers, "link"))
        if (const auto end = link->find('>'); link->starts_with("<") && end != std::string::npos)
            found.next = link->substr(1, end - 1);
    co_return found;
}

asio::awaitable<void> api::get_pieces(std::string target, std::function<void(std::string_view piece)> each)
{
    http::request message;
    message.target = std::move(target);
    if (!token_.empty())
        message.headers.emplace_back("Authorization", "Bearer " + token_);
    const auto hand_on = [each = std::move(each)](std::string_view piece) {
        each(piece);
        return true;
    };
    auto answer = co_await transport_->stream(std::move(message), hand_on, timeout, quiet_max);
    if (!answer)
        throw command_failed{exit_code::unreachable,
                             fmt::format("{} is not reachable: {}", server_, answer.error().what)};
    if (answer->status >= 300)
        throw command_failed{code_of(answer->status), words_of(*answer)};
}

asio::awaitable<std::string> api::get_text(std::string target, bool not_ready_too)
{
    http::request message;
    message.target = std::move(target);
    auto answer = co_await send(std::move(message));
    if (answer.status >= 300 && !(not_ready_too && answer.status == 503))
        throw command_failed{code_of(answer.status), words_of(answer)};
    co_return std::move(answer.body);
}

} // namespace jmld::ctl
