// A small catalogue with one action for each kind that the loader tells apart, so that its rules are tested without a
// connector.
#pragma once

#include "engine/action.hpp"

#include <deque>
#include <string>

namespace jmld::tests {

class fake_catalogue final : public engine::action_catalogue
{
public:
    fake_catalogue()
    {
        using engine::effect_class;
        using engine::parameter_type;
        using engine::repeatability;
        add({"okta.users.create",
             "Creates a user.",
             {{"profile", parameter_type::map, true, "the profile"},
              {"activate", parameter_type::boolean, false, "whether at once"},
              {"collision", parameter_type::text, false, "number or park"},
              {"avoid", parameter_type::list, false, "logins not tried"}},
             {{"id", parameter_type::user, true, "his id"}, {"login", parameter_type::text, true, "his login"}},
             repeatability::side_effect,
             effect_class::grants,
             false,
             true,
             true,
             "",
             "okta.users.manage",
             "/api/v1/users"});
        engine::action_description sign_in;
        sign_in.name = "okta.sessions.authenticate";
        sign_in.for_people = "a sign-in page asks for the password";
        add(std::move(sign_in));
        add({"okta.groups.add_user",
             "Adds a user to a group.",
             {{"group", parameter_type::group, true, "the group"}, {"user", parameter_type::user, true, "who"}},
             {{"changed", parameter_type::boolean, true, ""}},
             repeatability::idempotent,
             effect_class::grants,
             false,
             true,
             true,
             "",
             "okta.groups.manage",
             "/api/v1/groups"});
        add({"okta.groups.remove_user",
             "Removes a user from a group.",
             {{"group", parameter_type::group, true, "the group"}, {"user", parameter_type::user, true, "who"}},
             {},
             repeatability::idempotent,
             effect_class::revokes,
             false,
             true,
             true,
             "",
             "okta.groups.manage",
             "/api/v1/groups"});
        add({"okta.apps.assign_user",
             "Assigns an app.",
             {{"app", parameter_type::app, true, "the app"}, {"user", parameter_type::user, true, "who"}},
             {},
             repeatability::converges,
             effect_class::grants,
             false,
             true,
             true,
             "",
             "okta.apps.manage",
             "/api/v1/apps"});
        add({"okta.users.activate",
             "Activates a user.",
             {{"user", parameter_type::user, true, "who"},
              {"send_email", parameter_type::boolean, false, "a mail to the user"}},
             {},
             repeatability::read_first,
             effect_class::grants,
             false,
             true,
             false,
             "a mail cannot be taken back",
             "okta.users.manage",
             "/api/v1/users"});
        add({"okta.users.deactivate",
             "Deactivates a user.",
             {{"user", parameter_type::user, true, "who"}},
             {},
             repeatability::read_first,
             effect_class::revokes,
             true,
             true,
             false,
             "the password is gone",
             "okta.users.manage",
             "/api/v1/users"});
        add({"okta.users.delete",
             "Deletes a user who is deactivated.",
             {{"user", parameter_type::user, true, "who"}},
             {},
             repeatability::read_first,
             effect_class::revokes,
             true,
             true,
             false,
             "the password is gone",
             "okta.users.manage",
             "/api/v1/users"});
        add({"okta.users.update",
             "Changes a profile.",
             {{"user", parameter_type::user, true, "who"}, {"profile", parameter_type::map, true, "what"}},
             {},
             repeatability::idempotent,
             effect_class::changes,
             false,
             true,
             true,
             "",
             "okta.users.manage",
             "/api/v1/users"});
        add({"okta.verify_access",
             "Looks whether access is as wanted.",
             {{"user", parameter_type::user, true, "who"},
              {"expect", parameter_type::map, true, "what"},
              {"clean_reads", parameter_type::integer, false, "how often"},
              {"apart", parameter_type::duration, false, "how far from each other"},
              {"contain", parameter_type::boolean, false, "takes away what comes back"}},
             {},
             repeatability::idempotent,
             effect_class::reads,
             false,
             false,
             false,
             "",
             "okta.users.read",
             "/api/v1/users"});
        add({"okta.users.reports",
             "Who reports to somebody.",
             {{"user", parameter_type::user, true, "who"}, {"fallback", parameter_type::text, false, "else"}},
             {{"reports", parameter_type::list, true, "what is to be set"}},
             repeatability::idempotent,
             effect_class::reads,
             false,
             false,
             false,
             "",
             "okta.users.read",
             "/api/v1/users"});
        add({"test.blind",
             "Does something that nobody can look up.",
             {{"count", parameter_type::integer, false, "how many"},
              {"note", parameter_type::text, false, "a note"},
              {"wait", parameter_type::duration, false, "how long"},
              {"when", parameter_type::timestamp, false, "when"},
              {"things", parameter_type::list, false, "what"},
              {"anything", parameter_type::any, false, "any"}},
             {},
             repeatability::side_effect,
             effect_class::changes,
             false,
             false,
             true,
             "",
             "",
             ""});
        add({"test.note",
             "Writes a note.",
             {{"count", parameter_type::integer, false, "how many"},
              {"note", parameter_type::text, false, "a note"},
              {"wait", parameter_type::duration, false, "how long"},
              {"when", parameter_type::timestamp, false, "when"},
              {"things", parameter_type::list, false, "what"},
              {"anything", parameter_type::any, false, "any"}},
             {{"id", parameter_type::text, true, ""}},
             repeatability::idempotent,
             effect_class::changes,
             false,
             true,
             true,
             "",
             "",
             ""});
    }

    const engine::action_description* find(std::string_view name) const override
    {
        for (const engine::action_description& action : actions_)
            if (action.name == name)
                return &action;
        return nullptr;
    }
    std::vector<const engine::action_description*> all() const override
    {
        std::vector<const engine::action_description*> pointers;
        for (const engine::action_description& action : actions_)
            pointers.push_back(&action);
        return pointers;
    }
    void add(engine::action_description action) { actions_.push_back(std::move(action)); }

private:
    std::deque<engine::action_description> actions_;
};

} // namespace jmld::tests
