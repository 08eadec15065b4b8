import copy

import pytest

from contracts.events import Refused, blank_optional_data, citizen_paths, parse_event

SPECIMEN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
BLANK = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8"
CITIZEN = SPECIMEN.replace("UTO", "IDN")


@pytest.fixture
def person(example, now):
    """The person of an exit event, as read."""

    def read(given):
        event = example("crossing.exit")
        event["data"]["person"] = given
        return parse_event(event, now).data.person

    return read


def test_an_mrz_alone_makes_a_person(person):
    anna = person({"mrz": SPECIMEN})

    assert anna.documents[0].model_dump(mode="json") == {
        "kind": "passport",
        "number": "L898902C3",
        "issuer": "UTO",
        "valid_until": "2012-04-15",
    }
    assert (anna.name.surname, anna.name.given) == ("ERIKSSON", "ANNA MARIA")
    assert (anna.birth_date, anna.citizenship, anna.sex) == ("1974-08-12", "UTO", "F")


def test_what_is_said_outright_stands_beside_the_mrz(person):
    anna = person({"mrz": SPECIMEN, "birth_date": "1974", "name": {"full": "Anna Maria Eriksson"}})
    assert (anna.birth_date, anna.name.full, anna.sex) == ("1974", "Anna Maria Eriksson", "F")


def test_a_blanked_mrz_says_the_same(person):
    assert person({"mrz": SPECIMEN}) == person({"mrz": BLANK})
    assert person({"mrz": SPECIMEN}).mrz == BLANK


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({}, "missing_field: data.person.name"),
        ({"name": {}}, "missing_field: data.person.name.surname"),
        ({"name": {"given": "ANNA"}}, "missing_field: data.person.name.surname"),
        ({"name": {"full": "A B", "surname": "B"}}, "not_applicable: data.person.name.full"),
        ({"mrz": SPECIMEN[:-1] + "1"}, "mrz_check_digit: data.person.mrz"),
        ({"mrz": SPECIMEN[:-1]}, "wrong_value: data.person.mrz"),
        ({"mrz": SPECIMEN.lower()}, "wrong_value: data.person.mrz"),
        ({"name": {"full": "A"}, "birth_date": "2025-02-29"}, "wrong_value: data.person.birth_date"),
        ({"name": {"full": "A"}, "birth_date": "0001-01-01"}, "wrong_value: data.person.birth_date"),
        ({"name": {"full": "A"}, "birth_date": "1980-13"}, "wrong_value: data.person.birth_date"),
        ({"name": {"full": "A"}, "birth_date": "٢٠٠٠"}, "wrong_value: data.person.birth_date"),
        ({"name": {"full": "A"}, "citizenship": "Idn"}, "wrong_value: data.person.citizenship"),
        ({"name": {"full": "A"}, "religion": "x"}, "unknown_field: data.person.religion"),
    ],
)
def test_a_person_that_does_not_fit_is_refused(given, outcome, person):
    with pytest.raises(Refused) as refused:
        person(given)
    assert str(refused.value) == outcome


@pytest.mark.parametrize("zone", [SPECIMEN[:-1] + "1", SPECIMEN.replace("740812", "74O812")])
def test_wrong_digits_are_news_only_in_the_check_of_a_document(zone, example, now):
    event = example("document.checked_mrz")
    event["data"]["person"]["mrz"] = zone
    person = parse_event(event, now).data.person
    assert (person.name, person.documents) == (None, ())

    event["data"]["action"] = "found"
    with pytest.raises(Refused, match=r"data\.person\.mrz"):
        parse_event(event, now)


@pytest.mark.parametrize(
    ("given", "citizen"),
    [
        ({"name": {"full": "A"}, "citizenship": "IDN"}, True),
        ({"name": {"full": "A"}}, False),
        ({"documents": [{"kind": "plb", "number": "1", "issuer": "IDN"}]}, True),
        ({"documents": [{"kind": "plb", "number": "1", "issuer": "IDN"}], "citizenship": "MYS"}, False),
        ({"documents": [{"kind": "plb", "number": "1", "issuer": "MYS"}]}, False),
        ({"mrz": SPECIMEN}, False),
    ],
)
def test_a_citizen_is_known_by_citizenship_or_else_by_the_issuer(given, citizen, example, now):
    event = example("crossing.exit")
    event["data"]["person"] = given
    assert citizen_paths(parse_event(event, now)) == (["person"] if citizen else [])


def test_a_citizen_stays_one_when_the_zone_was_misread(example, now):
    event = example("document.checked_mrz")
    event["data"]["person"]["mrz"] = CITIZEN
    assert citizen_paths(parse_event(event, now)) == ["person"]


def test_a_citizens_document_without_a_person_is_noticed(example, now):
    event = example("document.deposited")
    event["data"]["document"]["issuer"] = "IDN"
    assert citizen_paths(parse_event(event, now)) == ["document"]


def test_persons_and_parties_are_listed_with_their_paths(example, now):
    check, permit = parse_event(example("check.person"), now), parse_event(example("permit.granted"), now)

    assert [path for path, _ in check.persons()] == ["persons.0.person"]
    assert [path for path, _ in check.parties()] == ["persons.0.host", "persons.0.employer"]
    assert [path for path, _ in permit.persons()] == ["person"]
    assert [path for path, _ in permit.parties()] == ["sponsor"]
    assert parse_event(example("crossing.voids"), now).persons() == []


def test_optional_data_is_blanked_and_nothing_else_changes(example, now):
    event = example("crossing.entry")
    before = copy.deepcopy(event)
    blanked = blank_optional_data(event)

    assert event == before
    assert blanked["data"]["person"]["mrz"] == BLANK
    blanked["data"]["person"]["mrz"] = SPECIMEN
    assert blanked == before
    assert blank_optional_data(example("crossing.voids")) == example("crossing.voids")


def test_blanking_reaches_every_person(example):
    event = example("check.person")
    event["data"]["persons"][0]["person"] = {"mrz": SPECIMEN}
    assert "ZE184226B" not in str(blank_optional_data(event))


@pytest.mark.parametrize(("party", "fits"), [({"id": "1"}, True), ({"name": "A"}, True), ({}, False)])
def test_a_party_has_a_number_or_a_name(party, fits, example, now):
    event = example("permit.granted")
    event["data"]["sponsor"] = {"kind": "company", **party}
    if fits:
        assert parse_event(event, now).data.sponsor.kind == "company"
    else:
        with pytest.raises(Refused, match=r"missing_field: data\.sponsor\.id"):
            parse_event(event, now)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("permit.granted", "contact_phone", "08115550100"),
        ("permit.granted", "village", "Badau"),
        ("permit.granted", "valid_until", "2027-11-19T00:00:00Z"),
        ("permit.granted", "valid_until", 1763600000),
        ("permit.granted", "valid_until", "9999-12-31"),
        ("permit.granted", "sponsor_exempt", "yes"),
        ("lodging.check_in", "check_in_at", "2026-11-20 09:10"),
        ("work.approved", "sites", []),
        ("work.approved", "headcount", "4"),
        ("work.approved", "headcount", -1),
        ("source.status", "covers_until", "2026-11-18T00:00:00+07:00"),
    ],
)
def test_a_value_of_another_shape_is_refused(name, field, value, example, now):
    event = example(name)
    event["data"][field] = value
    with pytest.raises(Refused) as refused:
        parse_event(event, now)
    assert (refused.value.code, refused.value.field) == ("wrong_value", f"data.{field}")


def test_a_time_in_data_carries_an_offset(example, now):
    event = example("lodging.check_in")
    event["data"]["check_in_at"] = "2026-11-20T09:10:00"
    with pytest.raises(Refused, match=r"no_offset: data\.check_in_at"):
        parse_event(event, now)


CARD = "I<UTOD231458907ZE184226B<<<<<<\n7408122F1204159UTO1234567890<0\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
VISA = "V<IDNERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4UTO7408122F12041596ZE184226B<<<<<<"


@pytest.mark.parametrize(("zone", "number"), [(CARD, "D23145890"), (VISA, "L8988901C")], ids=["card", "visa"])
def test_a_card_or_a_visa_makes_a_person_but_no_passport(zone, number, person):
    anna = person({"mrz": zone})
    assert [(one.kind, one.number) for one in anna.documents] == [("other", number)]
    assert (anna.name.surname, anna.birth_date, anna.citizenship) == ("ERIKSSON", "1974-08-12", "UTO")
    assert "ZE184226B" not in anna.model_dump_json()
    assert "1234567890" not in anna.model_dump_json()


def test_a_border_pass_is_one_because_its_sender_says_so(person):
    stated = {"kind": "plb", "number": "D23145890", "issuer": "UTO"}
    assert [one.kind for one in person({"mrz": CARD, "documents": [stated]}).documents] == ["plb"]


def test_a_visa_given_by_indonesia_makes_nobody_a_citizen(example, now):
    event = example("crossing.exit")
    event["data"]["person"] = {"mrz": VISA}
    assert citizen_paths(parse_event(event, now)) == []
