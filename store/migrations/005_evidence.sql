-- What ended runs are proved with, one record after the other as a chain. The facts hold no personal data and outlive
-- an erasure; the content is a payload, and its digest stands beside it.

CREATE TABLE evidence (
    n INTEGER PRIMARY KEY,              -- order of commit, without gaps
    id TEXT NOT NULL,
    run TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    payload INTEGER REFERENCES payload (id),
    content_sha256 BLOB NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
-- serves: evidence of a run
CREATE INDEX evidence_by_run ON evidence (run);
