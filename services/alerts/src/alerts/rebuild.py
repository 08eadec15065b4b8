"""Beginning again: everything that follows from announcements is forgotten, what people did is kept and found again.

First everything is told, then everybody is judged: whoever judged on half of what there is to know would take back
what a person has seen already, or show a person as if nobody had put a hold.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DeleteOne, InsertOne

from alerts.alert import Alert
from alerts.anchors import Alias, alias_key
from alerts.announce import letters_of
from alerts.cases.retention import CaseRetention
from alerts.decide import FIRST
from alerts.desk import Desk, Era
from alerts.documents import SubjectState, alert_of, of_kind, subject_document
from alerts.due import dirty_writes
from alerts.engine import Engine
from alerts.handlers import Evaluate
from alerts.rulebook import LOOK_SECONDS
from alerts.subjects import KINDS
from chassis.log import log
from chassis.mongo import Database, outages
from contracts.messages import AllAnnounced, Message

__all__ = ["Heard", "Rebuild", "is_touched", "seeds"]

# Everything here is made again from what the registry announces.
DERIVED = ("deadlines", "waiting", "shares", "sightings")
# The gateway tells of these, once: what it said is kept, and the alerts that follow from it.
TOLD_ONCE = "account"
AGAIN = tuple(sorted(name for name, kind in KINDS.items() if kind.heard and name != TOLD_ONCE))
EPISODES, PAGE = 1000, 500
Opened = tuple[str, str, datetime]
"""Whose alert, which one, and when it was raised."""


def is_touched(alert: Alert) -> bool:
    """Whether a person did something with it: seen, under review, decided, or put aside; also if it is gone since."""
    return alert.decision is not None or bool(alert.snoozes) or any(entry.by for entry in alert.history)


def seeds(alerts: Iterable[Alert], desk: Desk) -> tuple[dict[str, Alias], list[SubjectState]]:
    """By what these are found again: the alias of each, and who keeps it, with the number of its occurrence."""
    aliases: dict[str, Alias] = {}
    states: dict[str, SubjectState] = {}
    for alert in alerts:
        kind, _, id = alert.keeper.partition(":")
        rule = desk.rules.rule(alert.rule, alert.rule_version) or desk.rules.rule(alert.rule)
        if rule is None or kind not in AGAIN:
            continue
        key = alias_key(rule.anchor, alert.anchor)
        aliases[key] = Alias(alert.anchor, alert.keeper)
        state = states.setdefault(alert.keeper, SubjectState(kind, id))
        state.listed.append(alert.id)
        state.keys[key] = alert.anchor
        if (episode := _episode(alert, desk)) > FIRST:
            name = f"{alert.series} {alert.anchor}"
            state.episodes[name] = max(episode, state.episodes.get(name, FIRST))
    return aliases, list(states.values())


def remembered(opened: Iterable[Opened], states: Iterable[SubjectState]) -> list[SubjectState]:
    """The same subjects, and those of alerts that are taken away: each remembers when these were raised."""
    known = {state.key: state for state in states}
    for keeper, alert, at in opened:
        kind, _, id = keeper.partition(":")
        if kind in AGAIN:
            known.setdefault(keeper, SubjectState(kind, id)).opened[alert] = at
    return list(known.values())


def _episode(alert: Alert, desk: Desk) -> int:
    numbers = (n for n in range(FIRST, EPISODES) if desk.id_of(alert.series, alert.anchor, n) == alert.id)
    return next(numbers, FIRST)


@dataclass(frozen=True)
class Rebuild:
    """Empties what is derived; once all is told, the deadlines run again, and everybody told of has one.

    `pinned`: alerts that cases name one by one. Killed anywhere, nobody is judged until it is run again.
    """

    database: Database
    made: Engine
    pinned: Callable[[], Awaitable[Collection[str]]]

    async def __call__(self) -> dict[str, int]:
        """How many alerts were kept, how many are made again, and the number of this run. Raises Unavailable."""
        async with self.made.turn:
            run = await self.made.book.begin_again()
            # No other process saves a judgement any more; one that is just being committed is there by then.
            await asyncio.sleep(LOOK_SECONDS)
            named = await self.pinned()
            with outages():
                before = await self._alerts()
                # As it was read: whoever does something with one at this moment has kept it.
                gone = [DeleteOne({"_id": one.id, "n": one.n}) for one in before if not _stays(one, named)]
                await self._write("alerts", gone)
                kept = await self._alerts()
                for name in DERIVED:
                    await self.database[name].delete_many({})
                await self._begin_with(kept, before)
        log.info("rebuild_begun", run=run, kept=len(kept))
        return {"kept": len(kept), "made_again": len(before) - len(kept), "run": run}

    async def _begin_with(self, kept: Sequence[Alert], before: Sequence[Alert]) -> None:
        flagged = await self.database.subjects.find(of_kind(TOLD_ONCE), {"_id": 1}).to_list(None)
        await self._write("deadlines", dirty_writes([row["_id"] for row in flagged], self.made.evaluate.now()))
        aliases, states = seeds(kept, self.made.desk)
        states = remembered(await self._opened(kept, before), states)
        for kind in AGAIN:
            await self.database.subjects.delete_many(of_kind(kind))
        await self._write("subjects", [InsertOne(subject_document(state)) for state in states])
        # By its other keys too a thing that was decided is found again.
        anchors = {(alert.anchor, alert.keeper) for alert in kept}
        rows = await self.database.aliases.find({}).to_list(None)
        lost = [DeleteOne({"_id": row["_id"]}) for row in rows if (row["anchor"], row["keeper"]) not in anchors]
        await self._write("aliases", lost)
        named = [self.made.store.alias_write(key, alias, known=True) for key, alias in aliases.items()]
        await self._write("aliases", named)

    async def _opened(self, kept: Sequence[Alert], before: Sequence[Alert]) -> list[Opened]:
        """When each that is taken away was raised; also what an earlier run took away and nobody has made again."""
        rows = await self.database.subjects.find({"opened": {"$exists": True}}, {"opened": 1}).to_list(None)
        stays = {alert.id for alert in kept}
        gone = [(alert.keeper, alert.id, alert.opened_at) for alert in before if alert.id not in stays]
        return [*((row["_id"], alert, at) for row in rows for alert, at in row["opened"]), *gone]

    async def _alerts(self) -> list[Alert]:
        return [alert_of(row) for row in await self.database.alerts.find({}).to_list(None)]

    async def _write(self, collection: str, writes: Sequence[Any]) -> None:
        for page in _pages(writes):
            await self.database[collection].bulk_write(page, ordered=False)

    async def told(self, run: int) -> None:
        """All is told: what was kept is told of again, and everybody is judged by whoever works off the deadlines.

        Safe to repeat; of an earlier run it is nothing. Raises Unavailable.
        """
        await self.made.book.refresh()
        if self.made.desk.era != Era(run, telling=True):
            return
        with outages():
            kept = await self._alerts()
        for page in _pages(kept):
            await self.made.evaluate.publish([letter for alert in page for letter in letters_of(alert)])
        await self.made.book.all_told(run)
        log.info("rebuild_told", run=run)

    async def remind(self) -> None:
        """Say that nobody is judged. Where this does not end, an administrator has to run it again."""
        if self.made.desk.era.telling:
            log.warning("rebuild_unfinished", run=self.made.desk.era.run)


@dataclass(frozen=True)
class Heard:
    """Takes announcements in; behind the last one of a rebuild everybody is judged.

    Who is on a legal hold is known before anybody is erased.
    """

    evaluate: Evaluate
    rebuild: Rebuild
    retention: CaseRetention

    async def __call__(self, batch: Sequence[Message | None]) -> None:
        """Safe to repeat."""
        await self.retention.holds.take(batch)
        await self.evaluate(batch)
        await self.retention.take(batch)
        for told in batch:
            if isinstance(told, AllAnnounced):
                await self.rebuild.told(told.run)


def _stays(alert: Alert, named: Collection[str]) -> bool:
    # What is left of an alert about somebody who was erased cannot be made again: it has no keeper.
    again = alert.keeper and not alert.keeper.startswith(f"{TOLD_ONCE}:")
    return not again or is_touched(alert) or alert.id in named


def _pages(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
