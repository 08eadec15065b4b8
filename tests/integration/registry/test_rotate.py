"""The master key is changed while events come in: everything is read under the new one, and the erased stay erased."""

import asyncio

import pytest
from registry_stand import RegistryStand
from synthetic import entry, master_file, passport

from chassis.errors import Problem
from chassis.keyring import Keyring, line_of_new_master
from chassis.keystore import Keys
from chassis.rewrapping import rewrap
from registry.erasing import Order

pytestmark = [pytest.mark.integration, pytest.mark.anyio]


@pytest.fixture
def masters(stand):
    """The stand's master keys in a file of its own."""
    file = master_file()
    stand.shelf.keys.keyring = Keyring(file)
    return file


def add(file):
    file.write_text(file.read_text() + line_of_new_master())


async def people(stand: RegistryStand, first, count):
    for number in range(first, first + count):
        await stand.receive(entry(passport(f"R{number:07}", name={"full": f"Contoh Nomor {number}"}), 0, 29))


async def test_all_is_read_under_the_new_master_alone_and_nothing_waits_meanwhile(stand, masters):
    await people(stand, 0, 8)
    add(masters)
    fresh = Keys(stand.shelf.keys.database, Keyring(masters))
    (done, _), _ = await asyncio.gather(rewrap(fresh), people(stand, 8, 8))
    assert done >= 8
    again, left = await rewrap(fresh)
    assert (left, await rewrap(fresh)) == (0, (0, 0))
    assert again <= 8
    masters.write_text(masters.read_text().splitlines()[-1])
    stand.shelf.keys = Keys(stand.shelf.keys.database, Keyring(masters))
    for number in range(16):
        shown = await stand.queries.dossier(await stand.find(f"R{number:07}"))
        assert shown["name"] == f"Contoh Nomor {number}"


async def test_stopped_in_the_middle_both_masters_read_and_it_goes_on_from_there(stand, masters, monkeypatch):
    await people(stand, 0, 6)
    add(masters)
    keys = Keys(stand.shelf.keys.database, Keyring(masters))
    names = sorted(await keys.database.list_collection_names())

    async def only_the_first():
        return names[:1]

    monkeypatch.setattr(type(keys.database), "list_collection_names", lambda _: only_the_first())
    await rewrap(keys)
    monkeypatch.undo()
    stand.shelf.keys = Keys(keys.database, Keyring(masters))
    assert (await stand.queries.dossier(await stand.find("R0000003")))["name"] == "Contoh Nomor 3"
    done, left = await rewrap(keys)
    assert (done > 0, left) == (True, 0)


async def test_a_key_destroyed_while_its_row_is_read_does_not_come_back(stand, masters, monkeypatch):
    await people(stand, 0, 2)
    person = await stand.find("R0000000")
    add(masters)
    keys = Keys(stand.shelf.keys.database, Keyring(masters))
    opened = keys.opened

    def slowly(name, row):
        rows.append(row["_id"])
        return opened(name, row)

    rows = []
    monkeypatch.setattr(keys, "opened", slowly)
    page = await keys.database.persons.find({}).to_list(None)
    assert await stand.erasing(lambda _: Order("test"), person)
    stale = lambda self, *_, **__: _Page(page if self.name == "persons" else [])  # noqa: E731
    monkeypatch.setattr(type(keys.database.persons), "find", stale)
    await rewrap(keys)
    monkeypatch.undo()
    assert person in rows
    assert await keys.database.persons.find_one({"_id": person}) is None
    with pytest.raises(Problem, match="erased"):
        await stand.queries.dossier(person)


class _Page:
    """A cursor that read its page before somebody else wrote."""

    def __init__(self, rows):
        self.rows = rows

    async def to_list(self, _):
        rows, self.rows = self.rows, []
        return rows
