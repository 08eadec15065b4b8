"""How the queue looks on disk, and what it takes more than a line to ask of it."""

__all__ = ["ARRIVED", "NUMBER", "PROTECTION", "SCHEMA", "WITH_NUMBERS"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    -- In the order in which they were queued. AUTOINCREMENT: never given again, also not after the row is gone.
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    body BLOB,
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sent', 'accepted', 'refused', 'corrected')),
    happened_at REAL NOT NULL,
    made_at REAL NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    sent_at REAL,
    asked_at REAL,
    code TEXT, field TEXT, reason_id TEXT, reason_en TEXT,
    outcome_at TEXT,
    settled_at REAL
);
CREATE INDEX IF NOT EXISTS events_by_state ON events (state, sequence);
CREATE INDEX IF NOT EXISTS events_by_id ON events (id);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# What a queue of before does not have: the number under which an event goes out, which until then was its `sequence`.
WITH_NUMBERS = "ALTER TABLE events ADD COLUMN number INTEGER"
NUMBER = "COALESCE(number, sequence)"
# Its calls go out without a number: one that never comes on the open way would tell that there was a call.
PROTECTION = "protection"

# The first number of an id: it may be in use again for a correction that the parcel did not hold.
ARRIVED = """
UPDATE events SET state = 'accepted', code = 'received', settled_at = ?
WHERE kind = 'protection' AND state IN ('waiting', 'sent') AND sequence < (
    SELECT MAX(first) FROM (
        SELECT MIN(sequence) AS first FROM events WHERE id IN (SELECT value FROM json_each(?)) GROUP BY id
    )
)
"""
