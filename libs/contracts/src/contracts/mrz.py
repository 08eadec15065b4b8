"""Machine readable zones of travel documents and visas, ICAO Doc 9303 parts 4 to 7: TD1, TD2, TD3, MRV-A, MRV-B.

The two-digit years of an MRZ say no century: the caller hands in the day on which the document was seen.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from contracts.mrz_layouts import LAYOUTS, Layout, MrzError, check_digit, layout_of

__all__ = [
    "Mrz",
    "MrzError",
    "WrongCheckDigit",
    "blanked",
    "check_digit",
    "compose",
    "holder_states",
    "parse",
    "truncated",
    "without_optional_data",
]

EXPIRY_YEARS_AHEAD = 20
SHORT_NUMBER = 9
DATE = re.compile(r"(\d{2}|<<)(\d{2}|<<)(\d{2}|<<)")
CODE, ISSUER = slice(0, 2), slice(2, 5)


class WrongCheckDigit(MrzError):
    """A check digit does not fit what it protects."""


@dataclass(frozen=True, kw_only=True)
class Mrz:
    """What a zone says. `truncated`: the name field is full, so names may be cut. Only a TD1 has a second `more`."""

    layout: str = "TD3"
    code: str
    issuer: str
    surname: str
    given: str
    number: str
    nationality: str
    birth_date: str | None
    sex: str
    valid_until: date | None
    optional: str = ""
    more: str = ""
    truncated: bool = False
    wrong_digits: tuple[str, ...] = ()


def parse(text: str, on: date) -> Mrz:
    """Read a zone seen on the day `on`. Wrong check digits are named in the answer, not raised."""
    layout, zone = layout_of(text)
    if not layout.pattern.fullmatch(zone):
        raise MrzError("a letter stands where a digit belongs, or a digit where a letter does")
    surname, _, given = zone[layout.names].partition("<<")
    birth, expiry = _parts(zone[layout.birth]), _parts(zone[layout.expiry])
    rest = layout.more_of_number(zone)
    optional = [zone[part] for part in layout.optional]
    sex = zone[layout.sex]
    return Mrz(
        layout=layout.name,
        code=zone[CODE].rstrip("<"),
        issuer=zone[ISSUER].rstrip("<"),
        surname=_words(surname),
        given=_words(given),
        number=zone[layout.number].rstrip("<") + rest[:-1],
        nationality=zone[layout.nationality].rstrip("<"),
        birth_date=_birth_date(birth, on),
        sex=sex if sex in "MF" else "X",
        valid_until=_expiry(expiry, on),
        optional=optional[0][len(rest) + 1 if rest else 0 :].rstrip("<"),
        more=optional[-1].rstrip("<") if len(optional) > 1 else "",
        truncated=zone[layout.names][-1] != "<",
        wrong_digits=tuple(name for name in layout.digits(zone) if not _digit_fits(layout, zone, name)),
    )


def holder_states(text: str) -> set[str]:
    """The states that may be the holder's own: a visa, and many a card, is given to another state's citizen."""
    layout, zone = layout_of(text)
    nationality = zone[layout.nationality].rstrip("<")
    if zone[0] == "V" or (zone[0] in "ACI" and nationality):
        return {nationality}
    return {nationality, zone[ISSUER].rstrip("<")}


def compose(document: Mrz) -> str:
    """The lines for a document, names written in A-Z; names too long for the field are cut."""
    layout = LAYOUTS[document.layout]
    birth = _six(document.birth_date)
    expiry = _six(document.valid_until.isoformat() if document.valid_until else None)
    zone = "<" * (layout.rows * layout.width)
    for place, value in (
        (CODE, document.code),
        (ISSUER, document.issuer),
        (layout.names, _name_field(document)),
        (layout.nationality, document.nationality),
        (layout.birth, f"{birth}{check_digit(birth)}{document.sex.replace('X', '<')}{expiry}{check_digit(expiry)}"),
        (layout.number, _number_field(document, layout)),
    ):
        zone = _put(zone, place.start, value)
    zone = _with_optional(zone, document, layout)
    return layout.written(layout_of(_with_composite(zone, layout, 0))[1])


def without_optional_data(text: str) -> str:
    """The zone without its optional data, which may hold a personal number; its digit, if any, is verified first."""
    layout, zone = layout_of(text)
    if layout.optional_digit is not None and not _digit_fits(layout, zone, "optional"):
        raise WrongCheckDigit("optional")
    return blanked(text)


def blanked(text: str) -> str:
    """The zone without its optional data, written as it came. A digit that was wrong stays wrong by as much."""
    layout, zone = layout_of(text)
    faults = {name: layout.fault(zone, name) for name in ("optional", "composite") if name in layout.digits(zone)}
    # Where a long number goes on in the optional data it stays, but only if its digit says that it is one.
    rest = layout.more_of_number(zone) if _digit_fits(layout, zone, "number") else ""
    for part in layout.optional:
        kept = len(rest) if part == layout.optional[0] else 0
        zone = _put(zone, part.start + kept, "<" * (part.stop - part.start - kept))
    if layout.optional_digit is not None:
        zone = _put(zone, layout.optional_digit, str(faults["optional"] or "<"))
    zone = _with_composite(zone, layout, faults.get("composite", 0))
    return layout.written(zone) if "\n" in text.strip() else zone


def truncated(document: Mrz) -> Mrz:
    """The document as a zone can say it, with names cut to the field."""
    surname, _, given = _name_field(document).partition("<<")
    return replace(document, surname=_words(surname), given=_words(given))


def _put(zone: str, start: int, value: str) -> str:
    return zone[:start] + value + zone[start + len(value) :]


def _number_field(document: Mrz, layout: Layout) -> str:
    number = document.number
    if len(number) > SHORT_NUMBER and layout.continues:
        return f"{number[:SHORT_NUMBER]}<"
    return f"{number:<<{SHORT_NUMBER}}{check_digit(number)}"


def _with_optional(zone: str, document: Mrz, layout: Layout) -> str:
    first = document.optional
    if layout.continues and len(document.number) > SHORT_NUMBER:
        first = f"{document.number[SHORT_NUMBER:]}{check_digit(document.number)}<{first}"
    zone = _put(zone, layout.optional[0].start, first)
    if document.more:
        zone = _put(zone, layout.optional[-1].start, document.more)
    if layout.optional_digit is not None and first:
        zone = _put(zone, layout.optional_digit, str(check_digit(zone[layout.optional[0]])))
    return zone


def _with_composite(zone: str, layout: Layout, fault: int) -> str:
    if layout.composite is None:
        return zone
    return _put(zone, layout.composite, str((check_digit(layout.protected(zone)) + fault) % 10))


def _digit_fits(layout: Layout, zone: str, name: str) -> bool:
    protected, digit = layout.digits(zone)[name]
    if digit == "<":
        return name == "optional" and not protected.strip("<")
    return digit.isdigit() and int(digit) == check_digit(protected)


def _words(field: str) -> str:
    return " ".join(field.replace("<", " ").split())


def _name_field(document: Mrz) -> str:
    surname, given = (
        "<".join(part.replace("-", " ").replace("'", "").split()) for part in (document.surname, document.given)
    )
    whole = f"{surname}<<{given}" if given else surname
    length = LAYOUTS[document.layout].name_length
    if len(whole) <= length:
        return whole
    longest_surname = length - 3  # leaves room for << and one letter of the given names
    if given and len(surname) > longest_surname:
        surname = _cut(surname, longest_surname)
    return _cut(f"{surname}<<{given}" if given else surname, length)


def _cut(field: str, length: int) -> str:
    # A cut field must end in a letter, the mark of a cut. Where it would end in a filler, the last long word gives one.
    cut = field[:length]
    if cut[-1] != "<":
        return cut
    pair = max(match.start() for match in re.finditer(r"(?=[A-Z]{2})", cut))
    return cut[: pair + 1] + cut[pair + 2 :] + field[length]


def _six(day: str | None) -> str:
    year, month, date_ = (*(day or "").split("-"), "", "", "")[:3]
    return "".join(part[-2:] or "<<" for part in (year, month, date_))


def _parts(field: str) -> tuple[str, str, str]:
    written = DATE.fullmatch(field)
    if written is None:
        raise MrzError("a date is not written in digits or fillers")
    return written[1], written[2], written[3]


def _birth_date(parts: tuple[str, str, str], on: date) -> str | None:
    """Not in the future: of two centuries, the later one that is possible. A part after an unknown one is dropped."""
    year, *rest = parts
    if year == "<<":
        return None
    known = rest[: rest.index("<<")] if "<<" in rest else rest
    first_possible = (int(part) for part in (*known, "01", "01")[:2])
    this_century = on.year - on.year % 100 + int(year)
    century = this_century if (this_century, *first_possible) <= (on.year, on.month, on.day) else this_century - 100
    _real(century, known)
    return "-".join([str(century), *known])


def _expiry(parts: tuple[str, str, str], on: date) -> date | None:
    """At most 20 years ahead and less than 80 back."""
    if "<<" in parts:
        return None
    newest = on.year + EXPIRY_YEARS_AHEAD
    year = newest - (newest - int(parts[0])) % 100
    return _real(year, list(parts[1:]))


def _real(year: int, rest: list[str]) -> date:
    month, day = (int(part) for part in (*rest, "01", "01")[:2])
    try:
        return date(year, month, day)
    except ValueError:
        raise MrzError("a date is not in the calendar") from None
