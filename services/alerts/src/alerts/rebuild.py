"""Beginning again: everything that follows from announcements is forgotten, what people did is kept and found again."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DeleteOne, InsertOne

from alerts.alert import Alert
from alerts.anchors import Alias, alias_key
from alerts.decide import FIRST
from alerts.desk import Desk
from alerts.documents import SubjectState, alert_of, subject_document
from alerts.rulebook import Rulebook
from alerts.store import Store
from chassis.mongo import Database, outages

__all__ = ["Rebuild", "is_touched", "seeds"]

# Everything here is made again from what the registry announces.
DERIVED = ("subjects", "deadlines", "waiting", "shares", "sightings", "aliases")
EPISODES, PAGE = 1000, 500


def is_touched(alert: Alert) -> bool:
    """Whether a person did something with it: seen, under review, decided, or put aside."""
    return alert.stage in ("acknowledged", "in_review") or alert.decision is not None or bool(alert.snoozes)


def seeds(alerts: Iterable[Alert], desk: Desk) -> tuple[dict[str, Alias], list[SubjectState]]:
    """By what these are found again: the alias of each, and who keeps it, with the number of its occurrence."""
    aliases: dict[str, Alias] = {}
    states: dict[str, SubjectState] = {}
    for alert in alerts:
        rule = desk.rules.rule(alert.rule, alert.rule_version)
        if rule is None:
            continue
        key = alias_key(rule.anchor, alert.anchor)
        aliases[key] = Alias(alert.anchor, alert.keeper)
        kind, id = alert.keeper.split(":", 1)
        state = states.setdefault(alert.keeper, SubjectState(kind, id))
        state.listed.append(alert.id)
        state.keys[key] = alert.anchor
        if (episode := _episode(alert, desk)) > FIRST:
            name = f"{alert.series} {alert.anchor}"
            state.episodes[name] = max(episode, state.episodes.get(name, FIRST))
    return aliases, list(states.values())


def _episode(alert: Alert, desk: Desk) -> int:
    numbers = (n for n in range(FIRST, EPISODES) if desk.id_of(alert.series, alert.anchor, n) == alert.id)
    return next(numbers, FIRST)


@dataclass(frozen=True)
class Rebuild:
    """Empties what is derived. Killed in the middle it is run again; announcing everything again completes it."""

    database: Database
    store: Store
    book: Rulebook
    desk: Desk
    turn: asyncio.Lock

    async def __call__(self) -> dict[str, int]:
        """How many alerts were kept, and how many are made again. Raises Unavailable."""
        async with self.turn:
            await self.book.begin_again()
            with outages():
                alerts = [alert_of(row) for row in await self.database.alerts.find({}).to_list(None)]
                kept = [alert for alert in alerts if is_touched(alert)]
                gone = [DeleteOne({"_id": alert.id}) for alert in alerts if not is_touched(alert)]
                for page in _pages(gone):
                    await self.database.alerts.bulk_write(page, ordered=False)
                for name in DERIVED:
                    await self.database[name].delete_many({})
                aliases, states = seeds(kept, self.desk)
                rows = [InsertOne(subject_document(state)) for state in states]
                for page in _pages(rows):
                    await self.database.subjects.bulk_write(page, ordered=False)
                named = [self.store.alias_write(key, alias, known=True) for key, alias in aliases.items()]
                for page in _pages(named):
                    await self.database.aliases.bulk_write(page, ordered=False)
        return {"kept": len(kept), "made_again": len(gone)}


def _pages(writes: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (writes[start : start + PAGE] for start in range(0, len(writes), PAGE))
