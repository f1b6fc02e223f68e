// Two questions about a run's person that the image alone does not answer: whether somebody else can still administer
// everything, and which logins were somebody's who is deleted by now. It decides nothing.
#include "daemon/people/okta_people.hpp"

#include "engine/digest.hpp"
#include "workflows/people/profile.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

std::string login_digest(const std::string& login)
{
    std::string lower = login;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return digest::sha256_hex("login:" + lower);
}

// A run that revokes has begun, or waits for its turn.
runtime::awaitable_result<bool> okta_subjects::is_leaving(std::string account)
{
    auto row = co_await store_.find_person({account_digest(account)});
    if (!row && row.error().code == errc::not_found)
        co_return false;
    if (!row)
        co_return std::unexpected(row.error());
    runtime::run_query open;
    open.subject = row->key;
    open.open_only = true;
    auto runs = co_await store_.runs(std::move(open));
    if (!runs)
        co_return std::unexpected(runs.error());
    co_return std::ranges::any_of(*runs, [](const runtime::run_row& run) { return run.direction == "revoke"; });
}

// Where Okta does not answer now, it is asked again; where it cannot be told at all, the account counts as the last
// one: it is suspended all the same, and a person looks.
asio::awaitable<std::expected<bool, engine::attempt_failed>>
okta_subjects::is_last_super_admin(value image, okta::read_options options)
{
    constexpr int enough = 10;
    const auto& roles = image["roles"].items();
    const bool is_one =
        std::ranges::any_of(roles, [](const value& role) { return role["type"].text_or() == "SUPER_ADMIN"; });
    if (!is_one || image["user"]["status"].text_or() == "DEPROVISIONED")
        co_return false;
    auto others = co_await people_.other_super_admins(image["user"]["id"].text_or(), enough, options);
    if (auto* failed = std::get_if<engine::attempt_failed>(&others)) {
        const bool later = engine::is_transient(failed->kind) || failed->kind == engine::failure_kind::cancelled;
        if (later)
            co_return std::unexpected(std::move(*failed));
        co_return true;
    }
    const auto* ids = std::get_if<std::vector<std::string>>(&others);
    for (const auto& id : *ids) {
        auto leaving = co_await is_leaving(id);
        if (leaving && !*leaving)
            co_return false;
    }
    co_return true;
}

// Only once an account was deleted is there anything to look for.
runtime::awaitable_result<value> okta_subjects::logins_taken(const person_key& subject, std::string login)
{
    constexpr int candidates = 20;
    auto remembered = co_await store_.setting(logins_remembered);
    if (!remembered)
        co_return std::unexpected(remembered.error());
    engine::value_list taken;
    struct numbers
    {
        int from, to;
    };
    std::vector<numbers> left;
    if (!remembered->empty())
        left.push_back({1, candidates});
    // Mostly nobody had any of them: one read says so. Where somebody had, halves tell which.
    while (!left.empty()) {
        const auto [from, to] = left.back();
        left.pop_back();
        std::vector<std::string> digests;
        for (int number = from; number <= to; ++number)
            digests.push_back(login_digest(workflows::login_candidate(login, number)));
        auto owner = co_await store_.find_person(std::move(digests));
        const bool several = !owner && owner.error().code == errc::conflict;
        if (!owner && !several && owner.error().code != errc::not_found)
            co_return std::unexpected(owner.error());
        if (!owner && !several)
            continue;
        if (from < to) {
            const int middle = (from + to) / 2;
            left.push_back({middle + 1, to});
            left.push_back({from, middle});
        } else if (owner && owner->key != subject) {
            taken.emplace_back(workflows::login_candidate(login, from));
        }
    }
    co_return value(std::move(taken));
}

} // namespace jmld::daemon
