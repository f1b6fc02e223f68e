-- What operators do: the audit record becomes a chain, answers are kept for their Idempotency-Key, and what was set stays set.

-- Rows of schema 1 keep their words in `reason` and have no hash: they stand before the chain. Later ones have '' there.
ALTER TABLE audit ADD COLUMN payload INTEGER REFERENCES payload (id);   -- the reason, in a person's own words
ALTER TABLE audit ADD COLUMN reason_sha256 BLOB;
ALTER TABLE audit ADD COLUMN previous_hash BLOB;
ALTER TABLE audit ADD COLUMN hash BLOB;

CREATE TABLE answer (
    principal TEXT NOT NULL,
    key_sha256 ANY NOT NULL,
    request_sha256 ANY NOT NULL,
    at INTEGER NOT NULL,
    kept_until INTEGER NOT NULL,
    payload INTEGER REFERENCES payload (id),    -- none: begun, not answered
    payload_sha256 BLOB,
    PRIMARY KEY (principal, key_sha256)
) STRICT, WITHOUT ROWID;
-- serves: forgetting those whose time is over
CREATE INDEX answer_kept_until ON answer (kept_until);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
