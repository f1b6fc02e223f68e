// Maps are written with sorted keys, so that whoever parsed a record and wrote it again still finds the same bytes.
#include "engine/runtime/evidence_chain.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <array>

namespace jmld::runtime {

namespace {

using namespace std::string_view_literals;
using engine::value;

/// Without personal data: what stays when a person is erased.
constexpr std::array fact_keys{"id"sv,           "run"sv,       "event"sv,       "person"sv,     "workflow"sv,
                               "direction"sv,    "state"sv,     "effective"sv,   "entered_at"sv, "received_at"sv,
                               "contained_at"sv, "closed_at"sv, "verified_at"sv, "started_at"sv, "ended_at"sv,
                               "kind"sv,         "completes"sv, "asked_at"sv};
/// Of the record itself, and what is added when it is shown.
constexpr std::array other_keys{"content_sha256"sv, "previous_hash"sv, "hash"sv,       "erased"sv,
                                "masked"sv,         "earlier"sv,       "supplements"sv};
/// What a reader looks for, also when it is gone.
constexpr std::array content_keys{"subject"sv, "before"sv,  "after"sv,  "calls"sv,
                                  "reads"sv,   "residue"sv, "review"sv, "warnings"sv};

bool among(const auto& keys, std::string_view key) { return std::ranges::find(keys, key) != keys.end(); }

std::string hash_of(const std::string& previous_hash, const std::string& facts, const std::string& content_sha256)
{
    return digest::sha256_hex(engine::json::write(value::list({previous_hash, facts, content_sha256})));
}

struct taken_apart
{
    std::string facts, content;
    bool has_content = false;
};

taken_apart apart(const value& shown)
{
    engine::value_map facts, content;
    for (const auto& [key, entry] : shown.entries()) {
        if (among(fact_keys, key))
            facts.emplace_back(key, entry);
        else if (!among(other_keys, key))
            content.emplace_back(key, entry);
    }
    taken_apart out;
    out.has_content = std::ranges::any_of(content, [](const auto& entry) { return !entry.second.is_null(); });
    out.facts = engine::json::write(value(std::move(facts)));
    out.content = engine::json::write(value(std::move(content)));
    return out;
}

std::string why_not(const value& shown, const std::string& previous_hash, bool first_of_part)
{
    const auto parts = apart(shown);
    const auto before = shown["previous_hash"].text_or();
    const auto content_sha256 = shown["content_sha256"].text_or();
    if (shown["hash"].text_or() != hash_of(before, parts.facts, content_sha256))
        return "its hash is not that of what it says";
    const bool left_out = shown["erased"] == value(true) || shown["masked"] == value(true);
    if (left_out && parts.has_content)
        return "it says that its content is left out, and has one";
    if (!left_out && digest::sha256_hex(parts.content) != content_sha256)
        return "its content is not that of its digest";
    if (!first_of_part && before != previous_hash)
        return "it does not follow on the record before it: one was taken out, put in or moved";
    return {};
}

} // namespace

evidence_record chained(evidence_row row, std::uint64_t seq, std::string previous_hash)
{
    evidence_record record;
    record.seq = seq;
    record.content_sha256 = digest::sha256_hex(row.content.bytes);
    record.row = std::move(row);
    record.previous_hash = previous_hash.empty() ? std::string(evidence_chain_begin) : std::move(previous_hash);
    record.hash = hash_of(record.previous_hash, record.row.facts, record.content_sha256);
    return record;
}

result<value> shown_evidence(const evidence_record& record, bool shown)
{
    const auto facts = engine::json::parse(record.row.facts);
    if (!facts)
        return failure(errc::corrupt, "the facts of " + record.row.id + " cannot be read");
    auto out = *facts;
    const bool erased = record.row.content.bytes.empty();
    if (shown && !erased) {
        const auto content = engine::json::parse(record.row.content.bytes, {.depth_max = 64});
        if (!content)
            return failure(errc::corrupt, "the content of " + record.row.id + " cannot be read");
        for (const auto& [key, entry] : content->entries())
            out = out.with(key, entry);
    } else {
        for (const auto key : content_keys)
            out = out.with(std::string(key), value());
        out = out.with(erased ? "erased" : "masked", true);
    }
    return out.with("content_sha256", record.content_sha256)
        .with("previous_hash", record.previous_hash)
        .with("hash", record.hash);
}

evidence_verdict check_evidence(const engine::value_list& oldest_first, bool whole)
{
    evidence_verdict verdict;
    std::string previous(evidence_chain_begin);
    for (const auto& shown : oldest_first) {
        auto why = why_not(shown, previous, verdict.records == 0 && !whole);
        if (!why.empty()) {
            verdict.misfit = shown["id"].text_or("(without an id)");
            verdict.why = std::move(why);
            return verdict;
        }
        ++verdict.records;
        verdict.without_content += shown["erased"].is_null() && shown["masked"].is_null() ? 0 : 1;
        previous = shown["hash"].text_or();
    }
    verdict.head = verdict.records == 0 ? std::string() : previous;
    return verdict;
}

} // namespace jmld::runtime
