// A hostile or broken Okta: every answer of every action distorted in every way, one at a time. Whatever comes, the
// work ends, no call leaves for where none should go, and what is said about the outcome is true of the organisation.
#include "tests/connectors/okta/company.hpp"
#include "tests/connectors/okta/hostile_answers.hpp"
#include "tests/connectors/okta/imitation.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

namespace jmld::tests {

using engine::failure_kind;

namespace {

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

[[maybe_unused]] void PrintTo(const tried_action& one, std::ostream* out) { *out << one.action; }

constexpr std::array actions_tried{
    tried_action{"okta.users.create", jane, false},
    tried_action{"okta.users.update", R"({"user":"00u1","profile":{"title":"Boss"}})"},
    tried_action{"okta.users.suspend", R"({"user":"00u1"})"},
    tried_action{"okta.users.deactivate", R"({"user":"00u1"})"},
    tried_action{"okta.users.revoke_sessions", R"({"user":"00u1"})"},
    tried_action{"okta.groups.add_user", R"({"user":"00u1","group":{"id":"00g3","name":"Ops"}})"},
    tried_action{"okta.groups.remove_user", R"({"user":"00u1","group":{"id":"00g1","name":"Staff"}})"},
    tried_action{"okta.apps.assign_user", R"({"user":"00u1","app":{"id":"0oa2","label":"Jira"}})"},
    tried_action{"okta.apps.unassign_user", R"({"user":"00u1","app":{"id":"0oa1","label":"Slack"}})"},
    tried_action{"okta.roles.assign", R"({"user":"00u1","role":"HELP_DESK_ADMIN"})"},
    tried_action{"okta.roles.unassign", R"({"user":"00u1","role":{"id":"ra1","type":"APP_ADMIN"}})"},
    tried_action{"okta.factors.unenroll", R"({"user":"00u1","factor":{"id":"mbl1"}})"},
    tried_action{"okta.verify_access", R"({"user":"00u1","expect":"none"})"},
};

/// One organisation with the connector before it, for one attempt.
class attempt_at
{
public:
    attempt_at()
    {
        okta::auth_options token;
        token.origin = origin;
        token.ssws = "secret-token";
        who = std::move(*okta::authenticator::make(token, clock, random));
        EXPECT_TRUE(org.load(json(company), clock.now()));
        client =
            std::make_unique<okta::client>(okta::client_options{.origin = origin}, wire, *who, limiter, clock, random);
        people = std::make_unique<okta::directory>(*client);
        actions = std::make_unique<okta::actions>(*client, *people);
    }

    /// The image is read undistorted; counting begins after it.
    engine::attempt_outcome of(const tried_action& one, int which, const distortion* how)
    {
        auto asked = asking(one);
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
        auto asked = asking(one);
        const auto& row = okta::operation_named(one.action);
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

    runtime::action_request asking(const tried_action& one)
    {
        runtime::action_request asked;
        asked.action = one.action;
        asked.inputs = json(one.inputs);
        asked.first_started = clock.now();
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

    /// What an action can change.
    value facts()
    {
        const auto whole = org.snapshot(clock.now());
        return value::map({{"users", whole["users"]}, {"rules", whole["rules"]}, {"groups", whole["groups"]}});
    }
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

bool stays_in_place(std::string_view call)
{
    const auto target = call.substr(call.find(' ') + 1);
    const auto path = target.substr(0, target.find('?'));
    return target.starts_with("/api/v1/") && !path.contains("..") && !path.contains("%2f") && !path.contains("%2F") &&
           !path.contains("%2e") && target.size() < 4'096 &&
           std::ranges::none_of(target, [](unsigned char c) { return c <= 0x20 || c >= 0x7f; });
}

/// Says for certain that nothing happened.
bool is_certain(failure_kind kind)
{
    return kind == failure_kind::invalid || kind == failure_kind::not_found || kind == failure_kind::forbidden ||
           kind == failure_kind::unauthorized || kind == failure_kind::already_exists;
}

} // namespace

class OktaHostile : public testing::TestWithParam<tried_action>
{};
class OktaHostileProbe : public OktaHostile
{};

std::vector<tried_action> those_that_write()
{
    std::vector<tried_action> found;
    std::ranges::copy_if(actions_tried, std::back_inserter(found),
                         [](const auto& one) { return okta::operation_named(one.action).writes(); });
    return found;
}

TEST_P(OktaHostile, NeverLeadsElsewhereAndNeverIsWrongAboutWhatHappened)
{
    attempt_at undisturbed;
    const auto usual = undisturbed.of(GetParam(), 0, nullptr);
    const bool succeeds = std::holds_alternative<engine::attempt_succeeded>(usual);
    const auto exchanges = static_cast<int>(undisturbed.wire.sent.size());
    const auto after = undisturbed.facts();
    ASSERT_GT(exchanges, 0);
    for (const auto& how : hostile_answers()) {
        for (int which = 1; which <= exchanges; ++which) {
            const auto trace =
                how.name + " instead of the answer to " + undisturbed.wire.sent[static_cast<std::size_t>(which - 1)];
            SCOPED_TRACE(trace);
            attempt_at disturbed;
            const auto outcome = disturbed.of(GetParam(), which, &how);
            for (const auto& call : disturbed.wire.sent)
                EXPECT_TRUE(stays_in_place(call)) << call;
            for (const auto& write : disturbed.writes())
                EXPECT_TRUE(undisturbed.writes().contains(write)) << write;
            const bool changed = disturbed.facts() != disturbed.before;
            if (const auto* failed = std::get_if<engine::attempt_failed>(&outcome)) {
                EXPECT_FALSE(failed->detail.empty());
                if (changed)
                    EXPECT_FALSE(is_certain(failed->kind)) << to_text(failed->kind) << ": " << failed->detail;
            } else if (const auto* open = std::get_if<engine::attempt_pending>(&outcome)) {
                EXPECT_TRUE(open->progress["clean"].items().empty()) << "what it saw counts as a clean look";
                EXPECT_EQ(disturbed.facts(), after);
            } else if (!succeeds) {
                ADD_FAILURE() << "it succeeds where undisturbed it does not";
            } else {
                EXPECT_EQ(disturbed.facts(), after) << "it says that it succeeded";
            }
        }
    }
}

/// A lie that hangs together cannot be told from the truth by one answer.
bool is_consistent_lie(const distortion& how)
{
    return how.name == "an empty list" || how.name == "words nobody knows";
}

// The answer to the call is lost; whatever the look says then must not be the opposite of the truth.
TEST_P(OktaHostileProbe, NeverSettlesForTheOpposite)
{
    for (const bool done : {true, false}) {
        attempt_at counted;
        counted.lost(GetParam(), done, 0, nullptr);
        const auto exchanges = static_cast<int>(counted.wire.sent.size());
        for (const auto& how : hostile_answers()) {
            for (int which = 1; which <= exchanges && !is_consistent_lie(how); ++which) {
                SCOPED_TRACE(how.name + " instead of answer " + std::to_string(which) +
                             (done ? ", done" : ", not done"));
                attempt_at disturbed;
                const auto outcome = disturbed.lost(GetParam(), done, which, &how);
                for (const auto& call : disturbed.wire.sent)
                    EXPECT_TRUE(stays_in_place(call) && call.starts_with("GET ")) << call;
                const auto* settled = std::get_if<engine::probe_settled>(&outcome);
                if (settled == nullptr)
                    continue;
                EXPECT_NE(settled->verdict, done ? engine::probe_verdict::not_done : engine::probe_verdict::done);
            }
        }
    }
}

// What a leaver's run knows about a person is the truth or nothing.
TEST(OktaHostileReading, APersonIsSeenWholeOrNotAtAll)
{
    attempt_at undisturbed;
    const auto truth = undisturbed.seen(0, nullptr);
    ASSERT_TRUE(truth);
    const auto exchanges = static_cast<int>(undisturbed.wire.sent.size());
    for (const auto& how : hostile_answers()) {
        for (int which = 1; which <= exchanges && !is_consistent_lie(how); ++which) {
            SCOPED_TRACE(how.name + " instead of the answer to " +
                         undisturbed.wire.sent[static_cast<std::size_t>(which - 1)]);
            attempt_at disturbed;
            const auto image = disturbed.seen(which, &how);
            for (const auto& call : disturbed.wire.sent)
                EXPECT_TRUE(stays_in_place(call)) << call;
            if (!image)
                continue;
            for (const auto* list : {"groups", "apps"})
                EXPECT_EQ((*image)[list].items().size(), (*truth)[list].items().size()) << list;
            EXPECT_EQ((*image)["user"]["id"], (*truth)["user"]["id"]);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Actions, OktaHostile, testing::ValuesIn(actions_tried));
INSTANTIATE_TEST_SUITE_P(Actions, OktaHostileProbe, testing::ValuesIn(those_that_write()));

} // namespace jmld::tests
