"""What is typed finds the person meant, and says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching import Profile, matching_table
from registry.ranking import fits, ranked
from registry.search import Card, card, changes, entries, parse, stages, variants

TABLE = matching_table()
PAPERS = (("passport", "MYS", "A12345678"),)
SITI = card(
    [
        Profile(full="Siti Nurhaliza binti Tarudin", birth_date="1987-11-23", documents=PAPERS),
        Profile(full="NURHALIZA TARUDIN SITI", birth_date="1987-11"),
    ],
    places=["61.06.14.2001"],
    parties=[("NIB-00012", "Hotel Sentarum"), (None, "PT Kapuas Raya")],
)
WANG = card([Profile(full="王小明", birth_date="1990-01-02"), Profile(surname="WANG", given="XIAOMING")])
OTHERS = {
    f"o{n}": card([Profile(full=name, birth_date="1987-11-23")])
    for n, name in enumerate(("Siti Aminah", "Igor Petrov"))
}
PEOPLE = {"siti": SITI, "wang": WANG, **OTHERS}


def found(text):
    query, cards, hits = parse(text), {}, []
    for stage in (*stages(query), tuple(variants(query))):
        cards |= {person: one for person, one in PEOPLE.items() if entries(one) & set(stage)}
        hits = ranked(query, cards, TABLE)
        if fits(query, hits):
            break
    return hits


@pytest.mark.parametrize(
    "text",
    [
        "Siti Nurhaliza",
        "tarudin nurhaliza siti",
        "Nurhalizah",
        "Siti Nurhalisa Tarudin",
        "nurhaliza tarudim",
        "ستي نورهاليزا",
        "A1234 5678".replace(" ", ""),
        "a-12345678",
        "tarudin 1987",
        "Tarudin 23/11/1987",
        "tarudin 23.11.1987",
        "Nurhaliza 61.06.14",
        "61.06.14.2001",
        "61.06.14",
        "Sentarum",
        "hotel sentarum",
        "NIB-00012",
        "kapuas raya",
    ],
)
def test_a_person_is_found_first_by(text):
    assert found(text)[0].person == "siti"


@pytest.mark.parametrize("text", ["wang xiaoming", "Xiaoming Wang", "王小明", "1990-01-02", "02-01-1990"])
def test_another_script_and_another_order_find_too(text):
    assert found(text)[0].person == "wang"


def test_a_hit_is_explained_part_by_part():
    hit = found("nurhaliza tarudin 1987-11-23")[0]
    assert [part.field for part in hit.parts] == ["name", "birth_date"]
    assert hit.total == pytest.approx(sum(part.weight for part in hit.parts))


def test_who_fits_less_comes_later_and_who_fits_nothing_not_at_all():
    people = [hit.person for hit in ranked(parse("siti nurhaliza 1987-11-23"), PEOPLE, TABLE)]
    assert people[0] == "siti"
    assert "wang" not in people


def test_names_that_differ_only_in_writing_are_kept_once():
    assert len(card([Profile(full="Mohd Ali"), Profile(full="MUHAMMAD ALI")]).names) == 1


def test_an_empty_line_finds_nobody():
    assert found("  ") == []
    assert entries(Card()) == frozenset()


TEXTS = st.text(max_size=30) | st.sampled_from(["Siti", "61.06.14", "1987-99-99", "A1", "@", "12/31/1999"])
CARDS = st.builds(
    lambda names, births, numbers: card(
        [Profile(full=name or None) for name in names]
        + [Profile(birth_date=birth) for birth in births]
        + [Profile(documents=(("passport", "MYS", number),)) for number in numbers],
        parties=[(None, name) for name in names if name],
    ),
    st.lists(TEXTS, max_size=3),
    st.lists(st.sampled_from(["1990", "1990-02-03"]), max_size=2),
    st.lists(st.sampled_from(["A1", "B2"]), max_size=2),
)


@given(TEXTS)
def test_whatever_is_typed_is_read(text):
    query = parse(text)
    assert ranked(query, PEOPLE, TABLE) is not None
    assert stages(query) is not None


@given(CARDS, CARDS)
def test_changes_lead_from_what_was_to_what_is(before, after):
    written, removed = changes(before, after)
    kept = dict.fromkeys(entries(before), before.to_bytes()) | dict(written)
    left = {token: carried for token, carried in kept.items() if token not in removed}
    assert left == dict.fromkeys(entries(after), after.to_bytes())
    assert Card.from_bytes(after.to_bytes()) == after


@given(CARDS)
def test_who_is_no_more_leaves_nothing(one):
    written, removed = changes(one, None)
    assert not written
    assert removed == entries(one)
