// Ids as Okta's look, but drawn from a seed: the same requests in the same order get the same ids. Nothing here is
// secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jmld::okta_sim {

class id_source
{
public:
    explicit id_source(std::uint64_t seed) : seed_(seed) {}

    /// `prefix` (00u, 00g, 0oa, 0pr …) filled up to 20 characters; later ids sort behind earlier ones.
    std::string make(std::string_view prefix);
    /// So many characters of 0-9A-Za-z.
    std::string token(std::size_t length);
    /// The same for the same name, whatever was made before.
    std::string fixed(std::string_view prefix, std::string_view name) const;

private:
    std::uint64_t seed_, made_ = 0;
};

} // namespace jmld::okta_sim
