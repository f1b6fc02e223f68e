// The one rule of appending, for every journal: facts follow on what is stored, without a gap, and the row says where
// they end.
#pragma once

#include "engine/runtime/journal.hpp"

#include <fmt/format.h>

namespace jmld::store {

/// Errors: conflict.
inline result<void> check_sequence(const runtime::run_append& append, std::uint64_t stored)
{
    auto expected = stored;
    for (const auto& fact : append.facts)
        if (fact.seq != ++expected)
            return failure(errc::conflict, fmt::format("facts of {} do not follow: {} is stored, {} was handed in",
                                                       append.row.id.text, stored, fact.seq));
    if (append.row.last_seq != expected)
        return failure(errc::conflict, fmt::format("the row of {} says {} facts, there are {}", append.row.id.text,
                                                   append.row.last_seq, expected));
    return {};
}

} // namespace jmld::store
