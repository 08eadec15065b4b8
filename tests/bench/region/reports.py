"""What the agencies' systems make of it: late, lost, duplicate, wrong; silent spells, holidays; when what arrives."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from region.clock import Clock
from region.places import SOURCES, Source, at
from region.telling import Said

__all__ = ["YEARLY", "Noise", "delivered", "in_effect", "silences"]


@dataclass(frozen=True)
class Noise:
    """Shares of events that go wrong on their way. None by default: every report arrives as it is."""

    late: float = 0.0
    lost: float = 0.0
    again: float = 0.0
    doubled: float = 0.0
    """Exits and entries that a second agency reports as well, two days later."""
    contrary: float = 0.0
    """The same, but the second report names another day."""
    misread: float = 0.0
    """Crossings typed by hand with one digit of the passport wrong."""
    silent: int = 0
    """Spells of two to five days in the year in which one source reaches nobody."""


YEARLY = Noise(late=0.04, lost=0.004, again=0.02, doubled=0.02, contrary=0.003, misread=0.004, silent=14)


@dataclass(frozen=True)
class Spell:
    """A source from which nothing comes: closed on purpose, as it said before, or cut off."""

    source: str
    begins: datetime
    ends: datetime
    told: bool = False


@dataclass
class Calendar:
    spells: list[Spell] = field(default_factory=list)

    def of(self, source: str) -> list[Spell]:
        return [one for one in self.spells if one.source == source]

    def freed(self, source: str, sent: datetime) -> datetime:
        """When what would be sent then is sent."""
        return next((one.ends for one in self.of(source) if one.begins <= sent < one.ends), sent)


def silences(random: Random, noise: Noise, days: int) -> Calendar:
    """Holidays of the two weekly registers, and spells without a network."""
    calendar = Calendar()
    holidays = [(78, 9), (139, 2), (228, 2), (355, 8)] if noise.silent else []
    for first, length in holidays:
        for source in ("disnaker/tka", "dukcapil/siak", "ppt/layanan"):
            calendar.spells.append(Spell(source, at(first, 0), at(first + length, 7), told=True))
    for _ in range(round(noise.silent * days / 365)):
        source, first = random.choice(sorted(SOURCES)), random.randrange(20, max(21, days - 5))
        spell = Spell(source, at(first, random.uniform(0, 20)), at(first + random.randint(2, 5), random.uniform(8, 20)))
        if not any(one.begins < spell.ends and spell.begins < one.ends for one in calendar.of(source)):
            calendar.spells.append(spell)
    return calendar


def delivered(random: Random, told: Sequence[Said], noise: Noise, calendar: Calendar, clock: Clock) -> list[Said]:
    """Everything that was sent, in that order, with the step at which it arrives: none for what is lost or too late.

    What the sources say of themselves is among it.
    """
    found: list[Said] = []
    for said in told:
        found += _noisy(random, said, noise)
    found += [status for source in SOURCES.values() for status in _statuses(source, calendar, clock.steps[-1])]
    arrived = (_arriving(said, calendar, clock) for said in found)
    return sorted(arrived, key=lambda one: (one.sent, one.id))


def _noisy(random: Random, said: Said, noise: Noise) -> Iterator[Said]:
    chance = random.random()
    if chance < noise.lost:
        yield replace(said, flaw="lost")
        return
    if chance < noise.lost + noise.late:
        said = replace(said, sent=said.sent + timedelta(hours=random.expovariate(1 / 60)), flaw="late")
    crossing = said.kind == "crossing" and bool(said.about) and said.data is not None
    if crossing and random.random() < noise.misread:
        said = replace(said, data=_one_digit_wrong(random, said.data or {}), flaw="misread")
    yield said
    if random.random() < noise.again:
        yield replace(said, sent=said.sent + timedelta(hours=random.uniform(0, 90)), flaw="again")
    if crossing and random.random() < noise.doubled + noise.contrary:
        other = random.random() * (noise.doubled + noise.contrary) < noise.contrary
        at = said.at - timedelta(days=1) if other else said.at
        yield replace(
            said,
            id=f"{said.id}/simkim",
            source="imigrasi/simkim",
            at=at,
            sent=said.sent + timedelta(hours=48),
            flaw="contrary" if other else "doubled",
        )


def _one_digit_wrong(random: Random, data: dict[str, Any]) -> dict[str, Any]:
    (paper, *others), person = data["person"]["documents"], data["person"]
    place = random.randrange(1, len(paper["number"]))
    wrong = str((int(paper["number"][place]) + random.randint(1, 9)) % 10)
    number = paper["number"][:place] + wrong + paper["number"][place + 1 :]
    return {**data, "person": {**person, "documents": [{**paper, "number": number}, *others]}}


def _arriving(said: Said, calendar: Calendar, clock: Clock) -> Said:
    if said.flaw == "lost":
        return said
    sent = said.sent if said.kind == "source.status" else calendar.freed(said.source, said.sent)
    return replace(said, sent=sent, arrived=clock.after(sent))


def _statuses(source: Source, calendar: Calendar, end: datetime) -> Iterator[Said]:
    covered, moment, number = at(0, 0), at(0, 0.05), 0
    while moment < end:
        spell = next((one for one in calendar.of(source.key) if one.begins <= moment < one.ends), None)
        closing = next((one for one in calendar.of(source.key) if one.told and _just_before(one, moment, source)), None)
        if spell is None:
            data = {"covers_from": covered.isoformat(), "covers_until": moment.isoformat()}
            if closing:
                data["closed_until"] = (closing.ends + timedelta(hours=5)).isoformat()
            number += 1
            yield Said(f"{source.key}/status/{number}", source.key, "source.status", moment, moment, data)
            covered = moment
            moment += timedelta(hours=source.every_hours)
        else:
            moment = spell.ends + timedelta(minutes=5)


def _just_before(spell: Spell, moment: datetime, source: Source) -> bool:
    return moment < spell.begins <= moment + timedelta(hours=source.every_hours)


def in_effect(told: Iterable[Said], now: datetime) -> list[Said]:
    """What was known then, once each, without what was taken back or replaced; in order of time."""
    known: dict[str, Said] = {}
    for said in told:
        if said.arrived is not None and said.arrived <= now:
            known.setdefault(said.id, said)
    gone = {said.more.get(way) for said in known.values() for way in ("voids", "corrects")}
    standing = (said for said in known.values() if said.id not in gone and said.data is not None)
    return sorted(standing, key=lambda one: (one.at, one.id))
