"""How single fields of two claims compare: the name of a level, or None where one of them says nothing."""

from rapidfuzz.distance import OSA

from registry.matching.profile import STAND_INS, Profile

__all__ = ["citizenship", "date_level", "guarantor", "other_document", "phone", "sex"]

LONG_NUMBER = 6
SERIAL, FAMILY = 4, 5


def date_level(one: str | None, other: str | None) -> str | None:
    """How two dates of birth compare, each known to the year, the month or the day."""
    if not (one and other):
        return None
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    if long.startswith(short):
        return _as_far_as_known(short)
    if len(short) < len("YYYY-MM-DD"):
        return "differs"
    return _nearly(short, long)


def _as_far_as_known(known: str) -> str:
    if len(known) == len("YYYY"):
        return "year"
    if len(known) == len("YYYY-MM"):
        return "month"
    return "same_stand_in" if known.endswith(STAND_INS) else "same"


def _nearly(one: str, other: str) -> str:
    if one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]:
        return "swapped"
    if _one_slip(one, other):
        return "digit"
    return "same_year" if one[:4] == other[:4] else "differs"


def citizenship(one: Profile, other: Profile) -> str | None:
    """Whether both are citizens of one state."""
    return _agrees(one.citizenship, other.citizenship)


def sex(one: Profile, other: Profile) -> str | None:
    """Whether both documents say the same; X says nothing."""
    if "X" in (one.sex, other.sex):
        return None
    return _agrees(one.sex, other.sex)


def guarantor(one: Profile, other: Profile) -> str | None:
    """Whether one guarantor answers for both."""
    return _agrees(one.guarantor, other.guarantor)


def phone(one: Profile, other: Profile) -> str | None:
    """Whether both were reached at one number."""
    if one.phone and other.phone and _one_slip(one.phone, other.phone):
        return "character"
    return _agrees(one.phone, other.phone)


def _one_slip(one: str, other: str) -> bool:
    """One character written wrong, left out, added, or exchanged with its neighbour."""
    return OSA.distance(one, other, score_cutoff=1) == 1


def _agrees(one: str | None, other: str | None) -> str | None:
    if not (one and other):
        return None
    return "same" if one == other else "differs"


def other_document(one: Profile, other: Profile) -> str | None:
    """A number that agrees under another kind or issuer, or but for one character, or differs within one kind."""
    levels = {_papers(a, b) for a in one.documents for b in other.documents if a != b}
    return next((level for level in ("number", "neighbour", "character", "differs") if level in levels), None)


def _papers(one: tuple[str, str, str], other: tuple[str, str, str]) -> str | None:
    long = min(len(one[2]), len(other[2])) >= LONG_NUMBER
    if one[2] == other[2]:
        return "number" if long else None
    if one[:2] != other[:2]:
        return None
    if _follow(one[2], other[2]):
        return "neighbour"
    return "character" if long and _one_slip(one[2], other[2]) else "differs"


def _follow(one: str, other: str) -> bool:
    """Numbers given out one after the other: a family that fetched its passports together."""
    head, other_head = one[:-SERIAL], other[:-SERIAL]
    tail, other_tail = one[-SERIAL:], other[-SERIAL:]
    return head == other_head and (tail + other_tail).isdigit() and 0 < abs(int(tail) - int(other_tail)) <= FAMILY
