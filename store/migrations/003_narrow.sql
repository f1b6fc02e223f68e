-- Less is written for each run. An identity is 32 bytes and a number instead of two texts; a person's row no longer repeats its
-- identities; whom a payload is about is said by the row that refers to it, not once more beside the bytes.

CREATE TABLE person_2 (
    n INTEGER PRIMARY KEY,              -- what identities refer to
    key TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    payload INTEGER REFERENCES payload (id),
    payload_sha256 BLOB
) STRICT;
INSERT INTO person_2 (key, version, payload, payload_sha256)
    SELECT key, version, payload, payload_sha256 FROM person ORDER BY key;

CREATE TABLE identity_2 (
    digest ANY PRIMARY KEY,             -- as text where this was written before schema 3
    person INTEGER NOT NULL REFERENCES person_2 (n)
) STRICT, WITHOUT ROWID;
INSERT INTO identity_2 SELECT i.digest, p.n FROM identity AS i JOIN person_2 AS p ON p.key = i.person;

DROP TABLE identity;
DROP TABLE person;
ALTER TABLE person_2 RENAME TO person;
ALTER TABLE identity_2 RENAME TO identity;
-- serves: one person
CREATE UNIQUE INDEX person_by_key ON person (key);
-- serves: identities of a person, listed and compared with what a decision wants
CREATE INDEX identity_by_person ON identity (person);

ALTER TABLE payload DROP COLUMN subject;

-- How many runs are in each state and how many events have each decision, kept as they move: counting them would take longer
-- with every one that has ended.
CREATE TABLE tally (
    what TEXT NOT NULL CHECK (what IN ('run', 'event')),
    word TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (what, word)
) STRICT, WITHOUT ROWID;
INSERT INTO tally SELECT 'run', state, count(*) FROM run GROUP BY state;
INSERT INTO tally SELECT 'event', decision, count(*) FROM event GROUP BY decision;
