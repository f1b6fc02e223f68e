// Plain text of at most 100 columns where the names allow it, without colours: it is for paper.
#include "daemon/ctl/evidence_page.hpp"

#include "daemon/ctl/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace jmld::ctl {

using engine::value;

namespace {

std::string line(std::string_view what, const value& says) { return fmt::format("  {:<14} {}\n", what, shown(says)); }

std::string heading(std::string_view words) { return fmt::format("\n{}\n", words); }

// 3 d 4 h 5 min 6.007 s, without the parts that are nought.
std::string span_in_words(std::int64_t ms)
{
    std::string words;
    const auto part = [&](std::int64_t size, std::string_view unit) {
        if (ms >= size)
            words += fmt::format("{}{} {}", words.empty() ? "" : " ", ms / size, unit);
        ms %= size;
    };
    part(86'400'000, "d");
    part(3'600'000, "h");
    part(60'000, "min");
    if (ms > 0 || words.empty())
        words += fmt::format("{}{}{} s", words.empty() ? "" : " ", ms / 1000,
                             ms % 1000 == 0 ? std::string() : fmt::format(".{:03}", ms % 1000));
    return words;
}

std::string lateness(const value& late)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> who{{
        {"hr", "entered by HR after it was effective"},
        {"delivery", "from the entry until it reached jmld"},
        {"jmld", "until jmld's first call, holds and approvals included"},
        {"okta", "from the first call until contained, or verified where nothing is contained"},
    }};
    std::string page;
    for (const auto& [key, words] : who) {
        const auto* ms = late[key].if_integer();
        page += fmt::format("  {:<10} {:<22} {}\n", key, ms == nullptr ? "not known" : span_in_words(*ms), words);
    }
    return page;
}

std::string names(const value& items, std::string_view key)
{
    if (!items.is_list())
        return "not read";
    std::string all;
    for (const auto& item : items.items()) {
        const auto& more = item["membership"].is_text() ? item["membership"] : item["scope"];
        all += fmt::format("{}{}{}", all.empty() ? "" : ", ", shown(item[key]),
                           more.is_text() ? fmt::format(" ({})", more.text_or()) : std::string());
    }
    return all.empty() ? "none" : all;
}

std::string image(std::string_view when, const value& seen)
{
    auto page = heading(when);
    if (!seen.is_map())
        return page + "  not read\n";
    page += line("status", seen["status"]);
    for (const auto& [list, key] : {std::pair{"groups", "name"}, std::pair{"apps", "label"}, std::pair{"roles", "type"},
                                    std::pair{"factors", "factorType"}})
        page += line(list, names(seen[list], key));
    return page;
}

std::string requests(const value& call)
{
    if (call["request_ids"].is_list()) {
        std::string all;
        for (const auto& id : call["request_ids"].items())
            all += (all.empty() ? "" : " ") + shown(id);
        return all;
    }
    return shown(call["request_id"]);
}

// A look that was not the last word says itself what it found: "clean so far" is nothing unexpected.
std::string found_by(const value& read)
{
    if (const auto* clean = read["clean"].if_bool())
        return *clean ? "as expected" : "not as expected";
    return read["detail"].text_or("not decided");
}

std::string calls(const value& record)
{
    auto page = heading("What was asked of Okta (each request id leads to Okta's System Log)");
    for (const auto& call : record["calls"].items())
        page += fmt::format("  {}  {:<6} {}  {}  {}{}\n", shown(call["at"]), shown(call["method"]), shown(call["path"]),
                            shown(call["status"]), requests(call), call["undo"] == value(true) ? "  (undoing)" : "");
    page += heading("What was read back");
    for (const auto& read : record["reads"].items())
        page +=
            fmt::format("  {}  {}  {}  {}\n", shown(read["at"]), found_by(read), shown(read["status"]), requests(read));
    return page;
}

std::string list(std::string_view title, const value& items)
{
    if (items.items().empty())
        return {};
    auto page = heading(title);
    for (const auto& item : items.items())
        page += fmt::format("  - {}\n", shown(item));
    return page;
}

std::string changes_in_log(const value& log)
{
    std::string page;
    for (const auto& change : log["changes"].items())
        page += fmt::format("  {}  {:<6} {}  {}  {}\n", shown(change["at"]), shown(change["method"]),
                            shown(change["path"]), requests(change),
                            change["request_id"].text_or().empty() ? "its answer was lost: no id to look for"
                            : change["entries"].items().empty()    ? "NO ENTRY"
                                                                   : "in the log");
    for (const auto& entry : log["entries"].items())
        page += fmt::format("    {}  {:<44} {:<8} {}  by {}{}\n", shown(entry["published"]), shown(entry["eventType"]),
                            shown(entry["outcome"]), shown(entry["request_id"]), shown(entry["actor"]),
                            entry["ours"] == value(true) ? "" : "  (not ours)");
    return page;
}

std::string supplement(const value& record)
{
    auto page = heading(fmt::format("What Okta's System Log said of it at {}", shown(record["asked_at"])));
    if (record["erased"] == value(true) || record["masked"] == value(true))
        page += "  erased, or not for this reader\n";
    else if (const auto& log = record["system_log"]; !log["why"].is_null())
        page += fmt::format("  nothing: {}\n", shown(log["why"]));
    else
        page += changes_in_log(log) + (log["cut_off"] == value(true) ? "  The log had more than was read.\n" : "");
    return page + line("record", record["id"]) + line("hash", record["hash"]);
}

std::string moments(const value& record)
{
    auto page = heading("When");
    const auto& effective = record["effective"];
    page += line("effective", effective["at"]);
    if (effective.is_map())
        page += line("", fmt::format("that is {} in {}", shown(effective["date"]), shown(effective["zone"])));
    for (const auto& [key, words] :
         {std::pair{"entered_at", "entered"}, std::pair{"received_at", "received"},
          std::pair{"started_at", "first call"}, std::pair{"contained_at", "contained"},
          std::pair{"closed_at", "closed"}, std::pair{"verified_at", "verified"}, std::pair{"ended_at", "run ended"}})
        page += line(words, record[key]);
    return page;
}

std::string about(const value& record)
{
    auto page = fmt::format("EVIDENCE {}\n", shown(record["id"]));
    page += line("run", record["run"]) + line("workflow", record["workflow"]) + line("came to", record["state"]);
    page += line("event", record["event"]["id"]) + line("source", record["event"]["source"]);
    const auto& subject = record["subject"];
    page += line("person", subject.is_map() ? subject["name"] : record["person"]);
    for (const auto& [key, words] :
         {std::pair{"worker_id", "worker"}, std::pair{"okta_id", "Okta id"}, std::pair{"login", "login"}})
        if (!subject[key].is_null())
            page += line(words, subject[key]);
    if (record["why"].is_map())
        page += line("because", record["why"]["detail"]);
    return page;
}

} // namespace

std::string evidence_page(const value& record)
{
    auto page = about(record) + moments(record);
    if (record["erased"] == value(true) || record["masked"] == value(true)) {
        page += heading(record["erased"] == value(true) ? "The content was erased; what is above is kept."
                                                        : "The content is not for this reader.");
    } else {
        page += heading("Who took how long") + lateness(record["late_ms"]);
        page += image("Before", record["before"]) + image("After", record["after"]) + calls(record);
        page += list("Could not be taken away", record["residue"]);
        page += list("Left on purpose: somebody should look", record["review"]);
        page += list("To be known", record["warnings"]) + list("Approvals", record["approvals"]);
        page += list("Declared by people", record["rulings"]);
        page += heading("What this shows and what it does not") + fmt::format("  {}\n", shown(record["scope"]));
    }
    for (const auto& more : record["supplements"].items())
        page += supplement(more);
    page += heading("Chain");
    page += line("before it", record["previous_hash"]) + line("this record", record["hash"]);
    if (const auto& earlier = record["earlier"].items(); !earlier.empty())
        page += fmt::format("\nThis run was reopened; it had ended {} before (-o json shows those records).\n",
                            earlier.size() == 1 ? "once" : fmt::format("{} times", earlier.size()));
    return page;
}

} // namespace jmld::ctl
