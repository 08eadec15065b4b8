"""Refused events sent again by a human, as they stand or corrected: who did it and why stays with the refusal."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.errors import Problem
from chassis.mongo import Database, Document, by_ids, outages
from chassis.seal import Hasher
from chassis.statement import Actor
from contracts.events import MAX_EVENT_BYTES, Refused, read_json
from registry.drafts import to_milliseconds
from registry.refused import key_and_content
from registry.shelf import Shelf

__all__ = ["Replays", "with_outcomes"]


@dataclass(frozen=True)
class Replays:
    """Makes refused events ready to be sent again. What is sent is judged like anything that comes in."""

    shelf: Shelf
    hasher: Hasher
    now: Callable[[], datetime]

    async def ask(self, record: str, event: str | None, reason: str, actor: Actor) -> tuple[str, bytes]:
        """Note on the record that it is sent again. Returns its agency and the bytes to send.

        Raises Problem 404 for a record that is not of the actor's agency, 409 where what was sent was not kept.
        """
        with outages():
            row = next(iter(await self.shelf.by_ids("quarantine", [record])), None)
        if row is None or (row["agency"] != actor.agency and actor.role != "administrator"):
            raise Problem(404, "unknown_refusal", id="Catatan tidak dikenal.", en="Unknown record.")
        if row["raw"] is None:
            raise Problem(
                409,
                "contents_not_kept",
                id="Isinya tidak disimpan (mungkin menyebut warga negara); minta pengirim mengirim ulang.",
                en="Its contents were not kept (they may name a citizen); ask the sender to send it again.",
            )
        body = row["raw"] if event is None else _corrected(event, row["raw"])
        if len(body) > MAX_EVENT_BYTES:
            raise Problem(413, "too_large", id="Peristiwa terlalu besar.", en="The event is too large.")
        key, content = key_and_content(row["agency"], body, self.hasher)
        with outages():
            lock = await self.shelf.lock([("quarantine", record)], self.hasher)
            note = {"at": to_milliseconds(self.now()), "by": actor.name, "role": actor.role}
            note |= {"reason": lock.note("quarantine", record, reason), "key": key, "content": content}
            await self.shelf.database.quarantine.update_one({"_id": record}, {"$push": {"replays": note}})
        return row["agency"], body


def _corrected(event: str, stored: bytes) -> bytes:
    """The event as somebody typed it; the way by which it once came is kept unless he says another."""
    try:
        value, first = read_json(event), read_json(stored)
    except Refused:
        return event.encode(errors="surrogatepass")
    channel = first.get("channel") if isinstance(first, dict) else None
    if not isinstance(value, dict) or not isinstance(channel, str) or "channel" in value:
        return event.encode()
    return json.dumps({**value, "channel": channel}).encode()


async def with_outcomes(database: Database, rows: Sequence[Document]) -> list[dict[str, Any]]:
    """The records, each replay with the outcome it was given; without one while it waits."""
    replays = [replay for row in rows for replay in row.get("replays", ())]
    with outages():
        log = await _found(database.log, {replay["key"] for replay in replays})
        refused = await _found(database.quarantine, set(map(_sent, replays)))
    shown = []
    for row in rows:
        again = iter(row.get("again", ()))
        told = [
            {**replay, "outcome": _outcome(replay, log, again if _sent(replay) == row["_id"] else None, refused)}
            for replay in row.get("replays", ())
        ]
        shown.append({**row, "replays": told})
    return shown


async def _found(collection: Any, ids: set[str]) -> dict[str, Document]:
    rows = await by_ids(collection, ids)
    return {row["_id"]: row for row in rows}


def _sent(replay: Mapping[str, Any]) -> str:
    """Under which what was sent would be refused."""
    return f"{replay['key']}.{replay['content']}"


def _outcome(
    replay: Mapping[str, Any],
    log: Mapping[str, Document],
    again: Iterator[Document] | None,
    refused: Mapping[str, Document],
) -> dict[str, Any] | None:
    entry = log.get(replay["key"])
    if entry is not None and entry["content"] == replay["content"]:
        return {"outcome": "accepted", "code": entry["outcome"], "field": None, "at": entry["received_at"]}
    # Sent as it stood and refused again: the record holds these outcomes beside its own.
    told = refused.get(_sent(replay)) if again is None else next(again, None)
    return {"outcome": "refused", **{name: told[name] for name in ("code", "field", "reason", "at")}} if told else None
