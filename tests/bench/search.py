"""Search at 100,000 and, with TAPAL_BENCH_SEARCH_PERSONS=1000000, at a million synthetic persons on the real database.

The index is loaded as the registry writes it, then lines of text are searched one after the other by one process.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from random import Random
from statistics import quantiles
from typing import Any

from _region import people
from synthetic import KEYRING

from chassis.keystore import Keys
from chassis.mongo import connect
from chassis.seal import Hasher
from registry.matching import Profile, matching_table
from registry.search import Card, card
from registry.search_store import SearchStore
from registry.shelf import Shelf
from registry.world import PersonState
from registry.writes import search_rows

PERSONS = int(os.environ.get("TAPAL_BENCH_SEARCH_PERSONS", "100000"))
GOALS = {100_000: 50, 1_000_000: 200}
ASKED = 100
BATCH = 2000
SYLLABLES = [start + vowel for start in "bdfghjklmnprstwy" for vowel in "aiu"] + ["lang", "ding", "rung"]
VILLAGES = [f"61.06.{district:02d}.{village}" for district in range(1, 24) for village in range(2001, 2013)]
PARTIES = [(f"NIB-{number:05d}", None) for number in range(3000)]


def known(random: Random, count: int) -> Iterator[tuple[str, Card]]:
    """Persons as the index knows them. Half bear a name that is rare, as in life."""
    for human in people(random, count):
        named = human.named
        words = [*named.given, *named.surname]
        if random.random() < 0.5:
            words[-1] = "".join(random.choices(SYLLABLES, k=random.randint(2, 4))).capitalize()
        papers = tuple(("passport", *paper) for paper in human.passports)
        said = Profile(documents=papers, full=" ".join(words), birth_date=human.born.isoformat())
        places, parties = [random.choice(VILLAGES)], [random.choice(PARTIES)]
        yield f"{random.getrandbits(128):032x}", card([said], places, parties)


def asked(random: Random, sample: list[tuple[str, Card]]) -> dict[str, list[tuple[str, str]]]:
    """What is typed, with the person meant."""
    lines: dict[str, list[tuple[str, str]]] = {}
    for number, (person, one) in enumerate(sample):
        name = one.names[0]
        words = name.split()
        random.shuffle(words)
        text = {
            "name, any order": " ".join(words),
            "name, a vowel wrong": _slip(random, name, "aeiou"),
            "name, a consonant wrong": _slip(random, name, "bdfgjklmnprst"),
            "name and birth date": f"{name} {one.births[0]}",
            "name and birth year": f"{' '.join(words)} {one.births[0][:4]}",
            "name and district": f"{name} {one.places[0][:8]}",
            "document": one.numbers[0],
            "birth date": "/".join(reversed(one.births[0].split("-"))),
            "one word": max(words, key=len),
            "guarantor": str(one.parties[0][0]),
        }
        kind = [*text][number % len(text)]
        lines.setdefault(kind, []).append((text[kind], person))
    return lines


def _slip(random: Random, name: str, letters: str) -> str:
    at = random.choice([at for at in range(1, len(name)) if name[at] in letters] or [1])
    return name[:at] + random.choice(letters.replace(name[at], "")) + name[at + 1 :]


async def load(shelf: Shelf, hasher: Hasher, random: Random) -> tuple[list[tuple[str, Card]], int]:
    sample: list[tuple[str, Card]] = []
    waiting: list[Any] = []
    written, lock = 0, await shelf.lock([], hasher)
    for person, one in known(random, PERSONS):
        if random.random() < 40 * ASKED / PERSONS:
            sample.append((person, one))
        waiting += search_rows(PersonState(person, card=one.to_bytes()), lock, hasher)
        if len(waiting) >= BATCH:
            written += len(waiting)
            await shelf.database.search.bulk_write(waiting, ordered=False)
            waiting = []
    await shelf.database.search.bulk_write(waiting, ordered=False)
    keys = lock.writes["persons"]
    for start in range(0, len(keys), BATCH):
        await shelf.keys.database.persons.bulk_write(keys[start : start + BATCH], ordered=False)
    random.shuffle(sample)
    return sample[: 10 * ASKED], written + len(waiting)


async def measure() -> dict[str, Any]:
    random, hasher = Random(11), Hasher(bytes(range(32)))
    async with connect(os.environ["TAPAL_TEST_MONGO_ADMIN_URL"]) as mongo:
        shelf = Shelf(mongo.bench, Keys(mongo.bench_keys, KEYRING))
        store = SearchStore(shelf, hasher, matching_table())
        await store.prepare()
        began = time.perf_counter()
        sample, written = await load(shelf, hasher, random)
        loaded = time.perf_counter() - began
        kinds = {kind: await ask(store, lines) for kind, lines in asked(random, sample).items()}
    every = [ms for kind in kinds.values() for ms in kind.pop("all")]
    cuts = quantiles(every, n=100, method="inclusive")
    return {
        "persons": PERSONS,
        "rows": written,
        "rows_per_person": round(written / PERSONS, 1),
        "load_seconds": round(loaded, 1),
        "searches": len(every),
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
        "goal_p95_ms": GOALS.get(PERSONS),
        "kinds": kinds,
    }


async def ask(store: SearchStore, lines: list[tuple[str, str]]) -> dict[str, Any]:
    took, first, shown, complete = [], 0, 0, 0
    for text, person in lines:
        began = time.perf_counter()
        found = await store.find(text)
        took.append(1000 * (time.perf_counter() - began))
        people_found = [hit.person for hit in found.hits]
        first += people_found[:1] == [person]
        shown += person in people_found
        complete += found.complete
    cuts = quantiles(took, n=100, method="inclusive")
    share = {"first": first, "among_20": shown, "complete": complete}
    of = {name: round(count / len(lines), 2) for name, count in share.items()}
    return {"p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), **of, "all": took}


def show(found: dict[str, Any]) -> None:
    print(f"{found['persons']} persons, {found['rows']} rows, loaded in {found['load_seconds']} s\n")
    print(f"{'':<26}{'p50 ms':>8}{'p95 ms':>8}{'first':>8}{'among 20':>10}{'complete':>10}")
    for kind, one in found["kinds"].items():
        cells = f"{one['p50_ms']:>8}{one['p95_ms']:>8}{one['first']:>8}{one['among_20']:>10}{one['complete']:>10}"
        print(f"{kind:<26}{cells}")
    print(
        f"\nall {found['searches']}: p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms (goal {found['goal_p95_ms']})\n"
    )


def main() -> None:
    found = asyncio.run(measure())
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
