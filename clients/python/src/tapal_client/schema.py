"""How the queue looks on disk."""

__all__ = ["SCHEMA"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    -- AUTOINCREMENT: a number once given is never given again, also not after its row is gone.
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
