// A workflow started by hand: for whom, by which event its expressions read, with which inputs. It decides nothing
// about people's events; the run waits for its person like any other.
#pragma once

#include "daemon/people/person_loading.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/runner.hpp"
#include "engine/runtime/subject_port.hpp"

#include <optional>
#include <string>

namespace jmld::daemon {

struct hand_start
{
    std::string workflow;
    std::string subject; ///< key, worker id or universal id
    engine::value input; ///< map: the workflow's inputs
    std::optional<time_point> at{};
    std::string by, reason;
};

/// The person with this key, or known by this worker or universal id. Errors: not_found, conflict, as the journal.
runtime::awaitable_result<runtime::person_row> find_person(runtime::journal& store, std::string key);
/// What a filter for a person means: the key of whom find_person() finds; `named` itself when that is nobody.
runtime::awaitable_result<person_key> key_of_person(runtime::journal& store, std::string named);

/// What was given for the workflow's inputs, with its defaults. Errors: invalid_input naming the input.
result<engine::value> inputs_for(const engine::workflow_definition& definition, const engine::value& given);
/// What the run's expressions read. Its event is the person's last one that triggers the workflow, else the last one at
/// all, else one that says what is believed.
engine::value context_for(const engine::workflow_definition& definition, const loaded_person& person,
                          const workflows::policy& rules, const engine::value& inputs);

class hand_starter
{
public:
    struct ports
    {
        runtime::journal& store;
        runtime::clock& time;
        random_source& random;
        runtime::runner& runs;
        runtime::subject_port& subjects;
        const rule_book_holder& rules;
    };
    explicit hand_starter(ports given) : ports_(given) {}

    /// Errors: not_found (workflow, person), invalid_input, as the journal.
    runtime::awaitable_result<runtime::run_row> start(hand_start what);
    /// The steps it would take, {step, action, inputs, open}: the person is read, nothing is written.
    /// Errors: as start; unavailable (Okta does not answer).
    runtime::awaitable_result<engine::value> foresee(hand_start what);

private:
    struct prepared
    {
        rule_book_pointer rules; ///< keeps the definition alive
        engine::definition_pointer definition;
        loaded_person person;
        engine::value context;
    };
    runtime::awaitable_result<prepared> prepare(hand_start what);
    runtime::awaitable_result<runtime::run_row> try_start(hand_start what);

    ports ports_;
};

} // namespace jmld::daemon
