"""Who is who on the real database: races, verdicts, reviews, and that a restart forgets nothing."""

import asyncio
import json

import pytest
from memory import Memory
from registry_stand import OFFICER, RegistryStand
from synthetic import entry, event, leaving, moment, night, passport

from chassis.errors import Problem
from chassis.listing import Asked

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

AMIR = passport("A1", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
MISTYPED = passport("A1", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-20")
OTHER = passport("B7", name={"full": "Li Wei Contoh"}, birth_date="1971-12-31")
UNDOCUMENTED = {"name": {"full": "SINTETIS AMIR BIN"}, "birth_date": "1990-04-02", "citizenship": "UTO", "sex": "M"}


def bare(memory, state):
    return memory._bare(memory.settler.dossier(state))


NAMES = ("Gawing Nanta", "Hu Wenqing", "Ravi Perumal", "Sari Wulandari", "Omar Khalid", "Peter Johansson", "Lina Mbeki")


async def same_as_in_memory(stand, *batches):
    memory = Memory()
    for batch in batches:
        memory.receive(*batch)
        await stand.receive(*batch)
    found = sorted((bare(memory, state) for state in await stand.living()), key=str)
    assert [item[1:] for item in found] == [item[1:] for item in memory.people()]
    held = [row["_id"] async for row in stand.database.holds.find({}) if row["causes"]]
    assert len(held) == len(memory.on_hold())
    doubts = [len(state.doubts) for state in await stand.living()]
    assert sorted(doubts) == sorted(len(state.doubts) for state in memory.living())


async def test_what_is_stored_is_what_the_pure_core_makes_of_it(stand):
    await same_as_in_memory(
        stand,
        [entry(AMIR, 0, 29), night(OTHER, 3)],
        [night(MISTYPED, 5), night(UNDOCUMENTED, 6, ref="2")],
        [event("imigrasi", "document", {"action": "lost", "document": AMIR["documents"][0]}, moment(7))],
        [leaving(passport("B7"), 9), night(OTHER, 3)],
    )


async def test_three_workers_racing_on_new_persons_make_no_twins(mongo_admin_url, stand):
    people = [
        passport(f"R{n}00{n}", name={"full": name}, birth_date=f"19{60 + 2 * n}-0{n % 9 + 1}-1{n % 7}")
        for n, name in enumerate(NAMES)
    ]
    workers = [stand, *(RegistryStand(stand.client, stand.database, []) for _ in range(2))]

    async def work(number):
        for who in people[2 * number :] + people[: 2 * number]:
            await workers[number].receive(night(who, number + 1, ref=str(number)))

    await asyncio.gather(*map(work, range(3)))
    living = await stand.living()
    assert sorted(len(state.lines) for state in living) == [3] * len(NAMES)


async def test_workers_racing_on_claims_that_may_be_one_person_find_each_other(stand):
    """Both are new, and neither writer sees the other's: the rows they looked up make one of them look again."""
    other = RegistryStand(stand.client, stand.database, [])
    for n, name in enumerate(NAMES):
        with_passport = passport(f"N{n}00{n}", name={"full": name}, birth_date=f"19{60 + 2 * n}-0{n + 1}-17")
        mistyped = {**with_passport, "birth_date": f"19{60 + 2 * n}-0{n + 1}-18"}
        await asyncio.gather(stand.receive(entry(with_passport, 0, 29)), other.receive(night(mistyped, 3)))
    queue = await stand.reviews.queue(Asked("-total", None, 50))
    assert len(queue["items"]) == len(NAMES)
    pages, after = [], None
    while not pages or after:
        page = await stand.reviews.queue(Asked("-total", after, 1))
        pages, after = [*pages, *page["items"]], page["next"]
    assert pages == queue["items"]


async def test_a_pair_is_reviewed_with_both_sides_and_the_parts_of_the_score(stand):
    await stand.receive(entry(AMIR, 0, 29))
    await stand.receive(night(MISTYPED, 5))
    assert len({row["_id"] async for row in stand.database.holds.find({}) if row["causes"]}) == 2
    [item] = (await stand.reviews.queue(Asked("-total", None, 50)))["items"]
    assert "Amir" not in json.dumps(item, default=str)
    pair = await stand.reviews.one(item["id"])
    assert {side["birth_dates"][0] for side in pair["sides"]} == {"1990-04-02", "1990-04-20"}
    assert {part["field"] for part in pair["parts"]} >= {"name", "birth_date"}
    people = await stand.commands.judge(await stand.reviews.people(item["id"]), "same", "one digit", OFFICER)
    assert len(people) == len(await stand.living()) == 1
    assert (await stand.reviews.queue(Asked("-total", None, 50)))["items"] == []
    assert [v["by"] for v in (await stand.queries.dossier(people[0]))["verdicts"]] == ["sup"]


async def test_a_merge_and_its_withdrawal_give_back_both_persons(stand):
    await stand.receive(entry(AMIR, 0, 29), night(OTHER, 3))
    before = {state.id: set(state.lines) for state in await stand.living()}
    one, other = sorted(before)
    await stand.commands.judge((one, other), "same", "the same face", OFFICER)
    [state] = await stand.living()
    [verdict] = state.verdicts
    people = await stand.commands.withdraw(state.id, verdict, "a mistake", OFFICER)
    assert people == sorted(before)
    assert {state.id: set(state.lines) for state in await stand.living()} == before
    await stand.receive(leaving(AMIR, 9), leaving(OTHER, 10))
    assert {state.id: len(state.lines) for state in await stand.living()} == {one: 2, other: 2}


async def test_a_part_of_a_person_can_be_split_off_and_keeps_what_comes_later(stand):
    await stand.receive(entry(AMIR, 0, 29))
    await stand.receive(event("imigrasi", "document", replaced("A1", "B7"), moment(4)), night(passport("B7"), 6))
    [state] = await stand.living()
    [node] = [node.id for node in state.nodes.values() if [d[2] for d in node.profile.documents] == ["B7"]]
    people = await stand.commands.split(state.id, {node}, "another man", OFFICER)
    assert len(people) == 2
    await stand.receive(leaving(passport("B7"), 8))
    lines = {s.id: sorted(line.kind for line in s.parsed()) for s in await stand.living()}
    assert sorted(lines.values()) == [["crossing", "document"], ["crossing", "lodging"]]


async def test_whoever_was_stored_is_found_in_any_order_and_spelling_and_by_the_hotel(stand):
    await stand.receive(entry(AMIR, 0, 29), night(AMIR, 3), entry(OTHER, 0, 29))
    [amir], [other] = [[s.id for s in await stand.living() if who in s.card.decode()] for who in ("Amir", "Li Wei")]
    for text in ("sintetis amir", "Ameer Sintetis", "A1 02-04-1990", "Sintetis 61.06.14.2001"):
        assert [hit["person"] for hit in (await stand.queries.search(text, 5))["items"]][:1] == [amir], text
    await stand.commands.judge((amir, other), "same", "why", OFFICER)
    [state] = await stand.living()
    found = (await stand.queries.search("li wei contoh", 5))["items"]
    assert [hit["person"] for hit in found] == [state.id]
    await stand.commands.withdraw(state.id, next(iter(state.verdicts)), "a mistake", OFFICER)
    assert [hit["person"] for hit in (await stand.queries.search("li wei contoh", 5))["items"]] == [other]


async def test_a_party_has_a_history_of_its_own(stand, monkeypatch):
    hotel = {"kind": "lodging", "id": "H-1", "village": "61.06.14.2001"}
    await stand.receive(night(AMIR, 3, id="1"), night(OTHER, 4, id="2"), night(OTHER, 6, id="3"))
    await stand.receive(event("phri-kh", "lodging", None, moment(7), voids="3"))
    [row] = await stand.database.parties.find({}).to_list(None)
    party = await stand.queries.party(row["_id"])
    assert (party["kind"], [item["value"] for item in party["ids"]]) == ("lodging", [hotel["id"]])
    assert [(found["role"], found["superseded"]) for found in party["events"]] == [
        ("establishment", True),
        ("establishment", False),
        ("establishment", False),
    ]
    assert sorted(party["people"]) == sorted(state.id for state in await stand.living())
    assert party["complete"]
    monkeypatch.setattr("registry.queries.MOST_MENTIONS", 2)
    newest = await stand.queries.party(row["_id"])
    assert (newest["events"], newest["complete"]) == (party["events"][:2], False)
    with pytest.raises(Problem):
        await stand.queries.party("nobody")


def replaced(old, new):
    papers = [{"kind": "passport", "number": number, "issuer": "UTO"} for number in (old, new)]
    return {"action": "replaced", "document": papers[0], "new_document": papers[1], "person": {"name": AMIR["name"]}}


@pytest.mark.parametrize("nodes", [set(), {"unknown"}], ids=["nothing", "what is not of the person"])
async def test_a_split_that_parts_nothing_is_refused(stand, nodes):
    await stand.receive(entry(AMIR, 0, 29))
    [state] = await stand.living()
    with pytest.raises(Problem) as refused:
        await stand.commands.split(state.id, nodes, "why", OFFICER)
    assert refused.value.code == "not_a_part"


async def test_a_contested_event_holds_and_is_decided(stand):
    await stand.receive(entry(AMIR, 0, 29), night(AMIR, 40))
    [state] = await stand.living()
    [line] = [line for line in state.parsed() if line.kind == "lodging"]
    await stand.commands.on_event((state.id, line.key), "contested", "was not there", OFFICER)
    with pytest.raises(Problem) as refused:
        await stand.commands.on_event((state.id, line.key), "contested", "again", OFFICER)
    assert refused.value.code == "not_contested"
    assert (await stand.queries.dossier(state.id))["contested"] is True
    await stand.commands.on_event((state.id, line.key), "set_aside", "rooms mixed up", OFFICER)
    dossier = await stand.queries.dossier(state.id)
    assert (dossier["contested"], dossier["snapshot"]["lodgings"]) == (False, [])
    assert await stand.database.log.find_one({"_id": line.key}) is not None
