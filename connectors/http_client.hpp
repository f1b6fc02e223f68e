// How HTTP requests leave for one peer. The HTTPS client, the in-process imitation and the fakes of tests implement it;
// it knows no redirects, cookies or retries.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"

#include <boost/asio/awaitable.hpp>

namespace jmld::http {

/// Bound to one origin when it is made. Event loop's thread only.
class transport
{
public:
    virtual ~transport() = default;
    /// One exchange; completes within `timeout` (which includes connecting). Errors: refused (certainly nothing was
    /// sent), connection_lost and timed_out (it may have been received), too_large (answer over the limit), unavailable
    /// (TLS or name resolution), cancelled.
    virtual boost::asio::awaitable<result<response>> send(request message, duration timeout) = 0;
};

} // namespace jmld::http
