// A row in words: what people read about it in `jmlctl actions`, in the manual page and in the table of lost answers.
// It says what the columns say and knows no row by name.
#include "connectors/okta/operations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>

namespace jmld::okta {

namespace {

using engine::repeatability;

std::string already_words(const operation& row)
{
    std::string words;
    for (const auto& one : row.already)
        words += fmt::format("{}{} {}{}", words.empty() ? "" : ", ", one.status, one.code,
                             one.read_back ? " (a look decides)" : "");
    return words;
}

std::string inverse_words(const operation& row)
{
    switch (row.inverse) {
    case inverse_kind::none:
        return row.writes() ? "no: " + std::string(row.no_inverse) : std::string();
    case inverse_kind::delete_created:
        return "okta.users.delete, twice, with a look between: only of an account that was never opened, and is marked "
               "ours";
    case inverse_kind::restore_profile:
        return "the same call with the attributes as they were, of those that are still as we set them";
    case inverse_kind::restore_object:
        return "the same call with what was there before, unless somebody changed it since";
    case inverse_kind::remove_made:
        return fmt::format("{}{}", row.undone_by,
                           row.kept_while.empty() ? ""
                                                  : fmt::format(", unless {} is not empty by then", row.kept_while));
    case inverse_kind::relink:
        return fmt::format("the earlier link is set again; {} where there was none", row.undone_by);
    case inverse_kind::restore_status:
    case inverse_kind::restore_membership:
    case inverse_kind::restore_app_user:
    case inverse_kind::restore_role:
    case inverse_kind::opposite:
        return fmt::format("{}, unless it was so before", row.undone_by);
    }
    return {};
}

/// What a look at the object must show.
std::string sign_words(const operation& row)
{
    const auto& how = row.looks;
    switch (how.shows) {
    case sign::none:
        return {};
    case sign::made:
        return fmt::format(
            "{} is read whole (no search), for up to 10 s: done is one whose {} is exactly ours, that holds "
            "what was sent and was not there before the call; several alike, or one of which nobody knows "
            "whether it was there before, wait for a person; a namesake that is otherwise is not ours",
            how.row, how.at);
    case sign::as_sent:
        return fmt::format("{}: done if it holds what was sent", how.row);
    case sign::field:
        return fmt::format("{}: done if {} is {}", how.row, how.at, how.as);
    case sign::stamped:
        return fmt::format("{}: done if {} is another than before the call (not before the attempt, where jmld died "
                           "before it could look)",
                           how.row, how.at);
    case sign::there:
        return fmt::format("{}: done if it is there", how.row);
    case sign::gone:
        return fmt::format("{}: done if nobody finds it", how.row);
    case sign::listed:
        return fmt::format("{}: done if it lists this {}", how.row, how.as);
    case sign::unlisted:
        return fmt::format("{}: done if it does not list this {}", how.row, how.as);
    case sign::empty:
        return fmt::format("{}: done if it is empty", how.row);
    }
    return {};
}

std::string probe_words(const operation& row)
{
    switch (row.probe) {
    case probe_kind::none:
        return {};
    case probe_kind::user_by_login:
        return "GET by login (no search), candidate by candidate: ours is one with our employeeNumber or universalId, "
               "made "
               "since the attempt began (without either: with every attribute we sent); a namesake has another, so the "
               "next "
               "login is tried";
    case probe_kind::profile:
        return "GET of the user: done if the attributes are as sent";
    case probe_kind::status:
        return "GET of the user by id: done if the status is reached; one on its way is waited for";
    case probe_kind::deletion:
        return "GET of the user by id: 404 is done; never a second DELETE without it";
    case probe_kind::membership:
        return "GET of the user's groups: done if the membership is there (or gone)";
    case probe_kind::app_user:
        return "GET of the app user: done if it is there (or gone)";
    case probe_kind::role:
        return "GET of the user's roles: done if the role is there (or gone)";
    case probe_kind::factor:
    case probe_kind::factors:
        return "GET of the user's factors: done if none of those is left";
    case probe_kind::looks:
        return sign_words(row);
    case probe_kind::again:
        return "it is sent again: " + std::string(row.when_lost);
    }
    return {};
}

} // namespace

std::string_view to_text(repeatability repeat)
{
    switch (repeat) {
    case repeatability::idempotent:
        return "idempotent (I)";
    case repeatability::converges:
        return "converges (C)";
    case repeatability::read_first:
        return "read first (R)";
    case repeatability::side_effect:
        return "side effect (S)";
    }
    return {};
}

std::string lost_answer(const operation& row)
{
    if (!row.for_people.empty())
        return "not sent by jmld";
    if (!row.writes())
        return "it only reads: it is sent again";
    auto looked = probe_words(row);
    if (!looked.empty())
        return looked;
    return "it is sent again: the second call leaves what the first did";
}

std::vector<std::pair<std::string, std::string>> facts_of(const operation& row)
{
    std::vector<std::pair<std::string, std::string>> facts;
    const auto say = [&facts](std::string_view what, std::string words) {
        if (!words.empty())
            facts.emplace_back(what, std::move(words));
    };
    say("tool", row.for_people.empty() ? std::string(row.tool) : std::string());
    say("other tool names", fmt::format("{}", fmt::join(row.tool_aliases, ", ")));
    say("call", row.method.empty() ? "made of other actions" : fmt::format("{} {}", row.method, row.path));
    say("for people only", std::string(row.for_people));
    say("class", row.writes() ? std::string(to_text(row.repeat)) : std::string());
    say("answers", row.method.empty() ? std::string() : fmt::format("{}", fmt::join(row.success, ", ")));
    say("already so", already_words(row));
    say("answer lost", lost_answer(row));
    say("undone by", inverse_words(row));
    say("first", row.closed_by.empty() ? std::string() : fmt::format("{} while it is open", row.closed_by));
    say("pages", row.paged ? "all are read, up to max" : "");
    say("protected people", row.guarded ? "refused for them, and for the owner of our own token" : "");
    return facts;
}

} // namespace jmld::okta
