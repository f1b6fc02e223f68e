// The same connector against the imitation of Okta, which was written from Okta's documents and not from this client:
// what was done is seen in the organisation, and an undo leaves it as it was.
#include "tests/connectors/okta/company.hpp"
#include "tests/connectors/okta/imitation.hpp"

namespace jmld::tests {

using engine::failure_kind;
using engine::probe_verdict;

class OktaImitation : public CompanyFixture
{
protected:
    value read(std::string_view who_is_it = uid)
    {
        auto out = run(people->snapshot(std::string(who_is_it)));
        EXPECT_TRUE(std::holds_alternative<okta::person_image>(out));
        return std::holds_alternative<okta::person_image>(out) ? std::get<okta::person_image>(out).image : value();
    }
    runtime::action_request with_image(std::string action, std::string_view inputs, value known)
    {
        auto asked = request(std::move(action), inputs);
        asked.image = std::move(known);
        return asked;
    }
    /// Everything of the organisation that an undo must bring back.
    value organisation()
    {
        value_list users;
        for (const auto& user : org.snapshot(clock.now())["users"].items()) {
            value_list apps;
            for (const auto& app : user["apps"].items())
                apps.push_back(value::map({{"id", app["id"]}, {"scope", app["scope"]}}));
            value_list roles;
            for (const auto& role : user["roles"].items())
                roles.push_back(role["type"]);
            users.push_back(value::map({{"id", user["id"]},
                                        {"status", user["status"]},
                                        {"profile", user["profile"]},
                                        {"groups", user["groups"]},
                                        {"apps", std::move(apps)},
                                        {"roles", std::move(roles)}}));
        }
        return value::map({{"users", std::move(users)}, {"rules", org.snapshot(clock.now())["rules"]}});
    }
    int sent(std::string_view method, std::string_view path) const
    {
        return static_cast<int>(std::ranges::count_if(org.ledger(), [&](const okta_sim::ledger_entry& entry) {
            return entry.method == method && entry.path == path;
        }));
    }
};

TEST_F(OktaImitation, ShowsAPersonAsTheyAre)
{
    const auto seen = read();
    EXPECT_EQ(seen["user"]["status"].text_or(), "ACTIVE");
    std::vector<std::string> memberships;
    for (const auto& group : seen["groups"].items())
        memberships.push_back(group["name"].text_or() + " " + group["membership"].text_or());
    EXPECT_THAT(memberships, testing::UnorderedElementsAre("Everyone direct", "Staff direct", "Marketing rule"));
    ASSERT_EQ(seen["apps"].items().size(), 1U);
    EXPECT_EQ(seen["apps"].items().front()["scope"].text_or(), "USER");
    EXPECT_EQ(seen["roles"].items().size(), 1U);
    EXPECT_EQ(seen["factors"].items().size(), 1U);
    EXPECT_TRUE(read("nobody@example.com")["user"].is_null());
}

struct reversible
{
    const char* action;
    const char* inputs;
};
void PrintTo(const reversible& one, std::ostream* out) { *out << one.action; }
class OktaReversible : public OktaImitation, public testing::WithParamInterface<reversible>
{};
TEST_P(OktaReversible, IsDoneOnceAndUndoneCompletely)
{
    const auto before = organisation();
    auto asked = with_image(GetParam().action, GetParam().inputs, read());
    const auto out = succeeds(asked);
    EXPECT_TRUE(out.changed);
    EXPECT_FALSE(organisation() == before);
    EXPECT_EQ(settles(asked).verdict, probe_verdict::done);
    asked.before = out.before;
    asked.outputs = out.outputs;
    const auto undone = undoes(asked);
    EXPECT_TRUE(undone.changed);
    EXPECT_FALSE(undone.conflict) << undone.detail;
    EXPECT_EQ(organisation(), before);
    EXPECT_FALSE(undoes_later(asked).changed); // a second undo finds nothing to do
    EXPECT_EQ(organisation(), before);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, OktaReversible,
    testing::Values(reversible{"okta.users.update",
                               R"({"user":"00u1","profile":{"title":"Boss","department":"Sales"}})"},
                    reversible{"okta.users.suspend", R"({"user":"00u1"})"},
                    reversible{"okta.groups.add_user", R"({"user":"00u1","group":{"id":"00g3","name":"Ops"}})"},
                    reversible{"okta.groups.remove_user", R"({"user":"00u1","group":{"id":"00g1","name":"Staff"}})"},
                    reversible{"okta.apps.assign_user", R"({"user":"00u1","app":{"id":"0oa2","label":"Jira"}})"},
                    reversible{"okta.apps.unassign_user", R"({"user":"00u1","app":{"id":"0oa1","label":"Slack"}})"},
                    reversible{"okta.roles.assign", R"({"user":"00u1","role":"HELP_DESK_ADMIN"})"},
                    reversible{"okta.roles.unassign", R"({"user":"00u1","role":{"id":"ra1","type":"APP_ADMIN"}})"}));

TEST_F(OktaImitation, MakesAnAccountAndUnmakesIt)
{
    const auto before = organisation();
    auto asked = with_image("okta.users.create", jane, nobody());
    const auto made = succeeds(asked);
    EXPECT_EQ(made.outputs["status"].text_or(), "STAGED");
    asked.outputs = made.outputs;
    EXPECT_TRUE(undoes(asked).changed);
    EXPECT_EQ(organisation(), before);
}

TEST_F(OktaImitation, FindsTheAccountWhoseAnswerWasLost)
{
    ASSERT_TRUE(
        org.add_faults(json(R"({"match":{"method":"POST","path":"/api/v1/users"},"drop":"after"})"), clock.now()));
    auto asked = with_image("okta.users.create", jane, nobody());
    EXPECT_EQ(fails(asked).kind, failure_kind::unknown_outcome);
    const auto found = settles(asked);
    EXPECT_EQ(found.verdict, probe_verdict::done);
    EXPECT_TRUE(found.changed);
    EXPECT_EQ(sent("POST", "/api/v1/users"), 1);
}

TEST_F(OktaImitation, NumbersALoginThatSomebodyElseHas)
{
    auto asked = with_image(
        "okta.users.create",
        R"({"profile":{"login":"ana.ruiz@example.com","email":"ana.ruiz@example.com","firstName":"Ana","lastName":"Ruiz","employeeNumber":"2002"}})",
        nobody());
    const auto made = succeeds(asked);
    EXPECT_EQ(made.outputs["login"].text_or(), "ana.ruiz2@example.com");
    EXPECT_EQ(made.outputs["email"].text_or(), "ana.ruiz2@example.com");
}

TEST_F(OktaImitation, ClosesSomebodyAndIsCleanAfterwards)
{
    const auto known = read();
    for (const auto& [action, inputs] :
         {std::pair{"okta.roles.unassign", R"({"user":"00u1","role":{"id":"ra1","type":"APP_ADMIN"}})"},
          std::pair{"okta.users.suspend", R"({"user":"00u1"})"},
          std::pair{"okta.users.revoke_sessions", R"({"user":"00u1"})"},
          std::pair{"okta.users.update", R"({"user":"00u1","profile":{"department":null}})"},
          std::pair{"okta.groups.remove_user", R"({"user":"00u1","group":{"id":"00g1","name":"Staff"}})"},
          std::pair{"okta.apps.unassign_user", R"({"user":"00u1","app":{"id":"0oa1","label":"Slack"}})"},
          std::pair{"okta.factors.unenroll", R"({"user":"00u1","factor":{"id":"mbl1"}})"},
          std::pair{"okta.users.deactivate", R"({"user":"00u1"})"}})
        EXPECT_TRUE(succeeds(with_image(action, inputs, known)).changed) << action;
    const auto out = succeeds(with_image("okta.verify_access", R"({"user":"00u1","expect":"none"})", known));
    EXPECT_EQ(out.outputs["clean"], value(true)) << engine::json::write(out.outputs);
    EXPECT_EQ(out.outputs["status"].text_or(), "DEPROVISIONED");
    EXPECT_FALSE(
        succeeds(with_image("okta.users.deactivate", R"({"user":"00u1"})", known)).changed); // 404, and GET decides
    const auto rules = org.snapshot(clock.now())["rules"].items();
    EXPECT_TRUE(
        rules.front()["conditions"]["people"]["users"]["exclude"].items().empty()); // no exclusion was left behind
}

TEST_F(OktaImitation, SeesThatAnAppCouldNotFollow)
{
    const auto out =
        fails(with_image("okta.apps.assign_user", R"({"user":"00u1","app":{"id":"0oa3","label":"Broken"}})", read()));
    EXPECT_EQ(out.mark.code, "SYNC_ERROR");
}

TEST_F(OktaImitation, ActivatesWhoWasMadeBefore)
{
    auto made = succeeds(with_image("okta.users.create", jane, nobody()));
    auto asked = request("okta.users.activate", "{}");
    asked.inputs = value::map({{"user", made.outputs["id"]}});
    asked.image = nobody();
    const auto out = succeeds(asked);
    EXPECT_TRUE(out.changed);
    EXPECT_EQ(out.outputs["status"].text_or(), "PROVISIONED");
    EXPECT_FALSE(succeeds(asked).changed); // E0000016
}

TEST_F(OktaImitation, FindsPeopleAndNames)
{
    auto found = run(people->find({.worker_id = "1001", .given_name = "Ana", .family_name = "Ruiz"}));
    ASSERT_TRUE(std::holds_alternative<okta::found_users>(found));
    EXPECT_EQ(std::get<okta::found_users>(found).by_worker_id.size(), 1U);
    EXPECT_EQ(std::get<okta::found_users>(found).namesakes.size(), 1U);
    auto names = run(people->resolve({"Staff", "AD", "Nowhere"}, {"Slack"}));
    ASSERT_TRUE(std::holds_alternative<okta::resolved>(names));
    EXPECT_EQ(std::get<okta::resolved>(names).groups.at("Staff").id, "00g1");
    EXPECT_EQ(std::get<okta::resolved>(names).apps.at("Slack").id, "0oa1");
    EXPECT_EQ(std::get<okta::resolved>(names).unknown.size(), 2U);
}

// 100 hires at once against Okta's buckets: nothing is refused for want of budget.
TEST_F(OktaImitation, StaysWithinItsLimits)
{
    ASSERT_TRUE(org.set_limits(json(R"({"/api/v1/users":600,"/api/v1/groups":500,"/api/v1/apps":100})")));
    int done = 0;
    for (int person = 0; person < 100; ++person) {
        auto asked = request("okta.users.create", "{}");
        const auto name = "p" + std::to_string(person) + "@example.com";
        asked.inputs = value::map({{"profile", value::map({{"login", name},
                                                           {"email", name},
                                                           {"firstName", "P"},
                                                           {"lastName", "Q"},
                                                           {"employeeNumber", std::to_string(5000 + person)}})}});
        asked.image = nobody();
        boost::asio::co_spawn(
            loop,
            [](okta::actions* all, runtime::action_request first, int* count,
               runtime::virtual_clock* time) -> boost::asio::awaitable<void> {
                auto made = co_await all->attempt(std::move(first));
                if (!std::holds_alternative<engine::attempt_succeeded>(made))
                    co_return;
                const auto id = std::get<engine::attempt_succeeded>(made).outputs["id"];
                runtime::action_request next;
                next.image = nobody();
                next.action = "okta.groups.add_user";
                next.inputs = value::map({{"user", id}, {"group", "00g1"}});
                auto member = co_await all->attempt(next);
                next.action = "okta.apps.assign_user";
                next.inputs = value::map({{"user", id}, {"app", "0oa1"}});
                auto assigned = co_await all->attempt(next);
                for (const auto* later = std::get_if<engine::attempt_failed>(&assigned);
                     later != nullptr && later->kind == engine::failure_kind::rate_limited;
                     later = std::get_if<engine::attempt_failed>(&assigned))
                { // as the engine does: wait, spend nothing
                    const auto when = later->retry_at.value_or(time->now());
                    co_await time->wait_until(when);
                    assigned = co_await all->attempt(next);
                }
                *count += std::holds_alternative<engine::attempt_succeeded>(member) &&
                                  std::holds_alternative<engine::attempt_succeeded>(assigned)
                              ? 1
                              : 0;
            }(actions.get(), asked, &done, &clock),
            boost::asio::detached);
    }
    runtime::run_virtually(loop, clock, clock.now() + std::chrono::hours(2));
    EXPECT_EQ(done, 100);
    const auto refused = std::ranges::count(org.ledger(), 429, &okta_sim::ledger_entry::status);
    EXPECT_LE(refused * 100, static_cast<std::ptrdiff_t>(org.ledger().size()));
}

} // namespace jmld::tests
