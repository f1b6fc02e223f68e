// Files that went wrong in any way: the loader answers with messages, never with a crash or an empty success.
#include "tests/workflows/loading/loading_support.hpp"

#include "tests/support/places.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace jmld::tests;

TEST(Loader, NoMutationOfAFileCrashesIt)
{
    std::ifstream file(std::filesystem::path(jmld::test::source_folder) / "workflows" / "joiner.yaml");
    std::ostringstream content;
    content << file.rdbuf();
    ASSERT_FALSE(content.str().empty());
    const std::string seed = content.str();
    const std::string_view spice = "{}[]:,&*!|>'\"#-\n $.abc0()";
    std::mt19937_64 chance(7);
    for (int round = 0; round < 500; ++round) {
        std::string text = seed;
        for (int i = static_cast<int>(chance() % 4) + 1; i > 0; --i) {
            const std::size_t at = chance() % text.size();
            if (chance() % 2 == 0)
                text[at] = spice[chance() % spice.size()];
            else
                text.erase(at, chance() % 20);
        }
        const auto result = load({text});
        EXPECT_EQ(result.ok, !result.workflows.empty());
        EXPECT_TRUE(result.ok || !result.messages.empty());
    }
}
