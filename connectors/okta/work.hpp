// Inner seam of the actions: what one attempt, probe or undo works with. Functions of the conduct files take it by
// reference; it outlives their frames because actions.cpp holds it.
#pragma once

#include "connectors/okta/actions.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <expected>
#include <string>
#include <string_view>

namespace jmld::okta {

struct work
{
    client& okta;
    directory& people;
    const action_options& options;
    made_accounts& made;
    const operation& row;
    const runtime::action_request& request;
    call_scope scope = {};

    const engine::value& input(std::string_view name) const { return request.inputs[name]; }
    std::string user() const { return id_of(input("user")); }
    time_point now() const { return okta.time().now(); }
    /// When the attempt began, to compare with what Okta says of its objects: by its clock or by ours, whichever was
    /// earlier, for one of them may have been set meanwhile.
    time_point began_by_okta() const
    {
        return std::min(request.first_started, request.first_started + okta.okta_ahead());
    }

    // ---- what the run knows ----
    /// Whether the image tells about this user: it is of this user, or nobody was there and we made this account.
    bool image_tells(std::string_view user) const;
    /// Entry of a list of the image by id; nullptr when there is none.
    const engine::value* in_image(std::string_view list, std::string_view id) const;
    /// Of the image's user; empty when the image is of somebody else.
    std::string image_status(std::string_view user) const;
    /// An earlier attempt of this step may have done it already.
    bool tried_before() const { return request.attempt > 1 || request.resent; }
    /// A step of this run made the account; perhaps in a process that has ended.
    bool made_by_this_run(std::string_view user) const;

    // ---- calls ----
    /// The row's own call with the inputs.
    boost::asio::awaitable<reply> perform();
    boost::asio::awaitable<reply> perform_with(engine::value arguments);
    boost::asio::awaitable<reply> send(std::string_view row_name, engine::value arguments);
    boost::asio::awaitable<reply> list(std::string_view row_name, engine::value arguments);
    boost::asio::awaitable<reply> get_user(std::string id);
    /// The person's membership in a group as read now: the entry, or null. Failure when it cannot be read.
    boost::asio::awaitable<std::expected<engine::value, reply>> membership(std::string user, std::string group);

    // ---- outcomes ----
    engine::attempt_outcome done(engine::value outputs, bool changed, engine::value before,
                                 const engine::call_mark& mark);
    engine::attempt_outcome done_without_call(engine::value outputs) { return done(std::move(outputs), false, {}, {}); }
    engine::attempt_outcome failed(const reply& answer, engine::value before = {});
    engine::attempt_outcome refused(engine::failure_kind kind, std::string detail, std::string code = {});
    engine::probe_outcome settled(engine::probe_verdict verdict, engine::value outputs, bool changed, const reply& seen,
                                  std::string detail = {});
    engine::probe_outcome probe_failed(const reply& answer);
    engine::undo_outcome undone(bool changed, const engine::call_mark& mark, std::string detail = {});
    engine::undo_outcome left_alone(std::string detail, const engine::call_mark& mark = {});
    engine::undo_outcome undo_failed(const reply& answer);
};

/// Why this user's account is not closed by us: a protected person, the owner of our own token. Empty when it may be.
std::string why_never_closed(const work& now);
bool is_own_user(const work& now);

/// What is wrong with a profile that is to be sent; empty when nothing is.
std::string bad_profile(const engine::value& profile);

/// Waits between looks: 1 s, 2 s, 4 s, then 5 s, until the attempt's timeout is used up.
class patience
{
public:
    patience(work& whose, duration limit);
    /// The last one is at the very end. False when the time is used up or the attempt was stopped; nothing is waited
    /// for then.
    boost::asio::awaitable<bool> again();

private:
    work& whose_;
    time_point deadline_;
    duration next_{1'000};
};

inline bool is_one_of(const std::vector<std::string_view>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}
/// {id, name} or {id, label}.
engine::value reference(const engine::value& argument, std::string_view name_key);
engine::value owned(std::string_view kind, const engine::value& reference, std::string_view owner);

using attempting = boost::asio::awaitable<engine::attempt_outcome>;
using probing = boost::asio::awaitable<engine::probe_outcome>;
using undoing = boost::asio::awaitable<engine::undo_outcome>;

attempting attempt_call(work& now);
attempting attempt_create(work& now);
attempting attempt_update(work& now);
attempting attempt_status(work& now);
attempting attempt_delete(work& now);
attempting attempt_add_member(work& now);
attempting attempt_remove_member(work& now);
attempting attempt_assign_app(work& now);
attempting attempt_unassign_app(work& now);
attempting attempt_assign_role(work& now);
attempting attempt_unassign_role(work& now);
attempting attempt_verify(work& now);
attempting attempt_snapshot(work& now);
attempting attempt_reports(work& now);
attempting attempt_object(work& now);

probing probe_create(work& now);
probing probe_profile(work& now);
probing probe_status(work& now);
probing probe_deletion(work& now);
probing probe_membership(work& now);
probing probe_app_user(work& now);
probing probe_role(work& now);
probing probe_factors(work& now);
probing probe_object(work& now);
probing probe_again(work& now);

undoing undo_create(work& now);
undoing undo_profile(work& now);
undoing undo_status(work& now);
undoing undo_membership(work& now);
undoing undo_app_user(work& now);
undoing undo_role(work& now);
undoing undo_object(work& now);

} // namespace jmld::okta
