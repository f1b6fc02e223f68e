-- What a person said when deciding about a hold is kept where all words of people are; `decided` is empty from here on.
ALTER TABLE hold ADD COLUMN payload INTEGER REFERENCES payload (id);    -- {by, reason, at}
ALTER TABLE hold ADD COLUMN payload_sha256 BLOB;
