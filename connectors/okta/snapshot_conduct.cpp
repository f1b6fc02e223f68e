// Everything that a person has, in one reading: what a run reads before its first step, and besides it what only shows
// when somebody asks. What may not be read is said, with the right that is missing.
#include "connectors/okta/belongings.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

using engine::value;
using engine::value_list;

namespace {

constexpr std::int64_t groups_looked_at = 100, groups_looked_at_most = 1'000;

std::size_t owners_wanted(const work& now)
{
    const auto* told = now.input("groups_looked_at").if_integer();
    const auto wanted = told == nullptr ? groups_looked_at : *told;
    return static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 0, groups_looked_at_most));
}

value outputs_of(const person_image& seen, value image, value_list unread)
{
    for (const auto& gap : seen.unread)
        unread.push_back(gap);
    const value warnings(value_list(seen.warnings.begin(), seen.warnings.end()));
    return image.with("warnings", warnings).with("complete", unread.empty()).with("unread", value(std::move(unread)));
}

value nothing_more(value image)
{
    for (const auto* part : {"devices", "grants", "tokens", "owned_groups"})
        image = image.with(part, value_list{});
    return image;
}

attempting read_the_rest(work& now, person_image seen)
{
    belongings held{now, seen.image["user"]["id"]};
    auto image = seen.image;
    auto devices = co_await held.devices();
    auto grants = co_await held.grants();
    auto tokens = co_await held.tokens();
    auto owned = co_await held.owned_groups(image["groups"], owners_wanted(now));
    if (held.failure)
        co_return now.failed(*held.failure);
    image = image.with("devices", std::move(devices))
                .with("grants", std::move(grants))
                .with("tokens", std::move(tokens))
                .with("owned_groups", std::move(owned));
    for (const auto& gap : held.gaps.parts())
        seen.warnings.push_back(unread_words(gap));
    co_return now.done(outputs_of(seen, std::move(image), held.gaps.parts()), false, {}, {});
}

} // namespace

attempting attempt_snapshot(work& now)
{
    read_options options{.timeout = now.scope.timeout, .urgency = now.scope.urgency, .partly = true};
    auto read = co_await now.people.snapshot(now.user(), options);
    if (auto* failed = std::get_if<engine::attempt_failed>(&read))
        co_return std::move(*failed);
    auto& seen = std::get<person_image>(read);
    now.scope.calls = seen.calls.items();
    if (seen.image["user"].is_null())
        co_return now.done(outputs_of(seen, nothing_more(seen.image), {}), false, {}, {});
    now.scope.person = seen.image["user"]["id"].text_or();
    auto out = co_await read_the_rest(now, std::move(seen));
    co_return out;
}

} // namespace jmld::okta
