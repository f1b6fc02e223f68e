// Reading files of the source tree in tests: shipped configuration, and the shared folder beside the checkout where
// there is one. It caches nothing.
#pragma once

#include "tests/support/places.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace jmld::test {

inline std::filesystem::path source_dir() { return source_folder; }

/// Nothing when there is no such file.
inline std::optional<std::string> read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

inline std::string shipped(std::string_view path) { return read_file(source_dir() / path).value(); }

/// The folder with sample events; nothing when this checkout has none beside it.
inline std::optional<std::filesystem::path> sample_events()
{
    const auto folder = source_dir() / ".." / "shared" / "events";
    return std::filesystem::exists(folder) ? std::optional(folder) : std::nullopt;
}

} // namespace jmld::test
