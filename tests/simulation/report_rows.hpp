// What tests of reports share: a small company's half year, and a report of it as rows.
#pragma once

#include "daemon/reports/report.hpp"
#include "tests/simulation/world.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace jmld::simulation {

inline daemon::report_source report_of(daemon::rehearsal& world, const std::string& name, const std::string& from,
                                       const std::string& to,
                                       const daemon::source_set_pointer& sources = shipped_sources())
{
    static std::vector<std::unique_ptr<daemon::source_set_pointer>> kept; // a report refers to them
    kept.push_back(std::make_unique<daemon::source_set_pointer>(sources));
    const auto& those = *kept.back();
    return *world.ask<result<daemon::report_source>>(
        [&](daemon::core& work) -> boost::asio::awaitable<result<daemon::report_source>> {
            daemon::report_request asked;
            asked.from = at(from);
            asked.to = to.empty() ? work.time().now() : at(to);
            co_return daemon::find_report(name)->open({work.store(), work.time(), work.okta(), those, work.rules()},
                                                      asked);
        });
}

/// The next rows; nothing at the end.
inline daemon::report_piece next_of(daemon::rehearsal& world, const daemon::report_source& report)
{
    return world.ask<daemon::report_piece>([&](daemon::core&) -> boost::asio::awaitable<daemon::report_piece> {
        auto piece = co_await report();
        co_return piece;
    });
}

inline result<std::vector<value>> rest_of(daemon::rehearsal& world, const daemon::report_source& report)
{
    std::vector<value> all;
    for (;;) {
        const auto piece = next_of(world, report);
        if (!piece)
            return std::unexpected(piece.error());
        if (!*piece)
            return all;
        all.insert(all.end(), (*piece)->begin(), (*piece)->end());
    }
}

inline result<std::vector<value>> rows_of(daemon::rehearsal& world, const std::string& name, const std::string& from,
                                          const std::string& to)
{
    return rest_of(world, report_of(world, name, from, to));
}

/// Jane Smith is hired and has begun.
inline std::unique_ptr<daemon::rehearsal> half_a_year(const std::string& policy = {})
{
    auto world = company_at("2027-01-20T09:00:00Z", policy);
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_until(at("2027-02-10T09:00:00Z"));
    return world;
}

inline value only(const result<std::vector<value>>& rows)
{
    EXPECT_TRUE(rows) << rows.error().what;
    EXPECT_EQ(rows->size(), 1U) << (rows ? pretty(value(engine::value_list(rows->begin(), rows->end()))) : "");
    return rows && !rows->empty() ? rows->front() : value();
}

} // namespace jmld::simulation
