// Definitions by their content hash: those in force from memory, those that older runs are pinned to from the journal's
// text, checked again by the loader. A run finishes on the definition it began with.
#pragma once

#include "daemon/rule_book.hpp"
#include "engine/action.hpp"
#include "engine/runtime/run_storage.hpp"

#include <map>
#include <string>

namespace jmld::daemon {

class definition_store final : public runtime::definition_source
{
public:
    definition_store(runtime::journal& store, const engine::action_catalogue& catalogue, const rule_book_holder& rules)
        : store_(store), catalogue_(catalogue), rules_(rules)
    {}
    runtime::awaitable_result<engine::definition_pointer> definition(std::string sha256) override;
    result<engine::definition_pointer> named(const std::string& workflow) override;

private:
    runtime::journal& store_;
    const engine::action_catalogue& catalogue_;
    const rule_book_holder& rules_;
    std::map<std::string, engine::definition_pointer, std::less<>> loaded_;
};

} // namespace jmld::daemon
