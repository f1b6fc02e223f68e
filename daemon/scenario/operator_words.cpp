// The routes are the daemon's own, so a word means here what it means there.
#include "daemon/scenario/operator_words.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::daemon::scenario {

using engine::value;

namespace {

class target_finder
{
public:
    target_finder(rehearsal& world, const action& word) : world_(world), word_(word) {}

    /// The id; empty while there is none.
    std::string find()
    {
        if (!word_.target.empty() && word_.target != "latest")
            return word_.target;
        if (word_.kind == "run")
            return first(world_.run_ids(word_.person));
        if (word_.kind == "hold")
            return first(world_.hold_ids(word_.person));
        if (word_.kind == "approval")
            return approval();
        const auto keys = world_.event_keys(word_.person);
        return keys.empty() ? std::string() : keys.front().source + "~" + keys.front().id;
    }

private:
    template <class Id> static std::string first(const std::vector<Id>& newest_first)
    {
        return newest_first.empty() ? std::string() : newest_first.front().text;
    }

    std::string approval()
    {
        const auto answer = world_.operate("GET", "/v1/approvals", {}, word_.as);
        if (!answer || answer->status != 200)
            return {};
        const auto listed = engine::json::parse(answer->body).value_or(value());
        std::vector<value> all = listed["approvals"].items();
        std::ranges::sort(all, {}, [](const value& one) { return one["id"].text_or(); });
        const auto runs = world_.run_ids(word_.person); // whose it is, the run says
        for (auto one = all.rbegin(); one != all.rend(); ++one)
            if (std::ranges::find(runs, run_id{(*one)["run"].text_or()}) != runs.end() &&
                (word_.step.empty() || (*one)["step"].text_or() == word_.step))
                return (*one)["id"].text_or();
        return {};
    }

    rehearsal& world_;
    const action& word_;
};

std::string path_of(const action& word, const std::string& id)
{
    const auto safe = http::percent_encode(id);
    if (word.verb == "start")
        return "/v1/runs";
    if (!word.step.empty() && word.kind == "run" && word.verb != "rollback" && word.verb != "reschedule")
        return fmt::format("/v1/runs/{}/steps/{}/{}", safe, http::percent_encode(word.step), word.verb);
    return fmt::format("/v1/{}s/{}/{}", word.kind, safe, word.verb);
}

value body_of(const action& word)
{
    auto body = word.more.with("reason", word.reason);
    if (word.verb == "reschedule" && !word.step.empty())
        body = body.with("step", word.step);
    return word.step.empty() || word.verb != "rollback" || !body["to_step"].is_null() ? body
                                                                                      : body.with("to_step", word.step);
}

happened told(const rehearsal& world, const action& word, std::string came_of_it, bool refused)
{
    std::string about = word.kind.empty() ? std::string() : " " + word.kind;
    if (!word.person.empty())
        about += " of " + word.person;
    else if (!word.target.empty())
        about += " " + word.target;
    if (!word.step.empty())
        about += ", step " + word.step;
    return {world.now(), fmt::format("{} by {}{}: {}", word.verb, word.as, about, came_of_it), refused};
}

happened change_organisation(rehearsal& world, const action& word)
{
    const auto done = world.organisation().change_by_other(word.more, world.now());
    return {world.now(),
            fmt::format("somebody else changes {}: {}", word.more["user"].text_or(),
                        done ? engine::json::write(word.more.without("user")) : done.error().what),
            !done};
}

std::string words_of(const http::response& answer)
{
    const auto content = engine::json::parse(answer.body).value_or(value());
    if (answer.status >= 300)
        return fmt::format("refused ({}): {}", answer.status, content["detail"].text_or(content["title"].text_or()));
    for (const auto* key : {"state", "decision", "status"})
        if (content[key].is_text())
            return content[key].text_or();
    return "done";
}

} // namespace

happened carry_out(rehearsal& world, const action& word)
{
    if (word.verb == "org")
        return change_organisation(world, word);
    if (word.verb == "config") {
        world.change_rules(word.rules);
        return {world.now(), "other rules come into force", false};
    }
    std::string id;
    if (word.verb != "start") {
        // What this very instant brings about may still be on its way.
        target_finder finder(world, word);
        world.settle([&] { return !(id = finder.find()).empty(); });
        if (id.empty())
            return told(world, word, "there is none", true);
    }
    const auto answer = world.operate("POST", path_of(word, id), body_of(word), word.as);
    if (!answer)
        return told(world, word, "the answer takes its time", false);
    return told(world, word, words_of(*answer), answer->status >= 300);
}

} // namespace jmld::daemon::scenario
