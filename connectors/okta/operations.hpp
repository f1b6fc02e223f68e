// The operation table: one row for each Okta operation that jmld knows. The client, the catalogue, the limiter, the
// plan and the manual read the row; it sends nothing, and no other file repeats what a column says.
#pragma once

#include "engine/action.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace jmld::okta {

/// Where a parameter goes on the wire. `local` parameters steer the conduct and are never sent.
enum class place : std::uint8_t { path, query, body, local };

struct operation_parameter
{
    std::string_view name = {}; ///< as in `with:`
    engine::parameter_type type = engine::parameter_type::any;
    place where = place::local;
    std::string_view wire = {}; ///< placeholder of the path, key of the query, dotted key of the body
    bool required = false;
    std::string_view otherwise =
        {}; ///< text sent when left out (Okta's own defaults differ from call to call); empty = nothing
    std::string_view summary = {};
};

/// An answer that says the world is already as wanted.
struct already_so
{
    int status = 0;
    std::string_view code = {};
    bool read_back = false; ///< ambiguous by itself: only a look at the person settles it
};

/// How an attempt goes beyond the one call of the row; see actions.cpp.
enum class conduct : std::uint8_t {
    call,
    create_user,
    update_user,
    change_status,
    delete_user,
    add_member,
    remove_member,
    assign_app,
    unassign_app,
    assign_role,
    unassign_role,
    verify_access
};
/// What a probe looks at after an unknown outcome.
enum class probe_kind : std::uint8_t {
    none,
    user_by_login,
    profile,
    status,
    deletion,
    membership,
    app_user,
    role,
    factor,
    factors
};
/// What restores the before-image.
enum class inverse_kind : std::uint8_t {
    none,
    delete_created,
    restore_profile,
    restore_status,
    restore_membership,
    restore_app_user,
    restore_role
};

struct operation
{
    std::string_view name = {};    ///< `okta.users.create`
    std::string_view tool = {};    ///< `create_user`
    std::string_view summary = {}; ///< one sentence
    std::string_view method = {};  ///< empty: made of other rows
    std::string_view path = {};    ///< `/api/v1/users/{user}`
    std::vector<operation_parameter> parameters = {};
    std::vector<engine::parameter_description> outputs = {};
    std::string_view scope = {};
    std::string_view bucket = {};
    engine::repeatability repeat = engine::repeatability::idempotent;
    engine::effect_class effect = engine::effect_class::reads;
    std::vector<int> success = {200};
    std::vector<already_so> already = {};
    conduct how = conduct::call;
    probe_kind probe = probe_kind::none;
    inverse_kind inverse = inverse_kind::none;
    std::string_view undone_by = {};  ///< the row whose call undoes this one
    std::string_view no_inverse = {}; ///< why there is no inverse
    bool destructive = false;
    bool paged = false;                         ///< follows Link rel=next
    bool settles = false;                       ///< change_status: goes on in the background after the answer
    bool guarded = false;                       ///< refused for protected people and the owner of our own token
    std::vector<std::string_view> from = {};    ///< change_status: statuses it is worth calling from
    std::vector<std::string_view> reaches = {}; ///< change_status: statuses that mean it is done

    bool writes() const { return effect != engine::effect_class::reads; }
};

/// In the order of the manual.
std::span<const operation> operations();
/// nullptr when there is none of that name.
const operation* find_operation(std::string_view name);
/// As find_operation; the name is one of ours (a missing row is a broken invariant and ends the process).
const operation& operation_named(std::string_view name);
/// Every scope that the rows need, sorted, each once.
std::vector<std::string_view> scopes();

/// The row as the loader, the engine and the manual see it.
engine::action_description describe(const operation& row);

} // namespace jmld::okta
