// A URL as a workflow writes it, taken apart strictly: what two readers could read differently is refused. It resolves
// nothing and decides nothing about who may be called.
#pragma once

#include "connectors/origin.hpp"
#include "engine/result.hpp"

#include <string>
#include <string_view>

namespace jmld::http {

struct url
{
    origin peer;        ///< host in lower case
    std::string target; ///< path and query; never empty
};

/// http or https, a host, no user, no fragment, no control character, backslash or blank. Errors: invalid_input.
result<url> parse_url(std::string_view text);
/// `https://host:443`: the form in which allow lists are compared.
std::string canonical(const origin& peer);

} // namespace jmld::http
