// The verbs of jmlctl that change something, each through the tool and a real daemon.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* no_apps =
    R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
        "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"You do not have permission"}}})";

struct CtlVerbs : testing::Test
{
    /// A run that has made the account and waits for the first day.
    std::string waiting_run(const std::string& event = "hire-1", const person& who = {.start = day(3)})
    {
        here.hand_in(hire(event, who));
        const auto id = here.run_of(event)["id"].text_or();
        here.await("a run that waits for the first day", [&] { return state_of(id) == "waiting"; });
        return id;
    }
    std::string state_of(const std::string& id) { return here.get("/v1/runs/" + id)["state"].text_or(); }

    stack here;
};

TEST_F(CtlVerbs, PausesResumesAndTerminatesARun)
{
    here.start();
    const auto id = waiting_run();
    EXPECT_EQ(here.ctl({"run", "pause", id, "--reason", "a test"}, "operator").code, 0);
    EXPECT_EQ(state_of(id), "paused");
    const auto twice = here.ctl({"run", "pause", id});
    EXPECT_EQ(twice.code, 6);
    EXPECT_THAT(twice.err, HasSubstr("paused"));
    EXPECT_EQ(here.ctl({"run", "resume", id}).code, 0);
    EXPECT_EQ(here.ctl({"run", "terminate", id}).code, 2) << "destructive, without a reason";
    EXPECT_EQ(here.ctl({"run", "terminate", id, "--reason", "a test"}, "approver").code, 4);
    EXPECT_EQ(here.ctl({"run", "terminate", id, "--reason", "a test"}).code, 0);
    EXPECT_EQ(state_of(id), "terminated");
    EXPECT_FALSE(user_of(here.organisation(), "jane.smith@example.com").is_null()) << "nothing is undone";
}

TEST_F(CtlVerbs, TakesIdsFromStandardInputAndGoesOnAfterOneThatIsRefused)
{
    here.start();
    const auto first = waiting_run("hire-1");
    const auto second = waiting_run("hire-2", {.number = "100901", .first = "John", .last = "Doe", .start = day(3)});
    const auto listed = here.ctl({"-o", "id", "run", "list", "--state", "waiting"});
    EXPECT_EQ(listed.out, second + "\n" + first + "\n");
    const auto paused = here.ctl({"run", "pause", "-"}, "admin", "run_01AAAAAAAAAAAAAAAAAAAAAAAA\n" + listed.out);
    EXPECT_EQ(paused.code, 3);
    EXPECT_EQ(state_of(first), "paused");
    EXPECT_EQ(state_of(second), "paused");
    EXPECT_EQ(json_of(here.ctl({"-o", "ndjson", "run", "resume", first}).out)["id"].text_or(), first);
    const auto shown = here.ctl({"run", "show", "-"}, "viewer", listed.out);
    EXPECT_THAT(shown.out, testing::AllOf(HasSubstr(first), HasSubstr(second)));
    const auto found = here.ctl({"event", "show", "-"}, "admin", "hire-none\nhire-1\n");
    EXPECT_EQ(found.code, 3);
    EXPECT_THAT(found.out, HasSubstr("hire-1"));
    const auto watched = here.ctl({"run", "watch", "--timeout", "10ms", "-"}, "viewer", listed.out);
    EXPECT_EQ(watched.code, 7) << watched.err;
}

TEST_F(CtlVerbs, ADryRunChangesNothing)
{
    here.start();
    const auto id = waiting_run();
    const auto told = here.ctl({"run", "cancel", id, "--reason", "a test", "--dry-run"});
    EXPECT_EQ(told.code, 0);
    EXPECT_THAT(told.err, HasSubstr("/cancel"));
    EXPECT_EQ(state_of(id), "waiting");
}

TEST(CtlSteps, AStepThatCannotBeDoneIsDecidedByHand)
{
    stack here({.settings = "workflows: flows\n"});
    here.fault(no_apps);
    here.copy_workflows();
    auto joiner = read_text(here.file("flows") / "joiner.yaml");
    joiner.replace(joiner.find("\nsteps:\n"), 8, "\ndefaults:\n  on_exhausted: pause\nsteps:\n");
    write_text(here.file("flows") / "joiner.yaml", joiner);
    here.start();
    here.hand_in(hire("hire-1"));
    const auto id = here.run_of("hire-1")["id"].text_or();
    const auto run = [&] { return here.get("/v1/runs/" + id); };
    here.await("a run that waits for a person", [&] { return run()["state"].text_or() == "paused"; });
    EXPECT_EQ(here.ctl({"step", "complete", id, "apps"}).code, 2) << "without a reason";
    EXPECT_EQ(here.ctl({"step", "complete", id, "nothing", "--reason", "a test"}).code, 3) << "no such step";
    EXPECT_EQ(here.ctl({"step", "jump", id, "apps", "--reason", "a test"}).code, 2);
    const auto done = here.ctl(
        {"step", "complete", id, "apps", "--reason", "done in the console", "--evidence", "TICKET-7"}, "operator");
    EXPECT_EQ(done.code, 0) << done.err;
    for (const auto& step : run()["steps"].items())
        if (step["id"].text_or().starts_with("apps"))
            EXPECT_EQ(step["state"].text_or(), "succeeded");
    const auto audit = here.get("/v1/audit")["audit"].items().front();
    EXPECT_EQ(audit["action"].text_or(), "step.complete");
    EXPECT_THAT(audit["reason"].text_or(), HasSubstr("TICKET-7"));
    EXPECT_THAT(audit["object"].text_or(), HasSubstr("step apps"));
}

TEST_F(CtlVerbs, EventsAreDiscardedAndReplayed)
{
    here.start();
    here.hand_in(hire("odd-1", {.department = "Alchemy"}));
    here.await("a parked event", [&] { return here.get("/v1/events/odd-1")["decision"].text_or() == "parked"; });
    const auto again = here.ctl({"event", "replay", "odd-1"});
    EXPECT_EQ(again.code, 0);
    EXPECT_THAT(again.err, HasSubstr("parked"));
    EXPECT_EQ(here.ctl({"event", "discard", "odd-1"}).code, 2);
    EXPECT_EQ(here.ctl({"event", "discard", "odd-1", "--reason", "there is no such department"}).code, 0);
    EXPECT_EQ(here.get("/v1/events/odd-1")["decision"].text_or(), "cancelled");
    EXPECT_EQ(here.ctl({"event", "resolve", "odd-1", "--person", "new"}).code, 6) << "it is not parked any more";
    EXPECT_EQ(here.ctl({"event", "discard", "odd-1", "--reason", "again"}).code, 6) << "it is cancelled already";
}

TEST_F(CtlVerbs, EvidenceOfAnEndedRunIsShownAndKeptAndMeddlingIsFound)
{
    here.start();
    const auto id = waiting_run();
    EXPECT_EQ(here.ctl({"evidence", id}).code, 3) << "it has not ended";
    EXPECT_EQ(here.ctl({"evidence", "run_01AAAAAAAAAAAAAAAAAAAAAAAA"}).code, 3);
    EXPECT_EQ(here.ctl({"run", "terminate", id, "--reason", "a test"}).code, 0);
    const auto page = here.ctl({"evidence", id});
    EXPECT_EQ(page.code, 0) << page.err;
    EXPECT_THAT(page.out, testing::AllOf(HasSubstr("Jane Smith"), HasSubstr("terminated"), HasSubstr("/api/v1/users"),
                                         HasSubstr("does not speak of"), HasSubstr("entered by HR after")));
    const auto record = here.get("/v1/evidence/" + id);
    EXPECT_EQ(record["run"].text_or(), id);
    EXPECT_EQ(record["subject"]["worker_id"].text_or(), "100900");
    EXPECT_FALSE(record["calls"].items().empty());
    const auto masked = here.ask("GET", "/v1/evidence/" + id, {}, "viewer");
    EXPECT_THAT(masked.body, testing::AllOf(Not(HasSubstr("Smith")), HasSubstr("\"masked\":true")));
    EXPECT_EQ(here.ctl({"audit", "verify"}).code, 0);
    EXPECT_EQ(here.ctl({"audit", "verify"}, "viewer").code, 0) << "without seeing people";
    for (const auto& kept : {here.ctl({"evidence"}).out, here.ctl({"-o", "json", "evidence", id}).out}) {
        write_text(here.file("evidence.json"), kept);
        EXPECT_EQ(here.ctl({"audit", "verify", here.file("evidence.json")}).code, 0);
        auto changed = kept;
        changed.replace(changed.find("Jane"), 4, "Joan");
        write_text(here.file("evidence.json"), changed);
        const auto bad = here.ctl({"audit", "verify", here.file("evidence.json")});
        EXPECT_EQ(bad.code, 1);
        EXPECT_THAT(bad.out, HasSubstr(record["id"].text_or()));
    }
}

TEST_F(CtlVerbs, TheAuditRecordIsExportedAndVerifiedAndMeddlingIsFound)
{
    here.start();
    const auto id = waiting_run();
    here.ctl({"run", "pause", id, "--reason", "first"});
    here.ctl({"run", "resume", id, "--reason", "second"});
    here.ctl({"run", "cancel", id, "--reason", "third"});
    EXPECT_EQ(here.ctl({"audit", "verify"}).code, 0);
    const auto exported = here.ctl({"audit", "export"});
    EXPECT_EQ(exported.code, 0);
    write_text(here.file("audit.ndjson"), exported.out);
    const auto good = here.ctl({"audit", "verify", here.file("audit.ndjson")});
    EXPECT_EQ(good.code, 0) << good.err;
    auto changed = exported.out;
    changed.replace(changed.find("run.resume"), 10, "run.cancel");
    write_text(here.file("audit.ndjson"), changed);
    const auto bad = here.ctl({"audit", "verify", here.file("audit.ndjson")});
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.out, HasSubstr("record 2"));
    write_text(here.file("audit.ndjson"), "no records");
    EXPECT_EQ(here.ctl({"audit", "verify", here.file("audit.ndjson")}).code, 2);
}

TEST_F(CtlVerbs, BackUpSwitchAndDoctorSayWhatTheyDid)
{
    here.start();
    EXPECT_EQ(here.ctl({"doctor"}).code, 0);
    EXPECT_EQ(here.ctl({"switch", "off", "--reason", "a test"}, "operator").code, 0);
    const auto ill = here.ctl({"doctor"});
    EXPECT_EQ(ill.code, 1);
    EXPECT_THAT(ill.out, HasSubstr("switched off"));
    EXPECT_EQ(here.ctl({"switch", "on", "--reason", "a test"}).code, 0);
    const auto copy = here.file("copy.db").string();
    EXPECT_EQ(here.ctl({"backup", copy}, "operator").code, 4);
    EXPECT_EQ(here.ctl({"backup", copy}).code, 0);
    EXPECT_EQ(here.ctl({"backup", copy}).code, 6);
    EXPECT_EQ(integrity_of(copy), "ok");
}

TEST_F(CtlVerbs, PeopleWorkflowsActionsAndPlansAreShown)
{
    here.start();
    const auto id = waiting_run();
    const auto person = here.ctl({"person", "show", "100900"});
    EXPECT_EQ(person.code, 0) << person.err;
    EXPECT_THAT(person.out, HasSubstr("Jane Smith"));
    EXPECT_THAT(person.out, HasSubstr(id));
    const auto key = json_of(here.ctl({"-o", "json", "person", "show", "100900"}).out)["key"].text_or();
    EXPECT_THAT(here.ctl({"person", "show", key}, "viewer").out, Not(HasSubstr("Jane")));
    EXPECT_EQ(here.ctl({"person", "show", "100900"}, "viewer").code, 3) << "who may not see people finds by key only";

    EXPECT_THAT(here.ctl({"workflow", "show", "joiner"}).out, HasSubstr("name: joiner"));
    EXPECT_THAT(here.ctl({"workflow", "graph", "joiner"}).out, HasSubstr("create_user"));
    EXPECT_THAT(here.ctl({"workflow", "graph", id}).out, HasSubstr("waiting"));
    EXPECT_THAT(here.ctl({"workflow", "graph", id, "--svg"}).out, HasSubstr("<svg"));
    EXPECT_EQ(here.ctl({"workflow", "show", "joinr"}).code, 3);
    EXPECT_THAT(here.ctl({"actions"}).out, HasSubstr("okta.users.create"));
    EXPECT_THAT(here.ctl({"actions", "okta.users.create"}).out, HasSubstr("profile"));
    EXPECT_THAT(here.ctl({"actions", "okta.users.creat"}).err, HasSubstr("did you mean 'okta.users.create'?"));

    write_text(here.file("change.json"), job_change("change-1", {.start = day(3)}, "Sales"));
    const auto before = here.sim("GET", "/_sim/ledger").items().size();
    const auto plan = here.ctl({"-o", "json", "plan", here.file("change.json")}, "operator");
    EXPECT_EQ(plan.code, 0) << plan.err;
    EXPECT_FALSE(json_of(plan.out)["decision"].is_null()) << plan.out;
    const auto ledger = here.sim("GET", "/_sim/ledger");
    for (std::size_t i = before; i < ledger.items().size(); ++i)
        EXPECT_EQ(ledger.items()[i]["method"].text_or(), "GET") << "a plan only reads";
    EXPECT_EQ(here.ctl({"event", "show", "change-1"}).code, 3) << "nothing of it is kept";
}

TEST_F(CtlVerbs, CompletionsAreMadeFromTheTreeItself)
{
    const auto script = [&](const std::string& shell) {
        return run_program("jmlctl", {"completion", shell}, here.folder());
    };
    for (const auto* shell : {"bash", "zsh", "fish"}) {
        EXPECT_EQ(script(shell).code, 0);
        EXPECT_THAT(script(shell).out, HasSubstr("terminate"));
    }
    EXPECT_EQ(script("tcsh").code, 2);
}

} // namespace
} // namespace jmld::end_to_end
