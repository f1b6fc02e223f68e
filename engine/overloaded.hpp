// The usual helper for std::visit with one lambda for each alternative: a new alternative without its lambda does not
// compile.
#pragma once

namespace jmld {

template <class... Cases> struct overloaded : Cases...
{
    using Cases::operator()...;
};

} // namespace jmld
