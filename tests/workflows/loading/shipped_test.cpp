// The workflows that come with jmld load as one set, and say what the contract's table says of them.
#include "tests/support/places.hpp"
#include "tests/workflows/loading/loading_support.hpp"
#include "workflows/loading/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace jmld;
using namespace jmld::tests;
using engine::effect_class;
using engine::parameter_type;
using engine::repeatability;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

/// The fake one with what the shipped files use beside it.
const fake_catalogue& shipped_catalogue()
{
    static const fake_catalogue actions = [] {
        fake_catalogue more;
        const std::vector<engine::parameter_description> user{{"user", parameter_type::user, true, "who"}};
        const auto and_one = [&](const char* name, parameter_type type) {
            auto parameters = user;
            parameters.push_back({name, type, true, "what"});
            return parameters;
        };
        const auto revoke = [&](const char* name, std::vector<engine::parameter_description> parameters) {
            more.add({name,
                      "Revokes.",
                      std::move(parameters),
                      {},
                      repeatability::idempotent,
                      effect_class::revokes,
                      true,
                      true,
                      false,
                      "it is given again by a person",
                      "okta.users.manage",
                      "/api/v1/users"});
        };
        const auto lifecycle = [&](const char* name, effect_class effect) {
            more.add({name,
                      "Opens or closes.",
                      user,
                      {{"refused", parameter_type::text, false, "where Okta does not do it"}},
                      repeatability::converges,
                      effect,
                      false,
                      true,
                      true,
                      "",
                      "okta.users.manage",
                      "/api/v1/users"});
        };
        lifecycle("okta.users.suspend", effect_class::revokes);
        lifecycle("okta.users.unsuspend", effect_class::grants);
        revoke("okta.users.revoke_sessions", user);
        revoke("okta.roles.unassign", and_one("role", parameter_type::role));
        more.add({"okta.roles.assign",
                  "Gives a role.",
                  and_one("role", parameter_type::role),
                  {},
                  repeatability::converges,
                  effect_class::grants,
                  false,
                  true,
                  true,
                  "",
                  "okta.users.manage",
                  "/api/v1/users"});
        revoke("okta.factors.unenroll", and_one("factor", parameter_type::factor));
        more.add({"okta.apps.unassign_user",
                  "Takes an app.",
                  and_one("app", parameter_type::app),
                  {},
                  repeatability::converges,
                  effect_class::revokes,
                  true,
                  true,
                  true,
                  "",
                  "okta.apps.manage",
                  "/api/v1/apps"});
        return more;
    }();
    return actions;
}

workflows::loading::load_result load_shipped()
{
    const auto files =
        workflows::loading::read_workflow_folder(std::filesystem::path(jmld::test::source_folder) / "workflows");
    EXPECT_TRUE(files) << files.error().front();
    return workflows::loading::load_workflows(files.value_or(std::vector<workflows::loading::named_text>{}),
                                              shipped_catalogue());
}

std::size_t position(const engine::workflow_definition& definition, std::string_view action)
{
    return static_cast<std::size_t>(std::ranges::find(definition.steps, action, &engine::step_definition::uses) -
                                    definition.steps.begin());
}

} // namespace

TEST(ShippedWorkflows, LoadAsOneSetWithoutAMessage)
{
    const auto set = load_shipped();
    EXPECT_TRUE(set.ok);
    EXPECT_THAT(set.messages, IsEmpty());
    std::vector<std::string> names;
    for (const auto& each : set.workflows)
        names.push_back(each->name);
    EXPECT_THAT(names, testing::UnorderedElementsAre("joiner", "mover", "leaver", "leave", "return", "reinstate",
                                                     "retention", "contain"));
}

TEST(ShippedWorkflows, TheLeaverClosesInTheOrderOfTheContract)
{
    const auto set = load_shipped();
    const auto leaver = std::ranges::find(set.workflows, "leaver", [](const auto& each) { return each->name; });
    ASSERT_NE(leaver, set.workflows.end());
    EXPECT_EQ((*leaver)->dir, engine::direction::revoke);
    const std::vector<std::string_view> order{
        "okta.roles.unassign",   "okta.users.suspend",      "okta.users.revoke_sessions",
        "okta.users.update",     "okta.groups.remove_user", "okta.apps.unassign_user",
        "okta.factors.unenroll", "okta.users.deactivate",   "okta.verify_access"};
    for (std::size_t i = 0; i < order.size(); ++i)
        EXPECT_EQ(position(**leaver, order[i]), i) << order[i];
}

TEST(ShippedWorkflows, TheJoinerWaitsForTheFirstDayBeforeItOpensTheAccount)
{
    const auto set = load_shipped();
    const auto joiner = std::ranges::find(set.workflows, "joiner", [](const auto& each) { return each->name; });
    ASSERT_NE(joiner, set.workflows.end());
    EXPECT_LT(position(**joiner, "okta.users.create"), position(**joiner, "core.wait"));
    EXPECT_LT(position(**joiner, "core.wait"), position(**joiner, "okta.users.activate"));
    EXPECT_TRUE((*joiner)->steps[position(**joiner, "okta.users.activate")].pivot);
}

TEST(ShippedWorkflows, NoEventMakesAnAccountWithALoginThatSomebodyHadBefore)
{
    int creating = 0;
    for (const auto& workflow : load_shipped().workflows)
        for (const auto& step : workflow->steps) {
            if (workflow->trigger.events.empty() || step.uses != "okta.users.create")
                continue;
            ++creating;
            const engine::expression::path taken{"person", "logins_taken"};
            EXPECT_THAT(step.with.reads(), testing::Contains(taken)) << workflow->name << " " << step.id;
        }
    EXPECT_EQ(creating, 2) << "joiner and reinstate";
}

TEST(WorkflowFolder, ReadsItsYamlFilesByNameAndSaysWhatIsMissing)
{
    using workflows::loading::read_workflow_folder;
    std::string name = testing::TempDir() + "workflows-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name.data());
    EXPECT_THAT(read_workflow_folder(folder).error(), ElementsAre(HasSubstr("the folder holds no workflow")));
    for (const char* file : {"b.yaml", "a.yml", "notes.txt", ".hidden.yaml"})
        std::ofstream(folder / file) << "x";
    const auto files = read_workflow_folder(folder);
    ASSERT_TRUE(files);
    ASSERT_THAT(*files, SizeIs(2));
    EXPECT_EQ((*files)[0].file, (folder / "a.yml").string());
    EXPECT_EQ((*files)[1].text, "x");
    std::filesystem::create_directory(folder / "c.yaml");
    EXPECT_THAT(read_workflow_folder(folder).error(), ElementsAre(HasSubstr("c.yaml: error: the file cannot be read")));
    std::filesystem::remove_all(folder);
    EXPECT_THAT(read_workflow_folder(folder).error(), ElementsAre(HasSubstr("cannot be read: No such file")));
}
