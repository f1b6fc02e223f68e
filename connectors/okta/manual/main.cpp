// Writes the generated pages into the source tree that it is given. The second folder holds what the scenarios came to,
// one JSON file each (tests/scenarios/outcomes.sh), for the column that names them.
#include "connectors/okta/manual/pages.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

namespace fs = std::filesystem;
namespace manual = jmld::okta::manual;

std::map<std::string, jmld::engine::value> outcomes_below(const fs::path& folder)
{
    std::map<std::string, jmld::engine::value> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".json")
            continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        if (auto outcome = jmld::engine::json::parse(text.str(), {.depth_max = 128, .bytes_max = 256 * 1024 * 1024}))
            found.emplace(entry.path().lexically_relative(folder).replace_extension(".yaml").generic_string(),
                          std::move(*outcome));
        else
            fmt::print(stderr, "{}: {}\n", entry.path().string(), outcome.error().what);
    }
    return found;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        fmt::print(stderr, "usage: okta-manual SOURCE-FOLDER OUTCOMES-FOLDER\n");
        return 2;
    }
    const fs::path docs = fs::path(argv[1]) / "docs";
    const std::map<std::string, std::string> pages{
        {"okta-actions.md", manual::actions_page()},
        {"unknown-outcomes.md", manual::unknown_outcomes_page()},
        {"dictionary.md", manual::dictionary_page(manual::uses_of(outcomes_below(argv[2])))}};
    for (const auto& [name, text] : pages) {
        std::ofstream out(docs / name, std::ios::binary | std::ios::trunc);
        out << text;
        if (!out.flush()) {
            fmt::print(stderr, "docs/{} cannot be written\n", name);
            return 1;
        }
    }
    return 0;
}
