// The table of families (contract §11) and their exposition. What is measured is decided where it happens.
#include "daemon/metrics.hpp"

#include <fmt/format.h>

#include <cmath>

namespace jmld::daemon {

namespace {

constexpr std::size_t series_max = 500; // of one family

struct description
{
    const char* name;
    const char* type;
    const char* help;
    std::vector<double> bounds;
    bool labelled = true; ///< one without labels has its one row from the start
};

const std::vector<double> commit_seconds = {0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
const std::vector<double> seconds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600};
const std::vector<double> long_seconds = {0.1, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 604800};
const std::vector<double> sizes = {1, 2, 4, 8, 16, 32, 64, 128};

const std::vector<description>& table()
{
    static const std::vector<description> rows = {
        {"jmld_events_total", "counter", "Deliveries by source and what became of them.", {}},
        {"jmld_runs_total", "counter", "Runs that ended, by workflow and outcome.", {}},
        {"jmld_run_duration_seconds", "histogram", "From a run's creation to its end.", long_seconds},
        {"jmld_steps_total", "counter", "Steps that ended, by action and outcome.", {}},
        {"jmld_step_attempts_total",
         "counter",
         "Attempts that came back, by action and failure kind (none = succeeded).",
         {}},
        {"jmld_step_duration_seconds", "histogram", "From the record of an attempt to its outcome.", seconds},
        {"jmld_queue_depth", "gauge", "Open runs by state.", {}},
        {"jmld_oldest_waiting_seconds", "gauge", "Age of the oldest open run.", {}, false},
        {"jmld_okta_rate_limit_remaining", "gauge", "Requests left in a bucket's window.", {}},
        {"jmld_throttled_seconds_total", "counter", "Time that attempts were told to wait, by bucket.", {}},
        {"jmld_compensations_total", "counter", "Undone steps by outcome.", {}},
        {"jmld_unknown_outcomes_total", "counter", "Lost answers by how they were settled.", {}},
        {"jmld_timer_lag_seconds", "histogram", "How late a durable timer was handled.", seconds, false},
        {"jmld_store_commits", "gauge", "Transactions committed since the start of the process.", {}, false},
        {"jmld_store_commit_seconds", "histogram", "From the beginning of a transaction until the disk has it.",
         commit_seconds, false},
        {"jmld_store_batch_size", "histogram", "Requests that shared a commit.", sizes, false},
        {"jmld_time_to_contain_seconds", "histogram",
         "From when a run could begin (effective and received) until nobody could sign in.", long_seconds, false},
        {"jmld_time_to_verify_seconds", "histogram",
         "From when a run could begin (effective and received) until its last clean read.", long_seconds, false},
        {"jmld_incidents_open", "gauge", "Runs that wait for a person.", {}, false},
        {"jmld_series_dropped_total", "counter", "Observations whose series would have been one too many.", {}},
        {"jmld_build_info", "gauge", "The running version.", {}},
    };
    return rows;
}

void append_escaped(std::string& out, std::string_view text)
{
    for (const char c : text) {
        if (c == '\\' || c == '"')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
}

std::string key_of(const label_list& labels)
{
    std::string key;
    key.reserve(64);
    for (const auto& [name, text] : labels) {
        if (!key.empty())
            key += ',';
        key.append(name).append("=\"");
        append_escaped(key, text);
        key += '"';
    }
    return key;
}

std::string number(double amount)
{
    if (amount == std::floor(amount) && std::abs(amount) < 1e15)
        return fmt::format("{}", static_cast<long long>(amount));
    return fmt::format("{}", amount);
}

std::string braces(const std::string& key, const std::string& more = {})
{
    const auto inside = key + (key.empty() || more.empty() ? "" : ",") + more;
    return inside.empty() ? std::string() : "{" + inside + "}";
}

} // namespace

metrics::metrics()
{
    for (const auto& row : table()) {
        auto& made = families_.emplace(row.name, family{row.help, row.type, row.bounds, {}}).first->second;
        if (!row.labelled)
            made.rows[""].buckets.resize(row.bounds.size());
    }
}

metrics::series* metrics::row(std::string_view name, const label_list& labels)
{
    const auto found = families_.find(name);
    if (found == families_.end())
        return nullptr; // not in the table: a mistake of ours that a test finds by the missing series
    auto key = key_of(labels);
    const auto known = found->second.rows.find(key);
    if (known != found->second.rows.end())
        return &known->second;
    if (found->second.rows.size() >= series_max) {
        families_.find("jmld_series_dropped_total")->second.rows[""].amount += 1;
        return nullptr;
    }
    auto& fresh = found->second.rows[std::move(key)];
    fresh.buckets.resize(found->second.bounds.size());
    return &fresh;
}

void metrics::count(std::string_view family, const label_list& labels, double by)
{
    if (auto* found = row(family, labels))
        found->amount += by;
}

void metrics::set(std::string_view family, const label_list& labels, double amount)
{
    if (auto* found = row(family, labels))
        found->amount = amount;
}

void metrics::clear(std::string_view family)
{
    if (const auto found = families_.find(family); found != families_.end())
        found->second.rows.clear();
}

void metrics::observe(std::string_view family, const label_list& labels, double amount)
{
    auto* found = row(family, labels);
    if (found == nullptr)
        return;
    const auto& bounds = families_.find(family)->second.bounds;
    for (std::size_t i = 0; i < bounds.size(); ++i)
        if (amount <= bounds[i])
            ++found->buckets[i];
    found->amount += amount;
    ++found->observations;
}

double metrics::total(std::string_view name) const
{
    double sum = 0;
    const auto found = families_.find(name);
    if (found != families_.end())
        for (const auto& [labels, one] : found->second.rows)
            sum += one.amount;
    return sum;
}

std::string metrics::expose() const
{
    std::string text;
    for (const auto& [name, described] : families_) {
        text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, described.help, name, described.type);
        for (const auto& [key, current] : described.rows) {
            if (described.bounds.empty()) {
                text += fmt::format("{}{} {}\n", name, braces(key), number(current.amount));
                continue;
            }
            for (std::size_t i = 0; i < described.bounds.size(); ++i)
                text +=
                    fmt::format("{}_bucket{} {}\n", name,
                                braces(key, fmt::format("le=\"{}\"", number(described.bounds[i]))), current.buckets[i]);
            text += fmt::format("{}_bucket{} {}\n", name, braces(key, "le=\"+Inf\""), current.observations);
            text += fmt::format("{}_sum{} {}\n", name, braces(key), number(current.amount));
            text += fmt::format("{}_count{} {}\n", name, braces(key), current.observations);
        }
    }
    return text;
}

} // namespace jmld::daemon
