// Facts as the store keeps them: JSON text free of personal data, and payloads beside it in slot order. A fact carries
// its version; an unknown kind or version is an error, never a guess.
#pragma once

#include "engine/history.hpp"
#include "engine/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::engine {

struct encoded_fact
{
    std::string kind; ///< `step_succeeded`
    int version = 1;
    std::string text;
    std::vector<std::string> payloads; ///< each an encoded value
};

encoded_fact encode(const fact& happened);
/// Errors: corrupt, saying which kind and version is not known or what does not fit.
result<fact> decode(const encoded_fact& stored, std::uint64_t seq, time_point at);

/// The kind's name, as in encoded_fact::kind.
std::string_view kind_of(const fact& happened);
/// For /history: {seq, at, kind, …}; payloads only when `with_payloads`.
value describe(const fact& happened, bool with_payloads);

} // namespace jmld::engine
