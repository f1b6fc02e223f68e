// The same loader and the same table of actions as the daemon's.
#include "daemon/ctl/lint.hpp"

#include "daemon/all_actions.hpp"
#include "workflows/loading/folder.hpp"
#include "workflows/loading/loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace jmld::ctl {

exit_code lint_workflows(const std::vector<std::string>& files)
{
    std::vector<workflows::loading::named_text> texts;
    for (const auto& file : files) {
        if (std::filesystem::is_directory(file)) {
            auto folder = workflows::loading::read_workflow_folder(file);
            if (!folder)
                throw command_failed{exit_code::usage, fmt::format("{}", fmt::join(folder.error(), "\n"))};
            std::ranges::move(*folder, std::back_inserter(texts));
            continue;
        }
        auto text = workflows::loading::read_workflow_file(file);
        if (!text)
            throw command_failed{exit_code::usage, text.error()};
        texts.push_back(std::move(*text));
    }
    const daemon::all_actions catalogue;
    const auto loaded = workflows::loading::load_workflows(texts, catalogue, {});
    for (const auto& message : loaded.messages)
        fmt::print("{}\n", message);
    if (!loaded.ok)
        return exit_code::failed;
    for (const auto& definition : loaded.workflows)
        fmt::print("{}: ok, {} steps, {}\n", definition->name, definition->steps.size(),
                   engine::to_text(definition->dir));
    return exit_code::done;
}

} // namespace jmld::ctl
