"""Where the year is played: moments, villages, lodgings, and the sources that report, as the sample region has them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

__all__ = [
    "BADAU",
    "FIRST",
    "HOTELS",
    "KAPUAS",
    "LODGINGS",
    "OUTSIDE",
    "SENTARUM",
    "SOURCES",
    "WIB",
    "ZONE",
    "Lodging",
    "Source",
    "at",
    "day",
    "midnight",
    "written",
]

WIB = timezone(timedelta(hours=7))
FIRST = date(2026, 1, 1)
"""Day 0 of the year."""

BADAU, SENTARUM, KAPUAS = "61.06.14.2001", "61.06.01.1001", "61.06.17.1001"
# Villages of the five districts in which a border pass is good, and others.
ZONE = (BADAU, "61.06.14.2002", "61.06.14.2007", "61.06.23.2001", "61.06.13.2002", "61.06.12.2004", "61.06.04.2002")
OUTSIDE = (SENTARUM, KAPUAS, "61.06.10.2003", "61.06.15.2001", "61.06.18.2002")


@dataclass(frozen=True)
class Source:
    """One source: how often it says that it is there (hours), and what it would have reported."""

    agency: str
    code: str
    uri: str
    every_hours: int
    rhythm_hours: int
    clears: frozenset[str] = frozenset()
    village: str | None = None

    @property
    def key(self) -> str:
        return f"{self.agency}/{self.code}"


def _source(key: str, every: int, rhythm: int, clears: str = "", village: str | None = None) -> Source:
    agency, code = key.split("/")
    return Source(agency, code, f"/{key}", every, rhythm, frozenset(clears.split()), village)


SOURCES = {
    one.key: one
    for one in (
        _source("imigrasi/simkim", 12, 24, "exit permit"),
        _source("plbn-badau/pos", 12, 24, "exit", BADAU),
        _source("polres/spkt", 12, 24),
        _source("satgas-pamtas/patroli", 48, 72),
        _source("disnaker/tka", 120, 168, "work"),
        _source("dukcapil/siak", 120, 168, "residence certificate"),
        _source("phri-kh/hotel-sentarum", 12, 24, "lodging", SENTARUM),
        _source("phri-kh/hotel-kapuas", 24, 48, "lodging", KAPUAS),
        _source("desa-badau/kantor-desa", 48, 72, "lodging residence", BADAU),
        _source("ppt/layanan", 120, 168),
    )
}


@dataclass(frozen=True)
class Lodging:
    """A hotel or a resident's house, and the source that reports its guests."""

    number: str
    source: str
    village: str

    @property
    def party(self) -> dict[str, str]:
        return {"kind": "lodging", "id": self.number, "village": self.village}


HOTELS = (Lodging("H-ST", "phri-kh/hotel-sentarum", SENTARUM), Lodging("H-KP", "phri-kh/hotel-kapuas", KAPUAS))
LODGINGS = (*HOTELS, *(Lodging(f"H-BD{number}", "desa-badau/kantor-desa", BADAU) for number in range(1, 9)))


def day(number: int) -> date:
    """The date of a day of the year, the first being 0."""
    return FIRST + timedelta(days=number)


def at(number: int, hour: float = 9) -> datetime:
    """A moment of that day, WIB."""
    return datetime.combine(day(number), time(), WIB) + timedelta(minutes=round(hour * 60))


def midnight(when: date) -> datetime:
    return datetime.combine(when, time(), WIB)


def written(when: date | int) -> str:
    """A date as events write it."""
    return (day(when) if isinstance(when, int) else when).isoformat()
