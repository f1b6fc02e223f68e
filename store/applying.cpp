// The order matters only where rows refer to each other; people go first, so that a stale version is found before much
// is written.
#include "store/applying.hpp"

#include "store/event_rows.hpp"
#include "store/evidence_rows.hpp"
#include "store/operator_rows.hpp"
#include "store/other_rows.hpp"
#include "store/person_rows.hpp"
#include "store/run_rows.hpp"
#include "store/timer_rows.hpp"

namespace jmld::store {

namespace {

template <class Row, class Put> result<void> each(connection& db, const std::vector<Row>& rows, Put put)
{
    for (const auto& row : rows)
        if (auto done = put(db, row); !done)
            return done;
    return {};
}

result<void> add_event(connection& db, const runtime::event_record& event) { return insert_event(db, event, nullptr); }

} // namespace

result<void> apply(connection& db, const runtime::transaction& work)
{
    auto done = each(db, work.people, put_person);
    if (done)
        done = each(db, work.runs, append_run);
    if (done)
        done = each(db, work.new_events, add_event);
    if (done)
        done = each(db, work.events, update_event);
    if (done)
        done = each(db, work.timers, put_timer);
    if (done)
        done = each(db, work.alarms, raise_alarm);
    if (done)
        done = each(db, work.holds, put_hold);
    if (done)
        done = each(db, work.definitions, add_definition);
    if (done)
        done = each(db, work.audit, add_audit);
    if (done)
        done = each(db, work.evidence, add_evidence);
    if (done)
        done = each(db, work.answers, keep_answer);
    if (done)
        done = each(db, work.settings, put_setting);
    return done;
}

} // namespace jmld::store
