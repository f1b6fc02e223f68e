// Talking to the programs: proper requests through our HTTP client, and bytes on a socket for what no proper client
// says. Every wait has an end; nothing is retried.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"

#include <memory>
#include <string>

namespace jmld::end_to_end {

/// One server, its connections kept alive. Blocks until the answer is there.
class far_end
{
public:
    explicit far_end(const std::string& origin, const std::string& ca_file = {});
    ~far_end();
    result<http::response> try_send(http::request message, duration timeout = duration(20'000));
    /// Throws where try_send() fails.
    http::response send(http::request message);

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

/// Sends the bytes to `http://127.0.0.1:PORT` while listening, and answers all that comes until the peer closes or,
/// when `until` is given, stands in it. A peer that closes before it has everything is no failure: what it said is what
/// counts.
std::string say(const std::string& origin, const std::string& bytes, const std::string& until = {});

/// 0 when there is no status line.
int status_of(const std::string& answer);

} // namespace jmld::end_to_end
