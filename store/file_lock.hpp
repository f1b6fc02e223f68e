// One process for one database: an advisory lock on a file beside it, let go by the system however the process ends.
#pragma once

#include "engine/result.hpp"

#include <string>

namespace jmld::store {

class file_lock
{
public:
    /// Errors: unavailable (another process holds it; the folder is missing or not ours).
    static result<file_lock> take(const std::string& path);

    file_lock(file_lock&& other) noexcept;
    file_lock(const file_lock&) = delete;
    file_lock& operator=(const file_lock&) = delete;
    file_lock& operator=(file_lock&&) = delete;
    ~file_lock();

private:
    explicit file_lock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

/// Creates the file when it is not there, and takes rights of others off it: mode 0600 (the log inherits it). Errors:
/// unavailable.
result<void> make_private(const std::string& path);
/// 0 when it is not there.
std::uint64_t file_size(const std::string& path);

} // namespace jmld::store
