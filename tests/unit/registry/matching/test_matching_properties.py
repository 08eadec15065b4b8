"""What must hold for any two claims, whatever they say."""

from hypothesis import given
from hypothesis import strategies as st

from registry.matching import Profile, contradicts, matching_table, score, tokens

WORDS = st.sampled_from(
    [
        "Ali",
        "Mohd",
        "bin",
        "a/l",
        "@",
        "Tan",
        "Wei",
        "王小明",
        "محمد",
        "Сергей",
        "J",
        "Nurhaliza",
        "Nur",
        "Haliza",
        "o'brien",
        "<",
        "",
    ]
)
NAMES = st.none() | st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=40)
DATES = st.none() | st.sampled_from(
    ["1990", "1990-02", "1990-02-05", "1990-05-02", "1990-01-01", "1991-02-05", "1971-12-31"]
)
PAPERS = st.tuples(
    st.sampled_from(["passport", "plb"]), st.sampled_from(["MYS", "CHN"]), st.sampled_from(["A1234567", "A1234568"])
)
PROFILES = st.builds(
    Profile,
    documents=st.sets(PAPERS, max_size=2).map(sorted).map(tuple),
    surname=NAMES,
    given=NAMES,
    full=st.none() | NAMES,
    birth_date=DATES,
    citizenship=st.sampled_from([None, "MYS", "CHN"]),
    sex=st.sampled_from([None, "M", "F", "X"]),
    guarantor=st.sampled_from([None, "g"]),
    phone=st.sampled_from([None, "628"]),
)
TABLE = matching_table()


@given(PROFILES, PROFILES)
def test_a_comparison_has_no_sides(one, other):
    assert score(one, other, TABLE) == score(other, one, TABLE)
    assert contradicts(one, other) == contradicts(other, one)


@given(PROFILES, PROFILES)
def test_two_claims_find_each_other_or_neither_does(one, other):
    a, b = tokens(one), tokens(other)
    assert a.held.isdisjoint(b.sought) == b.held.isdisjoint(a.sought)


@given(PROFILES, PROFILES)
def test_no_link_against_a_birth_date_or_by_a_name_alone(one, other):
    found = score(one, other, TABLE)
    known = {part.field for part in found.parts if part.weight > 0}
    if found.zone == "linked":
        assert "birth_date" not in contradicts(one, other)
        assert known & {"document", "birth_date", "phone"}


@given(PROFILES)
def test_a_claim_contradicts_nothing_in_itself_and_survives_its_canonical_form(one):
    assert contradicts(one, one) == ()
    assert Profile.from_json(one.to_json()).to_json() == one.to_json()


def test_a_profile_is_read_from_the_person_of_an_event():
    person = {
        "documents": [{"kind": "passport", "issuer": "MYS", "number": "a 123-456"}],
        "name": {"surname": "TAN", "given": "MEI LING"},
        "birth_date": "1990-02-05",
        "citizenship": "MYS",
        "sex": "F",
    }
    read = Profile.of(person, guarantor="k", phone="+62 811-1")
    assert read.documents == (("passport", "MYS", "A123456"),)
    assert (read.surname, read.given, read.phone) == ("TAN", "MEI LING", "628111")
    assert Profile.from_json(read.to_json()) == read
    assert Profile.of({}) == Profile()
    assert tokens(Profile()).held == frozenset()
