// Workflows that people write: an approval, a run as a step of another, last steps, and undoing after the end — over
// the whole daemon, through crashes at every commit.
#include "tests/simulation/world.hpp"

#include "engine/children.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace jmld::simulation {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto asking_joiner = R"(
name: joiner
trigger: { event: [worker.hired, worker.rehired] }
direction: grant
steps:
  ask:
    uses: core.approval
    with: { approvers: [carol], message: 'An account?' }
    timeout: 2d
  account:
    needs: ask
    uses: core.run
    with: { workflow: account, inputs: { active: false } }
  groups:
    for_each: ${{ access.groups.add }}
    max_parallel: 1
    uses: okta.groups.add_user
    with:
      group: ${{ item }}
      user: ${{ steps.account.outputs.steps.create.id }}
finally:
  tell:
    uses: http.request
    with: { url: 'https://hooks.example.com/done', method: POST, body: '${{ run.outcome }}' }
)";
constexpr auto account = R"(
name: account
direction: grant
inputs: { active: { type: bool, required: true } }
steps:
  create:
    uses: okta.users.create
    with: { activate: '${{ inputs.active }}', profile: '${{ person.okta_profile }}' }
)";

/// The shipped set with these instead of the joiner.
daemon::rule_book_pointer rules_with(const std::vector<workflows::loading::named_text>& own)
{
    static const daemon::all_actions catalogue;
    auto files = workflows::loading::read_workflow_folder(source_dir / "workflows").value();
    std::erase_if(files, [](const auto& file) { return file.file.ends_with("joiner.yaml"); });
    files.insert(files.end(), own.begin(), own.end());
    auto loaded = workflows::loading::load_workflows(files, catalogue, {});
    EXPECT_TRUE(loaded.ok) << loaded.messages.front();
    auto book = std::make_shared<daemon::rule_book>(*shipped_rules());
    book->workflows = std::move(loaded.workflows);
    return book;
}

daemon::rule_book_pointer own_rules()
{
    return rules_with({{"asking.yaml", asking_joiner}, {"account.yaml", account}});
}

std::unique_ptr<daemon::rehearsal> hired()
{
    auto options = options_at("2027-01-20T09:00:00Z");
    options.rules = own_rules();
    options.core.allowed_hosts = {{"https://hooks.example.com", false}};
    auto world = std::make_unique<daemon::rehearsal>(options);
    const auto loaded = world->organisation().load(company(), world->now());
    if (!loaded)
        throw std::runtime_error(loaded.error().what);
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_for(std::chrono::minutes(5));
    return world;
}

std::vector<engine::approval_view> open_approvals(daemon::rehearsal& world)
{
    auto found = world.ask<result<std::vector<engine::approval_view>>>(
        [](daemon::core& work) -> boost::asio::awaitable<result<std::vector<engine::approval_view>>> {
            auto all = co_await work.runs().open_approvals();
            co_return all;
        });
    return found.value_or(std::vector<engine::approval_view>{});
}

result<engine::approval_view> decide(daemon::rehearsal& world, engine::verb what, const std::string& who)
{
    engine::operator_signal word{what, {}, who, "because"};
    word.approval = open_approvals(world).at(0).what.id;
    return world.ask<result<engine::approval_view>>(
        [word](daemon::core& work) -> boost::asio::awaitable<result<engine::approval_view>> {
            const auto said = word;
            auto after = co_await work.runs().decide(said);
            co_return after;
        });
}

// The parent comes first: its child is made later.
value parent_run(daemon::rehearsal& world) { return world.runs().at(0); }
bool jane_exists(daemon::rehearsal& world)
{
    return !user_by_login(world.organisation().snapshot(world.now()), "jane.smith@example.com").is_null();
}

TEST(OwnWorkflows, WaitForApprovalAndRunOneAnother)
{
    auto world = hired();
    ASSERT_EQ(open_approvals(*world).size(), 1U);
    EXPECT_EQ(parent_run(*world)["state"].text_or(), "waiting");
    EXPECT_FALSE(jane_exists(*world));
    EXPECT_EQ(decide(*world, engine::verb::approve, "eve").error().code, errc::forbidden);
    const auto after = decide(*world, engine::verb::approve, "carol");
    ASSERT_TRUE(after.has_value()) << after.error().what;
    EXPECT_EQ(after->state, "approved");
    world->run_for(std::chrono::minutes(5));
    const auto runs = world->runs();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0]["state"].text_or(), "succeeded") << engine::json::write_pretty(runs[0]);
    EXPECT_EQ(runs[1]["workflow"].text_or(), "account");
    EXPECT_EQ(runs[1]["parent"]["run"], runs[0]["id"]);
    EXPECT_TRUE(jane_exists(*world));
    EXPECT_TRUE(open_approvals(*world).empty());
}

constexpr auto patient_joiner = R"(
name: joiner
trigger: { event: [worker.hired, worker.rehired] }
direction: grant
steps:
  part:
    uses: core.run
    with: { workflow: patience, inputs: {} }
  account:
    needs: part
    uses: okta.users.create
    with: { activate: false, profile: '${{ person.okta_profile }}' }
)";
constexpr auto patience = R"(
name: patience
direction: grant
steps:
  wait: { uses: core.wait, with: { for: 30d } }
)";

std::size_t in_memory(daemon::rehearsal& world)
{
    return world.ask<std::size_t>(
        [](daemon::core& work) -> boost::asio::awaitable<std::size_t> { co_return work.runs().in_memory(); });
}

TEST(OwnWorkflows, WhatWaitsForAPartOfItsOwnIsNotHeldInMemory)
{
    auto options = options_at("2027-01-20T09:00:00Z");
    options.rules = rules_with({{"patient.yaml", patient_joiner}, {"patience.yaml", patience}});
    daemon::rehearsal world(options);
    ASSERT_TRUE(world.organisation().load(company(), world.now()));
    world.deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world.run_for(std::chrono::minutes(5));
    EXPECT_EQ(in_memory(world), 0U);
    world.kill();
    world.run_for(std::chrono::minutes(5));
    EXPECT_EQ(in_memory(world), 0U) << "nor after a restart";
    EXPECT_FALSE(jane_exists(world));
    world.run_for(std::chrono::hours(31 * 24));
    EXPECT_EQ(parent_run(world)["state"].text_or(), "succeeded") << engine::json::write_pretty(parent_run(world));
    EXPECT_TRUE(jane_exists(world));
}

TEST(OwnWorkflows, ApprovalsAreListedAndDecidedOverTheApi)
{
    auto world = hired();
    const auto listed = world->operate("GET", "/v1/approvals", {}, "carol");
    ASSERT_TRUE(listed && listed->status == 200);
    const auto all = engine::json::parse(listed->body).value()["approvals"];
    ASSERT_EQ(all.items().size(), 1U);
    EXPECT_EQ(all.items()[0]["plan"]["message"].text_or(), "An account?");
    const auto path = "/v1/approvals/" + all.items()[0]["id"].text_or();
    const auto say = [&](const std::string& verb, const value& body, const std::string& who) {
        const auto answer = world->operate("POST", path + "/" + verb, body, who);
        return answer ? answer->status : 0;
    };
    EXPECT_EQ(say("deny", value::map({}), "carol"), 400) << "a no has a reason";
    EXPECT_EQ(say("approve", value::map({{"reason", "x"}}), "eve"), 403);
    EXPECT_EQ(say("approve", value::map({{"reason", "x"}, {"plan_digest", "00"}}), "carol"), 409);
    EXPECT_EQ(say("approve", value::map({{"plan_digest", all.items()[0]["plan_digest"]}}), "carol"), 200);
    EXPECT_EQ(say("approve", value::map({{"reason", "x"}}), "carol"), 409) << "it is decided";
    EXPECT_EQ(world->operate("POST", "/v1/approvals/apr_x/approve", {}, "carol")->status, 404);
    world->run_for(std::chrono::minutes(5));
    EXPECT_TRUE(jane_exists(*world));
}

TEST(OwnWorkflows, NobodyDecidesAndNothingIsDone)
{
    auto world = hired();
    world->run_for(std::chrono::hours(49));
    EXPECT_EQ(parent_run(*world)["state"].text_or(), "rolled_back");
    EXPECT_EQ(parent_run(*world)["why"]["kind"].text_or(), "timeout");
    EXPECT_FALSE(jane_exists(*world));
}

TEST(OwnWorkflows, ACrashAtAnyCommitMakesNoSecondChildOrAccount)
{
    bool through = false;
    for (std::uint64_t death = 1; !through; ++death) {
        auto world = hired();
        world->crash_at_commit(world->commits() + death);
        const auto run = run_id{parent_run(*world)["id"].text_or()};
        engine::operator_signal word{engine::verb::approve, {}, "carol", "because"};
        word.approval = open_approvals(*world).at(0).what.id;
        static_cast<void>(world->signal(run, word));
        world->run_for(std::chrono::minutes(30));
        through = world->deaths() == 0;
        ASSERT_LT(death, 60U) << "it never gets through without dying";
        if (parent_run(*world)["state"].text_or() == "waiting") // the word died with the process before it was kept
            static_cast<void>(world->signal(run, word));
        world->run_for(std::chrono::minutes(30));
        const auto runs = world->runs();
        ASSERT_EQ(runs.size(), 2U) << "death " << death;
        EXPECT_EQ(runs[0]["state"].text_or(), "succeeded") << "death " << death;
        EXPECT_EQ(runs[1]["state"].text_or(), "succeeded") << "death " << death;
        auto all = effects(world->organisation());
        std::ranges::sort(all);
        EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "death " << death << ": an effect twice";
    }
}

value preview(daemon::rehearsal& world, const run_id& run)
{
    auto shown = world.ask<result<value>>([run](daemon::core& work) -> boost::asio::awaitable<result<value>> {
        const auto which = run;
        auto plan = co_await work.runs().preview_rollback(which, {});
        co_return plan;
    });
    EXPECT_TRUE(shown.has_value()) << shown.error().what;
    return shown.value_or(value());
}

TEST(OwnWorkflows, AreUndoneAfterTheirEndAsThePreviewSaid)
{
    auto world = hired();
    static_cast<void>(decide(*world, engine::verb::approve, "carol"));
    world->run_for(std::chrono::minutes(5));
    const auto run = run_id{parent_run(*world)["id"].text_or()};
    const auto before = world->organisation().ledger().size();
    const auto plan = preview(*world, run);
    std::vector<std::string> methods;
    for (const auto& step : plan["steps"].items()) {
        EXPECT_EQ(step["conflict"], value(false)) << engine::json::write(step);
        for (const auto& call : step["calls"].items())
            if (call["planned"] == value(true))
                methods.push_back(call["method"].text_or());
        for (const auto& inner : step["child"]["steps"].items())
            for (const auto& call : inner["calls"].items())
                if (call["planned"] == value(true))
                    methods.push_back("child " + call["method"].text_or());
    }
    for (auto i = before; i < world->organisation().ledger().size(); ++i)
        EXPECT_TRUE(world->organisation().ledger()[i].effect.is_null()) << "a preview changes nothing";
    EXPECT_THAT(methods, Contains("DELETE"));
    EXPECT_THAT(methods, Contains("child DELETE"));
    ASSERT_TRUE(world->signal(run, {engine::verb::rollback, {}, "alice", "a mistake"}).has_value());
    world->run_for(std::chrono::minutes(5));
    const auto runs = world->runs();
    EXPECT_EQ(runs[0]["state"].text_or(), "rolled_back") << engine::json::write_pretty(runs[0]);
    EXPECT_EQ(runs[1]["state"].text_or(), "rolled_back");
    EXPECT_FALSE(jane_exists(*world));
}

TEST(OwnWorkflows, AChildIsUndoneOnlyWithItsParent)
{
    auto world = hired();
    static_cast<void>(decide(*world, engine::verb::approve, "carol"));
    world->run_for(std::chrono::minutes(5));
    const auto child = run_id{world->runs().at(1)["id"].text_or()};
    const auto refused = world->signal(child, {engine::verb::rollback, {}, "alice", "a mistake"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().what, HasSubstr("part of run"));
}

TEST(OwnWorkflows, NothingIsGivenBackToOneWhoLeft)
{
    auto world = hired();
    static_cast<void>(decide(*world, engine::verb::approve, "carol"));
    world->run_for(std::chrono::minutes(5));
    world->deliver("workday", termination("e2", "2027-01-20T09:30:00Z", "2027-01-18", {}));
    world->run_for(std::chrono::hours(1));
    const auto run = run_id{parent_run(*world)["id"].text_or()};
    const auto refused = world->signal(run, {engine::verb::rollback, {}, "alice", "a mistake"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().what, HasSubstr("has taken this person's access since"));
}

TEST(OwnWorkflows, ALeaverDoesNotWaitForAnApproval)
{
    auto world = hired();
    world->deliver("workday", termination("e2", "2027-01-20T09:30:00Z", "2027-01-18", {}));
    world->run_for(std::chrono::hours(1));
    EXPECT_EQ(parent_run(*world)["state"].text_or(), "superseded");
    EXPECT_TRUE(open_approvals(*world).empty());
}

} // namespace
} // namespace jmld::simulation
