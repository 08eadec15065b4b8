"""Tables of pairs: who must be joined, whom a human must see, who must stay apart."""

import pytest

from registry.matching import Profile, contradicts, matching_table, same_document, score, tokens

TABLE = matching_table()
BORN = "1987-11-23"


def person(name, born=BORN, **more):
    surname, _, given = name.partition("<<")
    parts = {"surname": surname, "given": given.replace("<", " ")} if given else {"full": name}
    return Profile(**parts, birth_date=born, **more)


def meet(one, other):
    a, b = tokens(one), tokens(other)
    return not a.held.isdisjoint(b.sought)


def zone(one, other):
    return score(one, other, TABLE).zone if meet(one, other) else "apart"


ALIKE = {"citizenship": "MYS", "sex": "F"}
LINKED = [
    ("Rajendran a/l Subramaniam", "SUBRAMANIAN RAJENDRAN"),
    ("Siti Nurhaliza binti Tarudin", "TARUDIN SITI NUR HALIZA"),
    ("Jugah anak Barieng", "JUGAH AK BARIENG"),
    ("Abdurrahman bin Wahid Effendi", "Abdul Rahman Wahid Effendi"),
    ("Tan Ah Kow @ Tan Kok Seng", "TAN KOK SENG"),
    ("Mohd Farid bin Yusoff", "YUSOFF<<MUHAMMAD FARID"),
    ("Фёдор Достоевский", "Fyodor Dostoyevskiy"),
    ("مصطفى كريم الحسيني", "Mustafa Karim Al-Husayni"),
    ("王小明", "WANG<<XIAOMING"),
    ("王小明", "Xiao Ming Wang"),
    ("Katharina Obermaier-Wolkenstein", "OBERMAIER WOLKENSTEIN<<KATHARINA"),
    ("WIJAYAKUSUMANINGRAT SURYO<<RADEN KARTIN", "Raden Kartiningsih Wijayakusumaningrat Suryo"),
]
REVIEW = [
    (person("Rajendran Subramaniam", "1987-04-02"), person("Rajendran Subramaniam", "1987-02-04")),
    (person("Rajendran Subramaniam", "1987-04-02"), person("Rajendran Subramaniam", "1987-04-12")),
    (person("Obermaier<<Katharina", None), person("Obermaier<<Katharina", None)),
    (person("Obermaier<<Katharina", None), person("Obermaier<<Katharina")),
    (person("Suharto", **ALIKE), person("Soeharto", **ALIKE, phone="62811")),
]
APART = [
    ("Hasan bin Ali", "Husain bin Ali"),
    ("Tan<<Wei Ming", "Tan<<Wei Ling"),
    ("Smith<<Anna", "Smith<<Peter"),
    ("Siti Aminah binti Karim", "Siti Zubaidah binti Karim"),
    ("Nguyen<<Van Thanh", "Nguyen<<Thi Hoa"),
    ("Jugah anak Barieng", "Unggang anak Barieng"),
]
TWINS = [
    *APART,
    ("Nur Aina binti Karim", "Nur Aini binti Karim"),
    ("Rajendran a/l Suresh", "Rajindran a/l Suresh"),
    ("Xiaoming Wang", "Xiaoping Wang"),
    ("Muhammad Hafiz bin Hakim", "Muhammad Hafiz Aziz bin Hakim"),
    ("AL QAHTANI<<ZAID KHALID HAMZA", "Zaid Khalid Al-Qahtani"),
]


@pytest.mark.parametrize(("one", "other"), LINKED, ids=lambda name: name)
def test_one_person_in_two_spellings_is_linked(one, other):
    assert zone(person(one, **ALIKE), person(other, **ALIKE)) == "linked"


@pytest.mark.parametrize(("one", "other"), REVIEW, ids=lambda one: f"{one.surname or one.full} {one.birth_date}")
def test_what_may_be_one_person_is_shown_to_a_human(one, other):
    alike = {"citizenship": "MYS", "sex": "M"}
    one, other = (Profile(**{**vars(side), **alike}) for side in (one, other))
    assert zone(one, other) == "review"


@pytest.mark.parametrize(("one", "other"), TWINS, ids=lambda name: name)
def test_siblings_and_twins_are_never_linked(one, other):
    passports = [(("passport", "MYS", number),) for number in ("A12345679", "A12345680")]
    alike = {**ALIKE, "guarantor": "parents", "phone": "60123"}
    twins = [person(name, **alike, documents=paper) for name, paper in zip((one, other), passports, strict=True)]
    assert score(*twins, TABLE).zone != "linked"


def test_passports_in_a_row_are_seen_by_a_human_however_alike_the_rest():
    one, other = (
        person("Charlotte Featherstonehaugh", documents=(("passport", "NLD", no),)) for no in ("A1234569", "A1234570")
    )
    assert score(one, other, TABLE).zone == "review"


@pytest.mark.parametrize(("one", "other"), APART, ids=lambda name: name)
def test_siblings_born_on_one_day_are_apart_by_themselves(one, other):
    assert score(person(one), person(other), TABLE).zone == "apart"


PASSPORT = (("passport", "MYS", "A12345678"),)


def test_one_document_and_no_contradiction_is_certain():
    one, other = person("Tan Mei Ling", documents=PASSPORT), Profile(documents=PASSPORT)
    assert same_document(one, other)
    assert score(one, other, TABLE).zone == "linked"
    assert "document" in {part.field for part in score(one, other, TABLE).parts}


def test_one_document_and_a_contradiction_is_a_review_never_a_link():
    one = person("Tan Mei Ling", documents=PASSPORT)
    for other in (person("Tan Mei Ling", "1950-01-02", documents=PASSPORT), person("Igor Petrov", documents=PASSPORT)):
        assert score(one, other, TABLE).zone == "review"


def test_however_rare_a_name_it_never_links_alone():
    rare = {"citizenship": "NLD", "sex": "F", "guarantor": "g"}
    one, other = (person("Xanthippe Quackenbosch Zwartendijk", born, **rare) for born in (None, BORN))
    assert score(one, other, TABLE).zone == "review"


def test_two_names_that_share_nothing_contradict_and_two_dates_too():
    one, other = person("Tan Mei Ling"), person("Igor Petrov", "1950-01-02")
    assert contradicts(one, other) == ("birth_date", "name")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد علي", "Mohd Ali"),
        ("王小明", "XIAOMING WANG"),
        ("Сергей Иванов", "IVANOV<<SERGEI"),
        ("J. Obermaier", "Obermaier, Johannes"),
        ("WIJAYAKUSUMANINGRAT HADININGRAT<<RADEN", "Raden Ayu Wijayakusumaningrat"),
        ("Ahmad bin Ali", "Ali"),
        ("", "Igor Petrov"),
    ],
)
def test_spelling_script_initials_and_cuts_do_not_contradict(one, other):
    assert contradicts(person(one), person(other)) == ()


@pytest.mark.parametrize(("one", "other"), [("1987", BORN), ("1987-11", BORN), (None, BORN)])
def test_a_date_that_says_less_does_not_contradict(one, other):
    assert contradicts(person("Tan", one), person("Tan", other)) == ()


@pytest.mark.parametrize("stand_in", ["1987-01-01", "1987-07-01", "1987-12-31"])
@pytest.mark.parametrize("other", [BORN, "1987", "1987-11", "1987-01-01", "1987-07-01"])
def test_a_day_that_stands_for_an_unknown_one_says_the_year(stand_in, other):
    assert contradicts(person("Tan", stand_in), person("Tan", other)) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("1987-01-01", "1988-01-01"), ("1987-01-01", "1988-11-23"), ("1987-01-01", "1988"), (BORN, "1987-11-24")],
)
def test_another_year_or_another_known_day_contradicts(one, other):
    assert contradicts(person("Tan", one), person("Tan", other)) == ("birth_date",)


def test_one_passport_with_a_day_that_stands_for_an_unknown_one_is_one_person():
    one, other = (person("Tan Mei Ling", born, documents=PASSPORT) for born in (BORN, "1987-01-01"))
    assert score(one, other, TABLE).zone == "linked"


def test_a_rare_name_weighs_more_than_a_frequent_one():
    def weight(name):
        return next(part.weight for part in score(person(name), person(name), TABLE).parts if part.field == "name")

    assert weight("Muhammad Ali") < weight("Wang Xiaoming") < weight("Quackenbosch Zwartendijk")


def test_the_first_of_january_alone_brings_nobody_together():
    assert not meet(person("Tan Mei Ling", "1990-01-01"), person("Toh Mohan Luqman", "1990-01-01"))
    assert meet(person("Tan Mei Ling", "1990-01-01"), person("Agnes Tan Mei Ling", "1990-01-01"))


def test_a_score_is_explained():
    said = str(score(person("Tan Mei Ling", **ALIKE), person("Tan Mei Ling", **ALIKE), TABLE))
    assert said.startswith("name +")
    assert "birth date +" in said
    assert "citizenship +" in said


@pytest.mark.parametrize(
    "written", ["TAMU", "Tamu 12", "UNKNOWN<<UNKNOWN", "Tidak diketahui", "No Name", "FNU<<LNU", "NN"]
)
def test_what_is_written_by_whoever_knows_no_name_joins_nobody(written):
    one, other = (person(written, documents=(("passport", "UTO", number),)) for number in ("A1234567", "B7654321"))
    assert zone(one, other) == "apart"
    assert contradicts(one, person("Rajendran Subramaniam")) == ()
    assert same_document(one, person("Rajendran Subramaniam", documents=one.documents))


@pytest.mark.parametrize("name", ["Ada", "Guest<<Helen", "Tamu Siti Aminah", "Nil Yilmaz", "Na<<Na"])
def test_names_that_only_look_so_are_names(name):
    assert zone(person(name, **ALIKE, phone="62811"), person(name, **ALIKE, phone="62811")) != "apart"
