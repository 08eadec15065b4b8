"""Whoever is erased is gone: from the log, the dossiers, the search and every copy; what others know stays."""

import json

import pytest
from registry_stand import OFFICER
from synthetic import AGENCIES, HASHER, MATCHER, NOW, READER, day, entry, event, leaving, moment, night, passport

from chassis import writing
from chassis.errors import Problem
from chassis.listing import Asked
from chassis.sealer import Sealer
from registry.erasing import Order
from registry.joining import Joining
from registry.rebuild import rebuild
from registry.sealer import chains_of, kept_log
from registry.verify import inspect_log

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

AMIR = passport("A7654321", name={"full": "Amir bin Sintetis"}, birth_date="1990-04-02")
LIWEI = passport("B7654321", name={"full": "Li Wei Contoh"}, birth_date="1971-12-31")


async def erase(stand, person, events=None):
    return await stand.erasing(lambda _: Order("test", events), person)


def together():
    """A check that met both."""
    found = {"documents_shown": "seen", "staying": "mess", "activity": "none", "activity_basis": "seen"}
    data = {"kind": "person", "basis": "order", "order_no": "O1", "village": "61.06.14.2001", "screening": "done"}
    data["persons"] = [{**found, "person": AMIR}, {**found, "person": LIWEI}]
    return event("polres", "check", data, moment(3))


async def both(stand):
    """Amir with an entry, a night and an exit; Li Wei with an entry; a check that met both."""
    await stand.receive(entry(AMIR, 0, 29), night(AMIR, 2), leaving(AMIR, 9), entry(LIWEI, 1, 30), together())
    return await stand.find("A7654321"), await stand.find("B7654321")


def told(stand, kind):
    return [json.loads(letter.body) for letter in stand.sent if letter.type == kind]


async def dump(database):
    return {name: await database[name].find({}).to_list(None) for name in await database.list_collection_names()}


async def test_an_erased_person_is_nobody_and_whom_he_met_is_as_before(stand):
    amir, liwei = await both(stand)
    before = await stand.queries.dossier(liwei)
    assert await erase(stand, amir)
    assert not await erase(stand, amir)
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(amir)
    assert await stand.find("A7654321") is None
    assert (await stand.queries.search("Amir Sintetis", 20))["items"] == []
    assert await stand.queries.dossier(liwei) == before
    shared = next(one["key"] for one in before["events"] if one["kind"] == "check")
    raw = (await stand.queries.event(liwei, shared))["raw"]
    assert [one is None for one in raw["data"]["persons"]] == [True, False]


async def test_its_keys_are_gone_and_a_proof_without_a_name_stays(stand):
    amir, liwei = await both(stand)
    await erase(stand, amir)
    left = await dump(stand.shelf.keys.database)
    assert {row["_id"] for row in left["persons"]} == {liwei}
    assert len(left["nodes"]) == len(left["log"]) - 1 == 1
    [proof] = (await dump(stand.database))["erasures"]
    assert (proof["person"], proof["rule"], proof["entries"], proof["parts"], proof["whole"]) == (
        amir,
        "test",
        4,
        4,
        True,
    )
    assert {type(value) for value in proof.values()} <= {str, int, bool, type(NOW)}
    [row] = await stand.database.persons.find({"_id": amir}).to_list(None)
    assert row == {"_id": amir, "v": row["v"], "merged_into": None, "erased": True}


async def test_it_is_announced_in_the_same_transaction_and_again_when_old_events_are_sent_again(stand):
    amir, _ = await both(stand)
    stand.sent.clear()
    await erase(stand, amir)
    assert stand.sent == []  # it waits in the outbox
    await stand.erasing.outbox.flush()
    erased = {one["person"]: one for one in told(stand, "person.erased")}
    stand.sent.clear()
    await stand.receive(entry(AMIR, 0, 29), together())
    assert erased[amir] in told(stand, "person.erased")
    outcomes = [one for issued in told(stand, "receipts.issued") for one in issued["receipts"]]
    assert [(one["outcome"], one["repeat"]) for one in outcomes] == [("accepted", True)] * 2
    assert await stand.find("A7654321") is None
    assert {one["person"] for one in told(stand, "person.changed")} == {await stand.find("B7654321")}


async def test_a_late_correction_of_what_was_erased_is_taken_and_kept_of_nobody(stand):
    first = entry(AMIR, 0, 29)
    await stand.receive(first)
    await erase(stand, await stand.find("A7654321"))
    late = entry(AMIR, 1, 29, corrects=json.loads(first.body)["id"])
    await stand.receive(late)
    assert await stand.find("A7654321") is None
    [row] = [row for row in await stand.database.log.find({}).to_list(None) if row["target"]]
    assert (row["body"], row["parts"], row["outcome"]) == (b"", [], "accepted")


async def test_nor_does_a_correction_of_a_late_correction_bring_anybody_back(stand):
    await stand.receive(entry(AMIR, 0, 29, id="e"))
    await erase(stand, await stand.find("A7654321"))
    for number in (1, 2):
        await stand.receive(entry(AMIR, number, 29, id=f"k{number}", corrects=f"k{number - 1}" if number > 1 else "e"))
        assert await stand.find("A7654321") is None
    rows = await stand.database.log.find({}).to_list(None)
    assert [row["body"] for row in rows if row["target"]] == [b"", b""]


async def test_what_comes_after_its_erased_correction_is_kept_of_nobody(stand):
    await stand.receive(entry(AMIR, 1, 29, id="k", corrects="e"))
    await erase(stand, await stand.find("A7654321"))
    await stand.receive(entry(AMIR, 0, 29, id="e"))
    assert await stand.find("A7654321") is None


async def test_what_was_corrected_to_a_living_person_is_corrected_on_there(stand):
    await stand.receive(entry(AMIR, 0, 29, id="e"))
    await stand.receive(entry(LIWEI, 0, 29, id="k1", corrects="e"))
    liwei = await stand.find("B7654321")
    await erase(stand, await stand.find("A7654321"))

    async def ends():
        return [stay["ends"] for stay in (await stand.queries.dossier(liwei))["snapshot"]["stays"]]

    await stand.receive(entry(LIWEI, 1, 20, id="k2", corrects="e"))
    assert await ends() == [day(20)]
    # That it was the erased one after all: nobody is made of it, and it is no longer this one's.
    await stand.receive(entry(AMIR, 2, 20, id="k3", corrects="k2"))
    assert await ends() == []
    assert await stand.find("A7654321") is None


async def test_an_erased_night_does_not_come_back_by_a_correction_while_its_guest_lives(stand):
    await stand.receive(entry(AMIR, 0, 29), night(AMIR, 2, id="n"), leaving(AMIR, 9))
    amir = await stand.find("A7654321")
    [key] = [one["key"] for one in (await stand.queries.dossier(amir))["events"] if one["kind"] == "lodging"]
    await erase(stand, amir, frozenset({key}))
    await stand.receive(night(AMIR, 3, ref="2", id="k", corrects="n"))
    shown = [one["kind"] for one in (await stand.queries.dossier(amir))["events"]]
    assert "lodging" not in shown


async def test_a_corrected_check_tells_of_who_is_left_alone(stand):
    amir, liwei = await both(stand)
    await erase(stand, amir)
    check = json.loads(together().body)
    late = event("polres", "check", {**check["data"], "village": "61.06.14.2002"}, moment(4), corrects=check["id"])
    await stand.receive(late)
    assert await stand.find("A7654321") is None
    counting = [one for one in (await stand.queries.dossier(liwei))["events"] if one["kind"] == "check"]
    assert [one["superseded"] for one in counting] == [True, False]
    raw = (await stand.queries.event(liwei, counting[1]["key"]))["raw"]
    assert [one is None for one in raw["data"]["persons"]] == [True, False]
    entries = await stand.shelf.opened("log", await stand.database.log.find({}).to_list(None))
    world = rebuild(entries, READER, Joining(MATCHER, iter(["x", "y"]).__next__))
    assert [stand.settler.dossier(one).name for one in world.persons.values() if one.nodes] == ["Li Wei Contoh"]


async def test_cut_short_anywhere_nothing_is_erased_and_the_next_turn_erases(stand, monkeypatch):
    amir, _ = await both(stand)
    before = await dump(stand.database), await dump(stand.shelf.keys.database)
    write, steps, last = writing._write, [], []

    async def cut_short(*arguments):
        done = await write(*arguments)
        steps.append(arguments)
        if len(steps) >= last[0]:
            raise RuntimeError
        return done

    monkeypatch.setattr(writing, "_write", cut_short)
    for step in (1, 2):
        steps[:], last[:] = [], [step]
        with pytest.raises(RuntimeError):
            await erase(stand, amir)
        assert (await dump(stand.database), await dump(stand.shelf.keys.database)) == before
    monkeypatch.undo()
    assert await erase(stand, amir)
    assert (await dump(stand.database))["outbox"]


async def test_the_chain_is_whole_before_and_after(stand):
    amir, _ = await both(stand)
    sealer = Sealer(stand.client, stand.database, kept_log(HASHER), lambda: NOW)
    await sealer.turn(chains_of(AGENCIES))
    await erase(stand, amir)
    found = await inspect_log(stand.database, HASHER, sorted(AGENCIES), {})
    assert [one.findings for one in found if one.findings] == []
    assert sum(one.entries for one in found) == 5


async def test_what_is_made_anew_from_the_log_lacks_him_alone(stand):
    amir, liwei = await both(stand)
    before = await stand.queries.dossier(liwei)
    await erase(stand, amir)
    entries = await stand.shelf.opened("log", await stand.database.log.find({}).to_list(None))
    world = rebuild(entries, READER, Joining(MATCHER, iter(["x", "y"]).__next__))
    [state] = [one for one in world.persons.values() if one.nodes]
    assert {line.key for line in state.parsed()} == {one["key"] for one in before["events"]}
    assert stand.settler.dossier(state).name == "Li Wei Contoh"


async def test_a_copy_from_before_put_back_stays_unread(stand):
    amir, liwei = await both(stand)
    copy = await dump(stand.database)
    await erase(stand, amir)
    for name, rows in copy.items():
        await stand.database[name].delete_many({})
        await stand.database[name].insert_many(rows)
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(amir)
    assert (await stand.queries.search("Amir Sintetis", 20))["items"] == []
    opened = await stand.shelf.opened("log", copy["log"])
    assert "Amir" not in str(opened)
    assert "Li Wei" in str(opened)
    assert (await stand.queries.dossier(liwei))["name"] == "Li Wei Contoh"
    await stand.receive(leaving(AMIR, 12))
    again = await stand.find("A7654321")
    assert again != amir
    assert len((await stand.queries.dossier(again))["events"]) == 1


async def test_whoever_was_merged_is_erased_under_every_id(stand):
    amir, liwei = await both(stand)
    [person] = await stand.commands.judge((amir, liwei), "same", "satu orang", OFFICER)
    other = ({amir, liwei} - {person}).pop()
    await erase(stand, person)
    await stand.erasing.outbox.flush()
    assert {one["person"] for one in told(stand, "person.erased")} >= {person, other}
    keys = await dump(stand.shelf.keys.database)
    assert [name for name in keys if keys[name] and name != "parties"] == []
    for id in (person, other):
        with pytest.raises(Problem, match="erased"):
            await stand.queries.dossier(id)


async def test_after_a_split_an_older_copy_of_the_other_half_dies_with_it(stand):
    amir, liwei = await both(stand)
    [person] = await stand.commands.judge((amir, liwei), "same", "satu orang", OFFICER)
    copy = await stand.database.persons.find({"_id": person}).to_list(None)
    verdict = (await stand.queries.dossier(person))["verdicts"][-1]["key"]
    await stand.commands.withdraw(person, verdict, "keliru", OFFICER)
    gone = ({amir, liwei} - {person}).pop()
    await erase(stand, gone)
    await stand.database.persons.replace_one({"_id": person}, copy[0])
    with pytest.raises(Exception, match="persons"):
        await stand.queries.dossier(person)


async def test_part_of_a_person_goes_and_older_copies_of_it_too(stand):
    amir, _ = await both(stand)
    copy = await stand.database.persons.find({"_id": amir}).to_list(None)
    [key] = [one["key"] for one in (await stand.queries.dossier(amir))["events"] if one["kind"] == "lodging"]
    assert await erase(stand, amir, frozenset({key}))
    shown = await stand.queries.dossier(amir)
    assert key not in {one["key"] for one in shown["events"]}
    assert len(shown["events"]) == 3
    assert [hit["person"] for hit in (await stand.queries.search("Amir Sintetis", 20))["items"]] == [amir]
    assert await stand.shelf.keys.of("log", [key]) == {}
    assert len(await stand.shelf.keys.of("persons", [amir], anew=True)) == 1
    await stand.database.persons.replace_one({"_id": amir}, copy[0])
    with pytest.raises(Exception, match="persons"):
        await stand.queries.dossier(amir)


async def test_a_guarantor_who_is_a_person_goes_with_the_last_who_names_him(stand):
    def permit(who, number):
        data = {"action": "granted", "person": who, "permit_no": number, "kind": "C312", "issued_on": "2026-01-02"}
        sponsor = {"kind": "person", "id": "6106010101700001", "name": "Bapak Penjamin"}
        return event(
            "imigrasi",
            "permit",
            {**data, "valid_from": "2026-01-02", "valid_until": "2026-12-01", "sponsor": sponsor},
            moment(2),
        )

    await stand.receive(permit(AMIR, "P-1"), permit(LIWEI, "P-2"))
    [party] = [row["_id"] for row in await stand.database.parties.find({}).to_list(None)]
    await erase(stand, await stand.find("A7654321"))
    assert (await stand.queries.party(party))["names"][0]["value"] == "Bapak Penjamin"
    await erase(stand, await stand.find("B7654321"))
    with pytest.raises(Problem, match="unknown_party"):
        await stand.queries.party(party)
    data, keys = await dump(stand.database), await dump(stand.shelf.keys.database)
    assert [name for name in ("parties", "party_keys", "mentions") if data[name]] == []
    assert keys["parties"] == []


async def test_nobody_waits_any_more_for_who_an_erased_person_was(stand):
    one = passport("A1111111", name={"full": "Katharina Obermaier"}, birth_date="1990-04-02")
    other = {"name": {"full": "Katharina Obermeier"}, "birth_date": "1990-04-02"}
    await stand.receive(entry(one, 0, 29), night(other, 5))
    [row] = await stand.database.reviews.find({"open": True}).to_list(None)
    first = await stand.find("A1111111")
    [second] = [state.id for state in await stand.living() if state.id != first]
    await erase(stand, first)
    await stand.erasing.outbox.flush()
    assert told(stand, "review.changed")[-1] == {
        "review": row["_id"],
        "version": row["v"] + 1,
        "people": [second],
        "kind": row["kind"],
        "open": False,
    }
    assert (await stand.reviews.queue(Asked("-total", None, 10)))["total"] == 0
    assert [hold["on"] for hold in told(stand, "hold.changed") if hold["person"] == second][-1] is False
