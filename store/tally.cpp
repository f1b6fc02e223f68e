// One small table, one page of it in almost every store.
#include "store/tally.hpp"

namespace jmld::store {

namespace {

std::string_view name_of(tallied what) { return what == tallied::run ? "run" : "event"; }

} // namespace

result<void> count_new(connection& db, tallied what, std::string_view word)
{
    auto put = db.use("INSERT INTO tally (what, word, count) VALUES (?1, ?2, 1) "
                      "ON CONFLICT (what, word) DO UPDATE SET count = count + 1");
    return put.bind(name_of(what), word).run();
}

result<void> count_moved(connection& db, tallied what, std::string_view from, std::string_view to)
{
    if (from == to)
        return {};
    auto take = db.use("UPDATE tally SET count = count - 1 WHERE what = ?1 AND word = ?2");
    if (auto done = take.bind(name_of(what), from).run(); !done)
        return done;
    return count_new(db, what, to);
}

result<std::vector<std::pair<std::string, std::int64_t>>> read_tally(connection& db, tallied what)
{
    auto query = db.use("SELECT word, count FROM tally WHERE what = ?1 AND count "
                        "> 0 ORDER BY word");
    query.bind(name_of(what));
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (;;) {
        const auto row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return counts;
        counts.emplace_back(query.text(0), query.integer(1));
    }
}

} // namespace jmld::store
