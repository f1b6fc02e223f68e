// The role model against what Okta has: what is given, what is taken, what is left for a person to look at.
#include "workflows/people/access.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using engine::direction;
using engine::value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

access_rules rules()
{
    return read_access("access.yaml", R"(rules:
  - { when: '${{ person.kind == "employee" }}', groups: [Staff], apps: [Slack] }
  - { when: 'person.department == "Sales"', groups: [Sales], apps: [Slack, Salesforce], roles: [READ_ONLY_ADMIN] }
  - { when: 'person.department == "Marketing"', groups: [Marketing], apps: [Slack, Canva] }
)")
        .value();
}

worker employee(std::string department)
{
    worker who;
    who.kind = "employee";
    who.department = std::move(department);
    return who;
}

value group(const char* name, const char* membership = "direct", const char* type = "OKTA_GROUP")
{
    return value::map({{"id", std::string("00g") + name}, {"name", name}, {"membership", membership}, {"type", type}});
}
value app(const char* label, const char* scope = "USER")
{
    return value::map({{"id", std::string("0oa") + label}, {"label", label}, {"scope", scope}, {"status", "ACTIVE"}});
}
value role(const char* type, const char* how = "USER")
{
    return value::map({{"id", std::string("ra") + type}, {"type", type}, {"assignmentType", how}});
}
value an_image(const char* status, value profile, engine::value_list groups = {}, engine::value_list apps = {},
               engine::value_list roles = {}, engine::value_list group_rules = {})
{
    return value::map(
        {{"user", value::map({{"id", "00u1"}, {"status", status}, {"profile", std::move(profile)}})},
         {"groups", std::move(groups)},
         {"apps", std::move(apps)},
         {"roles", std::move(roles)},
         {"factors", value::list({value::map({{"id", "f1"}, {"factorType", "push"}, {"status", "ACTIVE"}})})},
         {"rules", std::move(group_rules)}});
}
value nobody()
{
    return value::map({{"user", value()}, {"groups", engine::value_list{}}, {"apps", engine::value_list{}}});
}

resolved_names all_names()
{
    resolved_names names;
    for (const char* name : {"Staff", "Sales", "Marketing"})
        names.groups.emplace(name, std::string("00g") + name);
    for (const char* label : {"Slack", "Salesforce", "Canva"})
        names.apps.emplace(label, std::string("0oa") + label);
    return names;
}

std::vector<std::string> names_of(const value& list, const char* key)
{
    std::vector<std::string> names;
    for (const auto& item : list.items())
        names.push_back(item[key].text_or());
    return names;
}
std::vector<std::string> reviewed(const value& access)
{
    std::vector<std::string> found;
    for (const auto& item : access["review"].items())
        for (const char* kind : {"group", "app", "role"})
            if (const auto* thing = item.find(kind))
                found.push_back(item["owner"].text_or() + ":" +
                                (*thing)["name"].text_or((*thing)["label"].text_or((*thing)["type"].text_or())));
    return found;
}

value access_of(access_request request)
{
    request.names = all_names();
    return compute_access(rules(), request).access;
}

// ---- rules --------------------------------------------------------------------------------------

TEST(AccessRules, TheTargetIsTheUnionInOrderEachNameOnce)
{
    const auto target = target_of(rules(), employee("Sales"));
    EXPECT_THAT(target.groups, ElementsAre("Staff", "Sales"));
    EXPECT_THAT(target.apps, ElementsAre("Slack", "Salesforce"));
    EXPECT_THAT(target.roles, ElementsAre("READ_ONLY_ADMIN"));
}

TEST(AccessRules, WhatWasNotSaidSatisfiesNoRule) { EXPECT_EQ(target_of(rules(), worker{}), access_target{}); }

TEST(AccessRules, ADepartmentIsKnownWhenARuleThatReadsItHolds)
{
    EXPECT_EQ(unknown_department(rules(), employee("Sales")), std::nullopt);
    EXPECT_EQ(unknown_department(rules(), employee("Cheese")), "Cheese");
    EXPECT_EQ(unknown_department(rules(), employee("")), std::nullopt);
    const auto none = read_access("a", "rules: [{when: 'person.kind == \"employee\"', groups: [Staff]}]").value();
    EXPECT_EQ(unknown_department(none, employee("Cheese")), std::nullopt);
}

TEST(AccessRules, EveryMistakeIsToldWithItsPlace)
{
    const auto read =
        read_access("access.yaml", "rules:\n  - { when: persn.kind, groups: [A] }\n  - { grups: [B] }\nrule: 1\n");
    ASSERT_FALSE(read.has_value());
    std::string all;
    for (const auto& message : read.error())
        all += message + "\n";
    EXPECT_THAT(all, HasSubstr("access.yaml:2:"));
    EXPECT_THAT(all, HasSubstr("'grups'"));
    EXPECT_THAT(all, HasSubstr("did you mean 'groups'"));
    EXPECT_THAT(all, HasSubstr("'rule'"));
    EXPECT_THAT(all, HasSubstr("needs 'when'"));
}

// ---- grant --------------------------------------------------------------------------------------

TEST(Access, ANewPersonGetsTheTarget)
{
    const auto access = access_of({direction::grant, "worker.hired", employee("Marketing"), {}, {}, {}, nobody(), {}});
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Staff", "Marketing"));
    EXPECT_THAT(names_of(access["apps"]["add"], "label"), ElementsAre("Slack", "Canva"));
    EXPECT_EQ(access["groups"]["add"].items()[0]["id"], value("00gStaff"));
    EXPECT_THAT(access["groups"]["remove"].items(), IsEmpty());
}

TEST(Access, WhatIsThereGetsNoCall)
{
    const auto there = an_image("STAGED", value::map({}), {group("Staff", "rule")}, {app("Slack", "GROUP")});
    const auto access = access_of({direction::grant, "worker.hired", employee("Marketing"), {}, {}, {}, there, {}});
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Marketing"));
    EXPECT_THAT(names_of(access["apps"]["add"], "label"), ElementsAre("Canva"));
    EXPECT_THAT(names_of(access["target"]["groups"], "name"), ElementsAre("Staff", "Marketing"));
}

TEST(Access, SomebodyWhoComesBackIsStrippedOfForeignGroupsAndAllRoles)
{
    const auto there = an_image(
        "DEPROVISIONED", value::map({}),
        {group("Staff"), group("Sales"), group("Hand"), group("AD", "direct", "APP_GROUP"), group("Rule", "rule")}, {},
        {role("SUPER_ADMIN"), role("HELP_DESK_ADMIN", "GROUP")});
    const auto access = access_of({direction::grant, "worker.rehired", employee("Marketing"), {}, {}, {}, there, {}});
    EXPECT_THAT(names_of(access["groups"]["remove"], "name"), ElementsAre("Sales", "Hand"));
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Marketing"));
    EXPECT_THAT(names_of(access["roles"]["remove"], "type"), ElementsAre("SUPER_ADMIN"));
    EXPECT_THAT(reviewed(access), ElementsAre("directory:AD"));
}

TEST(Access, ASecondEmploymentAddsToTheFirst)
{
    const auto there =
        an_image("ACTIVE", value::map({}), {group("Staff"), group("Sales")}, {app("Slack"), app("Salesforce")});
    const auto access =
        access_of({direction::grant, "worker.hired", employee("Marketing"), {employee("Sales")}, {}, {}, there, {}});
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Marketing"));
    EXPECT_THAT(access["groups"]["remove"].items(), IsEmpty());
    EXPECT_THAT(reviewed(access), IsEmpty());
}

TEST(Access, ARoleOfTheRulesIsGivenOnce)
{
    auto access = access_of({direction::grant, "worker.hired", employee("Sales"), {}, {}, {}, nobody(), {}});
    EXPECT_THAT(names_of(access["roles"]["add"], "type"), ElementsAre("READ_ONLY_ADMIN"));
    const auto there = an_image("ACTIVE", value::map({}), {}, {}, {role("READ_ONLY_ADMIN", "GROUP")});
    access = access_of({direction::grant, "worker.hired", employee("Sales"), {}, {}, {}, there, {}});
    EXPECT_THAT(access["roles"]["add"].items(), IsEmpty());
}

TEST(Access, AnUnknownNameIsSaid)
{
    access_request request{direction::grant, "worker.hired", employee("Marketing"), {}, {}, {}, nobody(), {}};
    request.names.groups.emplace("Staff", "00gStaff");
    const auto made = compute_access(rules(), request);
    EXPECT_THAT(made.unknown_names, ElementsAre("group 'Marketing'", "app 'Slack'", "app 'Canva'"));
}

// ---- change -------------------------------------------------------------------------------------

TEST(Access, AMoveSwapsWhatTheRulesGaveAndKeepsWhatBothShare)
{
    const auto there =
        an_image("ACTIVE", value::map({}), {group("Staff"), group("Sales"), group("Hand")},
                 {app("Slack"), app("Salesforce"), app("Figma")}, {role("READ_ONLY_ADMIN"), role("SUPER_ADMIN")});
    const auto access =
        access_of({direction::change, "worker.changed", employee("Marketing"), {}, {employee("Sales")}, {}, there, {}});
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Marketing"));
    EXPECT_THAT(names_of(access["groups"]["remove"], "name"), ElementsAre("Sales"));
    EXPECT_THAT(names_of(access["apps"]["add"], "label"), ElementsAre("Canva"));
    EXPECT_THAT(names_of(access["apps"]["remove"], "label"), ElementsAre("Salesforce"));
    EXPECT_THAT(names_of(access["roles"]["remove"], "type"), ElementsAre("READ_ONLY_ADMIN"));
    EXPECT_THAT(access["roles"]["add"].items(), IsEmpty());
    EXPECT_THAT(reviewed(access), ElementsAre("manager:Hand", "manager:Figma", "manager:SUPER_ADMIN"));
}

TEST(Access, WithoutABeliefTheProfileSaysTheOldRole)
{
    const auto there =
        an_image("ACTIVE", value::map({{"department", "Sales"}}), {group("Staff"), group("Sales")}, {app("Slack")});
    const auto access = access_of({direction::change, "worker.changed", employee("Marketing"), {}, {}, {}, there, {}});
    EXPECT_THAT(names_of(access["groups"]["remove"], "name"), ElementsAre("Sales"));
    EXPECT_THAT(reviewed(access), IsEmpty());
}

TEST(Access, RuleManagedGroupsAndGroupAppsGetNoCall)
{
    const auto there = an_image("ACTIVE", value::map({}), {group("Staff"), group("Sales", "rule")},
                                {app("Slack"), app("Salesforce", "GROUP")});
    const auto access =
        access_of({direction::change, "worker.changed", employee("Marketing"), {}, {employee("Sales")}, {}, there, {}});
    EXPECT_THAT(access["groups"]["remove"].items(), IsEmpty());
    EXPECT_THAT(access["apps"]["remove"].items(), IsEmpty());
    EXPECT_THAT(reviewed(access), IsEmpty());
}

TEST(Access, ARenamingTouchesNamesOnly)
{
    const auto there =
        an_image("ACTIVE", value::map({{"lastName", "Gonzalez"}, {"department", "Sales"}, {"login", "m@x.example"}}),
                 {group("Sales")});
    const auto wanted = value::map(
        {{"firstName", "Maria"}, {"lastName", "Keller"}, {"department", "Marketing"}, {"login", "m@x.example"}});
    const auto access = access_of(
        {direction::change, "worker.renamed", employee("Marketing"), {}, {employee("Sales")}, wanted, there, {}});
    EXPECT_EQ(access["attributes"]["set"], value::map({{"firstName", "Maria"}, {"lastName", "Keller"}}));
    EXPECT_THAT(access["groups"]["add"].items(), IsEmpty());
    EXPECT_THAT(access["groups"]["remove"].items(), IsEmpty());
}

TEST(Access, OnlyAttributesThatDifferAreSet)
{
    const auto there =
        an_image("ACTIVE", value::map({{"department", "Sales"}, {"title", "Lead"}, {"email", "hand@x.example"}}));
    const auto wanted = value::map({{"department", "Marketing"}, {"title", "Lead"}, {"email", "derived@x.example"}});
    const auto access =
        access_of({direction::change, "worker.changed", employee("Marketing"), {}, {}, wanted, there, {}});
    EXPECT_EQ(access["attributes"]["set"], value::map({{"department", "Marketing"}}));
}

// ---- revoke -------------------------------------------------------------------------------------

TEST(Access, TheLastSuperAdministratorKeepsThatRoleAndNothingElse)
{
    const auto there =
        an_image("ACTIVE", value::map({}), {group("Staff")}, {app("Slack")}, {role("SUPER_ADMIN"), role("APP_ADMIN")});
    access_request request{direction::revoke, "worker.terminated", employee("Sales"), {}, {}, {}, there, {}};
    request.last_super_admin = true;
    const auto access = access_of(request);
    EXPECT_EQ(access["roles"]["remove"], value::list({value::map({{"id", "raAPP_ADMIN"}, {"type", "APP_ADMIN"}})}));
    EXPECT_EQ(access["review"].items().size(), 1U);
    EXPECT_EQ(access["review"].items().front()["owner"].text_or(), "administrator");
    EXPECT_EQ(access["groups"]["remove"].items().size(), 1U);
}

TEST(Access, TheLastSuperAdministratorByAGroupKeepsTheGroups)
{
    const auto there = an_image("ACTIVE", value::map({}), {group("Admins")}, {}, {role("SUPER_ADMIN", "GROUP")});
    access_request request{direction::revoke, "worker.terminated", employee("Sales"), {}, {}, {}, there, {}};
    request.last_super_admin = true;
    EXPECT_TRUE(access_of(request)["groups"]["remove"].items().empty());
    request.last_super_admin = false;
    EXPECT_EQ(access_of(request)["groups"]["remove"].items().size(), 1U);
}

value group_rule(const char* attribute, const char* how, const char* content)
{
    return value::map({{"id", "0pr"}, {"attribute", attribute}, {"operator", how}, {"value", content}});
}

TEST(Access, ALeaverLosesWhatWasGivenDirectly)
{
    const auto there =
        an_image("ACTIVE", value::map({{"department", "Sales"}}),
                 {group("Staff"), group("Rule", "rule"), group("AD", "direct", "APP_GROUP"),
                  group("Everyone", "direct", "BUILT_IN")},
                 {app("Slack"), app("Mail", "GROUP")}, {role("SUPER_ADMIN"), role("HELP_DESK_ADMIN", "GROUP")},
                 {group_rule("department", "==", "Sales")});
    const auto made =
        compute_access(rules(), {direction::revoke, "worker.terminated", employee("Sales"), {}, {}, {}, there, {}});
    const auto& access = made.access;
    EXPECT_THAT(names_of(access["groups"]["remove"], "name"), ElementsAre("Staff"));
    EXPECT_THAT(names_of(access["apps"]["remove"], "label"), ElementsAre("Slack"));
    EXPECT_THAT(names_of(access["roles"]["remove"], "type"), ElementsAre("SUPER_ADMIN"));
    EXPECT_THAT(names_of(access["factors"]["remove"], "id"), ElementsAre("f1"));
    EXPECT_EQ(access["attributes"]["clear"], value::map({{"department", value()}}));
    EXPECT_THAT(reviewed(access), ElementsAre("directory:AD"));
    EXPECT_THAT(access["target"]["groups"].items(), IsEmpty());
    EXPECT_THAT(made.unknown_names, IsEmpty());
}

TEST(Access, AnAttributeWhoseNullMakesARuleMatchIsNotCleared)
{
    const auto there = an_image(
        "ACTIVE", value::map({{"department", "Sales"}, {"title", "Lead"}, {"email", "a@x.example"}}), {}, {}, {},
        {group_rule("user.department", "==", "Sales"), group_rule("department", "!=", "Sales"),
         group_rule("title", "==", "Lead"), group_rule("title", "!=", "Chief"), group_rule("title", "==", "Other"),
         group_rule("email", "==", "a@x.example")});
    const auto access = access_of({direction::revoke, "worker.terminated", employee("Sales"), {}, {}, {}, there, {}});
    EXPECT_EQ(access["attributes"]["clear"], value::map({{"title", value()}}));
}

TEST(Access, ADeactivatedLeaverKeepsWhatOktaRefusesToTouch)
{
    const auto there = an_image("DEPROVISIONED", value::map({{"department", "Sales"}}), {group("Staff")}, {}, {},
                                {group_rule("department", "==", "Sales")});
    const auto access = access_of({direction::revoke, "worker.terminated", employee("Sales"), {}, {}, {}, there, {}});
    EXPECT_THAT(names_of(access["groups"]["remove"], "name"), ElementsAre("Staff"));
    EXPECT_EQ(access["attributes"]["clear"], value::map({}));
    EXPECT_THAT(access["factors"]["remove"].items(), IsEmpty());
}

TEST(Access, AReinstatementGivesBackWhatTheLeaverFoundButNoRoles)
{
    access_request request{direction::grant, "worker.termination_rescinded", employee("Sales"), {}, {}, {}, {}, {}};
    request.image = an_image("DEPROVISIONED", value::map({{"login", "a@example.com"}}), {group("Kept")});
    request.before = an_image("ACTIVE", value::map({{"login", "a@example.com"}, {"department", "Sales"}}),
                              {group("Kept"), group("Staff"), group("ByRule", "rule"),
                               group("Directory", "direct", "APP_GROUP"), group("Everyone", "direct", "BUILT_IN")},
                              {app("Slack"), app("Wiki", "GROUP")}, {role("HELP_DESK_ADMIN")});
    const auto access = access_of(request);
    EXPECT_THAT(names_of(access["target"]["groups"], "name"), ElementsAre("Kept", "Staff"));
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Staff"));
    EXPECT_THAT(names_of(access["apps"]["add"], "label"), ElementsAre("Slack"));
    EXPECT_EQ(access["attributes"]["set"], value::map({{"department", "Sales"}}));
    EXPECT_THAT(access["roles"]["add"].items(), IsEmpty());
    EXPECT_THAT(access["groups"]["remove"].items(), IsEmpty());
    ASSERT_EQ(access["review"].items().size(), 1U);
    EXPECT_EQ(access["review"].items()[0]["role"]["type"].text_or(), "HELP_DESK_ADMIN");
}

TEST(Access, WhoIsReinstatedWithoutAnAccountGetsEverythingButTheRoles)
{
    const auto access =
        access_of({direction::grant, "worker.termination_rescinded", employee("Sales"), {}, {}, {}, nobody(), {}});
    EXPECT_THAT(names_of(access["groups"]["add"], "name"), ElementsAre("Staff", "Sales"));
    EXPECT_THAT(access["roles"]["add"].items(), IsEmpty());
    EXPECT_THAT(access["target"]["roles"].items(), IsEmpty()) << "nobody gives them, so nobody must look for them";
    EXPECT_THAT(reviewed(access), ElementsAre("manager:READ_ONLY_ADMIN"));
    const auto hired = access_of({direction::grant, "worker.hired", employee("Sales"), {}, {}, {}, nobody(), {}});
    EXPECT_EQ(hired["target"]["roles"], value::list({"READ_ONLY_ADMIN"}));
}

TEST(Access, NobodyHasNothingToLose)
{
    const auto access = access_of({direction::revoke, "worker.no_show", employee("Sales"), {}, {}, {}, nobody(), {}});
    EXPECT_THAT(access["groups"]["remove"].items(), IsEmpty());
    EXPECT_THAT(access["roles"]["remove"].items(), IsEmpty());
}

} // namespace
} // namespace jmld::workflows
