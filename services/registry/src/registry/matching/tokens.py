"""By which words and numbers two claims find each other. Equality only, so that a token can be kept as a keyed hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from registry.matching.names import NameForm, forms
from registry.matching.profile import STAND_INS, Profile

__all__ = ["Tokens", "tokens"]

REMEMBERED = 200_000
# Pairs are made of the longest words: what a name lacks in one document is more often a short one.
PAIRED_WORDS = 4
SHORT_NAME = 13


@dataclass(frozen=True)
class Tokens:
    """Under which tokens a claim is found, and under which it looks for others.

    Symmetric: what one holds meets what the other seeks exactly where the reverse does.
    """

    held: frozenset[str]
    sought: frozenset[str]


@lru_cache(REMEMBERED)
def tokens(profile: Profile) -> Tokens:
    """The tokens of a claim; none where it says too little to compare it with anybody."""
    both = {*_of_numbers(profile)}
    held, sought = set(both), set(both)
    for form in forms(*profile.name):
        shared = {*_of_dates(profile, form)}
        whole = _whole(form)
        held |= shared | {f"n:{whole}"}
        sought |= shared
        if profile.is_dated:
            sought.add(f"u:{whole}")
        else:
            held.add(f"u:{whole}")
            sought.add(f"n:{whole}")
    return Tokens(frozenset(held), frozenset(sought))


def _of_numbers(profile: Profile) -> Iterator[str]:
    if profile.phone:
        yield f"p:{profile.phone}"
    for _, _, number in profile.documents:
        yield f"i:{number}"


def _of_dates(profile: Profile, form: NameForm) -> Iterator[str]:
    """The day with any initial; the year with any two words; the day without its year with the whole name."""
    if not profile.birth_date:
        return
    year, *rest = profile.birth_date.split("-")
    for pair in _pairs(form):
        yield f"y:{year}:{pair}"
    if profile.is_dated:
        day = "-".join(sorted(rest))  # a swapped day and month find each other
        if not profile.birth_date.endswith(STAND_INS):  # very many are born on the first of January
            yield from (f"d:{year}-{day}:{word.sound[0]}" for word in form.words)
        yield f"m:{day}:{_whole(form)}"


def _whole(form: NameForm) -> str:
    """The whole name, in any order of words; a short one by its letters, because others part or join its words."""
    if sum(len(word.text) for word in form.words) <= SHORT_NAME:
        return "".join(sorted("".join(word.spelling for word in form.words)))
    return " ".join(sorted(word.key for word in form.words))


def _pairs(form: NameForm) -> Iterator[str]:
    keys = sorted({word.key for word in form.words}, key=lambda key: (-len(key), key))[:PAIRED_WORDS]
    if len(keys) == 1:
        yield keys[0]
    for one, other in combinations(sorted(keys), 2):
        yield f"{one} {other}"
