// Small workflows without YAML over a made-up catalogue, for tests of the engine. It checks nothing of what the loader
// checks: a definition that makes no sense is the test's own fault.
#pragma once

#include "engine/definition.hpp"
#include "engine/expression/expression.hpp"
#include "engine/history.hpp"
#include "engine/json/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

// How gtest shows them when an expectation fails.
namespace jmld::engine {
inline void PrintTo(const value& shown, std::ostream* out) { *out << json::write(shown); }
inline void PrintTo(run_status shown, std::ostream* out) { *out << to_text(shown); }
inline void PrintTo(step_status shown, std::ostream* out) { *out << to_text(shown); }
} // namespace jmld::engine

namespace jmld::testing {

using engine::action_description;
using engine::effect_class;
using engine::parameter_type;
using engine::repeatability;

/// A world of six actions, one for each way that an action can be.
///   t.make    grants, read_first, probe, inverse        t.add     grants, idempotent, inverse (group)
///   t.assign  grants, converges, inverse (app)          t.mail    changes, side_effect, probe, no inverse
///   t.remove  revokes, idempotent, inverse (group)      t.once    changes, side_effect, neither probe nor inverse
///   t.look    reads
class fake_catalogue final : public engine::action_catalogue
{
public:
    fake_catalogue()
    {
        add("t.make", effect_class::grants, repeatability::read_first, true, true, {});
        add("t.add", effect_class::grants, repeatability::idempotent, false, true, {{"group", parameter_type::group}});
        add("t.assign", effect_class::grants, repeatability::converges, false, true, {{"app", parameter_type::app}});
        add("t.mail", effect_class::changes, repeatability::side_effect, true, false, {});
        add("t.remove", effect_class::revokes, repeatability::idempotent, false, true,
            {{"group", parameter_type::group}});
        add("t.once", effect_class::changes, repeatability::side_effect, false, false, {});
        add("t.look", effect_class::reads, repeatability::idempotent, false, false, {});
    }
    const action_description* find(std::string_view name) const override
    {
        for (const auto& action : actions_)
            if (action->name == name)
                return action.get();
        return nullptr;
    }
    std::vector<const action_description*> all() const override
    {
        std::vector<const action_description*> every;
        for (const auto& action : actions_)
            every.push_back(action.get());
        return every;
    }

private:
    void add(std::string name, effect_class effect, repeatability repeat, bool probe, bool inverse,
             std::vector<std::pair<std::string, parameter_type>> parameters)
    {
        auto made = std::make_unique<action_description>();
        made->name = std::move(name);
        made->effect = effect;
        made->repeat = repeat;
        made->has_probe = probe;
        made->has_inverse = inverse;
        made->parameters.push_back({"user", parameter_type::user, false, {}});
        for (auto& [parameter, type] : parameters)
            made->parameters.push_back({parameter, type, false, {}});
        actions_.push_back(std::move(made));
    }

    std::vector<std::unique_ptr<action_description>> actions_;
};

inline const fake_catalogue& catalogue()
{
    static const fake_catalogue made;
    return made;
}

inline engine::expression::program expression_of(const std::string& text)
{
    auto made = engine::expression::compile_bare(text, engine::expression::shape::any());
    if (!made) {
        ADD_FAILURE() << text << ": " << made.error().what;
        return {};
    }
    return *made;
}

inline engine::expression::value_template template_of(const std::string& text)
{
    auto made = engine::expression::compile_text(text, engine::expression::shape::any());
    if (!made) {
        ADD_FAILURE() << text << ": " << made.error().what;
        return engine::expression::value_template::literal({});
    }
    return *made;
}

/// `a_step("add", "t.add").needing("make").taking("group", "${{ item }}")`; a reference to a step implies that it is
/// needed.
class a_step
{
public:
    a_step(std::string id, std::string uses)
    {
        step_.id = std::move(id);
        step_.uses = std::move(uses);
        step_.action = catalogue().find(step_.uses);
        step_.retry.full_jitter = false;
    }
    a_step& needing(const std::string& id) { return add_once(step_.needs, id), *this; }
    a_step& taking(std::string key, const std::string& text)
    {
        auto made = template_of(text);
        for (const auto& path : made.reads())
            reading(path);
        inputs_.emplace_back(std::move(key), std::move(made));
        return *this;
    }
    a_step& provided(const std::string& condition)
    {
        step_.condition = expression_of(condition);
        return *this;
    }
    a_step& for_each(const std::string& list, int max_parallel = 0)
    {
        step_.for_each = expression_of(list);
        step_.max_parallel = max_parallel;
        return *this;
    }
    a_step& attempts(int count)
    {
        step_.retry.max_attempts = count;
        return *this;
    }
    a_step& with_deadline(duration length)
    {
        step_.deadline = length;
        return *this;
    }
    a_step& needing(const std::string& id, engine::need_result wanted)
    {
        add_once(step_.needs, id);
        step_.conditions.push_back({id, wanted});
        return *this;
    }
    a_step& when_late(engine::on_exhausted choice)
    {
        step_.late = choice;
        return *this;
    }
    a_step& when_undecided(engine::undecided choice)
    {
        step_.when_undecided = choice;
        return *this;
    }
    a_step& answering(std::string name, const std::string& text)
    {
        step_.outputs.emplace_back(std::move(name), template_of(text));
        return *this;
    }
    /// `compensate: {uses, with: {what: text}}`.
    a_step& undone_by(const std::string& uses, const std::string& text)
    {
        step_.compensate = engine::compensation_rule::written;
        step_.undo = engine::written_undo{uses, catalogue().find(uses),
                                          engine::expression::value_template::map({{"what", template_of(text)}})};
        return *this;
    }
    a_step& at_the_end()
    {
        step_.at_end = true;
        return *this;
    }
    a_step& or_else(engine::on_exhausted choice)
    {
        step_.exhausted = choice;
        return *this;
    }
    a_step& not_compensated()
    {
        step_.compensate = engine::compensation_rule::none;
        return *this;
    }
    a_step& as_pivot()
    {
        step_.pivot = true;
        return *this;
    }
    a_step& with_jitter()
    {
        step_.retry.full_jitter = true;
        return *this;
    }
    engine::step_definition made() const
    {
        auto step = step_;
        step.with = engine::expression::value_template::map(inputs_);
        return step;
    }

private:
    static void add_once(std::vector<std::string>& all, const std::string& one)
    {
        if (std::ranges::find(all, one) == all.end())
            all.push_back(one);
    }
    void reading(const engine::expression::path& path)
    {
        if (path.size() < 2 || path.front() != "steps")
            return;
        add_once(step_.needs, path[1]);
        add_once(step_.reads_from, path[1]);
    }

    engine::step_definition step_;
    std::vector<std::pair<std::string, engine::expression::value_template>> inputs_;
};

inline engine::definition_pointer a_workflow(engine::direction dir, const std::vector<a_step>& steps)
{
    auto made = std::make_shared<engine::workflow_definition>();
    made->name = "tried";
    made->sha256 = "00";
    made->dir = dir;
    for (const auto& step : steps)
        made->steps.push_back(step.made());
    return made;
}
inline engine::definition_pointer a_grant(const std::vector<a_step>& steps)
{
    return a_workflow(engine::direction::grant, steps);
}
inline engine::definition_pointer a_revoke(const std::vector<a_step>& steps)
{
    return a_workflow(engine::direction::revoke, steps);
}

} // namespace jmld::testing
