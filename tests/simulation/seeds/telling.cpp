// One line for each event, fact and request, in the order in which they were written down.
#include "tests/simulation/seeds/telling.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "engine/runtime/run_storage.hpp"

#include <fmt/format.h>

#include <iterator>

namespace jmld::simulation {

std::string tell(const evidence& seen)
{
    std::string text;
    const auto out = std::back_inserter(text);
    for (const auto& event : seen.events)
        fmt::format_to(out, "  event {} {}: {} ({}) {}\n", event.key.id, event.type, event.decision, event.reason,
                       event.run.text);
    for (const auto& run : seen.runs) {
        fmt::format_to(out, "  run {} {} of {}: {}\n", run.row.id.text, run.row.workflow, run.row.event.id,
                       run.row.state);
        for (const auto& one : run.facts) {
            const auto stored = runtime::to_stored(one);
            fmt::format_to(out, "    {} {} {}", to_rfc3339(one.at), stored.kind, stored.text);
            for (const auto& payload : stored.payloads)
                fmt::format_to(out, " {}", payload.bytes);
            text += '\n';
        }
    }
    for (const auto& entry : seen.ledger)
        fmt::format_to(out, "  {} {} {} {} {} {}\n", to_rfc3339(entry.at), entry.seq, entry.method, entry.path,
                       entry.status, entry.effect.is_null() ? "" : engine::json::write(entry.effect));
    return text;
}

std::string digest_of(const evidence& seen) { return digest::sha256_hex(tell(seen)); }

} // namespace jmld::simulation
