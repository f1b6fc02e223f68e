// How a database is opened, refused, migrated and left behind.
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "tests/store/sqlite_support.hpp"
#include "tests/support/noise.hpp"

#include <filesystem>
#include <fstream>

namespace jmld::test {

namespace fs = std::filesystem;

namespace {

bool is_private(const std::string& path)
{
    return (fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none;
}

std::uintmax_t size_of(const std::string& path)
{
    std::error_code missing;
    const auto size = fs::file_size(path, missing);
    return missing ? 0 : size;
}

} // namespace

TEST_F(SqliteJournal, ItsFilesAreForNobodyElse)
{
    std::ofstream(options.path).close();
    fs::permissions(options.path, fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    for (const auto* suffix : {"", "-wal", "-shm", "-lock"}) {
        ASSERT_TRUE(fs::exists(options.path + suffix)) << suffix;
        EXPECT_TRUE(is_private(options.path + suffix)) << suffix;
    }
}

TEST_F(SqliteJournal, ACleanStopLeavesNoLog)
{
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    EXPECT_GT(size_of(options.path + "-wal"), 0U);
    close();
    EXPECT_EQ(size_of(options.path + "-wal"), 0U);
    EXPECT_EQ(raw_database(options.path).rows("PRAGMA integrity_check"), (std::vector<std::string>{"ok"}));
    EXPECT_EQ(raw_database(options.path).rows("SELECT id FROM event"), (std::vector<std::string>{"e1"}));
}

TEST_F(SqliteJournal, AnIdleWriterCutsTheLog)
{
    options.idle_truncate = std::chrono::milliseconds(1);
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    until([&] { return size_of(options.path + "-wal") == 0; });
    ASSERT_TRUE(accept(an_event("e2")));
}

TEST_F(SqliteJournal, ALongLogIsCopiedBackAndBegunAnew)
{
    options.checkpoint_pages = 20;
    open();
    for (unsigned i = 0; i < 200; ++i)
        ASSERT_TRUE(accept(an_event("e" + std::to_string(i), noise(2000, i))));
    EXPECT_LT(size_of(options.path + "-wal"), 1'000'000U); // 200 commits of at least 4 pages would be 3 MB
    EXPECT_GT(size_of(options.path), 400'000U);
}

TEST_F(SqliteJournal, TwoProcessesCannotShareOneDatabase)
{
    open();
    const auto why = refusal();
    EXPECT_EQ(why.code, errc::unavailable);
    EXPECT_NE(why.what.find("another process"), std::string::npos);
}

TEST_F(SqliteJournal, AMissingFolderIsNamed)
{
    options.path = folder.file("no/such/jmld.db");
    const auto why = refusal();
    EXPECT_EQ(why.code, errc::unavailable);
    EXPECT_NE(why.what.find("no/such"), std::string::npos);
    EXPECT_NE(why.remedy, "");
}

TEST_F(SqliteJournal, AFileThatIsNoDatabaseIsRefusedAndKept)
{
    std::ofstream(options.path) << std::string(5000, 'x');
    EXPECT_EQ(refusal().code, errc::corrupt);
    EXPECT_EQ(size_of(options.path), 5000U);
}

TEST_F(SqliteJournal, ADatabaseOfAnotherProgramIsRefused)
{
    raw_database(options.path).execute("CREATE TABLE theirs (a)");
    const auto why = refusal();
    EXPECT_EQ(why.code, errc::invalid_input);
    EXPECT_NE(why.what.find("another program"), std::string::npos);
}

TEST_F(SqliteJournal, ANewerSchemaIsRefusedWithBothNumbers)
{
    open();
    close();
    raw_database(options.path).execute("PRAGMA user_version = 4711");
    const auto why = refusal();
    EXPECT_EQ(why.code, errc::conflict);
    EXPECT_NE(why.what.find("4711"), std::string::npos);
    EXPECT_NE(why.remedy.find("newer jmld"), std::string::npos);
    EXPECT_EQ(raw_database(options.path).rows("PRAGMA user_version"), (std::vector<std::string>{"4711"}));
}

TEST_F(SqliteJournal, TheWriterIsSetToBeDurableAndHard)
{
    std::ofstream(options.path).close();
    auto db = store::connection::open(options.path, store::access::writing);
    ASSERT_TRUE(db) << db.error().what;
    EXPECT_EQ(db->number("PRAGMA synchronous").value(), 2);
    EXPECT_EQ(db->number("PRAGMA foreign_keys").value(), 1);
    EXPECT_EQ(db->number("PRAGMA secure_delete").value(), 1);
    EXPECT_EQ(db->number("PRAGMA trusted_schema").value(), 0);
    EXPECT_EQ(db->number("PRAGMA cell_size_check").value(), 1);
    EXPECT_EQ(db->number("PRAGMA wal_autocheckpoint").value(), 0);
    EXPECT_EQ(db->number("PRAGMA mmap_size").value(), 0);
    ASSERT_TRUE(db->execute("CREATE TABLE a (b)"));
    db->refuse_schema_changes(true);
    EXPECT_FALSE(db->execute("CREATE TABLE c (d)"));
    EXPECT_FALSE(db->execute("DROP TABLE a"));
    EXPECT_FALSE(db->execute("ATTACH ':memory:' AS other"));
    EXPECT_FALSE(db->execute("SELECT load_extension('x')"));
    auto reading = store::connection::open(options.path, store::access::reading);
    ASSERT_TRUE(reading) << reading.error().what;
    EXPECT_FALSE(reading->execute("INSERT INTO a VALUES (1)"));
}

// ---- migrations

namespace {

std::vector<store::migration> with_one_more(const char* sql)
{
    auto all = store::embedded_migrations();
    all.push_back({all.back().number + 1, "synthetic", sql});
    return all;
}

} // namespace

TEST_F(SqliteJournal, MigratesFromEveryEarlierSchemaAfterABackup)
{
    const auto all =
        with_one_more("ALTER TABLE audit ADD COLUMN host TEXT; CREATE INDEX audit_by_object ON audit (object);");
    for (std::size_t earlier = 1; earlier < all.size(); ++earlier) {
        const auto path = folder.file("from-" + std::to_string(earlier));
        std::ofstream(path).close();
        auto db = store::connection::open(path, store::access::writing);
        ASSERT_TRUE(db);
        ASSERT_TRUE(store::migrate(*db, path, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(earlier)}));
        EXPECT_FALSE(fs::exists(path + ".before-0")); // nothing to lose in an empty file
        ASSERT_TRUE(
            db->execute("INSERT INTO audit (at, principal, action, object, reason) VALUES (1, 'a', 'b', 'c', 'kept')"));
        const auto migrated = store::migrate(*db, path, all);
        ASSERT_TRUE(migrated) << migrated.error().what;
        EXPECT_EQ(db->number("PRAGMA user_version").value(), all.back().number);
        EXPECT_EQ(db->number("SELECT count(*) FROM audit WHERE reason = 'kept' AND host IS NULL").value(), 1);
        const auto copy = path + ".before-" + std::to_string(earlier);
        EXPECT_TRUE(is_private(copy));
        EXPECT_EQ(raw_database(copy).rows("SELECT reason FROM audit"), (std::vector<std::string>{"kept"}));
        EXPECT_EQ(raw_database(copy).rows("PRAGMA user_version"), (std::vector<std::string>{std::to_string(earlier)}));
    }
}

TEST_F(SqliteJournal, AMigrationThatFailsLeavesTheFileAsItWas)
{
    std::ofstream(options.path).close();
    auto db = store::connection::open(options.path, store::access::writing);
    ASSERT_TRUE(store::migrate(*db, options.path, store::embedded_migrations()));
    const auto failed =
        store::migrate(*db, options.path, with_one_more("ALTER TABLE audit ADD COLUMN host TEXT; CREATE NONSENSE;"));
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().what.find("synthetic"), std::string::npos);
    EXPECT_EQ(db->number("PRAGMA user_version").value(), store::embedded_migrations().back().number);
    EXPECT_FALSE(db->execute("SELECT host FROM audit"));
}

TEST_F(SqliteJournal, EveryIndexSaysWhatItServes)
{
    for (const auto& migration : store::embedded_migrations()) {
        const std::string sql = migration.sql;
        for (auto at = sql.find("CREATE "); at != std::string::npos; at = sql.find("CREATE ", at + 1)) {
            if (!sql.substr(at, 30).starts_with("CREATE INDEX") &&
                !sql.substr(at, 30).starts_with("CREATE UNIQUE INDEX"))
                continue;
            const auto before = sql.rfind('\n', at - 2);
            EXPECT_TRUE(sql.substr(before + 1).starts_with("-- serves: ")) << sql.substr(at, 60);
        }
    }
}

TEST_F(SqliteJournal, TheLibrarysLogFlawIsKnownByVersion)
{
    EXPECT_TRUE(store::sqlite_has_log_reset_flaw(3'040'001));
    EXPECT_TRUE(store::sqlite_has_log_reset_flaw(3'051'002));
    EXPECT_FALSE(store::sqlite_has_log_reset_flaw(3'051'003));
    EXPECT_FALSE(store::sqlite_has_log_reset_flaw(3'050'007));
    EXPECT_FALSE(store::sqlite_has_log_reset_flaw(3'044'006));
    EXPECT_FALSE(store::sqlite_has_log_reset_flaw(3'006'023));
}

} // namespace jmld::test
