// A thin door to SQLite: connections, cached statements, and what each of its codes means for us. It knows no table,
// and no other folder includes sqlite3.h.
#pragma once

#include "engine/result.hpp"
#include "engine/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace jmld::store {

/// Bytes, as opposed to text; the viewed bytes outlive the statement's use.
struct blob
{
    std::string_view bytes;
};

/// A SHA-256 in hex is stored as its 32 bytes, any other text as it is.
struct digest_text
{
    std::string_view text;
};

/// The class of error behind a SQLite code, for a caller that writes: overloaded (FULL, BUSY, NOMEM,
/// no room for the log's index), storage_failed
/// (IOERR …), corrupt, invalid_input (a constraint), too_large, cancelled (interrupted), internal.
errc error_class(int code);

class connection;

/// One use of a cached statement: bind, step, read; it is reset when this goes. What is bound must outlive it.
class statement
{
public:
    statement(statement&& other) noexcept
        : owner_(other.owner_), prepared_(std::exchange(other.prepared_, nullptr)), failed_(other.failed_)
    {}
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;
    statement& operator=(statement&&) = delete;
    ~statement();

    /// Parameters ?1, ?2 … in order.
    template <class... Values> statement& bind(const Values&... values)
    {
        int at = 0;
        (put(++at, values), ...);
        return *this;
    }

    /// True: a row stands ready; false: done.
    result<bool> step();
    /// For statements without rows.
    result<void> run();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::string_view bytes(int column) const; ///< until the next step
    std::string digest(int column) const;
    bool is_null(int column) const;
    time_point instant(int column) const;
    std::optional<time_point> optional_instant(int column) const;

private:
    friend class connection;
    statement(connection* owner, sqlite3_stmt* prepared, int failed)
        : owner_(owner), prepared_(prepared), failed_(failed)
    {}

    void put(int at, std::int64_t value);
    void put(int at, int value) { put(at, static_cast<std::int64_t>(value)); }
    void put(int at, bool value) { put(at, static_cast<std::int64_t>(value)); }
    void put(int at, std::uint64_t value) { put(at, static_cast<std::int64_t>(value)); }
    void put(int at, std::string_view value);
    void put(int at, const std::string& value) { put(at, std::string_view(value)); }
    void put(int at, const char* value) { put(at, std::string_view(value)); }
    void put(int at, blob value);
    void put(int at, digest_text value);
    void put(int at, std::nullptr_t);
    void put(int at, time_point value) { put(at, static_cast<std::int64_t>(value.time_since_epoch().count())); }
    template <class Value> void put(int at, const std::optional<Value>& value)
    {
        if (value)
            put(at, *value);
        else
            put(at, nullptr);
    }
    void note(int code);

    connection* owner_;
    sqlite3_stmt* prepared_;
    int failed_; ///< first code that was not OK
};

enum class access : std::uint8_t { writing, reading };

/// Used by one thread at a time (opened without SQLite's own mutex).
class connection
{
public:
    /// Hardened and set as the store wants it. Errors: unavailable (cannot be opened), or as SQLite says.
    static result<connection> open(const std::string& path, access how);

    /// Static text without parameters and rows that matter; several statements are run one after the other.
    result<void> execute(const char* sql);
    /// Cached by the address of `sql`, which must be a literal.
    statement use(const char* sql);
    /// The first column of the first row.
    result<std::int64_t> number(const char* sql);

    bool in_transaction() const;
    std::int64_t last_row() const;
    int changed() const;
    error last_error(int code) const;
    /// What SQLite has found damaged in the file itself since this was asked last; rows that only do not fit their own
    /// digest are not among it.
    std::optional<error> damage() { return std::exchange(damage_, std::nullopt); }
    /// Whether schema changes are refused (the state after opening is: allowed).
    void refuse_schema_changes(bool refuse);
    /// How many databases may be attached beside this one; VACUUM INTO needs one.
    void allow_attached(int count);
    /// From another thread: what runs now ends with `cancelled`.
    void interrupt();
    sqlite3* raw() const { return db_.get(); }

private:
    struct closer
    {
        void operator()(sqlite3* db) const;
    };
    struct finalizer
    {
        void operator()(sqlite3_stmt* prepared) const;
    };

    explicit connection(sqlite3* db) : db_(db) {}

    mutable std::optional<error> damage_;
    std::unique_ptr<sqlite3, closer> db_;
    std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, finalizer>> cached_; ///< goes before db_
};

} // namespace jmld::store
