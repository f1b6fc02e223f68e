// Secrets in memory: a type that cannot be printed, copied into a log or left behind in freed memory, and the one
// function that fetches them. Which secret belongs where is said in settings.
#pragma once

#include "config/settings.hpp"
#include "engine/result.hpp"

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>

namespace jmld::config {

/// Moves, never copies; wiped when it ends.
class secret
{
public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    ~secret();
    secret(secret&& other) noexcept;
    secret& operator=(secret&& other) noexcept;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;

    /// The one way to the text: keep what it answers no longer than the call that needs it.
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    void wipe();
    std::string text_;
};
std::ostream& operator<<(std::ostream&, const secret&) = delete;

/// One newline at the end is dropped. `credentials_directory` is where systemd put credentials ($CREDENTIALS_DIRECTORY,
/// read by the caller). Errors, none with a secret in it: not_found (no such credential, file or variable), forbidden
/// (a file that group or others may read), too_large, invalid_input (empty, NUL inside, no reference).
result<secret> read_secret(const secret_reference& reference, const std::filesystem::path& credentials_directory);

} // namespace jmld::config
