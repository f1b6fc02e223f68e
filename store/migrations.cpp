// Each step commits with its number in user_version, so that a crash leaves the file at one number or the next. Nothing
// is ever migrated back: the backup is the way back.
#include "store/migrations.hpp"

#include "store/sqlite.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

namespace jmld::store {

namespace {

result<void> set_number(connection& writer, int number)
{
    // A pragma takes no bound value; the number is ours, not data.
    return writer.execute(fmt::format("PRAGMA user_version = {}", number).c_str());
}

result<void> step(connection& writer, const migration& next)
{
    if (auto begun = writer.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    auto done = writer.execute(next.sql);
    if (done)
        done = set_number(writer, next.number);
    if (done)
        done = writer.execute("COMMIT");
    if (done)
        return {};
    if (writer.in_transaction())
        (void)writer.execute("ROLLBACK");
    done.error().what =
        fmt::format("migration {} ({}) failed, the file is as it was: {}", next.number, next.name, done.error().what);
    return done;
}

result<void> back_up(connection& writer, const std::string& copy)
{
    ::unlink(copy.c_str()); // of an attempt before; VACUUM INTO wants a new file
    writer.allow_attached(1);
    auto into = writer.use("VACUUM INTO ?1");
    auto done = into.bind(copy).run();
    writer.allow_attached(0);
    if (done && ::chmod(copy.c_str(), 0600) != 0)
        return failure(errc::unavailable, "cannot set the mode of the backup " + copy);
    if (!done)
        done.error().what = "cannot back up to " + copy + " before migrating: " + done.error().what;
    return done;
}

result<void> check_owner(connection& writer, std::int64_t version)
{
    const auto owner = writer.number("PRAGMA application_id");
    if (!owner)
        return std::unexpected(owner.error());
    const auto objects = writer.number("SELECT count(*) FROM sqlite_schema");
    if (!objects)
        return std::unexpected(objects.error());
    const bool empty = *objects == 0 && version == 0;
    if (*owner == application_id || (empty && *owner == 0))
        return {};
    return failure(errc::invalid_input, "the file is a database of another program", "name another file in store.path");
}

} // namespace

result<void> migrate(connection& writer, const std::string& path, const std::vector<migration>& all)
{
    const auto version = writer.number("PRAGMA user_version");
    if (!version)
        return std::unexpected(version.error());
    if (auto ours = check_owner(writer, *version); !ours)
        return ours;
    const int newest = all.empty() ? 0 : all.back().number;
    if (*version > newest)
        return failure(
            errc::conflict,
            fmt::format("{} has schema {}, this jmld knows up to {}: a newer jmld wrote it", path, *version, newest),
            fmt::format("start the newer jmld, or restore the backup {}.before-{}", path, newest));
    if (*version == newest)
        return {};
    if (*version > 0)
        if (auto kept = back_up(writer, fmt::format("{}.before-{}", path, *version)); !kept)
            return kept;
    if (auto named = writer.execute("PRAGMA application_id = 0x4A4D4C44"); !named)
        return named;
    for (const auto& next : all) {
        if (next.number <= *version)
            continue;
        if (auto done = step(writer, next); !done)
            return done;
    }
    return {};
}

} // namespace jmld::store
