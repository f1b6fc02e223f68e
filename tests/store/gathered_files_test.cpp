// Commits over the gathering layer: what is committed is on disk before anybody hears of it, and an error of the write
// that was put off fails its own commit. The storage faults of the real binary have a folder of their own.
#include "store/gathered_files.hpp"

#include "tests/store/faulty_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>

namespace jmld::store {

namespace {

using database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

database open(const std::filesystem::path& file, const char* layer)
{
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, layer), SQLITE_OK);
    return {raw, sqlite3_close};
}

int run(const database& db, const std::string& sql)
{
    return sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr);
}

std::int64_t number(const database& db, const char* sql)
{
    std::int64_t found = -1;
    const auto take = [](void* to, int, char** texts, char**) {
        *static_cast<std::int64_t*>(to) = std::stoll(texts[0]);
        return 0;
    };
    EXPECT_EQ(sqlite3_exec(db.get(), sql, take, &found, nullptr), SQLITE_OK);
    return found;
}

constexpr const char* begin_writing = "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                                      "PRAGMA wal_autocheckpoint = 0; CREATE TABLE row (n INTEGER PRIMARY KEY, bytes)";

TEST(GatheredFiles, AnotherConnectionSeesEachCommit)
{
    const test::temporary_folder folder;
    const auto file = folder.path() / "a.db";
    const auto writer = open(file, gathered_files());
    ASSERT_EQ(run(writer, begin_writing), SQLITE_OK);
    const auto reader = open(file, nullptr);
    for (int n = 1; n <= 60; ++n) { // from a few pages to more than the layer keeps back
        ASSERT_EQ(run(writer, "INSERT INTO row VALUES (" + std::to_string(n) + ", randomblob(" +
                                  std::to_string(n * 4'000) + "))"),
                  SQLITE_OK);
        ASSERT_EQ(number(reader, "SELECT count(*) FROM row"), n);
        ASSERT_EQ(number(reader, "SELECT max(length(bytes)) FROM row"), n * 4'000);
    }
    EXPECT_EQ(run(writer, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
    EXPECT_EQ(number(reader, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

TEST(GatheredFiles, ATransactionLargerThanTheCacheReadsItsOwnPages)
{
    const test::temporary_folder folder;
    const auto writer = open(folder.path() / "a.db", gathered_files());
    ASSERT_EQ(run(writer, begin_writing), SQLITE_OK);
    ASSERT_EQ(run(writer, "PRAGMA cache_size = 10; BEGIN"), SQLITE_OK);
    ASSERT_EQ(run(writer, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
                          "INSERT INTO row SELECT i, randomblob(900) FROM n"),
              SQLITE_OK);
    EXPECT_EQ(number(writer, "SELECT count(*) FROM row WHERE length(bytes) = 900"), 500);
    ASSERT_EQ(run(writer, "UPDATE row SET bytes = zeroblob(900)"), SQLITE_OK);
    EXPECT_EQ(run(writer, "COMMIT"), SQLITE_OK);
    EXPECT_EQ(number(writer, "SELECT count(*) FROM row WHERE bytes = zeroblob(900)"), 500);
}

TEST(GatheredFiles, ALateErrorFailsTheCommitAndNothingOfItStays)
{
    const test::temporary_folder folder;
    const test::faulty_files faults;
    const auto file = folder.path() / "a.db";
    const auto writer = open(file, gathered_files());
    ASSERT_EQ(run(writer, begin_writing), SQLITE_OK);
    ASSERT_EQ(run(writer, "INSERT INTO row VALUES (1, 'kept')"), SQLITE_OK);
    for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
        faults.fail_writes(code);
        EXPECT_EQ(run(writer, "INSERT INTO row VALUES (2, randomblob(5000))"), code & 0xff);
        faults.heal();
        EXPECT_EQ(number(writer, "SELECT count(*) FROM row"), 1);
    }
    faults.fail_syncs(SQLITE_IOERR_FSYNC);
    EXPECT_EQ(run(writer, "INSERT INTO row VALUES (2, 'x')"), SQLITE_IOERR);
    faults.heal();
    EXPECT_EQ(run(writer, "INSERT INTO row VALUES (3, 'after')"), SQLITE_OK);
    const auto reader = open(file, nullptr);
    EXPECT_EQ(number(reader, "SELECT max(n) FROM row WHERE bytes IN ('kept', 'after')"), 3);
}

} // namespace

} // namespace jmld::store
