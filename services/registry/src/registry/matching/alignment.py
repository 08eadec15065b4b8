"""Which words of two names are the same, and how alike: independent of the order of words and of sides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from registry.matching.names import NameForm, Word

__all__ = ["Alignment", "Match", "align"]

REMEMBERED = 200_000
SURE, UNSURE = ("same", "spelt", "sounds", "close"), ("loose", "start", "initial")
NONE = "none"
RANK = {level: rank for rank, level in enumerate((*SURE, *UNSURE))}
SHORT, LONG = 5, 6


@dataclass(frozen=True)
class Match:
    """A word of one name and its match in the other, in the spelling by which its frequency is found."""

    level: str
    word: str


@dataclass(frozen=True)
class Alignment:
    """The words that match, and what was left over: on both sides (conflicting) or on one only (extra)."""

    matches: tuple[Match, ...]
    conflicting: int
    extra: tuple[str, ...]


@lru_cache(REMEMBERED)
def align(one: NameForm, other: NameForm) -> Alignment:
    """Match the words of two names, the surest first. The same whichever comes first."""
    if other.order < one.order:
        one, other = other, one
    left, right = list(one.words), list(other.words)
    matches = [*_paired(left, right, SURE), *_joined(left, right), *_paired(left, right, UNSURE)]
    if one.cut or other.cut:
        matches = [Match("cut", match.word) if match.level == "start" else match for match in matches]
    conflicting = min(len(left), len(right))
    # What the other side has beyond the end of a name that was cut off tells nothing.
    over = ([] if other.cut else left) + ([] if one.cut else right)
    extra = () if conflicting else tuple(sorted(word.text for word in over))
    return Alignment(tuple(matches), conflicting, extra)


def _paired(left: list[Word], right: list[Word], levels: Sequence[str]) -> Iterator[Match]:
    found = [
        (RANK[level], -min(len(a.text), len(b.text)), a.text, b.text, a, b, level)
        for a in left
        for b in right
        if (level := likeness(a, b)) in levels
    ]
    for *_, a, b, level in sorted(found, key=lambda row: row[:4]):
        if a in left and b in right:
            left.remove(a)
            right.remove(b)
            yield Match(level, min(a.text, b.text, key=lambda text: (len(text), text)))


def _joined(left: list[Word], right: list[Word]) -> Iterator[Match]:
    """Words that one side writes in one and the other apart."""
    for several, single in ((left, right), (right, left)):
        for word in list(single):
            run = _run(several, word.text)
            if run:
                single.remove(word)
                for part in run:
                    several.remove(part)
                yield Match("same", word.text)


def _run(words: Sequence[Word], text: str) -> Sequence[Word]:
    """The neighbouring words that make up the text, or none."""
    for begin, first in enumerate(words[:-1]):
        joined = first.text
        for end in range(begin + 1, len(words)):
            if not text.startswith(joined):
                break
            joined += words[end].text
            if joined == text:
                return words[begin : end + 1]
    return ()


@lru_cache(REMEMBERED)
def likeness(one: Word, other: Word) -> str:
    """How alike two words are: a level, or NONE where they are different words."""
    a, b = one.text, other.text
    if a == b:
        return "same"
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        return "initial" if long[0] == short else NONE
    if one.sound == other.sound and len(one.sound) > 1:
        return _of_one_sound(one, other)
    if _is_close(a, b):
        return "close" if len(short) >= LONG else "loose"
    return "start" if len(short) > 2 and long.startswith(short) else NONE


def _of_one_sound(one: Word, other: Word) -> str:
    # Where one script wrote no vowels there is nothing more to compare; else Hasan is not Husain.
    if not (one.vowelled and other.vowelled):
        return "sounds"
    if one.spelling == other.spelling:
        return "spelt"
    return "close" if OSA.normalized_similarity(one.text, other.text) >= 0.75 else "loose"


def _is_close(a: str, b: str) -> bool:
    if min(len(a), len(b)) < SHORT:
        return False  # in a short word one letter is another word
    edits = OSA.distance(a, b, score_cutoff=2)
    return edits == 1 or (edits == 2 and min(len(a), len(b)) >= LONG) or JaroWinkler.similarity(a, b) >= 0.93
