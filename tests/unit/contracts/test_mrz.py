"""Our reading of ICAO 9303 against the specimen of the standard and an independent implementation."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mrz.base.functions import hash_is_ok
from mrz.checker.td3 import TD3CodeChecker
from mrz.generator.td3 import TD3CodeGenerator

from contracts import mrz

TODAY = date(2026, 11, 24)
SPECIMEN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORD = st.text(LETTERS, min_size=1, max_size=12)
NUMBER = st.from_regex(r"[A-Z0-9]{1,9}", fullmatch=True)
OPTIONAL = st.just("") | st.from_regex(r"[A-Z0-9]{1,14}", fullmatch=True)
STATES = st.sampled_from(["UTO", "MYS", "SGP", "D", "IDN", "GBD", "XXA"])
DOCUMENTS = st.builds(
    mrz.Mrz,
    code=st.sampled_from(["P", "PD", "PO"]),
    issuer=STATES,
    surname=st.lists(WORD, min_size=1, max_size=5).map(" ".join),
    given=st.lists(WORD, max_size=5).map(" ".join),
    number=NUMBER,
    nationality=STATES,
    birth_date=st.dates(date(1927, 1, 1), TODAY).map(date.isoformat),
    sex=st.sampled_from("MFX"),
    valid_until=st.dates(date(1967, 1, 1), date(2046, 12, 31)),
    optional=OPTIONAL,
)


def short(document):
    return len(document.surname) + len(document.given) <= 37


def test_the_specimen_of_the_standard_is_read():
    assert mrz.parse(SPECIMEN, TODAY) == mrz.Mrz(
        code="P",
        issuer="UTO",
        surname="ERIKSSON",
        given="ANNA MARIA",
        number="L898902C3",
        nationality="UTO",
        birth_date="1974-08-12",
        sex="F",
        valid_until=date(2012, 4, 15),
        optional="ZE184226B",
    )
    assert mrz.compose(mrz.parse(SPECIMEN, TODAY)) == SPECIMEN
    assert mrz.parse(SPECIMEN.replace("\n", ""), TODAY) == mrz.parse(SPECIMEN, TODAY)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS.filter(short))
def test_we_write_what_the_independent_implementation_writes(document):
    theirs = TD3CodeGenerator(
        document.code,
        document.issuer,
        document.surname,
        document.given,
        document.number,
        document.nationality,
        document.birth_date.replace("-", "")[2:],
        document.sex.replace("X", "<"),
        document.valid_until.strftime("%y%m%d"),
        document.optional,
        force=True,
    )
    first, second = str(theirs).split("\n")
    if not document.optional:  # the standard allows 0 and < for the digit of an empty field; they write 0
        second = second[:42] + "<" + second[43:]
    assert mrz.compose(document) == f"{first}\n{second}"


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_the_independent_implementation_reads_what_we_write(document):
    theirs = TD3CodeChecker(mrz.compose(document))
    fields = theirs.fields()

    assert theirs.document_number_hash is theirs.birth_date_hash is theirs.expiry_date_hash is True
    assert theirs.final_hash is True
    assert (fields.document_number, fields.birth_date) == (document.number, document.birth_date.replace("-", "")[2:])
    assert fields.optional_data == document.optional


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_what_is_written_is_read_again(document):
    read = mrz.parse(mrz.compose(document), TODAY)

    assert replace(read, truncated=False) == mrz.truncated(document)
    assert read.wrong_digits == ()
    if short(document) and len(document.surname) + len(document.given) < 37:
        assert (read.surname, read.given, read.truncated) == (document.surname, document.given, False)
    if len(document.surname) + len(document.given) > 39:
        assert read.truncated
        assert bool(read.given) == bool(document.given)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.integers(0, 43), st.sampled_from(LETTERS + "0123456789"))
def test_both_find_the_same_wrong_digits(document, position, char):
    first, second = mrz.compose(document).split("\n")
    second = second[:position] + char + second[position + 1 :]
    try:
        wrong = mrz.parse(f"{first}\n{second}", TODAY).wrong_digits
    except mrz.MrzError:
        return
    assert ("number" not in wrong) == hash_is_ok(second[0:9], second[9])
    assert ("birth_date" not in wrong) == hash_is_ok(second[13:19], second[19])
    assert ("valid_until" not in wrong) == hash_is_ok(second[21:27], second[27])
    if second[42] == "<":  # fits an empty field only; they take it for 0
        assert ("optional" in wrong) == bool(second[28:42].strip("<"))
    else:
        assert ("optional" not in wrong) == hash_is_ok(second[28:42], second[42])
    assert ("composite" not in wrong) == hash_is_ok(second[0:10] + second[13:20] + second[21:43], second[43])


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_blanking_keeps_all_but_the_optional_data(document):
    zone = mrz.compose(document)
    blank = mrz.without_optional_data(zone)

    assert mrz.parse(blank, TODAY) == replace(mrz.parse(zone, TODAY), optional="")
    assert mrz.without_optional_data(blank) == blank


def test_blanking_verifies_the_digit_first():
    with pytest.raises(mrz.WrongCheckDigit):
        mrz.without_optional_data(SPECIMEN.replace("<<<<<10", "<<<<<20"))


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.sampled_from([9, 19, 27, 42, 43]), st.integers(1, 9))
def test_a_digit_that_was_wrong_stays_wrong_when_the_optional_data_is_blanked(document, position, shift):
    first, second = mrz.compose(replace(document, optional="ZE184226B")).split("\n")
    second = second[:position] + str((int(second[position]) + shift) % 10) + second[position + 1 :]
    zone = f"{first}\n{second}"

    assert mrz.parse(mrz.blanked(zone), TODAY).wrong_digits == mrz.parse(zone, TODAY).wrong_digits
    assert "ZE184226B" not in mrz.blanked(zone)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("740812", "1974-08-12"),
        ("261124", "2026-11-24"),
        ("261125", "1926-11-25"),
        ("000229", "2000-02-29"),
        ("7408<<", "1974-08"),
        ("74<<<<", "1974"),
        ("74<<12", "1974"),
        ("26<<<<", "2026"),
        ("<<0812", None),
        ("<<<<<<", None),
    ],
)
def test_the_century_of_a_birth_is_the_last_one_that_is_not_in_the_future(written, born):
    second = f"L898902C36UTO{written}{mrz.check_digit(written)}F1204159<<<<<<<<<<<<<<<"
    composite = mrz.check_digit(second[0:10] + second[13:20] + second[21:43])
    read = mrz.parse(f"{SPECIMEN[:44]}{second}{composite}", TODAY)

    assert (read.birth_date, read.wrong_digits) == (born, ())


@pytest.mark.parametrize(("year", "century"), [("46", 2046), ("47", 1947), ("99", 1999), ("00", 2000), ("26", 2026)])
def test_an_expiry_is_at_most_twenty_years_ahead(year, century):
    assert mrz.parse(SPECIMEN.replace("120415", f"{year}0415"), TODAY).valid_until == date(century, 4, 15)


def test_an_issuer_of_one_letter():
    assert mrz.parse(SPECIMEN.replace("UTO", "D<<"), TODAY).issuer == "D"


@pytest.mark.parametrize(
    ("surname", "given", "field"),
    [
        ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO", "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WA<<D"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("PAPANDROPOULOUS", "JONATHON ALEXANDER TREVOR", "PAPANDROPOULOUS<<JONATHON<ALEXANDER<TRE"[:39]),
        ("SMITH-JONES", "", "SMITH<JONES" + "<" * 28),
    ],
)
def test_names_are_cut_to_the_field_and_end_in_a_letter(surname, given, field):
    document = replace(mrz.parse(SPECIMEN, TODAY), surname=surname, given=given)
    assert mrz.compose(document)[5:44] == f"{field:<<39}"


@pytest.mark.parametrize("zone", ["", "P<UTO", SPECIMEN + "0", SPECIMEN.replace("740812", "741332"), "I" * 90])
def test_what_is_not_a_zone_is_refused(zone):
    with pytest.raises(mrz.MrzError):
        mrz.parse(zone, TODAY)
