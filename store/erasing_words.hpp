// What operators wrote in their own words about a person who is erased, and answers kept for them: which of it is about
// that person. Texts only; it reads no store and takes nothing away.
#pragma once

#include "engine/ids.hpp"

#include <set>
#include <string>
#include <string_view>

namespace jmld::store {

/// By what rows name a person's things.
struct names_of_a_person
{
    person_key person;
    std::set<std::string, std::less<>> runs, approvals;
    std::set<std::string, std::less<>> events; ///< `SOURCE~ID`

    /// Adds the approvals that a fact's text names.
    void add_approvals(std::string_view fact_text);
    /// Of an audit row: `run ID …`, `approval ID`, `event SOURCE~ID`, `person KEY`.
    bool are_object_of(std::string_view audit_object) const;
    /// Whether a kept answer names one of the runs, approvals or events, or the person.
    bool are_named_in(std::string_view answer) const;
};

/// The details of an event without whom it may have been about and without a person's words of it. Unchanged when there
/// is none of it.
std::string without_candidates_and_words(const std::string& details);

} // namespace jmld::store
