// The loader is the only reader of definitions, also of stored ones; a text that it no longer accepts stops its runs,
// loudly.
#include "daemon/definition_store.hpp"

#include "workflows/loading/loader.hpp"

namespace jmld::daemon {

runtime::awaitable_result<engine::definition_pointer> definition_store::definition(std::string sha256)
{
    if (rules_.current)
        for (const auto& known : rules_.current->workflows)
            if (known->sha256 == sha256)
                co_return known;
    if (const auto found = loaded_.find(sha256); found != loaded_.end())
        co_return found->second;
    auto stored = co_await store_.definition(sha256);
    if (!stored)
        co_return std::unexpected(stored.error());
    workflows::loading::load_options alone;
    alone.alone = true; // what it says of the others of its set was checked when it came
    const auto read = workflows::loading::load_workflows({{stored->name + ".yaml", stored->text}}, catalogue_, alone);
    if (!read.ok)
        co_return failure(errc::corrupt,
                          "a run is pinned to a definition of '" + stored->name + "' that this version does not load",
                          read.messages.empty() ? std::string() : read.messages.front());
    loaded_[sha256] = read.workflows.front();
    co_return read.workflows.front();
}

result<engine::definition_pointer> definition_store::named(const std::string& workflow)
{
    if (rules_.current)
        for (const auto& known : rules_.current->workflows)
            if (known->name == workflow)
                return known;
    return failure(errc::not_found, "there is no workflow '" + workflow + "'");
}

} // namespace jmld::daemon
