"""The live stream: changes of alerts and cases in a capped Redis stream, filtered for each viewer, resumed by position.

Protection alerts, and those about readers, are never written to it, so no filter can let them out.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.bus import Incoming
from chassis.cache import Cache, outages
from chassis.errors import Unavailable
from chassis.log import log
from contracts.case_messages import CaseChanged
from contracts.messages import AlertChanged
from gateway.policy import Action, may_ever
from gateway.rows import is_visible
from gateway.viewers import Viewer

__all__ = ["Change", "Feed", "Position", "is_gone", "read_change", "shown"]

KEY = "tapal:alerts"
KEPT = 10_000
NEVER = ("protection", "safeguard")
BLOCK_MS = 3_000
PAGE = 200

Entry = tuple[str, Mapping[str, str]]
Position = str
START: Position = "0-0"


@dataclass(frozen=True)
class Change:
    """What a viewer is told: which alert changed, and enough to decide whether to look."""

    position: Position
    event: str
    data: Mapping[str, Any]


def read_change(incoming: Incoming) -> AlertChanged | CaseChanged | None:
    """The change of an alert or a case in a message of the exchange `alerts`; none for any other type."""
    key = incoming.message.routing_key if incoming.message is not None else AlertChanged.TYPE
    kind = {AlertChanged.TYPE: AlertChanged, CaseChanged.TYPE: CaseChanged}.get(key or "")
    return kind.model_validate_json(incoming.body) if kind else None  # type: ignore[attr-defined]


def is_gone(position: Position, first: Position | None, last: Position | None) -> bool:
    """Whether entries after this position may be missing: it was trimmed away, or the stream began anew."""
    if first is None or last is None:
        return _order(position) > _order(START)
    return _order(position) < _order(first) or _order(position) > _order(last)


def shown(entry: Entry, viewer: Viewer) -> Change | None:
    """The entry as this viewer is told of it; none when it is not theirs to see."""
    position, fields = entry
    if "case" in fields:
        return _case(position, fields, viewer)
    row = {"side": fields["side"], "agencies": fields["agencies"].split(",")}
    if not is_visible(viewer, row):
        return None
    told = {name: fields[name] for name in ("alert", "rule", "state")}
    return Change(position, "alert", {**told, "revision": int(fields["revision"]), "severity": int(fields["severity"])})


def _case(position: Position, fields: Mapping[str, str], viewer: Viewer) -> Change | None:
    if viewer.agency not in fields["agencies"].split(",") or not may_ever(viewer.role, Action.READ_CASES):
        return None
    told = {name: fields[name] for name in ("case", "state", "level")}
    return Change(position, "case", {**told, "revision": int(fields["revision"])})


def _order(position: Position) -> tuple[int, int]:
    milliseconds, _, count = position.partition("-")
    return int(milliseconds), int(count or 0)


class Feed:
    """Writes the stream and reads it for any number of viewers, with one reading connection for all."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._arrived = asyncio.Condition()

    async def write(self, changes: Sequence[AlertChanged | CaseChanged | None]) -> None:
        """Add changes to the stream. A change may come twice. Raises Unavailable."""
        with outages():
            async with self._cache.pipeline(transaction=False) as pipe:
                for change in changes:
                    if change is not None and getattr(change, "side", None) not in NEVER:
                        pipe.xadd(KEY, _fields(change), maxlen=KEPT, approximate=True)
                await pipe.execute()

    async def run(self) -> None:
        """Wake the viewers when something arrives, for ever."""
        last = "$"
        while True:
            try:
                with outages():
                    found = await self._cache.xread({KEY: last}, count=PAGE, block=BLOCK_MS)
            except Unavailable:
                log.warning("stream_waits", missing="redis")
                last = "$"
                await asyncio.sleep(1)
                continue
            # The keep-alive of viewers rests on being woken, with or without news.
            last = _last_of(found, last)
            async with self._arrived:
                self._arrived.notify_all()

    async def position(self) -> Position:
        """The newest position; the start of an empty stream. Raises Unavailable."""
        return (await self._ends())[1] or START

    async def follow(self, viewer: Viewer, since: Position | None) -> AsyncIterator[Change]:
        """Changes for this viewer after a position, for ever; first `reset` when that position is gone.

        Without a position it begins now, with a `ready` that tells where that is.
        """
        first, last = await self._ends()
        at = since or last or START
        if since is None:
            yield Change(at, "ready", {})
        elif is_gone(since, first, last):
            at = last or START
            yield Change(at, "reset", {})
        while True:
            entries = await self._after(at)
            for entry in entries:
                at = entry[0]
                change = shown(entry, viewer)
                if change is not None:
                    yield change
            if not entries:
                async with self._arrived:
                    await self._arrived.wait()

    async def _after(self, position: Position) -> list[Entry]:
        with outages():
            return _entries(await self._cache.xrange(KEY, f"({position}", "+", count=PAGE))

    async def _ends(self) -> tuple[Position | None, Position | None]:
        with outages():
            first = _entries(await self._cache.xrange(KEY, count=1))
            last = _entries(await self._cache.xrevrange(KEY, count=1))
        return (first[0][0] if first else None), (last[0][0] if last else None)


def _last_of(found: Any, last: Position) -> Position:
    # A list of pairs from a server of protocol 2, a mapping from one of protocol 3.
    pairs = list(found.items()) if isinstance(found, dict) else (found or [])
    entries = [entry for _, batch in pairs for entry in (batch[0] if batch and isinstance(batch[0], list) else batch)]
    return str(entries[-1][0]) if entries else last


def _entries(found: Any) -> list[Entry]:
    return [(str(position), fields) for position, fields in found or []]


def _fields(change: AlertChanged | CaseChanged) -> dict[Any, Any]:
    if isinstance(change, CaseChanged):
        told: dict[Any, Any] = change.model_dump(include={"case", "revision", "state", "level"})
        return told | {"agencies": ",".join(change.agencies)}
    return {
        "alert": change.alert,
        "revision": change.revision,
        "rule": change.rule,
        "side": change.side,
        "state": change.state,
        "severity": change.severity,
        "agencies": ",".join(change.agencies),
    }
