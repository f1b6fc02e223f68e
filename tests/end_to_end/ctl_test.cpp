// The operator's tool as people call it: what it prints where, and the exit codes that scripts rely on.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Ctl : testing::Test
{
    stack here;
};

TEST_F(Ctl, ListsShowsAndWatchesRunsAndEvents)
{
    here.start();
    write_text(here.file("hire.json"), hire("hire-1"));
    const auto sent = here.ctl({"event", "send", here.file("hire.json"), "--reason", "a test"});
    EXPECT_EQ(sent.code, 0) << sent.err;
    EXPECT_EQ(sent.out, "hire-1\n");
    const auto id = here.run_of("hire-1")["id"].text_or();

    const auto watched = here.ctl({"run", "watch", id, "--exit-status", "--timeout", "60s"});
    EXPECT_EQ(watched.code, 0) << watched.err;
    EXPECT_THAT(watched.out, HasSubstr("step create_user succeeded"));
    EXPECT_THAT(watched.out, HasSubstr("run " + id + " succeeded"));

    EXPECT_EQ(here.ctl({"-o", "id", "run", "list"}).out, id + "\n");
    EXPECT_THAT(here.ctl({"run", "list", "--state", "succeeded"}).out, HasSubstr(id));
    EXPECT_EQ(here.ctl({"-o", "id", "run", "list", "--state", "failed"}).out, "");
    const auto shown = here.ctl({"run", "show", id});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.out, HasSubstr("create_user"));
    EXPECT_EQ(json_of(here.ctl({"-o", "json", "run", "show", id}).out)["id"].text_or(), id);

    EXPECT_EQ(here.ctl({"-o", "id", "event", "list"}).out, "hire-1\n");
    EXPECT_THAT(here.ctl({"event", "list"}).out, HasSubstr("worker.hired"));
    const auto event = here.ctl({"event", "show", "hire-1"});
    EXPECT_EQ(event.code, 0);
    EXPECT_THAT(event.out, HasSubstr("acted"));
    EXPECT_THAT(event.out, HasSubstr(id));

    const auto status = here.ctl({"status"});
    EXPECT_EQ(status.code, 0);
    EXPECT_THAT(status.out, HasSubstr("ready"));
    EXPECT_THAT(status.out, HasSubstr("succeeded"));
    for (const auto& line : {status.err, shown.err, event.err})
        EXPECT_THAT(line, IsEmpty()); // data to stdout, and there was nothing to talk about
}

TEST_F(Ctl, ExitCodesSayWhatHappened)
{
    here.fault(R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
                   "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"You do not have permission"}}})");
    here.start();
    here.hand_in(hire("hire-1"));
    const auto id = here.ended_run_of("hire-1")["id"].text_or();
    EXPECT_EQ(here.ctl({"run", "watch", id}).code, 0) << "watching succeeded, whatever the run did";
    EXPECT_EQ(here.ctl({"run", "watch", id, "--exit-status"}).code, 1);
    EXPECT_EQ(here.ctl({"run", "list", "--attempt_gte", "many"}).code, 2);
    EXPECT_EQ(here.ctl({"run", "cancel", id}).code, 2) << "destructive, without a reason";
    EXPECT_EQ(here.ctl({"run", "show", "run_01AAAAAAAAAAAAAAAAAAAAAAAA"}).code, 3);
    EXPECT_EQ(here.ctl({"event", "show", "nobody-sent-this"}).code, 3);
    EXPECT_EQ(here.ctl({"run", "retry", id, "--reason", "a test"}, "viewer").code, 4);
    const auto refused = here.ctl({"run", "retry", id, "--reason", "a test"});
    EXPECT_EQ(refused.code, 6);
    EXPECT_THAT(refused.err, HasSubstr("rolled_back"));
    EXPECT_THAT(refused.out, IsEmpty());

    write_text(here.file("admin.token"), "a-token-nobody-has");
    EXPECT_EQ(here.ctl({"run", "list"}).code, 4);
    EXPECT_EQ(here.stop(), 0);
    const auto gone = here.ctl({"status"});
    EXPECT_EQ(gone.code, 5);
    EXPECT_THAT(gone.err, HasSubstr(here.ops_url()));
}

TEST_F(Ctl, WatchingEndsWithSevenWhenTheRunStillWaits)
{
    here.start();
    here.hand_in(hire("hire-1", {.start = day(3)})); // the account is made now, its first day is to come
    const auto id = here.run_of("hire-1")["id"].text_or();
    const auto watched = here.ctl({"run", "watch", id, "--timeout", "300ms"});
    EXPECT_EQ(watched.code, 7) << watched.out << watched.err;
    here.await("a run that waits for the first day",
               [&] { return here.get("/v1/runs/" + id)["state"].text_or() == "waiting"; });
    EXPECT_EQ(user_of(here.organisation(), "jane.smith@example.com")["status"].text_or(), "STAGED");
    EXPECT_EQ(here.ctl({"run", "cancel", id, "--reason", "she will not come"}).code, 0);
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "rolled_back");
    EXPECT_TRUE(user_of(here.organisation(), "jane.smith@example.com").is_null());
}

TEST_F(Ctl, AMistypedVerbGetsASuggestion)
{
    const auto run = [&](std::vector<std::string> words) {
        return run_program("jmlctl", std::move(words), here.folder());
    };
    const auto mistyped = run({"run", "lits"});
    EXPECT_EQ(mistyped.code, 2);
    EXPECT_THAT(mistyped.err, HasSubstr("did you mean 'list'?"));
    EXPECT_THAT(mistyped.out, IsEmpty());
    EXPECT_THAT(run({"evnt", "list"}).err, HasSubstr("did you mean 'event'?"));
    EXPECT_EQ(run({}).code, 2);
    EXPECT_EQ(run({"run", "list", "--no-such-flag"}).code, 2);
    EXPECT_EQ(run({"--version"}).code, 0);
    EXPECT_THAT(run({"--version"}).out, StartsWith("jmlctl "));
    EXPECT_EQ(run({"run", "--help"}).code, 0);
}

TEST_F(Ctl, LintsWorkflowFilesWithoutADaemon)
{
    const auto lint = [&](const std::vector<std::string>& files) {
        std::vector<std::string> words{"workflow", "lint"};
        words.insert(words.end(), files.begin(), files.end());
        return run_program("jmlctl", words, here.folder());
    };
    const std::string shipped = std::string(test::source_folder) + "/workflows/";
    const auto good = lint({shipped + "joiner.yaml", shipped + "mover.yaml", shipped + "leaver.yaml"});
    EXPECT_EQ(good.code, 0) << good.out << good.err;
    EXPECT_THAT(good.out, HasSubstr("joiner: ok"));
    EXPECT_THAT(good.out, HasSubstr("leaver: ok"));

    write_text(here.file("bad.yaml"), "name: bad\ntrigger: { event: worker.hired }\ndirection: grant\nsteps:\n  one:\n "
                                      "   uses: okta.users.creat\n    with: {}\n");
    const auto bad = lint({here.file("bad.yaml")});
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.out, HasSubstr("bad.yaml:6:11:"));
    EXPECT_THAT(bad.out, HasSubstr("okta.users.create"));
    EXPECT_EQ(lint({here.file("absent.yaml")}).code, 2);
}

} // namespace
} // namespace jmld::end_to_end
