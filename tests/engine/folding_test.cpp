// Histories as a damaged file may give them back: whatever a fact says, the fold ends with a state that the engine can
// go on from, or with an error that names the fact. Damage that reads like something true is not noticed here.
#include "engine/approvals.hpp"
#include "engine/planning.hpp"
#include "engine/undo_preview.hpp"
#include "tests/engine/property/world.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace jmld::testing {
namespace {

using ::testing::HasSubstr;

// ---- one by one

struct a_damaged_run : ::testing::Test
{
    a_run run{a_workflow(direction::grant,
                         {a_step("make", "t.make"), a_step("each", "t.add").needing("make").for_each("access.groups"),
                          a_step("ask", "core.approval").needing("each")})};

    a_damaged_run()
    {
        run.access = value::map({{"groups", value::list({"a", "b"})}});
        run.begun();
    }
    /// Why `what` cannot be the next fact.
    std::string wrong_with(happening what) const
    {
        auto state = run.state();
        const auto followed = follow(run.definition(), state, {state.last_seq + 1, run.now, std::move(what)});
        if (followed)
            return "nothing";
        EXPECT_EQ(followed.error().code, errc::corrupt);
        return followed.error().what;
    }
};

TEST_F(a_damaged_run, AStepThatDoesNotExistIsNamed)
{
    const auto seq = std::to_string(run.state().last_seq + 1);
    EXPECT_EQ(wrong_with(step_failed{"other", failure_kind::invalid, {}, {}}),
              "fact " + seq + " 'step_failed' does not fit: there is no step 'other'");
    EXPECT_THAT(wrong_with(step_cancelled{""}), HasSubstr("no step ''"));
    EXPECT_THAT(wrong_with(compensation_planned{{"make"}, {"other"}}), HasSubstr("no step 'other'"));
    EXPECT_THAT(wrong_with(stop_requested{stop_kind::rollback, {}, {}, "other", {}}), HasSubstr("no step 'other'"));
    EXPECT_EQ(wrong_with(run_paused{"operator", {}, "alice", {}, {}}), "nothing");
}

TEST_F(a_damaged_run, PartsAreMadeOnceAndOfAList)
{
    EXPECT_THAT(wrong_with(step_expanded{"each", {}}), HasSubstr("'each' has no list of parts"));
    EXPECT_THAT(wrong_with(step_expanded{"each", "a"}), HasSubstr("'each' has no list of parts"));
    EXPECT_THAT(wrong_with(step_expanded{"make", value::list({"a"})}), HasSubstr("'make' cannot have parts"));
    run.succeed("make");
    EXPECT_THAT(wrong_with(step_expanded{"each", value::list({"a"})}), HasSubstr("'each' cannot have parts"));
    EXPECT_THAT(wrong_with(step_expanded{"each.0", value::list({"a"})}), HasSubstr("'each.0' cannot have parts"));
}

TEST_F(a_damaged_run, AnAnswerIsToTheLastAttempt)
{
    EXPECT_THAT(wrong_with(attempt_started{"make", 1, {}, {}}), HasSubstr("does not come after the others"));
    EXPECT_THAT(wrong_with(outcome_unknown{"make", 2, {}}), HasSubstr("attempt 2 of 'make' is not its last"));
    EXPECT_THAT(wrong_with(probe_answered{"each", 1, probe_verdict::done, {}, {}}),
                HasSubstr("attempt 1 of 'each' is not its last"));
    EXPECT_THAT(wrong_with(probe_started{"each"}), HasSubstr("no attempt that could be looked for"));
    EXPECT_THAT(wrong_with(compensation_started{"make", 1}), HasSubstr("'make' is not being undone"));
    EXPECT_EQ(wrong_with(step_succeeded{.step = "ask"}), "nothing"); // a person said so
}

TEST_F(a_damaged_run, NoStepIsLeftOutWithoutAnAttempt)
{
    auto state = run.state();
    const auto next = [&](happening what) {
        return follow(run.definition(), state, {state.last_seq + 1, run.now, std::move(what)});
    };
    ASSERT_TRUE(next(compensation_planned{{"ask"}, {}}).has_value());
    ASSERT_TRUE(next(compensation_started{"ask", 1}).has_value());
    const auto skipped = next(step_skipped{"ask", "nobody asked", false});
    ASSERT_FALSE(skipped.has_value());
    EXPECT_THAT(skipped.error().what, HasSubstr("it leaves 'ask' out without an attempt"));
}

TEST_F(a_damaged_run, ItHasOneBeginningNoGapsAndAnEnd)
{
    EXPECT_THAT(wrong_with(run_created{}), HasSubstr("a run is made once"));
    EXPECT_THAT(wrong_with(run_ended{run_status::paused, {}, {}, {}}), HasSubstr("no run ends 'paused'"));
    EXPECT_THAT(wrong_with(run_ending{run_status::running, {}}), HasSubstr("no run ends 'running'"));
    run_state empty;
    EXPECT_FALSE(follow(run.definition(), empty, {1, run.now, run_started{}}).has_value());
    auto state = run.state();
    const auto later = follow(run.definition(), state, {state.last_seq + 2, run.now, run_resumed{}});
    ASSERT_FALSE(later.has_value());
    EXPECT_THAT(later.error().what, HasSubstr("the one before it is missing"));
}

// ---- by chance

struct recorded : world
{
    using world::world;
    const a_run& run() const { return run_; }
};

using facts_by_kind = std::map<std::string, std::vector<encoded_fact>>;

/// Every kind of fact, as runs have made them.
facts_by_kind facts_of(int runs)
{
    facts_by_kind all;
    for (int seed = 1; seed <= runs; ++seed) {
        recorded one(static_cast<std::uint64_t>(seed), dice(static_cast<std::uint64_t>(seed)));
        one.live(60);
        for (const auto& happened : one.run().history)
            if (auto& same = all[std::string(kind_of(happened))]; same.size() < 40)
                same.push_back(encode(happened));
    }
    return all;
}

value something_else(dice& chance)
{
    static const std::vector<value> others = {value(),
                                              true,
                                              -1,
                                              0,
                                              1,
                                              7,
                                              1'000'000'000'000,
                                              1.5,
                                              "",
                                              "s0",
                                              "s1.0",
                                              "s2",
                                              "nobody",
                                              "succeeded",
                                              "running",
                                              "timeout",
                                              value(value_list{}),
                                              value::list({"s0", "nobody", 3}),
                                              value(value_map{}),
                                              value::map({{"status", "x"}})};
    return chance.of(others);
}

/// One field missing or of another kind or content, or a payload that is not what it was.
encoded_fact damaged(encoded_fact one, dice& chance)
{
    const auto text = json::parse(one.text);
    const auto& entries = text->entries();
    const int which = chance.below(static_cast<int>(entries.size() + one.payloads.size()) + 1);
    if (which < static_cast<int>(entries.size())) {
        const auto& name = entries[static_cast<std::size_t>(which)].first;
        one.text = json::write(chance.one_in(3) ? text->without(name) : text->with(name, something_else(chance)));
    } else if (!one.payloads.empty()) {
        auto& bytes = one.payloads[static_cast<std::size_t>(chance.below(static_cast<int>(one.payloads.size())))];
        bytes = chance.one_in(4) ? "{" : json::encode(something_else(chance));
    }
    return one;
}

/// What people, time and answers do to a run that was taken up.
void go_on(const workflow_definition& definition, run_state state, time_point now, dice& chance)
{
    seeded_random random(1);
    environment around;
    around.first_instant = [](date day, const std::string&) { return time_point(std::chrono::sys_days(day)); };
    const auto feed = [&](const stimulus& cause) {
        state = advance(definition, state, cause, now, random, around).after;
    };
    feed(recovered{});
    for (int turn = 0; turn < 4; ++turn) {
        static const std::vector<verb> words = {verb::pause,  verb::resume,    verb::retry,
                                                verb::cancel, verb::terminate, verb::skip,
                                                verb::fail,   verb::rollback,  verb::complete};
        now += duration(std::chrono::hours(chance.below(100)));
        feed(tick{});
        if (state.steps.empty())
            return;
        const auto id = chance.of(state.steps).id;
        feed(operator_signal{chance.of(words), chance.one_in(2) ? id : std::string(), "alice", "because"});
        feed(subject_answer{});
        const int attempt = state.find(id) == nullptr ? 1 : static_cast<int>(state.find(id)->attempts.size());
        feed(attempt_answer{id, attempt, attempt_succeeded{}});
        feed(probe_answer{id, probe_settled{}});
        feed(undo_answer{id, undo_succeeded{}});
    }
}

void look_at(const workflow_definition& definition, const run_state& state, time_point now)
{
    (void)describe(definition, state);
    (void)summarize(state);
    (void)planned_steps(definition, state);
    (void)preview_undo(definition, state, {}, now);
    for (const auto& one : approvals_of(state))
        (void)describe(one, true);
}

struct tally
{
    int followed = 0, refused = 0, unreadable = 0;
};

/// Damaged facts in place of the next ones, the first of `kind`, until one is refused; then the run is taken up.
void damage(const workflow_definition& definition, run_state state, const facts_by_kind& facts, std::string kind,
            time_point now, dice& chance, tally& all)
{
    for (int each = 0; each < 3; ++each) {
        const auto read = decode(damaged(chance.of(facts.at(kind)), chance), state.last_seq + 1, now);
        auto next = state;
        const bool followed = read && follow(definition, next, *read);
        all.followed += followed ? 1 : 0;
        all.refused += read && !followed ? 1 : 0;
        all.unreadable += read ? 0 : 1;
        if (!followed)
            break;
        state = std::move(next);
        kind = std::next(facts.begin(), chance.below(static_cast<int>(facts.size())))->first;
    }
    look_at(definition, state, now);
    go_on(definition, std::move(state), now, chance);
}

TEST(Folding, NoDamagedFactMeetsAStateThatItCrashes)
{
    const char* said = std::getenv("JMLD_SEEDS");
    const int runs = said == nullptr ? 25 : std::atoi(said);
    const auto donors = facts_of(400);
    EXPECT_EQ(donors.size(), std::variant_size_v<happening>) << "a kind of fact is never drawn";
    tally all;
    for (int seed = 1; seed <= runs; ++seed) {
        recorded one(static_cast<std::uint64_t>(seed), dice(static_cast<std::uint64_t>(seed)));
        one.live(60);
        dice chance(static_cast<std::uint64_t>(seed));
        run_state whole;
        for (const auto& happened : one.run().history) {
            for (const auto& [kind, facts] : donors)
                damage(one.run().definition(), whole, donors, kind, happened.at, chance, all);
            ASSERT_TRUE(follow(one.run().definition(), whole, happened).has_value());
        }
    }
    EXPECT_GT(all.followed, 1'000);
    EXPECT_GT(all.refused, 1'000);
    EXPECT_GT(all.unreadable, 1'000);
}

} // namespace
} // namespace jmld::testing
