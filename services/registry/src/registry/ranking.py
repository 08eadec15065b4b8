"""Search, the ranking: how well what is known of a person fits what somebody looks for, and why. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.matching import MatchingTable, Part
from registry.matching.alignment import Alignment, align
from registry.matching.fields import date_level
from registry.matching.names import NameForm, forms
from registry.search import Card, Query, entries

__all__ = ["Hit", "fits", "promising", "ranked"]

# Bits, on the scale of the matching.
NUMBER, PARTY, PLACE, YEAR, MISSING = 30.0, 12.0, 6.0, 5.0, -6.0


@dataclass(frozen=True)
class Hit:
    """One person found, with the reasons."""

    person: str
    total: float
    parts: tuple[Part, ...]
    card: Card


def ranked(query: Query, cards: Mapping[str, Card], table: MatchingTable) -> list[Hit]:
    """The best first; people of whom nothing fits are left out. Ties by id, so that a page is the same twice."""
    hits = (_hit(person, query, known, table) for person, known in cards.items())
    return sorted((hit for hit in hits if hit.total > 0), key=lambda hit: (-hit.total, hit.person))


def fits(query: Query, hits: Iterable[Hit]) -> bool:
    """Whether somebody was found in whom everything that was asked for is there."""
    return any(all(part.weight > 0 and part.links for part in hit.parts) for hit in hits)


def promising(query: Query, known: Card) -> int:
    """How much of what is quickly compared fits: by this many bearers of one name are cut down before the ranking."""
    year = query.birth[:4] if query.birth else query.year
    born = sum(birth.startswith(query.birth or year or "?") for birth in known.births)
    placed = any(own.startswith(place) for place in query.places for own in known.places)
    return 2 * (born > 0) + placed


def _hit(person: str, query: Query, known: Card, table: MatchingTable) -> Hit:
    parts = tuple(_parts(query, known, table))
    return Hit(person, round(sum(part.weight for part in parts), 2), parts, known)


def _parts(query: Query, known: Card, table: MatchingTable) -> Iterator[Part]:
    if query.numbers:
        yield from _numbers(query, known)
    name = _name(query.name, known, table) if query.name else None
    party = query.party and known.parties and f"e:{query.party}" in entries(Card(parties=known.parties))
    if party:
        yield Part("party", "same", PARTY)
    if name and (name.weight > 0 or not party):
        yield name
    if query.birth:
        levels = [table.levels["birth_date"][level] for level in _levels(query.birth, known)]
        if levels:
            best = max(levels, key=lambda level: level.weight)
            yield Part("birth_date", "same" if best.links else "nearly", best.weight, best.links)
    if query.year:
        same = any(birth.startswith(query.year) for birth in known.births)
        yield Part("birth_date", "year" if same else "differs", YEAR if same else MISSING)
    for place in query.places:
        same = any(own.startswith(place) for own in known.places)
        yield Part("place", "same" if same else "differs", PLACE if same else MISSING / 2)


def _numbers(query: Query, known: Card) -> Iterator[Part]:
    others = {token.removeprefix("e:") for token in entries(Card(parties=known.parties))}
    for number in query.numbers:
        if number in known.numbers:
            yield Part("document", "same", NUMBER)
        elif number in others:
            yield Part("party", "same", PARTY)


def _levels(birth: str, known: Card) -> Iterator[str]:
    return (level for own in known.births if (level := date_level(birth, own)))


def _name(asked: NameForm, known: Card, table: MatchingTable) -> Part | None:
    found = [_named(asked, align(asked, form), table) for name in known.names for form in forms(None, None, name)]
    return max(found, key=lambda part: (part.weight, part.label)) if found else None


def _named(asked: NameForm, alignment: Alignment, table: MatchingTable) -> Part:
    """Words that the person has besides those asked for count nothing: who searches need not know the whole name."""
    matches = alignment.matches
    missing = alignment.conflicting + sum(word in {own.text for own in asked.words} for word in alignment.extra)
    weight = sum(table.words[match.level].weight(table.frequency(match.word)) for match in matches)
    levels = [match.level for match in matches] + ["missing"] * missing
    label = ", ".join(f"{levels.count(level)} {level}" for level in dict.fromkeys(levels))
    return Part("name", label, round(weight + missing * MISSING, 2), not missing)
