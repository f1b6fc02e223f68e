// What is in force now: workflows, access rules, policy, as one set that is replaced whole on reload. It reads no file
// itself; whoever holds a pointer keeps the set it began with.
#pragma once

#include "engine/definition.hpp"
#include "workflows/people/access.hpp"
#include "workflows/people/policy.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace jmld::daemon {

struct rule_book
{
    std::vector<engine::definition_pointer> workflows;
    workflows::access_rules access;
    workflows::policy policy;

    /// nullptr when there is no such workflow in force.
    engine::definition_pointer find(std::string_view workflow) const
    {
        for (const auto& definition : workflows)
            if (definition->name == workflow)
                return definition;
        return nullptr;
    }
};
using rule_book_pointer = std::shared_ptr<const rule_book>;

/// Where the set in force is looked up, each time anew.
struct rule_book_holder
{
    rule_book_pointer current;
};

} // namespace jmld::daemon
