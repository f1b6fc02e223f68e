// Logins from names and profiles from workers.
#include "workflows/people/profile.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string_view>

namespace jmld::workflows {
namespace {

worker named(std::string given, std::string family)
{
    worker who;
    who.id = "100477";
    who.given_name = std::move(given);
    who.family_name = std::move(family);
    return who;
}

struct row
{
    const char *given, *family, *login;
};
void PrintTo(const row& one, std::ostream* out) // no address in the name of a test
{
    const std::string_view login = one.login;
    *out << login.substr(0, login.find('@'));
}
class Logins : public testing::TestWithParam<row>
{};

TEST_P(Logins, ArePlainLatin)
{
    EXPECT_EQ(wanted_login(named(GetParam().given, GetParam().family), default_policy()).value(), GetParam().login);
}

INSTANTIATE_TEST_SUITE_P(
    Names, Logins,
    testing::Values(row{"Jane", "Smith", "jane.smith@example.com"},
                    row{"José María", "Ñíguez Peña", "josemaria.niguezpena@example.com"},
                    row{"Jürgen", "Groß", "jurgen.gross@example.com"}, row{"Søren", "Kjær", "soren.kjaer@example.com"},
                    row{"Đặng", "Łukasz", "dang.lukasz@example.com"}, row{"Þór", "Œuvre", "thor.oeuvre@example.com"},
                    row{"İbrahim", "Yıldız", "ibrahim.yildiz@example.com"},
                    row{"Anne-Marie", "O'Brien", "annemarie.obrien@example.com"},
                    row{"J. R.", "Smith, Jr.", "jr.smithjr@example.com"}, row{"ẞ", "Ǆ", "ss.dz@example.com"},
                    // Decomposed letters: the mark is dropped.
                    row{"Jose\xCC\x81", "Nu\xCC\x83", "jose.nu@example.com"},
                    // One name, no Latin letter, nothing at all, invalid bytes.
                    row{"Madonna", "", "madonna@example.com"}, row{"", "Teller", "teller@example.com"},
                    row{"美", "田中", "100477@example.com"}, row{"", "", "100477@example.com"},
                    row{"\xF0\x9F\x98\x80 Ana", "Ru\xFFiz", "ana.ruiz@example.com"}));

TEST(Login, IsNeverLongerThanAHundredCharacters)
{
    const auto login = wanted_login(named(std::string(90, 'a'), std::string(90, 'b')), default_policy()).value();
    EXPECT_EQ(login.size(), 100U);
    EXPECT_TRUE(login.ends_with("@example.com"));
    const auto second = login_candidate(login, 12);
    EXPECT_EQ(second.size(), 100U);
    EXPECT_TRUE(second.ends_with("12@example.com"));
}

TEST(Login, CandidatesAreNumberedBeforeTheAt)
{
    EXPECT_EQ(login_candidate("ana.ruiz@example.com", 1), "ana.ruiz@example.com");
    EXPECT_EQ(login_candidate("ana.ruiz@example.com", 2), "ana.ruiz2@example.com");
}

TEST(Login, FollowsThePattern)
{
    const auto rules = read_policy("p", "login: {pattern: '${{ person.id }}_X@Corp.Example'}").value();
    EXPECT_EQ(wanted_login(named("Ana", "Ruiz"), rules).value(), "100477_x@corp.example");
}

TEST(Login, APatternThatReadsWhatIsMissingIsAnError)
{
    const auto rules = read_policy("p", "login: {pattern: '${{ person.cost_center }}@corp.example'}").value();
    const auto made = wanted_login(named("Ana", "Ruiz"), rules);
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().code, errc::invalid_input);
}

TEST(Profile, SaysWhatHrSaidAndNothingElse)
{
    auto who = named("Jane", "Smith");
    who.universal_id = "U-1";
    who.kind = "employee";
    who.department = "Marketing";
    who.manager = {"100101", "Bob Lee"};
    const auto profile = okta_profile(who, default_policy()).value();
    EXPECT_EQ(profile["login"], engine::value("jane.smith@example.com"));
    EXPECT_EQ(profile["email"], engine::value("jane.smith@example.com"));
    EXPECT_EQ(profile["employeeNumber"], engine::value("100477"));
    EXPECT_EQ(profile["displayName"], engine::value("Jane Smith"));
    EXPECT_EQ(profile["userType"], engine::value("employee"));
    EXPECT_EQ(profile["managerId"], engine::value("100101"));
    EXPECT_EQ(profile.find("title"), nullptr);
    EXPECT_EQ(profile.find("universalId"), nullptr);
    EXPECT_EQ(okta_profile(who, default_policy(), {true, {}, false}).value()["universalId"], engine::value("U-1"));
}

TEST(Profile, KeepsTheLoginOfTheAccountUnlessItIsRenamed)
{
    const auto who = named("Maria", "Keller");
    EXPECT_EQ(okta_profile(who, default_policy(), {false, "maria.gonzalez@example.com", false}).value()["login"],
              engine::value("maria.gonzalez@example.com"));
    EXPECT_EQ(okta_profile(who, default_policy(), {false, "maria.gonzalez@example.com", true}).value()["login"],
              engine::value("maria.keller@example.com"));
}

TEST(Profile, DropsWhatOktaCannotStoreAndNeverLeavesANameEmpty)
{
    const auto profile = okta_profile(named("Ana \xF0\x9F\x98\x80", ""), default_policy()).value();
    EXPECT_EQ(profile["firstName"], engine::value("Ana"));
    EXPECT_EQ(profile["lastName"], engine::value("Ana"));
    const auto nameless = okta_profile(named("\xF0\x9F\x98\x80", ""), default_policy()).value();
    EXPECT_EQ(nameless["firstName"], engine::value("100477"));
}

} // namespace
} // namespace jmld::workflows
