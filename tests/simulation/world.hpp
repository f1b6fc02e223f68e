// A small company to rehearse with: the shipped workflows, access rules and Workday mapping, an organisation with
// groups and apps, and events written the way the source sends them. Builders only; no expectations.
#pragma once

#include "daemon/all_actions.hpp"
#include "daemon/rehearsal/rehearsal.hpp"
#include "tests/simulation/people.hpp"
#include "workflows/loading/folder.hpp"
#include "workflows/loading/loader.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>
#include <string>

namespace jmld::simulation {

/// Rehearsals tell hundreds of stories; only what must not happen is worth a line.
inline const bool quiet = (spdlog::set_level(spdlog::level::critical), true);

/// The shipped set; `policy` is the text of jmld.yaml's policy node.
inline daemon::rule_book_pointer shipped_rules(const std::string& policy = {})
{
    static const daemon::all_actions catalogue;
    auto book = std::make_shared<daemon::rule_book>();
    const auto files = workflows::loading::read_workflow_folder(source_dir / "workflows");
    if (!files)
        throw std::runtime_error(files.error().front());
    auto loaded = workflows::loading::load_workflows(*files, catalogue, {});
    if (!loaded.ok)
        throw std::runtime_error(loaded.messages.front());
    book->workflows = std::move(loaded.workflows);
    auto access = workflows::read_access("access.yaml", read_file(source_dir / "config/access.yaml"));
    if (!access)
        throw std::runtime_error(access.error().front());
    book->access = std::move(*access);
    auto read = workflows::read_policy("jmld.yaml", policy);
    if (!read)
        throw std::runtime_error(read.error().front());
    book->policy = std::move(*read);
    return book;
}

inline daemon::source_set_pointer shipped_sources()
{
    auto all = std::make_shared<daemon::source_set>();
    daemon::event_source source;
    source.name = "workday";
    auto mapping = workflows::read_mapping("workday.yaml", read_file(source_dir / "config/sources/workday.yaml"));
    if (!mapping)
        throw std::runtime_error(mapping.error().messages.front());
    source.mapping = std::move(*mapping);
    all->emplace("workday", std::move(source));
    return all;
}

inline daemon::rehearsal_options options_at(const std::string& start, const std::string& policy = {})
{
    daemon::rehearsal_options options;
    options.start = at(start);
    options.rules = shipped_rules(policy);
    options.sources = shipped_sources();
    return options;
}

/// Every group and app that access.yaml names, and Bob Lee, the manager.
inline value company()
{
    const auto rules = shipped_rules();
    engine::value_list groups, apps;
    std::vector<std::string> seen;
    const auto fresh = [&](const std::string& name) {
        for (const auto& known : seen)
            if (known == name)
                return false;
        seen.push_back(name);
        return true;
    };
    for (const auto& rule : rules->access.rules) {
        for (const auto& name : rule.groups)
            if (fresh("g" + name))
                groups.push_back(value::map({{"id", "00g" + std::to_string(groups.size() + 1)},
                                             {"type", "OKTA_GROUP"},
                                             {"profile", value::map({{"name", name}})}}));
        for (const auto& label : rule.apps)
            if (fresh("a" + label))
                apps.push_back(value::map(
                    {{"id", "0oa" + std::to_string(apps.size() + 1)}, {"label", label}, {"status", "ACTIVE"}}));
    }
    const auto bob = value::map({{"id", "00ubob"},
                                 {"status", "ACTIVE"},
                                 {"credentials", value::map({{"password", true}})},
                                 {"profile", value::map({{"login", "bob.lee@example.com"},
                                                         {"email", "bob.lee@example.com"},
                                                         {"firstName", "Bob"},
                                                         {"lastName", "Lee"},
                                                         {"employeeNumber", "100101"}})}});
    return value::map(
        {{"users", value::list({bob})}, {"groups", value(std::move(groups))}, {"apps", value(std::move(apps))}});
}

/// Effects in the ledger, as `event user group|app|role`: none may stand twice where an effect must happen once.
inline std::vector<std::string> effects(const okta_sim::organisation& org)
{
    std::vector<std::string> all;
    for (const auto& entry : org.ledger())
        if (!entry.effect.is_null())
            all.push_back(engine::json::write(entry.effect));
    return all;
}

/// The small company, with the shipped set, from that instant on.
inline std::unique_ptr<daemon::rehearsal> company_at(const std::string& start, const std::string& policy = {},
                                                     const value& organisation = company())
{
    auto world = std::make_unique<daemon::rehearsal>(options_at(start, policy));
    const auto loaded = world->organisation().load(organisation, world->now());
    if (!loaded)
        throw std::runtime_error(loaded.error().what);
    return world;
}

/// Adds a fault in the words of `POST /_sim/faults`.
inline void fault(daemon::rehearsal& world, const std::string& json)
{
    const auto added = world.organisation().add_faults(engine::json::parse(json).value(), world.now());
    if (!added)
        throw std::runtime_error(added.error().what);
}

inline std::string pretty(const value& content) { return engine::json::write_pretty(content); }

} // namespace jmld::simulation
