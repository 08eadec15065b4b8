"""Cards and visas (TD1, TD2, MRV-A, MRV-B) against the specimens of ICAO 9303 and an independent implementation."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mrz.base.functions import hash_is_ok
from mrz.checker.mrva import MRVACodeChecker
from mrz.checker.mrvb import MRVBCodeChecker
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td2 import TD2CodeChecker
from mrz.generator.mrva import MRVACodeGenerator
from mrz.generator.mrvb import MRVBCodeGenerator
from mrz.generator.td1 import TD1CodeGenerator
from mrz.generator.td2 import TD2CodeGenerator

from contracts import mrz
from contracts.mrz_layouts import LAYOUTS

TODAY = date(2026, 11, 24)
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
MRV_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"
LONG_TD1 = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
LONG_TD2 = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8"
SPECIMENS = {"TD1": TD1, "TD2": TD2, "MRV-A": MRV_A, "MRV-B": MRV_B}
ROOM = {"TD1": 15, "TD2": 7, "MRV-A": 16, "MRV-B": 8}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORD = st.text(LETTERS, min_size=1, max_size=8)


@st.composite
def documents(draw, long_numbers=False):
    layout = draw(st.sampled_from(sorted(SPECIMENS)))
    longest, room = 9, ROOM[layout]
    if long_numbers and layout.startswith("TD"):
        longest = 9 + (room - 2)
    number = draw(st.from_regex(rf"[A-Z0-9]{{1,{longest}}}", fullmatch=True))
    room -= max(0, len(number) - 9 + 2) if len(number) > 9 else 0
    said = {"optional": draw(st.from_regex(rf"[A-Z0-9]{{0,{room}}}", fullmatch=True))}
    if layout == "TD1":
        said["more"] = draw(st.from_regex(r"[A-Z0-9]{0,11}", fullmatch=True))
    return mrz.Mrz(
        layout=layout,
        code=draw(st.sampled_from(["V"] if layout.startswith("MRV") else ["I", "A", "C", "ID", "AC"])),
        issuer=draw(st.sampled_from(["UTO", "MYS", "D"])),
        surname=" ".join(draw(st.lists(WORD, min_size=1, max_size=4))),
        given=" ".join(draw(st.lists(WORD, max_size=4))),
        number=number,
        nationality=draw(st.sampled_from(["UTO", "MYS", "XXA"])),
        birth_date=draw(st.dates(date(1927, 1, 1), TODAY)).isoformat(),
        sex=draw(st.sampled_from("MFX")),
        valid_until=draw(st.dates(date(1967, 1, 1), date(2046, 12, 31))),
        **said,
    )


def fits(document):
    return len(document.surname) + len(document.given) <= LAYOUTS[document.layout].name_length - 2


def written_by_theirs(document):
    birth, expiry = document.birth_date.replace("-", "")[2:], document.valid_until.strftime("%y%m%d")
    sex = document.sex.replace("X", "<")
    names = (document.surname, document.given)
    if document.layout == "TD1":
        head = (document.code, document.issuer, document.number, birth, sex, expiry, document.nationality)
        return str(TD1CodeGenerator(*head, *names, document.optional, document.more, force=True))
    theirs = {"TD2": TD2CodeGenerator, "MRV-A": MRVACodeGenerator, "MRV-B": MRVBCodeGenerator}[document.layout]
    head = (document.code, document.issuer, *names, document.number, document.nationality, birth, sex, expiry)
    return str(theirs(*head, document.optional, force=True))


@pytest.mark.parametrize("layout", SPECIMENS)
def test_the_specimens_of_the_standard_are_read(layout):
    read = mrz.parse(SPECIMENS[layout], TODAY)
    assert (read.layout, read.issuer, read.surname, read.given) == (layout, "UTO", "ERIKSSON", "ANNA MARIA")
    assert (read.sex, read.wrong_digits) == ("F", ())
    visa = layout.startswith("MRV")
    assert read.number == ("L8988901C" if visa else "D23145890")
    assert read.birth_date == ("1940-09-07" if visa else "1974-08-12")
    assert read.valid_until == (date(1996, 12, 10) if visa else date(2012, 4, 15))
    assert mrz.compose(read) == SPECIMENS[layout]
    assert mrz.parse(SPECIMENS[layout].replace("\n", ""), TODAY) == read


@pytest.mark.parametrize("zone", [LONG_TD1, LONG_TD2])
def test_a_number_longer_than_nine_goes_on_in_the_optional_data(zone):
    read = mrz.parse(zone, TODAY)
    assert (read.number, read.optional, read.wrong_digits) == ("D23145890734", "", ())
    assert mrz.compose(read) == zone
    assert mrz.blanked(zone) == zone


@pytest.mark.parametrize("zone", [LONG_TD1, LONG_TD2])
def test_a_long_number_with_a_wrong_digit_is_wrong_and_leaves_with_the_optional_data(zone):
    wrong = zone.replace("7349", "7348")
    assert "number" in mrz.parse(wrong, TODAY).wrong_digits
    assert mrz.parse(mrz.blanked(wrong), TODAY).wrong_digits == mrz.parse(wrong, TODAY).wrong_digits
    assert "7348" not in mrz.blanked(wrong)


@settings(max_examples=400, deadline=None)
@given(documents().filter(fits))
def test_we_write_what_the_independent_implementation_writes(document):
    assert mrz.compose(document) == written_by_theirs(document)


@settings(max_examples=400, deadline=None)
@given(documents())
def test_the_independent_implementation_reads_what_we_write(document):
    checkers = {"TD1": TD1CodeChecker, "TD2": TD2CodeChecker, "MRV-A": MRVACodeChecker, "MRV-B": MRVBCodeChecker}
    theirs = checkers[document.layout](mrz.compose(document))
    assert theirs.document_number_hash is theirs.birth_date_hash is theirs.expiry_date_hash is True
    if document.layout.startswith("TD"):
        assert theirs.final_hash is True


@settings(max_examples=400, deadline=None)
@given(documents(long_numbers=True))
def test_what_is_written_is_read_again(document):
    read = mrz.parse(mrz.compose(document), TODAY)
    assert replace(read, truncated=False) == mrz.truncated(document)
    if len(document.surname) + len(document.given) > LAYOUTS[document.layout].name_length:
        assert read.truncated


@settings(max_examples=400, deadline=None)
@given(documents(), st.data())
def test_both_find_the_same_wrong_digits(document, data):
    layout = LAYOUTS[document.layout]
    zone = mrz.compose(document).replace("\n", "")
    position = data.draw(st.integers(0, len(zone) - 1))
    zone = zone[:position] + data.draw(st.sampled_from(LETTERS + "0123456789")) + zone[position + 1 :]
    try:
        wrong = mrz.parse(zone, TODAY).wrong_digits
    except mrz.MrzError:
        return
    assert ("birth_date" not in wrong) == hash_is_ok(zone[layout.birth], zone[layout.birth.stop])
    assert ("valid_until" not in wrong) == hash_is_ok(zone[layout.expiry], zone[layout.expiry.stop])
    assert ("number" not in wrong) == hash_is_ok(zone[layout.number], zone[layout.number.stop])
    covered = {"TD1": zone[5:37] + zone[38:45] + zone[48:59], "TD2": zone[36:46] + zone[49:56] + zone[57:71]}
    if document.layout in covered:
        place = {"TD1": 59, "TD2": 71}[document.layout]
        assert ("composite" not in wrong) == hash_is_ok(covered[document.layout], zone[place])


@settings(max_examples=400, deadline=None)
@given(documents(long_numbers=True))
def test_blanking_keeps_all_but_the_optional_data(document):
    zone = mrz.compose(document)
    blank = mrz.without_optional_data(zone)
    assert mrz.parse(blank, TODAY) == replace(mrz.parse(zone, TODAY), optional="", more="")
    assert mrz.without_optional_data(blank) == blank


@pytest.mark.parametrize(
    ("zone", "states"),
    [
        (TD1, {"UTO"}),
        (MRV_A, {"XXX"}),
        (MRV_A.replace("UTO", "IDN"), {"XXX"}),
        (TD1.replace("I<UTO", "I<IDN"), {"UTO"}),
        (TD1.replace("UTO", "IDN"), {"IDN"}),
        (TD1.replace("I<UTO", "I<IDN").replace("9UTO", "9<<<"), {"", "IDN"}),
        ("P" + MRV_A[1:].replace("UTO", "IDN"), {"IDN", "XXX"}),
    ],
)
def test_a_visa_or_a_card_is_not_proof_of_its_issuers_citizenship(zone, states):
    assert mrz.holder_states(zone) == states


@pytest.mark.parametrize(
    "zone", [TD1[:-1], TD1.replace("740812", "741332"), MRV_B + "<", TD2.replace("I<UTO", "I<0TO")]
)
def test_what_is_not_a_zone_is_refused(zone):
    with pytest.raises(mrz.MrzError):
        mrz.parse(zone, TODAY)
