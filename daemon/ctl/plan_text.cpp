// Day by day: what is done, why, and the exact call. Ids that Okta has not given yet are not shown as if it had.
#include "daemon/ctl/plan_text.hpp"

#include <fmt/format.h>

namespace jmld::ctl {

namespace {

using engine::value;

std::string instant(const value& at)
{
    auto text = at.text_or();
    if (const auto zero = text.find('.'); zero != std::string::npos)
        text = text.substr(0, zero) + "Z";
    if (text.size() == 20)
        text = text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
    return text;
}

std::string effective(const value& plan)
{
    const auto& moment = plan["effective"];
    if (!moment["date"].is_text())
        return instant(moment["at"]);
    const auto type = plan["type"].text_or();
    const bool ends = type == "worker.terminated" || type == "worker.contract_ended";
    return fmt::format("{}{} where the person works ({}), which is {}", ends ? "at the end of " : "",
                       moment["date"].text_or(), moment["zone"].text_or("UTC"), instant(moment["at"]));
}

/// The account that the plan itself creates has no id yet.
std::string new_account(const value& plan)
{
    for (const auto& call : plan["calls"].items())
        if (call["action"].text_or() == "okta.users.create")
            return call["target"]["id"].text_or();
    return {};
}

std::string path_of(const value& call, const std::string& made)
{
    auto path = call["path"].text_or();
    if (const auto place = made.empty() ? std::string::npos : path.find(made); place != std::string::npos)
        path.replace(place, made.size(), "{new account}");
    return call["query"].is_text() ? path + "?" + call["query"].text_or() : path;
}

std::string calls_text(const value& plan)
{
    const auto made = new_account(plan);
    std::string text, last;
    for (const auto& call : plan["calls"].items()) {
        const auto at = instant(call["at"]);
        if (at != last)
            text += fmt::format("\n{}\n", at);
        last = at;
        text += fmt::format("  * {}\n      because {}\n      {} {}\n", call["says"].text_or(call["action"].text_or()),
                            call["why"].text_or("of step " + call["step"].text_or()), call["method"].text_or(),
                            path_of(call, made));
    }
    return text;
}

std::string review_text(const value& plan)
{
    std::string text;
    for (const auto& item : plan["review"].items())
        for (const auto& [kind, name] : {std::pair("group", "name"), {"app", "label"}, {"role", "type"}})
            if (item[kind].is_map())
                text += fmt::format("  * {} {} (to be looked at by: {})\n", kind, item[kind][name].text_or(),
                                    item["owner"].text_or());
    return text.empty() ? text : "\nLeft as it is, because no rule gave it\n" + text;
}

std::string list_of(const value& texts)
{
    std::string all;
    for (const auto& text : texts.items())
        all += (all.empty() ? "" : ", ") + text.text_or();
    return all;
}

} // namespace

std::string plan_text(const value& plan)
{
    const auto who = plan["subject"]["name"].text_or("Somebody whom the event does not name");
    auto text = fmt::format("{}: {}\n", who, plan["type"].text_or("an event that is not handled"));
    text += fmt::format("  decision      {}: {}\n", plan["decision"].text_or("none"), plan["reason"].text_or());
    if (plan["effective"].is_map())
        text += fmt::format("  takes effect  {}\n", effective(plan));
    if (plan["workflow"].is_text())
        text += fmt::format("  workflow      {}, which would end {}\n", plan["workflow"].text_or(),
                            plan["state"].text_or());
    if (const auto some = list_of(plan["candidates"]); !some.empty())
        text += fmt::format("  accounts that may be meant: {}\n", some);
    if (plan["why"].is_map())
        text += fmt::format("  it would stop: {} {}\n", plan["why"]["kind"].text_or(), plan["why"]["detail"].text_or());
    for (const auto& alarm : plan["alarms"].items())
        text += fmt::format("  alarm         {}\n", alarm["message"].text_or());
    text += plan["calls"].items().empty() ? "\nNothing would be changed in Okta.\n" : calls_text(plan);
    text += review_text(plan);
    return text + "\nThis is a plan: nothing was sent, and nothing is kept of it.\n";
}

} // namespace jmld::ctl
