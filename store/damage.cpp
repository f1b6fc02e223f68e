// The check of file_check.hpp on a fresh connection, which has no pages of the failed one in its cache.
#include "store/damage.hpp"

#include "store/file_check.hpp"

namespace jmld::store {

std::optional<error> find_damage(const std::string& database)
{
    auto db = connection::open(database, access::reading);
    const std::atomic<bool> never = false;
    const auto checked = db ? check_file(*db, never) : result<void>(std::unexpected(db.error()));
    return !checked && checked.error().code == errc::corrupt ? std::optional(checked.error()) : std::nullopt;
}

} // namespace jmld::store
