// Walks the fields of fact_fields.hpp. Which field is personal is said there, not here.
#include "engine/fact_codec.hpp"

#include "engine/fact_fields.hpp"
#include "engine/json/json.hpp"
#include "engine/stimulus.hpp"

#include <array>
#include <functional>
#include <set>

namespace jmld::engine {

namespace {

// In the order of the variant `happening`; version 1 of all of them.
constexpr std::array<std::string_view, std::variant_size_v<happening>> kinds = {"run_created",
                                                                                "run_started",
                                                                                "subject_requested",
                                                                                "subject_read",
                                                                                "subject_failed",
                                                                                "run_paused",
                                                                                "run_resumed",
                                                                                "budget_renewed",
                                                                                "stop_requested",
                                                                                "run_ended",
                                                                                "step_expanded",
                                                                                "step_skipped",
                                                                                "attempt_started",
                                                                                "step_succeeded",
                                                                                "attempt_failed",
                                                                                "retry_scheduled",
                                                                                "outcome_unknown",
                                                                                "probe_started",
                                                                                "probe_failed",
                                                                                "probe_answered",
                                                                                "step_waiting",
                                                                                "wait_moved",
                                                                                "step_failed",
                                                                                "step_cancelled",
                                                                                "compensation_planned",
                                                                                "compensation_started",
                                                                                "compensation_succeeded",
                                                                                "compensation_attempt_failed",
                                                                                "compensation_retry",
                                                                                "compensation_given_up",
                                                                                "step_ruled",
                                                                                "attempt_resent",
                                                                                "run_ending",
                                                                                "run_reopened",
                                                                                "run_scheduled",
                                                                                "run_due",
                                                                                "approval_requested",
                                                                                "approval_given",
                                                                                "approval_escalated",
                                                                                "attempt_pending"};
constexpr int current_version = 1;

value mark_value(const call_mark& mark)
{
    if (mark.status == 0 && mark.code.empty() && mark.request_id.empty())
        return {};
    return value::map({{"status", mark.status}, {"code", mark.code}, {"request_id", mark.request_id}});
}

// Defaults are left out: most facts are small, and they are the bulk of the store.
class writing
{
public:
    void plain(const char* name, const std::string& text) { put(name, text.empty() ? value() : value(text)); }
    void plain(const char* name, bool flag) { put(name, flag ? value(true) : value()); }
    void plain(const char* name, int number) { put(name, number); }
    void plain(const char* name, time_point at)
    {
        put(name, at == time_point{} ? value() : value(static_cast<std::int64_t>(at.time_since_epoch().count())));
        instants.insert(name);
    }
    void plain(const char* name, const call_mark& mark) { put(name, mark_value(mark)); }
    void plain(const char* name, const std::vector<std::string>& texts)
    {
        put(name, texts.empty() ? value() : value(value_list(texts.begin(), texts.end())));
    }
    template <class Kind>
        requires std::is_enum_v<Kind>
    void plain(const char* name, Kind kind)
    {
        put(name, to_text(kind));
    }

    void sealed(const char* name, const value& content)
    {
        if (content.is_null())
            return;
        put(name, static_cast<std::int64_t>(payloads.size()));
        payloads.push_back(json::encode(content));
        sealed_names.insert(name);
    }
    void sealed(const char* name, const std::string& text) { sealed(name, text.empty() ? value() : value(text)); }

    value_map entries;
    std::vector<std::string> payloads;
    std::set<std::string, std::less<>> sealed_names;
    std::set<std::string, std::less<>> instants;

private:
    void put(const char* name, value content)
    {
        if (!content.is_null())
            entries.emplace_back(name, std::move(content));
    }
};

template <class Kind> std::optional<Kind> parse_kind(std::string_view text);
template <> std::optional<failure_kind> parse_kind(std::string_view text) { return parse_failure_kind(text); }
template <> std::optional<run_status> parse_kind(std::string_view text) { return parse_run_status(text); }
template <> std::optional<stop_kind> parse_kind(std::string_view text) { return parse_stop_kind(text); }
template <> std::optional<direction> parse_kind(std::string_view text)
{
    for (const auto dir : {direction::grant, direction::change, direction::revoke})
        if (to_text(dir) == text)
            return dir;
    return std::nullopt;
}
template <> std::optional<probe_verdict> parse_kind(std::string_view text)
{
    for (const auto verdict : {probe_verdict::done, probe_verdict::not_done, probe_verdict::cannot_tell})
        if (to_text(verdict) == text)
            return verdict;
    return std::nullopt;
}

class reading
{
public:
    reading(const value& text, const std::vector<std::string>& payloads) : text_(text), payloads_(payloads) {}

    // What is absent has its default; what is there must be of its kind.
    void plain(const char* name, std::string& text)
    {
        if (const auto* found = there(name, value_kind::text))
            text = *found->if_text();
    }
    void plain(const char* name, bool& flag)
    {
        const auto* found = there(name, value_kind::boolean);
        flag = found != nullptr && *found->if_bool();
    }
    void plain(const char* name, int& number)
    {
        if (const auto* found = there(name, value_kind::integer))
            number = static_cast<int>(*found->if_integer());
    }
    void plain(const char* name, time_point& at)
    {
        if (const auto* found = there(name, value_kind::integer))
            at = time_point(duration(*found->if_integer()));
    }
    void plain(const char* name, call_mark& mark)
    {
        const auto* found = there(name, value_kind::map);
        if (found == nullptr)
            return;
        const auto* status = (*found)["status"].if_integer();
        mark = {status == nullptr ? 0 : static_cast<int>(*status), (*found)["code"].text_or(),
                (*found)["request_id"].text_or()};
    }
    void plain(const char* name, std::vector<std::string>& texts)
    {
        texts.clear();
        const auto* found = there(name, value_kind::list);
        if (found == nullptr)
            return;
        for (const auto& item : found->items())
            texts.push_back(item.text_or());
    }
    template <class Kind>
        requires std::is_enum_v<Kind>
    void plain(const char* name, Kind& kind)
    {
        const auto known = parse_kind<Kind>(text_[name].text_or());
        if (known)
            kind = *known;
        else
            wrong = std::string(name) + " '" + text_[name].text_or() + "' is not known";
    }

    void sealed(const char* name, value& content)
    {
        content = {};
        const auto* found = there(name, value_kind::integer);
        if (found == nullptr)
            return;
        const auto* slot = found->if_integer();
        if (*slot < 0 || static_cast<std::size_t>(*slot) >= payloads_.size()) {
            wrong = std::string("the payload of ") + name + " is missing";
            return;
        }
        auto decoded = json::decode(payloads_[static_cast<std::size_t>(*slot)]);
        if (decoded)
            content = std::move(*decoded);
        else
            wrong = std::string("the payload of ") + name + " cannot be read";
    }
    void sealed(const char* name, std::string& text)
    {
        value content;
        sealed(name, content);
        text = content.text_or();
    }

    std::string wrong;

private:
    const value* there(const char* name, value_kind kind)
    {
        const auto* found = text_.find(name);
        if (found != nullptr && found->kind() != kind) {
            wrong = std::string(name) + " is no " + std::string(to_text(kind));
            return nullptr;
        }
        return found;
    }

    const value& text_;
    const std::vector<std::string>& payloads_;
};

template <std::size_t... Index> happening blank(std::size_t wanted, std::index_sequence<Index...>)
{
    happening made;
    static_cast<void>(((Index == wanted ? (made.emplace<Index>(), true) : false) || ...));
    return made;
}

} // namespace

std::string_view kind_of(const fact& happened) { return kinds[happened.what.index()]; }

encoded_fact encode(const fact& happened)
{
    writing out;
    auto copy = happened.what; // the walk is written for reading and writing alike
    std::visit([&](auto& what) { fields(out, what); }, copy);
    return {std::string(kind_of(happened)), current_version, json::write(value(std::move(out.entries))),
            std::move(out.payloads)};
}

result<fact> decode(const encoded_fact& stored, std::uint64_t seq, time_point at)
{
    std::size_t index = 0;
    while (index < kinds.size() && kinds[index] != stored.kind)
        ++index;
    const auto which = "fact '" + stored.kind + "' version " + std::to_string(stored.version);
    if (index == kinds.size() || stored.version != current_version)
        return failure(
            errc::corrupt, which + " is not known to this version of jmld",
            "it was written by a newer one: install that again, or restore a backup made before the upgrade");
    const auto text = json::parse(stored.text);
    if (!text)
        return failure(errc::corrupt, which + " cannot be read: " + text.error().what);
    if (!text->is_map())
        return failure(errc::corrupt, which + " is no map");
    fact happened{seq, at, blank(index, std::make_index_sequence<std::variant_size_v<happening>>())};
    reading in(*text, stored.payloads);
    std::visit([&](auto& what) { fields(in, what); }, happened.what);
    if (!in.wrong.empty())
        return failure(errc::corrupt, which + ": " + in.wrong);
    return happened;
}

value describe(const fact& happened, bool with_payloads)
{
    writing out;
    auto copy = happened.what;
    std::visit([&](auto& what) { fields(out, what); }, copy);
    value_map shown{
        {"seq", static_cast<std::int64_t>(happened.seq)}, {"at", to_rfc3339(happened.at)}, {"kind", kind_of(happened)}};
    for (auto& [name, content] : out.entries) {
        const auto label = name == "kind" ? std::string("failure") : name == "at" ? std::string("due_at") : name;
        if (out.instants.contains(name))
            shown.emplace_back(label, to_rfc3339(time_point(duration(*content.if_integer()))));
        else if (!out.sealed_names.contains(name))
            shown.emplace_back(label, content);
        else if (with_payloads)
            shown.emplace_back(
                label, json::decode(out.payloads[static_cast<std::size_t>(*content.if_integer())]).value_or(value()));
    }
    return value(std::move(shown));
}

} // namespace jmld::engine
