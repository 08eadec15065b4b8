"""Retention works by itself, on the day, until somebody says that it must wait."""

import json
from datetime import timedelta

import pytest
from registry_stand import OFFICER
from synthetic import AGENCIES, HASHER, MATCHER, NOW, READER, day, entry, leaving, night, passport

from chassis.errors import Problem
from chassis.statement import Actor
from registry.joining import Joining
from registry.legal_hold_desk import HeldFor, LegalHolds
from registry.reannounce import Reannounce
from registry.rebuild import rebuild

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

AMIR = passport("A7654321", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
DPO = Actor("dpo", "data_protection_officer", "imigrasi", "order:1")
WHY = HeldFor("SP-12/2026", "Perkara Amir di pengadilan")
YEAR = timedelta(days=366)


@pytest.fixture
def clock(stand):
    """The stand's clock, to be moved."""
    clock = [NOW]
    for part in (stand.sweep, stand.erasing):
        object.__setattr__(part, "now", lambda: clock[0])
    return clock


@pytest.fixture
def holds(stand):
    return LegalHolds(stand.store, HASHER, stand.erasing.outbox, stand.later)


async def left_in_time(stand):
    await stand.receive(entry(AMIR, 0, 29), night(AMIR, 2), leaving(AMIR, 9))
    return await stand.find("A7654321")


async def kinds(stand, person):
    return sorted(one["kind"] for one in (await stand.queries.dossier(person))["events"])


async def test_nights_go_first_then_everything_and_each_leaves_a_proof(stand, clock):
    person = await left_in_time(stand)
    assert await stand.sweep() == 0
    clock[0] = NOW + YEAR
    assert [await stand.sweep() for _ in range(2)] == [1, 0]
    assert await kinds(stand, person) == ["crossing", "crossing"]
    clock[0] = NOW + 3 * YEAR
    assert [await stand.sweep() for _ in range(2)] == [1, 0]
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(person)
    proofs = await stand.database.erasures.find({}).to_list(None)
    assert sorted((one["rule"], one["whole"], one["entries"]) for one in proofs) == [
        ("closed_lawful_stay", True, 2),
        ("lodging", False, 1),
    ]


async def test_what_somebody_may_still_find_out_is_told_three_months_before(stand, clock):
    await stand.receive(entry(AMIR, 0, 29))
    person = await stand.find("A7654321")
    clock[0] = NOW.replace(year=2030)
    assert await stand.sweep.reminders() == []
    clock[0] = NOW.replace(year=2031, month=1)
    assert await stand.sweep.reminders() == [{"person": person, "on": f"2031{day(29)[4:]}"}]
    assert await stand.sweep() == 0


@pytest.mark.parametrize("part", [False, True], ids=["the person", "one event"])
async def test_a_legal_hold_stops_it_until_it_is_lifted(stand, clock, holds, part):
    person = await left_in_time(stand)
    exits = [one for one in (await stand.queries.dossier(person))["events"] if one.get("action") == "exit"]
    hold = await holds.set(person, exits[0]["key"] if part else None, WHY, DPO)
    clock[0] = NOW + 4 * YEAR
    await stand.sweep()
    assert "crossing" in await kinds(stand, person)
    assert len(await kinds(stand, person)) == (1 if part else 3)
    await holds.lift(hold, HeldFor("SP-13/2026", "selesai"), DPO)
    # Of a stay that is gone but for its exit no entry is known any more: it is kept for longer.
    clock[0] = NOW + (6 if part else 4) * YEAR
    assert await stand.sweep() == 1
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(person)
    with pytest.raises(Problem, match="lifted"):
        await holds.lift(hold, WHY, DPO)
    assert [one["on"] for one in await holds.all()] == [False]


async def test_a_legal_hold_stays_with_the_claims_when_two_become_one(stand, clock, holds):
    person = await left_in_time(stand)
    await stand.receive(entry(passport("B7654321"), 0, 29), leaving(passport("B7654321"), 9))
    other = await stand.find("B7654321")
    await holds.set(person, None, WHY, DPO)
    [one] = await stand.commands.judge((person, other), "same", "satu orang", OFFICER)
    clock[0] = NOW + 9 * YEAR
    assert await stand.sweep() == 0
    assert len(await kinds(stand, one)) == 5


async def told(stand):
    await stand.erasing.outbox.flush()
    letters = [json.loads(one.body) for one in stand.sent if one.type == "legal_hold.changed"]
    stand.sent.clear()
    return [(one["hold"], one["person"], one["on"]) for one in letters]


async def test_a_legal_hold_is_told_of_both_who_were_one_and_ends_for_both(stand, clock, holds):
    person = await left_in_time(stand)
    await stand.receive(entry(passport("B7654321"), 0, 29))
    [one] = await stand.commands.judge((person, await stand.find("B7654321")), "same", "satu orang", OFFICER)
    hold = await holds.set(one, None, WHY, DPO)
    assert await told(stand) == [(hold, one, True)]
    verdict = (await stand.queries.dossier(one))["verdicts"][-1]["key"]
    parted = await stand.commands.withdraw(one, verdict, "keliru", OFFICER)
    [other] = set(parted) - {one}
    assert await told(stand) == [(hold, other, True)]
    announcing = Reannounce(stand.database, stand.store, stand.settler, AGENCIES, stand.publish)
    await announcing()
    assert await told(stand) == [(hold, who, True) for who in sorted(parted)]
    await holds.lift(hold, WHY, DPO)
    assert [(id, on) for id, _, on in await told(stand)] == [(hold, False)]


async def test_a_legal_hold_on_an_event_is_told_of_whoever_has_it_after_a_correction_parted_two(stand, clock, holds):
    amir = {**AMIR, "documents": [*AMIR["documents"], *passport("B7654321")["documents"]]}
    mine, theirs = entry(AMIR, 1, 30), entry(passport("B7654321"), 1, 30)
    await stand.receive(mine, theirs, entry(amir, 0, 29, id="e"))
    [one] = [state.id for state in await stand.living()]
    events = [READER.read(incoming).key for incoming in (mine, theirs)]
    keys = {event: await holds.set(one, event, WHY, DPO) for event in events}
    await told(stand)
    await stand.receive(entry(AMIR, 0, 29, id="k", corrects="e"))
    [other] = [state for state in await stand.living() if state.id != one]
    [event] = {line.key for line in other.parsed()} & set(events)
    assert await told(stand) == [(keys[event], other.id, True)]


async def test_a_legal_hold_is_an_entry_of_the_log_that_names_nobody_in_clear(stand, holds):
    person = await left_in_time(stand)
    with pytest.raises(Problem, match="not_allowed"):
        await holds.set(person, None, WHY, OFFICER)
    key = await holds.set(person, None, WHY, DPO)
    row = await stand.database.log.find_one({"_id": key})
    assert (row["agency"], row["kind"], row["action"], row["subjects"]) == ("tapal", "legal_hold", "held", [])
    assert "SP-12" not in str(row)
    [opened] = await stand.shelf.opened("log", [row])
    assert b"SP-12/2026" in opened["parts"][0]["bytes"]
    entries = await stand.shelf.opened("log", await stand.database.log.find({}).to_list(None))
    world = rebuild(entries, READER, Joining(MATCHER, iter("abcdef").__next__))
    assert len([one for one in world.persons.values() if one.nodes]) == 1


async def test_what_was_refused_goes_after_a_year_with_its_keys(stand, clock):
    await stand.intake.refuse([(_broken(), ValueError())])
    assert await stand.database.quarantine.count_documents({}) == 1
    clock[0] = NOW + YEAR + timedelta(days=1)
    await stand.sweep()
    for database in (stand.database, stand.shelf.keys.database):
        assert await database.quarantine.count_documents({}) == 0
    [proof] = await stand.database.erasures.find({}).to_list(None)
    assert (proof["rule"], proof["entries"]) == ("refused", 1)


async def test_what_is_refused_again_after_its_year_goes_again(stand, clock):
    for _ in range(2):
        object.__setattr__(stand.intake, "now", lambda: clock[0])
        await stand.intake.refuse([(_broken(), ValueError())])
        clock[0] += YEAR + timedelta(days=1)
        await stand.sweep()
        assert await stand.database.quarantine.count_documents({}) == 0
    assert await stand.database.erasures.count_documents({"rule": "refused"}) == 2


async def test_whoever_only_told_what_was_taken_back_goes_too(stand, clock):
    first = entry(AMIR, 0, 29, id="e")
    await stand.receive(first, entry(passport("B7654321"), 0, 29, id="k", corrects="e"))
    amir = await stand.database.persons.find_one({"due": f"2031{day(0)[4:]}"})
    # As it was stored before such a person had a day.
    await stand.database.persons.update_one({"_id": amir["_id"]}, {"$unset": {"due": "", "due_rule": ""}})
    clock[0] = NOW.replace(year=2031, month=1, day=15)
    assert [await stand.sweep() for _ in range(2)] == [1, 0]
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(amir["_id"])
    assert await stand.find("B7654321") is not None


def _broken():
    return entry(AMIR, 0, 29)


async def test_whoever_something_waits_for_is_kept(stand, clock):
    person = await left_in_time(stand)
    await stand.database.holds.insert_one({"_id": person, "v": 1, "causes": ["opaque"]})
    clock[0] = NOW + 9 * YEAR
    assert await stand.sweep() == 0
    assert len(await kinds(stand, person)) == 3
