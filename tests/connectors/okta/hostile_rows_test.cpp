// Every row of the operation table before a hostile Okta: the story of each subject is told up to one line, and each
// answer to that line is distorted in every way. Listings are read over several pages.
#include "tests/connectors/okta/hostile_world.hpp"
#include "tests/connectors/okta/row_stories.hpp"

namespace jmld::tests {

using engine::probe_verdict;

namespace {

/// The organisation after the first lines of a story.
struct half_told
{
    half_told(const story& told, std::size_t lines) : next(told.lines[lines])
    {
        for (std::size_t i = 0; i < lines; ++i) {
            const bool tells_nothing =
                !okta::operation_named(told.lines[i].action).writes() && *told.lines[i].kept_as == '\0';
            if (tells_nothing)
                continue;
            auto out = world.of(world.asking(told.lines[i].action, ids.inputs_of(told.lines[i])), 0, nullptr);
            const auto* good = std::get_if<engine::attempt_succeeded>(&out);
            EXPECT_NE(good, nullptr) << told.lines[i].action;
            if (good != nullptr)
                ids.keep(told.lines[i], good->outputs);
        }
    }
    runtime::action_request asked() { return world.asking(next.action, ids.inputs_of(next)); }
    engine::attempt_outcome attempt(int which, const distortion* how) { return world.of(asked(), which, how); }
    engine::probe_outcome lost(bool done, int which, const distortion* how)
    {
        return world.lost(asked(), done, which, how);
    }

    attempt_at world{whole_company};
    story_ids ids;
    const line& next;
};

value ids_in(const value& items)
{
    engine::value_list out;
    for (const auto& item : items.items())
        out.push_back(item["id"]);
    return value(std::move(out));
}

/// What it says it read is what there is.
void expect_the_truth(const engine::attempt_outcome& told, const engine::attempt_outcome& truth, const distortion& how)
{
    const auto* said = std::get_if<engine::attempt_succeeded>(&told);
    const auto* real = std::get_if<engine::attempt_succeeded>(&truth);
    if (said == nullptr || real == nullptr || is_consistent_lie(how))
        return;
    if (said->outputs["items"].is_list())
        EXPECT_EQ(said->outputs["items"].items().size(), real->outputs["items"].items().size());
}

/// Sent again it would do something twice.
bool must_not_be_repeated(const okta::operation& row)
{
    return row.repeat == engine::repeatability::read_first || row.repeat == engine::repeatability::side_effect;
}

} // namespace

class OktaHostileRows : public testing::TestWithParam<story>
{};

TEST_P(OktaHostileRows, NeverLeadElsewhereAndAreNeverWrongAboutWhatHappened)
{
    for (std::size_t at = 0; at < GetParam().lines.size(); ++at) {
        half_told undisturbed(GetParam(), at);
        const auto usual = undisturbed.attempt(0, nullptr);
        const auto after = undisturbed.world.facts();
        const auto exchanges = static_cast<int>(undisturbed.world.wire.sent.size());
        ASSERT_GT(exchanges, 0) << undisturbed.next.action;
        for (const auto& how : hostile_answers()) {
            for (int which = 1; which <= exchanges; ++which) {
                SCOPED_TRACE(std::string(undisturbed.next.action) + ": " + how.name + " instead of the answer to " +
                             undisturbed.world.wire.sent[static_cast<std::size_t>(which - 1)]);
                half_told disturbed(GetParam(), at);
                const auto outcome = disturbed.attempt(which, &how);
                expect_no_harm(undisturbed.world, disturbed.world, outcome);
                expect_the_truth(outcome, usual, how);
                if (std::holds_alternative<engine::attempt_succeeded>(outcome) && !is_consistent_lie(how))
                    EXPECT_EQ(disturbed.world.facts(), after) << "it says that it succeeded";
            }
        }
    }
}

// The answer to the call is lost, and one answer to the look is distorted. What did not happen never counts as done,
// and what happened is not done a second time where that would do harm.
TEST_P(OktaHostileRows, AreNeverSettledForTheOpposite)
{
    for (std::size_t at = 0; at < GetParam().lines.size(); ++at) {
        const auto& row = okta::operation_named(GetParam().lines[at].action);
        if (!row.writes() || row.probe == okta::probe_kind::none || row.probe == okta::probe_kind::again)
            continue;
        for (const bool done : {true, false}) {
            half_told counted(GetParam(), at);
            const auto usual = counted.lost(done, 0, nullptr);
            const auto* plainly = std::get_if<engine::probe_settled>(&usual);
            if (!done && plainly != nullptr && plainly->verdict == probe_verdict::done)
                continue; // there was nothing to do
            const auto exchanges = static_cast<int>(counted.world.wire.sent.size());
            for (const auto& how : hostile_answers()) {
                for (int which = 1; which <= exchanges && !is_consistent_lie(how); ++which) {
                    SCOPED_TRACE(std::string(row.name) + ": " + how.name + " instead of answer " +
                                 std::to_string(which) + (done ? ", done" : ", not done"));
                    half_told disturbed(GetParam(), at);
                    const auto outcome = disturbed.lost(done, which, &how);
                    for (const auto& call : disturbed.world.wire.sent)
                        EXPECT_TRUE(stays_in_place(call) && call.starts_with("GET ")) << call;
                    const auto* settled = std::get_if<engine::probe_settled>(&outcome);
                    if (settled != nullptr && !done)
                        EXPECT_NE(settled->verdict, probe_verdict::done);
                    if (settled != nullptr && done && must_not_be_repeated(row))
                        EXPECT_NE(settled->verdict, probe_verdict::not_done);
                }
            }
        }
    }
}

// A page of two entries each, so that a page in the middle and the last one are distorted too.
TEST(OktaHostilePaging, AListingIsWholeOrFails)
{
    for (const auto& [action, inputs] :
         {std::pair{"okta.users.list", R"({"limit":1})"}, std::pair{"okta.groups.list", R"({"limit":1})"}})
    {
        attempt_at undisturbed(whole_company);
        const auto usual = undisturbed.of(undisturbed.asking(action, inputs), 0, nullptr);
        const auto* truth = std::get_if<engine::attempt_succeeded>(&usual);
        ASSERT_NE(truth, nullptr) << action;
        const auto exchanges = static_cast<int>(undisturbed.wire.sent.size());
        ASSERT_GT(exchanges, 2) << action;
        for (const auto& how : hostile_answers()) {
            for (int which = 1; which <= exchanges; ++which) {
                SCOPED_TRACE(std::string(action) + ": " + how.name + " instead of page " + std::to_string(which));
                attempt_at disturbed(whole_company);
                const auto outcome = disturbed.of(disturbed.asking(action, inputs), which, &how);
                expect_no_harm(undisturbed, disturbed, outcome);
                const auto* told = std::get_if<engine::attempt_succeeded>(&outcome);
                if (told != nullptr && !is_consistent_lie(how) && how.name != "a status nobody knows")
                    EXPECT_EQ(ids_in(told->outputs["items"]), ids_in(truth->outputs["items"]));
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Told, OktaHostileRows, testing::ValuesIn(stories()),
                         [](const auto& one) { return std::string(one.param.name); });

} // namespace jmld::tests
