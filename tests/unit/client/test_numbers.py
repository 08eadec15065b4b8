"""The numbers under which events go out: one after another, and none that tells of a call for protection."""

import json
import sqlite3

from tapal_client.disk import Queue

from .conftest import check_in

WITHOUT_NUMBERS = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, body BLOB,
    state TEXT NOT NULL DEFAULT 'waiting', happened_at REAL NOT NULL, made_at REAL NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0, sent_at REAL, asked_at REAL, code TEXT, field TEXT, reason_id TEXT,
    reason_en TEXT, outcome_at TEXT, settled_at REAL
);
"""


def call(name):
    return check_in(name) | {"id": name, "type": "id.tapal.protection.v1", "data": {"kind": "help"}, "sequence": 9}


def out(queue):
    """What would go out, in order: id and number."""
    return [(event["id"], event.get("sequence")) for event in (json.loads(one.body) for one in queue.take(99, 10**9))]


def test_a_call_for_protection_leaves_no_gap_among_the_others(queue):
    for event in (check_in("a"), call("h1"), call("h2"), check_in("b"), call("h3")):
        queue.add(event)
    assert out(queue) == [("a/check_in", 1), ("h1", None), ("h2", None), ("b/check_in", 2), ("h3", None)]
    # A call that still waits is not told by the number up to which all was sent, nor one that went.
    queue.sent([1, 4])
    assert queue.last_sent() == 2
    queue.sent([2, 3, 5])
    assert queue.last_sent() == 2


def test_a_queue_of_before_goes_on_with_its_numbers(tmp_path, clock):
    file = tmp_path / "queue.sqlite"
    old = sqlite3.connect(file)
    old.executescript(WITHOUT_NUMBERS)
    row = "INSERT INTO events (id, kind, digest, body, happened_at, made_at) VALUES (?, ?, '', ?, 0, 0)"
    old.executemany(
        row, [("x", "lodging", b'{"id":"x","sequence":1}'), ("h", "protection", b'{"id":"h","sequence":2}')]
    )
    old.commit()
    old.close()
    for _ in range(2):
        queue = Queue(file, clock)
        queue.add(check_in("a"))
        queue.close()
    queue = Queue(file, clock)
    queue.add(check_in("b"))
    assert out(queue) == [("x", 1), ("h", 2), ("a/check_in", 3), ("b/check_in", 4)]
    assert queue.last_sent() == 0
    queue.close()
