// The one way a target fails. It adds nothing to what the caller says.
#include "tests/fuzz/targets.hpp"

#include <cstdio>
#include <cstdlib>

namespace jmld::fuzz {

void must(bool holds, const char* what)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

} // namespace jmld::fuzz
