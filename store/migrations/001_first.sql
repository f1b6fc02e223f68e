-- The first schema. All instants are integer milliseconds UTC. A digest is 32 bytes when it is a SHA-256, else the text that was
-- given (type ANY). Rows are narrow: what may be personal stands in `payload`, one packed list of slots for each row that has any.

CREATE TABLE payload (
    id INTEGER PRIMARY KEY,
    subject TEXT,                       -- pseudonym of the person it is about, once known; what an erasure goes by
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE event (
    n INTEGER PRIMARY KEY,              -- order of arrival
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    entered_at INTEGER,
    process_id TEXT NOT NULL,
    action TEXT NOT NULL,
    corrects TEXT NOT NULL,
    rescinds TEXT NOT NULL,
    person TEXT NOT NULL,
    details TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('', 'acted', 'scheduled', 'superseded', 'coalesced', 'duplicate', 'tombstone',
        'held', 'parked', 'quarantined', 'ignored', 'cancelled')),
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    run TEXT NOT NULL,
    identity_sha256 ANY NOT NULL,
    payload INTEGER REFERENCES payload (id),    -- body, headers, canonical
    payload_sha256 BLOB,
    -- The delivery that brought it; none when the daemon made it. Later ones stand in `delivery`.
    webhook_id TEXT,
    delivered_at INTEGER,
    http_status INTEGER,
    delivery_status TEXT CHECK (delivery_status IN ('accepted', 'quarantined', 'ignored', 'duplicate', 'conflict')),
    body_sha256 ANY
) STRICT;
-- serves: is this event known (every acceptance), one event, events of an id in any source
CREATE UNIQUE INDEX event_by_id ON event (id, source);
-- serves: was this webhook id accepted before (every acceptance)
CREATE INDEX event_by_webhook ON event (webhook_id) WHERE webhook_id IS NOT NULL;
-- serves: undecided events, oldest first (recovery); events of a decision, newest first; counts by decision
CREATE INDEX event_by_decision ON event (decision);
-- serves: events of a person (every decision about that person)
CREATE INDEX event_by_person ON event (person) WHERE person <> '';

-- Deliveries after the first, and those that brought a conflict.
CREATE TABLE delivery (
    n INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL,             -- no reference: a conflicting delivery may name an event that was never stored
    source TEXT NOT NULL,
    webhook_id TEXT,
    at INTEGER NOT NULL,
    http_status INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'quarantined', 'ignored', 'duplicate', 'conflict')),
    body_sha256 ANY NOT NULL
) STRICT;
-- serves: deliveries of an event
CREATE INDEX delivery_by_event ON delivery (event_id, source);
-- serves: was this webhook id accepted before (every acceptance)
CREATE INDEX delivery_by_webhook ON delivery (webhook_id) WHERE webhook_id IS NOT NULL;

CREATE TABLE run (
    n INTEGER PRIMARY KEY,              -- order of creation; what facts refer to
    id TEXT NOT NULL,
    workflow TEXT NOT NULL,
    definition_sha256 ANY NOT NULL,
    direction TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'queued', 'running', 'waiting', 'throttled', 'paused', 'succeeded', 'failed',
        'cancelled', 'terminated', 'superseded', 'compensating', 'rolled_back', 'rolled_back_partial', 'rollback_failed',
        'closed_with_residue')),
    subject TEXT NOT NULL,
    event_source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    priority INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    superseded_by TEXT NOT NULL,
    step_states TEXT NOT NULL,
    error TEXT NOT NULL,
    attempts_max INTEGER NOT NULL,
    next_attempt_at INTEGER,
    last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
    open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;
-- serves: one run (every append)
CREATE UNIQUE INDEX run_by_id ON run (id);
-- serves: runs of a state, newest first; counts by state
CREATE INDEX run_by_state ON run (state);
-- serves: runs of a person (every decision about that person)
CREATE INDEX run_by_subject ON run (subject) WHERE subject <> '';
-- serves: runs an event started
CREATE INDEX run_by_event ON run (event_id) WHERE event_id <> '';
-- serves: open runs, newest first (recovery); oldest open run
CREATE INDEX run_open ON run (open) WHERE open = 1;

-- Append only.
CREATE TABLE fact (
    n INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (n),
    seq INTEGER NOT NULL CHECK (seq > 0),
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    payload INTEGER REFERENCES payload (id),
    payload_sha256 BLOB
) STRICT;
-- serves: history of a run, in order
CREATE UNIQUE INDEX fact_by_run ON fact (run, seq);

CREATE TABLE timer (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('armed', 'fired', 'cancelled')),
    subject TEXT NOT NULL,
    event_source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    run TEXT NOT NULL,
    step TEXT NOT NULL,
    rule_date TEXT NOT NULL,
    rule_zone TEXT NOT NULL,
    priority INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- serves: due timers by priority, then time; the next timer; how many are armed
CREATE INDEX timer_due ON timer (priority, at) WHERE state = 'armed';
-- serves: timers of a person
CREATE INDEX timer_by_subject ON timer (subject) WHERE subject <> '';
-- serves: timers of a run
CREATE INDEX timer_by_run ON timer (run) WHERE run <> '';

CREATE TABLE person (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0),
    identities TEXT NOT NULL,           -- digests, one a line; the same as in `identity`
    payload INTEGER REFERENCES payload (id),
    payload_sha256 BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
    digest TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (key)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    cause TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    message TEXT NOT NULL,
    subject TEXT NOT NULL,
    run TEXT NOT NULL,
    event_source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT;
-- serves: one alarm for one cause
CREATE UNIQUE INDEX alarm_by_cause ON alarm (cause);

CREATE TABLE hold (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    guard TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'released', 'rejected')),
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    decided TEXT NOT NULL
) STRICT;
-- serves: one hold, when it is written again
CREATE UNIQUE INDEX hold_by_id ON hold (id);
-- serves: holds of a state
CREATE INDEX hold_by_state ON hold (state);

CREATE TABLE hold_event (
    hold INTEGER NOT NULL REFERENCES hold (n),
    position INTEGER NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (hold, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    principal TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- Content-addressed: a run is pinned to the text it began with.
CREATE TABLE definition (
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
