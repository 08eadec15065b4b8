"""Who comes, and how each office writes a person down."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import _region
from _region import Human

__all__ = ["Human", "Pen", "aged", "by_card", "crowd", "person", "second_passport"]

Said = dict[str, Any]


def crowd(random: Random) -> Iterator[Human]:
    """People without end, among them twins and siblings; adults, each with one passport."""
    number = 0
    while True:
        for one in _region.people(random, 500):
            number += 1
            born = one.born.replace(year=min(one.born.year, 2003), day=min(one.born.day, 28))
            yield replace(one, who=number, born=born, passports=one.passports[:1])


def aged(random: Random, one: Human, years: int, today: date) -> Human:
    """The same, but a child of so many years."""
    born = today.replace(year=today.year - years, month=random.randint(1, 12), day=random.randint(1, 28))
    return replace(one, born=born if born < today else born.replace(year=born.year - 1))


def second_passport(random: Random, one: Human) -> Human:
    issuer = one.passports[0][0]
    return replace(one, passports=(*one.passports, (issuer, f"{random.choice('AEGHK')}{random.randrange(10**8):08d}")))


Pen = Callable[[Random, Human], dict[str, Any]]


def person(random: Random, one: Human, pen: Pen, *, paper: str = "passport", number: bool | None = None) -> Said:
    """What an event says of this person, in the hand of an office. `number`: with it or not, whatever the pen would."""
    claim = pen(random, one)
    documents = claim["documents"]
    if number is not None:
        documents = [("passport", *one.passports[-1])] if number else []
    said: Said = {"documents": [{"kind": paper, "issuer": issuer, "number": no} for _, issuer, no in documents]}
    said["name"] = _name(claim)
    for field in ("birth_date", "citizenship", "sex"):
        if claim.get(field):
            said[field] = claim[field]
    return {name: value for name, value in said.items() if value}


def _name(claim: dict[str, Any]) -> dict[str, str]:
    if claim.get("full"):
        return {"full": claim["full"]}
    parts = {"surname": claim.get("surname"), "given": claim.get("given")}
    return {name: value for name, value in parts.items() if value}


def by_card(_: Random, one: Human) -> dict[str, Any]:
    """Read by a machine from the passport that is carried: nothing is spelt."""
    return {**_region.border(Random(one.who), one), "sex": one.sex}
