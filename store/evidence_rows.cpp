// One payload of one slot for each record; an erased one is empty.
#include "store/evidence_rows.hpp"

#include "engine/runtime/evidence_chain.hpp"
#include "store/payloads.hpp"

#include <algorithm>
#include <limits>

namespace jmld::store {

namespace {

#define JMLD_EVIDENCE_COLUMNS                                                                                          \
    "SELECT e.n, e.id, e.run, e.subject, e.at, e.facts, e.content_sha256, e.previous_hash, e.hash, p.bytes "           \
    "FROM evidence AS e LEFT JOIN payload AS p ON p.id = e.payload "
#define JMLD_EVIDENCE_FILTERS                                                                                          \
    "e.n < ?1 AND (?2 = '' OR e.run = ?2) AND (?3 IS NULL OR e.at >= ?3) AND (?4 IS NULL OR e.at < ?4) "               \
    "ORDER BY e.n DESC LIMIT ?5"

constexpr const char* by_run = JMLD_EVIDENCE_COLUMNS "WHERE e.run = ?2 AND " JMLD_EVIDENCE_FILTERS;
constexpr const char* by_order = JMLD_EVIDENCE_COLUMNS "WHERE " JMLD_EVIDENCE_FILTERS;

runtime::evidence_record record_at(const statement& at)
{
    runtime::evidence_record record;
    record.seq = static_cast<std::uint64_t>(at.integer(0));
    record.row.id = at.text(1);
    record.row.run.text = at.text(2);
    record.row.subject.text = at.text(3);
    record.row.at = at.instant(4);
    record.row.facts = at.text(5);
    record.content_sha256 = at.digest(6);
    record.previous_hash = at.digest(7);
    record.hash = at.digest(8);
    if (auto slots = unpack(at.bytes(9)); slots && !slots->empty())
        record.row.content = std::move(slots->front());
    return record;
}

} // namespace

result<void> add_evidence(connection& db, const runtime::evidence_row& row)
{
    std::uint64_t last = 0;
    std::string previous;
    {
        auto query = db.use("SELECT n, hash FROM evidence ORDER BY n DESC LIMIT 1");
        const auto found = query.step();
        if (!found)
            return std::unexpected(found.error());
        if (*found) {
            last = static_cast<std::uint64_t>(query.integer(0));
            previous = query.digest(1);
        }
    }
    const auto record = runtime::chained(row, last + 1, std::move(previous));
    const auto content = add_payload(db, pack({&row.content}));
    if (!content)
        return std::unexpected(content.error());
    auto insert = db.use("INSERT INTO evidence (n, id, run, subject, at, facts, payload, content_sha256, "
                         "previous_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    return insert
        .bind(record.seq, row.id, row.run.text, row.subject.text, row.at, row.facts, content->id,
              digest_text{record.content_sha256}, digest_text{record.previous_hash}, digest_text{record.hash})
        .run();
}

result<std::vector<runtime::evidence_record>> read_evidence(connection& db, const runtime::evidence_query& query)
{
    auto list = db.use(query.run.empty() ? by_order : by_run);
    constexpr auto everything = std::numeric_limits<std::int64_t>::max();
    list.bind(query.before ? static_cast<std::int64_t>(*query.before) : everything, query.run.text, query.since,
              query.until, std::max(query.limit, 0));
    std::vector<runtime::evidence_record> records;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return records;
        records.push_back(record_at(list));
    }
}

} // namespace jmld::store
