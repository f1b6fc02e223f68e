// Looking before undoing. Okta shows a change everywhere only after a while: a read that shows nothing to undo of what
// was done a moment ago is repeated, and believed when it stays so. It decides nothing about what is seen.
#pragma once

#include "connectors/okta/work.hpp"

#include <algorithm>

namespace jmld::okta {

/// How long the deed of this step may still be invisible to a read; none when it was done long ago.
inline duration may_be_hidden(const work& now)
{
    constexpr duration shown_within{15'000}, none{0};        // memberships are there after ten seconds at most
    const auto longest = now.request.timeout + shown_within; // also when the clock was set back meanwhile
    return std::clamp(now.request.done_by + shown_within - now.now(), none, longest);
}

/// Looks until `shows` is content with what `look` read, or until nothing can be hidden any more.
template <class Look, class Shows> auto look_until_shown(work& now, Look look, Shows shows) -> decltype(look())
{
    patience time(now, may_be_hidden(now));
    for (;;) {
        auto seen = co_await look();
        if (shows(seen))
            co_return seen;
        const bool again = co_await time.again();
        if (!again)
            co_return seen;
    }
}

} // namespace jmld::okta
