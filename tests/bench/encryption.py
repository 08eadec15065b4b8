"""What encryption at rest costs: intake and reading with it and without, in turn, in one run, on the real database.

"Without" is the same code with a cipher that does nothing and a store of keys that writes and reads none. The product
has no such switch.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from random import Random
from statistics import median
from typing import Any

from _region import Human, people
from dossiers import crossing
from registry_stand import RegistryStand

from chassis.keystore import WHOLE, Keys, Parts
from chassis.log import configure
from chassis.mongo import connect
from registry import at_rest
from registry.shelf import Lock, Shelf

ROUNDS, EVENTS, BATCH = 12, 300, 100
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


async def one_round(stand: RegistryStand, humans: list[Human]) -> dict[str, float]:
    """Milliseconds each: an event of somebody new, one of somebody known, a dossier, an event as received, a search."""
    took = {}
    for kind, action in (("new", "entry"), ("known", "exit")):
        events = [crossing(human, action, next(NUMBERS)) for human in humans]
        began = time.perf_counter()
        for start in range(0, len(events), BATCH):
            await stand.receive(*events[start : start + BATCH])
        took[kind] = time.perf_counter() - began
    ids = [await stand.queries.find(_paper(human)) for human in humans]
    began, keys = time.perf_counter(), []
    for id in ids:
        keys.append((await stand.queries.dossier(str(id)))["events"][0]["key"])
    took["dossier"] = time.perf_counter() - began
    began = time.perf_counter()
    for id, key in zip(ids, keys, strict=True):
        await stand.queries.event(str(id), key)
    took["event as received"] = time.perf_counter() - began
    began = time.perf_counter()
    for human in humans:
        await stand.queries.search(" ".join([*human.named.given, *human.named.surname]), 20)
    took["search"] = time.perf_counter() - began
    stand.sent.clear()
    return {name: 1000 * seconds / len(humans) for name, seconds in took.items()}


def _paper(human: Human) -> dict[str, str]:
    issuer, number = human.passports[0]
    return {"kind": "passport", "issuer": issuer, "number": number}


async def measure() -> dict[str, Any]:
    humans = [human for human in people(Random(3), 4 * ROUNDS * EVENTS) if human.citizenship != "IDN"]
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
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
                    found[way].append(await one_round(stands[way], chosen))
        [row] = await stands["without"].database.persons.find({}).limit(1).to_list(None)
        assert b"birth_date" in row["b"], "this is not without"
    # The first round warms both.
    ms = {way: {name: median(one[name] for one in rounds[1:]) for name in rounds[0]} for way, rounds in found.items()}
    pairs = zip(found["with"][1:], found["without"][1:], strict=True)
    ratios = [{name: one[name] / other[name] for name in one} for one, other in pairs]
    return {
        "events_a_round": EVENTS,
        "ms": {way: {name: round(value, 2) for name, value in one.items()} for way, one in ms.items()},
        "ratio": {name: round(median(one[name] for one in ratios), 2) for name in ratios[0]},
        "spread": {
            name: [round(min(one[name] for one in ratios), 2), round(max(one[name] for one in ratios), 2)]
            for name in ratios[0]
        },
    }


if __name__ == "__main__":
    configure("bench", "ERROR")
    print(json.dumps(asyncio.run(measure()), indent=1))
