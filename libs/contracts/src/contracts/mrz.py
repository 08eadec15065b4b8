"""Machine readable zone of a travel document, ICAO Doc 9303 part 4 (TD3: two lines of 44).

The two-digit years of an MRZ say no century: the caller hands in the day on which the document was seen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

LINE = 44
NAME = 39
LONGEST_SURNAME = NAME - 3  # leaves room for << and one letter of the given names
EXPIRY_YEARS_AHEAD = 20
WEIGHTS = (7, 3, 1)
VALUES: Mapping[str, int] = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
ZONE = re.compile(rf"[A-Z0-9<]{{{2 * LINE}}}")
FIRST = re.compile(r"[A-Z][A-Z<][A-Z][A-Z<]{2}[A-Z][A-Z<]{38}")
SECOND = re.compile(r"[A-Z0-9][A-Z0-9<]{8}\d[A-Z<]{3}[\d<]{6}\d[MFX<][\d<]{6}\d[A-Z0-9<]{14}[\d<]\d")
DATE = re.compile(r"(\d{2}|<<)(\d{2}|<<)(\d{2}|<<)")
OPTIONAL, OPTIONAL_DIGIT, COMPOSITE_DIGIT = slice(28, 42), 42, 43
#: name of the digit: (what it is computed over, where it stands), both in the second line
DIGITS: Mapping[str, tuple[tuple[slice, ...], int]] = {
    "number": ((slice(0, 9),), 9),
    "birth_date": ((slice(13, 19),), 19),
    "valid_until": ((slice(21, 27),), 27),
    "optional": ((OPTIONAL,), OPTIONAL_DIGIT),
    "composite": ((slice(0, 10), slice(13, 20), slice(21, 43)), COMPOSITE_DIGIT),
}


class MrzError(ValueError):
    """The text is not the zone of a TD3 document."""


class WrongCheckDigit(MrzError):
    """A check digit does not fit what it protects."""


@dataclass(frozen=True, kw_only=True)
class Mrz:
    """What a zone says. `truncated`: the name field is full, so names may be cut."""

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
    truncated: bool = False
    wrong_digits: tuple[str, ...] = ()


def check_digit(text: str) -> int:
    return sum(VALUES[char] * WEIGHTS[index % 3] for index, char in enumerate(text)) % 10


def parse(text: str, on: date) -> Mrz:
    """Read a zone seen on the day `on`. Wrong check digits are named in the answer, not raised."""
    first, second = lines(text)
    if not FIRST.fullmatch(first) or not SECOND.fullmatch(second):
        raise MrzError("a letter stands where a digit belongs, or a digit where a letter does")
    surname, _, given = first[5:].partition("<<")
    birth, expiry = _parts(second[13:19]), _parts(second[21:27])
    return Mrz(
        code=first[:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        surname=_words(surname),
        given=_words(given),
        number=second[:9].rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        birth_date=_birth_date(birth, on),
        sex=second[20] if second[20] in "MF" else "X",
        valid_until=_expiry(expiry, on),
        optional=second[OPTIONAL].rstrip("<"),
        truncated=first[-1] != "<",
        wrong_digits=tuple(name for name in DIGITS if not _digit_fits(second, name)),
    )


def lines(text: str) -> tuple[str, str]:
    """The two lines of a zone written in one or two lines."""
    zone = "".join(text.split())
    if not ZONE.fullmatch(zone):
        raise MrzError("not two lines of 44 letters, digits and fillers")
    return zone[:LINE], zone[LINE:]


def compose(document: Mrz) -> str:
    """The two lines for a document, names written in A-Z; names too long for the field are cut."""
    first = f"{document.code:<<2}{document.issuer:<<3}{_name_field(document):<<{NAME}}"
    number = f"{document.number:<<9}"
    birth = _six(document.birth_date)
    expiry = _six(document.valid_until.isoformat() if document.valid_until else None)
    optional = f"{document.optional:<<14}"
    second = (
        f"{number}{check_digit(number)}{document.nationality:<<3}{birth}{check_digit(birth)}"
        f"{document.sex.replace('X', '<')}{expiry}{check_digit(expiry)}{optional}{_optional_digit(optional)}"
    )
    composite = check_digit("".join(second[part] for part in DIGITS["composite"][0]))
    return "\n".join(lines(f"{first}\n{second}{composite}"))


def without_optional_data(text: str) -> str:
    """The zone without its optional data, which may hold a personal number; its digit is verified first."""
    second = lines(text)[1]
    if not _digit_fits(second, "optional"):
        raise WrongCheckDigit("optional")
    return blanked(text)


def blanked(text: str) -> str:
    """The zone without its optional data, written as it came. A digit that was wrong stays wrong by as much."""
    first, second = lines(text)
    optional_fault, composite_fault = _fault(second, "optional"), _fault(second, "composite")
    second = second[:28] + "<" * 14 + (str(optional_fault) if optional_fault else "<")
    composite = check_digit("".join(second[part] for part in DIGITS["composite"][0]))
    second += str((composite + composite_fault) % 10)
    return f"{first}\n{second}" if "\n" in text.strip() else first + second


def truncated(document: Mrz) -> Mrz:
    """The document as a zone can say it, with names cut to the field."""
    surname, _, given = _name_field(document).partition("<<")
    return replace(document, surname=_words(surname), given=_words(given))


def _digit_fits(second: str, name: str) -> bool:
    parts, position = DIGITS[name]
    protected, digit = "".join(second[part] for part in parts), second[position]
    if digit == "<":
        return name == "optional" and not protected.strip("<")
    return digit.isdigit() and int(digit) == check_digit(protected)


def _fault(second: str, name: str) -> int:
    parts, position = DIGITS[name]
    return (VALUES[second[position]] - check_digit("".join(second[part] for part in parts))) % 10


def _optional_digit(optional: str) -> str:
    return str(check_digit(optional)) if optional.strip("<") else "<"


def _words(field: str) -> str:
    return " ".join(field.replace("<", " ").split())


def _name_field(document: Mrz) -> str:
    surname, given = (
        "<".join(part.replace("-", " ").replace("'", "").split()) for part in (document.surname, document.given)
    )
    whole = f"{surname}<<{given}" if given else surname
    if len(whole) <= NAME:
        return whole
    if given and len(surname) > LONGEST_SURNAME:
        surname = _cut(surname, LONGEST_SURNAME)
    return _cut(f"{surname}<<{given}" if given else surname, NAME)


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
