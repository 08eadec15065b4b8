"""Files that people upload, read as a table: CSV in the encodings and separators in use here, or XLSX. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.errors import Problem
from gateway.cells import Cell
from gateway.sheets import Sheet
from gateway.workbooks import HEADING_ROWS, MAX_COLUMNS, MAX_ROWS, is_packed, read_workbook

__all__ = ["MAX_BYTES", "MAX_ROWS", "Table", "read_table"]

MAX_BYTES = 5 * 1024 * 1024
Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Table:
    """Rows under known headings, each with its number in the file."""

    rows: Sequence[tuple[int, Mapping[str, Cell]]]
    unknown: Sequence[str]


def read_table(content: bytes, sheet: Sheet) -> Table:
    """The rows of the file. Raises Problem 400 or 413 that says what to do about it."""
    if len(content) > MAX_BYTES:
        raise _problem(
            "file_too_large",
            "Berkas melebihi 5 MB; bagi menjadi beberapa berkas.",
            "The file is larger than 5 MB; split it.",
            413,
        )
    if not content.strip():
        raise _problem("file_empty", "Berkas kosong.", "The file is empty.")
    rows = read_workbook(content) if is_packed(content) else _csv(content)
    return _table(rows, sheet)


def _csv(content: bytes) -> Rows:
    text = _decoded(content)
    if "\x00" in text or content.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8")):
        raise _problem("file_unsupported", "Gunakan berkas XLSX atau CSV.", "Use an XLSX or a CSV file.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise _problem("file_damaged", "Berkas CSV tidak dapat dibaca.", "The CSV file cannot be read.") from error


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        # What Excel of Windows writes here; five bytes mean nothing in it.
        return content.decode("cp1252", errors="replace")


def _table(rows: Rows, sheet: Sheet) -> Table:
    headings = {_plain(name): column.key for column in sheet.columns for name in (column.id, column.en, column.key)}
    place = next((index for index, row in enumerate(rows[:HEADING_ROWS]) if _known(row, headings) >= 2), None)
    if place is None:
        raise _problem(
            "file_headings",
            "Judul kolom tidak dikenali; gunakan templat.",
            "The column headings are not known; use the template.",
        )
    if len(rows[place]) > MAX_COLUMNS:
        raise _problem("file_too_large", "Terlalu banyak kolom.", "There are too many columns.", 413)
    keys = [headings.get(_plain(cell), "") for cell in rows[place]]
    twice = {key for key in keys if key and keys.count(key) > 1}
    if twice:
        raise _problem("file_headings", "Satu judul kolom muncul dua kali.", "A column heading appears twice.")
    found = [(number, _cells(keys, row)) for number, row in enumerate(rows[place + 1 :], place + 2) if _filled(row)]
    if len(found) > MAX_ROWS:
        raise _problem(
            "file_too_long",
            f"Lebih dari {MAX_ROWS} baris; bagi menjadi beberapa berkas.",
            f"More than {MAX_ROWS} rows; split the file.",
            413,
        )
    if not found:
        raise _problem("file_empty", "Tidak ada baris berisi data.", "There is no row with data.")
    return Table(
        found,
        [str(cell).strip()[:40] for cell, key in zip(rows[place], keys, strict=True) if not key and str(cell).strip()],
    )


def _known(row: Iterable[Cell], headings: Mapping[str, str]) -> int:
    return sum(_plain(cell) in headings for cell in row)


def _plain(cell: Cell) -> str:
    return re.sub(r"[\s_.*:]+", " ", str(cell or "")).strip().casefold()


def _filled(row: Iterable[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _cells(keys: Sequence[str], row: Sequence[Cell]) -> dict[str, Cell]:
    return {key: cell for key, cell in zip(keys, row, strict=False) if key}


def _problem(code: str, indonesian: str, english: str, status: int = 400) -> Problem:
    return Problem(status, code, id=indonesian, en=english)
