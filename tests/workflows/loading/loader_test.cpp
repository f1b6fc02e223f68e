// What a workflow file becomes, and every mistake in its head, keys, values and expressions with its place.
#include "tests/workflows/loading/loading_support.hpp"

#include "engine/digest.hpp"
#include "workflows/loading/keys.hpp"

using namespace jmld;
using namespace jmld::tests;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

namespace {

constexpr std::string_view joiner = R"(# workflows/joiner.yaml
name: joiner
trigger:
  event: [worker.hired, worker.rehired]
  at: ${{ event.start - policy.pre_hire }}     # absolute, in the worker's own zone; past means now
direction: grant                                # grant | change | revoke
defaults:
  retry: { max_attempts: 6, initial_interval: 1s, backoff_coefficient: 2, max_interval: 5m, jitter: full }
  timeout: 30s
  on_exhausted: rollback                        # rollback | pause | continue | fail
steps:
  create_user:
    uses: okta.users.create
    with:
      activate: false
      profile: ${{ person.okta_profile }}
  groups:
    for_each: ${{ access.groups.add }}
    uses: okta.groups.add_user
    with:
      group: ${{ item }}
      user: ${{ steps.create_user.outputs.id }} # a reference implies needs: [create_user]
  apps:
    for_each: ${{ access.apps.add }}
    max_parallel: 4
    uses: okta.apps.assign_user
    with:
      app: ${{ item }}
      user: ${{ steps.create_user.outputs.id }}
  first_day:
    needs: [groups, apps]
    uses: core.wait
    with:
      until: ${{ event.start }}                 # first instant of the local day; past means now
  activate:
    needs: [first_day]
    uses: okta.users.activate
    with:
      user: ${{ steps.create_user.outputs.id }}
      send_email: true
    pivot: true                                 # past this point a failure goes forward, not back
)";
constexpr std::string_view welcome = R"(  welcome:
    needs: [activate]
    uses: smtp.send
    with:
      to: ${{ event.worker.personal_email }}
      template: welcome
    on_exhausted: continue
)";
constexpr std::string_view verify = R"(  verify:
    needs: [activate]
    uses: okta.verify_access
    with:
      user: ${{ steps.create_user.outputs.id }}
      expect: ${{ access.target }}
)";

const std::string note = "  a:\n    uses: test.note\n";

} // namespace

TEST(Loader, ReadsTheJoinerOfTheContract)
{
    const std::string text = std::string(joiner) + std::string(verify);
    const auto definition = loaded(text);
    EXPECT_EQ(definition->name, "joiner");
    EXPECT_EQ(definition->text, text);
    EXPECT_EQ(definition->sha256, digest::sha256_hex(text));
    EXPECT_THAT(definition->trigger.events, ElementsAre("worker.hired", "worker.rehired"));
    EXPECT_TRUE(definition->trigger.at.has_value());
    ASSERT_THAT(definition->steps, SizeIs(6));
    const auto& groups = definition->steps[1];
    EXPECT_EQ(groups.id, "groups");
    EXPECT_TRUE(groups.for_each.has_value());
    EXPECT_THAT(groups.needs, ElementsAre("create_user"));
    EXPECT_THAT(groups.reads_from, ElementsAre("create_user"));
    EXPECT_EQ(definition->steps[2].max_parallel, 4);
    EXPECT_EQ(definition->steps[3].action, nullptr);
    EXPECT_THAT(definition->steps[3].needs, ElementsAre("groups", "apps"));
    EXPECT_TRUE(definition->steps[4].pivot);
    EXPECT_THAT(definition->steps[4].needs, ElementsAre("create_user", "first_day"));
    EXPECT_EQ(definition->steps[5].action, catalogue().find("okta.verify_access"));
}

TEST(Loader, RefusesAnActionThatIsForPeopleAndSaysWhatItIsFor)
{
    EXPECT_THAT(
        refused(with_steps("  a:\n    uses: okta.sessions.authenticate\n")),
        ElementsAre(StartsWith("a.yaml:6:11: error: 'okta.sessions.authenticate' is for people, not for a step: a "
                               "sign-in page asks for the password")));
}

TEST(Loader, RefusesAnActionThatNoConnectorHasAndListsThoseThereAre)
{
    EXPECT_THAT(
        refused(std::string(joiner) + std::string(welcome) + std::string(verify)),
        ElementsAre(AllOf(StartsWith("a.yaml:44:11: error: unknown action 'smtp.send'; known are okta.users.create, "),
                          HasSubstr("core.wait"), HasSubstr("      uses: smtp.send\n            ^~~~~~~~~"))));
    EXPECT_THAT(refused(with_steps("  a:\n    uses: okta.users.crate\n    with: { profile: {} }\n")),
                ElementsAre(StartsWith(
                    "a.yaml:6:11: error: unknown action 'okta.users.crate'; did you mean 'okta.users.create'?")));
    EXPECT_THAT(refused(with_steps("  a:\n    uses: okta/users.create@v1\n")),
                ElementsAre(HasSubstr("did you mean 'okta.users.create'?")));
}

TEST(Loader, DefaultsAreThoseOfTheContract)
{
    const auto definition = loaded(with_steps(note));
    const auto& step = definition->steps.front();
    EXPECT_EQ(step.retry.max_attempts, 6);
    EXPECT_EQ(step.retry.initial_interval, std::chrono::seconds(1));
    EXPECT_EQ(step.retry.backoff_coefficient, 2);
    EXPECT_EQ(step.retry.max_interval, std::chrono::minutes(5));
    EXPECT_TRUE(step.retry.full_jitter);
    EXPECT_EQ(step.timeout, std::chrono::seconds(30));
    EXPECT_EQ(step.exhausted, engine::on_exhausted::rollback);
}

TEST(Loader, AStepOverridesTheFilesDefaultsKeyByKey)
{
    const auto definition =
        loaded("name: t\ndirection: grant\ntrigger: { event: worker.hired }\n"
               "defaults: { retry: { max_attempts: 3, jitter: none }, timeout: 5s, on_exhausted: pause }\n"
               "steps:\n  a:\n    uses: test.note\n    retry: { max_attempts: 9 }\n    on_exhausted: continue\n");
    const auto& step = definition->steps.front();
    EXPECT_EQ(step.retry.max_attempts, 9);
    EXPECT_FALSE(step.retry.full_jitter);
    EXPECT_EQ(step.timeout, std::chrono::seconds(5));
    EXPECT_EQ(step.exhausted, engine::on_exhausted::proceed);
}

TEST(Loader, AllProblemsOfAllFilesAreToldAtOnceByFileAndPlace)
{
    const auto result = load({"name: one\ndirection: up\nsteps:\n  a: { uses: nope }\n", "name: Two\nsteps: {}\n"});
    EXPECT_FALSE(result.ok);
    EXPECT_THAT(
        result.messages,
        ElementsAre(
            StartsWith("a.yaml:1:1: warning: no trigger"),
            StartsWith(
                "a.yaml:2:12: error: direction is grant, change or revoke, not 'up'\n  direction: up\n             ^~"),
            StartsWith("a.yaml:4:14: error: unknown action 'nope'"),
            StartsWith("b.yaml:1:1: error: a workflow needs its direction"),
            StartsWith("b.yaml:1:1: warning: no trigger"), StartsWith("b.yaml:1:7: error: name is a word"),
            StartsWith("b.yaml:2:8: error: a workflow needs steps")));
}

TEST(Loader, UnknownKeysGetTheWordThatIsMeant)
{
    EXPECT_THAT(refused("name: t\non: worker.hired\ndirection: grant\nsteps:\n" + note),
                Contains(StartsWith(
                    "a.yaml:2:1: error: unknown key 'on' in a workflow; use 'trigger'\n  on: worker.hired\n  ^~")));
    EXPECT_THAT(refused(with_steps(note + "    when: true\n")),
                ElementsAre(StartsWith("a.yaml:7:5: error: unknown key 'when' in a step; use 'if'")));
    EXPECT_THAT(refused(with_steps(note + "    on-exhausted: fail\n")), ElementsAre(HasSubstr("use 'on_exhausted'")));
    EXPECT_THAT(refused(with_steps(note + "    nedes: x\n")), ElementsAre(HasSubstr("did you mean 'needs'?")));
    EXPECT_THAT(refused(with_steps(note + "    retry: { max_attemps: 3 }\n")),
                ElementsAre(HasSubstr("did you mean 'max_attempts'?")));
    EXPECT_THAT(refused(with_steps(note + "    zzz: x\n")), ElementsAre(HasSubstr("known are uses, with, needs")));
}

TEST(Loader, RefusesWrongNumbersAndDurations)
{
    EXPECT_THAT(
        refused(with_steps(note + "    retry: { max_attempts: 0 }\n")),
        ElementsAre(StartsWith(
            "a.yaml:7:28: error: max_attempts is a whole number from 1 to 1000; it includes the first attempt")));
    EXPECT_THAT(refused(with_steps(note + "    timeout: 30\n")),
                ElementsAre(StartsWith("a.yaml:7:14: error: timeout needs a unit: '30s'")));
    EXPECT_THAT(refused(with_steps(note + "    timeout: soon\n")),
                ElementsAre(HasSubstr("timeout is a length of time above zero")));
    EXPECT_THAT(refused(with_steps(note + "    timeout: 0s\n")), ElementsAre(HasSubstr("above zero")));
    EXPECT_THAT(refused(with_steps(note + "    retry: 3\n")),
                ElementsAre(HasSubstr("retry is a map with the keys max_attempts")));
    EXPECT_THAT(
        refused(with_steps(note + "    retry: { jitter: half, backoff_coefficient: 0.5, max_interval: -1s }\n")),
        ElementsAre(HasSubstr("jitter is full or none"), HasSubstr("backoff_coefficient is a number from 1 to 100"),
                    HasSubstr("max_interval is a length")));
    EXPECT_THAT(refused(with_steps(note + "    max_parallel: 2\n")),
                ElementsAre(HasSubstr("belongs to a step with for_each")));
    EXPECT_THAT(refused(with_steps(note + "    on_exhausted: explode\n")),
                ElementsAre(HasSubstr("rollback, pause, continue or fail")));
    EXPECT_THAT(refused(with_steps(note + "    pivot: yes\n")), ElementsAre(HasSubstr("pivot is true or false")));
}

TEST(Loader, TriggersAreCanonicalTypesAndEachStartsOneWorkflow)
{
    EXPECT_THAT(
        refused("name: t\ntrigger:\n  event: [worker.hired, worker.hried]\ndirection: grant\nsteps:\n" + note),
        ElementsAre(StartsWith("a.yaml:3:25: error: unknown event type 'worker.hried'; did you mean 'worker.hired'?")));
    EXPECT_THAT(refused("name: t\ntrigger: { event: [worker.hired, worker.hired] }\ndirection: grant\nsteps:\n" + note),
                ElementsAre(HasSubstr("stands twice")));
    EXPECT_THAT(refused("name: t\ntrigger: {}\ndirection: grant\nsteps:\n" + note),
                ElementsAre(HasSubstr("a trigger needs its event")));
    const std::string other = "name: other\n" + with_steps(note).substr(11);
    const auto both = load({with_steps(note), other});
    EXPECT_FALSE(both.ok);
    EXPECT_THAT(both.messages,
                ElementsAre(StartsWith(
                    "b.yaml:2:19: error: 'worker.hired' starts the workflow 'test' already, at a.yaml:2:19")));
    EXPECT_THAT(load({with_steps(note), with_steps(note)}).messages,
                Contains(StartsWith("b.yaml:1:7: error: the name 'test' is taken by the workflow at a.yaml:1:7")));
}

TEST(Loader, AMistakeInAnExpressionIsFoundInsideItsScalar)
{
    EXPECT_THAT(
        refused("name: t\ntrigger:\n  event: worker.hired\n  at: ${{ event.strat }}\ndirection: grant\nsteps:\n" +
                note),
        ElementsAre(AllOf(StartsWith("a.yaml:4:"), HasSubstr("strat"), HasSubstr("did you mean"))));
    const auto messages =
        refused(with_steps("  a:\n    uses: test.note\n    with:\n      note: \"to ${{ person.frist_name }}\"\n"));
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_THAT(messages.front(), StartsWith("a.yaml:8:"));
    const std::size_t caret = messages.front().rfind('\n') + 1;
    const std::size_t line = messages.front().find('\n') + 1;
    const std::size_t under = messages.front().find('^') - caret;
    EXPECT_THAT(messages.front().substr(line + under), AnyOf(StartsWith("person.frist"), StartsWith("frist")));
    EXPECT_THAT(refused(with_steps("  a:\n    uses: test.note\n    if: |\n      true &&\n      nobody.x\n")),
                ElementsAre(StartsWith("a.yaml:9:7: error:")));
    EXPECT_THAT(refused(with_steps("  a:\n    uses: test.note\n    if: [a]\n")),
                ElementsAre(HasSubstr("an expression is wanted here")));
}

TEST(Loader, UnknownStepsAndOutputsGetASuggestion)
{
    const auto reading = [](const std::string& path) {
        return refused(with_steps("  create_user:\n    uses: okta.users.create\n    with: { profile: {} }\n"
                                  "  b:\n    uses: test.note\n    with:\n      note: ${{ " +
                                  path + " }}\n"));
    };
    EXPECT_THAT(reading("steps.create_usr.outputs.id"),
                ElementsAre(AllOf(StartsWith("a.yaml:11:"), HasSubstr("create_user"))));
    EXPECT_THAT(reading("steps.create_user.outputs.ident"),
                ElementsAre(AllOf(StartsWith("a.yaml:11:"), HasSubstr("ident"))));
    EXPECT_THAT(reading("steps.create_user.output.id"), ElementsAre(HasSubstr("outputs")));
}

TEST(Loader, ItemIsKnownOnlyUnderWithOfAForEachStep)
{
    EXPECT_THAT(
        refused(with_steps("  a:\n    uses: test.note\n    with:\n      note: ${{ item }}\n")),
        ElementsAre(StartsWith(
            "a.yaml:8:17: error: 'item' can be read only under 'with' and 'outputs' of a step that has for_each")));
    EXPECT_THAT(refused(with_steps(
                    "  a:\n    uses: test.note\n    for_each: ${{ access.groups.add }}\n    if: ${{ item == 'x' }}\n")),
                ElementsAre(HasSubstr("a.yaml:8:13: error: 'item'")));
    EXPECT_THAT(refused(with_steps("  a:\n    uses: test.note\n    for_each: ${{ access.groups.add }}\n    with: { "
                                   "note: '${{ item.nmae }}' }\n")),
                ElementsAre(HasSubstr("name")));
    EXPECT_THAT(refused(with_steps("  a:\n    uses: test.note\n    for_each: [a, b]\n")),
                ElementsAre(HasSubstr("for_each is an expression that gives a list")));
}

TEST(Loader, ParametersAreCheckedAgainstTheAction)
{
    EXPECT_THAT(
        refused(with_steps("  a:\n    uses: okta.users.create\n    with: { profil: {}, activate: nope }\n")),
        ElementsAre(
            AllOf(StartsWith(
                "a.yaml:6:11: error: 'okta.users.create' needs the parameter 'profile' (a map): the profile")),
            StartsWith("a.yaml:7:13: error: 'okta.users.create' has no parameter 'profil'; did you mean 'profile'?"),
            StartsWith("a.yaml:7:35: error: 'activate' is true or false, not 'nope'")));
    const auto literal = [](const std::string& with) {
        return refused(with_steps("  a:\n    uses: test.note\n    with: { " + with + " }\n"));
    };
    EXPECT_THAT(literal("count: '3'"), ElementsAre(HasSubstr("'count' is a whole number, not '3'")));
    EXPECT_THAT(literal("count: 'no ${{ 1 }}'"), ElementsAre(HasSubstr("'count' is a whole number")));
    EXPECT_THAT(literal("note: [a]"), ElementsAre(HasSubstr("'note' is a text, not a list")));
    EXPECT_THAT(literal("note:"), ElementsAre(HasSubstr("not nothing")));
    EXPECT_THAT(literal("wait: 3"), ElementsAre(HasSubstr("with its unit")));
    EXPECT_THAT(literal("when: tomorrow"), ElementsAre(HasSubstr("an instant")));
    EXPECT_THAT(literal("things: a"), ElementsAre(HasSubstr("'things' is a list, not 'a'")));
    EXPECT_THAT(refused(with_steps(note + "    with: []\n")),
                ElementsAre(HasSubstr("with is a map of the parameters of 'test.note': count, note")));
    EXPECT_THAT(literal("count: 3, note: 007, wait: 1h, when: 2027-01-01, things: [1, '${{ 2 }}'], anything: { a: "
                        "[true] }, note2: x"),
                ElementsAre(HasSubstr("no parameter 'note2'")));
}

TEST(Loader, LiteralsBecomeWhatTheActionWants)
{
    const auto step = loaded(with_steps("  a:\n    uses: test.note\n    with: { count: 3, note: 007, wait: 1h, when: "
                                        "2027-01-01, anything: [true, x, 1.5, ~] }\n"))
                          ->steps.front();
    const auto with = step.with.evaluate([](std::string_view) -> const engine::value* { return nullptr; });
    ASSERT_TRUE(with);
    EXPECT_EQ((*with)["count"], engine::value(std::int64_t{3}));
    EXPECT_EQ((*with)["note"], engine::value("007"));
    EXPECT_EQ((*with)["wait"], engine::value(duration{3'600'000}));
    EXPECT_EQ((*with)["when"].kind(), engine::value_kind::date);
    EXPECT_EQ((*with)["anything"], engine::value(engine::value_list{true, "x", 1.5, nullptr}));
}

TEST(Loader, AWaitIsUntilOrForAndNotBoth)
{
    const auto wait = [](const std::string& with) {
        return load({with_steps("  a:\n    uses: core.wait\n    with: " + with + "\n")});
    };
    EXPECT_TRUE(wait("{ for: 2h }").ok);
    EXPECT_TRUE(wait("{ until: '${{ event.start }}' }").ok);
    EXPECT_TRUE(wait("{ until: 2027-02-01 }").ok);
    EXPECT_THAT(wait("{}").messages, ElementsAre(HasSubstr("core.wait needs 'until:")));
    EXPECT_THAT(wait("{ for: 2h, until: 2027-02-01 }").messages, ElementsAre(HasSubstr("not both")));
    EXPECT_THAT(wait("{ untill: 2027-02-01, for: 3 }").messages,
                ElementsAre(HasSubstr("did you mean 'until'?"), HasSubstr("with its unit")));
}

TEST(Loader, AWaitTakesNoKeysThatSpeakOfAttempts)
{
    EXPECT_THAT(refused(with_steps("  a: { uses: core.wait, with: { for: 1h }, retry: { max_attempts: 2 } }\n")),
                ElementsAre(HasSubstr("core.wait makes no attempts and changes nothing; leave 'retry' out")));
}

TEST(Loader, VarsMayReadEarlierOnesOnly)
{
    const std::string tail = "direction: grant\ntrigger: { event: worker.hired }\nsteps:\n  a: { uses: test.note, "
                             "with: { note: '${{ vars.b }}' } }\n";
    EXPECT_THAT(loaded("name: t\nvars: { a: x, b: '${{ vars.a }}' }\n" + tail)->vars, SizeIs(2));
    EXPECT_THAT(refused("name: t\nvars: { b: '${{ vars.a }}', a: x }\n" + tail), ElementsAre(StartsWith("a.yaml:2:")));
    EXPECT_THAT(refused("name: t\nvars: { b-c: x, b: '${{ steps.a.state }}' }\n" + tail),
                ElementsAre(HasSubstr("'b-c' is no name for a var"), HasSubstr("steps")));
}

TEST(Loader, StepNamesCanBeReadByExpressions)
{
    EXPECT_THAT(refused(with_steps("  create-user: { uses: test.note }\n")),
                ElementsAre(StartsWith("a.yaml:5:3: error: 'create-user' is no name for a step")));
    EXPECT_THAT(refused(with_steps("  a: text\n")), ElementsAre(HasSubstr("a step is a map with the keys uses")));
    EXPECT_THAT(refused(with_steps("  a: { with: {} }\n")), ElementsAre(HasSubstr("step 'a' needs its action")));
}

TEST(Loader, ScopesTheDaemonDoesNotHoldAreNamed)
{
    workflows::loading::load_options options;
    options.granted_scopes = {"okta.users.manage", "okta.apps.manage"};
    const std::string text = std::string(joiner) + std::string(verify);
    EXPECT_THAT(refused(text, options),
                ElementsAre(StartsWith("a.yaml:19:11: error: 'okta.groups.add_user' needs the scope "
                                       "'okta.groups.manage', which the daemon does not hold")));
    options.missing_scopes_only_warn = true;
    const auto warned = load({text}, options);
    EXPECT_TRUE(warned.ok);
    EXPECT_THAT(warned.messages,
                ElementsAre(StartsWith("a.yaml:19:11: warning: 'okta.groups.add_user' needs the scope")));
    options.missing_scopes_only_warn = false;
    options.granted_scopes->push_back("okta.groups.manage");
    loaded(text, options); // okta.users.read is part of okta.users.manage
}

TEST(Loader, AFileThatIsNoYamlSaysWhere)
{
    EXPECT_THAT(refused("name: t\nsteps:\n  a: { with: { x: ${{ y }} } }\n"),
                ElementsAre(StartsWith("a.yaml:3:19: error: quote the expression")));
    EXPECT_THAT(refused("- a\n"), ElementsAre(HasSubstr("a workflow is a map with the keys name")));
    EXPECT_THAT(refused(""), ElementsAre(HasSubstr("a workflow is a map")));
}
