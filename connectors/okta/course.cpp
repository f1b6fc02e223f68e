// The course of a verification as a value and back. Times are those of the clock that the looks are made by.
#include "connectors/okta/course.hpp"

#include <algorithm>
#include <array>

namespace jmld::okta {

using engine::value;
using engine::value_list;

namespace {

value as_value(const finding& one)
{
    return value::map({{"kind", one.kind}, {"id", one.id}, {"name", one.name}, {"removable", one.removable}});
}

finding finding_in(const value& said)
{
    const auto* removable = said["removable"].if_bool();
    return {said["kind"].text_or(), said["id"], said["name"], removable != nullptr && *removable};
}

bool is_set(const value& said)
{
    const auto* flag = said.if_bool();
    return flag != nullptr && *flag;
}

int number(const value& said)
{
    const auto* found = said.if_integer();
    return found == nullptr ? 0 : static_cast<int>(*found);
}

} // namespace

course::course(const value& progress, time_point now) : now_(now), since_(now)
{
    if (!progress.is_map())
        return;
    began_ = true;
    if (const auto* since = progress["since"].if_timestamp())
        since_ = *since;
    for (const auto& one : progress["clean"].items())
        if (const auto* when = one.if_timestamp())
            clean_.push_back(*when);
    for (const auto& one : progress["left"].items())
        left_.insert(one.text_or());
    for (const auto& [key, times] : progress["times"].entries())
        times_[key] = number(times);
    for (const auto& one : progress["contain"].items())
        to_contain_.push_back(finding_in(one));
    drift_ = progress["drift"].items();
    looks_ = number(progress["looks"]);
    status_fitted_ = is_set(progress["status_fitted"]);
    took_away_ = is_set(progress["took_away"]);
}

std::vector<finding> course::came_back(const judgement& seen, const work& now)
{
    const bool knows = now.request.image["user"]["id"].text_or() == now.user();
    const auto was_there = [&](const finding& one) {
        if (began_)
            return left_.contains(one.key());
        const bool in_no_image = one.kind == "token"; // a run reads no tokens before it begins
        return !knows || in_no_image || now.in_image(one.kind + "s", one.id.text_or()) != nullptr;
    };
    std::vector<finding> back;
    std::set<std::string> left;
    for (const auto& one : seen.findings) {
        const bool there = one.kind == "status" ? !status_fitted_ : was_there(one);
        if (there)
            left.insert(one.key());
        else
            back.push_back(one);
    }
    left_ = std::move(left);
    status_fitted_ = status_fitted_ || seen.status_fits;
    return back;
}

void course::contain(const std::vector<finding>& what)
{
    for (const auto& one : what) {
        auto& times = times_[one.key()];
        if (times == 0) {
            news_.push_back(one.named());
            drift_.push_back(one.named().with("at", now_));
        }
        if (times++ < containments_max && one.removable)
            to_contain_.push_back(one);
    }
}

bool course::count(duration apart)
{
    since_ = now_;
    looks_ = 0;
    if (!clean_.empty() && now_ < clean_.back() + apart)
        return false;
    clean_.push_back(now_);
    return true;
}

void course::not_clean()
{
    if (!clean_.empty())
        since_ = now_;
    clean_.clear();
}

duration course::pause()
{
    constexpr std::array<duration, 4> pauses{duration(1'000), duration(2'000), duration(4'000), duration(5'000)};
    return pauses[static_cast<std::size_t>(std::min(looks_++, 3))];
}

void course::contained()
{
    took_away_ = took_away_ || !to_contain_.empty();
    to_contain_.clear();
}

value course::reads() const { return value_list(clean_.begin(), clean_.end()); }

value course::progress() const
{
    value_list contain;
    for (const auto& one : to_contain_)
        contain.push_back(as_value(one));
    engine::value_map times;
    for (const auto& [key, amount] : times_)
        times.emplace_back(key, amount);
    return value::map({{"since", since_},
                       {"clean", reads()},
                       {"left", value_list(left_.begin(), left_.end())},
                       {"times", value(std::move(times))},
                       {"contain", std::move(contain)},
                       {"drift", drift_},
                       {"came_back", news_},
                       {"looks", looks_},
                       {"status_fitted", status_fitted_},
                       {"took_away", took_away_}});
}

} // namespace jmld::okta
