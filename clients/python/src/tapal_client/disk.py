"""The queue on disk: every event numbered, kept until its outcome is known, safe against a power cut."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.envelope import kind_of
from contracts.events import MAX_EVENT_BYTES, refusal
from tapal_client.entries import Entry, Outcome, Queued
from tapal_client.schema import ARRIVED, NUMBER, PROTECTION, SCHEMA, WITH_NUMBERS

__all__ = ["Queue"]

BUSY_SECONDS = 30
REFUSED_SECONDS = 3600
SETTLED = ("accepted", "corrected")
OPEN = "(state = 'sent' AND settled_at IS NULL)"
COLUMNS = ", ".join(Entry.__dataclass_fields__)


class Queue:
    """One source's queue in one file. Several processes may use it; what `add` has returned survives a power cut."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._db = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit returns when the disk has it, not when the system means to write it.
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)
        with self._whole():
            self._db.execute("INSERT OR IGNORE INTO facts VALUES ('key', ?)", (secrets.token_hex(32),))
            if all(row[1] != "number" for row in self._db.execute("PRAGMA table_info(events)")):
                self._db.execute(WITH_NUMBERS)
        self._key = bytes.fromhex(self.fact("key") or "")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def add(self, event: Mapping[str, Any]) -> Queued:
        """Queue a checked event under the next number. The same event again changes nothing.

        What was refused may be added again, changed or not: the reason may be gone. Other content under the id of
        anything else raises Refused: `id_conflict`.
        """
        digest = self._digest(event)
        with self._whole():
            known = self._db.execute(
                "SELECT sequence, digest, state FROM events WHERE id = ? ORDER BY sequence DESC LIMIT 1", (event["id"],)
            ).fetchone()
            if known and known[2] != "refused":
                if known[1] == digest:
                    return Queued(known[0], repeat=True)
                raise refusal("id_conflict", "id")
            sequence = self._insert(event, digest)
            replaced = [event["id"], event.get("corrects") or event["id"]]
            self._db.execute(
                "UPDATE events SET state = 'corrected', settled_at = ?"
                " WHERE state = 'refused' AND id IN (?, ?) AND sequence < ?",
                (self._now().timestamp(), *replaced, sequence),
            )
        return Queued(sequence)

    def _insert(self, event: Mapping[str, Any], digest: str) -> int:
        happened, made = datetime.fromisoformat(event["time"]).timestamp(), self._now().timestamp()
        kind, last = kind_of(event["type"]), self._db.execute(f"SELECT MAX({NUMBER}) FROM events").fetchone()[0] or 0
        said = {name: value for name, value in event.items() if name != "sequence"}
        numbered = {} if kind == PROTECTION else {"sequence": last + 1}
        body = _bytes({"channel": "system", **said, **numbered})
        if len(body) > MAX_EVENT_BYTES:
            raise refusal("too_large")
        cursor = self._db.execute(
            "INSERT INTO events (id, kind, digest, happened_at, made_at, body, number) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event["id"], kind, digest, happened, made, body, numbered.get("sequence", 0)),
        )
        return cursor.lastrowid or 0

    def _digest(self, event: Mapping[str, Any]) -> str:
        said = {name: value for name, value in event.items() if name not in ("sequence", "channel")}
        body = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
        return hashlib.blake2b(body, key=self._key, digest_size=16).hexdigest()

    def take(self, most: int, most_bytes: int) -> list[Entry]:
        """The next events to send, in order, noted as going out before they do."""
        found: list[Entry] = []
        size = 0
        with self._whole():
            for entry in self._entries("state = 'waiting' ORDER BY sequence LIMIT ?", most):
                size += len(entry.body or b"") + 1
                if found and size > most_bytes:
                    break
                found.append(entry)
            self._db.executemany(
                "UPDATE events SET tried = tried + 1 WHERE sequence = ?", [(entry.sequence,) for entry in found]
            )
        return found

    def sent(self, sequences: Iterable[int]) -> None:
        """The other side has taken these over."""
        at = self._now().timestamp()
        self._mark(
            "UPDATE events SET state = 'sent', sent_at = ? WHERE sequence = ? AND state = 'waiting'",
            [(at, sequence) for sequence in sequences],
        )

    def rest(self) -> None:
        """What was taken over is settled by that: no outcome will ever be told."""
        self._mark("UPDATE events SET settled_at = sent_at WHERE state = 'sent' AND settled_at IS NULL", [()])

    def unanswered(self, most: int) -> list[Entry]:
        """Sent events without an outcome, those first that were asked about longest ago; now and then refused ones.

        What was refused may be accepted after all, when an operator replays it.
        """
        at = self._now().timestamp()
        found = self._entries(
            f"{OPEN} OR (state = 'refused' AND COALESCE(asked_at, 0) NOT BETWEEN ? AND ?)"
            " ORDER BY COALESCE(asked_at, 0), sequence LIMIT ?",
            *(at - REFUSED_SECONDS, at, most),
        )
        self._mark("UPDATE events SET asked_at = ? WHERE sequence = ?", [(at, entry.sequence) for entry in found])
        return found

    def settle(self, event_id: str, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of the newest event with this id: what was said of an older one does not count."""
        with self._whole():
            rows = self._db.execute(
                "SELECT sequence, state, outcome_at FROM events WHERE id = ? ORDER BY sequence", (event_id,)
            ).fetchall()
            if not rows or rows[-1][1] in SETTLED:
                return
            older = {row[2] for row in rows}
            fresh = [outcome for outcome in outcomes if not outcome.at or outcome.at not in older]
            if not fresh:
                return
            self._write(rows[-1][0], next((outcome for outcome in fresh if outcome.accepted), fresh[-1]))

    def arrived_with(self, event_ids: Iterable[str]) -> None:
        """These events came in a parcel, and so did every call for protection that was queued before one of them."""
        self._mark(ARRIVED, [(self._now().timestamp(), json.dumps(list(event_ids)))])

    def _write(self, sequence: int, last: Outcome) -> None:
        self._db.execute(
            "UPDATE events SET state = ?, code = ?, field = ?, reason_id = ?, reason_en = ?, outcome_at = ?,"
            " settled_at = ? WHERE sequence = ?",
            (
                "accepted" if last.accepted else "refused",
                *(last.code, last.field, last.reason_id, last.reason_en, last.at),
                *(self._now().timestamp(), sequence),
            ),
        )

    def carry(self) -> list[Entry]:
        """Everything without an outcome, for a stick. What never went out by wire is marked to go by stick from now on.

        The mark is part of the event: sent by wire later, it is the same event and not another one.
        """
        with self._whole():
            for entry in self._entries("state = 'waiting' AND tried = 0"):
                event = json.loads(entry.body or b"{}")
                if event.get("channel") == "system":
                    body = _bytes({**event, "channel": "usb"})
                    self._db.execute("UPDATE events SET body = ? WHERE sequence = ?", (body, entry.sequence))
        return self._entries(f"state = 'waiting' OR {OPEN} ORDER BY sequence")

    def again(self, sent_before: datetime) -> None:
        """Events that were taken over long ago and have no outcome go out once more: a repeat does no harm.

        So do those that were taken over under a clock that was ahead.
        """
        self._mark(
            f"UPDATE events SET state = 'waiting' WHERE {OPEN} AND sent_at NOT BETWEEN ? AND ?",
            [(sent_before.timestamp(), self._now().timestamp())],
        )

    def forget(self, settled_before: datetime) -> None:
        """Delete what settled events say. Number, id and outcome stay."""
        self._mark(
            f"UPDATE events SET body = NULL WHERE state IN {(*SETTLED, 'sent')} AND settled_at < ?",
            [(settled_before.timestamp(),)],
        )

    def listed(self, state: str | None = None, most: int = 1000) -> list[Entry]:
        """Entries, newest first."""
        if state is None:
            return self._entries("1 ORDER BY sequence DESC LIMIT ?", most)
        return self._entries("state = ? ORDER BY sequence DESC LIMIT ?", state, most)

    def fact(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def note(self, name: str, value: str) -> None:
        self._mark("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(name, value)])

    def numbers(self) -> Mapping[str, int]:
        """How many entries there are in each state."""
        return dict(self._db.execute("SELECT state, COUNT(*) FROM events GROUP BY state").fetchall())

    def oldest_outstanding(self, *, carried: bool = False) -> datetime | None:
        """When the oldest event happened of which it is not known that it arrived and was not refused.

        That is one that waits, has no outcome, or was refused and not corrected. `carried`: what waits goes along.
        """
        query = (
            "SELECT MIN(happened_at) FROM events WHERE kind != 'source.status' AND"
            f" (state = 'refused' OR (NOT ? AND (state = 'waiting' OR {OPEN})))"
        )
        stamp = self._db.execute(query, (carried,)).fetchone()[0]
        return None if stamp is None else datetime.fromtimestamp(stamp, self._now().tzinfo)

    def last_sent(self) -> int:
        """The number up to which every event has been taken over."""
        waiting = f"SELECT MIN({NUMBER}) FROM events WHERE state = 'waiting' AND kind != ?"
        waits = self._db.execute(waiting, (PROTECTION,)).fetchone()[0]
        last = self._db.execute(f"SELECT MAX({NUMBER}) FROM events").fetchone()[0] or 0
        return int(last if waits is None else waits - 1)

    def _entries(self, where: str, *values: object) -> list[Entry]:
        rows = self._db.execute(f"SELECT {COLUMNS} FROM events WHERE {where}", values)
        return [Entry(*row) for row in rows]

    def _mark(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._whole():
            self._db.executemany(statement, rows)


def _bytes(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
