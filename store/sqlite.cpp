// Codes become errors in one table here. Messages name statements and tables, never values, so they may be logged.
#include "store/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>

namespace jmld::store {

errc error_class(int code)
{
    switch (code) {
    case SQLITE_IOERR_NOMEM:
    // The index beside the log (-shm) is made anew from the log at any time: nothing in it has to last.
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMMAP:
        return errc::overloaded;
    default:
        break;
    }
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
        return errc::overloaded; // the last: no file descriptor left
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return errc::storage_failed;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return errc::corrupt;
    case SQLITE_CONSTRAINT:
        return errc::invalid_input;
    case SQLITE_TOOBIG:
        return errc::too_large;
    case SQLITE_INTERRUPT:
        return errc::cancelled;
    default:
        return errc::internal;
    }
}

// ---- statement

statement::~statement()
{
    if (prepared_ == nullptr)
        return;
    sqlite3_reset(prepared_);
    sqlite3_clear_bindings(prepared_);
}

void statement::note(int code)
{
    if (code != SQLITE_OK && failed_ == SQLITE_OK)
        failed_ = code;
}

void statement::put(int at, std::int64_t value) { note(sqlite3_bind_int64(prepared_, at, value)); }

void statement::put(int at, std::string_view value)
{
    const char* data = value.data() == nullptr ? "" : value.data(); // a null pointer would bind NULL
    note(sqlite3_bind_text64(prepared_, at, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::put(int at, blob value)
{
    if (value.bytes.empty())
        note(sqlite3_bind_zeroblob(prepared_, at, 0));
    else
        note(sqlite3_bind_blob64(prepared_, at, value.bytes.data(), value.bytes.size(), SQLITE_STATIC));
}

void statement::put(int at, std::nullptr_t) { note(sqlite3_bind_null(prepared_, at)); }

namespace {

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool to_bytes(std::string_view hex, std::array<char, 32>& bytes)
{
    if (hex.size() != 64)
        return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = digit(hex[2 * i]);
        const int low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = static_cast<char>(high << 4 | low);
    }
    return true;
}

} // namespace

void statement::put(int at, digest_text value)
{
    std::array<char, 32> bytes{};
    if (to_bytes(value.text, bytes))
        note(sqlite3_bind_blob64(prepared_, at, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
    else
        put(at, value.text);
}

result<bool> statement::step()
{
    int code = failed_;
    if (code == SQLITE_OK)
        code = sqlite3_step(prepared_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return std::unexpected(owner_->last_error(code));
}

result<void> statement::run()
{
    auto more = step();
    while (more && *more)
        more = step();
    if (!more)
        return std::unexpected(std::move(more.error()));
    return {};
}

std::int64_t statement::integer(int column) const { return sqlite3_column_int64(prepared_, column); }
std::string statement::text(int column) const { return std::string(bytes(column)); }

std::string_view statement::bytes(int column) const
{
    const auto* data = static_cast<const char*>(sqlite3_column_blob(prepared_, column));
    return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column))};
}

std::string statement::digest(int column) const
{
    if (sqlite3_column_type(prepared_, column) != SQLITE_BLOB)
        return text(column);
    static constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes(column)) {
        hex += digits[static_cast<unsigned char>(c) >> 4];
        hex += digits[static_cast<unsigned char>(c) & 15];
    }
    return hex;
}

bool statement::is_null(int column) const { return sqlite3_column_type(prepared_, column) == SQLITE_NULL; }
time_point statement::instant(int column) const { return time_point{duration{integer(column)}}; }

std::optional<time_point> statement::optional_instant(int column) const
{
    return is_null(column) ? std::nullopt : std::optional(instant(column));
}

// ---- connection

void connection::closer::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void connection::finalizer::operator()(sqlite3_stmt* prepared) const { sqlite3_finalize(prepared); }

result<void> connection::execute(const char* sql)
{
    const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return std::unexpected(last_error(code));
    return {};
}

statement connection::use(const char* sql)
{
    auto& kept = cached_[sql];
    if (kept)
        return {this, kept.get(), SQLITE_OK};
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    kept.reset(prepared);
    return {this, prepared, code};
}

result<std::int64_t> connection::number(const char* sql)
{
    auto query = use(sql);
    const auto row = query.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? query.integer(0) : 0;
}

bool connection::in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }
std::int64_t connection::last_row() const { return sqlite3_last_insert_rowid(db_.get()); }
int connection::changed() const { return sqlite3_changes(db_.get()); }
void connection::allow_attached(int count) { sqlite3_limit(db_.get(), SQLITE_LIMIT_ATTACHED, count); }
void connection::interrupt() { sqlite3_interrupt(db_.get()); }

error connection::last_error(int code) const
{
    const int extended =
        (code & 0xff) == (sqlite3_extended_errcode(db_.get()) & 0xff) ? sqlite3_extended_errcode(db_.get()) : code;
    error why{error_class(extended),
              fmt::format("SQLite: {} (code {}: {})", sqlite3_errmsg(db_.get()), extended, sqlite3_errstr(extended)),
              {}};
    if (why.code == errc::corrupt)
        damage_ = why;
    return why;
}

} // namespace jmld::store
