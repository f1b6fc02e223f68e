// `Idempotency-Key`: the same mutation under the same key is carried out once, and answered with what was answered
// then. It knows no route; which requests come here is the server's business.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>

namespace jmld::daemon {

/// Event loop's thread only. A key belongs to the principal who sent it and is kept for seven days, over restarts.
class kept_answers
{
public:
    kept_answers(runtime::journal& store, runtime::clock& time) : store_(store), time_(time) {}

    /// `work` unless it was done before under this key. 400: no proper key; 409: it is under way, or jmld stopped in
    /// the middle of it; 422: the key was used for another request. An answer that says "later" (5xx) is not kept.
    boost::asio::awaitable<http::reply> once(std::string key, call asked, endpoint work);

private:
    using key_set = std::set<std::pair<std::string, std::string>>; ///< principal and digest of the key
    boost::asio::awaitable<result<void>> write(runtime::kept_answer row);

    runtime::journal& store_;
    runtime::clock& time_;
    std::shared_ptr<key_set> under_way_ = std::make_shared<key_set>(); ///< calls may outlive this object, unfinished
};

} // namespace jmld::daemon
