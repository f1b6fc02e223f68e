// Counters, gauges and histograms in Prometheus' text format. Labels come from closed lists only — never a person, an
// id or anything a sender chose — and a series too many is dropped and counted instead of kept.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::daemon {

using label_list = std::vector<std::pair<std::string_view, std::string_view>>;

/// Event loop's thread only.
class metrics
{
public:
    metrics();

    /// `jmld_events_total{source="workday",result="accepted"}` + 1. The family must be one of the table in metrics.cpp.
    void count(std::string_view family, const label_list& labels, double by = 1);
    /// A histogram family's observation, in seconds (or requests, for the batch size).
    void observe(std::string_view family, const label_list& labels, double amount);
    /// Sets a gauge's series.
    void set(std::string_view family, const label_list& labels, double amount);
    /// Forgets every series of a gauge, before it is set anew.
    void clear(std::string_view family);

    /// Of all series of a counter or gauge; 0 for one without any.
    double total(std::string_view family) const;

    std::string expose() const;

private:
    struct series
    {
        double amount = 0;
        std::vector<std::uint64_t> buckets;
        std::uint64_t observations = 0;
    };
    struct family
    {
        std::string help, type;
        std::vector<double> bounds;
        std::map<std::string, series> rows;
    };
    series* row(std::string_view name, const label_list& labels);

    std::map<std::string, family, std::less<>> families_;
};

} // namespace jmld::daemon
