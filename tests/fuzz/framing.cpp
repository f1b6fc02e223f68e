// Any bytes as the header of a request: where it ends does not depend on how the bytes arrive, and what is accepted
// leaves nothing for a second reader to read otherwise.
#include "tests/fuzz/targets.hpp"

#include "daemon/http/framing.hpp"

#include <algorithm>

namespace jmld::fuzz {

void framing(std::string_view bytes)
{
    const http::framing::limits allowed;
    const auto size = http::framing::header_size(bytes, allowed);
    for (std::size_t arrived = 0; arrived < std::min<std::size_t>(bytes.size(), 256); ++arrived) {
        const auto part = http::framing::header_size(bytes.substr(0, arrived), allowed);
        must(!part || *part == 0 || (size && *part == *size), "a header does not end earlier when less has arrived");
        must(part || !size, "what was refused in part is refused as a whole");
    }
    if (!size || *size == 0)
        return;
    must(*size <= bytes.size() && *size <= allowed.header_bytes_max, "a header is not longer than what has arrived");
    const auto head = http::framing::check(bytes.substr(0, *size), allowed);
    if (!head) {
        must(head.error().status >= 400 && !head.error().why.empty(), "a refusal has a status and a reason");
        return;
    }
    must(!(head->chunked && head->content_length), "one way to say where the body ends");
    must(!head->chunked || !head->http_1_0, "HTTP/1.0 knows no chunks");
    const auto named = [&](std::string_view name) {
        return std::ranges::count_if(head->message.headers, [&](const auto& field) {
            return field.first.size() == name.size() &&
                   std::ranges::equal(field.first, name, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
        });
    };
    must(named("content-length") <= 1 && named("transfer-encoding") <= 1 && named("host") <= 1,
         "nothing that frames a message stands there twice");
    for (const auto& [name, text] : head->message.headers)
        must(!name.empty() && text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
             "no field holds a line of its own");
}

} // namespace jmld::fuzz
