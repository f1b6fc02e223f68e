// A company hires everybody on one morning, and ten minutes later somebody must be out at once; or it takes over the
// accounts of an older directory.
#include "tests/simulation/crowd/crowd.hpp"

#include "connectors/okta_sim/limits.hpp"
#include "tests/simulation/world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::simulation {

namespace {

using namespace std::chrono_literals;
using engine::value_list;

constexpr auto morning = "2027-02-01T09:00:00Z";
constexpr duration urgent_after = 10min;
constexpr auto urgent_id = "00uCarla";

value with_carla()
{
    auto all = company();
    auto users = all["users"].items();
    users.push_back(value::map({{"id", urgent_id},
                                {"status", "ACTIVE"},
                                {"credentials", value::map({{"password", true}})},
                                {"groups", value::list({value::map({{"id", "00g1"}, {"membership", "direct"}})})},
                                {"sessions", value::list({value::map({{"id", "s1"}})})},
                                {"profile", value::map({{"login", "carla.night@example.com"},
                                                        {"email", "carla.night@example.com"},
                                                        {"firstName", "Carla"},
                                                        {"lastName", "Night"},
                                                        {"employeeNumber", "7"}})}}));
    return all.with("users", value(std::move(users)));
}

worker_story joiner(int number)
{
    static constexpr std::array departments{"Marketing", "Engineering", "Sales", "Finance"};
    worker_story who;
    who.id = std::to_string(200'000 + number);
    who.universal_id = "U-" + who.id;
    who.first = "Ana" + std::to_string(number);
    who.last = "Ruiz" + std::to_string(number);
    who.department = departments[static_cast<std::size_t>(number) % departments.size()];
    return who;
}

void hire_everybody(daemon::rehearsal& world, int people)
{
    for (int number = 0; number < people; ++number)
        world.offer("workday", hire("hire-" + std::to_string(number), morning, joiner(number)));
}

void put_out_carla(daemon::rehearsal& world)
{
    worker_story carla;
    carla.id = "7";
    carla.universal_id = "U-7";
    carla.first = "Carla";
    carla.last = "Night";
    world.offer("workday", termination("urgent", "2027-02-01T09:10:00Z", "2027-02-01", carla, "Security"));
}

int allowed_of(int limit)
{
    const runtime::limiter_options shares;
    const auto part = [&](double share) { return static_cast<int>(static_cast<double>(limit) * share); };
    return limit - part(shares.headroom) - part(shares.urgent_reserve);
}

void count(const okta_sim::organisation& org, const std::map<std::string, int>& limits, crowd_report& into)
{
    struct span
    {
        std::int64_t requests = 0, refused = 0;
        time_point first{}, last{};
    };
    std::map<std::string, span> spans;
    for (const auto& entry : org.ledger()) {
        auto& one = spans[std::string(okta_sim::bucket_of(entry.method, entry.path))];
        if (one.requests++ == 0)
            one.first = entry.at;
        one.last = entry.at;
        one.refused += entry.status == 429 ? 1 : 0;
    }
    for (const auto& [name, one] : spans) {
        into.requests += one.requests;
        into.refused += one.refused;
        const auto limit = limits.find(name);
        if (limit == limits.end())
            continue;
        bucket_use use{.name = name, .limit = limit->second, .allowed = allowed_of(limit->second)};
        use.requests = one.requests;
        use.refused = one.refused;
        use.busy = one.last - one.first;
        // Whole windows: the last one is counted as far as it was needed.
        const auto minutes = static_cast<double>(std::max<duration>(use.busy, 1min).count()) / 60'000;
        const auto rate = static_cast<double>(use.requests - use.refused) / minutes;
        use.used = rate / use.allowed;
        use.of_limit = rate / use.limit;
        into.buckets.push_back(use);
    }
    std::ranges::sort(into.buckets, std::greater(), &bucket_use::used);
}

value wanted_limits(const std::map<std::string, int>& limits)
{
    engine::value_map wanted;
    for (const auto& [name, limit] : limits)
        wanted.emplace_back(name, limit);
    return value(std::move(wanted));
}

duration time_taken(const okta_sim::organisation& org)
{
    return org.ledger().empty() ? duration(0) : org.ledger().back().at - org.ledger().front().at;
}

constexpr int people_in_a_run = 1'000; // of an import: as many as the body of one request takes

daemon::rule_book_pointer rules_with_import()
{
    static const daemon::all_actions catalogue;
    auto files = workflows::loading::read_workflow_folder(source_dir / "workflows").value();
    const auto* recipe = "workflows/recipes/bulk-import.yaml";
    files.push_back({recipe, read_file(source_dir / recipe)});
    auto loaded = workflows::loading::load_workflows(files, catalogue, {});
    if (!loaded.ok)
        throw std::runtime_error(loaded.messages.front());
    auto book = std::make_shared<daemon::rule_book>(*shipped_rules());
    book->workflows = std::move(loaded.workflows);
    return book;
}

value old_accounts(int from, int to)
{
    value_list profiles;
    for (int number = from; number < to; ++number) {
        const auto login = fmt::format("old{}@example.com", number);
        profiles.push_back(value::map({{"login", login},
                                       {"email", login},
                                       {"firstName", "Old"},
                                       {"lastName", fmt::format("Account{}", number)},
                                       {"employeeNumber", std::to_string(500'000 + number)}}));
    }
    return value(std::move(profiles));
}

int active_imports(daemon::rehearsal& world)
{
    const auto users = world.organisation().snapshot(world.now())["users"].items();
    return static_cast<int>(std::ranges::count_if(users, [](const value& one) {
        return one["status"].text_or() == "ACTIVE" && one["profile"]["login"].text_or().starts_with("old");
    }));
}

} // namespace

std::map<std::string, int> token_limits()
{
    return {{"/api/v1/users/{id:.+}", 1000},
            {"/api/v1/users/{id}", 300},
            {"/api/v1/users", 300},
            {"/api/v1/groups/{id}", 500},
            {"/api/v1/groups", 250},
            {"/api/v1/apps/{id}", 250},
            {"/api/v1/apps", 50},
            {"/api/v1", 500}};
}

crowd_report play_crowd(int people, const std::map<std::string, int>& limits, std::uint64_t seed)
{
    // Nobody looks after her for a day: that would count as a day in which hardly anything was used.
    auto options = options_at(morning, "urgent_reasons: [Security]\nverify: { drift_watch: 1m }\n");
    options.seed = seed;
    daemon::rehearsal world(std::move(options));
    auto& org = world.organisation();
    if (!org.load(with_carla(), world.now()) || !org.set_limits(wanted_limits(limits)))
        throw std::runtime_error("the company does not load");
    crowd_report report;
    hire_everybody(world, people);
    world.run_for(urgent_after);
    const auto told = world.now();
    put_out_carla(world);
    world.run_until(time_point::max());
    for (const auto& entry : org.ledger())
        if (entry.user == urgent_id && entry.path.ends_with("/sessions") && entry.status == 204)
            report.urgent_contained = entry.at - told;
    report.took = time_taken(org);
    const auto ended = world.ask<std::vector<runtime::run_row>>(
        [](daemon::core& work) -> boost::asio::awaitable<std::vector<runtime::run_row>> {
            runtime::run_query all;
            all.limit = 1'000'000;
            auto found = co_await work.store().runs(all);
            co_return found ? *found : std::vector<runtime::run_row>();
        });
    report.joined = static_cast<int>(std::ranges::count_if(
        ended, [](const auto& run) { return run.workflow == "joiner" && run.state == "succeeded"; }));
    count(org, limits, report);
    return report;
}

crowd_report play_import(int people, const std::map<std::string, int>& limits, std::uint64_t seed)
{
    auto options = options_at(morning);
    options.seed = seed;
    options.rules = rules_with_import();
    daemon::rehearsal world(std::move(options));
    auto& org = world.organisation();
    if (!org.load(company(), world.now()) || !org.set_limits(wanted_limits(limits)))
        throw std::runtime_error("the company does not load");
    const auto who = joiner(1); // in whose name it is done
    world.deliver("workday", hire("hire", morning, who));
    world.run_for(5min);
    for (int from = 0; from < people; from += people_in_a_run) {
        const auto to = std::min(people, from + people_in_a_run);
        const auto wanted = value::map({{"workflow", "bulk-import"},
                                        {"subject", who.id},
                                        {"reason", "the old directory is switched off"},
                                        {"input", value::map({{"people", old_accounts(from, to)}})}});
        const auto answer = world.operate("POST", "/v1/runs", wanted, "alice");
        if (!answer || answer->status >= 300)
            throw std::runtime_error("an import does not start: " + (answer ? answer->body : std::string("no answer")));
    }
    world.run_until(time_point::max());
    crowd_report report;
    report.joined = active_imports(world);
    report.took = time_taken(org);
    count(org, limits, report);
    return report;
}

std::string describe(const crowd_report& report)
{
    auto text =
        fmt::format("{} joined in {} min; {} requests, {} answered 429 ({:.3f} %)", report.joined,
                    report.took.count() / 60'000, report.requests, report.refused, 100 * report.refused_share());
    if (report.urgent_contained)
        text += fmt::format("; urgent leaver closed after {:.1f} s",
                            static_cast<double>(report.urgent_contained->count()) / 1000);
    text += "\n";
    for (const auto& one : report.buckets)
        text += fmt::format("  {:<24} {:>5} a minute, {:>5} allowed to joiners, {:>8} requests, {:>5.1f} % of allowed, "
                            "{:>5.1f} % of all\n",
                            one.name, one.limit, one.allowed, one.requests, 100 * one.used, 100 * one.of_limit);
    return text;
}

} // namespace jmld::simulation
