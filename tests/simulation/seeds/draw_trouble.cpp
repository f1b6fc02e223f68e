// What goes wrong while it may: Okta's answers, the network, the process, its disk, its clock, and operators with bad
// timing. Nothing of it lasts beyond `calm_from`.
#include "tests/simulation/seeds/dice.hpp"
#include "tests/simulation/seeds/story.hpp"

#include <algorithm>

namespace jmld::simulation {

namespace {

// Where a request may be hit: everything a joiner, a mover or a leaver calls.
value some_match(dice& chance)
{
    static const std::vector<std::pair<std::string, std::string>> places = {{"*", "/**"},
                                                                            {"GET", "/**"},
                                                                            {"GET", "/api/v1/users/**"},
                                                                            {"GET", "/api/v1/users"},
                                                                            {"GET", "/api/v1/groups"},
                                                                            {"POST", "/api/v1/users"},
                                                                            {"POST", "/api/v1/users/*"},
                                                                            {"POST", "/api/v1/users/*/lifecycle/*"},
                                                                            {"DELETE", "/api/v1/users/*/sessions"},
                                                                            {"PUT", "/api/v1/groups/*/users/*"},
                                                                            {"DELETE", "/api/v1/groups/*/users/*"},
                                                                            {"POST", "/api/v1/apps/*/users"},
                                                                            {"DELETE", "/api/v1/apps/*/users/*"}};
    const auto& [method, path] = chance.of(places);
    return value::map({{"method", method}, {"path", path}});
}

value answered(std::int64_t status, const value& body, const value& headers = value::map({}))
{
    return value::map({{"status", status}, {"body", body}, {"headers", headers}});
}

value some_429(dice& chance, time_point at)
{
    const auto body = value::map({{"errorCode", "E0000047"}, {"errorSummary", "API call exceeded rate limit"}});
    const auto reset = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() + chance.between(1, 90);
    switch (chance.below(3)) {
    case 0:
        return answered(429, body);
    case 1:
        return answered(429, body, value::map({{"X-Rate-Limit-Reset", std::to_string(reset)}}));
    case 2:
        break;
    }
    return answered(429, body, value::map({{"X-Rate-Limit-Reset", "soon"}, {"Retry-After", "later"}}));
}

// Something that may also happen to a request which has taken effect.
value disguised(dice& chance)
{
    static const std::vector<value> bodies = {value("{\"id\": \"00u"), value("<html>gateway</html>"), value::list({}),
                                              value("")};
    const auto status = chance.of(std::vector<std::int64_t>{200, 200, 500, 502, 503, 504});
    return value::map({{"answer", answered(status, chance.of(bodies))}, {"applies", true}});
}

// `counted`: every request must reach Okta's own counting, so that its ledger tells what was spent of each limit.
value some_fault(dice& chance, const story& into, bool counted)
{
    const auto at = into.start + chance.minutes(0, 20 * 24 * 60);
    const int what = counted ? chance.between(60, 99) : chance.below(100);
    value made;
    if (what < 22)
        made = value::map({{"answer", answered(chance.of(std::vector<std::int64_t>{500, 502, 503, 503, 504}),
                                               value::map({{"errorCode", "E0000010"}}))}});
    else if (what < 36)
        made = value::map({{"answer", some_429(chance, at)}});
    else if (what < 44)
        made = value::map({{"answer", answered(chance.of(std::vector<std::int64_t>{401, 403, 403, 404, 400}),
                                               value::map({{"errorCode", "E0000006"}, {"errorSummary", "no"}}))}});
    else if (what < 54)
        made = value::map({{"drop", "before"}});
    else if (what < 60)
        made = value::map({{"crash", "before"}});
    else if (what < 70)
        made = value::map({{"drop", "after"}});
    else if (what < 76)
        made = value::map({{"crash", "after"}});
    else if (what < 88)
        made = disguised(chance);
    else if (what < 94)
        made = value::map({{"delay", chance.of(std::vector<std::string>{"2s", "20s", "45s"})}});
    else
        made = value::map({{"stale", chance.of(std::vector<std::string>{"2s", "10s"})}});
    made = made.with("match", some_match(chance)).with("at", to_rfc3339(at));
    // An empty list that Okta does not mean is no fault of hers but a lie, and nobody can tell it from the truth.
    const auto method = made["match"]["method"].text_or();
    if (made["answer"]["body"].is_list() && (method == "GET" || method == "*"))
        made = made.with("answer", made["answer"].with("body", "[{\"id\": \"00"));
    const bool deadly = !made["crash"].is_null(); // a life would follow the other without end
    if (!counted && !deadly && chance.percent(12)) {
        auto lasting = chance.of(std::vector<std::string>{"30s", "10m", "3h", "1d"});
        // Whoever is told to wait asks every minute, as who leaves must: a day of that is told as going round in
        // circles.
        if (made["answer"]["status"] == value(std::int64_t{429}) && lasting == "1d")
            lasting = "3h";
        return made.with("for", lasting);
    }
    return made.with("times", std::int64_t{chance.weighted<int>({{6, 1}, {3, 2}, {2, 4}, {1, 9}})});
}

void draw_limits(story& into, dice& chance)
{
    into.limits = value::map({{"/api/v1/users", std::int64_t{chance.between(10, 60)}},
                              {"/api/v1/users/{id:.+}", std::int64_t{chance.between(10, 60)}},
                              {"/api/v1/users/{id}", std::int64_t{chance.between(10, 60)}},
                              {"/api/v1/groups", std::int64_t{chance.between(10, 60)}},
                              {"/api/v1/groups/{id}", std::int64_t{chance.between(10, 60)}},
                              {"/api/v1/apps", std::int64_t{chance.between(10, 60)}},
                              {"/api/v1/apps/{id}", std::int64_t{chance.between(10, 60)}}});
}

void draw_words(story& into, dice& chance)
{
    static const std::vector<std::pair<int, engine::verb>> verbs = {
        {6, engine::verb::pause},  {4, engine::verb::resume},    {4, engine::verb::retry},
        {1, engine::verb::cancel}, {1, engine::verb::terminate}, {1, engine::verb::cancel}};
    const int count = chance.between(1, 6);
    for (int i = 0; i < count; ++i) {
        // At the moment of a delivery, or anywhere.
        auto at = chance.of(into.deliveries).at + duration(chance.below(4'000));
        if (chance.percent(40))
            at = into.start + chance.minutes(0, 20 * 24 * 60);
        into.words.push_back({at, chance.weighted(verbs), chance.below(3)});
    }
}

void draw_disk(story& into, dice& chance)
{
    const int count = chance.between(1, 4);
    for (int i = 0; i < count; ++i) {
        const auto first = static_cast<std::uint64_t>(chance.between(1, 120));
        const auto code = chance.percent(70) ? errc::overloaded : errc::storage_failed;
        const int times = code == errc::overloaded ? chance.between(1, 5) : 1;
        for (int n = 0; n < times; ++n)
            into.failing_writes.push_back({first + static_cast<std::uint64_t>(n), code});
    }
}

} // namespace

void draw_trouble(story& into, dice& chance)
{
    const bool counted = chance.percent(20);
    if (counted)
        draw_limits(into, chance);
    const int faults = chance.weighted<int>({{2, 0}, {4, 3}, {4, 7}, {2, 15}});
    engine::value_list all;
    for (int i = 0; i < faults; ++i)
        all.push_back(some_fault(chance, into, counted));
    into.faults = value(std::move(all));
    for (int i = chance.weighted<int>({{5, 0}, {3, 1}, {2, 3}}); i > 0; --i)
        into.crashes.push_back(static_cast<std::uint64_t>(chance.between(1, 150)));
    for (int i = chance.weighted<int>({{6, 0}, {2, 1}, {1, 2}}); i > 0; --i)
        into.deaths.push_back(chance.of(into.deliveries).at + duration(chance.below(5'000)));
    if (chance.percent(20))
        draw_disk(into, chance);
    if (chance.percent(30))
        draw_words(into, chance);
    if (chance.percent(10))
        into.jumps.push_back({into.start + chance.minutes(0, 15 * 24 * 60), chance.minutes(-180, 600)});
}

story draw_story(std::uint64_t seed)
{
    dice chance(seed);
    story made;
    made.seed = seed;
    made.start = at("2027-01-04T00:00:00Z") + chance.minutes(0, 24 * 60);
    made.calm_from = made.start + std::chrono::hours(24 * 30);
    made.end = made.start + std::chrono::hours(24 * 90);
    made.policy = "guard: {window: 60m, max_leavers: 1000, max_percent: 100}\n";
    made.access.everybody = {{"Staff"}, {"Slack"}};
    static const std::vector<std::string> groups = {"Red", "Green", "Blue", "Grey"}, apps = {"Mail", "Wiki", "Code"};
    for (const char* name : {"North", "South", "East"}) {
        access_draw::grants gives;
        for (const auto& group : groups)
            if (chance.percent(40))
                gives.groups.push_back(group);
        for (const auto& app : apps)
            if (chance.percent(40))
                gives.apps.push_back(app);
        made.access.departments.emplace_back(name, gives);
    }
    draw_workflows(made, chance);
    draw_people(made, chance);
    draw_trouble(made, chance);
    draw_by_hand(made);
    return made;
}

} // namespace jmld::simulation
