"""XLSX files that somebody made to harm, or that were damaged on the way: a clear answer, and never much memory."""

import io
import random
import re
import zipfile

import pytest
import xlsxwriter

from chassis.errors import Problem
from gateway.workbooks import MAX_COLUMNS, MAX_ROWS, read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
FAR = '<row r="20000"><c r="XFD20000" t="inlineStr"><is><t>x</t></is></c></row>'
NEAR = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nama</t></is></c></row>'


@pytest.fixture(scope="module")
def plain():
    """The parts of a file as a program writes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["Nama", "Masuk"], ["A", 3.5], ["B", "x"]]):
            sheet.write_row(row, 0, cells)
    with zipfile.ZipFile(out) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts, way=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as anew:
        for name, content in parts.items():
            anew.writestr(name, content)
    return out.getvalue()


def sheet(*rows, before="", prefix=""):
    xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
    begin, end = (f"{prefix}:", f"{prefix}:") if prefix else ("", "")
    text = f'<{begin}worksheet {xmlns}="{MAIN}">{before}<{begin}sheetData>{"".join(rows)}'
    return f"{text}</{end}sheetData></{end}worksheet>".encode()


def code_of(parts):
    with pytest.raises(Problem) as caught:
        read_workbook(packed(parts))
    assert caught.value.detail["id"] != caught.value.detail["en"]
    return caught.value.code


def prefixed(text):
    return re.sub(r"<(/?)(?=\w)", r"<\1x:", text)


# Where no cell says where it is, one long row and many short ones span as much.
ACROSS = "<row>" + "<c><v>1</v></c>" * 3000 + "</row>"
DOWN = "<row><c><v>1</v></c></row>" * (MAX_ROWS + 100)


@pytest.mark.parametrize(
    "content",
    [
        sheet(NEAR, FAR),
        sheet(prefixed(NEAR), prefixed(FAR), prefix="x"),
        sheet(NEAR, FAR.replace('"', "'").replace(" r=", "\n r = ")),
        sheet(NEAR, FAR.replace("<c ", '<c x=">" ')),
        sheet(NEAR, FAR).decode().encode("utf-16"),
        sheet(ACROSS),
        sheet(DOWN),
        sheet('<row r="9000">', "<c><v>1</v></c></row>"),
        sheet('<row r="1"><c r="A1"><v>1</v></c><c r="BJ1"><v>1</v></c></row>'),
    ],
    ids=["far", "prefix", "quotes", "angle", "utf-16", "across", "down", "row alone", "one too many"],
)
def test_what_lies_far_out_is_refused_before_a_rectangle_is_built(plain, content):
    assert code_of({**plain, SHEET: content}) == "file_too_wide"


@pytest.mark.parametrize(
    "content",
    [
        sheet(NEAR, FAR, before="<a></b>"),
        sheet("<c><v>1</v></c>" * 100, NEAR),
        sheet(f"<row>{NEAR}</row>"),
        sheet(NEAR, FAR.replace("XFD20000", " XFD20000")),
        sheet(NEAR, FAR.replace("XFD20000", "xfd20000")),
        sheet(NEAR, FAR.replace('r="20000"', 'r="99999999999"')),
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + sheet(NEAR),
        b"<?xml version='1.0' encoding='no-such'?>" + sheet(NEAR),
    ],
    ids=["unclosed", "outside of a row", "row in row", "space", "small letters", "overflow", "entities", "encoding"],
)
def test_what_no_program_writes_is_not_read(plain, content):
    assert code_of({**plain, SHEET: content}) == "file_damaged"


@pytest.mark.parametrize("content", [sheet(NEAR, FAR), sheet(NEAR, FAR, before="<a></b>")], ids=["sound", "unsound"])
def test_a_sheet_under_another_name_is_looked_at_too(plain, content):
    links = plain["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"media/image1.png")
    parts = {**plain, "xl/_rels/workbook.xml.rels": links, "xl/media/image1.png": content}
    assert code_of(parts) in ("file_too_wide", "file_damaged")


def test_a_second_part_of_the_same_name_does_not_count(plain):
    out = io.BytesIO(packed(plain))
    with zipfile.ZipFile(out, "a") as more, pytest.warns(UserWarning, match="Duplicate"):
        more.writestr(SHEET, sheet(NEAR, FAR))
    with pytest.raises(Problem) as caught:
        read_workbook(out.getvalue())
    assert caught.value.code == "file_too_wide"


def test_a_file_of_elements_alone_ends(plain):
    assert code_of({**plain, SHEET: sheet("<row/>" * 2_100_000)}) == "file_too_large"


def test_a_formatted_sheet_with_a_picture_is_read_as_before(plain):
    far = '<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>'
    parts = {**plain, SHEET: sheet(NEAR, far), "xl/media/image1.png": b"\x89PNG\r\n\x1a\n"}
    parts["xl/charts/chart1.xml"] = b'<c:chart xmlns:c="urn:c"><c:f>Sheet1!A1</c:f></c:chart>'
    assert read_workbook(packed(parts)) == [["Nama"]]


def test_a_sheet_as_large_as_permitted_is_read(plain):
    rows = (
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="BH{row}"><v>2</v></c></row>' for row in range(1, MAX_ROWS + 11)
    )
    read = read_workbook(packed({**plain, SHEET: sheet(*rows)}))
    assert (len(read), len(read[0]), read[-1][-1]) == (MAX_ROWS + 10, MAX_COLUMNS, 2)


def test_whatever_was_changed_on_the_way_gets_an_answer(plain):
    chance, ways, codes = random.Random(7), (0, 8, 12, 14), set()
    for turn in range(600):
        content = bytearray(packed(plain, ways[turn % 4]))
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        try:
            read_workbook(bytes(content))
        except Problem as problem:
            codes.add(problem.code)
    assert codes >= {"file_damaged", "file_unsupported"}
