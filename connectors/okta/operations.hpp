// The operation table: one row for each Okta operation that jmld knows. The client, the catalogue, the limiter, the
// plan and the manual read the row; it sends nothing, and no other file repeats what a column says.
#pragma once

#include "engine/action.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace jmld::okta {

/// Where a parameter goes on the wire. `local` parameters steer the conduct and are never sent; the keys of `whole`
/// become keys of the body; `form` makes the body a form.
enum class place : std::uint8_t { path, query, body, whole, form, local };

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
    bool secret = false; ///< not shown to people
    bool kept = false;   ///< left out: what the object read before has there is sent again
};

/// What a look at Okta shows once the row's call is done.
enum class sign : std::uint8_t {
    none,
    made,     ///< the list holds one that is named as we named it, is as we sent it, and was not there before
    as_sent,  ///< the object holds what was sent
    field,    ///< `at` of the object is `as`
    stamped,  ///< `at` of the object is a time, and another than before the call
    there,    ///< the object can be read
    gone,     ///< nobody finds it any more
    listed,   ///< the list has an entry whose `at` is, or as a link ends with, the id in parameter `as`
    unlisted, ///< it has none
    empty     ///< the list is empty
};

/// Where to look for what a call does: before it (nothing to do?), when its answer was lost, before it is undone. Never
/// a search, which lags behind.
struct looking
{
    std::string_view row = {}; ///< what reads; its parameters are ours of the same name
    sign shows = sign::none;
    std::string_view at = {};          ///< dotted key; of `made`: the name, in what is sent and in what is read
    std::string_view as = {};          ///< see `sign`
    std::string_view narrowed_by = {}; ///< made: parameter of `row` that gets the name
    bool partly = false;               ///< as_sent: what is left out stays, in the profile too
    bool name_is_key = false;          ///< made: a second one of the same name would only confuse people
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
    verify_access,
    snapshot_access,
    list_reports,
    object ///< looks, calls unless it is so already, and knows from looking how to undo
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
    factors,
    looks, ///< as `looking` says
    again  ///< repeating is harmless: what the lost call gave is void or a duplicate, as `when_lost` says
};
/// What restores the before-image.
enum class inverse_kind : std::uint8_t {
    none,
    delete_created,
    restore_profile,
    restore_status,
    restore_membership,
    restore_app_user,
    restore_role,
    remove_made,    ///< `undone_by` removes what was made, unless somebody uses it (`kept_while`)
    restore_object, ///< the same call sends what was there before
    opposite,       ///< `undone_by` with the same arguments
    relink          ///< the entry that was there before is set again; `undone_by` when there was none
};

struct operation
{
    std::string_view name = {};                      ///< `okta.users.create`
    std::string_view tool = {};                      ///< `create_user`
    std::vector<std::string_view> tool_aliases = {}; ///< other names that a tool call may use
    std::string_view summary = {};                   ///< one sentence
    std::string_view method = {};                    ///< empty: made of other rows
    std::string_view path = {};                      ///< `/api/v1/users/{user}`
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

    looking looks = {};               ///< object, probe_kind::looks
    std::string_view closed_by = {};  ///< called before it while the object is ACTIVE or SUSPENDED
    std::string_view kept_while = {}; ///< remove_made: a list; what has entries there is left alone
    std::string_view when_lost = {};  ///< probe_kind::again: why a repetition is harmless
    std::string_view for_people = {}; ///< why a workflow cannot use it, and what it is for; empty: it can
    bool anonymous = false;           ///< sent without our credentials
    std::string_view seed = {};       ///< the call as the API dictionary writes it; empty: it forgets it

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
/// What the row says beyond that, for people: name and sentence.
std::vector<std::pair<std::string, std::string>> facts_of(const operation& row);
/// What happens when the answer to its call is lost.
std::string lost_answer(const operation& row);
std::string_view to_text(engine::repeatability repeat);

} // namespace jmld::okta
