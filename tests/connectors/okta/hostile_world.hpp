// The connector before an organisation whose answers are distorted, one at a time, and what must hold whatever comes.
// It says nothing about single actions.
#pragma once

#include "tests/connectors/okta/hostile_answers.hpp"
#include "tests/connectors/okta/imitation.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace jmld::tests {

/// Answers as the imitation does, but for one exchange, whose answer is distorted after its effect.
class distorting final : public http::transport
{
public:
    explicit distorting(http::transport& real) : real_(real) {}

    boost::asio::awaitable<result<http::response>> send(http::request message, duration timeout) override
    {
        sent.push_back(message.method + " " + message.target);
        const bool chosen = how != nullptr && static_cast<int>(sent.size()) == which;
        auto answer = co_await real_.send(std::move(message), timeout);
        if (chosen && answer)
            co_return how->apply(std::move(*answer));
        co_return answer;
    }

    std::vector<std::string> sent;
    int which = 0; ///< counted from 1
    const distortion* how = nullptr;

private:
    http::transport& real_;
};

struct tried_action
{
    const char* action;
    const char* inputs;
    bool knows_person = true; ///< the run has an image of somebody who was there before
};

/// One organisation with the connector before it, for one attempt.
class attempt_at
{
public:
    explicit attempt_at(const char* kept = company)
    {
        okta::auth_options token;
        token.origin = origin;
        token.ssws = "secret-token";
        who = std::move(*okta::authenticator::make(token, clock, random));
        EXPECT_TRUE(org.load(json(kept), clock.now()));
        client =
            std::make_unique<okta::client>(okta::client_options{.origin = origin}, wire, *who, limiter, clock, random);
        people = std::make_unique<okta::directory>(*client);
        actions = std::make_unique<okta::actions>(*client, *people);
    }

    /// The image is read undistorted; counting begins after it.
    engine::attempt_outcome of(const tried_action& one, int which, const distortion* how)
    {
        return of(asking(one), which, how);
    }
    engine::attempt_outcome of(runtime::action_request asked, int which, const distortion* how)
    {
        before = facts();
        wire.sent.clear();
        wire.which = which;
        wire.how = how;
        auto out = run(actions->attempt(std::move(asked)));
        EXPECT_TRUE(out.has_value()) << "the work did not end";
        return out ? std::move(*out) : engine::attempt_outcome{};
    }

    /// An attempt whose answer was lost before or after the effect, and then the probe, undisturbed but for one answer.
    engine::probe_outcome lost(const tried_action& one, bool done, int which, const distortion* how)
    {
        return lost(asking(one), done, which, how);
    }
    engine::probe_outcome lost(runtime::action_request asked, bool done, int which, const distortion* how)
    {
        const auto& row = okta::operation_named(asked.action);
        clock.advance_to(clock.now() + std::chrono::seconds(1)); // Okta stamps passwords to the second
        asked.first_started = asked.done_by = clock.now();
        const auto lost_call = value::map({{"match", value::map({{"method", row.method}, {"path", "/api/v1/**"}})},
                                           {"drop", done ? "after" : "before"}});
        EXPECT_TRUE(org.add_faults(lost_call, clock.now()));
        auto out = run(actions->attempt(asked));
        if (auto* failed = out ? std::get_if<engine::attempt_failed>(&*out) : nullptr)
            asked.before = failed->before;
        org.clear_faults();
        wire.sent.clear();
        wire.which = which;
        wire.how = how;
        auto verdict = run(actions->probe(std::move(asked)));
        EXPECT_TRUE(verdict.has_value()) << "the look did not end";
        return verdict ? std::move(*verdict) : engine::probe_outcome{};
    }

    runtime::action_request asking(std::string_view action, std::string_view inputs)
    {
        runtime::action_request asked;
        asked.action = std::string(action);
        asked.inputs = json(inputs);
        asked.first_started = asked.done_by = clock.now();
        return asked;
    }
    runtime::action_request asking(const tried_action& one)
    {
        auto asked = asking(one.action, one.inputs);
        asked.image = nobody();
        if (one.knows_person) {
            if (auto known = seen(0, nullptr))
                asked.image = *known;
        }
        return asked;
    }

    /// The image of the person; nothing when the reading fails.
    std::optional<value> seen(int which, const distortion* how)
    {
        wire.sent.clear();
        wire.which = which;
        wire.how = how;
        auto known = run(people->snapshot(uid));
        EXPECT_TRUE(known.has_value()) << "the reading did not end";
        auto* image = known ? std::get_if<okta::person_image>(&*known) : nullptr;
        return image != nullptr ? std::optional(image->image) : std::nullopt;
    }

    /// What an action can change: everything but times and the log.
    value facts() { return org.snapshot(clock.now()); }
    std::set<std::string> writes() const
    {
        std::set<std::string> found;
        for (const auto& call : wire.sent)
            if (!call.starts_with("GET "))
                found.insert(call);
        return found;
    }

    template <class T> std::optional<T> run(boost::asio::awaitable<T> work)
    {
        std::optional<T> came;
        boost::asio::co_spawn(loop, std::move(work), [&came](std::exception_ptr thrown, T result) {
            EXPECT_FALSE(thrown);
            if (!thrown)
                came.emplace(std::move(result));
        });
        runtime::run_virtually(loop, clock, clock.now() + std::chrono::hours(2));
        return came;
    }

    boost::asio::io_context loop;
    runtime::virtual_clock clock{at("2027-02-01T09:00:00Z")};
    seeded_random random{1};
    runtime::limiter limiter;
    okta_sim::organisation org{{.base_url = origin}, 1};
    imitation peer{org, clock};
    distorting wire{peer};
    std::unique_ptr<okta::authenticator> who;
    std::unique_ptr<okta::client> client;
    std::unique_ptr<okta::directory> people;
    std::unique_ptr<okta::actions> actions;
    value before;
};

inline bool stays_in_place(std::string_view call)
{
    const auto target = call.substr(call.find(' ') + 1);
    const auto path = target.substr(0, target.find('?'));
    return target.starts_with("/api/v1/") && !path.contains("..") && !path.contains("%2f") && !path.contains("%2F") &&
           !path.contains("%2e") && target.size() < 4'096 &&
           std::ranges::none_of(target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; });
}

/// Says for certain that nothing happened.
inline bool is_certain(engine::failure_kind kind)
{
    using engine::failure_kind;
    return kind == failure_kind::invalid || kind == failure_kind::not_found || kind == failure_kind::forbidden ||
           kind == failure_kind::unauthorized || kind == failure_kind::already_exists;
}

/// What holds whatever was answered: no call elsewhere, no write but those of the undisturbed attempt, and nothing said
/// for certain that is not so.
inline void expect_no_harm(const attempt_at& undisturbed, attempt_at& disturbed, const engine::attempt_outcome& outcome)
{
    for (const auto& call : disturbed.wire.sent)
        EXPECT_TRUE(stays_in_place(call) ||
                    std::ranges::find(undisturbed.wire.sent, call) != undisturbed.wire.sent.end())
            << call;
    for (const auto& write : disturbed.writes())
        EXPECT_TRUE(undisturbed.writes().contains(write)) << write;
    const auto* failed = std::get_if<engine::attempt_failed>(&outcome);
    if (failed == nullptr)
        return;
    EXPECT_FALSE(failed->detail.empty());
    if (disturbed.facts() != disturbed.before)
        EXPECT_FALSE(is_certain(failed->kind)) << to_text(failed->kind) << ": " << failed->detail;
}

/// A lie that hangs together cannot be told from the truth by one answer.
inline bool is_consistent_lie(const distortion& how)
{
    return how.name == "an empty list" || how.name == "words nobody knows";
}

} // namespace jmld::tests
