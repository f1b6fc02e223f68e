// The answers Okta gives, errors above all: one function for each body shape, so that handlers read like the fact they
// imitate. No state and no headers that belong to every answer (dispatch adds those).
#pragma once

#include "connectors/http_message.hpp"
#include "engine/value.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

http::response json_answer(int status, const engine::value& body);
inline http::response ok(const engine::value& body) { return json_answer(200, body); }
/// 200 with `{}`.
http::response ok_empty();
http::response no_content();

/// Okta's error body with the status that belongs to the code.
http::response refuse(std::string_view code, std::initializer_list<std::string_view> causes = {});
/// The same with a summary of its own.
http::response refuse_as(std::string_view code, std::string_view summary,
                         std::initializer_list<std::string_view> causes = {});
/// 404 E0000007 "Not found: Resource not found: {id} ({kind})".
http::response not_found(std::string_view id, std::string_view kind);
/// 400 E0000001 "Api validation failed: {subject}".
http::response invalid(std::string_view subject, std::initializer_list<std::string_view> causes);
http::response invalid(std::string_view subject, std::vector<std::string> causes);
http::response invalid_cursor();
/// `{"error","error_description"}`
http::response oauth_error(int status, std::string_view error, std::string_view description);
/// What a gateway in front of Okta sends: not JSON.
http::response gateway_page(int status);
/// A plausible Okta answer for a status that a fault asks for without saying more.
http::response usual_answer(int status);
/// For /_sim: problem+json.
http::response problem(int status, std::string_view detail);

/// The HTTP status of an error code; 400 for one that is not known here.
int status_of(std::string_view code);

} // namespace jmld::okta_sim
