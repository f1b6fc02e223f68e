// The operations API as an HTTP handler: who asks, may they, which route, which parameters — then the route's endpoint.
// It holds no endpoint itself.
#pragma once

#include "daemon/http/kept_answers.hpp"
#include "daemon/http/operators.hpp"
#include "daemon/http/router.hpp"
#include "daemon/http/server.hpp"

namespace jmld::daemon {

class operations_server final : public http::handler
{
public:
    /// All must outlive it; `known` may be replaced on reload. Without `kept` an Idempotency-Key is not looked at.
    operations_server(const router& routes, const operators* known, kept_answers* kept = nullptr)
        : routes_(routes), known_(known), kept_(kept)
    {}
    void replace_operators(const operators* known) { known_ = known; }

    std::optional<http::response> refuse(const http::request& message, const http::peer& who) override;
    std::size_t body_limit(const http::request& message) override;
    boost::asio::awaitable<http::reply> answer(http::request message, http::peer who) override;

private:
    const router& routes_;
    const operators* known_;
    kept_answers* kept_;
};

} // namespace jmld::daemon
