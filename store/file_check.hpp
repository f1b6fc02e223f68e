// After an unclean stop the file is checked once, in the background, table by table. It repairs nothing and keeps
// nobody waiting.
#pragma once

#include "engine/result.hpp"
#include "store/sqlite.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

namespace jmld::store {

/// A thread that lives only as long as the check: quick_check of SQLite cannot be cut into pieces small enough for the
/// reader's.
class file_check
{
public:
    /// `done` is called once, on the thread of the check, unless it is stopped before; with an error of class corrupt
    /// if one was found.
    file_check(connection db, std::function<void(std::optional<error>)> done);
    /// Waits at most for the table under check.
    ~file_check();
    file_check(const file_check&) = delete;
    file_check& operator=(const file_check&) = delete;

private:
    void work();

    connection db_;
    std::function<void(std::optional<error>)> done_;
    std::atomic<bool> stopped_ = false;
    std::thread thread_;
};

/// The whole check, at once. Errors: corrupt (saying what SQLite says), cancelled, unavailable (a read failed).
result<void> check_file(connection& db, const std::atomic<bool>& stopped);

} // namespace jmld::store
