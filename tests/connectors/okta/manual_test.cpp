// The pages made from the table: what is committed is what the table says, and the scenarios that it names are there.
#include "connectors/okta/manual/pages.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"
#include "tests/support/places.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace jmld::tests {

namespace manual = okta::manual;

namespace {

std::string page(std::string_view name)
{
    std::ifstream in(std::filesystem::path(test::source_folder) / "docs" / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Lines without their last column, where the scenarios stand.
std::string without_scenarios(const std::string& text)
{
    std::istringstream lines(text);
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("| `"))
            line.erase(line.rfind('|', line.rfind('|') - 1));
        out += line + '\n';
    }
    return out;
}

} // namespace

TEST(OktaManual, IsWhatTheTableSays)
{
    constexpr const char* renew = "the table has changed: run `ninja manual` and commit docs/";
    EXPECT_TRUE(page("okta-actions.md") == manual::actions_page()) << renew;
    EXPECT_TRUE(page("unknown-outcomes.md") == manual::unknown_outcomes_page()) << renew;
    EXPECT_EQ(without_scenarios(page("dictionary.md")), without_scenarios(manual::dictionary_page({}))) << renew;
}

TEST(OktaManual, NamesScenariosThatAreThere)
{
    std::istringstream lines(page("dictionary.md"));
    for (std::string line; std::getline(lines, line);) {
        const auto end = line.rfind(".yaml` |");
        if (end == std::string::npos)
            continue;
        const auto begin = line.rfind('`', end) + 1;
        const auto scenario = line.substr(begin, end + 5 - begin);
        EXPECT_TRUE(
            std::filesystem::exists(std::filesystem::path(test::source_folder) / "tests" / "scenarios" / scenario))
            << line;
    }
}

TEST(OktaManual, TakesAnActionAsExercisedWhenAStepAttemptedIt)
{
    const auto outcome = json(R"({"runs":[{"steps":[
        {"action":"okta.logs.list","attempts":[{"number":1}]}, {"action":"okta.users.get","attempts":[]}]}]})");
    const auto found = manual::uses_of({{"b.yaml", outcome}, {"a.yaml", outcome}});
    EXPECT_THAT(found, testing::ElementsAre(testing::Pair("okta.logs.list", "a.yaml")));
    EXPECT_THAT(manual::dictionary_page(found),
                testing::HasSubstr("`okta.logs.list` | `get_system_logs` | `a.yaml` |"));
}

} // namespace jmld::tests
