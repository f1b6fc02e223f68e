// Reading and matching faults. Order is the order in which they were given.
#include "connectors/okta_sim/faults.hpp"

#include "connectors/okta_sim/answers.hpp"
#include "connectors/okta_sim/text.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using engine::value;

std::unexpected<error> wrong(std::string_view pointer, std::string_view what)
{
    return failure(errc::invalid_input, fmt::format("{}: {}", pointer, what));
}

// `*` as in file names, within one segment.
bool segment_matches(std::string_view pattern, std::string_view text)
{
    if (pattern.empty())
        return text.empty();
    if (pattern.front() != '*')
        return !text.empty() && pattern.front() == text.front() && segment_matches(pattern.substr(1), text.substr(1));
    for (std::size_t taken = 0; taken <= text.size(); ++taken) {
        if (segment_matches(pattern.substr(1), text.substr(taken)))
            return true;
    }
    return false;
}

result<duration> read_duration(const value& given, const std::string& pointer)
{
    if (auto const* const length = given.if_duration())
        return *length;
    if (auto const read = parse_duration(given.text_or()); read && *read >= duration::zero())
        return *read;
    return wrong(pointer, "must be a duration such as 30s, 5m or 1d12h");
}

result<fault::moment> read_moment(const value& given, const std::string& pointer)
{
    if (given.text_or() == "before")
        return fault::moment::before;
    if (given.text_or() == "after")
        return fault::moment::after;
    return wrong(pointer, "must be before or after");
}

result<http::response> read_answer(const value& given, const std::string& pointer)
{
    auto const* const status = given["status"].if_integer();
    if (status == nullptr || *status < 200 || *status > 599)
        return wrong(pointer + "/status", "must be an HTTP status from 200 to 599");
    for (auto const& [key, entry] : given.entries()) {
        if (key != "status" && key != "headers" && key != "body")
            return wrong(pointer + "/" + key, "unknown key; an answer has status, headers, body");
    }
    auto made = usual_answer(static_cast<int>(*status));
    if (auto const* const text = given["body"].if_text()) {
        made.body = *text;
        made.headers = {{"Content-Type", text->starts_with('<') ? "text/html" : "application/json"}};
    } else if (auto const* const body = given.find("body"); body != nullptr && !body->is_null())
        made = json_answer(made.status, *body);
    for (auto const& [name, content] : given["headers"].entries()) {
        std::erase_if(made.headers, [&](const auto& header) { return fold_case(header.first) == fold_case(name); });
        for (auto const& one : content.is_list() ? content.items() : engine::value_list{content})
            made.headers.emplace_back(name, one.is_text() ? one.text_or() : engine::json::write(one));
    }
    return made;
}

class fault_reader
{
public:
    fault_reader(const value& given, std::string pointer, time_point now)
        : given_(given), pointer_(std::move(pointer)), now_(now)
    {}

    result<fault> read()
    {
        if (!given_.is_map())
            return wrong(pointer_.empty() ? "/" : pointer_, "must be a map with match and what happens");
        fault made;
        made.stated = given_;
        for (step_of_reading const step :
             {&fault_reader::keys, &fault_reader::match, &fault_reader::when, &fault_reader::what})
        {
            if (auto done = (this->*step)(made); !done)
                return std::unexpected(done.error());
        }
        return made;
    }

private:
    using step_of_reading = result<void> (fault_reader::*)(fault&) const;
    const value& given_;
    std::string pointer_;
    time_point now_;

    std::string at(std::string_view key) const { return fmt::format("{}/{}", pointer_, key); }

    result<void> keys(fault&) const
    {
        constexpr auto known = std::to_array<std::string_view>(
            {"at", "match", "times", "for", "always", "answer", "applies", "drop", "crash", "delay", "stale"});
        for (auto const& [key, entry] : given_.entries()) {
            if (std::ranges::find(known, key) == known.end())
                return wrong(
                    at(key),
                    "unknown key; a fault has at, match, times|for|always, answer, applies, drop, crash, delay, stale");
        }
        return {};
    }

    result<void> match(fault& made) const
    {
        auto const& wanted = given_["match"];
        if (!wanted.is_map() || wanted["path"].text_or().empty())
            return wrong(at("match"), "must be {method, path}; path is required");
        made.method = wanted["method"].text_or();
        if (made.method == "*")
            made.method.clear();
        std::ranges::transform(made.method, made.method.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        made.path = wanted["path"].text_or();
        return {};
    }

    result<void> when(fault& made) const
    {
        made.from = now_;
        if (auto const& moment = given_["at"]; !moment.is_null()) {
            if (auto const* const instant = moment.if_timestamp())
                made.from = *instant;
            else if (auto const named = parse_rfc3339(moment.text_or()))
                made.from = *named;
            else if (auto const offset = read_duration(moment, at("at")))
                made.from = now_ + *offset;
            else
                return std::unexpected(offset.error());
        }
        bool const times = !given_["times"].is_null(), period = !given_["for"].is_null(),
                   always = given_["always"] == value(true);
        if (times + period + always > 1)
            return wrong(pointer_, "one of times, for, always");
        if (times) {
            auto const* const count = given_["times"].if_integer();
            if (count == nullptr || *count < 1)
                return wrong(at("times"), "must be a whole number, at least 1");
            made.left = *count;
        }
        if (period) {
            auto const length = read_duration(given_["for"], at("for"));
            if (!length)
                return std::unexpected(length.error());
            made.until = made.from + *length;
        }
        if (period || always)
            made.left = -1;
        return {};
    }

    result<void> what(fault& made) const
    {
        made.applies = given_["applies"] == value(true);
        if (auto const* const given = given_.find("answer")) {
            auto read = read_answer(*given, at("answer"));
            if (!read)
                return std::unexpected(read.error());
            made.answer = std::move(*read);
        }
        for (auto const& [key, place] : {std::pair{"drop", &fault::drop}, std::pair{"crash", &fault::crash}}) {
            if (given_[key].is_null())
                continue;
            auto const read = read_moment(given_[key], at(key));
            if (!read)
                return std::unexpected(read.error());
            made.*place = *read;
        }
        if (!given_["delay"].is_null()) {
            auto const read = read_duration(given_["delay"], at("delay"));
            if (!read)
                return std::unexpected(read.error());
            made.delay = *read;
        }
        if (!given_["stale"].is_null()) {
            auto const read = read_duration(given_["stale"], at("stale"));
            if (!read)
                return std::unexpected(read.error());
            made.stale = *read;
        }
        bool const nothing = !made.answer && made.drop == fault::moment::never && made.crash == fault::moment::never &&
                             made.delay == duration::zero() && !made.stale;
        return nothing ? wrong(pointer_, "says nothing that happens: answer, drop, crash, delay or stale")
                       : result<void>{};
    }
};

} // namespace

bool path_matches(std::string_view pattern, std::string_view path)
{
    auto const wanted = split_path(pattern);
    auto const given = split_path(path);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "**")
            return true;
        if (i >= given.size() || !segment_matches(wanted[i], http::percent_decode(given[i]).value_or(given[i])))
            return false;
    }
    return wanted.size() == given.size();
}

result<void> fault_list::add(const value& content, time_point now)
{
    std::vector<fault> read;
    auto const one_by_one = content.is_list() ? content.items() : engine::value_list{content};
    for (std::size_t i = 0; i < one_by_one.size(); ++i) {
        auto made = fault_reader(one_by_one[i], content.is_list() ? fmt::format("/{}", i) : std::string(), now).read();
        if (!made)
            return std::unexpected(made.error());
        read.push_back(std::move(*made));
    }
    std::ranges::move(read, std::back_inserter(standing_));
    return {};
}

engine::value fault_list::shown() const
{
    engine::value_list faults;
    for (auto const& one : standing_)
        faults.push_back(one.left < 0 ? one.stated : one.stated.with("times", one.left));
    return faults;
}

std::optional<fault> fault_list::hit(std::string_view method, std::string_view path, time_point now)
{
    for (auto& one : standing_) {
        bool const in_time = now >= one.from && (!one.until || now < *one.until) && one.left != 0;
        bool const reads_only =
            one.stale && !one.answer && one.drop == fault::moment::never && one.crash == fault::moment::never;
        if (!in_time || (!one.method.empty() && one.method != method) || (reads_only && method != "GET") ||
            !path_matches(one.path, path))
            continue;
        if (one.crash != fault::moment::never)
            one.left = 0; // a process dies once of each, however long the fault is said to stand
        else if (one.left > 0)
            --one.left;
        return one;
    }
    return std::nullopt;
}

std::optional<duration> fault_list::longest_stale() const
{
    std::optional<duration> longest;
    for (auto const& one : standing_) {
        if (one.stale && (!longest || *one.stale > *longest))
            longest = one.stale;
    }
    return longest;
}

} // namespace jmld::okta_sim
