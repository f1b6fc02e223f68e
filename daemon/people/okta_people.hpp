// The people's ports over Okta's directory: who might this worker be, and what a run must know of its person before it
// begins. It reads; what the answers mean is decided by workflows/people.
#pragma once

#include "connectors/okta/directory.hpp"
#include "daemon/people/people_directory.hpp"
#include "daemon/people/person_loading.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/run_storage.hpp"
#include "engine/runtime/subject_port.hpp"

namespace jmld::daemon {

/// Correlation's questions.
class okta_people_directory final : public people_directory
{
public:
    explicit okta_people_directory(okta::directory& people) : people_(people) {}
    boost::asio::awaitable<lookup_outcome> look_up(workflows::lookups wanted) override;
    boost::asio::awaitable<population_outcome> population(int enough) override;
    boost::asio::awaitable<sight_outcome> look(std::string okta_id) override;

private:
    okta::directory& people_;
};

/// A login that must not be given to anybody else is an identity of the person who had it.
std::string login_digest(const std::string& login);
/// A setting: not empty once such logins are remembered.
inline constexpr const char* logins_remembered = "logins_remembered";

/// A run's person: the record of the journal, the account as Okta shows it, and the access that follows from both.
class okta_subjects final : public runtime::subject_port
{
public:
    okta_subjects(runtime::journal& store, runtime::definition_source& definitions, okta::directory& people,
                  const rule_book_holder& rules, runtime::clock& time)
        : store_(store), definitions_(definitions), people_(people), rules_(rules), time_(time)
    {}
    boost::asio::awaitable<runtime::subject_outcome> read(runtime::subject_request request) override;

private:
    struct known_account
    {
        std::string id;
        std::optional<engine::attempt_failed> failed;
    };
    struct sight
    {
        std::string account; ///< Okta id; empty: there is none
        engine::value image;
    };
    boost::asio::awaitable<known_account> account_of(const loaded_person& person, okta::read_options options);
    boost::asio::awaitable<known_account> search(const workflows::worker& who, okta::read_options options);
    boost::asio::awaitable<std::variant<sight, engine::attempt_failed>> look_at(const loaded_person& person,
                                                                                okta::read_options options);
    /// The account that an earlier run of this person made, from its facts; empty when none did. Errors: as load_run.
    runtime::awaitable_result<std::string> made_by_a_run(const loaded_person& person);
    /// What the leaver found that this event takes back; null when none did. Errors: as load_run.
    runtime::awaitable_result<engine::value> before_the_leaver(const loaded_person& person,
                                                               const workflows::canonical_event& rescind);

    runtime::awaitable_result<bool> is_leaving(std::string account);
    boost::asio::awaitable<std::expected<bool, engine::attempt_failed>> is_last_super_admin(engine::value image,
                                                                                            okta::read_options options);
    /// Of the login and its numbered forms those that somebody else had.
    runtime::awaitable_result<engine::value> logins_taken(const person_key& subject, std::string login);

    runtime::journal& store_;
    runtime::definition_source& definitions_;
    okta::directory& people_;
    const rule_book_holder& rules_;
    runtime::clock& time_;
};

} // namespace jmld::daemon
