// Whoever is erased from a database cannot be read from its files either, and what is deleted afterwards goes the same
// way. What is erased of a person, and what stays, has its tests over a whole daemon.
#include "store/erasing.hpp"

#include "engine/json/json.hpp"
#include "store/migrations.hpp"
#include "store/person_rows.hpp"
#include "tests/store/sqlite_support.hpp"
#include "tests/support/source_files.hpp"

#include <filesystem>

namespace jmld::test {

namespace {

// Of letters that nothing else in the file has in this order, so that it stands there as it is.
constexpr const char* marked = "q7zkX-w0vJy-8Hgf2";

runtime::person_row recorded(const std::string& key, std::uint64_t version, std::string record)
{
    runtime::person_row person;
    person.key.text = key;
    person.version = version;
    person.record = {std::move(record)};
    return person;
}

std::string named() { return engine::json::encode(engine::value(std::string(marked))); }

} // namespace

class Erasing : public SqliteJournal
{
protected:
    void put(runtime::person_row person)
    {
        runtime::transaction work;
        work.people.push_back(std::move(person));
        const auto done = ask(journal->commit(std::move(work)));
        ASSERT_TRUE(done) << done.error().what;
    }
    bool stands_in_a_file() const
    {
        bool found = false;
        for (const auto* end : {"", "-wal"})
            if (const auto text = read_file(options.path + end))
                found = found || text->find(marked) != std::string::npos;
        return found;
    }
};

TEST_F(Erasing, LeavesNothingInTheFileNorInItsLog)
{
    options.idle_truncate = std::chrono::hours(1); // only the erasure itself cuts the log
    open();
    put(recorded("per_1", 0, named()));
    ASSERT_TRUE(stands_in_a_file());
    put(recorded("per_1", 1, {}));
    EXPECT_FALSE(stands_in_a_file());
    ASSERT_TRUE(std::filesystem::exists(options.path + "-wal"));
    EXPECT_EQ(std::filesystem::file_size(options.path + "-wal"), 0U);
}

TEST_F(Erasing, WhatIsDeletedLaterIsOverwrittenToo)
{
    std::ofstream(options.path).close();
    auto db = store::connection::open(options.path, store::access::writing);
    ASSERT_TRUE(db) << db.error().what;
    ASSERT_TRUE(store::migrate(*db, options.path, store::embedded_migrations()));
    ASSERT_TRUE(store::put_person(*db, recorded("per_1", 0, named())));
    ASSERT_TRUE(store::put_person(*db, recorded("per_1", 1, {})));
    EXPECT_EQ(db->number("PRAGMA secure_delete").value(), 1);
}

} // namespace jmld::test
