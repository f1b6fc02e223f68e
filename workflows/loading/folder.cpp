// Reads files from disk and nothing else; what they say is the loader's matter.
#include "workflows/loading/folder.hpp"

#include "config/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace jmld::workflows::loading {

namespace filesystem = std::filesystem;

std::expected<named_text, std::string> read_workflow_file(const filesystem::path& file)
{
    // One byte more than is accepted: the reader then refuses it by its size, without our holding all of it.
    std::string text(config::yaml::limits{}.bytes_max + 1, '\0');
    std::ifstream stream(file, std::ios::binary);
    std::error_code code;
    if (!stream || filesystem::is_directory(file, code))
        return std::unexpected(fmt::format("{}: error: the file cannot be read", file.string()));
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return named_text{file.string(), std::move(text)};
}

std::expected<std::vector<named_text>, std::vector<std::string>> read_workflow_folder(const filesystem::path& folder)
{
    std::error_code code;
    std::vector<filesystem::path> files;
    for (filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
        const filesystem::path extension = at->path().extension();
        const bool hidden = at->path().filename().string().starts_with('.');
        if (!hidden && (extension == ".yaml" || extension == ".yml"))
            files.push_back(at->path());
    }
    if (code)
        return std::unexpected(std::vector{
            fmt::format("{}: error: the folder of workflows cannot be read: {}", folder.string(), code.message())});
    if (files.empty())
        return std::unexpected(
            std::vector{fmt::format("{}: error: the folder holds no workflow (*.yaml)", folder.string())});
    std::ranges::sort(files);

    std::vector<named_text> texts;
    std::vector<std::string> problems;
    for (const filesystem::path& file : files) {
        auto read = read_workflow_file(file);
        if (read)
            texts.push_back(std::move(*read));
        else
            problems.push_back(read.error());
    }
    if (!problems.empty())
        return std::unexpected(std::move(problems));
    return texts;
}

} // namespace jmld::workflows::loading
