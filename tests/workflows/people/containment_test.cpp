// Further accounts under the number of somebody who leaves: which are closed off, from when on, and what the guard
// says.
#include "workflows/people/containment.hpp"

#include "tests/workflows/people/sample_people.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::Field;

worker dana_of_hr()
{
    worker who;
    who.id = "100231";
    return who;
}

okta_candidate account(const char* id, const char* number, const char* status = "ACTIVE", const char* login = "x@y.zz")
{
    return {id, login, status, number, {}};
}

TEST(Containment, TakesExactlyThoseThatCarryTheNumber)
{
    const std::vector<okta_candidate> found{account("u1", "100231"), account("u2", "100231"), account("u3", "100231x"),
                                            account("u4", "")};
    EXPECT_THAT(accounts_to_contain(dana_of_hr(), found, "u1", default_policy()),
                ElementsAre(Field(&okta_candidate::id, "u2")));
}

TEST(Containment, LeavesOutThoseThatNobodyCanUseAndThoseThatThePolicyProtects)
{
    auto rules = default_policy();
    rules.protected_people = {"glass@y.zz"};
    const std::vector<okta_candidate> found{account("u1", "100231", "DEPROVISIONED"),
                                            account("u2", "100231", "LOCKED_OUT"),
                                            account("u3", "100231", "ACTIVE", "glass@y.zz")};
    EXPECT_THAT(accounts_to_contain(dana_of_hr(), found, {}, rules), ElementsAre(Field(&okta_candidate::id, "u2")));
}

TEST(Containment, KnowsANumberThatWasGivenASecondTime)
{
    auto who = dana_of_hr();
    who.universal_id = "U-1";
    auto hers = account("u2", "100231"), anothers = account("u3", "100231"), unsaid = account("u4", "100231");
    hers.universal_id = "U-1";
    anothers.universal_id = "U-2";
    EXPECT_THAT(accounts_to_contain(who, {hers, anothers, unsaid}, "u1", default_policy()),
                ElementsAre(Field(&okta_candidate::id, "u2"), Field(&okta_candidate::id, "u4")));

    person_record owner;
    EXPECT_FALSE(is_somebody_else(owner, who)); // nothing is known of whose it is
    owner.believed.id = "100900";
    EXPECT_TRUE(is_somebody_else(owner, who));
    owner.believed.universal_id = "U-1"; // the same person under another number
    EXPECT_FALSE(is_somebody_else(owner, who));
    owner.believed.id = who.id;
    owner.believed.universal_id = "U-2";
    EXPECT_TRUE(is_somebody_else(owner, who));
}

TEST(Containment, IsNotForAnEndThatWasTakenBackOrCorrected)
{
    canonical_event end = e06(), back = e08();
    end.process_id = "P1";
    end.entered_at = at("2026-11-20T09:00:00Z");
    back.rescinds = "P1";
    back.entered_at = at("2026-11-21T09:00:00Z");
    EXPECT_TRUE(takes_back(back, end));
    back.rescinds = "P2";
    EXPECT_FALSE(takes_back(back, end));
    auto moved = end;
    moved.key.id = "another";
    moved.corrects = end.key.id;
    moved.entered_at = at("2026-11-22T09:00:00Z");
    EXPECT_TRUE(takes_back(moved, end));
    end.corrects = "another"; // each names the other: the one entered later counts
    EXPECT_FALSE(takes_back(end, moved));
}

TEST(Containment, CountsFromTheMomentAtWhichAccessEnds)
{
    const auto now = at("2026-11-26T00:00:00Z");
    auto rules = default_policy();
    EXPECT_EQ(access_ends_at(e06(), rules, now), at("2026-12-18T23:00:00Z")); // the end of her last day in Berlin
    EXPECT_EQ(access_ends_at(e06(), rules, at("2027-01-05T00:00:00Z")), at("2027-01-05T00:00:00Z"));
    rules.urgent_reasons = {"cause"};
    EXPECT_EQ(access_ends_at(e06().because("cause"), rules, now), now);
    EXPECT_EQ(access_ends_at(e01(), rules, now), std::nullopt);
    EXPECT_EQ(access_ends_at(e08(), rules, now), std::nullopt);
    EXPECT_EQ(access_ends_at(e16(), rules, now), now);
}

TEST(Containment, IsHeldByTheGuardLikeAnyOtherLeaver)
{
    auto rules = default_policy();
    rules.guard.max_leavers = 2;
    guard_counts counts;
    counts.leavers_in_window = 1;
    EXPECT_TRUE(guard_allows(rules, counts));
    counts.leavers_in_window = 2;
    EXPECT_FALSE(guard_allows(rules, counts));
    counts.released = true;
    EXPECT_TRUE(guard_allows(rules, counts));
    counts = {};
    counts.hold_open = true;
    EXPECT_FALSE(guard_allows(rules, counts));
}

} // namespace
} // namespace jmld::workflows
