"""Contradicted events at rest: one document for each person who has any, counted by source when asked."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pymongo import DeleteMany, UpdateOne

from chassis.mongo import Database, outages
from registry.scorecard_store import DAYS
from registry.world import World

__all__ = ["count_contradicted", "disputed_writes"]


def disputed_writes(world: World) -> list[Any]:
    """What the persons whom this batch changed say now; to be written in the transaction that stores them."""
    return [*_told(world), *_over(world)]


def _told(world: World) -> Iterator[Any]:
    for person, events in world.disputed.items():
        if events and world.persons[person].merged_into is None:
            yield UpdateOne({"_id": person}, {"$set": {"events": [asdict(event) for event in events]}}, upsert=True)


def _over(world: World) -> Iterator[Any]:
    changed = [state for state in world.persons.values() if state.version > state.read_version]
    gone = {state.id for state in changed if state.merged_into is not None}
    gone |= {person for person, events in world.disputed.items() if not events}
    # A person whom this batch made had none before.
    if known := sorted(person for person in gone if world.persons[person].read_version > 0):
        yield DeleteMany({"_id": {"$in": known}})


async def count_contradicted(database: Database, now: Callable[[], datetime]) -> Mapping[str, int]:
    """By `<agency>/<source>`, how many events of the last 30 days contradict another source's. Raises Unavailable."""
    since = now() - timedelta(days=DAYS)
    with outages():
        rows = await database.disputed.find({"events.received_at": {"$gte": since}}).to_list(None)
    # One event may be about several persons.
    events = {event["key"]: event for row in rows for event in row["events"] if event["received_at"] >= since}
    return Counter(event["source"] for event in events.values())
