// Every row that a step can use, against the imitation of Okta: plainly, with the answer to each writing call lost, and
// undone. The stories are tables; a row that none of them tells makes the last test fail.
#include "tests/connectors/okta/imitation.hpp"
#include "tests/connectors/okta/row_stories.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace jmld::tests {

using engine::probe_verdict;

namespace {

/// Told by tests of their own: what joiner, mover and leaver are made of.
const std::set<std::string_view> told_elsewhere{
    "okta.users.create",     "okta.users.update",  "okta.users.delete",    "okta.users.activate",
    "okta.users.deactivate", "okta.users.suspend", "okta.users.unsuspend", "okta.roles.assign",
    "okta.roles.unassign",   "okta.verify_access", "okta.snapshot_access", "okta.users.reports",
    "okta.users.blocks", // below
};

} // namespace

class OktaRows : public CompanyFixture, public testing::WithParamInterface<story>
{
protected:
    OktaRows() : CompanyFixture(whole_company) {}
    runtime::action_request asked_by(const line& told) { return request(told.action, ids.inputs_of(told)); }
    void keep(const line& told, const value& outputs) { ids.keep(told, outputs); }
    /// Everything but times and the log.
    value organisation() { return org.snapshot(clock.now()); }

    story_ids ids;
};

TEST_P(OktaRows, DoWhatTheySay)
{
    for (const auto& told : GetParam().lines) {
        const auto& row = okta::operation_named(told.action);
        const auto out = succeeds(asked_by(told));
        EXPECT_EQ(out.changed, row.writes()) << told.action;
        for (const auto& output : row.outputs)
            EXPECT_NE(out.outputs.find(output.name), nullptr) << told.action << ' ' << output.name;
        keep(told, out.outputs);
        const bool again = row.writes() && row.repeat != engine::repeatability::side_effect;
        if (again && row.how == okta::conduct::object && row.probe == okta::probe_kind::looks) {
            auto twice = asked_by(told);
            twice.attempt = 2;
            if (row.repeat != engine::repeatability::read_first || row.looks.shows == okta::sign::made)
                succeeds(twice);
            EXPECT_NE(settles(asked_by(told)).verdict, probe_verdict::not_done) << told.action;
        }
    }
}

// Whatever a lost answer leaves unknown is found out, and nothing happens twice.
TEST_P(OktaRows, AreNotWrongAboutALostAnswer)
{
    for (const auto& told : GetParam().lines) {
        const auto& row = okta::operation_named(told.action);
        clock.advance_to(clock.now() + std::chrono::seconds(1)); // Okta stamps passwords to the second
        auto asked = asked_by(told);
        if (!row.writes()) {
            keep(told, succeeds(asked).outputs);
            continue;
        }
        const auto fault =
            value::map({{"match", value::map({{"method", row.method}, {"path", "/**"}})}, {"drop", "after"}});
        EXPECT_TRUE(org.add_faults(fault, clock.now()));
        auto out = run(actions->attempt(asked));
        org.clear_faults();
        const auto* failed = std::get_if<engine::attempt_failed>(&out);
        if (failed == nullptr) { // the call that was lost was another one of the same attempt
            keep(told, std::get<engine::attempt_succeeded>(out).outputs);
            continue;
        }
        if (failed->kind != engine::failure_kind::unknown_outcome) { // harmless to repeat
            EXPECT_EQ(row.repeat, engine::repeatability::idempotent) << told.action << ": " << failed->detail;
            EXPECT_EQ(row.probe, okta::probe_kind::none) << told.action;
            succeeds(asked);
            continue;
        }
        asked.before = failed->before;
        const auto found = settles(asked);
        const bool again = row.probe == okta::probe_kind::again || found.verdict == probe_verdict::not_done;
        EXPECT_NE(found.verdict, probe_verdict::cannot_tell) << told.action << ": " << found.detail;
        EXPECT_EQ(again, row.probe == okta::probe_kind::again) << told.action;
        asked.attempt = 2;
        keep(told, again ? succeeds(asked).outputs : found.outputs);
    }
}

TEST_P(OktaRows, LeaveNothingBehindWhenUndone)
{
    for (const auto& told : GetParam().lines) {
        const auto& row = okta::operation_named(told.action);
        auto asked = asked_by(told);
        if (row.inverse != okta::inverse_kind::none && row.how == okta::conduct::object) {
            const auto before = organisation();
            auto done = succeeds(asked);
            auto undo = asked;
            undo.before = done.before;
            undo.outputs = done.outputs;
            const auto back = undoes(undo);
            EXPECT_TRUE(back.changed) << told.action << ": " << back.detail;
            EXPECT_FALSE(back.conflict) << told.action << ": " << back.detail;
            EXPECT_FALSE(undoes_later(undo).changed) << told.action << " is undone twice";
            for (const auto* part : {"groups", "apps", "rules"})
                EXPECT_EQ(organisation()[part].items().size(), before[part].items().size()) << told.action;
        }
        keep(told, succeeds(asked).outputs);
    }
}

INSTANTIATE_TEST_SUITE_P(Told, OktaRows, testing::ValuesIn(stories()),
                         [](const testing::TestParamInfo<story>& info) { return std::string(info.param.name); });

// A 401 that is no matter of our credential: where the feature is off nothing is asked again.
class OktaRowsApart : public OktaRows
{};

TEST_F(OktaRowsApart, SayThatAFeatureIsOff)
{
    const auto failed = fails(request("okta.users.blocks", R"({"user":"00u1"})"));
    EXPECT_EQ(failed.mark.code, "E0000015");
    EXPECT_EQ(failed.calls.items().size(), 1U);
}

TEST(OktaRowsTold, AreAllThatAStepCanUse)
{
    std::set<std::string_view> told = told_elsewhere;
    for (const auto& one : stories())
        for (const auto& step : one.lines)
            told.insert(step.action);
    for (const auto& row : okta::operations())
        if (row.for_people.empty()) {
            EXPECT_TRUE(told.contains(row.name)) << row.name;
        }
}

} // namespace jmld::tests
