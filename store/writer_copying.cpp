// A backup beside the writer's work: asked for on the event loop's thread, made a few pages at a time between COMMITs.
#include "store/writer.hpp"

#include <utility>

namespace jmld::store {

namespace {
constexpr int copied_at_once = 256; // pages between two COMMITs: about a millisecond
} // namespace

std::optional<error> writer::back_up(std::string file, std::unique_ptr<write_request>& waits)
{
    {
        const std::lock_guard lock(mutex_);
        if (closing_)
            return error{errc::cancelled, "the store is closing", {}};
        if (broken_)
            return broken_;
        if (copy_waits_)
            return error{errc::conflict, "a copy is being made already", "wait for its end"};
        wanted_copy_ = std::move(file);
        copy_waits_ = std::move(waits);
    }
    wake_.notify_one();
    return std::nullopt;
}

// ---- the writer's thread

void writer::copy_some()
{
    std::optional<std::string> wanted;
    {
        const std::lock_guard lock(mutex_);
        wanted = std::exchange(wanted_copy_, std::nullopt);
    }
    if (wanted) {
        auto begun = backup::begin(db_, *wanted);
        if (!begun)
            return end_copy(std::unexpected(std::move(begun.error())));
        copying_ = std::move(*begun);
    }
    if (!copying_)
        return;
    auto stepped = copying_->step(copied_at_once);
    if (stepped && !*stepped)
        return;
    copying_.reset();
    end_copy(stepped ? result<void>{} : std::unexpected(std::move(stepped.error())));
}

void writer::end_copy(result<void> how)
{
    batch only;
    {
        const std::lock_guard lock(mutex_);
        if (!copy_waits_)
            return;
        only.push_back(std::move(copy_waits_));
        wanted_copy_.reset();
    }
    only.front()->outcome = std::move(how);
    hand_back(std::move(only));
}

} // namespace jmld::store
