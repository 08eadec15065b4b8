"""Sheets of small senders: files read as tables, rows as events, faults named by column."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from chassis.errors import Problem
from chassis.seal import Hasher
from chassis.settings import read_models
from contracts.agencies import Agency
from contracts.events import parse_event
from gateway.cells import BadCell, birth, country, day, moment
from gateway.entries import About, row
from gateway.sheets import SHEETS
from gateway.tables import read_table
from gateway.workbooks import MAX_ROWS

AGENCIES = {a.code: a for a in read_models(Path(__file__).parents[3] / "deploy" / "agencies", Agency)}
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
HASHER = Hasher(bytes(32))
SENDERS = {"guests": "phri-kh", "residents": "desa-badau", "crossings": "plbn-badau"}
GUEST = "Nomor Tinggal;Nama;Nomor Dokumen;Negara Penerbit;Masuk;Keluar\n"
ROW = "T-1;JANE ROE;X0000001;UTO;24/11/2026 14:30;\n"


def about(name, book=""):
    agency = AGENCIES[SENDERS[name]]
    return About(SHEETS[name], agency, agency.sources[0], book, HASHER.of, NOW)


def rows(name, content, book=""):
    table = read_table(content if isinstance(content, bytes) else content.encode(), SHEETS[name])
    return [row(number, cells, about(name, book)) for number, cells in table.rows]


def xlsx(*lines, formula=None):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write(number, column, cell)
        if formula:
            sheet.write_formula(len(lines), 0, formula)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_encoding_and_separator_in_use_here_is_read(encoding, separator):
    text = (GUEST + ROW.replace("JANE ROE", "JOSÉ ROE")).replace(";", separator)
    [said] = rows("guests", text.encode(encoding))
    assert not said.faults
    assert said.events[0]["data"]["person"]["name"]["full"] == "JOSÉ ROE"


def test_a_guest_is_one_arrival_and_once_filled_in_one_departure():
    [before] = rows("guests", GUEST + ROW)
    [after] = rows("guests", GUEST + ROW.rstrip("\n") + "26/11/2026 10.00\n".replace("26", "25"))
    assert [event["id"] for event in before.events] == ["T-1/check_in"]
    assert [event["id"] for event in after.events] == ["T-1/check_in", "T-1/check_out"]
    assert after.events[0] == before.events[0]
    assert before.events[0]["channel"] == "upload"
    assert before.events[0]["data"]["establishment"]["village"] == "61.06.01.1001"


def test_excel_and_csv_say_the_same():
    heading = GUEST.strip().split(";")
    cells = ["T-1", "JANE ROE", "X0000001", "UTO", datetime(2026, 11, 24, 14, 30), ""]  # noqa: DTZ001
    [excel] = rows("guests", xlsx(heading, cells))
    [serial] = rows("guests", GUEST + ROW.replace("24/11/2026 14:30", "46350.6041666667"))
    [written] = rows("guests", GUEST + ROW)
    assert excel.events == written.events == serial.events


def test_english_headings_and_words_say_the_same():
    [english] = rows("crossings", CROSSING_EN, "B7")
    [indonesian] = rows("crossings", CROSSING_ID, "B7")
    assert english.events == indonesian.events
    assert indonesian.events[0]["id"] == "B7/12/entry"
    assert indonesian.events[0]["channel"] == "paper"


CELLS = "12;24/11/2026 09:15;{};JANE ROE;X0000001;UTO;BADAU;B1;23/12/2026\n"
CROSSING_ID = "No. Baris;Waktu;Arah;Nama;Nomor Dokumen;Negara Penerbit;Kode Pos;Jenis Izin;Berlaku Sampai\n" + (
    CELLS.format("Masuk")
)
CROSSING_EN = "Line;Time;Direction;Name;Document Number;Issuing Country;Post Code;Permit Kind;Valid Until\n" + (
    CELLS.format("entry")
)


def test_a_paper_book_needs_its_number():
    [said] = rows("crossings", CROSSING_ID)
    assert [fault.code for fault in said.faults] == ["cell.book"]


def test_a_villages_list():
    text = "Peristiwa;Nama;Nomor Dokumen;Negara Penerbit;Mulai;Sampai\n"
    moved, away = rows(
        "residents",
        text + "Pindah;JANE ROE;X1;UTO;24/11/2026;\nPergi sementara;JOHN ROE;X2;UTO;2026-11-20;2026-11-30\n",
    )
    assert not (*moved.faults, *away.faults)
    assert moved.events[0]["data"]["village"] == "61.06.14.2001"
    assert moved.events[0]["timeprecision"] == "day"
    assert away.events[0]["data"]["until"] == "2026-11-30"


def test_a_row_without_a_number_is_told_apart_by_what_is_in_it():
    text = "Nama;Nomor Dokumen;Negara Penerbit;Masuk\n"
    first, again, other = rows(
        "guests",
        text + "JANE ROE;X1;UTO;24/11/2026 14:30\nJane Roe;X1;UTO;24/11/2026 14:30\nJANE ROE;X1;UTO;23/11/2026 14:30\n",
    )
    assert first.events[0]["id"] == again.events[0]["id"] != other.events[0]["id"]
    assert "X1" not in first.events[0]["id"]


def test_a_citizen_is_not_reported_by_a_lodging_and_counted_by_a_post():
    [guest] = rows("guests", GUEST + ROW.replace("UTO", "Indonesia"))
    assert (guest.citizen, guest.events, guest.faults) == (True, (), ())
    [crossed] = rows("crossings", CROSSING_EN.replace("UTO", "IDN"), "B7")
    assert len(crossed.events) == 1


def test_a_line_may_be_written_as_it_is_printed():
    [printed] = rows("crossings", CROSSING_EN.replace("\n12;", "\nB7/12;"), "B7")
    assert printed.events[0]["id"] == "B7/12/entry"


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("T;A;X1;UTO;;", "came", "cell.required"),
        ("T;A;X1;UTO;24/11/2026;", "came", "cell.moment"),
        ("T;A;X1;UTO;31/02/2026 10:00;", "came", "cell.moment"),
        ("T;A;X1;Negeri Dongeng;24/11/2026 10:00;", "issuer", "cell.country"),
        ("T;=cmd();X1;UTO;24/11/2026 10:00;", "name", "cell.formula"),
        (f"T;{'A' * 300};X1;UTO;24/11/2026 10:00;", "name", "cell.long"),
        ("T;;;;24/11/2026 10:00;", "name", "missing_field"),
        ("T;A;X1;;24/11/2026 10:00;", "issuer", "missing_field"),
        ("T;A;X1;UTO;24/11/2027 10:00;", "", "time_in_future"),
    ],
)
def test_a_fault_names_its_column(line, column, code):
    [said] = rows("guests", GUEST + line + "\n")
    assert [(fault.column, fault.code) for fault in said.faults] == [(column, code)]
    assert said.events == ()


def test_all_cells_of_a_row_that_cannot_be_read_are_named_at_once():
    [said] = rows("guests", GUEST + "T;A;X1;??;gestern;\n")
    assert [fault.column for fault in said.faults] == ["issuer", "came"]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (61 * 1024 * 1024))
    return out.getvalue()


def other_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", b"<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (GUEST.encode(), "file_empty"),
        (b"Warna;Rasa\nmerah;manis\n", "file_headings"),
        (b"Nama;Nama;Masuk\nA;B;C\n", "file_headings"),
        (b"%PDF-1.7 \x00", "file_unsupported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_unsupported"),
        (other_zip(), "file_unsupported"),
        (xlsx(["Nama", "Masuk"], ["A", "B"])[:-60], "file_damaged"),
        (xlsx(["Nama", "Masuk"], ["A", "B"], formula="=1+1"), "file_formulas"),
        (bomb(), "file_too_large"),
        (b"x" * (5 * 1024 * 1024 + 1), "file_too_large"),
        ((GUEST + ROW * (MAX_ROWS + 1)).encode(), "file_too_long"),
        ((";".join(["Nama", "Masuk", *(["x"] * 60)]) + "\nA;B\n").encode(), "file_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_gets_a_clear_answer(content, code):
    with pytest.raises(Problem) as caught:
        read_table(content, SHEETS["guests"])
    assert caught.value.code == code
    assert caught.value.detail["id"] != caught.value.detail["en"]


@pytest.mark.parametrize(
    ("read", "cell", "said"),
    [
        (day, "31/12/2026", "2026-12-31"),
        (day, "2026-12-31", "2026-12-31"),
        (day, 46387, "2026-12-31"),
        (day, datetime(2026, 12, 31), "2026-12-31"),  # noqa: DTZ001
        (moment, "31/12/2026 7.05", "2026-12-31T07:05:00+07:00"),
        (moment, 46387.999, "2026-12-31T23:59:00+07:00"),
        (birth, 1990.0, "1990"),
        (birth, "1990-05", "1990-05"),
        (birth, "1/2/1990", "1990-02-01"),
        (country, "Malaysia", "MYS"),
        (country, "uto", "UTO"),
    ],
)
def test_cells(read, cell, said):
    assert read(cell) == said


@pytest.mark.parametrize(
    ("read", "cell"), [(day, "32/12/2026"), (day, 5), (day, True), (moment, "besok"), (day, "12/31/2026")]
)
def test_cells_that_cannot_be_read(read, cell):
    with pytest.raises(BadCell):
        read(cell)


@pytest.mark.parametrize("name", SHEETS)
def test_the_example_of_every_template_is_sound(name):
    sheet = SHEETS[name]
    cells = {column.key: column.example for column in sheet.columns}
    said = row(2, cells, about(name, "B1"))
    assert not said.faults
    for event in said.events:
        parse_event(event, NOW + timedelta(days=1))
