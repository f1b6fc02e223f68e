// The routes are the daemon's own, so a word means here what it means there.
#include "daemon/scenario/operator_words.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::daemon::scenario {

using engine::value;

namespace {

bool is_about(const value& subject, const std::string& person)
{
    return std::ranges::any_of(std::initializer_list<std::string_view>{"worker_id", "universal_id", "okta_id", "key"},
                               [&](std::string_view key) { return subject[key].text_or() == person; });
}

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
            return latest_of(world_.runs());
        if (word_.kind == "event")
            return latest_of(world_.events());
        if (word_.kind == "hold")
            return hold();
        return approval();
    }

private:
    std::string latest_of(const std::vector<value>& oldest_first) const
    {
        for (auto one = oldest_first.rbegin(); one != oldest_first.rend(); ++one)
            if (word_.person.empty() || is_about((*one)["subject"], word_.person))
                return word_.kind == "event" ? (*one)["source"].text_or() + "~" + (*one)["id"].text_or()
                                             : (*one)["id"].text_or();
        return {};
    }

    std::string hold()
    {
        const auto rows = world_.holds();
        const auto events = word_.person.empty() ? std::vector<value>() : world_.events();
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            const bool wanted = word_.person.empty() || std::ranges::any_of(events, [&](const value& event) {
                                    const event_key key{event["source"].text_or(), event["id"].text_or()};
                                    return is_about(event["subject"], word_.person) &&
                                           std::ranges::find(row->events, key) != row->events.end();
                                });
            if (wanted)
                return row->id.text;
        }
        return {};
    }

    std::string approval()
    {
        const auto answer = world_.operate("GET", "/v1/approvals", {}, word_.as);
        if (!answer || answer->status != 200)
            return {};
        const auto listed = engine::json::parse(answer->body).value_or(value());
        std::vector<value> all = listed["approvals"].items();
        std::ranges::sort(all, {}, [](const value& one) { return one["id"].text_or(); });
        return latest_of(all);
    }

    rehearsal& world_;
    const action& word_;
};

std::string path_of(const action& word, const std::string& id)
{
    const auto safe = http::percent_encode(id);
    if (word.verb == "start")
        return "/v1/runs";
    if (!word.step.empty() && word.kind == "run" && word.verb != "rollback")
        return fmt::format("/v1/runs/{}/steps/{}/{}", safe, http::percent_encode(word.step), word.verb);
    return fmt::format("/v1/{}s/{}/{}", word.kind, safe, word.verb);
}

value body_of(const action& word)
{
    auto body = word.more.with("reason", word.reason);
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
