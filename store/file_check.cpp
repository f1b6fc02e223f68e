// The tables are named one by one in static text; a test holds the list against the schema.
#include "store/file_check.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

namespace jmld::store {

namespace {

constexpr std::array checks{
    "PRAGMA quick_check(payload)",   "PRAGMA quick_check(event)",      "PRAGMA quick_check(delivery)",
    "PRAGMA quick_check(run)",       "PRAGMA quick_check(fact)",       "PRAGMA quick_check(timer)",
    "PRAGMA quick_check(person)",    "PRAGMA quick_check(identity)",   "PRAGMA quick_check(alarm)",
    "PRAGMA quick_check(hold)",      "PRAGMA quick_check(hold_event)", "PRAGMA quick_check(audit)",
    "PRAGMA quick_check(definition)"};

// A page that could not be read is told among what is found; it says nothing about the page.
bool tells_of_a_failed_read(std::string_view said)
{
    constexpr std::string_view before = "error code=";
    const auto at = said.find(before);
    int code = 0;
    if (at != std::string_view::npos)
        std::from_chars(said.data() + at + before.size(), said.data() + said.size(), code);
    return error_class(code) == errc::storage_failed;
}

} // namespace

result<void> check_file(connection& db, const std::atomic<bool>& stopped)
{
    for (const auto* one : checks) {
        if (stopped)
            return failure(errc::cancelled, "the check was stopped");
        auto query = db.use(one);
        const auto row = query.step();
        if (!row)
            return std::unexpected(row.error());
        const auto said = *row ? query.text(0) : std::string("nothing");
        if (said != "ok")
            return failure(tells_of_a_failed_read(said) ? errc::unavailable : errc::corrupt,
                           fmt::format("{} says: {}", one, said));
    }
    return {};
}

file_check::file_check(connection db, std::function<void(std::optional<error>)> done)
    : db_(std::move(db)), done_(std::move(done)), thread_([this] { work(); })
{}

file_check::~file_check()
{
    stopped_ = true;
    db_.interrupt();
    thread_.join();
}

void file_check::work()
{
    const auto checked = check_file(db_, stopped_);
    if (stopped_)
        return;
    // Only what SQLite says about the content counts as corrupt; a check that could not run says nothing.
    const bool found = !checked && checked.error().code == errc::corrupt;
    done_(found ? std::optional(checked.error()) : std::nullopt);
}

} // namespace jmld::store
