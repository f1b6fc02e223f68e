// The hash covers a JSON list, so that no two rows can be spelled alike.
#include "engine/runtime/audit_chain.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

namespace jmld::runtime {

std::string audit_hash(const audit_record& record)
{
    const auto& row = record.row;
    return digest::sha256_hex(engine::json::write(
        engine::value::list({record.previous_hash, static_cast<std::int64_t>(record.seq), to_rfc3339(row.at),
                             row.principal, row.action, row.object, record.reason_sha256})));
}

audit_record chained(audit_row row, std::uint64_t seq, std::string previous_hash)
{
    audit_record record;
    record.seq = seq;
    record.reason_sha256 = digest::sha256_hex(row.reason);
    record.row = std::move(row);
    record.previous_hash = previous_hash.empty() ? std::string(audit_chain_begin) : std::move(previous_hash);
    record.hash = audit_hash(record);
    return record;
}

std::optional<std::uint64_t> first_misfit(const std::vector<audit_record>& oldest_first)
{
    const audit_record* before = nullptr;
    for (const auto& record : oldest_first) {
        const bool begun = before != nullptr && !before->hash.empty();
        const bool follows = before == nullptr || record.seq == before->seq + 1;
        const auto expected = begun ? before->hash : std::string(audit_chain_begin);
        const bool chained = record.previous_hash == expected && record.hash == audit_hash(record);
        const bool older = record.hash.empty() && record.previous_hash.empty() && !begun;
        const bool erased = record.row.reason.empty();
        const bool own_words = erased || digest::sha256_hex(record.row.reason) == record.reason_sha256;
        if (!follows || !(older || (chained && own_words)))
            return record.seq;
        before = &record;
    }
    return std::nullopt;
}

} // namespace jmld::runtime
