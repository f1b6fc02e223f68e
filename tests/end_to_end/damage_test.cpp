// Something stored cannot be read any more. What it is about waits for a person, with an alarm; everybody else's work
// goes on, also after a restart.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;

/// The first byte of each payload whose id the query answers is turned over. jmld is down.
void damage(const std::filesystem::path& database, const std::string& ids)
{
    sqlite3* db = nullptr;
    const auto sql = "UPDATE payload SET bytes = CAST(x'7f' || substr(bytes, 2) AS BLOB) WHERE id IN (" + ids + ")";
    const bool done = sqlite3_open_v2(database.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
                      sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK && sqlite3_changes(db) > 0;
    const std::string why = sqlite3_errmsg(db);
    sqlite3_close(db);
    if (!done)
        throw std::runtime_error(sql + ": " + why);
}

/// Everything behind the first page, as a disk that lost its mind would leave it; the log goes, so nothing repairs it.
void overwrite_pages(const std::filesystem::path& database)
{
    std::filesystem::resize_file(database.string() + "-wal", 32);
    std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    const auto size = std::filesystem::file_size(database);
    for (std::uintmax_t at = 4096; at < size; ++at)
        file.put(static_cast<char>(0xa5));
}

/// The alarm that names this event or run; waits for it.
value alarm_of(stack& here, const std::string& key, const std::string& id)
{
    value found;
    here.await("an alarm", [&] {
        for (const auto& alarm : here.get("/v1/status")["alarms"].items())
            if (alarm[key].text_or().find(id) != std::string::npos)
                found = alarm;
        return !found.is_null();
    });
    return found;
}

void expect_others_go_on(stack& here)
{
    const person other{.number = "100950", .first = "Ann", .last = "Other"};
    EXPECT_EQ(here.hand_in(hire("hire-other", other)).status, 202);
    EXPECT_EQ(here.ended_run_of("hire-other")["state"].text_or(), "succeeded");
    EXPECT_EQ(here.ask("GET", "/readyz").status, 200);
    EXPECT_EQ(here.stop(), 0);
}

TEST(Damage, AFileThatIsBrokenIsKeptAndThereIsNoSenseInStartingAgain)
{
    stack here;
    here.start();
    for (int each = 0; each < 20; ++each)
        here.hand_in(hire("hire-" + std::to_string(each),
                          {.number = std::to_string(100'900 + each), .last = "A" + std::to_string(each)}));
    EXPECT_EQ(here.stop(), 0); // all of it stands in the file
    here.start();
    here.hand_in(hire("hire-later", {.number = "100999", .last = "Later"}));
    here.kill(); // a log is left, so the next start checks
    overwrite_pages(here.database());
    const auto size = std::filesystem::file_size(here.database());
    here.launch();
    EXPECT_EQ(here.daemon().wait(), 65) << here.log();
    EXPECT_THAT(here.log(), HasSubstr("the database is damaged"));
    EXPECT_THAT(here.log(), HasSubstr("put the last good backup in its place"));
    EXPECT_GE(std::filesystem::file_size(here.database()), size);
}

TEST(Damage, WhatIsNoDatabaseIsNotStartedWithEither)
{
    stack here;
    here.start();
    EXPECT_EQ(here.stop(), 0);
    write_text(here.database(), std::string(8192, 'x'));
    here.launch();
    EXPECT_EQ(here.daemon().wait(), 65) << here.log();
    EXPECT_EQ(read_text(here.database()), std::string(8192, 'x'));
}

TEST(Damage, AnEventThatCannotBeReadIsQuarantinedAndHoldsUpNobody)
{
    stack here;
    here.fault(R"({"match":{"path":"/api/v1/**"},"always":true,"answer":{"status":503}})");
    here.start();
    ASSERT_EQ(here.hand_in(hire("hire-1")).status, 202);
    here.kill();
    damage(here.database(), "SELECT payload FROM event WHERE id = 'hire-1'");
    here.sim("DELETE", "/_sim/faults");
    here.start();
    EXPECT_EQ(alarm_of(here, "event", "hire-1")["kind"].text_or(), "needs_person");
    const auto event = here.get("/v1/events/hire-1");
    EXPECT_EQ(event["decision"].text_or(), "quarantined");
    EXPECT_THAT(event["reason"].text_or(), HasSubstr("SHA-256"));
    // An operator's word cannot help it, and says why.
    const auto answer = here.ask("POST", "/v1/events/hire-1/replay", R"({"reason":"try again"})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_THAT(answer.body, HasSubstr("SHA-256"));
    expect_others_go_on(here);
}

TEST(Damage, APersonWhoseRecordCannotBeReadGetsNoDecisions)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1"));
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
    EXPECT_EQ(here.stop(), 0);
    damage(here.database(), "SELECT payload FROM person");
    here.start();
    here.hand_in(termination("leave-1"));
    EXPECT_EQ(alarm_of(here, "event", "leave-1")["kind"].text_or(), "needs_person");
    EXPECT_EQ(here.get("/v1/events/leave-1")["decision"].text_or(), "quarantined");
    expect_others_go_on(here);
}

TEST(Damage, ARunWhoseHistoryCannotBeReadStandsStillAlone)
{
    stack here;
    here.fault(R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,"answer":{"status":503}})");
    here.start();
    here.hand_in(hire("hire-1"));
    const auto run = here.run_of("hire-1")["id"].text_or();
    here.await("the first calls", [&] { return here.get("/v1/runs/" + run)["steps"].items().size() > 2; });
    here.kill();
    damage(here.database(), "SELECT payload FROM fact WHERE payload IS NOT NULL");
    here.sim("DELETE", "/_sim/faults");
    here.start();
    const auto alarm = alarm_of(here, "run", run);
    EXPECT_EQ(alarm["kind"].text_or(), "needs_person");
    EXPECT_EQ(engine::json::write(alarm["count"]), "1");
    expect_others_go_on(here);
}

} // namespace
} // namespace jmld::end_to_end
