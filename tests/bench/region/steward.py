"""The data steward: answers each question of who is who some days later, with the truth in hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from chassis.statement import Actor, Signer

__all__ = ["Identity", "Steward", "asked"]

AFTER = timedelta(days=2)
KEY = re.compile(rb"([0-9a-f]{32})(?:/persons\.(\d+))?")
WHO = Actor("steward", "supervisor", "imigrasi", "desk")
DESK = Actor("desk", "protection_officer", "ppt", "desk")


@dataclass
class Identity:
    """How the registry came to see who is who."""

    asked: int = 0
    one_person: int = 0
    unanswered: int = 0
    parted: list[tuple[str, int]] = field(default_factory=list)
    """Lives that end as several persons about whom nobody is asked, with how many."""
    waiting: set[str] = field(default_factory=set)
    """Lives of whom a human has yet to say who is who."""
    mixed: list[tuple[str, ...]] = field(default_factory=list)
    """Lives that end as one person."""


class Steward:
    """`lives_of` an event by the key under which the registry knows it."""

    def __init__(self, registry: str, signer: Signer, lives_of: Mapping[str, tuple[str, ...]]) -> None:
        self._registry, self._signer, self._lives_of = registry, signer, lives_of
        self._first_seen: dict[str, datetime] = {}
        self._answered: set[tuple[str, ...]] = set()
        self.identity = Identity()

    async def answer(self, reviews: Mapping[str, dict[str, Any]], people: Mapping[str, Any], now: datetime) -> int:
        """Say of every pair that has waited long enough whether it is one person. How many were answered."""
        answered = 0
        for review, told in reviews.items():
            if told["open"] and now - self._first_seen.setdefault(review, now) >= AFTER:
                answered += await self._judge(review, told, people)
        return answered

    async def _judge(self, review: str, told: dict[str, Any], people: Mapping[str, Any]) -> int:
        pair = (review, *sorted(told["people"]))
        if len(told["people"]) != 2 or pair in self._answered:
            return 0
        self._answered.add(pair)
        left, right = (self.lives(people, person) for person in told["people"])
        same = not left.isdisjoint(right)
        self.identity.asked += 1
        self.identity.one_person += same
        path = f"/reviews/{review}/verdict"
        said = {"verdict": "same" if same else "different", "reason": "Dokumen dilihat."}
        headers = {"tapal-statement": self._signer.statement(WHO, "POST", path)}
        async with httpx.AsyncClient(base_url=self._registry, timeout=30) as client:
            answer = await client.post(path, json=said, headers=headers)
        if answer.status_code not in (200, 404, 409):
            raise RuntimeError(f"the steward was not heard: {answer.status_code}")
        return 1

    def lives(self, people: Mapping[str, Any], person: str) -> set[str]:
        """The lives that a person of the registry is made of."""
        body = people[person][1] if person in people else b""
        found = (self._life(*match.groups()) for match in KEY.finditer(body))
        return {life for life in found if life}

    def _life(self, key: bytes, number: bytes | None) -> str | None:
        """Whom an event is about; of a check that met several, the one who is named with it."""
        about = self._lives_of.get(key.decode(), ())
        if number is not None and int(number) < len(about):
            return about[int(number)]
        return about[0] if len(about) == 1 else None

    def close(self, reviews: Mapping[str, dict[str, Any]], people: Mapping[str, Any]) -> None:
        """What is left at the end."""
        waiting = [told["people"] for told in reviews.values() if told["open"]]
        asked = {person for pair in waiting for person in pair}
        self.identity.unanswered = len(waiting)
        self.identity.waiting = {life for person in asked for life in self.lives(people, person)}
        homes: dict[str, set[str]] = {}
        for person, (_, body) in people.items():
            if b'"merged_into"' in body:
                continue
            mine = self.lives(people, person)
            if len(mine) > 1:
                self.identity.mixed.append(tuple(sorted(mine)))
            for life in mine:
                homes.setdefault(life, set()).add(person)
        parted = ((life, persons) for life, persons in homes.items() if len(persons) > 1 and not persons & asked)
        self.identity.parted = [(life, len(persons)) for life, persons in sorted(parted)]


async def asked(address: str, signer: Signer, path: str) -> dict[str, Any]:
    """What the protection desk answers to one of its officers."""
    headers = {"tapal-statement": signer.statement(DESK, "GET", path.partition("?")[0])}
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        answer: dict[str, Any] = (await client.get(path, headers=headers)).raise_for_status().json()
    return answer
