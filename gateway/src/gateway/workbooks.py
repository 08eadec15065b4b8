"""XLSX files from outside: read by a strict parser before anything reads their values. Pure.

A reader of spreadsheets builds the whole rectangle that its cells span: two cells far apart in a file of one kilobyte
end the process. So only what was looked through is handed on, packed anew: parts in XML, without a document type, with
no filled cell far out and no formula.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from xml.parsers import expat

import python_calamine

from chassis.errors import Problem
from gateway.cells import Cell

__all__ = ["HEADING_ROWS", "MAX_COLUMNS", "MAX_ROWS", "is_packed", "read_workbook"]

MAX_ROWS = 5000
MAX_COLUMNS = 60
HEADING_ROWS = 10
MAX_UNPACKED = 60 * 1024 * 1024
MAX_MEMBERS = 200
# A sheet as long and as wide as permitted has half of it.
MAX_ELEMENTS = 2_000_000
CHUNK = 1 << 20
ROW = re.compile(r"[1-9][0-9]{0,6}")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
PARENTS = {"row": ["sheetData"], "c": ["row"], "v": ["c"], "is": ["c"], "f": ["c"]}
# What the archive's own reader raises over bytes that were changed on the way: a fuzz of it found each.
DAMAGED = (
    zipfile.BadZipFile,
    python_calamine.CalamineError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def is_packed(content: bytes) -> bool:
    """Whether it is an archive, as an XLSX file is."""
    return content.startswith(b"PK\x03\x04")


def read_workbook(content: bytes) -> Sequence[Sequence[Cell]]:
    """The cells of the first sheet. Raises Problem 400 or 413 that says what to do about it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            vetted = _vetted(packed)
        book = python_calamine.CalamineWorkbook.from_filelike(vetted)
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except DAMAGED as error:
        raise Problem(
            400,
            "file_damaged",
            id="Berkas XLSX rusak atau terkunci; simpan ulang dari Excel.",
            en="The XLSX file is damaged or locked; save it again from Excel.",
        ) from error


def _vetted(packed: zipfile.ZipFile) -> io.BytesIO:
    """The same with those parts alone that a strict parser read to their end."""
    names = packed.namelist()
    if "xl/workbook.xml" not in names:
        raise Problem(400, "file_unsupported", id="Gunakan berkas XLSX atau CSV.", en="Use an XLSX or a CSV file.")
    if len(names) > MAX_MEMBERS:
        raise _too_large()
    parts, out = _Parts(), io.BytesIO()
    with zipfile.ZipFile(out, "w") as anew:
        for name in dict.fromkeys(names):
            if (text := parts.read(packed, name)) is not None:
                anew.writestr(name, text)
    out.seek(0)
    return out


class _Parts:
    """Reads parts of one archive, by what is really in them and not by what they claim."""

    def __init__(self) -> None:
        self.left = MAX_UNPACKED
        self.elements = 0

    def read(self, packed: zipfile.ZipFile, name: str) -> bytes | None:
        """The part; none where it is not XML, as pictures are not."""
        chunks, look = [], _Look(self)
        with packed.open(name) as member:
            while chunk := member.read(CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise _too_large()
                chunks.append(chunk)
                look.at(chunk)
        return b"".join(chunks) if look.at(b"", is_last=True) else None


class _Look:
    """Looks through one part. A cell counts by where it says it is, or where it follows from the one before."""

    def __init__(self, parts: _Parts) -> None:
        self.parts = parts
        self.path: list[str] = []
        self.row = self.column = 0
        self.place = (0, 0)
        self.sound = True
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def at(self, chunk: bytes, *, is_last: bool = False) -> bool:
        """Whether all so far was sound."""
        if self.sound:
            try:
                self.parser.Parse(chunk, is_last)
            except (expat.ExpatError, LookupError, ValueError):
                self.sound = False
        return self.sound

    def _refuse(self, *_: object) -> None:
        raise ValueError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.parts.elements += 1
        if self.parts.elements > MAX_ELEMENTS:
            raise _too_large()
        local = name.rpartition(" ")[2]
        if self.path or local == "sheetData":
            # A reader that takes more than is written by any program could be led elsewhere by it.
            if PARENTS.get(local, self.path[-1:]) != self.path[-1:]:
                raise ValueError
            self.path.append(local)
            self._place(local, attributes.get("r"))

    def _end(self, _: str) -> None:
        if self.path:
            self.path.pop()

    def _place(self, local: str, said: str | None) -> None:
        match local:
            case "row":
                self.row, self.column = self.row + 1 if said is None else _row(said), 0
            case "c":
                row, self.column = (self.row, self.column + 1) if said is None else _cell(said)
                self.place = row, self.column
            case "f":
                raise Problem(
                    400,
                    "file_formulas",
                    id="Berkas berisi rumus; salin lalu tempel sebagai nilai.",
                    en="The file holds formulas; copy and paste them as values.",
                )
            case "v" | "is" if self.place[0] > MAX_ROWS + HEADING_ROWS or self.place[1] > MAX_COLUMNS:
                raise _too_wide()


def _row(said: str) -> int:
    if not ROW.fullmatch(said):
        raise ValueError
    return int(said)


def _cell(said: str) -> tuple[int, int]:
    found = CELL.fullmatch(said)
    if not found:
        raise ValueError
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _too_wide() -> Problem:
    return Problem(
        413,
        "file_too_wide",
        id=f"Ada isi di luar {MAX_ROWS} baris atau {MAX_COLUMNS} kolom pertama; hapus atau bagi berkas.",
        en=f"Something stands past the first {MAX_ROWS} rows or {MAX_COLUMNS} columns; remove it or split the file.",
    )


def _too_large() -> Problem:
    return Problem(413, "file_too_large", id="Isi berkas terlalu besar.", en="What is packed in the file is too large.")
