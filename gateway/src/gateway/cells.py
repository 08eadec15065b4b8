"""What people write into cells: days, times, countries, words. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from gateway.texts import WIB

__all__ = ["BadCell", "Cell", "Read", "birth", "country", "day", "moment", "one_of", "text", "upper"]

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Read = Callable[[Cell], str]
LONGEST = 200
SERIALS = range(20_000, 110_000)  # Excel's days from 1954 to 2201
EXCEL = date(1899, 12, 30)
WRITTEN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]+(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?)?")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?)?")
COUNTRIES: Mapping[str, str] = {
    "indonesia": "IDN", "malaysia": "MYS", "singapura": "SGP", "singapore": "SGP", "brunei": "BRN", "tiongkok": "CHN",
    "cina": "CHN", "china": "CHN", "taiwan": "TWN", "thailand": "THA", "filipina": "PHL", "philippines": "PHL",
    "vietnam": "VNM", "india": "IND", "bangladesh": "BGD", "pakistan": "PAK", "jepang": "JPN", "japan": "JPN",
    "korea selatan": "KOR", "south korea": "KOR", "australia": "AUS", "belanda": "NLD", "netherlands": "NLD",
    "jerman": "D", "germany": "D", "inggris": "GBR", "united kingdom": "GBR", "amerika serikat": "USA",
    "united states": "USA", "prancis": "FRA", "france": "FRA",
}  # fmt: skip


class BadCell(Exception):
    """The cell cannot be understood. `code` is that of a text: why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text(cell: Cell) -> str:
    """The text of a cell; a whole number without a decimal point, as it was typed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    said = "" if cell is None else str(cell).strip()
    if said.startswith(("=", "@")):
        raise BadCell("cell.formula")
    if len(said) > LONGEST:
        raise BadCell("cell.long")
    return said


def upper(cell: Cell) -> str:
    """A number or code: capitals, no blanks inside."""
    return "".join(text(cell).split()).upper()


def country(cell: Cell) -> str:
    """A country by its code, or by its name in Indonesian or English where that is known here."""
    said = text(cell)
    code = COUNTRIES.get(said.casefold(), said.upper())
    if not re.fullmatch(r"[A-Z]{1,3}", code):
        raise BadCell("cell.country")
    return code


def day(cell: Cell) -> str:
    """A day: 31/12/2026, 2026-12-31, or a date of Excel."""
    return _moment(cell, "cell.day")[0].isoformat()


def birth(cell: Cell) -> str:
    """A day of birth; the year alone where no more is known."""
    said = text(cell) if not isinstance(cell, date) else ""
    return said if re.fullmatch(r"(19|20)\d\d(-\d\d)?", said) else day(cell)


def moment(cell: Cell) -> str:
    """A day with a time, as the clock of western Indonesia shows it."""
    on, at = _moment(cell, "cell.moment")
    if at is None:
        raise BadCell("cell.moment")
    return datetime.combine(on, at, WIB).isoformat()


def one_of(words: Mapping[str, str]) -> Read:
    """Reads one of these words, whatever its capitals; its meaning is what is sent."""

    def read(cell: Cell) -> str:
        said = " ".join(text(cell).casefold().replace("_", " ").split())
        if said not in words:
            raise BadCell("cell.word")
        return words[said]

    return read


def _moment(cell: Cell, code: str) -> tuple[date, time | None]:
    if isinstance(cell, datetime):
        return cell.date(), cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, date):
        return cell, None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(float(cell), code)
    said = text(cell)
    if re.fullmatch(r"\d{5}(\.\d+)?", said):
        return _serial(float(said), code)
    return _written(said, code)


def _serial(value: float, code: str) -> tuple[date, time | None]:
    if int(value) not in SERIALS:
        raise BadCell(code)
    minutes = round(value % 1 * 1440)
    return EXCEL + timedelta(days=int(value), minutes=0), (
        time(minutes // 60 % 24, minutes % 60) if value % 1 else None
    )


def _written(said: str, code: str) -> tuple[date, time | None]:
    try:
        if found := ISO.fullmatch(said):
            on = date(int(found[1]), int(found[2]), int(found[3]))
        elif found := WRITTEN.fullmatch(said):
            on = date(int(found[3]), int(found[2]), int(found[1]))
        else:
            raise BadCell(code)
        return on, time(int(found[4]), int(found[5])) if found[4] else None
    except ValueError:
        raise BadCell(code) from None
