// The key with which an authorization server of the imitation signs tokens: drawn from its id, so that the same
// organisation signs the same bytes again. Anybody can compute it; it guards nothing.
#pragma once

#include "engine/value.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace jmld::okta_sim {

class signing_key
{
public:
    /// RSA with 2048 bits, drawn from its own id; takes some tenths of a second.
    explicit signing_key(std::string kid);
    ~signing_key();
    signing_key(signing_key&&) noexcept;

    const engine::value& public_jwk() const { return public_; }
    /// A compact JWT, RS256; with `typ` in its header where one is given.
    std::string sign(const engine::value& claims, std::string_view type = {}) const;

private:
    struct material;
    std::unique_ptr<material> held_;
    engine::value public_;
};

} // namespace jmld::okta_sim
