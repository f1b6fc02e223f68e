// How the process begins, reloads and ends, as a service manager sees it: datagrams, signals, exit codes.
#include "tests/end_to_end/stack.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <cstring>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace jmld::end_to_end {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The other end of NOTIFY_SOCKET.
class service_manager
{
public:
    service_manager() : handle_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
        if (::bind(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("no socket for notifications");
    }
    service_manager(const service_manager&) = delete;
    service_manager& operator=(const service_manager&) = delete;
    ~service_manager() { ::close(handle_); }
    std::string path() const { return folder_.file("notify"); }

    /// The next datagram; empty when none comes in time.
    std::string next(milliseconds longest = milliseconds(20'000))
    {
        pollfd ready{handle_, POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(longest.count())) <= 0)
            return {};
        char room[1024];
        const auto count = ::recv(handle_, room, sizeof room, 0);
        return {room, static_cast<std::size_t>(count > 0 ? count : 0)};
    }
    /// Passes over others, such as the watchdog's.
    std::string await(const std::string& beginning)
    {
        for (auto told = next(); !told.empty(); told = next())
            if (told.starts_with(beginning))
                return told;
        return {};
    }

private:
    test::temporary_folder folder_;
    int handle_;
};

struct Lifecycle : testing::Test
{
    stack_options watched()
    {
        return stack_options{.environment = {"NOTIFY_SOCKET=" + manager.path(), "WATCHDOG_USEC=300000"}};
    }
    service_manager manager;
};

TEST_F(Lifecycle, ItIsReadyOnlyAfterRecoveryAndFeedsTheWatchdogAndSaysThatItStops)
{
    stack here(watched());
    here.launch();
    EXPECT_THAT(manager.next(), StartsWith("READY=1\n"));
    EXPECT_THAT(read_text(here.file("jmld.1.out")),
                ContainsRegex("listening on http://127.0.0.1:[0-9]+\nlistening on http"));
    ASSERT_TRUE(here.listening());
    EXPECT_THAT(manager.next(), StartsWith("WATCHDOG=1"));
    EXPECT_THAT(manager.next(), StartsWith("WATCHDOG=1"));
    here.hand_in(hire("hire-1", {.start = day(3)}));
    here.await("a run that waits", [&] { return here.run_of("hire-1")["state"].text_or() == "waiting"; });
    here.kill();
    while (!manager.next(milliseconds(0)).empty()) {
    }

    here.launch(); // with something to recover
    EXPECT_THAT(manager.next(), StartsWith("READY=1\n"));
    ASSERT_TRUE(here.listening());
    EXPECT_THAT(here.ask("GET", "/readyz?verbose", {}, "").body, HasSubstr("[+] recovered"));
    here.daemon().signal(SIGTERM);
    EXPECT_THAT(manager.await("STOPPING=1"), StartsWith("STOPPING=1"));
    EXPECT_EQ(here.daemon().wait(), 0);
    EXPECT_THAT(manager.next(milliseconds(0)), Not(HasSubstr("READY")));
}

TEST_F(Lifecycle, ASecondOneOnTheSameDatabaseDoesNotStartAndIsNeverReady)
{
    stack here;
    here.start();
    stack second(
        stack_options{.database = here.database().string(), .environment = {"NOTIFY_SOCKET=" + manager.path()}});
    second.launch();
    EXPECT_FALSE(second.listening());
    EXPECT_NE(second.daemon().wait(), 0);
    EXPECT_THAT(second.log(), HasSubstr("store cannot be opened"));
    EXPECT_EQ(manager.next(milliseconds(0)), "");
    EXPECT_EQ(here.hand_in(hire("hire-1")).status, 202); // the first is not disturbed
}

TEST_F(Lifecycle, StoppingFinishesWhatIsOutRefusesWhatComesAndGoesOnAfterwards)
{
    stack here(watched());
    here.fault(R"({"match":{"method":"POST","path":"/api/v1/users"},"delay":"1500ms"})");
    here.start();
    here.hand_in(hire("hire-1"));
    here.await("the call that creates her",
               [&] { return !user_of(here.organisation(), "jane.smith@example.com").is_null(); });
    here.daemon().signal(SIGTERM);
    ASSERT_THAT(manager.await("STOPPING=1"), StartsWith("STOPPING=1"));
    const auto refused = here.hand_in(hire("too-late", {.number = "100901"}));
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_NE(http::find_header(refused.headers, "retry-after"), nullptr);
    EXPECT_EQ(here.ask("GET", "/readyz", {}, "").status, 503);
    EXPECT_EQ(here.daemon().wait(), 0);
    EXPECT_EQ(integrity_of(here.database()), "ok");

    here.start();
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
    EXPECT_THAT(here.doubled_effects(), testing::IsEmpty()); // the answer was waited for, so nobody had to look
    EXPECT_EQ(here.ask("GET", "/v1/events/too-late").status, 404);
}

TEST_F(Lifecycle, AReloadTakesTheWholeSetOrNothing)
{
    auto options = watched();
    options.settings = "workflows: flows\n";
    stack here(options);
    here.copy_workflows();
    here.start();
    const auto before = here.ask("GET", "/v1/workflows").body;
    const auto joiner = read_text(here.file("flows") / "joiner.yaml"),
               leaver = read_text(here.file("flows") / "leaver.yaml");

    // One good change and one that does not load: neither is taken.
    write_text(here.file("flows") / "leaver.yaml", leaver + "# changed\n");
    write_text(here.file("flows") / "joiner.yaml", joiner + "  oops:\n    uses: okta.users.explode\n");
    ASSERT_THAT(manager.await("READY=1"), Not(HasSubstr("reload")));
    here.daemon().signal(SIGHUP);
    EXPECT_THAT(manager.await("RELOADING=1"), HasSubstr("MONOTONIC_USEC="));
    EXPECT_THAT(manager.await("READY=1"), HasSubstr("refused"));
    EXPECT_EQ(here.ask("GET", "/v1/workflows").body, before);
    EXPECT_THAT(here.log(), ContainsRegex("reload refused: [^ ]*joiner.yaml:[0-9]+:[0-9]+:"));

    write_text(here.file("flows") / "joiner.yaml", joiner);
    here.daemon().signal(SIGHUP);
    EXPECT_THAT(manager.await("READY=1"), HasSubstr("reloaded"));
    EXPECT_NE(here.ask("GET", "/v1/workflows").body, before);
    EXPECT_EQ(here.hand_in(hire("hire-1")).status, 202);
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
}

TEST_F(Lifecycle, ABadConfigurationEndsWithSeventyEightAndNamesEveryPlace)
{
    stack here;
    const auto good = read_text(here.file("jmld.yaml"));
    const auto check = [&](const std::string& text, bool only_check = true) {
        write_text(here.file("jmld.yaml"), text);
        std::vector<std::string> arguments{"--config", here.file("jmld.yaml")};
        if (only_check)
            arguments.emplace_back("--check-config");
        return run_program("jmld", arguments, here.folder());
    };
    const auto fine = check(good);
    EXPECT_EQ(fine.code, 0) << fine.err;
    EXPECT_THAT(fine.out, HasSubstr("8 workflows, 1 sources"));

    const auto unknown = check("lisen: {}\n" + good + "polcy: {}\n", false);
    EXPECT_EQ(unknown.code, 78);
    EXPECT_THAT(unknown.err, HasSubstr("jmld.yaml:1:1:"));
    EXPECT_THAT(unknown.err, HasSubstr("did you mean 'listen'"));
    EXPECT_THAT(unknown.err, HasSubstr("did you mean 'policy'")) << "all at once";

    EXPECT_EQ(check(good + "log: { level: loud }\n").code, 78); // twice `log`
    auto loud = good;
    loud.replace(loud.find("level: debug"), 12, "level: louds");
    EXPECT_THAT(check(loud).err, ContainsRegex("jmld.yaml:[0-9]+:[0-9]+: .*level"));
    std::filesystem::permissions(here.file("workday.secret"), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(check(good).code, 78) << "a secret that everybody may read";
    const auto absent = run_program("jmld", {"--config", here.file("nowhere.yaml")}, here.folder());
    EXPECT_EQ(absent.code, 78);
    EXPECT_THAT(absent.err, HasSubstr("nowhere.yaml"));
}

} // namespace
} // namespace jmld::end_to_end
