// Passwords are compared only where the organisation knows them; a user loaded with `password: true` takes any.
#include "connectors/okta_sim/signing_in.hpp"

namespace jmld::okta_sim {

namespace {

log_actor signing_in(const user* who, std::string_view typed)
{
    if (who == nullptr)
        return {"unknown", "User", std::string(typed)};
    return {who->id, "User", who->profile["login"].text_or()};
}

std::string_view why_not(const user* who)
{
    if (who == nullptr || who->status == "ACTIVE")
        return "INVALID_CREDENTIALS";
    return who->status == "LOCKED_OUT" ? "LOCKED_OUT" : "GENERAL_NONSUCCESS";
}

} // namespace

void note_session(call& asked, const user& who)
{
    auto hand = asked.change;
    hand.actor = signing_in(&who, {});
    hand.note("user.session.start", {asked.change.name(who)});
}

user* let_in(call& asked, std::string_view login, std::string_view password)
{
    auto* const who = find_user(asked.org, login);
    bool const right = who != nullptr && who->status == "ACTIVE" && who->password && !password.empty() &&
                       (who->password_text.empty() || who->password_text == password);
    if (right)
        return who;
    auto hand = asked.change;
    hand.actor = signing_in(who, login);
    hand.note("user.session.start", who != nullptr ? std::vector{hand.name(*who)} : std::vector<log_target>(),
              "FAILURE", why_not(who));
    return nullptr;
}

} // namespace jmld::okta_sim
