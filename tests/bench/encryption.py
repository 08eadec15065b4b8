"""What encryption at rest costs: intake and reading with it and without, in turn, in one run, on the real database.

"Without" is the same code with a cipher that does nothing and a store of keys that writes and reads none. The product
has no such switch.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from random import Random
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import psutil
from _region import Human, people
from dossiers import crossing
from registry_stand import RegistryStand

from chassis.keystore import WHOLE, Keys, Parts
from chassis.log import configure
from chassis.mongo import connect
from registry import at_rest
from registry.shelf import Lock, Shelf

ROUNDS, EVENTS, BATCH = 7, 300, 100
NUMBERS = count(10**6)


class AnyPart(dict[str, bytes]):
    """A key for every part there may be."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: str) -> bytes:
        return b""


class NoKeys(Keys):
    """Whoever asks gets a key that means nothing; nothing is read or written."""

    async def of(self, collection: str, ids: Iterable[str], *, anew: bool = False) -> dict[str, Parts]:
        return dict.fromkeys(ids, AnyPart({WHOLE: b""}))


class NoLock(Lock):
    def _write(self, collection: str, write: Any) -> None:
        """No key is kept."""


class OpenShelf(Shelf):
    async def lock(self, owners: Iterable[tuple[str, str]], hasher: Any) -> Lock:
        return NoLock(self.keys, {}, hasher)


@contextmanager
def no_cipher() -> Iterator[None]:
    """Meanwhile nothing is encrypted."""
    kept = at_rest.encrypt, at_rest.decrypt
    at_rest.encrypt = at_rest.decrypt = lambda _key, said, *_place: said  # type: ignore[assignment]
    try:
        yield
    finally:
        at_rest.encrypt, at_rest.decrypt = kept


@contextmanager
def as_it_is() -> Iterator[None]:
    yield


class OpenStand(RegistryStand):
    """The registry without encryption."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.shelf.__class__ = OpenShelf
        self.shelf.keys.__class__ = NoKeys


WAYS: Mapping[str, tuple[type[RegistryStand], Any]] = {
    "with": (RegistryStand, as_it_is),
    "without": (OpenStand, no_cipher),
}


class Clock:
    """Milliseconds of this process and of the database's on their processors: other jobs beside them hardly count."""

    def __init__(self, url: str) -> None:
        port = str(urlsplit(url).port)
        self.processes = [psutil.Process()]
        self.processes += [one for one in psutil.process_iter(["cmdline"]) if _serves(one.info["cmdline"] or (), port)]
        assert len(self.processes) == 2, "the database's process was not found"

    def __call__(self) -> float:
        return 1000 * sum(sum(process.cpu_times()[:2]) for process in self.processes)


def _serves(command: Iterable[str], port: str) -> bool:
    words = list(command)
    return port in words and any("secantusd" in word for word in words)


async def one_round(stand: RegistryStand, humans: list[Human], clock: Clock) -> dict[str, float]:
    """Milliseconds each: an event of somebody new, one of somebody known, a dossier, an event as received, a search."""
    took = {}
    for kind, action in (("new", "entry"), ("known", "exit")):
        events = [crossing(human, action, next(NUMBERS)) for human in humans]
        took[kind] = await spent(clock, _received(stand, events))
    ids = [str(await stand.queries.find(_paper(human))) for human in humans]
    seen = [(await stand.queries.dossier(id))["events"][0]["key"] for id in ids]
    took["dossier"] = await spent(clock, _each(stand.queries.dossier(id) for id in ids))
    read = (stand.queries.event(id, key) for id, key in zip(ids, seen, strict=True))
    took["event as received"] = await spent(clock, _each(read))
    names = (" ".join([*human.named.given, *human.named.surname]) for human in humans)
    took["search"] = await spent(clock, _each(stand.queries.search(name, 20) for name in names))
    stand.sent.clear()
    return {name: ms / len(humans) for name, ms in took.items()}


async def spent(clock: Clock, work: Awaitable[None]) -> float:
    began = clock()
    await work
    return clock() - began


async def _received(stand: RegistryStand, events: list[Any]) -> None:
    for start in range(0, len(events), BATCH):
        await stand.receive(*events[start : start + BATCH])


async def _each(works: Iterable[Awaitable[Any]]) -> None:
    for work in works:
        await work


def _paper(human: Human) -> dict[str, str]:
    issuer, number = human.passports[0]
    return {"kind": "passport", "issuer": issuer, "number": number}


async def measure() -> dict[str, Any]:
    humans = [human for human in people(Random(3), 4 * ROUNDS * EVENTS) if human.citizenship != "IDN"]
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    clock = Clock(os.environ["TAPAL_TEST_MONGO_ADMIN_URL"])
    async with connect(os.environ["TAPAL_TEST_MONGO_ADMIN_URL"]) as client:
        stands = {way: kind(client, client[f"encryption_{way}"], []) for way, (kind, _) in WAYS.items()}
        for way, (_, cipher) in WAYS.items():
            with cipher():
                await stands[way].store.prepare()
                await stands[way].searching.prepare()
        for number in range(ROUNDS):
            chosen = humans[number * EVENTS : (number + 1) * EVENTS]
            # In turn, and not always the same one first.
            for way in list(WAYS) if number % 2 else list(WAYS)[::-1]:
                with WAYS[way][1]():
                    found[way].append(await one_round(stands[way], chosen, clock))
        [row] = await stands["without"].database.persons.find({}).limit(1).to_list(None)
        assert b"birth_date" in row["b"], "this is not without"
    # The first round warms both.
    ms = {way: {name: median(one[name] for one in rounds[1:]) for name in rounds[0]} for way, rounds in found.items()}
    pairs = zip(found["with"][1:], found["without"][1:], strict=True)
    ratios = [{name: one[name] / other[name] for name in one} for one, other in pairs]
    return {
        "events_a_round": EVENTS,
        "processor_ms": {way: {name: round(value, 2) for name, value in one.items()} for way, one in ms.items()},
        "ratio": {name: round(median(one[name] for one in ratios), 2) for name in ratios[0]},
        "spread": {
            name: [round(min(one[name] for one in ratios), 2), round(max(one[name] for one in ratios), 2)]
            for name in ratios[0]
        },
    }


if __name__ == "__main__":
    configure("bench", "ERROR")
    print(json.dumps(asyncio.run(measure()), indent=1))
