// Who reports to somebody who leaves and to whom from now on; who else is a super administrator.
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

namespace {

std::string person(const char* id, const char* status, const char* number, const char* manager)
{
    return std::string(R"({"id":")") + id + R"(","status":")" + status + R"(","profile":{"login":")" + id +
           R"(@example.com","firstName":")" + id + R"(","lastName":"X","employeeNumber":")" + number +
           R"(","managerId":")" + manager + R"("}})";
}

std::string searching(const char* attribute, const char* content)
{
    return std::string("/api/v1/users?search=profile.") + attribute + "%20eq%20%22" + content + "%22&limit=200";
}

} // namespace

class OktaReports : public OktaFixture
{
protected:
    void leaver(const char* manager)
    {
        wire.expect("GET", "/api/v1/users/00uL", 200, person("00uL", "ACTIVE", "3", manager));
    }
    void reporting(const std::string& reports)
    {
        wire.expect(
            "GET",
            "/api/v1/users?search=profile.managerId%20eq%20%2200uL%22%20or%20profile.managerId%20eq%20%223%22%20or%20"
            "profile.managerId%20eq%20%2200uL%40example.com%22&limit=200",
            200, "[" + reports + "]");
    }
    value reports(const char* inputs = R"({"user":"00uL"})")
    {
        return succeeds(request("okta.users.reports", inputs)).outputs;
    }
};

TEST_F(OktaReports, GoToTheFirstOneAboveWhoIsHereInTheWordsTheyUse)
{
    leaver("2");
    reporting(person("00uB", "ACTIVE", "5", "00uL") + "," + person("00uA", "ACTIVE", "4", "3") + "," +
              person("00uC", "DEPROVISIONED", "6", "3"));
    wire.expect("GET", searching("employeeNumber", "2").c_str(), 200,
                "[" + person("00uM", "SUSPENDED", "2", "1") + "]");
    wire.expect("GET", searching("employeeNumber", "1").c_str(), 200, "[" + person("00uT", "ACTIVE", "1", "") + "]");
    const auto out = reports();
    EXPECT_EQ(out["manager"].text_or(), "00uT");
    EXPECT_EQ(out["reports"],
              json(R"([{"id":"00uB","profile":{"managerId":"00uT"}},{"id":"00uA","profile":{"managerId":"1"}}])"));
    EXPECT_TRUE(out["left"].items().empty());
}

TEST_F(OktaReports, CostOneSearchWhereNobodyReports)
{
    leaver("2");
    reporting("");
    EXPECT_TRUE(reports()["reports"].items().empty());
}

TEST_F(OktaReports, GoToTheFallbackWhereTheHierarchyTurnsInACircle)
{
    leaver("2");
    reporting(person("00uA", "ACTIVE", "4", "3"));
    wire.expect("GET", searching("employeeNumber", "2").c_str(), 200,
                "[" + person("00uM", "DEPROVISIONED", "2", "3") + "]");
    wire.expect("GET", searching("employeeNumber", "3").c_str(), 200, "[" + person("00uL", "ACTIVE", "3", "2") + "]");
    wire.expect("GET", searching("employeeNumber", "9").c_str(), 200, "[" + person("00uF", "ACTIVE", "9", "") + "]");
    const auto out = reports(R"({"user":"00uL","fallback":"9"})");
    EXPECT_EQ(out["reports"], json(R"([{"id":"00uA","profile":{"managerId":"9"}}])"));
}

TEST_F(OktaReports, GoToTheNewAccountOfAManagerWhoCameBack)
{
    leaver("2");
    reporting(person("00uA", "ACTIVE", "4", "3"));
    wire.expect("GET", searching("employeeNumber", "2").c_str(), 200,
                "[" + person("00uOld", "DEPROVISIONED", "2", "1") + "," + person("00uNew", "ACTIVE", "2", "1") + "]");
    EXPECT_EQ(reports()["manager"].text_or(), "00uNew");
}

TEST_F(OktaReports, AreLeftToAPersonWhereTwoAccountsCarryTheManagersNumber)
{
    leaver("2");
    reporting(person("00uA", "ACTIVE", "4", "3"));
    wire.expect("GET", searching("employeeNumber", "2").c_str(), 200,
                "[" + person("00uM", "ACTIVE", "2", "1") + "," + person("00uN", "ACTIVE", "2", "1") + "]");
    const auto out = reports();
    EXPECT_EQ(out["left"], json(R"(["00uA"])"));
    EXPECT_TRUE(out["reports"].items().empty());
    EXPECT_TRUE(out["manager"].is_null());
}

TEST_F(OktaReports, AreNamedWhereNobodyIsFound)
{
    leaver("");
    reporting(person("00uA", "ACTIVE", "4", "3"));
    const auto out = reports();
    EXPECT_EQ(out["left"], json(R"(["00uA"])"));
    EXPECT_TRUE(out["reports"].items().empty());
}

class OktaAdministrators : public OktaFixture
{
protected:
    std::vector<std::string> others(int enough = 10)
    {
        auto out = run(people->other_super_admins("00u1", enough));
        const auto* ids = std::get_if<std::vector<std::string>>(&out);
        EXPECT_NE(ids, nullptr);
        return ids == nullptr ? std::vector<std::string>{} : *ids;
    }
    void has_role(const char* id, const char* type)
    {
        wire.expect("GET", std::string("/api/v1/users/") + id + "/roles", 200,
                    std::string(R"([{"id":"r","type":")") + type + R"(","status":"ACTIVE","assignmentType":"GROUP"}])");
    }
};

TEST_F(OktaAdministrators, CountWhenTheyCanSignInOnEveryPage)
{
    wire.expect(
        "GET", "/api/v1/iam/assignees/users?limit=100", 200,
        R"({"value":[{"id":"00u1"},{"id":"00u2"},{"id":"00u3"}],"_links":{"next":{"href":"https://example.okta.com/api/v1/iam/assignees/users?after=00u3&limit=100"}}})");
    has_role("00u2", "APP_ADMIN");
    has_role("00u3", "SUPER_ADMIN");
    wire.expect("GET", "/api/v1/users/00u3", 200, user_json("SUSPENDED", {}, "00u3"));
    wire.expect("GET", "/api/v1/iam/assignees/users?after=00u3&limit=100", 200,
                R"({"value":[{"id":"00u4"}],"_links":{}})");
    has_role("00u4", "SUPER_ADMIN");
    wire.expect("GET", "/api/v1/users/00u4", 200, user_json("ACTIVE", {}, "00u4"));
    EXPECT_EQ(others(), std::vector<std::string>{"00u4"});
}

TEST_F(OktaAdministrators, AreNotGuessedWhereTheyMayNotBeRead)
{
    wire.expect("GET", "/api/v1/iam/assignees/users?limit=100", 403, refusal_json("E0000006", "no permission"));
    EXPECT_TRUE(std::holds_alternative<engine::attempt_failed>(run(people->other_super_admins("00u1", 1))));
}

} // namespace jmld::tests
