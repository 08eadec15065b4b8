"""Whatever happens, what is stored is what the pure core makes of it: the store loads all that a batch may touch."""

import json
import random
from datetime import timedelta
from itertools import combinations

import pytest
from memory import Memory
from registry_stand import OFFICER
from synthetic import HASHER, NOW, entry, event, moment, night

from registry.decisions import Decider

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

NAMES = ("Amir bin Sintetis", "SINTETIS AMIR", "Li Wei Contoh", "Budi Contoh", "Gawing anak Nanta")
BIRTHS = ("1990-04-02", "1990-02-04", "1971-12-31", "1990-04", None)


def somebody(chance):
    numbers = chance.sample(("A1", "A2", "B7", "C9"), chance.choice((0, 1, 1, 1, 2)))
    said = {"documents": [{"kind": "passport", "number": number, "issuer": "UTO"} for number in numbers]}
    if not numbers or chance.random() < 0.7:
        said["name"] = {"full": chance.choice(NAMES)}
    birth = chance.choice(BIRTHS)
    return said if birth is None else {**said, "birth_date": birth}


def report(chance, sent):
    number = len(sent)
    who, on, more = somebody(chance), chance.randrange(60), {"id": f"n{number}"}
    if sent and chance.random() < 0.15:
        return event("phri-kh", "lodging", None, moment(70), voids=f"n{chance.randrange(number)}", **more)
    if chance.random() < 0.12:
        return listing(chance, number)
    if sent and chance.random() < 0.2:
        more["corrects"] = f"n{chance.randrange(number)}"
    return night(who, on, ref=str(number), **more) if chance.random() < 0.6 else entry(who, on, on + 29, **more)


def listing(chance, number):
    who = {"name": {"full": chance.choice(NAMES)}, "birth_date": chance.choice(BIRTHS[:3])}
    data = {"action": "listed", "list": "wanted", "listing_no": f"L{number % 3}", "person": who, "authority": "polres"}
    data |= {"ground": "KUHP-1", "from": "2026-01-01", "review_by": "2026-12-01"}
    return event("polres", "watchlist", data, moment(3), id=f"n{number}")


def decision(chance, memory, step):
    decider = Decider(HASHER, OFFICER, NOW + timedelta(minutes=step))
    living = memory.living()
    wide = [state for state in living if len(state.nodes) > 1]
    if wide and chance.random() < 0.4:
        state = chance.choice(wide)
        taken = set(chance.sample(sorted(state.nodes), 1))
        return decider.verdict("different", taken, state.nodes.keys() - taken, "why")
    given = [verdict for state in living for verdict in state.verdicts.values()]
    if given and chance.random() < 0.3:
        verdict = chance.choice(given)
        return decider.verdict("withdrawn", verdict.left, verdict.right, "why")
    one, other = chance.choice(list(combinations(living, 2)))
    return decider.verdict(chance.choice(("same", "different")), set(one.nodes), set(other.nodes), "why")


def said(memory, state):
    doubts = sorted((doubt.pair, doubt.kind, doubt.open) for doubt in state.doubts.values())
    return (sorted(state.nodes), sorted(state.idle), sorted(state.lines), doubts, sorted(state.verdicts))


@pytest.mark.parametrize("seed", range(12))
async def test_events_and_verdicts_in_any_order(stand, seed):
    chance, memory, sent = random.Random(seed), Memory(), []
    for step in range(14):
        batch = [report(chance, [*sent, *range(n)]) for n in range(chance.randrange(1, 5))]
        sent += batch
        memory.receive(*batch)
        await stand.receive(*batch)
        if step % 3 == 2 and len(memory.living()) > 1:
            draft = decision(chance, memory, step)
            memory.take(draft)
            await stand.commands._store(draft)
    found = sorted(said(memory, state) for state in await stand.living())
    assert found == sorted(said(memory, state) for state in memory.living())
    held = [row["_id"] async for row in stand.database.holds.find({}) if row["causes"]]
    assert len({state.id for state in await stand.living()} & set(held)) == len(memory.on_hold())
    opened = [row async for row in stand.database.reviews.find({"open": True})]
    assert len(opened) == len({pair for s in memory.living() for pair, doubt in s.doubts.items() if doubt.open})
    await every_node_is_found_by_its_row(stand)
    await what_was_announced_is_what_holds(stand)
    await every_question_was_announced_as_it_stands(stand)


async def every_node_is_found_by_its_row(stand):
    world = await stand.world()
    rows = {row["_id"]: row["people"] async for row in stand.database.rows.find({})}
    tokens = {row["_id"]: row["nodes"] async for row in stand.database.tokens.find({})}
    for state in world.persons.values():
        for node in state.nodes.values():
            for key in stand.matcher.rows(node).certain:
                assert state.id in {world.living(person).id for person in rows[key]}
            for key in stand.matcher.rows(node).held:
                assert [one["id"] for one in tokens[key]].count(node.id) == 1


async def what_was_announced_is_what_holds(stand):
    await stand.commands.outbox.flush()
    world, told = await stand.world(), {}
    for letter in stand.sent:
        if letter.type == "person.changed":
            said = json.loads(letter.body)
            if said["version"] >= told.get(said["person"], said)["version"]:
                told[said["person"]] = said
    for state in world.persons.values():
        said = told[state.id]
        assert said["version"] == state.version
        if state.merged_into is None:
            snapshot = stand.settler.snapshot(state, stand.settler.dossier(state), world)
            assert said["watchlist"] == json.loads(snapshot.model_dump_json(exclude_none=True))["watchlist"]


async def every_question_was_announced_as_it_stands(stand):
    said = [json.loads(letter.body) for letter in stand.sent if letter.type == "review.changed"]
    newest = {one["review"]: one for one in sorted(said, key=lambda one: one["version"])}
    assert len({(one["review"], one["version"]) for one in said}) == len(said)
    stored = {row["_id"]: (row["v"], row["open"]) async for row in stand.database.reviews.find({})}
    assert {id: (one["version"], one["open"]) for id, one in newest.items()} == stored
