"""Where things stand in a machine readable zone: ICAO Doc 9303 parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (MRV-A, MRV-B).

Positions count through the zone as one line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["LAYOUTS", "Layout", "MrzError", "check_digit", "layout_of"]

WEIGHTS = (7, 3, 1)
VALUES: Mapping[str, int] = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
CHARS = re.compile(r"[A-Z0-9<]*")

HEAD = r"[A-Z][A-Z<][A-Z][A-Z<]{2}"
VISA = r"V[A-Z<][A-Z][A-Z<]{2}"
NUMBER = r"[A-Z0-9][A-Z0-9<]{8}"
DATES = r"[\d<]{6}\d[MFX<][\d<]{6}\d"


class MrzError(ValueError):
    """The text is not the zone of a document."""


def check_digit(text: str) -> int:
    return sum(VALUES[char] * WEIGHTS[index % 3] for index, char in enumerate(text)) % 10


@dataclass(frozen=True)
class Layout:
    """The layout of one size of document. The code, the issuer and the order of dates are the same in all."""

    name: str
    rows: int
    width: int
    pattern: re.Pattern[str]
    names: slice
    number: slice
    birth: slice
    nationality: slice
    optional: tuple[slice, ...]
    optional_digit: int | None = None
    composite: int | None = None
    covered: tuple[slice, ...] = ()
    continues: bool = False

    @property
    def name_length(self) -> int:
        return int(self.names.stop - self.names.start)

    @property
    def number_digit(self) -> int:
        return int(self.number.stop)

    @property
    def birth_digit(self) -> int:
        return int(self.birth.stop)

    @property
    def sex(self) -> int:
        return int(self.birth.stop + 1)

    @property
    def expiry(self) -> slice:
        return slice(self.sex + 1, self.sex + 7)

    def written(self, zone: str) -> str:
        """The zone in its lines."""
        return "\n".join(zone[row * self.width : (row + 1) * self.width] for row in range(self.rows))

    def more_of_number(self, zone: str) -> str:
        """What a number longer than nine goes on with, its check digit last; nothing where the number is short."""
        if not self.continues or zone[self.number_digit] != "<":
            return ""
        more = zone[self.optional[0]].partition("<")[0]
        return more if len(more) > 1 and more[-1].isdigit() else ""

    def digits(self, zone: str) -> dict[str, tuple[str, str]]:
        """Each check digit by name: what it protects, and itself."""
        more = self.more_of_number(zone)
        found = {
            "number": (zone[self.number] + more[:-1], more[-1] if more else zone[self.number_digit]),
            "birth_date": (zone[self.birth], zone[self.birth_digit]),
            "valid_until": (zone[self.expiry], zone[self.expiry.stop]),
        }
        if self.optional_digit is not None:
            found["optional"] = (zone[self.optional[0]], zone[self.optional_digit])
        if self.composite is not None:
            found["composite"] = (self.protected(zone), zone[self.composite])
        return found

    def protected(self, zone: str) -> str:
        """What the composite digit covers."""
        return "".join(zone[part] for part in self.covered)

    def fault(self, zone: str, name: str) -> int:
        """By how much a check digit is off."""
        protected, digit = self.digits(zone)[name]
        return (VALUES[digit] - check_digit(protected)) % 10


TD3 = Layout(
    name="TD3",
    rows=2,
    width=44,
    pattern=re.compile(rf"{HEAD}[A-Z][A-Z<]{{38}}{NUMBER}\d[A-Z<]{{3}}{DATES}[A-Z0-9<]{{14}}[\d<]\d"),
    names=slice(5, 44),
    number=slice(44, 53),
    nationality=slice(54, 57),
    birth=slice(57, 63),
    optional=(slice(72, 86),),
    optional_digit=86,
    composite=87,
    covered=(slice(44, 54), slice(57, 64), slice(65, 87)),
)
TD2 = Layout(
    name="TD2",
    rows=2,
    width=36,
    pattern=re.compile(rf"{HEAD}[A-Z][A-Z<]{{30}}{NUMBER}[\d<][A-Z<]{{3}}{DATES}[A-Z0-9<]{{7}}\d"),
    names=slice(5, 36),
    number=slice(36, 45),
    nationality=slice(46, 49),
    birth=slice(49, 55),
    optional=(slice(64, 71),),
    composite=71,
    covered=(slice(36, 46), slice(49, 56), slice(57, 71)),
    continues=True,
)
TD1 = Layout(
    name="TD1",
    rows=3,
    width=30,
    pattern=re.compile(rf"{HEAD}{NUMBER}[\d<][A-Z0-9<]{{15}}{DATES}[A-Z<]{{3}}[A-Z0-9<]{{11}}\d[A-Z][A-Z<]{{29}}"),
    names=slice(60, 90),
    number=slice(5, 14),
    birth=slice(30, 36),
    nationality=slice(45, 48),
    optional=(slice(15, 30), slice(48, 59)),
    composite=59,
    covered=(slice(5, 30), slice(30, 37), slice(38, 45), slice(48, 59)),
    continues=True,
)
MRV_A = Layout(
    name="MRV-A",
    rows=2,
    width=44,
    pattern=re.compile(rf"{VISA}[A-Z][A-Z<]{{38}}{NUMBER}\d[A-Z<]{{3}}{DATES}[A-Z0-9<]{{16}}"),
    names=slice(5, 44),
    number=slice(44, 53),
    nationality=slice(54, 57),
    birth=slice(57, 63),
    optional=(slice(72, 88),),
)
MRV_B = Layout(
    name="MRV-B",
    rows=2,
    width=36,
    pattern=re.compile(rf"{VISA}[A-Z][A-Z<]{{30}}{NUMBER}\d[A-Z<]{{3}}{DATES}[A-Z0-9<]{{8}}"),
    names=slice(5, 36),
    number=slice(36, 45),
    nationality=slice(46, 49),
    birth=slice(49, 55),
    optional=(slice(64, 72),),
)
LAYOUTS = {layout.name: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B)}
BY_LENGTH = {90: (TD1, TD1), 72: (TD2, MRV_B), 88: (TD3, MRV_A)}


def layout_of(text: str) -> tuple[Layout, str]:
    """The layout of a zone written in one or more lines, and the zone as one line; a visa begins with V."""
    zone = "".join(text.split())
    if len(zone) not in BY_LENGTH or not CHARS.fullmatch(zone):
        raise MrzError("not two or three lines of letters, digits and fillers")
    return BY_LENGTH[len(zone)][zone[0] == "V"], zone
