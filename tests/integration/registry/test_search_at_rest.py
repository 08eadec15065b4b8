"""The index on the real database: written by differences, read by equality."""

import pytest
from synthetic import KEYRING

from chassis.keystore import Keys
from chassis.mongo import connect
from chassis.seal import Hasher
from registry.matching import Profile, matching_table
from registry.search import card
from registry.search_store import SearchStore, search_writes
from registry.shelf import Shelf
from registry.world import PersonState

pytestmark = [pytest.mark.integration, pytest.mark.anyio]
HASHER = Hasher(bytes(range(32)))
FIRST, SECOND = (f"{number:032x}" for number in (1, 2**127))


def named(name, number="A1234567"):
    return card([Profile(full=name, birth_date="1990-02-03", documents=(("passport", "MYS", number),))])


@pytest.fixture
async def shelf(mongo_admin_url):
    async with connect(mongo_admin_url) as mongo:
        for name in ("searching", "searching_keys"):
            await mongo.drop_database(name)
        yield Shelf(mongo.searching, Keys(mongo.searching_keys, KEYRING))


@pytest.fixture
async def store(shelf):
    searching = SearchStore(shelf, HASHER, matching_table())
    await searching.prepare()
    return searching


async def change(shelf, person, before, after):
    """As the store does it when a person changes."""
    lock = await shelf.lock([("persons", person)], HASHER)
    seal = lambda card: lock.shut("search", {"p": person, "card": card})["b"]  # noqa: E731
    await shelf.database.search.bulk_write(search_writes(HASHER, PersonState(person), (before, after), seal))
    for operations in lock.writes.values():
        await shelf.keys.database.persons.bulk_write(operations)


async def people(store, text):
    return [hit.person for hit in (await store.find(text)).hits]


async def test_a_person_is_found_under_the_new_name_and_no_longer_under_the_old(shelf, store):
    before, after = named("Katharina Obermaier"), named("Katharina Wolkenstein")
    await change(shelf, FIRST, None, before)
    assert await people(store, "obermaier katharina") == [FIRST]
    await change(shelf, FIRST, before, after)
    assert await people(store, "wolkenstein") == [FIRST]
    assert await people(store, "obermaier") == []
    await change(shelf, FIRST, after, None)
    assert await shelf.database.search.find({}).to_list(None) == []


async def test_two_merged_persons_are_found_as_one(shelf, store):
    one, other = named("Tan Mei Ling", "K1111111"), named("Tan Mei Leng", "K2222222")
    for person, known in ((FIRST, one), (SECOND, other)):
        await change(shelf, person, None, known)
    papers = [(("passport", "MYS", number),) for number in ("K1111111", "K2222222")]
    names = ("Tan Mei Ling", "Tan Mei Leng")
    both = card([Profile(full=name, documents=paper) for name, paper in zip(names, papers, strict=True)])
    await change(shelf, FIRST, one, both)
    await change(shelf, SECOND, other, None)
    for text in ("K2222222", "k 1111111".replace(" ", ""), "mei ling tan", "TAN MEI LENG"):
        assert await people(store, text) == [FIRST]


async def test_a_wrong_consonant_still_finds(shelf, store):
    await change(shelf, FIRST, None, named("Katharina Wolkenstein"))
    assert await people(store, "Wolkenstejn") == [FIRST]
    assert await people(store, "Wolgenstein Catarina") == [FIRST]
    assert await people(store, "Molkenstein") == [FIRST]


async def test_very_many_of_one_name_are_said_to_be_more_than_were_looked_at(shelf, store):
    for number in range(900):
        person = f"{number % 256:02x}{number:030x}"
        await change(shelf, person, None, card([Profile(full=f"Muhammad K{number}")]))
    found = await store.find("muhammad")
    assert len(found.hits) == 20
    assert not found.complete


async def test_no_name_or_number_stands_in_the_index_in_clear(shelf, store):
    await change(shelf, FIRST, None, named("Katharina Wolkenstein"))
    async for row in shelf.database.search.find({}):
        assert "olkenstein" not in str(row)
