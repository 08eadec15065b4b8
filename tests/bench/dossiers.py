"""The registry at 10,000 and 100,000 persons: cost of an event, merge and split, and a rebuild from the log.

The persons are made by the registry's own pure core, written to the real database in bulk, and then met by events,
verdicts and a rebuild through the registry's own store. No broker: `./tapal bench pipeline` measures the whole chain.
"""

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count, islice
from random import Random
from statistics import median, quantiles
from typing import Any

from _region import Human, people
from registry_stand import OFFICER, RegistryStand
from synthetic import AGENCIES, HASHER, MATCHER, NOW, READER, WIB

from chassis.bus import Incoming
from chassis.mongo import connect
from registry.documents import log_document, party_document, person_document, person_of
from registry.indexing import index
from registry.intake import apply
from registry.joining import Joining
from registry.permits import permit_table
from registry.rebuild import rebuild
from registry.settle import Settler
from registry.shelf import Lock
from registry.world import World
from registry.writes import search_rows

FEW = int(os.environ.get("TAPAL_BENCH_FEW", "10000"))
MANY = int(os.environ.get("TAPAL_BENCH_MANY", "100000"))
EVENTS, BATCH, VERDICTS, ROUNDS = 500, 100, 150, 5
BULK = 2000
CLAIMS = 0.088
"""Of the events of the labelled region, so many say what nobody said before (seed 903): only they look for others."""
NUMBERS = count(10**6)
KINDS = ("known", "new", "both", "region")


def crossing(human: Human, action: str, number: int) -> Incoming:
    """A crossing as the post reports it; the same person says the same of himself every time."""
    issuer, paper = human.passports[0]
    person = {
        "documents": [{"kind": "passport", "number": paper, "issuer": issuer}],
        "name": {"full": " ".join([*human.named.given, *human.named.surname])},
        "birth_date": human.born.isoformat(),
        "citizenship": human.citizenship,
        "sex": human.sex,
    }
    at = (NOW - timedelta(days=20, minutes=number % 9000)).astimezone(WIB)
    data: dict[str, Any] = {"action": action, "person": person, "post": "BADAU", "minor_with": "parent"}
    if action == "entry":
        data |= {"permit_kind": "B1", "valid_until": (at.date() + timedelta(days=29)).isoformat()}
    body = {"specversion": "1.0", "id": f"{action}-{number}", "source": "/plbn-badau/pos", "time": at.isoformat()}
    return Incoming("intake.plbn-badau", json.dumps({**body, "type": "id.tapal.crossing.v1", "data": data}).encode())


def foreigners(random: Random, wanted: int) -> list[Human]:
    return [human for human in people(random, wanted * 6 // 5) if human.citizenship != "IDN"][:wanted]


class Population:
    """A world that grows by one event a person, and its log."""

    def __init__(self, random: Random) -> None:
        self.world = World()
        self.joining = Joining(MATCHER, lambda: f"{random.getrandbits(128):032x}")
        self.settler = Settler(permit_table(), HASHER, MATCHER, AGENCIES)
        self.log: list[dict[str, Any]] = []

    def grow(self, humans: Sequence[Human], begin: int) -> float:
        """Takes them in. Returns the seconds it took to read and place them."""
        began = time.perf_counter()
        for number, human in enumerate(humans, begin):
            draft = READER.read(crossing(human, "entry", number))
            apply(draft, self.world, self.joining)
            self.log.append(log_document(draft, self.world.heads[draft.key]))
            self.world.next_batch()
        return time.perf_counter() - began

    async def write(self, stand: RegistryStand) -> int:
        """Everything into a database, as the store would have left it. Returns the number of documents."""
        await stand.store.prepare()
        lock, written = await stand.shelf.lock([], HASHER), 0
        for name, documents in (
            ("log", map(lock.entry, self.log)),
            ("persons", (lock.shut("persons", one) for one in self._persons())),
            ("rows", self._rows()),
            ("tokens", self._tokens(lock)),
            ("search", self._search(lock)),
            ("parties", (lock.shut("parties", party_document(one)) for one in self.world.parties.values())),
        ):
            while bulk := list(islice(documents, BULK)):
                await stand.database[name].insert_many(bulk, ordered=False)
                written += len(bulk)
        for name, writes in lock.writes.items():
            for start in range(0, len(writes), BULK):
                await stand.shelf.keys.database[name].bulk_write(writes[start : start + BULK], ordered=False)
        return written

    def _persons(self) -> Iterator[dict[str, Any]]:
        for state in self.world.persons.values():
            if state.merged_into is None:
                index(state, self.settler.dossier(state).lines, self.world)
            state.version = 1
            yield person_document(state)

    def _rows(self) -> Iterator[dict[str, Any]]:
        for key, found in self.world.rows.items():
            yield {"_id": key, "v": 1, "people": sorted(found)}

    def _tokens(self, lock: Lock) -> Iterator[dict[str, Any]]:
        for key, nodes in self.world.tokens.items():
            yield {"_id": key, "v": 1, "nodes": [lock.node(node) for node in nodes]}

    def _search(self, lock: Lock) -> Iterator[dict[str, Any]]:
        for state in self.world.persons.values():
            for operation in search_rows(state, lock, HASHER):
                yield operation._doc


def digests(world: World, settler: Settler) -> dict[str, str]:
    """A digest of each dossier under the smallest key of its events: ids and versions are chance."""
    found = {}
    for state in world.persons.values():
        if state.merged_into is None:
            dossier = settler.dossier(state)
            plain = dossier.history.model_dump_json(exclude={"person", "version", "origin", "applications"})
            said = f"{plain}{dossier.names}{dossier.documents}{dossier.birth_dates}"
            found[min(line.key for line in state.parsed())] = hashlib.sha256(said.encode()).hexdigest()
    return found


async def cost_of_an_event(stand: RegistryStand, known: Sequence[Human], fresh: Sequence[Human]) -> dict[str, float]:
    """Milliseconds an event, in batches: of people who are known, of new ones, half and half, and as in the region."""
    took = {}
    kinds = {
        "known": [crossing(human, "exit", next(NUMBERS)) for human in known],
        "new": [crossing(human, "entry", next(NUMBERS)) for human in fresh],
    }
    for kind, events in kinds.items():
        began = time.perf_counter()
        for start in range(0, len(events), BATCH):
            await stand.receive(*events[start : start + BATCH])
        took[kind] = 1000 * (time.perf_counter() - began) / len(events)
    took["both"] = (took["known"] + took["new"]) / 2
    took["region"] = took["known"] * (1 - CLAIMS) + took["new"] * CLAIMS
    return {kind: round(ms, 2) for kind, ms in took.items()}


async def merge_and_split(stand: RegistryStand, random: Random, ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """Milliseconds until the answer is stored and its announcements have left the outbox."""
    took: dict[str, list[float]] = {"merge": [], "split": []}
    for _ in range(VERDICTS):
        one, other = random.sample(ids, 2)
        began = time.perf_counter()
        [person] = await stand.commands.judge((one, other), "same", "bench", OFFICER)
        await stand.commands.outbox.flush()
        merged = time.perf_counter()
        state = (await stand.queries.dossier(person))["verdicts"][-1]["key"]
        split = time.perf_counter()
        await stand.commands.withdraw(person, state, "bench", OFFICER)
        await stand.commands.outbox.flush()
        took["merge"].append(1000 * (merged - began))
        took["split"].append(1000 * (time.perf_counter() - split))
    return {kind: _spread(values) for kind, values in took.items()}


def _spread(values: list[float]) -> dict[str, float]:
    cuts = quantiles(values, n=100, method="inclusive")
    return {"p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1)}


async def rebuilt(stand: RegistryStand, population: Population) -> dict[str, Any]:
    """Read the whole log in the order of its hashes, make everything anew, and compare."""
    began = time.perf_counter()
    entries = await stand.shelf.opened("log", await stand.database.log.find({}).to_list(None))
    # The order of the hashed keys is as good as any: it has nothing to do with that of arrival.
    entries.sort(key=lambda entry: str(entry["_id"]))
    read = time.perf_counter()
    again = rebuild(entries, READER, Joining(MATCHER, population.joining.mint))
    done = time.perf_counter()
    people = await stand.shelf.opened("persons", await stand.database.persons.find({}).to_list(None))
    stored = World(persons={row["_id"]: person_of(row) for row in people})
    mine, theirs = digests(again, population.settler), digests(stored, population.settler)
    return {
        "events": len(entries),
        "read_seconds": round(read - began, 1),
        "rebuild_seconds": round(done - read, 1),
        "events_per_second": round(len(entries) / (done - began)),
        "dossiers": len(theirs),
        "equal": sum(mine.get(key) == digest for key, digest in theirs.items()),
        "more": len(mine.keys() - theirs.keys()),
        "fewer": len(theirs.keys() - mine.keys()),
    }


async def measure() -> dict[str, Any]:
    random = Random(7)
    humans = foreigners(random, MANY + 2 * (ROUNDS + 1) * EVENTS)
    fresh = iter(humans[MANY:])
    population = Population(random)
    found: dict[str, Any] = {"persons": {}}
    async with connect(os.environ["TAPAL_TEST_MONGO_ADMIN_URL"]) as client:
        stands = {size: RegistryStand(client, client[f"bench_{size}"], []) for size in (FEW, MANY)}
        begin = 0
        for size, stand in stands.items():
            seconds = population.grow(humans[begin:size], begin)
            documents = await population.write(stand)
            placed, begin = round((size - begin) / seconds), size
            found["persons"][size] = {"placed_per_second": placed, "documents_per_person": round(documents / size, 1)}
            print(f"{size:,} persons written", flush=True)
        found["ms_per_event"] = await compared(stands, random, humans, fresh)
        few, many = (found["ms_per_event"][size] for size in (FEW, MANY))
        found["ratio"] = {kind: round(many[kind] / few[kind], 2) for kind in KINDS} | {"goal": 1.2}
        ids = [state.id for state in islice(population.world.persons.values(), 5000) if state.merged_into is None]
        found |= await merge_and_split(stands[MANY], random, ids)
        found["rebuild"] = await rebuilt(stands[MANY], population)
    return found


async def compared(
    stands: dict[int, RegistryStand], random: Random, humans: Sequence[Human], fresh: Iterator[Human]
) -> dict[int, dict[str, float]]:
    """Both sizes in turn, so that what else the machine does meets both; a round to warm up, then the median."""
    rounds: dict[int, list[dict[str, float]]] = {size: [] for size in stands}
    for number in range(ROUNDS + 1):
        for size, stand in stands.items():
            took = await cost_of_an_event(stand, random.sample(humans[:size], EVENTS), list(islice(fresh, EVENTS)))
            if number:
                rounds[size].append(took)
    return {size: {kind: round(median(took[kind] for took in rounds[size]), 2) for kind in KINDS} for size in stands}


def show(found: dict[str, Any]) -> None:
    print(f"\n{'':<28}{FEW:>12,}{MANY:>12,} persons")
    for kind in KINDS:
        cells = "".join(f"{found['ms_per_event'][size][kind]:>12}" for size in (FEW, MANY))
        print(f"ms an event ({kind}){'':<{14 - len(kind)}}{cells}   {found['ratio'][kind]}")
    print("many to few beside it; goal 1.2 for an event as in the region")
    for kind in ("merge", "split"):
        print(f"{kind}: p50 {found[kind]['p50_ms']} ms, p99 {found[kind]['p99_ms']} ms (goal 200)")
    again = found["rebuild"]
    print(f"rebuild: {again['events_per_second']} events/s, {again['equal']} of {again['dossiers']} dossiers equal")


def main() -> None:
    found = asyncio.run(measure())
    show(found)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
