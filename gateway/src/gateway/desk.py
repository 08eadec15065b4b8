"""The alerts desk: lists, single alerts and decisions, with names joined at the moment of reading."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import Problem
from gateway.names import Names, stand_on_list
from gateway.peers import Call, Part, Peers
from gateway.policy import Action, may_ever, require
from gateway.purpose import OPEN_STATES, Kind, Purpose
from gateway.readers import Readers
from gateway.rows import is_visible, named_persons, visible, with_names
from gateway.visits import Visit

__all__ = ["Decision", "Desk"]


@dataclass(frozen=True)
class Decision:
    """A step in the work on an alert: acknowledge, review, decide, snooze or wake."""

    alert: str
    step: str
    if_match: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Desk:
    """Alerts as one viewer may see them."""

    peers: Peers
    names: Names
    readers: Readers

    async def page(
        self, visit: Visit, query: Mapping[str, str | int], action: Action = Action.LIST_NAMES
    ) -> dict[str, Any]:
        """A page of alerts of the viewer's agency; for the desk, or the action that lists them, with names.

        Raises Problem 403 for a purpose that leads to no list.
        """
        watches = _reads(visit)
        named = not watches and stand_on_list(visit, action)
        scope = {"side": "safeguard"} if watches else {"agency": visit.viewer.agency}
        call = Call(Part.ALERTS, "GET", "/alerts", {**query, **scope})
        page = await self.peers.ask(call, visit)
        rows, away = await self._named(visit, visible(visit.viewer, page["items"]), named)
        return {"items": rows, "next": page.get("next"), "away": away}

    async def working(self, visit: Visit, limit: int) -> dict[str, Any]:
        """The alerts that somebody may still have to look at, newest change first; for the desk, with names."""
        require(visit.role, Action.READ_ALERTS, visit.purpose.kind)
        named = stand_on_list(visit)
        query: dict[str, str | int] = {"agency": visit.viewer.agency, "limit": limit}
        calls = [Call(Part.ALERTS, "GET", "/alerts", {**query, "state": state}) for state in sorted(OPEN_STATES)]
        pages = await asyncio.gather(*(self.peers.ask(call, visit) for call in calls))
        found = visible(visit.viewer, [row for page in pages for row in page["items"]])
        newest = sorted(found, key=lambda row: str(row["updated_at"]), reverse=True)[:limit]
        rows, away = await self._named(visit, newest, named)
        return {"items": rows, "next": None, "away": away}

    async def one(self, visit: Visit, alert: str) -> dict[str, Any]:
        """One alert; with a purpose, with the name, for this alert itself.

        Raises Problem 403, and 404 also where it exists and is not the viewer's to see.
        """
        named = not _reads(visit) and visit.purpose.kind is not Kind.NONE
        if named:
            require(visit.role, Action.JOIN_NAMES, visit.purpose.kind)
            visit = visit.under(Purpose(Kind.ALERT, alert))
        row = await self.plain(visit, alert)
        rows, away = await self._named(visit, [row], named)
        return {**rows[0], "away": away}

    async def plain(self, visit: Visit, alert: str) -> Mapping[str, Any]:
        """The same without a name. Raises Problem 404."""
        call = Call(Part.ALERTS, "GET", f"/alerts/{alert}")
        row: Mapping[str, Any] = await self.peers.ask(call, visit)
        if not is_visible(visit.viewer, row):
            raise Problem(404, "unknown_alert", id="Peringatan tidak dikenal.", en="Unknown alert.")
        return row

    async def work(self, visit: Visit, decision: Decision) -> dict[str, Any]:
        """Take a step. Raises Problem 428 without a revision, 412 for an old one, 409 where it does not fit."""
        require(visit.role, Action.WATCH_READERS if _watches(visit) else Action.WORK_ALERTS)
        if not decision.if_match:
            raise Problem(
                428,
                "revision_required",
                id='Sertakan revisi yang Anda lihat: If-Match: "<revisi>".',
                en='Send the revision you saw: If-Match: "<revision>".',
            )
        visit = visit.under(Purpose(Kind.ALERT, decision.alert))
        await self.plain(visit, decision.alert)
        call = Call(
            Part.ALERTS,
            "POST",
            f"/alerts/{decision.alert}/{decision.step}",
            body=decision.body,
            if_match=decision.if_match,
        )
        answer: dict[str, Any] = await self.peers.ask(call, visit)
        return answer

    async def snoozes(self, visit: Visit) -> list[dict[str, Any]]:
        """What the viewer's own agency put aside, the latest first; without names."""
        require(visit.role, Action.READ_ALERTS, visit.purpose.kind)
        answer = await self.peers.ask(Call(Part.ALERTS, "GET", "/snoozes"), visit)
        mine = [row for row in answer["items"] if is_visible(visit.viewer, row["alert"])]
        return sorted(mine, key=lambda row: str(row["at"]), reverse=True)

    async def _named(
        self, visit: Visit, rows: Sequence[Mapping[str, Any]], named: bool
    ) -> tuple[list[dict[str, Any]], list[str]]:
        if _watches(visit):
            return await self.readers.named(rows), []
        names, away = await self.names.beside(visit, named_persons(rows) if named else ())
        return with_names(rows, names), away


def _watches(visit: Visit) -> bool:
    """Whether this is somebody who watches over the readers: those alerts, and no others."""
    return may_ever(visit.role, Action.WATCH_READERS)


def _reads(visit: Visit) -> bool:
    """Raises Problem 403 for whoever may read no alerts. Returns whether they are those about readers."""
    watches = _watches(visit)
    require(visit.role, Action.WATCH_READERS if watches else Action.READ_ALERTS, visit.purpose.kind)
    return watches
