// Any text as a workflow file: messages, or definitions that a run can be made from. What the steps do is not looked
// at.
#include "tests/fuzz/targets.hpp"

#include "connectors/http/requests.hpp"
#include "workflows/loading/loader.hpp"

#include <string>

namespace jmld::fuzz {

void workflow(std::string_view bytes)
{
    static const http::request_catalogue catalogue;
    const auto loaded = workflows::loading::load_workflows({{"fuzz.yaml", std::string(bytes)}}, catalogue);
    must(loaded.ok == !loaded.workflows.empty(), "a set that loads has workflows, and one that does not has none");
    must(loaded.ok || !loaded.messages.empty(), "a set that does not load says why");
    for (const auto& message : loaded.messages)
        must(message.starts_with("fuzz.yaml:"), "a message names its place");
    for (const auto& one : loaded.workflows)
        must(!one->name.empty() && one->sha256.size() == 64, "a definition has a name and the digest of its text");
}

} // namespace jmld::fuzz
