// Errors as RFC 9457 `application/problem+json`: what was wrong, where, what is accepted, what to do next. It carries
// no internals, no secrets and no personal data.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/value.hpp"

#include <string>
#include <string_view>

namespace jmld::daemon {

/// `title` is the short name of the kind of problem; `detail` a sentence; `more` extra members (a map or null).
http::response problem(int status, std::string_view title, std::string_view detail, const engine::value& more = {});

/// How an error of ours is answered: invalid_input 400, not_found 404, conflict 409, overloaded/unavailable/cancelled
/// 503 (with Retry-After) …
http::response problem(const error& failed);

/// 200 (or `status`) with a JSON body.
http::response json_answer(const engine::value& content, int status = 200);

/// The reason phrase of RFC 9110: "Not Found".
std::string_view reason_phrase(int status);

} // namespace jmld::daemon
