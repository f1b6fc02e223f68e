// What becomes of an event that cannot be decided because what is stored of it, or of its person, cannot be read. It
// repairs nothing; a restored backup or `event replay` after a repair does.
#include "daemon/people/conductor.hpp"

#include "daemon/logging.hpp"

#include <utility>

namespace jmld::daemon {

runtime::awaitable_result<std::string> conductor::set_aside(const request& what, const error& why)
{
    const auto event = what.key.source + "~" + what.key.id;
    log_about(spdlog::level::err, engine::value::map({{"event", what.key.id}, {"source", what.key.source}}),
              "cannot be decided: " + why.what);
    runtime::transaction work;
    if (!what.timer) {
        runtime::event_update update;
        update.key = what.key;
        update.decision = "quarantined";
        update.reason = "what is stored cannot be read: " + why.what;
        work.events.push_back(std::move(update));
    }
    runtime::alarm_row alarm;
    alarm.id = make_id<alarm_id>("alm", ports_.time.now(), ports_.random);
    alarm.cause = "unreadable event " + event;
    alarm.kind = "needs_person";
    alarm.at = ports_.time.now();
    alarm.message = "an event cannot be decided: " + why.what;
    alarm.event = what.key;
    work.alarms.push_back(std::move(alarm));
    auto done = co_await ports_.store.commit(std::move(work));
    if (!done)
        co_return std::unexpected(done.error());
    co_return std::string("quarantined");
}

} // namespace jmld::daemon
