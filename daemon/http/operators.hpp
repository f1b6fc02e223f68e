// Who asks: bearer tokens stored as hashes, or the uid of the peer on the operators' socket. It grants nothing; the
// router's table says what a role may.
#pragma once

#include "daemon/http/router.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jmld::daemon {

struct operator_entry
{
    std::string name;
    role allowed = role::viewer;
    std::string token_sha256; ///< lower-case hex; empty when known by uid
    std::optional<std::uint32_t> uid;
};

class operators
{
public:
    explicit operators(std::vector<operator_entry> entries) : entries_(std::move(entries)) {}

    /// Nothing = not known. On the unix socket root is admin; a token counts there as well.
    std::optional<principal> identify(const http::request& message, const http::peer& who) const;

private:
    std::vector<operator_entry> entries_;
};

} // namespace jmld::daemon
