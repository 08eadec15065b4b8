"""How likely two claims are about one person: evidence in bits, field by field, and what that is enough for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from registry.matching.alignment import Alignment, Match, align
from registry.matching.contradictions import contradicts
from registry.matching.fields import citizenship, date_level, guarantor, other_document, phone, sex
from registry.matching.names import forms
from registry.matching.profile import Profile
from registry.matching.table import MatchingTable

__all__ = ["Part", "Score", "same_document", "score"]

Zone = Literal["linked", "review", "apart"]


@dataclass(frozen=True)
class Part:
    """What one field says for (above zero) or against (below). `links` is false where a human must look at it."""

    field: str
    label: str
    weight: float
    links: bool = True

    def __str__(self) -> str:
        return f"{self.field.replace('_', ' ')} {self.weight:+.1f}"


@dataclass(frozen=True)
class Score:
    """The evidence, the zone it is enough for, and its parts."""

    total: float
    zone: Zone
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))


def same_document(one: Profile, other: Profile) -> bool:
    """Whether both name a document of the same kind, issuing state and number."""
    return not set(one.documents).isdisjoint(other.documents)


def score(one: Profile, other: Profile, table: MatchingTable) -> Score:
    """Compare two claims. The same whichever comes first.

    One document and no contradiction: linked. One document and a contradiction: review. Else the evidence decides, but
    no score links by itself what a field says a human must look at.
    """
    parts = tuple(part for part in _parts(one, other, table) if part is not None)
    total = round(sum(part.weight for part in parts), 2)
    return Score(total, _zone(one, other, parts, table), parts)


def _zone(one: Profile, other: Profile, parts: tuple[Part, ...], table: MatchingTable) -> Zone:
    if same_document(one, other):
        return "review" if contradicts(one, other) else "linked"
    total = sum(part.weight for part in parts)
    if total < table.thresholds.review:
        return "apart"
    known = {part.field for part in parts if part.weight > 0}
    may_link = all(part.links for part in parts) and "name" in known and bool(known & {"birth_date", "phone"})
    return "linked" if may_link and total >= table.thresholds.linked else "review"


def _parts(one: Profile, other: Profile, table: MatchingTable) -> Iterator[Part | None]:
    if same_document(one, other):
        yield _part("document", "same", table)
    yield _name(one, other, table)
    yield _part("birth_date", date_level(one.birth_date, other.birth_date), table)
    yield _part("citizenship", citizenship(one, other), table)
    yield _part("sex", sex(one, other), table)
    yield _part("guarantor", guarantor(one, other), table)
    yield _part("phone", phone(one, other), table)
    yield _part("other_document", other_document(one, other), table)


def _part(field: str, level: str | None, table: MatchingTable) -> Part | None:
    if level is None:
        return None
    found = table.levels[field][level]
    return Part(field, level, found.weight, found.links)


def _name(one: Profile, other: Profile, table: MatchingTable) -> Part | None:
    pairs = [(a, b) for a in forms(*one.name) for b in forms(*other.name)]
    found = [_name_part(align(a, b), table) for a, b in pairs]
    return max(found, key=lambda part: (part.weight, part.links, part.label)) if found else None


def _name_part(alignment: Alignment, table: MatchingTable) -> Part:
    matches, left = alignment.matches, table.levels["name_left"]
    weight = sum(table.words[match.level].weight(table.frequency(match.word)) for match in matches)
    over = ["conflicting"] * alignment.conflicting + [_extra(word, table) for word in alignment.extra]
    weight += sum(left[level].weight for level in over)
    links = all(table.words[match.level].links for match in matches) and all(left[level].links for level in over)
    return Part("name", _label(matches, over), round(min(weight, table.name_at_most), 2), links and bool(matches))


def _extra(word: str, table: MatchingTable) -> str:
    """A name that very many bear is left out as often as not; any other may be what tells two persons apart."""
    return "left_out" if table.frequency(word) >= table.left_out_frequency or len(word) == 1 else "extra"


def _label(matches: tuple[Match, ...], over: list[str]) -> str:
    levels = [match.level for match in matches] + over
    return ", ".join(f"{levels.count(level)} {level.replace('_', ' ')}" for level in dict.fromkeys(levels))
