// Written down before the work as begun, and after it with its answer: between the two a death of the process leaves
// something nobody knows, and that is what the next one is told.
#include "daemon/http/kept_answers.hpp"

#include "daemon/http/problem.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr duration kept_for{7 * 24 * 3'600'000LL};
constexpr std::size_t key_bytes_max = 255;

bool is_key(const std::string& key)
{
    return !key.empty() && key.size() <= key_bytes_max &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string encoded(const http::response& answer)
{
    engine::value_list headers;
    for (const auto& [name, text] : answer.headers)
        headers.push_back(value::list({name, text}));
    return engine::json::encode(
        value::map({{"status", answer.status}, {"headers", value(std::move(headers))}, {"body", answer.body}}));
}

result<http::response> decoded(const std::string& bytes)
{
    const auto content = engine::json::decode(bytes);
    if (!content)
        return std::unexpected(content.error());
    http::response answer;
    answer.status = static_cast<int>((*content)["status"].if_integer() ? *(*content)["status"].if_integer() : 200);
    for (const auto& header : (*content)["headers"].items())
        answer.headers.emplace_back(header.items()[0].text_or(), header.items()[1].text_or());
    answer.body = (*content)["body"].text_or();
    answer.headers.emplace_back("Idempotency-Replayed", "true");
    return answer;
}

std::string digest_of(const call& asked)
{
    const auto& message = asked.message;
    return digest::sha256_hex(message.method + "\n" + message.target + "\n" + message.body);
}

/// Takes itself out of the set again, however the work ends.
class mark
{
public:
    using set = std::set<std::pair<std::string, std::string>>;
    mark(std::shared_ptr<set> all, std::pair<std::string, std::string> which)
        : all_(std::move(all)), which_(std::move(which))
    {
        all_->insert(which_);
    }
    mark(const mark&) = delete;
    mark& operator=(const mark&) = delete;
    ~mark() { all_->erase(which_); }

private:
    std::shared_ptr<set> all_;
    std::pair<std::string, std::string> which_;
};

http::response replayed(const runtime::kept_answer& kept, const std::string& request_sha256)
{
    if (kept.request_sha256 != request_sha256)
        return problem(422, "key used before", "this Idempotency-Key came with another request; use a new one");
    if (kept.answer.bytes.empty())
        return problem(409, "outcome not known",
                       "a request with this Idempotency-Key was begun and jmld stopped before it was answered; look at "
                       "the state and at /v1/audit, then use a new key");
    auto answer = decoded(kept.answer.bytes);
    return answer ? std::move(*answer) : problem(answer.error());
}

} // namespace

asio::awaitable<result<void>> kept_answers::write(runtime::kept_answer row)
{
    runtime::transaction work;
    work.answers.push_back(std::move(row));
    auto written = co_await store_.commit(std::move(work));
    co_return written;
}

asio::awaitable<http::reply> kept_answers::once(std::string key, call asked, endpoint work)
{
    if (!is_key(key))
        co_return problem(400, "no proper Idempotency-Key", "1 to 255 visible ASCII characters are accepted");
    runtime::kept_answer row;
    row.principal = asked.who.name;
    row.key_sha256 = digest::sha256_hex(key);
    row.request_sha256 = digest_of(asked);
    const std::pair which(row.principal, row.key_sha256);
    if (under_way_->contains(which))
        co_return problem(409, "under way", "a request with this Idempotency-Key is being carried out");
    const mark mine(under_way_, which);
    auto known = co_await store_.answer_to(row.principal, row.key_sha256);
    if (known && known->kept_until > time_.now())
        co_return replayed(*known, row.request_sha256);
    if (!known && known.error().code != errc::not_found)
        co_return problem(known.error());
    row.at = time_.now();
    row.kept_until = row.at + kept_for;
    auto begun = co_await write(row);
    if (!begun)
        co_return problem(begun.error());
    auto given = co_await work(std::move(asked));
    row.at = time_.now();
    const bool final = given.message.status < 500;
    row.kept_until = final ? row.at + kept_for : row.at;
    if (final)
        row.answer.bytes = encoded(given.message);
    auto written = co_await write(std::move(row));
    if (!written)
        spdlog::error("an answer could not be kept for its Idempotency-Key: {}", written.error().what);
    co_return given;
}

} // namespace jmld::daemon
