"""A small world without I/O: the real rules, one border post that clears exits, and a memory in place of the store."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest

from alerts.alert import Alert
from alerts.anchors import Alias
from alerts.decide import Before, Known, Outcome, decide, handed_on
from alerts.facts import WIB
from alerts.facts.around import Around
from alerts.facts.tables import read_tables
from alerts.rulebook import load
from alerts.subjects import KINDS, key_of
from alerts.world import World
from contracts.agencies import Agency
from contracts.messages import Message, SourceChanged, Subject
from contracts.snapshots import PersonChanged, Stay

RULES = load()
TABLES = read_tables()
ALWAYS = ((datetime(2000, 1, 1, tzinfo=WIB), datetime(2100, 1, 1, tzinfo=WIB)),)
AGENCIES = [
    Agency.model_validate(
        {
            "code": code,
            "names": {"id": code, "en": code},
            "area": ["61.06"],
            "may_send": {},
            "sources": [
                {"code": "pos", "uri": f"/{code}/pos", "names": {"id": "pos", "en": "pos"}, "rhythm_hours": 24}
            ],
            "receives": receives,
            "contact": "piket",
        }
    )
    for code, receives in (("imigrasi", ["R01", "R02a", "R02b", "R03", "Q2"]), ("polres", ["R02b", "R03"]))
]
PLACE = {
    "code": "pos",
    "uri": "/plbn/pos",
    "names": {"id": "pos", "en": "pos"},
    "rhythm_hours": 24,
    "village": "61.06.14.2001",
}
POST = Agency.model_validate(AGENCIES[0].model_dump() | {"code": "plbn", "sources": [PLACE], "receives": []})


def world_of(covers: Any = ALWAYS) -> World:
    clears = ("exit", "lodging", "residence", "permit", "certificate", "work")
    post = SourceChanged(agency="plbn", source="pos", version=1, clears=clears, rhythm_hours=24, covers=covers)
    return World(
        RULES,
        lambda series, anchor, episode: f"{series}:{anchor}:{episode}",
        [*AGENCIES, POST],
        {"plbn/pos": post},
        TABLES,
    )


def judged(told: Message, known: Known, world: World, now: datetime, **around: Any) -> Outcome:
    """What follows from one message about a subject, as the block judges it."""
    kind = known.keeper.split(":", 1)[0]
    items = KINDS[kind].judged_on(told, Around(now, world.tables, world.villages, **around))
    return decide(items, known, world, now)


@dataclass
class Memory:
    """Applies outcomes as the store does: the highest version counts, everything else changes nothing."""

    world: World
    alerts: dict[str, Alert] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    listed: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, PersonChanged] = field(default_factory=dict)
    holds: set[str] = field(default_factory=set)
    judged: dict[str, Before] = field(default_factory=dict)
    lean: bool = True
    """Whether rules whose facts did not change are left out, as the block does it."""

    def tell(self, person: PersonChanged, now: datetime) -> Outcome | None:
        stored = self.people.get(person.person)
        if stored is not None and stored.version >= person.version:
            return None
        self.people[person.person] = person
        return self.look(person.person, now)

    def look(self, id: str, now: datetime) -> Outcome:
        key = key_of("person", id)
        before = self.judged.get(id) if self.lean else None
        known = Known(key, self.alerts, self.aliases, self.listed.get(id, []), id in self.holds, before=before)
        heir = self.people[id].merged_into
        if heir is None:
            outcome = judged(self.people[id], known, self.world, now)
            items = KINDS["person"].judged_on(self.people[id], Around(now, self.world.tables, self.world.villages))
            self.judged[id] = Before(tuple(items), now)
        else:
            outcome = Outcome(handed_on(known, Subject(kind="person", id=heir), key_of("person", heir), now))
        self.alerts |= {alert.id: alert for alert in outcome.alerts}
        self.aliases |= outcome.aliases
        for alert in outcome.alerts:
            mine = self.listed.setdefault(alert.subject.id, [])
            mine += [alert.id] if alert.id not in mine else []
        return outcome

    def cover(self, covers: Any = ALWAYS) -> None:
        self.world = replace(self.world, sources=world_of(covers).sources)

    @property
    def live(self) -> list[Alert]:
        return [alert for alert in self.alerts.values() if alert.stage != "withdrawn"]

    def only(self) -> Alert:
        (alert,) = self.live
        return alert


@pytest.fixture
def memory() -> Memory:
    return Memory(world_of())


@pytest.fixture(scope="session")
def new_memory() -> Callable[[], Memory]:
    return lambda **more: Memory(world_of(), **more)


@pytest.fixture
def world() -> Callable[..., World]:
    return world_of


@pytest.fixture(scope="session")
def judge() -> Callable[..., Outcome]:
    return judged


@pytest.fixture
def stay() -> Callable[..., Stay]:
    def build(**fields: Any) -> Stay:
        given = {
            "keys": ("k1",),
            "opened_on": date(2026, 1, 30),
            "opened_by": "entry",
            "permit_family": "visit",
            "ends": date(2026, 2, 28),
            "ends_basis": "printed",
        }
        return Stay.model_validate(given | fields)

    return build


@pytest.fixture
def person(stay: Callable[..., Stay]) -> Callable[..., PersonChanged]:
    def build(version: int = 1, *stays: Stay, **fields: Any) -> PersonChanged:
        return PersonChanged(**({"person": "p1", "version": version, "stays": stays or (stay(),)} | fields))

    return build
