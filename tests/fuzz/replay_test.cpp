// The corpus once more in every test run: each file as it stands, cut short, and with bytes changed. What the fuzzer
// once found stands among the files.
#include "tests/fuzz/targets.hpp"
#include "tests/support/source_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>

namespace jmld::fuzz {

void PrintTo(const target& one, std::ostream* out) { *out << one.name; }

namespace {

std::vector<std::string> corpus_of(const target& one)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(test::source_dir() / "tests/fuzz/corpus" / one.name))
        files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<std::string> texts;
    for (const auto& file : files)
        texts.push_back(test::read_file(file).value());
    return texts;
}

class Fuzz : public testing::TestWithParam<target>
{};

TEST_P(Fuzz, TheCorpusAndWhatIsNearItShowsNoMistake)
{
    const auto corpus = corpus_of(GetParam());
    ASSERT_GE(corpus.size(), 3U);
    std::minstd_rand chance(1);
    for (const auto& text : corpus) {
        GetParam().run(text);
        for (int round = 0; round < 60; ++round) {
            auto near = text.substr(0, 1 + chance() % text.size());
            for (auto changes = chance() % 4; changes > 0; --changes)
                near[chance() % near.size()] = static_cast<char>(chance());
            GetParam().run(near);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Target, Fuzz, testing::ValuesIn(targets));

} // namespace
} // namespace jmld::fuzz
