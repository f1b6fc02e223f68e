// One conduct for every object that has no rules of its own: look, call unless it is so already, and say what was there
// before. A namesake that is not as we would make it is never touched.
#include "connectors/okta/object_look.hpp"

#include <utility>

namespace jmld::okta {

using engine::failure_kind;
using engine::value;

namespace {

constexpr duration earlier_attempts{3'600'000}; // how long ago an earlier attempt of a step may have made it

/// What the probe and the inverse need to know of the time before the call.
value before_of(const operation& row, const seen_object& seen)
{
    if (row.looks.shows == sign::made)
        return value::map({{"named", seen.named}});
    return value::map({{"so", seen.so}, {"object", seen.object}});
}

/// It is so already: by an earlier attempt of this step, or by somebody else.
bool is_our_doing(const work& now, const seen_object& seen)
{
    const auto recent = is_since(seen.object, "created", now.request.first_started - earlier_attempts);
    return now.tried_before() && (now.row.looks.shows != sign::made || recent.value_or(true));
}

/// Why nothing may be made under this name; empty when it may.
std::string namesake(const operation& row, const seen_object& seen)
{
    if (seen.alike > 1)
        return "there are several of this name already, all as it should be made";
    if (row.looks.shows != sign::made || !row.looks.name_is_key || seen.named.empty() || seen.alike == 1)
        return {};
    return "there is one of this name already (" + seen.named.front().text_or() +
           "), and it is not as it should be made";
}

/// The inputs, with what stays as it is because nobody said otherwise.
value with_kept(const work& now, const value& object)
{
    auto arguments = now.request.inputs;
    for (const auto& parameter : now.row.parameters)
        if (const auto& there = at_key(object, parameter.wire);
            parameter.kept && now.input(parameter.name).is_null() && !there.is_null())
            arguments = arguments.with(std::string(parameter.name), there);
    return arguments;
}

/// Okta refuses a second one of that name: ours, when an earlier attempt made it and the list lagged behind.
void tell_existing(const work& now, reply& answer)
{
    const bool exists = answer.error.mentions("already exist") || answer.error.code == "E0000040";
    if (now.row.looks.shows == sign::made && answer.failure && exists)
        answer.failure->kind = now.tried_before() ? failure_kind::conflict : failure_kind::already_exists;
}

} // namespace

attempting attempt_object(work& now)
{
    seen_object seen;
    value before;
    if (looks_first(now.row)) {
        seen = co_await look_for(now, now.row);
        if (!seen.ok())
            co_return now.failed(seen.answer);
        before = before_of(now.row, seen);
        if (auto problem = namesake(now.row, seen); !problem.empty())
            co_return now.refused(failure_kind::already_exists, std::move(problem));
        if (seen.so && now.row.looks.shows != sign::stamped) // a stamp of before is not ours
            co_return now.done(object_outputs(now, seen.object, true), is_our_doing(now, seen), before, {});
    }
    auto answer = co_await call_for(now, now.row, with_kept(now, seen.object), seen);
    if (answer.ok())
        co_return now.done(object_outputs(now, answer.body, false), true, before, answer.mark);
    if (const auto* already = answer.already(now.row); already != nullptr) {
        if (already->read_back) { // the refusal may mean something else
            seen = co_await look_for(now, now.row);
            if (!seen.ok() || !seen.so)
                co_return now.failed(answer, before);
        }
        co_return now.done(object_outputs(now, seen.object, false), now.tried_before(), before, answer.mark);
    }
    tell_existing(now, answer);
    co_return now.failed(answer, before);
}

} // namespace jmld::okta
