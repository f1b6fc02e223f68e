// The one error value and result type of the whole program: an outcome that the caller handles is a value, never an
// exception. It does not format for people (the room that understands an error does) and carries no secret.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace jmld {

/// Which class of failure; the caller decides by this alone, never by the text.
enum class errc : std::uint8_t {
    invalid_input,   ///< what was handed in breaks a rule; repeating it cannot help
    not_found,       ///< the thing named does not exist
    conflict,        ///< it exists with another content, or its state forbids the change
    unauthorized,    ///< who asks is not known
    forbidden,       ///< who asks is known and may not
    unavailable,     ///< a peer or resource cannot be reached now; later may help
    timed_out,       ///< the deadline passed; whether it took effect is not known
    connection_lost, ///< broken after bytes had been sent; whether it took effect is not known
    refused,         ///< broken before anything was sent; it certainly took no effect
    overloaded,      ///< a queue, disk or memory limit is reached; nothing was kept
    storage_failed,  ///< an I/O error on the log or a failed fsync: the process must end and recover from disk
    corrupt,         ///< stored data does not fit its own description
    too_large,       ///< a size limit was passed
    cancelled,       ///< the caller, or the process that is stopping, gave up
    internal,        ///< a broken invariant of ours
};

/// What failed (`what`, a sentence without secrets or personal data), of which class, and what to do next (may be
/// empty).
struct error
{
    errc code = errc::internal;
    std::string what;
    std::string remedy;

    friend bool operator==(const error&, const error&) = default;
};

template <class T> using result = std::expected<T, error>;

inline std::unexpected<error> failure(errc code, std::string what, std::string remedy = {})
{
    return std::unexpected(error{code, std::move(what), std::move(remedy)});
}

} // namespace jmld
