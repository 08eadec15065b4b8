"""What two claims state that cannot both be true of one person."""

from functools import lru_cache

from rapidfuzz.fuzz import token_set_ratio

from registry.matching.alignment import align
from registry.matching.names import NameForm, forms
from registry.matching.profile import STAND_INS, Profile

__all__ = ["contradicts", "dates_contradict", "names_contradict"]

# Below this two spellings share too little to be one name; order, initials and truncation stay above it.
SAME_NAME = 50
REMEMBERED = 200_000


def contradicts(one: Profile, other: Profile) -> tuple[str, ...]:
    """The fields among birth_date and name that cannot both be true; empty where all may be."""
    found = []
    if dates_contradict(one.birth_date, other.birth_date):
        found.append("birth_date")
    if one.name != other.name and names_contradict(forms(*one.name), forms(*other.name)):
        found.append("name")
    return tuple(found)


def dates_contradict(one: str | None, other: str | None) -> bool:
    """1990 and 1990-05-02 agree: the shorter says less, not something else. So do 1990-01-01 and 1990-05-02."""
    if not (one and other):
        return False
    short, long = sorted((_meant(one), _meant(other)), key=len)
    return not long.startswith(short)


def _meant(date: str) -> str:
    """The year alone where the day may stand for one that nobody knew."""
    return date[: len("YYYY")] if date.endswith(STAND_INS) else date


@lru_cache(REMEMBERED)
def names_contradict(some: tuple[NameForm, ...], others: tuple[NameForm, ...]) -> bool:
    """No word of either is a word of the other, in any spelling, script, order or cut. Unknown contradicts nothing."""
    return bool(some and others) and not any(_may_be_one(one, other) for one in some for other in others)


def _may_be_one(one: NameForm, other: NameForm) -> bool:
    if align(one, other).matches:
        return True
    return bool(token_set_ratio(" ".join(sorted(one.order)), " ".join(sorted(other.order))) >= SAME_NAME)
